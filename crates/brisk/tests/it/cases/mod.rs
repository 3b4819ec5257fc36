//! For each detector a case in which it finds something, and one much like it in which it is silent.

mod dev_dependency_weight;
mod disk;
mod duplicate_build;
mod duplicate_version;
mod incremental_bloat;
mod package_bloat;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod stale_artifacts;
mod target_committed;
mod target_not_ignored;
mod target_size;
mod test_binaries;

use brisk::analysis::Analysis;
use brisk_test_support::gantt;

use crate::support::analyse;

/// The cases of one detector.
pub(crate) struct Case {
    /// The detector.
    pub(crate) id: &'static str,
    /// It finds something here.
    pub(crate) positive: fn() -> Analysis,
    /// It finds nothing here, although it is near.
    pub(crate) silent: fn() -> Analysis,
}

/// Sorted by id.
pub(crate) const CASES: &[Case] = &[
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    incremental_bloat::CASE,
    package_bloat::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    stale_artifacts::CASE,
    target_committed::CASE,
    target_not_ignored::CASE,
    target_size::CASE,
    test_binaries::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}
