//! Findings about what keeps Cargo from building, and about targets that do not compile: what the detectors of the
//! workspace's health share.

use std::collections::BTreeMap;

use super::{Detector, Effort, Evidence, Finding, Location, Risk, Severity};
use crate::model::{
    CompilerMessage, FaultKind, MessageSource, MissingModule, Mode, PackageIdx, PackageRef, Problem, Target,
    TargetKind, TargetMessages, Weight,
};

/// Errors that are told of one package.
const NAMED: usize = 3;
/// Places that are listed: enough to begin with.
const PLACES: usize = 20;

/// One finding for each fault of that kind.
pub(super) fn faults(detector: &'static Detector, kind: FaultKind, evidence: Evidence<'_>) -> Vec<Finding> {
    let mut findings: BTreeMap<&str, Finding> = BTreeMap::new();
    for problem in &evidence.surroundings.faults {
        if let Some(fault) = problem.fault.as_ref().filter(|fault| fault.kind == kind) {
            findings.entry(fault.subject.as_str()).or_insert_with(|| of_fault(detector, problem, &fault.subject));
        }
    }
    findings.into_values().collect()
}

fn of_fault(detector: &Detector, problem: &Problem, subject: &str) -> Finding {
    let fault = problem.fault.as_ref();
    Finding {
        severity: match problem.weight {
            Weight::Warning => Severity::Major,
            Weight::Note => Severity::Minor,
        },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![problem.why.clone()],
        locations: fault.map(|fault| fault.places.iter().map(Location::from).collect()).unwrap_or_default(),
        command: fault.and_then(|fault| fault.command.clone()),
        ..Finding::of(detector, subject.to_owned(), problem.what.clone())
    }
}

/// Whether only tests, benchmarks and examples are concerned: `cargo build` compiles none of them.
pub(super) fn is_for_tests(target: &Target, mode: Mode) -> bool {
    mode.is_test() || matches!(target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
}

/// The targets that do not compile, by package.
pub(super) fn failed(evidence: Evidence<'_>) -> BTreeMap<&PackageRef, Vec<&TargetMessages>> {
    let mut failed: BTreeMap<&PackageRef, Vec<&TargetMessages>> = BTreeMap::new();
    for messages in evidence.surroundings.messages.iter().filter(|messages| messages.failed) {
        failed.entry(&messages.package).or_default().push(messages);
    }
    failed
}

/// The errors of these targets, none of them twice: a library fails as such and as its own test.
pub(super) fn errors<'a>(targets: &[&'a TargetMessages]) -> Vec<&'a CompilerMessage> {
    let mut errors: Vec<&CompilerMessage> = Vec::new();
    for error in targets.iter().flat_map(|target| target.errors()) {
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    errors
}

/// The places of messages, none of them twice.
pub(super) fn places(messages: &[&CompilerMessage]) -> Vec<Location> {
    let mut places: Vec<Location> = Vec::new();
    for place in messages.iter().filter_map(|message| message.place.as_ref()).map(Location::from) {
        if places.len() < PLACES && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// `E0308: mismatched types (src/lib.rs:7)`
pub(super) fn in_words(message: &CompilerMessage) -> String {
    let code = message.code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default();
    let place = message.place.as_ref().map(|place| format!(" ({})", Location::from(place).in_words()));
    format!("{code}{}{}", message.text, place.unwrap_or_default())
}

/// The first errors, and how many there are.
pub(super) fn told(errors: &[&CompilerMessage]) -> Vec<String> {
    let mut told: Vec<String> = errors.iter().take(NAMED).map(|error| in_words(error)).collect();
    if errors.len() > NAMED {
        told.push(format!("{} more", super::count(errors.len() - NAMED, "error")));
    }
    told
}

/// The modules that are declared and have no file, by the index of their package: those of `cargo build`, or those of tests
/// alone. None of a target that rustc has compiled all the same, or of a package of which it has said itself what is wrong.
pub(super) fn missing_modules(evidence: Evidence<'_>, for_whom: ForWhom) -> BTreeMap<PackageIdx, Vec<&MissingModule>> {
    let failed = failed(evidence);
    let checked = || evidence.surroundings.confirmation.iter().flat_map(|confirmation| &confirmation.targets);
    let compiles = |module: &MissingModule| {
        let mut of_target = checked().filter(|c| (c.package, &c.target) == (module.package, &module.target));
        of_target.any(|checked| checked.unused.is_some())
    };
    let mut missing: BTreeMap<PackageIdx, Vec<&MissingModule>> = BTreeMap::new();
    for module in evidence.surroundings.sources.iter().flat_map(|sources| &sources.missing_modules) {
        let name = &evidence.workspace.package(module.package).name;
        let is_told = failed.keys().any(|package| package.name == *name);
        let is_for_tests = is_for_tests(&module.target, Mode::Build);
        if is_for_tests == (for_whom == ForWhom::Tests) && !is_told && !compiles(module) {
            missing.entry(module.package).or_default().push(module);
        }
    }
    missing
}

/// What needs a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ForWhom {
    /// `cargo build`.
    Build,
    /// Tests, benchmarks and examples alone.
    Tests,
}

/// The first of these modules in words, for a title, and how many others there are.
pub(super) fn first_missing(modules: &[&MissingModule]) -> String {
    let first = modules.first().map(|module| format!("`mod {};` has no file", module.name)).unwrap_or_default();
    match modules.len() {
        0 | 1 => first,
        n => format!("{first} (and {} more)", super::count(n - 1, "module")),
    }
}

/// Where they are declared.
pub(super) fn declarations(modules: &[&MissingModule]) -> Vec<Location> {
    modules.iter().map(|module| Location { file: module.file.clone(), line: Some(module.line) }).collect()
}

/// When that was so.
pub(super) fn when(targets: &[&TargetMessages]) -> &'static str {
    match targets.iter().map(|target| target.source).min() {
        Some(MessageSource::Check) | None => "does not compile",
        Some(MessageSource::LastBuild | MessageSource::Recording) => "did not compile when it was last built",
    }
}
