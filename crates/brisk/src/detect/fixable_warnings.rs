//! `fixable-warnings`: warnings that a program may mend.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{in_words, places};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count};
use crate::model::{
    CompilerMessage, Cure, MessageSource, PackageRef, PackageSource, Target, TargetKind, TargetMessages,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "fixable-warnings",
    group: Group::Health,
    claim: "warnings of a crate can be mended by `cargo fix` alone",
    measures: "the warnings that rustc (or Clippy) gave of each member's targets when they were compiled last, from Cargo's \
               cache of its messages, or with `--confirm` as they are now; only those with a suggestion that the compiler \
               marks as `MachineApplicable`, each counted once however many targets share the file, and none in a file that \
               was changed since",
    why: "the warnings of members are shown again on every build; among many old ones a new one is not seen, and where \
          warnings are denied in CI they fail the build there after minutes instead of here after seconds",
    cure: "let `cargo fix` apply the suggestions, and read its changes as those of anybody else; a warning that is meant to \
           stay is better allowed where it stands, with a reason",
    wrong_when: "the code is generated or shared with configurations in which the warning's advice does not hold (`cfg`, \
                 macros): what is not used here may be used there",
    unpriced: Some("rustc takes as long with a warning as without it"),
    thresholds: &[LEAST],
    find,
};

/// One is enough: it takes one command to be rid of it.
const LEAST: Threshold =
    Threshold { name: "fixable-warnings.least", default: 1.0, about: "warnings of a crate that a program may mend" };
/// Warnings that are named.
const NAMED: usize = 3;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut members: BTreeMap<&PackageRef, Vec<&TargetMessages>> = BTreeMap::new();
    for messages in &evidence.surroundings.messages {
        if messages.package.source == PackageSource::Member {
            members.entry(&messages.package).or_default().push(messages);
        }
    }
    let findings = members.into_iter().filter_map(|(package, targets)| finding(evidence, package, &targets));
    findings.collect()
}

fn finding(evidence: Evidence<'_>, package: &PackageRef, targets: &[&TargetMessages]) -> Option<Finding> {
    let fixable = |target: &&TargetMessages| target.warnings().any(|warning| warning.fixable);
    let concerned: Vec<&TargetMessages> = targets.iter().copied().filter(fixable).collect();
    let of_targets = concerned.iter().flat_map(|target| target.warnings()).filter(|warning| warning.fixable);
    let warnings: BTreeSet<&CompilerMessage> = of_targets.collect();
    let warnings: Vec<&CompilerMessage> = warnings.into_iter().collect();
    if warnings.is_empty() || (warnings.len() as f64) < evidence.limit(&LEAST) {
        return None;
    }
    let by_clippy = warnings.iter().any(|warning| is_of_clippy(warning));
    let program = if by_clippy { "cargo clippy --fix" } else { "cargo fix" };
    let title = format!("`{program}` can mend {} of {}", count(warnings.len(), "warning"), package.name);
    let mut told = vec![lints(&warnings)];
    told.extend(warnings.iter().take(NAMED).map(|warning| in_words(warning)));
    if concerned.iter().any(|target| target.source == MessageSource::LastBuild) {
        told.push(
            "as the compiler said when the targets were built last; files that were changed since are left out"
                .to_owned(),
        );
    }
    Some(Finding {
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        locations: in_order(places(&warnings)),
        command: Some(format!("{program} -p {}{}", package.name, selection(&concerned))),
        cure: cure(package, &warnings),
        ..Finding::of(&DETECTOR, package.name.clone(), title)
    })
}

/// `cargo fix`, where it is rustc that warns, and of files in the workspace alone: what lies elsewhere is not the
/// workspace's to change.
fn cure(package: &PackageRef, warnings: &[&CompilerMessage]) -> Vec<Cure> {
    let is_within = |file: &str| !file.starts_with(['/', '\\']) && !file.contains("..") && !file.contains(':');
    let are_within = warnings.iter().all(|warning| warning.place.as_ref().is_some_and(|place| is_within(&place.file)));
    let is_cured = are_within && !warnings.iter().any(|warning| is_of_clippy(warning));
    if is_cured { vec![Cure::CargoFix(package.name.clone())] } else { Vec::new() }
}

fn is_of_clippy(warning: &CompilerMessage) -> bool {
    warning.code.as_ref().is_some_and(|code| code.starts_with("clippy::"))
}

/// `unused_imports 7, dead_code 1`: most frequent first.
fn lints(warnings: &[&CompilerMessage]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for warning in warnings {
        *counts.entry(warning.code.as_deref().unwrap_or("without a lint")).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let counts: Vec<String> = counts.into_iter().map(|(lint, n)| format!("{lint} {n}")).collect();
    counts.join(", ")
}

/// The flags by which `cargo fix` sees the targets. It looks at all of them if it is told nothing, tests included.
fn selection(concerned: &[&TargetMessages]) -> String {
    let is_library =
        |target: &Target| matches!(target.kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro);
    let only_library = concerned.iter().all(|target| is_library(&target.target) && !target.mode.is_test());
    if only_library { " --lib".to_owned() } else { " --all-targets".to_owned() }
}

fn in_order(mut places: Vec<super::Location>) -> Vec<super::Location> {
    places.sort();
    places
}
