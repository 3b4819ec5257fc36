//! For each detector a case in which it finds something, and one much like it in which it is silent.

pub(crate) mod always_rerun;
mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod flag_thrash;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod spurious_rebuild;
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
    always_rerun::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    flag_thrash::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    spurious_rebuild::CASE,
    test_binaries::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}
