//! For each detector a case in which it finds something, and one much like it in which it is silent.

mod build_broken;
mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod fixable_warnings;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod test_binaries;
mod tests_broken;
mod toolchain_missing;
mod wrapper_missing;

use brisk::analysis::Analysis;
use brisk::model::{
    CompilerMessage, Fault, FaultKind, MessageLevel, MessageSource, Mode, PackageRef, PackageSource, Problem,
    SourcePlace, Surroundings, Target, TargetKind, TargetMessages,
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
    build_broken::CASE,
    dev_dependency_weight::CASE,
    duplicate_build::CASE,
    duplicate_version::CASE,
    fixable_warnings::CASE,
    slow_build_script::CASE,
    slow_link::CASE,
    slow_proc_macro::CASE,
    test_binaries::CASE,
    tests_broken::CASE,
    toolchain_missing::CASE,
    wrapper_missing::CASE,
];

/// The analysis of a build that is drawn.
fn picture(drawn: &str) -> Analysis {
    analyse(gantt::parse(drawn))
}

/// The analysis of a member `app` that was never built, with these things around it.
fn around(surroundings: Surroundings) -> Analysis {
    let build = gantt::parse("");
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}

/// Something is at fault that has this kind.
fn at_fault(kind: FaultKind) -> Analysis {
    let place = SourcePlace { file: ".cargo/config.toml".to_owned(), line: Some(2) };
    let fault = Fault { kind, subject: "x".to_owned(), places: vec![place], command: None };
    let problem = Problem::new("`x` is not there", "somebody asks for it", "").with_fault(Some(fault));
    around(Surroundings { faults: vec![problem], ..Surroundings::default() })
}

/// What the compiler said of one target of the member `app`.
fn said(kind: TargetKind, mode: Mode, failed: bool, messages: Vec<CompilerMessage>) -> TargetMessages {
    let package =
        PackageRef { name: "app".to_owned(), version: Some("0.1.0".to_owned()), source: PackageSource::Member };
    let target = Target { kind, name: "app".to_owned() };
    TargetMessages { package, target, mode, source: MessageSource::Check, failed, messages }
}

/// A message about the third line of `src/lib.rs`.
fn message(level: MessageLevel, code: &str, fixable: bool) -> CompilerMessage {
    let place = SourcePlace { file: "src/lib.rs".to_owned(), line: Some(3) };
    let text = "something is wrong".to_owned();
    CompilerMessage { level, code: Some(code.to_owned()), text, place: Some(place), fixable }
}
