//! `build-override`: how build scripts, proc macros and what only they need are optimised.

use super::price::{Price, severity};
use super::settings::{TRIAL, in_profile, is_built_in, is_for_manifest, places, trial};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count, seconds};
use crate::model::{Configuration, Cure, Mode, Profile, ProfilePart, ProfileValue, TargetKind, Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "build-override",
    group: Group::Settings,
    claim: "build scripts and proc macros are optimised and take long to compile, or are not and take long to run",
    measures: "the time to compile proc macros, build scripts and what only they need, where something sets `opt-level` for \
               them; else the run time of build scripts that neither are trivial nor call a compiler of another language",
    why: "code that runs while building is compiled without optimisation by default, which suits code that runs once and \
          shortly; optimised, every clean build pays for compiling it; not optimised, every clean build pays for running it",
    cure: "set `opt-level` in `[profile.dev.build-override]` (0 to compile faster, 1 or more to run faster), or name the one \
           package that needs it in `[profile.dev.package.NAME]`. `[profile.dev.package.\"*\"]` holds for build scripts and \
           proc macros from other packages too, and is stronger than `build-override`",
    wrong_when: "edits are what counts, not clean builds: what was compiled stays, and optimised macros expand faster in every \
                 rebuild; a script that waits for another program does not run faster either way",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_SHARE],
    find,
};

/// Below this, or this share of all unit time, neither way would be noticed.
const LEAST_S: Threshold =
    Threshold { name: "build-override.least-seconds", default: 5.0, about: "seconds of unit time" };
const LEAST_SHARE: Threshold =
    Threshold { name: "build-override.least-share", default: 0.1, about: "share of all unit time" };

/// Crates by which a build script has other programs do its work: compilers of C and C++, CMake, and so on.
const CALLERS: [&str; 8] = ["autotools", "bindgen", "cc", "cmake", "meson", "nasm-rs", "pkg-config", "vcpkg"];

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let built = configuration.profiles.values().find(|profile| {
        matches!(profile.name.as_str(), "dev" | "release") && is_built_in(evidence.build, profile.dir())
    });
    let Some(profile) = built else { return Vec::new() };
    let is_optimised = profile.opt_level_of_host_dependencies().value != "0";
    let found =
        if is_optimised { optimised(evidence, configuration, profile) } else { slow(evidence, configuration, profile) };
    found.into_iter().collect()
}

fn optimised(evidence: Evidence<'_>, configuration: &Configuration, profile: &Profile) -> Option<Finding> {
    let units = evidence.build.iter_units().filter(|(_, unit)| runs_while_building(unit));
    let price = Price::when_removed(evidence, &units.map(|(idx, _)| idx).collect::<Vec<_>>());
    // What the scripts do when they run is no matter of how long they take to compile.
    let compiled = price.units.iter().copied().filter(|&idx| evidence.build.unit(idx).mode != Mode::RunBuildScript);
    let price = Price::of(evidence, compiled.collect());
    if !price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE) {
        return None;
    }
    let level = profile.opt_level_of_host_dependencies();
    let title = format!(
        "proc macros and build scripts are built with `opt-level = {}`: compiling {} takes {}",
        level.value,
        count(price.units.len(), "unit"),
        seconds(price.known_s())
    );
    let by_all = profile.all_packages.opt_level.is_some();
    let why = if by_all { "`package.\"*\"` holds for them too, and is stronger than `build-override`; " } else { "" };
    let key = format!("profile.{}.build-override.opt-level=0", profile.name);
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            format!("{why}{}; without it they are not optimised", level.origin.in_words()),
            "the times are of the build at hand, which may be older than the setting".to_owned(),
            TRIAL.to_owned(),
        ],
        locations: places(configuration, profile, &level),
        command: match by_all {
            true => Some(format!("cargo brisk --explain {}", DETECTOR.id)),
            false => trial(flags(profile), &[&key]),
        },
        cure: cure(configuration, profile, 0),
        ..Finding::of(&DETECTOR, profile.name.clone(), title)
    })
}

fn runs_while_building(unit: &Unit) -> bool {
    unit.mode == Mode::Build && matches!(unit.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript)
}

fn slow(evidence: Evidence<'_>, configuration: &Configuration, profile: &Profile) -> Option<Finding> {
    let mut runs: Vec<(UnitIdx, f64)> = evidence
        .build
        .iter_units()
        .filter(|(idx, unit)| unit.mode == Mode::RunBuildScript && works_itself(evidence, *idx))
        .filter(|(_, unit)| !is_optimised_by_name(profile, &unit.package.name))
        .filter_map(|(idx, unit)| Some((idx, unit.trusted_duration_s()?)))
        .collect();
    runs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // Short ones would not be shorter: starting a process and asking rustc for its version takes 0.1 s.
    runs.retain(|(_, run_s)| *run_s >= 1.0);
    let price = Price::of(evidence, runs.iter().map(|(idx, _)| *idx).collect());
    if runs.is_empty() || !price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE) {
        return None;
    }
    let scripts = count(runs.len(), "build script");
    let verb = if runs.len() == 1 { "runs" } else { "run" };
    let title = format!("{scripts} {verb} for {} without being optimised", seconds(price.known_s()));
    let name = |(idx, run_s): &(UnitIdx, f64)| format!("{}: {}", evidence.build.unit(*idx).label(), seconds(*run_s));
    let key = format!("profile.{}.build-override.opt-level=1", profile.name);
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: Cost { bytes: None, ..price.cost() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: runs.iter().take(3).map(name).chain([TRIAL.to_owned()]).collect(),
        locations: places(configuration, profile, &profile.opt_level_of_host_dependencies()),
        command: trial(flags(profile), &[&key]),
        cure: cure(configuration, profile, 1),
        ..Finding::of(&DETECTOR, profile.name.clone(), title)
    })
}

/// Another level for what runs while building, where `build-override` of the root manifest decides on it.
fn cure(configuration: &Configuration, profile: &Profile, level: i64) -> Vec<Cure> {
    let is_decided = profile.all_packages.opt_level.is_none()
        && is_for_manifest(configuration, profile.build_override.opt_level.as_ref());
    match is_decided {
        true => in_profile(&profile.name, &[(ProfilePart::BuildOverride, "opt-level", ProfileValue::Number(level))]),
        false => Vec::new(),
    }
}

fn flags(profile: &Profile) -> &'static str {
    if profile.name == "release" { " --release" } else { "" }
}

fn is_optimised_by_name(profile: &Profile, package: &str) -> bool {
    let level = profile.packages.get(package).and_then(|settings| settings.opt_level.as_ref());
    level.is_some_and(|level| level.value != "0")
}

/// Whether the script does its work with crates of its own, and calls no compiler: one without any dependencies asks rustc
/// for its version, or runs a program.
fn works_itself(evidence: Evidence<'_>, run: UnitIdx) -> bool {
    let own = &evidence.build.unit(run).package;
    let scripts = evidence.graph.dependencies(run).iter().copied();
    let scripts = scripts
        .filter(|&idx| evidence.build.unit(idx).package == *own && runs_while_building(evidence.build.unit(idx)));
    let needs: Vec<UnitIdx> = scripts.flat_map(|script| evidence.graph.dependencies(script)).copied().collect();
    let all = evidence.graph.closure(needs.iter().copied());
    let mut names =
        evidence.build.iter_units().filter(|(idx, _)| all[idx.index()]).map(|(_, unit)| unit.package.name.as_str());
    !needs.is_empty() && !names.any(|name| CALLERS.contains(&name))
}
