//! Predictions: what is played out with and without a change, and how far it may be off.

use std::collections::BTreeSet;

use crate::model::{Build, Cut, DISTURBED_FROM, UnitIdx};
use crate::simulate::{CostBasis, Host, SATURATION, Schedule, Ties, Workload, longest_chain_s};

use super::base::{Base, Impossible};
use super::{Range, Supposition, Variant};

/// In how many orders units of equal priority are played out: their spread is the noise of Cargo's own order, which is
/// that of a hash map.
const ORDERS: u32 = 3;

/// Half of the interval of a CPU time after a change, as a share of it, however small the change: two measurements of the
/// same build differ by that much (`docs/measurements.md`, "Predictions").
const LEAST_DOUBT: f64 = 0.02;
/// How far the costs of what changes and of what stays may be off against each other, as a share: they were measured at
/// different moments. A first setting, to be calibrated.
const COST_DOUBT: f64 = 0.15;
/// Half of the interval of a wall time, as a share of it, on a machine as the recorded one (`docs/measurements.md`,
/// "Self-prediction").
const WALL_DOUBT: f64 = 0.05;

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
    /// Wall seconds as played out, with what Cargo does outside of all units.
    pub wall_s: f64,
    /// Seconds before the first unit starts and after the last one has ended: Cargo resolves, checks what is fresh, and ends.
    pub outside_s: f64,
    /// Half of the interval of a CPU time that nothing changes, as a share of it.
    least_doubt: f64,
    /// The most processors of which a build of this workspace is on record.
    pub known_processors: u32,
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
    /// Wall seconds without the change: those of the baseline, unless it is about another situation as a whole, such as a
    /// rebuild after an edit. Then what that takes without the other changes.
    pub before_wall_s: f64,
    /// The same of CPU time.
    pub before_cpu_s: f64,
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
    /// What is built then and has no place among the units of the build, in the order of the schedule's last spans.
    pub added: Vec<String>,
    /// What no schedule can beat then.
    pub bound_s: f64,
    /// Whether it is of more processors than any recorded build had.
    pub is_unverified: bool,
    /// Jobs and processors then.
    pub host: Host,
    /// When units would be at work; units that were there before keep their places, those of `added` follow.
    pub schedule: Schedule,
    /// What has to be said of it.
    pub caveats: Vec<String>,
}

impl Baseline {
    /// That of `base`. Jobs that nobody told are as many as processors, and those one.
    pub fn of(base: Base<'_>) -> Self {
        let host = host_of(base.build);
        let unplayed = Self {
            workload: Workload::of(base.build, base.graph),
            host,
            schedule: Schedule::default(),
            cost_basis: CostBasis::of(base.build),
            wall_s: 0.0,
            cpu_s: 0.0,
            outside_s: outside_s(base.build),
            least_doubt: LEAST_DOUBT,
            known_processors: host.processors,
            bound_s: 0.0,
            foreign_cpu: base.build.foreign_cpu,
        };
        unplayed.played()
    }

    /// The same, with everything that follows from its work and host.
    fn played(self) -> Self {
        let Played { schedule, mean_wall_s } = Played::of(&self.workload, self.host);
        Self {
            wall_s: self.outside_s + mean_wall_s,
            cpu_s: schedule.cpu_s,
            bound_s: bound_s(&self.workload, self.host),
            schedule,
            ..self
        }
    }

    /// The same, where predictions of this workspace were seen to be off by no more than this in nine of ten cases.
    #[must_use]
    pub fn calibrated(self, nine_tenths: Option<f64>) -> Self {
        let least_doubt =
            nine_tenths.map_or(self.least_doubt, |error| error.clamp(LEAST_DOUBT / 2.0, 10.0 * LEAST_DOUBT));
        Self { least_doubt, ..self }
    }

    /// The same, where builds on so many processors are on record, and where work was seen to become dearer by so much with
    /// each further processor that is busy.
    #[must_use]
    pub fn knowing(self, processors: u32, contention: Option<f64>) -> Self {
        let known_processors = self.known_processors.max(processors);
        let Some(contention) = contention else { return Self { known_processors, ..self } };
        let host = Host { contention, ..self.host };
        // What was recorded holds what the processors that were busy then had cost already.
        let beside = (self.cpu_s / self.schedule.wall_s.max(f64::MIN_POSITIVE) - 1.0).max(0.0);
        let alone = 1.0 / (1.0 + contention * beside);
        let workload = Workload {
            tasks: self.workload.tasks.iter().map(|task| task.with_cpu_times(alone)).collect(),
            ..self.workload
        };
        Self { known_processors, workload, host, ..self }.played()
    }

    /// Wall seconds of `build`, which it is of, as measured: from the start of the command to its end, without what it ran after
    /// building. `None` where its units are of several commands.
    pub fn measured_wall_s(&self, build: &Build) -> Option<f64> {
        Some(build.whole_wall_s()? + self.outside_s)
    }

    /// Whether other programs disturbed the recording so much that absolute times are not to be relied on.
    pub fn is_disturbed(&self) -> bool {
        self.foreign_cpu.is_some_and(|share| share > DISTURBED_FROM)
    }

    /// Wall seconds that go with these edges: never negative, since an order of units that is worse by chance is no effect of
    /// theirs. The range is that of the costs; how much two measurements of the same differ is not in it.
    pub fn saving_s(&self, base: Base<'_>, cuts: &[Cut]) -> Range {
        let supposition = Supposition { cuts: cuts.to_vec(), ..Supposition::default() };
        // Edges alone are never impossible.
        let Ok(after) = Variant::of(base, &self.workload, self.host, &supposition) else { return Range::default() };
        let then_s = Schedule::of(&after.workloads[0], self.host, Ties::default()).wall_s;
        let saved_s = (self.schedule.wall_s - then_s).max(0.0);
        let doubt = self.cost_doubt() * (then_s / self.schedule.wall_s.max(f64::MIN_POSITIVE)).min(1.0);
        Range::around(saved_s, doubt * saved_s, doubt * saved_s)
    }

    /// How far costs may be off against each other. Durations hold whatever else the machine did.
    fn cost_doubt(&self) -> f64 {
        let basis = if self.cost_basis == CostBasis::Cpu { 1.0 } else { 2.0 };
        let disturbed = if self.is_disturbed() { self.foreign_cpu.unwrap_or(0.0) } else { 0.0 };
        COST_DOUBT * basis * (1.0 + disturbed)
    }

    /// What `supposition` would bring, called `name`.
    ///
    /// # Errors
    ///
    /// If a name is not known, or there is nothing to change.
    pub fn predict(&self, base: Base<'_>, name: String, supposition: &Supposition) -> Result<Prediction, Impossible> {
        let after = Variant::of(base, &self.workload, self.host, supposition)?;
        // Most changes are of no setting: then what they are compared with was played out already.
        let before = match supposition.is_setting_only() || !supposition.has_setting() {
            true => vec![Outcome { wall_s: self.wall_s, cpu_s: self.cpu_s }],
            false => {
                let setting = Variant::of(base, &self.workload, self.host, &supposition.setting())?;
                self.outcomes(&played(&setting))
            }
        };
        Ok(self.compared(name, &before, after))
    }

    /// `after` came from the variants of the setting, in their order, each in as many ways.
    fn compared(&self, name: String, before: &[Outcome], after: Variant) -> Prediction {
        let mut all = played(&after);
        let outcomes = self.outcomes(&all);
        let n_ways = (outcomes.len() / before.len()).max(1);
        let pairs = || outcomes.iter().zip(before.iter().flat_map(|before| std::iter::repeat_n(before, n_ways)));
        let wall_s = spread(outcomes.iter().map(|outcome| outcome.wall_s).collect());
        let cpu_s = spread(outcomes.iter().map(|outcome| outcome.cpu_s).collect());
        let ratio = |then: f64, now: f64| if now > 0.0 { then / now - 1.0 } else { 0.0 };
        let cpu_delta = spread(pairs().map(|(then, now)| ratio(then.cpu_s, now.cpu_s)).collect());
        let wall_delta = spread(pairs().map(|(then, now)| ratio(then.wall_s, now.wall_s)).collect());
        let is_nothing = self.is_nothing(&outcomes, before, &after);
        // Where nothing changes, two builds still differ.
        let doubt = self.doubt(cpu_delta.mid, after.doubt_s, before[0].cpu_s);
        let of_wall = self.wall_doubt(&after);
        let wall_doubt = if after.host == self.host { doubt } else { doubt.hypot(of_wall * (1.0 + wall_delta.mid)) };
        let relative = |doubt: f64, delta: f64| doubt / (1.0 + delta).max(f64::MIN_POSITIVE);
        let (of_cpu, of_change) = (relative(doubt, cpu_delta.mid), relative(wall_doubt, wall_delta.mid));
        let inflated = self.inflation();
        let cpu_s = cpu_s.widened_by(of_cpu.hypot(inflated), of_cpu).at_least(0.0);
        let bound_s = bound_s(&after.workloads[0], after.host);
        // No build beats the bound; if the work is less than it seems, so is the bound.
        let least_s = if cpu_s.mid > 0.0 { bound_s * (cpu_s.low / cpu_s.mid).min(1.0) } else { 0.0 };
        let wall_s = wall_s.widened_by(of_wall.hypot(of_change).hypot(inflated), of_wall.hypot(of_change));
        let schedule = all.swap_remove(0).schedule;
        let mean = |values: &[Outcome], of: fn(&Outcome) -> f64| {
            values.iter().map(of).sum::<f64>() / values.len().max(1) as f64
        };
        Prediction {
            name,
            before_wall_s: mean(before, |outcome| outcome.wall_s),
            before_cpu_s: mean(before, |outcome| outcome.cpu_s),
            wall_s: wall_s.at_least(0.0).no_less_than(least_s),
            cpu_s,
            wall_delta: wall_delta.apart(wall_doubt).at_least(-1.0),
            cpu_delta: cpu_delta.apart(doubt).at_least(-1.0),
            basis: if after.replayed { PredictionBasis::Replayed } else { PredictionBasis::Simulated },
            bound_s,
            is_unverified: after.host.processors > self.known_processors,
            host: after.host,
            schedule,
            removed: after.removed,
            added: after.added,
            caveats: self.caveats(after.caveats, after.host, is_nothing),
        }
    }

    fn caveats(&self, mut caveats: Vec<String>, host: Host, is_nothing: bool) -> Vec<String> {
        if host.processors > self.known_processors {
            let processors = of_processors(host.processors);
            caveats.push(format!("unverified: no build on {processors} is on record"));
        }
        if is_nothing {
            caveats.push("nothing in the build changes by this".to_owned());
        }
        let mut said = BTreeSet::new();
        caveats.retain(|caveat| said.insert(caveat.clone()));
        caveats
    }

    /// Whether everything stays as it is.
    fn is_nothing(&self, outcomes: &[Outcome], before: &[Outcome], after: &Variant) -> bool {
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        let all_same = outcomes.len() == before.len()
            && outcomes.iter().zip(before).all(|(a, b)| same(a.wall_s, b.wall_s) && same(a.cpu_s, b.cpu_s));
        all_same && after.doubt_s <= 0.0 && after.removed.is_empty() && after.host == self.host
    }

    /// By how much of itself CPU time may have grown by what else ran: with 64 % of foreign work, builds were seen to take 14 to
    /// 20 % more (`docs/measurements.md`, "What other programs cost").
    fn inflation(&self) -> f64 {
        if self.is_disturbed() { 0.3 * self.foreign_cpu.unwrap_or(0.0) } else { 0.0 }
    }

    /// Of all ways in which it may come, in their order.
    fn outcomes(&self, all: &[Played]) -> Vec<Outcome> {
        let outcomes = all.iter().map(Outcome::of);
        outcomes.map(|outcome| Outcome { wall_s: outcome.wall_s + self.outside_s, ..outcome }).collect()
    }

    /// Half of the interval of an absolute wall time, as a share of it.
    fn wall_doubt(&self, after: &Variant) -> f64 {
        let unverified = if after.host.processors > self.known_processors { WALL_DOUBT } else { 0.0 };
        WALL_DOUBT + unverified
    }

    /// Half of the interval of a relative change of CPU time.
    fn doubt(&self, delta: f64, doubt_s: f64, cpu_s: f64) -> f64 {
        let own = if cpu_s > 0.0 { doubt_s / cpu_s } else { 0.0 };
        let stays = (1.0 + delta).max(0.0);
        // Of a share p of the costs, with both parts off by e: p (1 - p) e.
        let of_costs = self.cost_doubt() * delta.abs() * stays;
        (self.least_doubt * stays).hypot(of_costs).hypot(own)
    }
}

/// One way in which it may come.
#[derive(Clone, Copy)]
struct Outcome {
    wall_s: f64,
    cpu_s: f64,
}

impl Outcome {
    fn of(played: &Played) -> Self {
        Self { wall_s: played.mean_wall_s, cpu_s: played.schedule.cpu_s }
    }
}

/// All ways in which the variant may come, in their order: at least one.
fn played(variant: &Variant) -> Vec<Played> {
    variant.workloads.iter().map(|workload| Played::of(workload, variant.host)).collect()
}

/// A workload, played out in all orders.
struct Played {
    /// In the first one.
    schedule: Schedule,
    /// Over all of them.
    mean_wall_s: f64,
}

impl Played {
    fn of(workload: &Workload, host: Host) -> Self {
        let schedule = Schedule::of(workload, host, Ties::default());
        let others = (1..ORDERS).map(|order| Schedule::of(workload, host, Ties(order)).wall_s);
        let mean_wall_s = others.fold(schedule.wall_s, |sum_s, wall_s| sum_s + wall_s) / f64::from(ORDERS);
        Self { schedule, mean_wall_s }
    }
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
    let last = values.len().saturating_sub(1);
    Range { low: at(0), mid: f64::midpoint(at(last / 2), at(values.len() / 2)), high: at(last) }
}

fn of_processors(n: u32) -> String {
    if n == 1 { "1 processor".to_owned() } else { format!("{n} processors") }
}

pub(super) fn host_of(build: &Build) -> Host {
    let processors = build.machine.cores.or(build.jobs.map(|jobs| jobs.n)).unwrap_or(1).max(1);
    let jobs = build.jobs.map_or(processors, |jobs| jobs.n).max(1);
    // Durations hold the waiting already.
    let saturation = if CostBasis::of(build) == CostBasis::Cpu { SATURATION } else { 0.0 };
    Host { jobs, processors, contention: 0.0, saturation }
}

/// Seconds of the recorded command outside of all units; 0 where the command was not observed. What it ran after building is
/// not counted.
pub(super) fn outside_s(build: &Build) -> f64 {
    let Some(((from_s, to_s), units_s)) = build.command_span_s.zip(build.wall_s) else { return 0.0 };
    let end_s = build.executions.iter().map(|execution| execution.start_s).fold(to_s, f64::min);
    (end_s - from_s - units_s).max(0.0)
}
