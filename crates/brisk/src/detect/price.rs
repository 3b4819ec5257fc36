//! What units cost.

use super::cut::vanishing;
use super::{Cost, Evidence, Severity, Threshold, count};
use crate::model::{Cut, Mode, Unit, UnitIdx};

/// Units, and what they cost together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Price {
    /// The units, ascending.
    pub(super) units: Vec<UnitIdx>,
    /// Unit seconds; `None` if none of the units has a time.
    pub(super) unit_s: Option<f64>,
    /// CPU seconds; `None` unless each unit's were measured.
    pub(super) cpu_s: Option<f64>,
    /// Bytes on disk; `None` unless each unit's are known.
    pub(super) bytes: Option<u64>,
}

impl Price {
    /// Of these units alone.
    pub(super) fn of(evidence: Evidence<'_>, units: Vec<UnitIdx>) -> Self {
        let priced = || units.iter().map(|&idx| evidence.build.unit(idx));
        let add = |sum_s: Option<f64>, unit_s: Option<f64>| Some(sum_s? + unit_s?);
        let any_timed = units.is_empty() || priced().any(|unit| unit.trusted_duration_s().is_some());
        let any_measured = priced().any(|unit| unit.cpu.is_some());
        Self {
            unit_s: any_timed.then(|| priced().filter_map(Unit::trusted_duration_s).fold(0.0, |sum_s, s| sum_s + s)),
            cpu_s: priced().map(|unit| cpu_s(unit, any_measured)).fold(Some(0.0), add),
            // Sizes come from files that anybody may have written: no sum of them may overflow.
            bytes: priced()
                .map(|unit| unit.outputs.bytes)
                .try_fold(0_u64, |sum, bytes| Some(sum.saturating_add(bytes?))),
            units,
        }
    }

    /// Of these units and of whatever only they need: what would no longer be built without them.
    pub(super) fn when_removed(evidence: Evidence<'_>, removed: &[UnitIdx]) -> Self {
        Self::when_replaced(evidence, removed, &[])
    }

    /// The same, when everything that needed `removed` uses `replacement` instead. Only `removed`, and so the least that
    /// would go, where the source of the build does not tell who else needs what.
    pub(super) fn when_replaced(evidence: Evidence<'_>, removed: &[UnitIdx], replacement: &[UnitIdx]) -> Self {
        let units = match evidence.build.source.tells_all_edges() {
            true => {
                let stays = evidence.graph.closure(replacement.iter().copied());
                let gone = evidence.graph.exclusive_subtree(removed).into_iter();
                gone.filter(|idx| !stays[idx.index()]).collect()
            }
            false => removed.to_vec(),
        };
        Self::of(evidence, units)
    }

    /// Of what would no longer be built without these edges. Not known where there is no build, or its source does not tell
    /// all edges.
    pub(super) fn of_cuts(evidence: Evidence<'_>, cuts: &[Cut]) -> Self {
        if evidence.build.units.is_empty() || !evidence.build.source.tells_all_edges() {
            return Self::default();
        }
        Self::of(evidence, vanishing(evidence, cuts))
    }

    /// As the cost of a finding.
    pub(super) fn cost(&self) -> Cost {
        Cost { seconds: self.unit_s, cpu_seconds: self.cpu_s, bytes: self.bytes }
    }

    /// Whether it is at least this many unit seconds, and this share of all of them.
    pub(super) fn is_at_least(&self, evidence: Evidence<'_>, least_s: &Threshold, least_share: &Threshold) -> bool {
        self.known_s() >= evidence.limit(least_s) && share(evidence, self.known_s()) >= evidence.limit(least_share)
    }

    /// `, 3 units that only it needs included`, where there is more than the one unit that was removed.
    pub(super) fn with_others(&self) -> String {
        match self.units.len().saturating_sub(1) {
            0 => String::new(),
            n_others => format!(", {} that only it needs included", count(n_others, "unit")),
        }
    }

    /// Unit seconds; 0 if no unit has a time.
    pub(super) fn known_s(&self) -> f64 {
        self.unit_s.unwrap_or(0.0)
    }
}

/// CPU seconds of a unit. Among units that were measured, the run of a build script that was not was too short to be seen.
fn cpu_s(unit: &Unit, any_measured: bool) -> Option<f64> {
    let unseen_s = (any_measured && unit.mode == Mode::RunBuildScript).then_some(0.0);
    unit.cpu.map(|cpu| cpu.total_s()).or(unseen_s)
}

/// Share of all unit seconds that `seconds` are; 0 in a build without times.
pub(super) fn share(evidence: Evidence<'_>, seconds: f64) -> f64 {
    let all_s: f64 = evidence.build.units.iter().filter_map(Unit::trusted_duration_s).sum();
    seconds / all_s.max(f64::MIN_POSITIVE)
}

/// Major from 5 %, minor from 1 % of all unit seconds: two builds of the same sources differ by a few per cent, so that
/// nobody would notice less than 1 % going.
pub(super) fn severity(evidence: Evidence<'_>, seconds: f64) -> Severity {
    match share(evidence, seconds) {
        share if share >= 0.05 => Severity::Major,
        share if share >= 0.01 => Severity::Minor,
        _ => Severity::Note,
    }
}
