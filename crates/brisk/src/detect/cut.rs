//! What a cure takes out of the unit graph, and what several cures take out together.

use super::price::Price;
use super::{Basis, Cost, CpuGain, Detected, Evidence, Finding, cpu, saving};
use crate::model::{Cut, UnitIdx};
use crate::simulate::what_if::{Baseline, Range};

/// What the cures of several findings would take out together. Less than the sum of what each takes out, where several
/// take out the same; more, where something is needed by what several of them take out.
#[derive(Clone, Debug, PartialEq)]
pub struct Joint {
    /// Keys of the findings, in their order.
    pub keys: Vec<String>,
    /// The units that would no longer be built, ascending.
    pub units: Vec<UnitIdx>,
    /// What these cost.
    pub cost: Cost,
    /// CPU seconds of these.
    pub cpu: Option<CpuGain>,
    /// Wall seconds that the build would take less, by playing it out; `None` where it cannot be.
    pub wall_s: Option<Range>,
    /// What each of them would take out alone, where that is known, added up: what it would be wrong to promise.
    pub sum: Cost,
}

/// [`Graph::vanishing`](crate::model::Graph::vanishing) of the build that is looked at.
pub(super) fn vanishing(evidence: Evidence<'_>, cuts: &[Cut]) -> Vec<UnitIdx> {
    evidence.graph.vanishing(cuts)
}

/// The finding with the CPU time of what its cure takes out.
pub(super) fn with_cpu_gain(evidence: Evidence<'_>, mut finding: Finding) -> Finding {
    if !finding.cuts.is_empty() {
        let gain = cpu::gain(evidence, &Price::of(evidence, vanishing(evidence, &finding.cuts)));
        let is_estimated = gain.is_some_and(|gain| gain.basis == Basis::Estimated && gain.high_s > 0.0);
        finding.caveats.extend(is_estimated.then(|| cpu::CAVEAT.to_owned()));
        finding.gain.cpu = gain;
    }
    finding
}

/// Findings with what their cures would take out together.
pub(super) fn with_joint(evidence: Evidence<'_>, baseline: Option<&Baseline>, mut findings: Vec<Finding>) -> Detected {
    let gone: Vec<Vec<UnitIdx>> = findings.iter().map(|finding| vanishing(evidence, &finding.cuts)).collect();
    mark_overlaps(evidence, &mut findings, &gone);
    let joint = joint(evidence, &findings, &gone);
    let with_wall = |joint: Joint| {
        let cuts: Vec<Cut> = findings.iter().flat_map(|finding| finding.cuts.iter().copied()).collect();
        Joint { wall_s: baseline.map(|baseline| saving::of(evidence, baseline, &cuts)), ..joint }
    };
    Detected { joint: joint.map(with_wall), findings }
}

/// What all findings that take units out would take out together, where each alone takes out `gone`; `None` unless there are
/// at least two.
fn joint(evidence: Evidence<'_>, findings: &[Finding], gone: &[Vec<UnitIdx>]) -> Option<Joint> {
    let cutting = || findings.iter().zip(gone).filter(|(finding, _)| !finding.cuts.is_empty());
    if cutting().count() < 2 {
        return None;
    }
    let cuts: Vec<Cut> = cutting().flat_map(|(finding, _)| finding.cuts.iter().copied()).collect();
    let price = Price::of(evidence, vanishing(evidence, &cuts));
    let keys = cutting().map(|(finding, _)| finding.key.clone()).collect();
    let alone = cutting().map(|(_, gone)| Price::of(evidence, gone.clone()).cost());
    let known = alone.filter(|cost| cost.seconds.is_some());
    let sum = known.reduce(Cost::plus).unwrap_or_default();
    Some(Joint { keys, cost: price.cost(), cpu: cpu::gain(evidence, &price), wall_s: None, units: price.units, sum })
}

/// Says of each finding with which others it shares units that would go.
fn mark_overlaps(evidence: Evidence<'_>, findings: &mut [Finding], gone: &[Vec<UnitIdx>]) {
    let mut taken_by: Vec<Vec<usize>> = vec![Vec::new(); evidence.build.units.len()];
    for (position, units) in gone.iter().enumerate() {
        for unit in units {
            taken_by[unit.index()].push(position);
        }
    }
    let keys: Vec<String> = findings.iter().map(|finding| finding.key.clone()).collect();
    for (position, finding) in findings.iter_mut().enumerate() {
        let mut others: Vec<usize> = gone[position].iter().flat_map(|unit| &taken_by[unit.index()]).copied().collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|other| *other != position);
        finding.overlaps = others.into_iter().map(|other| keys[other].clone()).collect();
    }
}
