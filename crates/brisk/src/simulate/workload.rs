//! A build as work: what each unit takes by itself, and what it waits for.

use crate::model::{Edge, Mode, TargetKind, Wait};

/// A stretch of a unit's work.
///
/// Alone on a machine it lasts `cpu_s / threads + idle_s`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stage {
    /// CPU seconds.
    pub cpu_s: f64,
    /// Seconds in which it holds its slot and uses no processor: waiting for files, for a process to start or to end.
    pub idle_s: f64,
}

impl Stage {
    /// So much CPU and so much waiting. What is no number, or negative, counts as nothing.
    pub fn new(cpu_s: f64, idle_s: f64) -> Self {
        let sound = |seconds: f64| if seconds.is_finite() { seconds.max(0.0) } else { 0.0 };
        Self { cpu_s: sound(cpu_s), idle_s: sound(idle_s) }
    }

    /// Seconds that it lasts on so many processors, with nothing else at work.
    pub fn alone_s(self, threads: u32) -> f64 {
        self.cpu_s / f64::from(threads.max(1)) + self.idle_s
    }

    /// Both parts times `factor`.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self::new(self.cpu_s * factor, self.idle_s * factor)
    }
}

/// What kind of step a unit is, as far as others must wait for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Needs {
    /// Metadata of what it needs is enough, where that is a library too.
    #[default]
    Metadata,
    /// What it needs must have ended.
    Ends,
    /// A linker runs in it: everything below it must have ended (`Unit::requires_upstream_objects`).
    Objects,
}

impl Needs {
    /// Those of a unit of this mode and kind: see [`Unit::links`](crate::model::Unit::links), and [`Wait::of`] for what needs
    /// metadata only.
    pub(super) fn of(mode: Mode, kind: TargetKind) -> Self {
        match mode {
            _ if mode.links(kind) => Self::Objects,
            Mode::Build => Self::Metadata,
            _ => Self::Ends,
        }
    }
}

/// One unit as work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Task {
    /// Up to the metadata, or all of it where there is no other stage: one thread.
    pub front: Stage,
    /// Code generation: up to `codegen_units` threads, as far as jobs are free.
    pub back: Stage,
    /// The linker: one slot.
    pub link: Stage,
    /// How many parts the code is generated in.
    pub codegen_units: u32,
    /// What it waits for.
    pub needs: Needs,
}

impl Task {
    /// CPU seconds of all stages.
    pub fn cpu_s(&self) -> f64 {
        self.front.cpu_s + self.back.cpu_s + self.link.cpu_s
    }

    /// Whether there is anything to do.
    pub fn is_work(&self) -> bool {
        [self.front, self.back, self.link].iter().any(|stage| stage.cpu_s > 0.0 || stage.idle_s > 0.0)
    }

    /// Seconds to the end of the front end, and to the end of the unit, on so many processors with nothing else at work.
    pub fn alone_s(&self, processors: u32) -> (f64, f64) {
        let front_s = self.front.alone_s(1);
        let threads = self.codegen_units.clamp(1, processors.max(1));
        (front_s, front_s + self.back.alone_s(threads) + self.link.alone_s(1))
    }

    /// Every stage with so many times its CPU seconds.
    #[must_use]
    pub fn with_cpu_times(self, factor: f64) -> Self {
        let times = |stage: Stage| Stage::new(stage.cpu_s * factor, stage.idle_s);
        Self { front: times(self.front), back: times(self.back), link: times(self.link), ..self }
    }

    /// Every stage times `factor`.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { front: self.front.times(factor), back: self.back.times(factor), link: self.link.times(factor), ..self }
    }
}

/// Where a workload runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Host {
    /// Cargo's `-j`.
    pub jobs: u32,
    /// Processors; those beyond `jobs` stay idle.
    pub processors: u32,
    /// By how much the CPU time of all work grows for each further processor that is busy: 0.02 is 2 %. Shared caches and
    /// memory, and processors that are threads of one core, cause it.
    pub contention: f64,
    /// By how much longer all work takes when every processor is busy than when only one is, beside what it costs more: then
    /// it also waits for processors that Cargo, helper threads and the kernel use. 0.065 is 6.5 %.
    pub saturation: f64,
}

impl Host {
    /// How much longer work takes while so many processors are wanted.
    pub(super) fn stretch(&self, wanted: f64) -> f64 {
        let processors = f64::from(self.processors.max(1));
        let level = if processors > 1.0 { (wanted - 1.0) / (processors - 1.0) } else { 1.0 };
        1.0 + self.saturation * level.clamp(0.0, 1.0)
    }
}

/// A build as work.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// The units.
    pub tasks: Vec<Task>,
    /// Who needs whom, as indices of `tasks`; `Wait::Metadata` holds only where both sides are library compilations.
    pub waits: Vec<(Edge, Wait)>,
    /// What Cargo does for each unit that is not fresh, before its process works: it holds the slot.
    pub dispatch: Stage,
}

impl Workload {
    /// CPU seconds of all units, with what Cargo does for them, when nothing else is at work.
    pub fn cpu_s(&self) -> f64 {
        self.tasks.iter().filter(|task| task.is_work()).map(|task| task.cpu_s() + self.dispatch.cpu_s).sum()
    }

    /// Seconds that all units take one after the other, each on one processor.
    pub fn serial_s(&self) -> f64 {
        let of_task = |task: &Task| task.alone_s(1).1 + self.dispatch.alone_s(1);
        self.tasks.iter().filter(|task| task.is_work()).map(of_task).sum()
    }
}
