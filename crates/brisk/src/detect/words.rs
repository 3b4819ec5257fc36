//! Words that detectors share.

use super::{Detector, Evidence};
use crate::model::{PackageSource, UnitIdx};

/// Dependants that are named.
const NAMED: usize = 3;

/// From this share of the machine on, what other programs took makes the times of a build unlike those of another one: it
/// is beyond what two undisturbed builds differ by.
const DISTURBED: f64 = 0.1;

/// `1 unit`, `2 units`.
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// As [`count`].
pub(super) fn count_u64(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// `1.25 s`, `12.5 s`, `125 s`.
pub(super) fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 100.0 => format!("{s:.1} s"),
        s => format!("{s:.0} s"),
    }
}

/// The package of `idx` as the subject of a finding: its name, with what tells it apart where that is needed: the version
/// if the build has several, and the position of the unit if there are several units of its kind.
pub(super) fn subject(evidence: Evidence<'_>, idx: UnitIdx) -> String {
    let own = evidence.build.unit(idx);
    let of_name = || evidence.build.units.iter().filter(|unit| unit.package.name == own.package.name);
    let several_versions = of_name().any(|unit| unit.package.version != own.package.version);
    let name = match &own.package.version {
        Some(version) if several_versions => format!("{}@{version}", own.package.name),
        _ => own.package.name.clone(),
    };
    let twins = evidence
        .build
        .iter_units()
        .filter(|(_, unit)| unit.package == own.package && unit.target == own.target && unit.mode == own.mode);
    match twins.map(|(twin, _)| twin).position(|twin| twin == idx) {
        None | Some(0) => name,
        Some(n) => format!("{name}#{}", n + 1),
    }
}

/// That the unit is on the critical path.
pub(super) fn on_critical_path(evidence: Evidence<'_>, idx: UnitIdx) -> Option<String> {
    let step = evidence.critical_path.steps.iter().find(|step| step.unit == idx)?;
    let (own, all) = (seconds(step.on_path_s), seconds(evidence.critical_path.length_s));
    Some(format!("it is on the critical path, with {own} of {all}"))
}

/// Who needs the unit, members first.
pub(super) fn needed_by(evidence: Evidence<'_>, idx: UnitIdx) -> Option<String> {
    let own = &evidence.build.unit(idx).package;
    let dependents = evidence.graph.dependents(idx).iter().map(|&idx| &evidence.build.unit(idx).package);
    let mut packages: Vec<_> = dependents
        .filter(|package| *package != own)
        .map(|p| (p.source != PackageSource::Member, p.to_string()))
        .collect();
    packages.sort();
    packages.dedup();
    let n_more = packages.len().saturating_sub(NAMED);
    let mut names: Vec<String> = packages.into_iter().take(NAMED).map(|(_, name)| name).collect();
    if n_more > 0 {
        names.push(format!("{n_more} more"));
    }
    let wait = if names.len() == 1 { "waits" } else { "wait" };
    (!names.is_empty()).then(|| format!("{} {wait} for it", names.join(", ")))
}

/// When `detector` does not apply, and that the build was disturbed, where it was.
pub(super) fn caveats(detector: &Detector, evidence: Evidence<'_>) -> Vec<String> {
    let disturbed = evidence.build.foreign_cpu.filter(|share| *share >= DISTURBED).map(|share| {
        format!("other programs took {:.0} % of the machine meanwhile, which makes all times longer", 100.0 * share)
    });
    [Some(detector.wrong_when.to_owned()), disturbed].into_iter().flatten().collect()
}

/// A size in binary units with three significant digits: `512 B`, `9.31 MiB`, `849 MiB`, `4.60 GiB`.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    // 999.5 would be shown with four digits.
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let decimals = match size {
        s if s < 9.995 => 2,
        s if s < 99.95 => 1,
        _ => 0,
    };
    format!("{size:.decimals$} {}", UNITS[unit])
}

/// `12 %` of the whole; `<1 %`.
#[expect(clippy::cast_precision_loss, reason = "it is shown with two digits")]
pub(super) fn share_of_bytes(part: u64, whole: u64) -> String {
    match part as f64 * 100.0 / whole.max(1) as f64 {
        percent if percent < 1.0 && part > 0 => "<1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}
