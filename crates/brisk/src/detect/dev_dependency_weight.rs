//! `dev-dependency-weight`: a dependency of tests that is dear to build.

use super::price::{Price, severity};
use super::requests::{Known, spec};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Threshold, seconds};
use crate::model::{Cut, DependencyKind, Mode, PackageSource, TargetKind, Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "dev-dependency-weight",
    group: Group::Graph,
    claim: "a dependency that only tests, benchmarks or examples use is dear to build",
    measures: "the time of its units and of all units that only it needs",
    why: "the first `cargo test` after a clean checkout or a change of features builds it before any test runs, on every \
          machine of continuous integration too",
    cure: "turn off its default features, take a lighter package, or move the tests that need it into a member of their \
           own that is built only where it is wanted",
    wrong_when: "a cache keeps it from being built again, or the tests that use it are worth it",
    unpriced: None,
    thresholds: &[LEAST_SHARE, LEAST_S],
    find,
};

/// Below this share of all unit time, or below this time, it is not what makes tests slow.
const LEAST_SHARE: Threshold =
    Threshold { name: "dev-dependency-weight.least-share", default: 0.02, about: "share of all unit time" };
const LEAST_S: Threshold =
    Threshold { name: "dev-dependency-weight.least-seconds", default: 1.0, about: "seconds of unit time" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let of_tests = evidence.build.iter_units().filter(|(idx, unit)| is_for_tests(evidence, *idx, unit));
    let priced = of_tests.map(|(idx, unit)| (idx, unit, Price::when_removed(evidence, &[idx])));
    priced
        .filter(|(.., price)| price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE))
        .map(|(idx, unit, price)| finding(evidence, idx, unit, &price))
        .collect()
}

/// Whether members use it, and only for tests, benchmarks and examples; and no other package needs it.
fn is_for_tests(evidence: Evidence<'_>, idx: UnitIdx, unit: &Unit) -> bool {
    let dependents = evidence.graph.dependents(idx);
    unit.package.source != PackageSource::Member
        && unit.mode != Mode::RunBuildScript
        && unit.target.kind != TargetKind::BuildScript
        && !dependents.is_empty()
        && dependents.iter().all(|&dependent| is_test(evidence.build.unit(dependent)))
        && !is_asked_for_by_code(evidence, unit)
}

/// Whether a member asks for it in another table than `[dev-dependencies]`: its code may not have been part of this build.
fn is_asked_for_by_code(evidence: Evidence<'_>, unit: &Unit) -> bool {
    let workspace = evidence.workspace;
    let Some(wanted) = Known::of(workspace).find(&unit.package) else { return false };
    let mut members = workspace.iter_members().filter(|(_, member)| member.dependencies.contains(&wanted));
    members.any(|(idx, _)| workspace.requests(idx, wanted).any(|asked| asked.kind != DependencyKind::Dev))
}

fn is_test(unit: &Unit) -> bool {
    let is_extra = matches!(unit.target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example);
    unit.package.source == PackageSource::Member && (unit.mode.is_test() || is_extra)
}

/// The lines of members that ask for it, those in `[dev-dependencies]` first.
fn places(evidence: Evidence<'_>, unit: &Unit) -> Vec<Location> {
    let workspace = evidence.workspace;
    let Some(wanted) = Known::of(workspace).find(&unit.package) else { return Vec::new() };
    let members = workspace.iter_members().filter(|(_, member)| member.dependencies.contains(&wanted));
    let mut declared: Vec<_> =
        members.flat_map(|(idx, member)| workspace.requests(idx, wanted).map(move |it| (member, it))).collect();
    declared.sort_by_key(|(_, declaration)| declaration.kind != DependencyKind::Dev);
    let places = declared.into_iter();
    places.filter_map(|(member, declaration)| Location::of_declaration(workspace, member, declaration)).collect()
}

fn finding(evidence: Evidence<'_>, idx: UnitIdx, unit: &Unit, price: &Price) -> Finding {
    let subject = super::subject(evidence, idx);
    let with = price.with_others();
    let title = format!("{}, which only tests use, takes {} to build{with}", unit.package, seconds(price.known_s()));
    Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Medium,
        risk: Risk::Low,
        cuts: Cut::all_to(evidence.graph, idx, None),
        evidence: super::needed_by(evidence, idx).into_iter().collect(),
        locations: places(evidence, unit),
        command: Some(format!("cargo tree --workspace --invert {}", spec(&unit.package))),
        ..Finding::of(&DETECTOR, subject, title)
    }
}
