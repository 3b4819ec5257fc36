//! Every combination of a few cures, played out beforehand, so that a page can switch them on and off without computing
//! anything.

use std::collections::BTreeMap;

use crate::detect::Finding;
use crate::model::UnitIdx;
use crate::outlook::{Scenario, ScenarioKind};
use crate::simulate::Span;
use crate::simulate::what_if::{Base, Baseline, Prediction, Range, Supposition};

/// Most units that are played out for all combinations together. Each takes one to four microseconds and is played out in
/// three orders, so that this is at most a second and a half (`cargo bench -p brisk`): 64 combinations of 2,000 units.
const MOST_UNITS: usize = 128_000;
/// Most switches, however small the build is: 256 combinations of eight are as many as anybody tries.
const MOST_SWITCHES: usize = 8;

/// `2^k` combinations of `k` switches, each played out by the simulator.
#[derive(Clone, Debug, PartialEq)]
pub struct Switchboard {
    /// The cures, the one that alone saves most CPU time first.
    pub switches: Vec<Switch>,
    /// By bit mask: bit `i` is switch `i`. The first one is the build as it is.
    pub combinations: Vec<Combination>,
}

/// A cure that can be had or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Key of the finding.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// What some of the cures together would bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// Wall seconds then, with what Cargo does before the first unit and after the last one.
    pub wall_s: Range,
    /// CPU seconds then; unit seconds where the baseline counts in these.
    pub cpu_s: Range,
    /// When each unit of the build is at work then, in seconds since the first one may start; `None` for a unit that is
    /// gone, or that had nothing to do before.
    pub spans: Vec<Option<Span>>,
}

impl Switchboard {
    /// That of the findings whose cures are worth most alone, as `scenarios` tell, by CPU time: as many as can be played out
    /// in all combinations within a second or so. `base` is the build that the findings are of.
    pub fn of(findings: &[Finding], base: Base<'_>, baseline: &Baseline, scenarios: &[Scenario]) -> Self {
        let mut chosen = worth_most(findings, scenarios);
        chosen.truncate(most_switches(base.build.units.len()));
        let combination = |mask: usize| {
            let on = chosen.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
            let cuts = on.flat_map(|(_, finding)| finding.cuts.iter().copied()).collect();
            let supposition = Supposition { cuts, ..Supposition::default() };
            let prediction = baseline.predict(base, String::new(), &supposition);
            let prediction = prediction.expect("names may be unknown, and edges alone have none");
            Combination::of(prediction, base.build.units.len())
        };
        let combinations = (0..1 << chosen.len()).map(combination).collect();
        let switch = |finding: &Finding| Switch { key: finding.key.clone(), title: finding.title.clone() };
        Self { switches: chosen.into_iter().map(switch).collect(), combinations }
    }

    /// What these switches together would bring; `None` for a mask of switches that are not there.
    pub fn combination(&self, mask: usize) -> Option<&Combination> {
        self.combinations.get(mask)
    }
}

impl Combination {
    fn of(prediction: Prediction, n_units: usize) -> Self {
        let Prediction { wall_s, cpu_s, schedule, .. } = prediction;
        let mut spans = schedule.spans;
        spans.truncate(n_units);
        Self { wall_s, cpu_s, spans }
    }
}

/// The findings whose cures take units out, the one that alone saves most CPU time first. Of several that take out the same
/// units only the first: the others would be switches that do nothing.
fn worth_most<'f>(findings: &'f [Finding], scenarios: &[Scenario]) -> Vec<&'f Finding> {
    let by_key: BTreeMap<&str, &Finding> = findings.iter().map(|finding| (finding.key.as_str(), finding)).collect();
    let alone = scenarios.iter().filter_map(|scenario| match &scenario.kind {
        ScenarioKind::Finding(key) => Some((*by_key.get(key.as_str())?, &scenario.prediction)),
        _ => None,
    });
    let saved_s = |prediction: &Prediction| prediction.before_cpu_s - prediction.cpu_s.mid;
    let mut alone: Vec<(&Finding, &Prediction)> = alone.filter(|(_, it)| !it.removed.is_empty()).collect();
    alone.sort_by(|a, b| saved_s(b.1).total_cmp(&saved_s(a.1)).then_with(|| a.0.key.cmp(&b.0.key)));
    let mut chosen: Vec<&Finding> = Vec::new();
    let mut taken_out: Vec<&[UnitIdx]> = Vec::new();
    for (finding, prediction) in alone {
        if !taken_out.contains(&prediction.removed.as_slice()) {
            taken_out.push(&prediction.removed);
            chosen.push(finding);
        }
    }
    chosen
}

fn most_switches(n_units: usize) -> usize {
    (0..=MOST_SWITCHES).rev().find(|n_switches| n_units << n_switches <= MOST_UNITS).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_builds_have_fewer_switches() {
        let all = [0, 234, 500, 501, 1_000, 2_000, 2_001, 4_000, 200_000].map(most_switches);
        assert_eq!(all, [8, 8, 8, 7, 7, 6, 5, 5, 0]);
    }
}
