//! Predictions: what is played out with and without a change, and how far it may be off.

use crate::model::{Build, UnitIdx};
use crate::simulate::{CostBasis, Host, Schedule, Ties, Workload, longest_chain_s};

use super::base::{Base, Impossible};
use super::{Range, Supposition, Variant};

/// In how many orders units of equal priority are played out: their spread is the noise of Cargo's own order, which is
/// that of a hash map.
const ORDERS: u32 = 3;

/// Half of the interval of a change of CPU time, in shares of the baseline, however small the change: two measurements of
/// the same build differ by that much (`docs/measurements.md`, "Predictions").
const LEAST_DOUBT: f64 = 0.02;
/// What more of a change of CPU time is in doubt, as a share of the change itself.
const DOUBT_OF_CHANGE: f64 = 0.12;
/// Half of the interval of a wall time, as a share of it, on a machine as the recorded one (`docs/measurements.md`,
/// "Self-prediction").
const WALL_DOUBT: f64 = 0.05;
/// Share of the machine that other programs may have used while the build was recorded, so that it may be predicted from
/// without reserve.
const DISTURBED: f64 = 0.05;

/// How a prediction came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionBasis {
    /// Played out with the costs of the recorded build.
    Simulated,
    /// rustc was run again with changed flags, and the rest was played out.
    Replayed,
}

impl PredictionBasis {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Replayed => "replayed",
        }
    }
}

/// The recorded build, played out as it is: what changes are compared with.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its work.
    pub workload: Workload,
    /// The machine it ran on.
    pub host: Host,
    /// Played out.
    pub schedule: Schedule,
    /// What its costs are counted in.
    pub cost_basis: CostBasis,
    /// Wall seconds as played out.
    pub wall_s: f64,
    /// CPU seconds as recorded.
    pub cpu_s: f64,
    /// What no schedule of the same work can beat on this machine.
    pub bound_s: f64,
    /// Share of the machine that other programs used meanwhile, where known.
    pub foreign_cpu: Option<f64>,
}

/// What a change would bring.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// What it is of.
    pub name: String,
    /// Wall seconds then.
    pub wall_s: Range,
    /// CPU seconds then.
    pub cpu_s: Range,
    /// Wall time then over that of the baseline, less 1: -0.25 is a quarter less.
    pub wall_delta: Range,
    /// The same of CPU time.
    pub cpu_delta: Range,
    /// How it came about.
    pub basis: PredictionBasis,
    /// Units that are no longer built.
    pub removed: Vec<UnitIdx>,
    /// What no schedule can beat then.
    pub bound_s: f64,
    /// Jobs and processors then.
    pub host: Host,
    /// When units would be at work; units that were there before keep their places, parts of split crates follow.
    pub schedule: Schedule,
    /// What has to be said of it.
    pub caveats: Vec<String>,
}

impl Baseline {
    /// That of `base`. Jobs that nobody told are as many as processors, and those one.
    pub fn of(base: Base<'_>) -> Self {
        let workload = Workload::of(base.build, base.graph);
        let host = host_of(base.build);
        let schedule = Schedule::of(&workload, host, Ties::default());
        let wall_s = mean_wall_s(&workload, host);
        Self {
            cost_basis: CostBasis::of(base.build),
            wall_s,
            cpu_s: schedule.cpu_s,
            bound_s: bound_s(&workload, host),
            foreign_cpu: base.build.foreign_cpu,
            workload,
            host,
            schedule,
        }
    }

    /// Whether other programs disturbed the recording so much that absolute times are not to be relied on.
    pub fn is_disturbed(&self) -> bool {
        self.foreign_cpu.is_some_and(|share| share > DISTURBED)
    }

    /// What `supposition` would bring, called `name`.
    ///
    /// # Errors
    ///
    /// If a name is not known, or there is nothing to change.
    pub fn predict(&self, base: Base<'_>, name: String, supposition: &Supposition) -> Result<Prediction, Impossible> {
        let before = Variant::of(base, &self.workload, self.host, &supposition.setting())?;
        let after = Variant::of(base, &self.workload, self.host, supposition)?;
        let is_setting_only = supposition.setting().hypotheses.len() == supposition.hypotheses.len()
            && supposition.cuts.is_empty()
            && supposition.factors.is_empty();
        let before = match is_setting_only {
            true => Outcome { wall_s: self.wall_s, cpu_s: self.cpu_s },
            false => Outcome::of(&before.workloads[0], before.host),
        };
        Ok(self.compared(name, before, after))
    }

    fn compared(&self, name: String, before: Outcome, after: Variant) -> Prediction {
        let outcomes: Vec<Outcome> = after.workloads.iter().map(|workload| Outcome::of(workload, after.host)).collect();
        let wall_s = spread(outcomes.iter().map(|outcome| outcome.wall_s).collect());
        let cpu_s = spread(outcomes.iter().map(|outcome| outcome.cpu_s).collect());
        let unverified = after.host.processors > self.host.processors;
        let ratio = |then: f64, now: f64| if now > 0.0 { then / now - 1.0 } else { 0.0 };
        let cpu_delta = cpu_s.map(|cpu_s| ratio(cpu_s, before.cpu_s));
        let wall_delta = wall_s.map(|wall_s| ratio(wall_s, before.wall_s));
        let doubt = self.doubt(cpu_delta.mid, after.doubt_s, before.cpu_s);
        let cpu_delta = widened(cpu_delta, doubt).at_least(-1.0);
        let same_machine = after.host == self.host;
        let wall_doubt = if same_machine { doubt } else { doubt.hypot(WALL_DOUBT * (1.0 + wall_delta.mid)) };
        let wall_delta = widened(wall_delta, wall_doubt).at_least(-1.0);
        let absolute = WALL_DOUBT + self.foreign_cpu.filter(|_| self.is_disturbed()).unwrap_or(0.0) / 2.0;
        let schedule = Schedule::of(&after.workloads[0], after.host, Ties::default());
        let mut caveats = after.caveats;
        caveats.extend(
            unverified.then(|| format!("unverified: no build on {} processors is on record", after.host.processors)),
        );
        Prediction {
            name,
            wall_s: wall_delta.map(|delta| before.wall_s * (1.0 + delta)).widened_by(absolute),
            cpu_s: cpu_delta.map(|delta| before.cpu_s * (1.0 + delta)),
            wall_delta,
            cpu_delta,
            basis: if after.replayed { PredictionBasis::Replayed } else { PredictionBasis::Simulated },
            removed: after.removed,
            bound_s: bound_s(&after.workloads[0], after.host),
            host: after.host,
            schedule,
            caveats,
        }
    }

    /// Half of the interval of a relative change of CPU time.
    fn doubt(&self, delta: f64, doubt_s: f64, cpu_s: f64) -> f64 {
        let own = if cpu_s > 0.0 { doubt_s / cpu_s } else { 0.0 };
        let disturbed = if self.is_disturbed() { self.foreign_cpu.unwrap_or(0.0) * delta.abs() / 4.0 } else { 0.0 };
        LEAST_DOUBT.hypot(DOUBT_OF_CHANGE * delta).hypot(own).hypot(disturbed)
    }
}

/// One way in which it may come.
#[derive(Clone, Copy)]
struct Outcome {
    wall_s: f64,
    cpu_s: f64,
}

impl Outcome {
    fn of(workload: &Workload, host: Host) -> Self {
        Self { wall_s: mean_wall_s(workload, host), cpu_s: Schedule::of(workload, host, Ties::default()).cpu_s }
    }
}

fn mean_wall_s(workload: &Workload, host: Host) -> f64 {
    let walls = (0..ORDERS).map(|order| Schedule::of(workload, host, Ties(order)).wall_s);
    walls.sum::<f64>() / f64::from(ORDERS)
}

/// `max(longest chain, work over jobs)`, see [`Bound`](crate::simulate::Bound).
fn bound_s(workload: &Workload, host: Host) -> f64 {
    let n_parallel = host.jobs.min(host.processors).max(1);
    longest_chain_s(workload, n_parallel).max(workload.cpu_s() / f64::from(n_parallel))
}

/// Lowest, median and highest.
fn spread(mut values: Vec<f64>) -> Range {
    values.sort_by(f64::total_cmp);
    let at = |position: usize| values.get(position).copied().unwrap_or_default();
    Range { low: at(0), mid: at(values.len() / 2), high: at(values.len().saturating_sub(1)) }
}

fn widened(range: Range, doubt: f64) -> Range {
    let below = (range.mid - range.low).hypot(doubt);
    let above = (range.high - range.mid).hypot(doubt);
    Range::around(range.mid, below, above)
}

fn host_of(build: &Build) -> Host {
    let processors = build.machine.cores.or(build.jobs.map(|jobs| jobs.n)).unwrap_or(1).max(1);
    Host { jobs: build.jobs.map_or(processors, |jobs| jobs.n).max(1), processors, contention: 0.0 }
}
