//! `compiler-cache`: one that is configured and not there, does nothing for members, or is at hand and not used in CI.

use super::price::{Price, severity};
use super::settings::{compiled_members, place, places};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, count, seconds};
use crate::model::{Configuration, PackageSource, Profile, Setting, TargetKind, UnitIdx, Wrapper};

pub(super) const DETECTOR: Detector = Detector {
    id: "compiler-cache",
    group: Group::Settings,
    claim: "a compiler cache is configured and missing or mostly without effect, or is at hand in CI and not used",
    measures: "the compiler wrapper that is configured and whether it is installed, incremental compilation beside it, and the \
               time of the units that it cannot serve",
    why: "a cache pays where the same crates are compiled again: clean builds, CI, several checkouts; sccache hands every \
          incremental crate through to rustc, and keeps no executables and no proc macros",
    cure: "with sccache set `CARGO_INCREMENTAL=0` where clean builds are what counts; without it where edits are; measure \
           builds with and without it, and drop it where it does not pay: a rate of hits is not time saved",
    wrong_when: "the cache serves dependencies and other checkouts, and that is all it is there for: members are then better \
                 off incremental",
    unpriced: None,
    thresholds: &[LEAST_S],
    find,
};

/// Units that take less together are not worth a setting.
const LEAST_S: Threshold =
    Threshold { name: "compiler-cache.least-seconds", default: 5.0, about: "seconds of unit time" };

/// Wrappers that are compiler caches.
const CACHES: [&str; 4] = ["cachepot", "ccache", "kache", "sccache"];

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let found = match &configuration.wrapper {
        Some(wrapper) if !CACHES.contains(&wrapper.value.name()) => None,
        Some(wrapper) if !wrapper.value.installed => Some(missing(wrapper)),
        Some(wrapper) => without_effect(evidence, configuration, wrapper),
        None => unused_in_ci(evidence, configuration),
    };
    found.into_iter().collect()
}

fn missing(wrapper: &Setting<Wrapper>) -> Finding {
    let name = wrapper.value.name();
    let title = format!("the compiler cache `{name}` is configured and not installed: no Cargo command can compile");
    Finding {
        severity: Severity::Major,
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![wrapper.origin.in_words()],
        locations: place(wrapper),
        command: Some("RUSTC_WRAPPER= cargo build".to_owned()),
        ..Finding::of(&DETECTOR, name.to_owned(), title)
    }
}

/// Only of sccache it is known that it refuses incremental crates ("Known caveats" in its README).
fn without_effect(
    evidence: Evidence<'_>,
    configuration: &Configuration,
    wrapper: &Setting<Wrapper>,
) -> Option<Finding> {
    let profile = configuration.profile("dev")?;
    let incremental = configuration.incremental_of(profile).filter(|setting| setting.value)?;
    let members = compiled_members(evidence).into_iter();
    let members = members.filter(|&idx| evidence.build.unit(idx).profile_dir.as_deref() == Some(profile.dir()));
    let price = Price::of(evidence, members.collect());
    if wrapper.value.name() != "sccache" || price.known_s() < evidence.limit(&LEAST_S) {
        return None;
    }
    let n_units = count(price.units.len(), "unit");
    let title = format!("sccache cannot keep {n_units} of members, {}: they are incremental", seconds(price.known_s()));
    Some(Finding {
        severity: severity(evidence, price.known_s()).min(Severity::Minor),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            wrapper.origin.in_words(),
            format!("incremental compilation is on: {}", incremental.origin.in_words()),
        ],
        locations: both(configuration, profile, wrapper, &incremental),
        command: Some("sccache --show-stats".to_owned()),
        ..Finding::of(&DETECTOR, "sccache".to_owned(), title)
    })
}

fn both(
    configuration: &Configuration,
    profile: &Profile,
    wrapper: &Setting<Wrapper>,
    incremental: &Setting<bool>,
) -> Vec<Location> {
    let mut locations = place(wrapper);
    locations.extend(places(configuration, profile, incremental));
    locations
}

/// In CI clean builds are the rule. Elsewhere nobody knows how often they come, and nothing is said.
fn unused_in_ci(evidence: Evidence<'_>, configuration: &Configuration) -> Option<Finding> {
    let variable = configuration.ci.as_ref()?;
    let name = CACHES.into_iter().find(|name| configuration.installed.contains(*name))?;
    let served: Vec<UnitIdx> = evidence
        .build
        .iter_units()
        .filter(|(_, unit)| unit.package.source == PackageSource::Registry && unit.target.kind == TargetKind::Lib)
        .map(|(idx, _)| idx)
        .collect();
    let price = Price::of(evidence, served);
    if price.known_s() < evidence.limit(&LEAST_S) {
        return None;
    }
    let title = format!("this is CI, and `{name}` is installed and not used");
    let n_units = count(price.units.len(), "library unit");
    Some(Finding {
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            format!("the environment variable `{variable}` is set, and no compiler wrapper is configured"),
            format!(
                "{n_units} of the registry took {}: at most that could come from a cache",
                seconds(price.known_s())
            ),
        ],
        command: Some(format!("RUSTC_WRAPPER={name} cargo brisk record -- build --target-dir target/trial")),
        ..Finding::of(&DETECTOR, name.to_owned(), title)
    })
}
