//! From the units that were replayed to all units that a change applies to.
//!
//! Within a stratum ([`Strata`]) the cost with the change is taken to be in proportion to that without it: the separate
//! ratio estimator (Cochran 1977, "Sampling Techniques", section 6.10), of each phase by itself. What a unit cost when it
//! was recorded is what the ratio is applied to; recorded and replayed seconds are never compared with each other.

use std::collections::BTreeMap;

use super::strata::{Strata, cost_s};
use crate::model::{Build, Phase, PhaseCost, ReplayedUnit, UnitIdx};

/// Less CPU than this is noise, and no denominator, seconds: the kernel's clock tick at 250 Hz.
const NOISE_S: f64 = 0.004;

/// What a phase costs with the change, as a multiple of what it costs without: 1 changes nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseFactors {
    /// The front end.
    pub front: f64,
    /// The back end.
    pub back: f64,
    /// The linker; `None` where none is run.
    pub link: Option<f64>,
    /// All of it, for units of which the recording does not know the phases.
    pub whole: f64,
}

/// What a change is worth, from a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Extrapolation {
    /// The factors of each affected unit that has a cost, sorted by unit.
    pub factors: Vec<(UnitIdx, PhaseFactors)>,
    /// CPU seconds of these units as recorded.
    pub recorded_cpu_s: f64,
    /// By how many CPU seconds that changes; negative is less.
    pub change_cpu_s: f64,
    /// Standard error of `change_cpu_s`, seconds, from the spread between units; `None` if no stratum has two of them. The
    /// noise of the measurements is in it as far as it differs between units.
    pub standard_error_s: Option<f64>,
    /// The share of `recorded_cpu_s` that was replayed, 0 to 1.
    pub replayed_share: f64,
    /// CPU of the control replays over that of the same units when they were recorded: far from 1, the recording was
    /// disturbed, or the machine is another one.
    pub control_of_recorded: f64,
}

/// Extrapolates from `replayed` to `affected`, for a change that can only make a difference in `phases`: what differs in the
/// others is noise, which would be applied to far dearer units than it was measured in. `None` if none of these was replayed with a cost that can be compared.
pub fn extrapolate(
    build: &Build,
    affected: &[UnitIdx],
    replayed: &[ReplayedUnit],
    phases: &[Phase],
) -> Option<Extrapolation> {
    let strata = Strata::of(build, affected);
    let usable: Vec<ReplayedUnit> =
        replayed.iter().filter(|unit| is_usable(unit)).map(|unit| only_in(phases, *unit)).collect();
    let sample: BTreeMap<UnitIdx, &ReplayedUnit> = usable.iter().map(|unit| (unit.unit, unit)).collect();
    let samples: Vec<Sample<'_>> = strata.iter().map(|units| Sample::of(build, units, &sample)).collect();
    let all: Vec<&ReplayedUnit> = samples.iter().flat_map(|sample| sample.replayed.iter().copied()).collect();
    let overall = Ratios::of(&all, None)?;
    let mut factors = Vec::with_capacity(strata.n_units());
    for (at, units) in strata.iter().enumerate() {
        let ratios = nearest(&samples, at).and_then(|of| Ratios::of(&of.replayed, Some(&overall))).unwrap_or(overall);
        for &idx in units {
            let own = sample.get(&idx).and_then(|unit| Ratios::of(&[unit], Some(&ratios)));
            factors.push((idx, own.unwrap_or(ratios).factors(build, idx)));
        }
    }
    factors.sort_unstable_by_key(|(idx, _)| *idx);
    let recorded = |idx: UnitIdx| cost_s(build.unit(idx)).unwrap_or(0.0);
    let recorded_cpu_s: f64 = factors.iter().map(|(idx, _)| recorded(*idx)).sum();
    let replayed_s: f64 = all.iter().map(|unit| recorded(unit.unit)).sum();
    Some(Extrapolation {
        change_cpu_s: factors.iter().map(|(idx, factors)| factors.change_s(build, *idx)).sum(),
        standard_error_s: standard_error_s(&samples, overall.whole),
        replayed_share: replayed_s / recorded_cpu_s,
        control_of_recorded: all.iter().map(|unit| unit.control.cpu_s).sum::<f64>() / replayed_s,
        recorded_cpu_s,
        factors,
    })
}

/// The sample of the stratum `at`, and where nothing of it was replayed, of the nearest one: like crates answer alike.
fn nearest<'s, 'a>(samples: &'s [Sample<'a>], at: usize) -> Option<&'s Sample<'a>> {
    let sampled = samples.iter().enumerate().filter(|(_, sample)| !sample.replayed.is_empty());
    sampled.min_by_key(|(other, _)| other.abs_diff(at)).map(|(_, sample)| sample)
}

fn is_usable(unit: &ReplayedUnit) -> bool {
    let is_seconds = |s: f64| s.is_finite() && s >= 0.0;
    unit.control.cpu_s >= NOISE_S && is_seconds(unit.control.cpu_s) && is_seconds(unit.changed.cpu_s)
}

/// The unit with a difference in `phases` alone, where these are known.
fn only_in(phases: &[Phase], unit: ReplayedUnit) -> ReplayedUnit {
    let (Some(control), Some(changed)) = (unit.control.phases(), unit.changed.phases()) else { return unit };
    let all = [Phase::Front, Phase::Back, Phase::Link];
    if all.iter().all(|phase| phases.contains(phase)) {
        return unit;
    }
    let pick = |at: usize| if phases.contains(&all[at]) { changed[at] } else { control[at] };
    let [front_s, back_s, link_s] = [pick(0), pick(1), pick(2)];
    let difference_s: f64 = [front_s, back_s, link_s].iter().zip(control).map(|(s, control_s)| s - control_s).sum();
    let cpu_s = (unit.control.cpu_s + difference_s).max(0.0);
    let (front_s, back_s, link_s) = (Some(front_s), Some(back_s), Some(link_s));
    ReplayedUnit { changed: PhaseCost { cpu_s, front_s, back_s, link_s, ..unit.changed }, ..unit }
}

impl PhaseFactors {
    /// CPU seconds that it adds to a unit.
    fn change_s(&self, build: &Build, idx: UnitIdx) -> f64 {
        let unit = build.unit(idx);
        let phases = unit.phase_cpu;
        let link_s = phases.link_s.or((!unit.links()).then_some(0.0));
        match (phases.front_s, phases.back_s, link_s) {
            (Some(front_s), Some(back_s), Some(link_s)) => {
                front_s * (self.front - 1.0)
                    + back_s * (self.back - 1.0)
                    + link_s * (self.link.unwrap_or(self.whole) - 1.0)
            }
            _ => cost_s(unit).unwrap_or(0.0) * (self.whole - 1.0),
        }
    }
}

/// Changed over control, by phase and of all.
#[derive(Clone, Copy)]
struct Ratios {
    phases: [f64; 3],
    whole: f64,
}

impl Ratios {
    /// Those of `units`. A phase that they do not have, or only as noise, is as in `wider`, and without that as the whole.
    fn of(units: &[&ReplayedUnit], wider: Option<&Self>) -> Option<Self> {
        let cpu_s = |cost: fn(&ReplayedUnit) -> PhaseCost| units.iter().map(|unit| cost(unit).cpu_s).sum::<f64>();
        let (control_s, changed_s) = (cpu_s(|unit| unit.control), cpu_s(|unit| unit.changed));
        let whole = (control_s > 0.0).then(|| changed_s / control_s)?;
        let pairs: Vec<_> = units.iter().filter_map(|unit| unit.control.phases().zip(unit.changed.phases())).collect();
        let phases = [0, 1, 2].map(|phase| {
            let control_s: f64 = pairs.iter().map(|(control, _)| control[phase]).sum();
            let changed_s: f64 = pairs.iter().map(|(_, changed)| changed[phase]).sum();
            let ratio = match () {
                () if changed_s == control_s && !pairs.is_empty() => Some(1.0),
                () => (control_s >= NOISE_S).then(|| changed_s / control_s),
            };
            ratio
                .filter(|ratio| ratio.is_finite() && *ratio >= 0.0)
                .or(wider.map(|wider| wider.phases[phase]))
                .unwrap_or(whole)
        });
        Some(Self { phases, whole })
    }

    fn factors(self, build: &Build, idx: UnitIdx) -> PhaseFactors {
        let [front, back, link] = self.phases;
        PhaseFactors { front, back, link: build.unit(idx).links().then_some(link), whole: self.whole }
    }
}

/// What was replayed of a stratum.
struct Sample<'a> {
    n_units: usize,
    recorded_s: f64,
    replayed: Vec<&'a ReplayedUnit>,
}

impl<'a> Sample<'a> {
    fn of(build: &Build, units: &[UnitIdx], replayed: &BTreeMap<UnitIdx, &'a ReplayedUnit>) -> Self {
        Self {
            n_units: units.len(),
            recorded_s: units.iter().filter_map(|idx| cost_s(build.unit(*idx))).sum(),
            replayed: units.iter().filter_map(|idx| replayed.get(idx).copied()).collect(),
        }
    }

    /// Variance of the changed CPU around `ratio` times that of the control, over the square of the mean of the control:
    /// `s²/x̄²`, of units as of numbers without a dimension. `None` for fewer than two units.
    fn relative_variance(&self, ratio: f64) -> Option<f64> {
        let n = self.replayed.len() as f64;
        let mean_s = self.replayed.iter().map(|unit| unit.control.cpu_s).sum::<f64>() / n;
        let residual = |unit: &&ReplayedUnit| (unit.changed.cpu_s - ratio * unit.control.cpu_s).powi(2);
        let squares: f64 = self.replayed.iter().map(residual).sum();
        (self.replayed.len() > 1 && mean_s > 0.0).then(|| squares / (n - 1.0) / mean_s.powi(2))
    }

    fn own_ratio(&self) -> Option<f64> {
        Ratios::of(&self.replayed, None).map(|ratios| ratios.whole)
    }

    /// `(1 - f) X² s² / (n x̄²)`: equation 6.10 of Cochran summed as in 6.44, with the recorded total `X` for that of the
    /// controls, which is not known. A stratum of which nothing was replayed counts as one with a single unit.
    fn variance(&self, relative: f64) -> f64 {
        let n = self.replayed.len().max(1) as f64;
        let left = 1.0 - self.replayed.len() as f64 / self.n_units as f64;
        left * self.recorded_s.powi(2) * relative / n
    }
}

/// The standard error of the changed CPU of all strata. One of which fewer than two units were replayed is taken to spread
/// as all of them do together (collapsed strata, Cochran section 5A.12).
fn standard_error_s(samples: &[Sample<'_>], overall: f64) -> Option<f64> {
    let all = Sample {
        n_units: samples.iter().map(|sample| sample.n_units).sum(),
        recorded_s: 0.0,
        replayed: samples.iter().flat_map(|sample| sample.replayed.iter().copied()).collect(),
    };
    if all.replayed.len() == all.n_units {
        return Some(0.0);
    }
    let pooled = all.relative_variance(overall)?;
    let variance = |sample: &Sample<'_>| {
        let own = sample.own_ratio().and_then(|ratio| sample.relative_variance(ratio));
        sample.variance(own.unwrap_or(pooled))
    };
    Some(samples.iter().map(variance).sum::<f64>().sqrt())
}
