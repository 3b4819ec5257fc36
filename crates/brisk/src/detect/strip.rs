//! `strip`: release programs that carry debug information.

use super::settings::{in_profile, is_for_manifest, linked, places, size};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count};
use crate::model::{Configuration, Cure, Linked, Profile, ProfilePart, ProfileValue, Strip};

pub(super) const DETECTOR: Detector = Detector {
    id: "strip",
    group: Group::Settings,
    claim: "release programs carry debug information",
    measures: "bytes of debug information (ELF sections `.debug_*`) in the programs and shared libraries that Cargo put into the \
               directory of the `release` profile",
    why: "the linker reads and writes it with every release build, and it is copied, uploaded and downloaded with the program",
    cure: "set `strip = \"debuginfo\"` in `[profile.release]`, or no `debug` there; for profiling, a profile of its own that says \
           `inherits = \"release\"` and `debug = true`. Since Cargo 1.77 a profile without any debug information is stripped of \
           that of the standard library by itself",
    wrong_when: "it is wanted: for profiling, for backtraces with lines, or because it is taken out and kept elsewhere after the \
                 build",
    unpriced: None,
    thresholds: &[LEAST_BYTES],
    find,
};

/// Less than this nobody waits for.
const LEAST_BYTES: Threshold = Threshold {
    name: "strip.least-bytes",
    default: 52_428_800.0,
    about: "bytes of debug information in release programs",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let Some(profile) = configuration.profile("release") else { return Vec::new() };
    let strips = profile.own.strip.as_ref().is_some_and(|strip| strip.value >= Strip::DebugInfo);
    let mut carrying: Vec<(&Linked, u64)> = linked(evidence, profile.dir())
        .filter(|file| file.is_artifact)
        .filter_map(|file| Some((file, file.debug_bytes.filter(|bytes| *bytes > 0)?)))
        .collect();
    carrying.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let bytes = carrying.iter().fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
    if strips || (bytes as f64) < evidence.limit(&LEAST_BYTES) {
        return Vec::new();
    }
    vec![finding(configuration, profile, &carrying, bytes)]
}

fn finding(configuration: &Configuration, profile: &Profile, carrying: &[(&Linked, u64)], bytes: u64) -> Finding {
    let debug = profile.debug();
    let verb = if carrying.len() == 1 { "carries" } else { "carry" };
    let title = format!("{} {verb} {} of debug information", count(carrying.len(), "release program"), size(bytes));
    let line =
        |(file, bytes): &(&Linked, u64)| format!("`{}`: {} of its {}", file.path, size(*bytes), size(file.bytes));
    Finding {
        cost: Cost { bytes: Some(bytes), ..Cost::default() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: carrying.iter().take(3).map(line).chain([format!("`debug`: {}", debug.origin.in_words())]).collect(),
        locations: places(configuration, profile, &debug),
        command: Some(
            "cargo build --release --config 'profile.release.strip=\"debuginfo\"' --target-dir target/trial".to_owned(),
        ),
        cure: cure(configuration, profile),
        ..Finding::of(&DETECTOR, profile.name.clone(), title)
    }
}

/// What is linked is stripped, where the root manifest decides on that.
fn cure(configuration: &Configuration, profile: &Profile) -> Vec<Cure> {
    match is_for_manifest(configuration, profile.own.strip.as_ref()) {
        true => in_profile(&profile.name, &[(ProfilePart::Whole, "strip", ProfileValue::Text("debuginfo".to_owned()))]),
        false => Vec::new(),
    }
}
