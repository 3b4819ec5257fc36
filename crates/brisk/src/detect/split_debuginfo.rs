//! `split-debuginfo`: debug information that the linker copies into every executable.

use super::settings::{TRIAL, debug_bytes, in_profile, is_for_manifest, places, size, trial};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, count, debuginfo};
use crate::model::{Configuration, DebugInfo, Profile, ProfilePart, ProfileValue, Setting};

pub(super) const DETECTOR: Detector = Detector {
    id: "split-debuginfo",
    group: Group::Settings,
    claim: "debug information that is wanted is copied into every executable by the linker",
    measures: "bytes of debug information (ELF sections `.debug_*`) in what was linked with the `dev` profile, where it is not \
               split off and the toolchain can do so",
    why: "on Linux the linker reads the debug information of all crates and writes it into each executable and test program, \
          so that every one holds that of the dependencies again; on macOS Cargo has it split off by default",
    cure: "set `split-debuginfo = \"unpacked\"` in `[profile.dev]`: rustc leaves it in `.dwo` files in the target directory, where \
           debuggers find it, and the linker does not touch it. All units of the profile are built again once",
    wrong_when: "executables are moved to another machine to be debugged there: what is split off does not go with them; or the \
                 tools in use do not read split debug information",
    unpriced: None,
    thresholds: &[LEAST_BYTES, LEAST_FILES],
    find,
};

/// Less is copied within a blink.
const LEAST_BYTES: Threshold = Threshold {
    name: "split-debuginfo.least-bytes",
    default: 536_870_912.0,
    about: "bytes of debug information in what was linked",
};

/// One executable holds each part once: it is with several that the same is written again and again.
const LEAST_FILES: Threshold =
    Threshold { name: "split-debuginfo.least-files", default: 3.0, about: "linked files with debug information" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let Some(profile) = configuration.profile("dev") else { return Vec::new() };
    let (n_files, bytes) = debug_bytes(evidence, profile.dir());
    let is_much = bytes as f64 >= evidence.limit(&LEAST_BYTES) && n_files as f64 >= evidence.limit(&LEAST_FILES);
    // Where less of it would do, that is the better advice.
    if !is_much || !is_copied(configuration, profile) || debuginfo::speaks(evidence) {
        return Vec::new();
    }
    vec![finding(configuration, profile, n_files, bytes)]
}

/// Whether debug information is wanted and not split off, on a toolchain for ELF that can split it.
fn is_copied(configuration: &Configuration, profile: &Profile) -> bool {
    let is_off = profile.own.split_debuginfo.as_ref().is_none_or(|split| split.value == "off");
    let can_split = configuration.toolchain.as_ref().is_some_and(|toolchain| {
        let offered = toolchain.split_debuginfo.as_ref();
        toolchain.host.contains("-linux-") && offered.is_some_and(|ways| ways.iter().any(|way| way == "unpacked"))
    });
    let by_flags = configuration.flags.as_ref().is_some_and(|flags| flags.value.has("split-debuginfo"));
    profile.debug().value > DebugInfo::None && is_off && can_split && !by_flags
}

fn finding(configuration: &Configuration, profile: &Profile, n_files: usize, bytes: u64) -> Finding {
    let title =
        format!("{} hold {} of debug information, copied by the linker", count(n_files, "linked file"), size(bytes));
    let unpacked = ProfileValue::Text("unpacked".to_owned());
    let unpacked = in_profile(&profile.name, &[(ProfilePart::Whole, "split-debuginfo", unpacked)]);
    let split = profile.own.split_debuginfo.clone().unwrap_or_else(|| Setting::default_of("off".to_owned()));
    Finding {
        severity: Severity::Minor,
        cost: Cost { bytes: Some(bytes), ..Cost::default() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![format!("`split-debuginfo` is off: {}", split.origin.in_words()), TRIAL.to_owned()],
        locations: places(configuration, profile, &split),
        command: trial("", &["profile.dev.split-debuginfo=\"unpacked\""]),
        cure: if is_for_manifest(configuration, Some(&split)) { unpacked } else { Vec::new() },
        ..Finding::of(&DETECTOR, profile.name.clone(), title)
    }
}
