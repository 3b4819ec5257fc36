//! Findings, what all of their cures save together, and what the workspace accepts.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::detect::{Basis, Cost, DETECTORS, Effort, Finding, Joint, Location, Risk, Severity, Suppressed};
use serde::Serialize;

use super::strings::{Strings, Text};
use crate::json::number::seconds;

/// Low and high end.
type Ends = (Option<f64>, Option<f64>);

/// A finding. Severity, effort and risk are 0 to 2, the least first.
#[derive(Debug, Serialize)]
pub(super) struct FindingData {
    id: Text,
    key: Text,
    title: Text,
    severity: u8,
    effort: u8,
    risk: u8,
    cost: CostData,
    seconds_of: Text,
    gain: GainData,
    evidence: Vec<Text>,
    places: Vec<Text>,
    caveats: Vec<Text>,
    command: Option<Text>,
    is_fixable: bool,
    overlaps: Vec<Text>,
}

#[derive(Debug, Serialize)]
struct CostData {
    unit_s: Option<f64>,
    cpu_s: Option<f64>,
    bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct GainData {
    wall_s: Option<Ends>,
    basis: &'static str,
    cpu_s: Option<Ends>,
    cpu_basis: &'static str,
    bytes: Option<u64>,
}

impl FindingData {
    pub(super) fn of(finding: &Finding, strings: &mut Strings) -> Self {
        Self {
            id: strings.of(finding.id),
            key: strings.of(&finding.key),
            title: strings.of(&finding.title),
            severity: severity(finding.severity),
            effort: effort(finding.effort),
            risk: risk(finding.risk),
            cost: CostData::of(finding.cost),
            seconds_of: strings.of(finding.seconds_of),
            gain: GainData::of(finding),
            evidence: strings.all(&finding.evidence),
            places: finding.locations.iter().map(Location::in_words).map(|place| strings.of(&place)).collect(),
            caveats: strings.all(&finding.caveats),
            command: finding.command.as_deref().map(|command| strings.of(command)),
            is_fixable: !finding.cure.is_empty(),
            overlaps: strings.all(&finding.overlaps),
        }
    }
}

fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Note => 0,
        Severity::Minor => 1,
        Severity::Major => 2,
    }
}

fn effort(effort: Effort) -> u8 {
    match effort {
        Effort::Small => 0,
        Effort::Medium => 1,
        Effort::Large => 2,
    }
}

fn risk(risk: Risk) -> u8 {
    match risk {
        Risk::Low => 0,
        Risk::Medium => 1,
        Risk::High => 2,
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

impl CostData {
    fn of(cost: Cost) -> Self {
        Self { unit_s: cost.seconds.and_then(seconds), cpu_s: cost.cpu_seconds.and_then(seconds), bytes: cost.bytes }
    }
}

impl GainData {
    fn of(finding: &Finding) -> Self {
        let gain = finding.gain;
        let wall_s = (gain.low_s.and_then(seconds), gain.high_s.and_then(seconds));
        Self {
            wall_s: (wall_s != (None, None)).then_some(wall_s),
            basis: basis(gain.basis),
            cpu_s: gain.cpu.map(|cpu| (seconds(cpu.low_s), seconds(cpu.high_s))),
            cpu_basis: basis(gain.cpu.map_or(Basis::None, |cpu| cpu.basis)),
            bytes: gain.bytes,
        }
    }
}

/// What is said of all findings of one kind.
#[derive(Debug, Serialize)]
pub(super) struct KindData {
    id: Text,
    why: Text,
    cure: Text,
}

impl KindData {
    /// Those of the kinds that were found, by id.
    pub(super) fn all(findings: &[Finding], strings: &mut Strings) -> Vec<Self> {
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.id).collect();
        let detectors = DETECTORS.iter().filter(|detector| found.contains(detector.id));
        detectors
            .map(|detector| Self {
                id: strings.of(detector.id),
                why: strings.of(detector.why),
                cure: strings.of(detector.cure),
            })
            .collect()
    }
}

/// What all cures that take units out save together.
#[derive(Debug, Serialize)]
pub(super) struct JointData {
    n_findings: usize,
    n_units: usize,
    cpu_s: Option<Ends>,
    cpu_basis: &'static str,
    wall_s: Option<Ends>,
}

impl JointData {
    pub(super) fn of(joint: &Joint) -> Option<Self> {
        (!joint.units.is_empty()).then(|| Self {
            n_findings: joint.keys.len(),
            n_units: joint.units.len(),
            cpu_s: joint.cpu.map(|cpu| (seconds(cpu.low_s), seconds(cpu.high_s))),
            cpu_basis: basis(joint.cpu.map_or(Basis::None, |cpu| cpu.basis)),
            wall_s: joint.wall_s.map(|wall_s| (seconds(wall_s.low), seconds(wall_s.high))),
        })
    }
}

/// A finding that the workspace accepts.
#[derive(Debug, Serialize)]
pub(super) struct SuppressedData {
    title: Text,
    reason: Text,
    expires: Option<String>,
}

impl SuppressedData {
    pub(super) fn all(analysis: &Analysis, strings: &mut Strings) -> Vec<Self> {
        let data = |Suppressed { finding, reason, expires }: &Suppressed| Self {
            title: strings.of(&finding.title),
            reason: strings.of(reason),
            expires: expires.clone(),
        };
        analysis.suppressed.iter().map(data).collect()
    }
}
