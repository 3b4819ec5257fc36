//! For each detector a case in which it finds something, and one much like it in which it is silent.

mod crate_split;
mod critical_path;
mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod edit_cost;
mod low_parallelism;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
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
    crate_split::CASE,
    critical_path::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    edit_cost::CASE,
    low_parallelism::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    test_binaries::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}
