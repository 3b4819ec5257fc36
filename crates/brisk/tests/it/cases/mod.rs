//! For each detector a case in which it finds something, and one much like it in which it is silent.

pub(crate) mod broad_features;
pub(crate) mod dependency_count;
mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod test_binaries;
pub(crate) mod uninherited_version;

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
    broad_features::CASE,
    dependency_count::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    test_binaries::CASE,
    uninherited_version::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}
