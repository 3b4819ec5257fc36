//! `missing-dev-profile`: a big workspace that nobody has adjusted the dev profile of.

use super::settings::{TRIAL, is_built_in, location, trial};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count, debuginfo, seconds};
use crate::model::Unit;

pub(super) const DETECTOR: Detector = Detector {
    id: "missing-dev-profile",
    group: Group::Settings,
    claim: "a big workspace builds for development with Cargo's defaults in everything",
    measures: "whether anything sets a profile that `cargo build` and `cargo test` use (`dev`, `test`), in the root manifest, \
               the configuration, or the environment; and the units of the build at hand, or the packages where there is none",
    why: "the defaults suit a debugger, not the time to build: full debug information of all crates, which rustc generates and \
          the linker copies",
    cure: "add `[profile.dev]` to the root manifest with `debug = \"line-tables-only\"`, and `[profile.dev.package.\"*\"]` with \
           `debug = false`; try one setting at a time, and keep what pays",
    wrong_when: "the defaults were tried against others and kept; or a debugger is used all day",
    unpriced: Some(
        "no part of the build is known to come from what is not set; only a trial with other settings tells",
    ),
    thresholds: &[LEAST_UNITS, LEAST_S],
    find,
};

/// Smaller workspaces build in some seconds whatever the profile says.
const LEAST_UNITS: Threshold = Threshold {
    name: "missing-dev-profile.least-units",
    default: 150.0,
    about: "units of the build, or packages where there is no build",
};
const LEAST_S: Threshold =
    Threshold { name: "missing-dev-profile.least-seconds", default: 60.0, about: "seconds of unit time, where known" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let is_unset = |name| configuration.profile(name).is_some_and(crate::model::Profile::is_unset);
    // A profile of another name that inherits from `dev` shows that somebody thought of it.
    let others = configuration.profiles.values().filter(|profile| !matches!(profile.name.as_str(), "dev" | "test"));
    let is_tuned = others.filter(|profile| profile.root == crate::model::ProfileRoot::Dev).count() > 0;
    if !is_unset("dev") || !is_unset("test") || is_tuned || debuginfo::speaks(evidence) {
        return Vec::new();
    }
    let Some(size) = size(evidence) else { return Vec::new() };
    let title = format!("{size} are built for development with no `[profile.dev]` at all");
    let ignored = configuration.ignored_profiles.first();
    vec![Finding {
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: ignored
            .map(|place| format!("`{}` has a profile, which Cargo ignores: only the root manifest counts", place.file))
            .into_iter()
            .chain([TRIAL.to_owned()])
            .collect(),
        locations: ignored.into_iter().chain([&configuration.manifest]).map(location).collect(),
        command: trial("", &["profile.dev.debug=\"line-tables-only\""]),
        cure: debuginfo::trimmed(),
        ..Finding::of(&DETECTOR, "dev".to_owned(), title)
    }]
}

/// `234 units with 143 s of unit time`, if it is big enough.
fn size(evidence: Evidence<'_>) -> Option<String> {
    let least = evidence.limit(&LEAST_UNITS);
    let (units, packages) = (&evidence.build.units, &evidence.workspace.packages);
    if units.is_empty() {
        return (packages.len() as f64 >= least).then(|| count(packages.len(), "package"));
    }
    if (units.len() as f64) < least || !is_built_in(evidence.build, "debug") {
        return None;
    }
    let durations: Vec<f64> = units.iter().filter_map(Unit::trusted_duration_s).collect();
    if durations.is_empty() {
        return Some(count(units.len(), "unit"));
    }
    let all_s: f64 = durations.iter().sum();
    (all_s >= evidence.limit(&LEAST_S))
        .then(|| format!("{} with {} of unit time", count(units.len(), "unit"), seconds(all_s)))
}
