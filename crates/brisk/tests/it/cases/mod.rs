//! For each detector a case in which it finds something, and one much like it in which it is silent.

mod build_override;
mod compiler_cache;
pub(crate) mod configured;
mod debuginfo;
mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod incremental_setting;
mod linker;
mod missing_dev_profile;
mod release_codegen;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod split_debuginfo;
mod strip;
mod test_binaries;
mod wasm_profile;

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
    build_override::CASE,
    compiler_cache::CASE,
    debuginfo::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    incremental_setting::CASE,
    linker::CASE,
    missing_dev_profile::CASE,
    release_codegen::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    split_debuginfo::CASE,
    strip::CASE,
    test_binaries::CASE,
    wasm_profile::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}
