//! `incremental-setting`: incremental compilation where it does not pay, or none where it does.

use super::price::{Price, severity};
use super::settings::{bytes_of_part, compiled_members, in_profile, is_built_in, is_for_manifest, places, size};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, count, seconds};
use crate::model::{Configuration, DiskKind, Profile, ProfilePart, ProfileValue, Setting};

pub(super) const DETECTOR: Detector = Detector {
    id: "incremental-setting",
    group: Group::Settings,
    claim: "incremental compilation is on where nothing profits from it, or off where every edit would",
    measures: "who decides on it (`CARGO_INCREMENTAL`, `build.incremental`, Cargo's own rule for CI, the profile), the bytes that \
               it keeps, and the time of the members' units",
    why: "with it, rustc writes down what it found out, and does only what changed at the next edit; without it, each edit \
          compiles the whole crate again; where the result is thrown away (CI) or code must be fast (release), writing it \
          down is in vain, and code is cut into up to 256 units",
    cure: "for development leave it on (the default of `dev`); leave `release` without it (the default); in CI set \
           `CARGO_INCREMENTAL=0`, which Cargo does by itself since 1.99 when the variable `CI` is set",
    wrong_when: "a compiler cache is used that refuses incremental crates (sccache): then off is right; or CI keeps the target \
                 directory from one run to the next, members included",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_BYTES],
    find,
};

/// Members that compile within this time are compiled whole without anybody noticing.
const LEAST_S: Threshold =
    Threshold { name: "incremental-setting.least-seconds", default: 2.0, about: "seconds of unit time of members" };

/// Less than this is not worth a setting.
const LEAST_BYTES: Threshold = Threshold {
    name: "incremental-setting.least-bytes",
    default: 104_857_600.0,
    about: "bytes that incremental compilation keeps in vain",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    [off_for_edits(evidence, configuration), on_in_release(evidence, configuration), on_in_ci(evidence, configuration)]
        .into_iter()
        .flatten()
        .collect()
}

fn off_for_edits(evidence: Evidence<'_>, configuration: &Configuration) -> Option<Finding> {
    let profile = configuration.profile("dev")?;
    let setting = configuration.incremental_of(profile).filter(|setting| !setting.value)?;
    if configuration.ci.is_some() || configuration.wrapper.is_some() || !is_built_in(evidence.build, profile.dir()) {
        return None;
    }
    let price = Price::of(evidence, compiled_members(evidence));
    if price.known_s() < evidence.limit(&LEAST_S) {
        return None;
    }
    let n_units = count(price.units.len(), "unit");
    let title = format!(
        "incremental compilation is off: an edit compiles whole crates again, {} of members in {n_units}",
        seconds(price.known_s())
    );
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        evidence: vec![
            setting.origin.in_words(),
            "the cost is that of all units of members; an edit compiles those that it reaches".to_owned(),
        ],
        command: Some("CARGO_INCREMENTAL=1 cargo brisk record -- build --target-dir target/trial".to_owned()),
        ..base(configuration, profile, &setting, title)
    })
}

fn on_in_release(evidence: Evidence<'_>, configuration: &Configuration) -> Option<Finding> {
    let profile = configuration.profile("release")?;
    let setting = configuration.incremental_of(profile).filter(|setting| setting.value)?;
    let bytes = bytes_of_part(evidence, profile.dir(), DiskKind::Incremental);
    // A variable that is set for development holds for release builds too, if there are any.
    let by_profile = configuration.incremental.is_none();
    if !by_profile && !is_many(evidence, bytes) {
        return None;
    }
    let kept = bytes.map(|bytes| format!(", and keep {}", size(bytes))).unwrap_or_default();
    let title = format!("release builds are incremental: members get up to 256 code generation units{kept}");
    let title =
        if profile.own.codegen_units.is_some() { format!("release builds are incremental{kept}") } else { title };
    let off = [(ProfilePart::Whole, "incremental", ProfileValue::Flag(false))];
    let is_cured = by_profile && is_for_manifest(configuration, Some(&setting));
    Some(Finding {
        severity: Severity::Note,
        cost: Cost { bytes, ..Cost::default() },
        cure: if is_cured { in_profile(&profile.name, &off) } else { Vec::new() },
        evidence: vec![
            setting.origin.in_words(),
            "programs may be slower than without it: rustc optimises within a code generation unit".to_owned(),
        ],
        ..base(configuration, profile, &setting, title)
    })
}

fn on_in_ci(evidence: Evidence<'_>, configuration: &Configuration) -> Option<Finding> {
    let profile = configuration.profile("dev")?;
    let variable = configuration.ci.as_ref()?;
    let setting = configuration.incremental_of(profile).filter(|setting| setting.value)?;
    let bytes = bytes_of_part(evidence, profile.dir(), DiskKind::Incremental)
        .filter(|bytes| is_many(evidence, Some(*bytes)))?;
    let title = format!("this is CI, and incremental compilation keeps {} for edits that do not come", size(bytes));
    let newer = "Cargo switches it off by itself in CI since 1.99".to_owned();
    Some(Finding {
        severity: Severity::Minor,
        cost: Cost { bytes: Some(bytes), ..Cost::default() },
        evidence: vec![format!("the environment variable `{variable}` is set"), setting.origin.in_words(), newer],
        command: Some("CARGO_INCREMENTAL=0 cargo brisk record -- build --target-dir target/trial".to_owned()),
        ..base(configuration, profile, &setting, title)
    })
}

fn is_many(evidence: Evidence<'_>, bytes: Option<u64>) -> bool {
    bytes.is_some_and(|bytes| bytes as f64 >= evidence.limit(&LEAST_BYTES))
}

fn base(configuration: &Configuration, profile: &Profile, setting: &Setting<bool>, title: String) -> Finding {
    Finding {
        effort: Effort::Small,
        risk: Risk::Low,
        locations: places(configuration, profile, setting),
        ..Finding::of(&DETECTOR, profile.name.clone(), title)
    }
}
