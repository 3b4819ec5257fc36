//! `tests-broken`: tests, benchmarks and examples that do not compile, and tests that failed.

use std::collections::BTreeMap;

use super::fault::{
    ForWhom, declarations, errors, failed, first_missing, is_for_tests, missing_modules, places, told, when,
};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Severity};
use crate::model::{PackageRef, TargetMessages, TestFailure};

pub(super) const DETECTOR: Detector = Detector {
    id: "tests-broken",
    group: Group::Health,
    claim: "tests, benchmarks or examples do not compile, or tests fail",
    measures: "errors that rustc gave of targets that `cargo build` does not compile, when they were compiled last, or with \
               `--confirm` as they are now; and the exit codes of test executables in the last recorded `cargo test`",
    why: "no change that is made for the sake of the build can be trusted while the tests do not tell what it broke, and \
          `cargo check --all-targets` (as editors run it) fails as a whole",
    cure: "mend them, or leave them out: a test that is known to fail is better `#[ignore]`d with a reason than red every day",
    wrong_when: "the failure is one of the environment (a service, a file or a display that is missing here), or was \
                 mended since; a target with an error in a package whose library fails as well is told as `build-broken`",
    unpriced: Some("a test that fails takes as long as one that does not"),
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut findings: BTreeMap<String, Finding> = BTreeMap::new();
    for (package, targets) in failed(evidence) {
        if targets.iter().all(|target| is_for_tests(&target.target, target.mode)) {
            findings.insert(package.name.clone(), uncompiled(package, &targets));
        }
    }
    for (idx, modules) in missing_modules(evidence, ForWhom::Tests) {
        let package = evidence.workspace.package(idx).package_ref();
        let title = format!("the tests of {package} cannot compile: {}", first_missing(&modules));
        let command = Some(format!("cargo check -p {} --all-targets", package.name));
        let finding = Finding { locations: declarations(&modules), command, ..broken(&package, title) };
        findings.entry(package.name.clone()).or_insert(finding);
    }
    let mut failures: BTreeMap<&PackageRef, Vec<&TestFailure>> = BTreeMap::new();
    for failure in &evidence.surroundings.test_failures {
        failures.entry(&failure.package).or_default().push(failure);
    }
    for (package, failures) in failures {
        findings.entry(package.name.clone()).or_insert_with(|| red(package, &failures));
    }
    findings.into_values().collect()
}

fn uncompiled(package: &PackageRef, targets: &[&TargetMessages]) -> Finding {
    let errors = errors(targets);
    let names = distinct(targets.iter().map(|target| target.target.in_words()).collect());
    let title = format!("of {package}, {} {}", names.join(", "), when(targets));
    Finding {
        evidence: told(&errors),
        locations: places(&errors),
        command: Some(format!("cargo check -p {} --all-targets", package.name)),
        ..broken(package, title)
    }
}

fn red(package: &PackageRef, failures: &[&TestFailure]) -> Finding {
    let names = distinct(failures.iter().map(|failure| failure.target.in_words()).collect());
    let title = format!("tests of {package} failed when they were last recorded: {}", names.join(", "));
    let sentence = |failure: &&TestFailure| {
        let command = failure.command.as_ref();
        let by = command.map(|words| format!(" in `cargo {}`", words.join(" "))).unwrap_or_default();
        format!("{} ended with exit code {}{by}", failure.target.in_words(), failure.exit_code)
    };
    Finding {
        evidence: failures.iter().map(sentence).collect(),
        command: Some(format!("cargo test -p {}", package.name)),
        ..broken(package, title)
    }
}

fn broken(package: &PackageRef, title: String) -> Finding {
    Finding {
        severity: Severity::Major,
        effort: Effort::Medium,
        risk: Risk::Low,
        ..Finding::of(&DETECTOR, package.name.clone(), title)
    }
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
