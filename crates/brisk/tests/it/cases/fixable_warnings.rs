//! `fixable-warnings`.

use brisk::analysis::Analysis;
use brisk::model::{MessageLevel, Mode, PackageRef, PackageSource, Surroundings, TargetKind, TargetMessages};

use super::{Case, around, message, said};

pub(super) const CASE: Case =
    Case { id: "fixable-warnings", positive: || of(vec![library("unused_imports", true)]), silent };

fn of(messages: Vec<TargetMessages>) -> Analysis {
    around(Surroundings { messages, ..Surroundings::default() })
}

fn library(lint: &str, fixable: bool) -> TargetMessages {
    said(TargetKind::Lib, Mode::Build, false, vec![message(MessageLevel::Warning, lint, fixable)])
}

/// A warning that needs thought, and one of a package that is not the user's to mend.
fn silent() -> Analysis {
    let foreign = library("unused_imports", true);
    let package = PackageRef { source: PackageSource::Path, ..foreign.package.clone() };
    of(vec![library("dead_code", false), TargetMessages { package, ..foreign }])
}

#[test]
fn a_warning_of_the_library_and_of_its_test_is_one() {
    let as_test = TargetMessages { mode: Mode::Test, ..library("unused_imports", true) };
    let analysis = of(vec![library("unused_imports", true), as_test]);
    let [finding] = &analysis.findings[..] else { panic!("{:?}", analysis.findings) };
    insta::assert_snapshot!(finding.title, @"`cargo fix` can mend 1 warning of app");
    assert_eq!(finding.evidence, ["unused_imports 1", "unused_imports: something is wrong (src/lib.rs:3)"]);
    assert_eq!(finding.command.as_deref(), Some("cargo fix -p app --all-targets"));
}

#[test]
fn the_command_names_clippy_where_clippy_warned_and_the_library_where_only_that_did() {
    let command = |lint| of(vec![library(lint, true)]).findings.remove(0).command.unwrap();
    assert_eq!(command("clippy::needless_return"), "cargo clippy --fix -p app --lib");
    assert_eq!(command("unused_imports"), "cargo fix -p app --lib");
}
