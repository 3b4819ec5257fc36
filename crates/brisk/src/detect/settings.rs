//! What detectors of settings share: places, sizes, and which profile the build at hand is of.

use super::{Evidence, Location};
use crate::model::{
    Build, Configuration, Cure, DiskEntry, DiskKind, FilePlace, Linked, Origin, Profile, ProfileEdit, ProfilePart,
    ProfileValue, Setting, Unit, UnitIdx,
};

/// Said where a change can only be priced by trying it.
pub(super) const TRIAL: &str = "what it is worth cannot be told from one build: a trial in a directory of its own measures it, \
                                and leaves the build as it is";

/// The command of such a trial: the same build with other settings, recorded, in a directory of its own.
pub(super) fn trial(flags: &str, settings: &[&str]) -> Option<String> {
    let settings: Vec<String> = settings.iter().map(|setting| format!(" --config '{setting}'")).collect();
    Some(format!("cargo brisk record -- build{flags}{} --target-dir target/trial", settings.concat()))
}

/// The same settings, as what the root manifest would say.
pub(super) fn in_profile(profile: &str, settings: &[(ProfilePart, &str, ProfileValue)]) -> Vec<Cure> {
    let edit = |(part, key, value): &(ProfilePart, &str, ProfileValue)| {
        let (profile, part) = (profile.to_owned(), part.clone());
        Cure::of_profile(ProfileEdit { profile, part, key: (*key).to_owned(), value: value.clone() })
    };
    settings.iter().map(edit).collect()
}

/// Whether the root manifest decides on it: what the configuration or a variable sets is stronger than any manifest.
pub(super) fn is_for_manifest<T>(configuration: &Configuration, setting: Option<&Setting<T>>) -> bool {
    match setting.map(|setting| &setting.origin) {
        None | Some(Origin::Default) => true,
        Some(Origin::File(place)) => place.file == configuration.manifest.file,
        Some(Origin::Variable(_)) => false,
    }
}

/// The place in the form of a finding.
pub(super) fn location(place: &FilePlace) -> Location {
    Location { file: place.file.clone(), line: place.line }
}

/// Where a setting is; of a default, where it would be written: the table of the profile, or the end of the manifest.
/// Nowhere, where a variable sets it.
pub(super) fn places<T>(configuration: &Configuration, profile: &Profile, setting: &Setting<T>) -> Vec<Location> {
    match (setting.origin.place(), setting.is_set()) {
        (Some(place), _) => vec![location(place)],
        (None, true) => Vec::new(),
        (None, false) => vec![location(profile.table.as_ref().unwrap_or(&configuration.manifest))],
    }
}

/// Where a setting is, if that is in a file.
pub(super) fn place<T>(setting: &Setting<T>) -> Vec<Location> {
    setting.origin.place().map(location).into_iter().collect()
}

/// Whether the build at hand is of that directory of profiles: most of its units are.
pub(super) fn is_built_in(build: &Build, profile_dir: &str) -> bool {
    let of_profile = build.units.iter().filter(|unit| unit.profile_dir.as_deref() == Some(profile_dir)).count();
    of_profile * 2 > build.units.len()
}

/// Bytes of all directories of that profile; `None` if nobody measured, or there is none.
pub(super) fn bytes_of_profile(evidence: Evidence<'_>, profile_dir: &str) -> Option<u64> {
    profile_entries(evidence, profile_dir).map(|entry| entry.bytes).reduce(u64::saturating_add)
}

/// Bytes of one part of these directories; the same.
pub(super) fn bytes_of_part(evidence: Evidence<'_>, profile_dir: &str, kind: DiskKind) -> Option<u64> {
    let parts = profile_entries(evidence, profile_dir).flat_map(|entry| &entry.children);
    parts.filter(|part| part.kind == kind).map(|part| part.bytes).reduce(u64::saturating_add)
}

fn profile_entries<'a>(evidence: Evidence<'a>, profile_dir: &'a str) -> impl Iterator<Item = &'a DiskEntry> {
    let top = evidence.surroundings.disk.iter().flat_map(|disk| &disk.entries);
    let all = top.flat_map(|entry| std::iter::once(entry).chain(&entry.children));
    all.filter(move |entry| {
        entry.kind == DiskKind::Profile && entry.path.rsplit('/').next().is_some_and(|name| name == profile_dir)
    })
}

/// What was linked with that profile.
pub(super) fn linked<'a>(evidence: Evidence<'a>, profile_dir: &'a str) -> impl Iterator<Item = &'a Linked> {
    let all = evidence.surroundings.linked.iter().flatten();
    all.filter(move |file| file.profile_dir == profile_dir)
}

/// Debug information in what was linked with that profile: files that have any, and bytes of it.
pub(super) fn debug_bytes(evidence: Evidence<'_>, profile_dir: &str) -> (usize, u64) {
    let with_any = linked(evidence, profile_dir).filter_map(|file| file.debug_bytes.filter(|bytes| *bytes > 0));
    with_any.fold((0, 0), |(n, sum), bytes| (n + 1, bytes.saturating_add(sum)))
}

/// Seconds and CPU seconds of all linkers, in a recorded build.
pub(super) fn linking(evidence: Evidence<'_>) -> Option<(f64, Option<f64>)> {
    let linked = evidence.build.units.iter().filter_map(|unit| Some((unit, unit_link_s(unit)?)));
    let linked: Vec<(&Unit, f64)> = linked.collect();
    let cpu_s = linked.iter().map(|(unit, _)| unit.phase_cpu.link_s).sum();
    (!linked.is_empty()).then(|| (linked.iter().map(|(_, link_s)| link_s).sum(), cpu_s))
}

fn unit_link_s(unit: &Unit) -> Option<f64> {
    unit.trusted_duration_s()?;
    let (from_s, to_s) = unit.timing?.link_s?;
    Some((to_s - from_s).max(0.0))
}

/// The units of members that rustc compiles.
pub(super) fn compiled_members(evidence: Evidence<'_>) -> Vec<UnitIdx> {
    use crate::model::{Mode, PackageSource};
    let units = evidence.build.iter_units();
    let own =
        units.filter(|(_, unit)| unit.package.source == PackageSource::Member && unit.mode != Mode::RunBuildScript);
    own.map(|(idx, _)| idx).collect()
}

/// `849 MiB`, `4.60 GiB`: three digits.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(super) fn size(bytes: u64) -> String {
    let (size, unit) = match bytes {
        b if b < 1 << 20 => (b as f64 / 1024.0, "KiB"),
        b if b < 1 << 30 => (b as f64 / f64::from(1 << 20), "MiB"),
        b => (b as f64 / f64::from(1 << 30), "GiB"),
    };
    match size {
        s if s < 9.995 => format!("{s:.2} {unit}"),
        s if s < 99.95 => format!("{s:.1} {unit}"),
        s => format!("{s:.0} {unit}"),
    }
}
