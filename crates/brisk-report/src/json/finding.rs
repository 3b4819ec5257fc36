//! Findings.

use brisk::detect::{Basis, Cost, Finding, Joint, Location, Severity, Suppressed};
use serde::Serialize;

use super::number::seconds;

/// One cause of slowness.
#[derive(Clone, Debug, Serialize)]
pub struct FindingView<'a> {
    /// Id of the detector.
    pub id: &'static str,
    /// Stable across runs, such as `duplicate-version:dashmap`.
    pub key: &'a str,
    /// One line.
    pub title: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// `note`, `minor`, `major`.
    pub severity: &'static str,
    /// What it costs now.
    pub cost: CostView,
    /// What its cure would save.
    pub gain: GainView,
    /// `small`, `medium`, `large`.
    pub effort: &'static str,
    /// `low`, `medium`, `high`.
    pub risk: &'static str,
    /// Facts, one sentence each.
    pub evidence: &'a [String],
    /// Where to look.
    pub locations: Vec<LocationView<'a>>,
    /// The cure.
    pub fix: FixView<'a>,
    /// When it does not apply.
    pub caveats: &'a [String],
    /// Keys of findings whose cures would take out some of the same units.
    pub overlaps: &'a [String],
}

/// What a finding costs now.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CostView {
    /// Unit seconds.
    pub seconds: Option<f64>,
    /// CPU seconds.
    pub cpu_seconds: Option<f64>,
    /// Bytes on disk.
    pub bytes: Option<u64>,
}

/// What a cure would save.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GainView {
    /// Wall seconds, low end.
    pub low_s: Option<f64>,
    /// Wall seconds, high end.
    pub high_s: Option<f64>,
    /// CPU seconds, low end.
    pub cpu_low_s: Option<f64>,
    /// CPU seconds, high end; the same where they were measured.
    pub cpu_high_s: Option<f64>,
    /// How the CPU seconds came about: `measured`, `estimated` from unit time, `none`.
    pub cpu_basis: &'static str,
    /// Bytes on disk.
    pub bytes: Option<u64>,
    /// `measured`, `replayed`, `simulated`, `counted`, `estimated`, `none`.
    pub basis: &'static str,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LocationView<'a> {
    /// Path, relative to the workspace root where it lies below it.
    pub file: &'a str,
    /// Line, from 1.
    pub line: Option<u32>,
}

/// Whether Brisk can cure it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FixView<'a> {
    /// Whether `cargo brisk fix KEY` does it.
    pub available: bool,
    /// A command to run next: one that looks closer, or one that cures.
    pub command: Option<&'a str>,
}

impl<'a> FindingView<'a> {
    pub(super) fn of(finding: &'a Finding) -> Self {
        let gain = finding.gain;
        Self {
            id: finding.id,
            key: &finding.key,
            title: &finding.title,
            subject: &finding.subject,
            severity: severity(finding.severity),
            cost: CostView::of(finding.cost),
            gain: GainView {
                low_s: gain.low_s.and_then(seconds),
                high_s: gain.high_s.and_then(seconds),
                cpu_low_s: gain.cpu.and_then(|cpu| seconds(cpu.low_s)),
                cpu_high_s: gain.cpu.and_then(|cpu| seconds(cpu.high_s)),
                cpu_basis: basis(gain.cpu.map_or(Basis::None, |cpu| cpu.basis)),
                bytes: gain.bytes,
                basis: basis(gain.basis),
            },
            effort: finding.effort.as_str(),
            risk: finding.risk.as_str(),
            evidence: &finding.evidence,
            locations: finding.locations.iter().map(LocationView::of).collect(),
            fix: FixView { available: !finding.cure.is_empty(), command: finding.command.as_deref() },
            caveats: &finding.caveats,
            overlaps: &finding.overlaps,
        }
    }
}

impl<'a> LocationView<'a> {
    pub(super) fn of(location: &'a Location) -> Self {
        Self { file: &location.file, line: location.line }
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Minor => "minor",
        Severity::Major => "major",
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Measured => "measured",
        Basis::Replayed => "replayed",
        Basis::Simulated => "simulated",
        Basis::Counted => "counted",
        Basis::Estimated => "estimated",
        Basis::None => "none",
    }
}

/// What the cures of several findings would take out of the build together.
#[derive(Clone, Debug, Serialize)]
pub struct JointView<'a> {
    /// Keys of the findings.
    pub keys: &'a [String],
    /// Units that would no longer be built.
    pub units: usize,
    /// What these cost: what may be expected of all cures together.
    pub cost: CostView,
    /// CPU seconds of these, low end.
    pub cpu_low_s: Option<f64>,
    /// CPU seconds of these, high end.
    pub cpu_high_s: Option<f64>,
    /// `measured`, `estimated` from unit time, `none`.
    pub cpu_basis: &'static str,
    /// Wall seconds that would be saved, by playing the build out; low end.
    pub wall_low_s: Option<f64>,
    /// The same, high end.
    pub wall_high_s: Option<f64>,
    /// The costs of the findings added up, with what several of them take out counted several times.
    pub sum_of_each: CostView,
}

impl<'a> JointView<'a> {
    pub(super) fn of(joint: &'a Joint) -> Self {
        Self {
            keys: &joint.keys,
            units: joint.units.len(),
            cost: CostView::of(joint.cost),
            cpu_low_s: joint.cpu.and_then(|cpu| seconds(cpu.low_s)),
            cpu_high_s: joint.cpu.and_then(|cpu| seconds(cpu.high_s)),
            cpu_basis: basis(joint.cpu.map_or(Basis::None, |cpu| cpu.basis)),
            wall_low_s: joint.wall_s.and_then(|wall_s| seconds(wall_s.low)),
            wall_high_s: joint.wall_s.and_then(|wall_s| seconds(wall_s.high)),
            sum_of_each: CostView::of(joint.sum),
        }
    }
}

impl CostView {
    fn of(cost: Cost) -> Self {
        Self {
            seconds: cost.seconds.and_then(seconds),
            cpu_seconds: cost.cpu_seconds.and_then(seconds),
            bytes: cost.bytes,
        }
    }
}

/// A finding that the workspace accepts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SuppressedView<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Why it is accepted.
    pub reason: &'a str,
    /// The last day on which it is, as `2027-03-31`; `null` if it is for good.
    pub expires: Option<&'a str>,
}

impl<'a> SuppressedView<'a> {
    pub(super) fn of(Suppressed { finding, reason, expires }: &'a Suppressed) -> Self {
        Self { key: &finding.key, title: &finding.title, reason, expires: expires.as_deref() }
    }
}
