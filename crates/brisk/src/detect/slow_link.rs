//! `slow-link`: linkers that take a good part of the build.

use super::declared::{manifest, member};
use super::price::{severity, share};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Threshold, count, seconds};
use crate::model::{Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "slow-link",
    group: Group::TimeLine,
    claim: "linkers take a good part of the build",
    measures: "the time in which linkers ran, in a recorded build; the files of a plain build do not tell it",
    why: "an executable is linked anew after every change to anything in it, and the linker starts when all else is done",
    cure: "try another linker (`rust-lld`, which is the default on Linux since Rust 1.90, `mold`, `wild`), less debug \
           information (`debug = \"line-tables-only\"`, `split-debuginfo`), or fewer executables",
    wrong_when: "it is a single release build for shipping, where linking includes link-time optimisation",
    unpriced: None,
    thresholds: &[LEAST_SHARE, LEAST_S],
    find,
};

/// Below this share of all unit time, or below this time, linking is not what makes the build slow.
const LEAST_SHARE: Threshold =
    Threshold { name: "slow-link.least-share", default: 0.05, about: "share of all unit time" };
const LEAST_S: Threshold = Threshold { name: "slow-link.least-seconds", default: 1.0, about: "seconds of unit time" };
/// Executables that are named.
const NAMED: usize = 5;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let trusted = evidence.build.iter_units().filter(|(_, unit)| unit.trusted_duration_s().is_some());
    let mut linked: Vec<(UnitIdx, f64)> = trusted.filter_map(|(idx, unit)| Some((idx, link_s(unit)?))).collect();
    linked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let total_s: f64 = linked.iter().map(|(_, s)| s).sum();
    if total_s < evidence.limit(&LEAST_S) || share(evidence, total_s) < evidence.limit(&LEAST_SHARE) {
        return Vec::new();
    }
    vec![finding(evidence, &linked, total_s)]
}

fn link_s(unit: &Unit) -> Option<f64> {
    let (from_s, to_s) = unit.timing?.link_s?;
    Some((to_s - from_s).max(0.0))
}

fn finding(evidence: Evidence<'_>, linked: &[(UnitIdx, f64)], total_s: f64) -> Finding {
    let cpu_s = linked.iter().map(|(idx, _)| evidence.build.unit(*idx).phase_cpu.link_s);
    let cpu_s = cpu_s.sum::<Option<f64>>();
    let percent = 100.0 * share(evidence, total_s);
    let outputs = count(linked.len(), "output");
    let title = format!("linking {outputs} takes {}, {percent:.0} % of all unit time", seconds(total_s));
    Finding {
        severity: severity(evidence, total_s),
        cost: Cost { seconds: Some(total_s), cpu_seconds: cpu_s, bytes: None },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: linked.iter().take(NAMED).map(|&(idx, link_s)| sentence(evidence, idx, link_s)).collect(),
        locations: locations(evidence, linked),
        ..Finding::of(&DETECTOR, "linker".to_owned(), title)
    }
}

/// Manifests of the members whose outputs are named, dearest first.
fn locations(evidence: Evidence<'_>, linked: &[(UnitIdx, f64)]) -> Vec<Location> {
    let packages = linked.iter().take(NAMED).map(|&(idx, _)| &evidence.build.unit(idx).package);
    let manifests = packages.filter_map(|package| manifest(evidence, member(evidence, package)?));
    let mut places: Vec<Location> = Vec::new();
    for place in manifests {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn sentence(evidence: Evidence<'_>, idx: UnitIdx, link_s: f64) -> String {
    let unit = evidence.build.unit(idx);
    let of = unit.trusted_duration_s().map(|s| format!(" of its {}", seconds(s))).unwrap_or_default();
    format!("{}: {}{of}", unit.label(), seconds(link_s))
}
