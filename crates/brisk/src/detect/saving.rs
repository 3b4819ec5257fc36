//! Wall time that a cure saves.

use super::{Basis, Evidence, Finding, Gain};
use crate::model::Cut;
use crate::simulate::what_if::{Base, Baseline, Range};

/// The build as it is, played out, where it can be: its source must tell who waits for whom, and when what ran.
pub(super) fn baseline(evidence: Evidence<'_>, findings: &[Finding]) -> Option<Baseline> {
    let build = evidence.build;
    let is_known = build.source.tells_all_edges() && build.whole_wall_s().is_some() && build.jobs.is_some();
    (is_known && findings.iter().any(|finding| !finding.cuts.is_empty())).then(|| Baseline::of(base(evidence)))
}

/// The finding with the wall time that its cure saves.
pub(super) fn with_wall_gain(evidence: Evidence<'_>, baseline: Option<&Baseline>, mut finding: Finding) -> Finding {
    if let Some(baseline) = baseline.filter(|_| !finding.cuts.is_empty()) {
        let saving = of(evidence, baseline, &finding.cuts);
        let (low_s, high_s) = (Some(saving.low), Some(saving.high));
        finding.gain = Gain { low_s, high_s, basis: Basis::Simulated, ..finding.gain };
    }
    finding
}

/// Wall seconds that go with these edges.
pub(super) fn of(evidence: Evidence<'_>, baseline: &Baseline, cuts: &[Cut]) -> Range {
    baseline.saving_s(base(evidence), cuts)
}

fn base(evidence: Evidence<'_>) -> Base<'_> {
    Base { build: evidence.build, graph: evidence.graph, workspace: evidence.workspace }
}
