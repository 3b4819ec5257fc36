//! Names of lanes, counters, units and what lies within them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuTime, Execution, Mode, Status, Timing, Unit, UnitIdx};

use super::event::{Args, Phase, TraceEvent, UnitArgs};
use super::lanes::{Stretch, lanes};
use crate::format;
use crate::json::seconds;

/// The only process: Cargo.
pub(super) const PID: u32 = 1;
/// Whole numbers up to this one are exact in every reader of JSON (2^53); as microseconds, 285 years.
const MOST_US: f64 = 9_007_199_254_740_992.0;

/// Where and when everything is drawn.
pub(super) struct Drawing {
    clock: Clock,
    /// Units of the main session that have a time to rely on, by their start.
    units: BTreeMap<UnitIdx, Place>,
    /// The units in the order in which they started.
    order: Vec<UnitIdx>,
    /// Parallel to the executions; on lanes behind those of the units.
    executions: Vec<Place>,
    n_unit_lanes: u32,
    n_lanes: u32,
}

/// When, and on which lane.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) stretch: Stretch,
    /// Thread ids begin with 1: readers take 0 for none.
    pub(super) tid: u32,
}

/// Seconds of a build as microseconds since the first moment that is drawn.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    zero_s: f64,
}

impl Clock {
    /// Never negative, and never out of order.
    pub(super) fn us(self, at_s: f64) -> u64 {
        ((at_s - self.zero_s) * 1e6).round().clamp(0.0, MOST_US) as u64
    }

    fn stretch(self, from_s: f64, to_s: f64) -> Stretch {
        let from = self.us(from_s);
        Stretch { from, to: self.us(to_s).max(from) }
    }
}

impl Drawing {
    pub(super) fn of(analysis: &Analysis) -> Self {
        let build = &analysis.build;
        let clock = Clock { zero_s: zero_s(build) };
        let mut timed: Vec<(UnitIdx, Stretch)> =
            drawn(build).map(|(idx, _, timing)| (idx, clock.stretch(timing.start_s, timing.end_s))).collect();
        timed.sort_by_key(|(idx, stretch)| (stretch.from, *idx));
        let order = timed.iter().map(|(idx, _)| *idx).collect();
        let stretches: Vec<Stretch> = timed.iter().map(|(_, stretch)| *stretch).collect();
        let (places, n_unit_lanes) = placed(&stretches, 0);
        let units = timed.iter().map(|(idx, _)| *idx).zip(places).collect();
        let (executions, n_lanes) = executions(build, clock, n_unit_lanes);
        Self { clock, units, order, executions, n_unit_lanes, n_lanes }
    }

    /// Where the unit is drawn, if it is.
    pub(super) fn place(&self, unit: UnitIdx) -> Option<Place> {
        self.units.get(&unit).copied()
    }

    /// The units that are drawn, in the order in which they started.
    pub(super) fn units(&self) -> &[UnitIdx] {
        &self.order
    }

    /// The moment as the trace has it.
    pub(super) fn us(&self, at_s: f64) -> u64 {
        self.clock.us(at_s)
    }

    /// What the process and its lanes are called.
    pub(super) fn names<'a>(&self, analysis: &'a Analysis) -> Vec<TraceEvent<'a>> {
        let command = analysis.build.command.as_deref().map(format::command);
        let process = Args::Name { name: command.unwrap_or_else(|| "cargo".to_owned()) };
        let mut names = vec![TraceEvent::new(Phase::Metadata, "process_name", 1).with(process)];
        for lane in 0..self.n_lanes {
            let name = match lane.checked_sub(self.n_unit_lanes) {
                None => format!("slot {}", lane + 1),
                Some(program) => format!("programs {}", program + 1),
            };
            names.push(TraceEvent::new(Phase::Metadata, "thread_name", lane + 1).with(Args::Name { name }));
            let place = Args::Place { sort_index: lane };
            names.push(TraceEvent::new(Phase::Metadata, "thread_sort_index", lane + 1).with(place));
        }
        names
    }

    /// Units at work, and processors at work in all programs together. A sample is of the time before it: its value holds
    /// from where the one before it ends.
    pub(super) fn counters<'a>(&self, analysis: &Analysis) -> Vec<TraceEvent<'a>> {
        let counter = |name: &'static str, what: &'static str, at_s: f64, n: f64| {
            let counted = Args::Counted(BTreeMap::from([(what, n)]));
            TraceEvent::new(Phase::Counter, name, 1).at(self.us(at_s)).with(counted)
        };
        let steps = analysis.parallelism.steps.iter();
        let at_work = steps.map(|&(at_s, n_units)| counter("units", "at work", at_s, f64::from(n_units)));
        let samples = &analysis.build.cpu_samples;
        let from_s = [0.0].into_iter().chain(samples.iter().map(|sample| sample.at_s));
        let busy = from_s.zip(samples).filter_map(|(from_s, sample)| {
            let n = seconds(sample.busy)?;
            Some(counter("busy", "processors", from_s, n))
        });
        at_work.chain(busy).collect()
    }

    /// Units with what lies within them, and the programs that Cargo ran.
    pub(super) fn slices<'a>(&self, analysis: &'a Analysis) -> Vec<TraceEvent<'a>> {
        let build = &analysis.build;
        let critical: BTreeSet<UnitIdx> = analysis.critical_path.steps.iter().map(|step| step.unit).collect();
        let mut slices = Vec::new();
        for &idx in &self.order {
            let (unit, place) = (build.unit(idx), self.units[&idx]);
            let args = Args::Unit(Box::new(unit_args(idx, unit, critical.contains(&idx))));
            slices.push(slice(unit.label(), "unit", place.stretch, place.tid).with(args));
            let within = stages(unit).into_iter().map(|(name, from_s, to_s)| {
                let Stretch { from, to } = self.clock.stretch(from_s, to_s);
                // Rounding, and times that contradict each other, stay within the unit.
                let from = from.clamp(place.stretch.from, place.stretch.to);
                (name, Stretch { from, to: to.clamp(from, place.stretch.to) })
            });
            let within = within.filter(|(_, stretch)| stretch.to > stretch.from && *stretch != place.stretch);
            slices.extend(within.map(|(name, stretch)| slice(name, "stage", stretch, place.tid)));
        }
        let programs = build.executions.iter().zip(&self.executions);
        slices.extend(programs.map(|(execution, place)| program(execution, *place)));
        slices
    }
}

fn slice<'a>(name: impl Into<Cow<'a, str>>, cat: &'static str, at: Stretch, tid: u32) -> TraceEvent<'a> {
    let event = TraceEvent::new(Phase::Complete, name, tid).at(at.from);
    TraceEvent { cat: Some(cat), dur: Some(at.to - at.from), ..event }
}

fn program<'a>(execution: &'a Execution, place: Place) -> TraceEvent<'a> {
    let cpu_s = execution.cpu.map(CpuTime::total_s).and_then(seconds);
    let args = Args::Program { cpu_s, exit_code: execution.exit_code };
    slice(execution.program.as_str(), "program", place.stretch, place.tid).with(args)
}

/// Units of the main session that have a time to rely on.
fn drawn(build: &Build) -> impl Iterator<Item = (UnitIdx, &Unit, Timing)> {
    let main = build.iter_units().filter(|(_, unit)| build.in_main_session(unit));
    main.filter_map(|(idx, unit)| Some((idx, unit, unit.trusted_duration_s().and(unit.timing)?)))
}

/// The first moment that is drawn, in the build's seconds; its zero where nothing is.
fn zero_s(build: &Build) -> f64 {
    let units = drawn(build).map(|(_, _, timing)| timing.start_s);
    let executions = build.executions.iter().map(|execution| execution.start_s);
    // The interval of the first sample begins with the build.
    let samples = build.cpu_samples.iter().map(|sample| sample.at_s.min(0.0));
    let moments = units.chain(executions).chain(samples).filter(|at_s| at_s.is_finite());
    moments.min_by(f64::total_cmp).unwrap_or(0.0)
}

/// Places on the lanes behind the first `n_before`, and how many lanes there are then.
fn placed(stretches: &[Stretch], n_before: u32) -> (Vec<Place>, u32) {
    let lanes = lanes(stretches);
    let n_lanes = lanes.iter().max().map_or(0, |lane| lane + 1);
    let place = |(stretch, lane): (&Stretch, u32)| Place { stretch: *stretch, tid: n_before + lane + 1 };
    (stretches.iter().zip(lanes).map(place).collect(), n_before + n_lanes)
}

/// Cargo runs one program after the other, but not every source of builds has to say so.
fn executions(build: &Build, clock: Clock, n_before: u32) -> (Vec<Place>, u32) {
    let stretch = |execution: &Execution| clock.stretch(execution.start_s, execution.end_s);
    let mut stretches: Vec<(usize, Stretch)> = build.executions.iter().map(stretch).enumerate().collect();
    stretches.sort_by_key(|(position, stretch)| (stretch.from, *position));
    let sorted: Vec<Stretch> = stretches.iter().map(|(_, stretch)| *stretch).collect();
    let (places, n_lanes) = placed(&sorted, n_before);
    let mut places: Vec<(usize, Place)> = stretches.iter().map(|(position, _)| *position).zip(places).collect();
    places.sort_by_key(|(position, _)| *position);
    (places.into_iter().map(|(_, place)| place).collect(), n_lanes)
}

/// Front end, code generation and linker, as far as they were observed: each with its name, beginning and end in seconds.
fn stages(unit: &Unit) -> Vec<(&'static str, f64, f64)> {
    let Some(timing) = unit.timing.filter(|_| unit.mode != Mode::RunBuildScript) else { return Vec::new() };
    let front_end_s = unit.front_end_s();
    // What the front end left is code generation, up to the linker where that was watched.
    let link_from_s = timing.link_s.map(|(from_s, _)| from_s);
    let back = front_end_s.map(|from_s| {
        let to_s = link_from_s.map_or(timing.end_s, |link_from_s| link_from_s.max(from_s));
        ("code generation", from_s, to_s)
    });
    let front = front_end_s.map(|to_s| ("front end", timing.start_s, to_s));
    let link = timing.link_s.map(|(from_s, to_s)| {
        // A linker before the end of the front end cannot be.
        ("linker", front_end_s.map_or(from_s, |front_end_s| from_s.max(front_end_s)), to_s)
    });
    [front, back, link].into_iter().flatten().collect()
}

fn unit_args(idx: UnitIdx, unit: &Unit, critical: bool) -> UnitArgs<'_> {
    let rebuilt = match &unit.status {
        Status::Dirty(Some(reason)) => Some(reason.detail.as_str()),
        _ => None,
    };
    UnitArgs {
        unit: idx.0,
        package: &unit.package.name,
        version: unit.package.version.as_deref(),
        target: &unit.target.name,
        features: unit.features.join(", "),
        cpu_s: unit.cpu.map(CpuTime::total_s).and_then(seconds),
        max_rss_bytes: unit.max_rss_bytes,
        rebuilt,
        critical,
        failed: unit.failed,
    }
}
