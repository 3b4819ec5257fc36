//! What each unit of a recorded build takes by itself.

use crate::model::{Build, Graph, Mode, Unit, Wait};

use super::workload::{Needs, Stage, Task, Workload};

/// Codegen units of a library where nobody says otherwise: rustc's default without incremental compilation (the rustc book,
/// "codegen-units").
const CODEGEN_UNITS: u32 = 16;

/// By how much longer work takes when all processors are busy: of three subjects, builds with `-j2` on two processors took
/// 5 to 10 % longer, against those with `-j1`, than their CPU time and their graph say (`docs/measurements.md`, "What a slot
/// waits for").
pub(super) const SATURATION: f64 = 0.065;
/// Seconds of a stage that are no waiting of its own: a process starts and ends, however little it does.
const LEAST_IDLE_S: f64 = 0.004;

/// What the costs of a workload are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostBasis {
    /// CPU seconds of all units that ran, by phase where that was seen.
    Cpu,
    /// Durations: they contain whatever else the machine did, and code generation on more than one thread is in them as it
    /// happened.
    UnitSeconds,
}

impl CostBasis {
    /// CPU seconds, if those of all compilations of `build` that ran were measured.
    pub fn of(build: &Build) -> Self {
        let is_known = |unit: &Unit| unit.timing.is_none() || unit.cpu.is_some() || unit.mode == Mode::RunBuildScript;
        let any = build.units.iter().any(|unit| unit.cpu.is_some());
        if any && build.units.iter().all(is_known) { Self::Cpu } else { Self::UnitSeconds }
    }
}

impl Workload {
    /// The work of `build`. Units without a time that can be relied on are no work.
    pub fn of(build: &Build, graph: &Graph) -> Self {
        let basis = CostBasis::of(build);
        let recorded = Recorded { basis, is_quiet: build.is_quiet(), capture_s: capture_s(build) };
        let tasks = build.units.iter().map(|unit| task(unit, recorded)).collect();
        let waits =
            build.edges.iter().map(|edge| (*edge, Wait::of(build.unit(edge.dependent), build.unit(edge.dependency))));
        Self { tasks, waits: waits.collect(), dispatch: dispatch(build, graph) }
    }
}

/// How a build was recorded.
#[derive(Clone, Copy)]
struct Recorded {
    basis: CostBasis,
    is_quiet: bool,
    /// What recording itself took in each unit, seconds.
    capture_s: f64,
}

/// What the recorder and its tools used, by unit that ran.
fn capture_s(build: &Build) -> f64 {
    build.capture_cpu_s.unwrap_or(0.0) / ran(build).count().max(1) as f64
}

/// The units that ran, and have a time to rely on.
fn ran(build: &Build) -> impl Iterator<Item = &Unit> {
    build.units.iter().filter(|unit| unit.trusted_duration_s().is_some())
}

fn task(unit: &Unit, recorded: Recorded) -> Task {
    let Recorded { basis, is_quiet, capture_s } = recorded;
    let needs = Needs::of(unit.mode, unit.target.kind);
    let Some(duration_s) = unit.trusted_duration_s() else { return Task { needs, ..Task::default() } };
    let (front_s, back_s, link_s) = unit.split_s().unwrap_or((duration_s, 0.0, 0.0));
    let codegen_units = if back_s > 0.0 { CODEGEN_UNITS } else { 1 };
    if basis == CostBasis::UnitSeconds {
        let stage = |wall_s| Stage::new(wall_s, 0.0);
        return Task { front: stage(front_s), back: stage(back_s), link: stage(link_s), codegen_units: 1, needs };
    }
    let Some(cpu) = unit.cpu else {
        // A build script that ran too shortly to be seen.
        return Task { front: Stage::new(0.0, duration_s), needs, ..Task::default() };
    };
    let (front_cpu_s, back_cpu_s, link_cpu_s) = cpu_by_stage(unit, cpu.total_s(), (front_s, back_s, link_s));
    Task {
        front: with_idle(front_cpu_s, front_s - capture_s, is_quiet),
        back: with_idle(back_cpu_s, back_s, is_quiet),
        link: with_idle(link_cpu_s, link_s, is_quiet),
        codegen_units,
        needs,
    }
}

/// CPU seconds of the stages: as measured, and what is left in the proportion of their wall times.
fn cpu_by_stage(unit: &Unit, cpu_s: f64, (front_s, back_s, link_s): (f64, f64, f64)) -> (f64, f64, f64) {
    let link = unit.phase_cpu.link_s.unwrap_or(0.0).min(cpu_s);
    let compiling_s = cpu_s - link;
    if back_s <= 0.0 {
        return if link_s > 0.0 { (compiling_s, 0.0, link) } else { (cpu_s, 0.0, 0.0) };
    }
    let by_time = compiling_s * front_s / (front_s + back_s);
    let front = unit.phase_cpu.front_s.unwrap_or(by_time).min(compiling_s);
    (front, compiling_s - front, link)
}

/// With the waiting that is the stage's own, as for the network: what is left when it has waited for a processor as all others
/// do. Where other programs were at work, nothing tells one from the other.
fn with_idle(cpu_s: f64, wall_s: f64, is_quiet: bool) -> Stage {
    let own_s = wall_s - (1.0 + SATURATION) * cpu_s - LEAST_IDLE_S;
    Stage::new(cpu_s, if is_quiet { own_s.max(0.0) } else { 0.0 })
}

/// What Cargo did for each unit beside its process. CPU: what the command used beyond its units. Idle: the median of the
/// time from the moment at which a unit could have started (what it waits for was there, and a slot was free) to its start.
fn dispatch(build: &Build, graph: &Graph) -> Stage {
    let n_ran = ran(build).count();
    if n_ran == 0 {
        return Stage::default();
    }
    let units_s: f64 = ran(build).filter_map(|unit| unit.cpu).map(|cpu| cpu.total_s()).sum();
    let own_s = build.cpu.map_or(0.0, |cpu| (cpu.total_s() - units_s).max(0.0)) / n_ran as f64;
    let gap_s = median(gaps_s(build, graph)).unwrap_or(0.0);
    Stage::new(own_s, (gap_s - own_s).max(0.0))
}

/// Of each unit of the main session: seconds from when it could have started to when it did.
fn gaps_s(build: &Build, graph: &Graph) -> Vec<f64> {
    let Some(jobs) = build.jobs else { return Vec::new() };
    let timed = build.iter_units().filter(|(_, unit)| build.in_main_session(unit));
    let mut timed: Vec<_> = timed.filter_map(|(idx, unit)| Some((idx, unit, unit.timing?))).collect();
    timed.sort_by(|a, b| a.2.start_s.total_cmp(&b.2.start_s).then(a.0.cmp(&b.0)));
    let mut free_from: Vec<f64> = vec![f64::NEG_INFINITY; jobs.n.max(1) as usize];
    let mut gaps = Vec::new();
    for (idx, unit, timing) in timed {
        let ready = graph.dependencies(idx).iter().filter_map(|&dependency| {
            let dependency = build.unit(dependency);
            let theirs = dependency.timing?;
            match Wait::of(unit, dependency) {
                Wait::Metadata => dependency.front_end_s(),
                Wait::End => Some(theirs.end_s),
            }
        });
        let ready_s = ready.fold(f64::NEG_INFINITY, f64::max);
        // The slot that was free last of those that were free by then.
        let slot = free_from.iter_mut().filter(|free_s| **free_s <= timing.start_s).max_by(|a, b| a.total_cmp(b));
        let Some(slot) = slot else { continue };
        let could_s = ready_s.max(*slot);
        *slot = timing.end_s;
        gaps.extend(could_s.is_finite().then_some(timing.start_s - could_s).filter(|gap_s| *gap_s >= 0.0));
    }
    gaps
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
