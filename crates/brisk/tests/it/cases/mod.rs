//! For each detector a case in which it finds something, and one much like it in which it is silent.

pub(crate) mod always_rerun;
pub(crate) mod broad_features;
mod build_broken;
mod build_override;
mod compiler_cache;
pub(crate) mod configured;
mod crate_split;
mod critical_path;
mod debuginfo;
pub(crate) mod dependency_count;
mod dev_dependency_weight;
pub(crate) mod disk;
mod duplicate_build;
mod duplicate_version;
mod edit_cost;
mod fixable_warnings;
mod flag_thrash;
mod heavy_optional;
mod incremental_bloat;
mod incremental_setting;
mod linker;
mod low_parallelism;
mod missing_dev_profile;
mod package_bloat;
mod release_codegen;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod split_debuginfo;
mod spurious_rebuild;
mod stale_artifacts;
mod strip;
mod target_committed;
mod target_not_ignored;
mod target_size;
mod test_binaries;
mod tests_broken;
mod toolchain_missing;
pub(crate) mod uninherited_version;
mod unused_dependency;
pub(crate) mod wasm_profile;
mod wrapper_missing;

use brisk::analysis::Analysis;
use brisk::model::{
    CompilerMessage, Fault, FaultKind, FilePlace, MessageLevel, MessageSource, Mode, PackageRef, PackageSource,
    Problem, Surroundings, Target, TargetKind, TargetMessages,
};
use brisk_test_support::{gantt, workspace_of};

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
    broad_features::CASE,
    build_broken::CASE,
    build_override::CASE,
    compiler_cache::CASE,
    crate_split::CASE,
    critical_path::CASE,
    debuginfo::CASE,
    dependency_count::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    edit_cost::CASE,
    fixable_warnings::CASE,
    flag_thrash::CASE,
    heavy_optional::CASE,
    incremental_bloat::CASE,
    incremental_setting::CASE,
    linker::CASE,
    low_parallelism::CASE,
    missing_dev_profile::CASE,
    package_bloat::CASE,
    release_codegen::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    split_debuginfo::CASE,
    spurious_rebuild::CASE,
    stale_artifacts::CASE,
    strip::CASE,
    target_committed::CASE,
    target_not_ignored::CASE,
    target_size::CASE,
    test_binaries::CASE,
    tests_broken::CASE,
    toolchain_missing::CASE,
    uninherited_version::CASE,
    unused_dependency::CASE,
    wasm_profile::CASE,
    wrapper_missing::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}

/// The analysis of a member `app` that was never built, with these things around it.
pub(crate) fn around(surroundings: Surroundings) -> Analysis {
    let build = gantt::parse("");
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}

/// Something is at fault that has this kind.
fn at_fault(kind: FaultKind) -> Analysis {
    let place = FilePlace { file: ".cargo/config.toml".to_owned(), line: Some(2) };
    let fault = Fault { kind, subject: "x".to_owned(), places: vec![place], command: None };
    let problem = Problem::new("`x` is not there", "somebody asks for it", "").with_fault(Some(fault));
    around(Surroundings { faults: vec![problem], ..Surroundings::default() })
}

/// What the compiler said of one target of the member `app`.
pub(crate) fn said(kind: TargetKind, mode: Mode, failed: bool, messages: Vec<CompilerMessage>) -> TargetMessages {
    let package =
        PackageRef { name: "app".to_owned(), version: Some("0.1.0".to_owned()), source: PackageSource::Member };
    let target = Target { kind, name: "app".to_owned() };
    TargetMessages { package, target, mode, source: MessageSource::Check, failed, messages }
}

/// A message about the third line of `src/lib.rs`.
pub(crate) fn message(level: MessageLevel, code: &str, fixable: bool) -> CompilerMessage {
    let place = FilePlace { file: "src/lib.rs".to_owned(), line: Some(3) };
    let text = "something is wrong".to_owned();
    CompilerMessage { level, code: Some(code.to_owned()), text, place: Some(place), fixable }
}
