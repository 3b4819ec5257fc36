//! `build-broken`: what keeps the workspace from being built.

use super::fault::{
    ForWhom, declarations, errors, failed, faults, first_missing, is_for_tests, missing_modules, places, told, when,
};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Severity};
use crate::model::{FaultKind, Mode, PackageRef, PackageSource, TargetMessages, Unit};

pub(super) const DETECTOR: Detector = Detector {
    id: "build-broken",
    group: Group::Health,
    claim: "the workspace cannot be built",
    measures: "what Cargo says when it reads the manifests, the lockfile and its configuration; the errors that rustc gave when \
               a target was compiled last, from Cargo's cache of its messages; with `--confirm` those of the sources as \
               they are, crate by crate, each crate named that fails itself and none that only waits for it; and declarations of \
               modules (`mod x;`) without a file",
    why: "nothing else that is told of the build holds until it builds again: what is known is of an earlier one, and no \
          cure can be tried",
    cure: "mend the first error of the first crate; `cargo check -p` of that crate alone is the fastest way to see the next one",
    wrong_when: "the sources, the environment or an installed program that it needs have changed since the build that \
                 failed; `cargo brisk --confirm` compiles them as they are",
    unpriced: Some("a build that fails has no cost that could be compared with that of one that does not"),
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut findings = faults(&DETECTOR, FaultKind::Workspace, evidence);
    let failed = failed(evidence);
    for (package, targets) in &failed {
        let of_build = |target: &&&TargetMessages| !is_for_tests(&target.target, target.mode);
        let targets: Vec<&TargetMessages> = targets.iter().filter(of_build).copied().collect();
        if !targets.is_empty() {
            findings.push(of_messages(package, &targets));
        }
    }
    findings
        .extend(recorded(evidence).filter(|(package, _)| !failed.contains_key(package)).map(|(_, finding)| finding));
    for (idx, modules) in missing_modules(evidence, ForWhom::Build) {
        let package = evidence.workspace.package(idx).package_ref();
        let title = format!("{package} cannot compile: {}", first_missing(&modules));
        let command = Some(check(&package));
        findings.push(Finding { locations: declarations(&modules), command, ..broken(&package, title) });
    }
    findings.sort_by(|a, b| a.key.cmp(&b.key));
    findings.dedup_by(|a, b| a.key == b.key);
    findings
}

fn of_messages(package: &PackageRef, targets: &[&TargetMessages]) -> Finding {
    let errors = errors(targets);
    let first = errors.first().map(|error| format!(": {}", error.text)).unwrap_or_default();
    let names: Vec<String> = targets.iter().map(|target| target.target.in_words()).collect();
    let title = match targets[0].mode {
        Mode::RunBuildScript => format!("the build script of {package} fails{first}"),
        _ => format!("{package} {}{first}", when(targets)),
    };
    let mut evidence = told(&errors);
    evidence.push(format!("of {}", distinct(names).join(", ")));
    Finding { locations: places(&errors), evidence, command: Some(check(package)), ..broken(package, title) }
}

/// The units that failed in the build at hand, where nobody knows what the compiler said.
fn recorded(evidence: Evidence<'_>) -> impl Iterator<Item = (&PackageRef, Finding)> {
    let is_of_build = |unit: &&Unit| unit.failed.is_some() && !is_for_tests(&unit.target, unit.mode);
    let documents = |unit: &Unit| matches!(unit.mode, Mode::Doc | Mode::Doctest);
    let failed = evidence.build.units.iter().filter(is_of_build).filter(move |unit| !documents(unit));
    failed.map(|unit| {
        let code = unit.failed.unwrap_or_default();
        let title = format!("{} failed in this build with exit code {code}", unit.label());
        let finding = Finding { command: Some(check(&unit.package)), ..broken(&unit.package, title) };
        (&unit.package, finding)
    })
}

fn broken(package: &PackageRef, title: String) -> Finding {
    let subject = package.name.clone();
    Finding {
        severity: Severity::Major,
        effort: Effort::Medium,
        risk: Risk::Low,
        ..Finding::of(&DETECTOR, subject, title)
    }
}

/// A package that is not a member cannot be checked by itself.
fn check(package: &PackageRef) -> String {
    match package.source {
        PackageSource::Member => format!("cargo check -p {}", package.name),
        _ => "cargo check --workspace".to_owned(),
    }
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
