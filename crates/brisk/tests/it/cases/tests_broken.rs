//! `tests-broken`.

use brisk::analysis::Analysis;
use brisk::model::{MessageLevel, Mode, Surroundings, TargetKind, TargetMessages, TestFailure};

use super::{Case, around, message, said};

pub(super) const CASE: Case = Case {
    id: "tests-broken",
    positive: || of(vec![failed(TargetKind::Test, Mode::CheckTest)]),
    // The package itself does not compile, and its tests for that reason.
    silent: || of(vec![failed(TargetKind::Lib, Mode::Check), failed(TargetKind::Lib, Mode::CheckTest)]),
};

fn of(messages: Vec<TargetMessages>) -> Analysis {
    around(Surroundings { messages, ..Surroundings::default() })
}

fn failed(kind: TargetKind, mode: Mode) -> TargetMessages {
    said(kind, mode, true, vec![message(MessageLevel::Error, "E0308", false)])
}

#[test]
fn an_example_counts_and_the_command_compiles_all_targets() {
    let analysis = of(vec![failed(TargetKind::Example, Mode::Check)]);
    let [finding] = &analysis.findings[..] else { panic!("{:?}", analysis.findings) };
    assert_eq!((finding.id, finding.title.as_str()), ("tests-broken", "of app v0.1.0, example `app` does not compile"));
    assert_eq!(finding.command.as_deref(), Some("cargo check -p app --all-targets"));
}

#[test]
fn tests_that_failed_are_told_with_their_exit_code() {
    let TargetMessages { package, target, .. } = failed(TargetKind::Test, Mode::Test);
    let command = Some(vec!["test".to_owned(), "--workspace".to_owned()]);
    let failure = TestFailure { package, target, exit_code: 101, command };
    let analysis = around(Surroundings { test_failures: vec![failure], ..Surroundings::default() });
    let [finding] = &analysis.findings[..] else { panic!("{:?}", analysis.findings) };
    insta::assert_snapshot!(finding.title, @"tests of app v0.1.0 failed when they were last recorded: test `app`");
    assert_eq!(finding.evidence, ["test `app` ended with exit code 101 in `cargo test --workspace`"]);
}
