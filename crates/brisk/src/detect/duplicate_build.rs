//! `duplicate-build`: one version of a package, built several times.

use std::collections::{BTreeMap, BTreeSet};

use super::price::{Price, severity};
use super::requests::spec;
use super::variants::Reasons;
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count, seconds};
use crate::model::{Mode, PackageRef, Platform, TargetKind, Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "duplicate-build",
    group: Group::Graph,
    claim: "one version of a package is built several times",
    measures: "the time of the library's units of that version but the dearest one; who asks for the features that differ, and \
               which unit is for build scripts and procedural macros",
    why: "a library is shared by all that want it with the same features, profile and platform; who wants it \
          otherwise gets another unit",
    cure: "make them alike: the same features in all places, no `[profile.….build-override]` or `[profile.….package]` that \
           differs for it without need, no `--target` where it names the machine that builds",
    wrong_when: "the platforms differ for good (a cross build), or a build dependency shall be optimised otherwise",
    unpriced: None,
    thresholds: &[LEAST_SHARE, LEAST_S],
    find,
};

/// Below this share of all unit time, or below this time, nobody would notice.
const LEAST_SHARE: Threshold =
    Threshold { name: "duplicate-build.least-share", default: 0.01, about: "share of all unit time" };
const LEAST_S: Threshold =
    Threshold { name: "duplicate-build.least-seconds", default: 0.5, about: "seconds of unit time" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut built: BTreeMap<&PackageRef, Vec<UnitIdx>> = BTreeMap::new();
    for (idx, unit) in evidence.build.iter_units().filter(|(_, unit)| is_library(unit)) {
        built.entry(&unit.package).or_default().push(idx);
    }
    let several = built.into_iter().filter(|(_, units)| units.len() > 1);
    several.filter_map(|(package, units)| finding(evidence, package, &units)).collect()
}

/// Built, not checked or tested beside that: those are other work on the same sources.
fn is_library(unit: &Unit) -> bool {
    matches!(unit.target.kind, TargetKind::Lib | TargetKind::LinkedLib) && unit.mode == Mode::Build
}

fn finding(evidence: Evidence<'_>, package: &PackageRef, units: &[UnitIdx]) -> Option<Finding> {
    let duration_s = |idx: &UnitIdx| evidence.build.unit(*idx).trusted_duration_s().unwrap_or(0.0);
    let dearest = units.iter().copied().max_by(|a, b| duration_s(a).total_cmp(&duration_s(b)))?;
    let price = Price::of(evidence, units.iter().copied().filter(|idx| *idx != dearest).collect());
    if !price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE) {
        return None;
    }
    let built: Vec<&Unit> = units.iter().map(|&idx| evidence.build.unit(idx)).collect();
    let subject = super::subject(evidence, units[0]);
    let title = format!("{package} is built {} times, {}", units.len(), differences(&built));
    let Reasons { sentences, locations } = Reasons::of(evidence, units);
    let command = format!("cargo tree --workspace --edges normal,build,features --invert {}", spec(package));
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Medium,
        risk: Risk::Low,
        evidence: units.iter().map(|&idx| sentence(evidence, idx, &built)).chain(sentences).collect(),
        locations,
        command: Some(command),
        ..Finding::of(&DETECTOR, subject, title)
    })
}

/// In what the units differ.
fn differences(units: &[&Unit]) -> String {
    let different = |distinct: usize| distinct > 1;
    let platforms: BTreeSet<&Platform> = units.iter().map(|unit| &unit.platform).collect();
    let features: BTreeSet<&[String]> = units.iter().map(|unit| unit.features.as_slice()).collect();
    let profiles: BTreeSet<Option<&str>> = units.iter().map(|unit| unit.profile_dir.as_deref()).collect();
    let words = [
        (different(platforms.len()), "for several platforms"),
        (different(features.len()), "with several sets of features"),
        (different(profiles.len()), "in several profiles"),
    ];
    let words: Vec<&str> = words.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word).collect();
    match words.is_empty() {
        true => "with different settings of the profile, or different dependencies".to_owned(),
        false => words.join(" and "),
    }
}

/// `with feature x, which not all have: 1.20 s; app v0.1.0 waits for it`
fn sentence(evidence: Evidence<'_>, idx: UnitIdx, all: &[&Unit]) -> String {
    let unit = evidence.build.unit(idx);
    let platform = match &unit.platform {
        Platform::Host => "for the host".to_owned(),
        Platform::Triple(triple) => format!("for {triple}"),
    };
    let own: Vec<&str> = unit.features.iter().map(String::as_str).collect();
    let in_all = |feature: &&str| all.iter().all(|unit| unit.features.iter().any(|other| other == feature));
    let special: Vec<&str> = own.into_iter().filter(|feature| !in_all(feature)).collect();
    let features = match special.len() {
        0 => String::new(),
        n => format!(", with {} that not all have ({})", count(n, "feature"), special.join(", ")),
    };
    let time = unit.trusted_duration_s().map(|s| format!(": {}", seconds(s))).unwrap_or_default();
    let needed = super::needed_by(evidence, idx).map(|by| format!("; {by}")).unwrap_or_default();
    format!("{platform}{features}{time}{needed}")
}
