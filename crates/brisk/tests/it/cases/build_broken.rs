//! `build-broken`.

use brisk::analysis::Analysis;
use brisk::model::{FaultKind, MessageLevel, Mode, Surroundings, TargetKind, TargetMessages};
use brisk_test_support::gantt;

use super::{Case, around, at_fault, message, said};
use crate::support::analyse;

pub(super) const CASE: Case =
    Case { id: "build-broken", positive: || of(vec![library(true)]), silent: || of(vec![library(false), test()]) };

fn of(messages: Vec<TargetMessages>) -> Analysis {
    around(Surroundings { messages, ..Surroundings::default() })
}

fn library(failed: bool) -> TargetMessages {
    let level = if failed { MessageLevel::Error } else { MessageLevel::Warning };
    said(TargetKind::Lib, Mode::Check, failed, vec![message(level, "E0308", false)])
}

/// A test that does not compile is no broken build.
fn test() -> TargetMessages {
    said(TargetKind::Test, Mode::CheckTest, true, vec![message(MessageLevel::Error, "E0425", false)])
}

#[test]
fn a_library_that_fails_twice_is_told_once_and_its_tests_are_not_told() {
    let as_test = TargetMessages { mode: Mode::CheckTest, ..library(true) };
    let analysis = of(vec![as_test, library(true), test()]);
    let [finding] = &analysis.findings[..] else { panic!("{:?}", analysis.findings) };
    insta::assert_snapshot!(finding.title, @"app v0.1.0 does not compile: something is wrong");
    assert_eq!(finding.evidence, ["E0308: something is wrong (src/lib.rs:3)", "of lib `app`"]);
    assert_eq!(finding.locations.len(), 1);
    assert_eq!(finding.command.as_deref(), Some("cargo check -p app"));
}

#[test]
fn a_workspace_that_cargo_cannot_read_is_broken() {
    let keys: Vec<String> = at_fault(FaultKind::Workspace).findings.into_iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["build-broken:x"]);
}

#[test]
fn a_unit_that_failed_while_it_was_recorded_breaks_the_build_unless_it_is_a_test() {
    let failing = |drawn: &str| {
        let mut build = gantt::parse(drawn);
        build.units[0].failed = Some(101);
        let findings = analyse(build).findings;
        findings
            .into_iter()
            .filter(|finding| finding.id == "build-broken")
            .map(|finding| finding.title)
            .collect::<Vec<_>>()
    };
    assert_eq!(failing("app |FFB"), ["app failed in this build with exit code 101"]);
    assert_eq!(failing("app (lib test) |FFB"), Vec::<String>::new());
}

#[test]
fn health_comes_before_anything_dearer() {
    let mut build = gantt::parse(
        "
        lib v1.0.0 |FFB
        app (bin) <- lib |...FBLLLLLLLLLLLL
    ",
    );
    build.units[0].failed = Some(1);
    let ids: Vec<&str> = analyse(build).findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["build-broken", "slow-link"]);
}
