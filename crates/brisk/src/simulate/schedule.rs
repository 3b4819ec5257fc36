//! Cargo's job queue, played out: when each unit of a workload would start and end.
//!
//! The rules are Cargo's and rustc's:
//!
//! - Of the units that may start, the one with the highest priority starts next, when one of `jobs` slots is free. Its
//!   priority is the number of units that need it, directly or not (`core/compiler/job_queue/mod.rs`, `enqueue` with a
//!   fixed cost; `util/dependency_queue.rs`, `queue_finished`). Cargo's order among equals is that of a hash map; here it
//!   is decided by [`Ties`].
//! - A library may start when the libraries that it needs have written their metadata; a unit that links waits for the end
//!   of all units below it (`depend_on_deps_of_deps`); everything else waits for ends.
//! - Code generation runs on more than one thread as far as slots are free, since rustc takes its tokens from Cargo's job
//!   server (the rustc book, "Jobserver").
//! - A slot is held from the moment at which Cargo begins with the unit, so also while its process waits for files.
//!
//! Work flows at a constant rate between two events, so that the time of the next event is exact: no steps of time, no
//! random numbers.

use std::collections::BinaryHeap;

use super::queue::Queue;
use super::workload::{Host, Needs, Stage, Task, Workload};

/// How it is decided which of several units of the same priority starts first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties(pub u32);

impl Ties {
    /// Larger starts first.
    fn rank(self, task: usize) -> u64 {
        match self.0 {
            // In the order of the units.
            0 => u64::MAX - task as u64,
            // Any other order, by a bijective mix (the finalizer of SplitMix64; Steele, Lea, Flood 2014).
            n => {
                let mut z = (task as u64).wrapping_add(u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^ (z >> 31)
            }
        }
    }
}

/// When a unit is at work, in seconds since the first one may start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// Cargo begins with it.
    pub start_s: f64,
    /// Its front end is over: libraries that need it may start.
    pub front_end_s: f64,
    /// Its code is generated.
    pub back_end_s: f64,
    /// It is done.
    pub end_s: f64,
    /// CPU seconds that it took.
    pub cpu_s: f64,
}

/// When all units of a workload are at work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Seconds until the last unit is done.
    pub wall_s: f64,
    /// CPU seconds of all units, and of Cargo for them.
    pub cpu_s: f64,
    /// Parallel to the tasks; `None` where there is nothing to do.
    pub spans: Vec<Option<Span>>,
}

impl Schedule {
    /// Plays `workload` out. A unit on a cycle of dependencies (impossible in Cargo, possible in a damaged file) never
    /// starts.
    pub fn of(workload: &Workload, host: Host, ties: Ties) -> Self {
        let mut play = Play::new(workload, host, ties);
        play.run();
        let cpu_s = play.spans.iter().flatten().map(|span| span.cpu_s).sum();
        Self { wall_s: play.now_s, cpu_s, spans: play.spans }
    }
}

/// A unit at work.
struct Running {
    task: usize,
    /// Position in [`stages`].
    at: usize,
    /// What it does there.
    stage: Stage,
    /// Threads that it can use there.
    most_threads: u32,
    /// Share of the stage that is still to do.
    left: f64,
    /// Threads that it has now.
    threads: u32,
    /// Seconds that the rest of the stage lasts if nothing changes.
    rest_s: f64,
    /// CPU seconds per second.
    burn: f64,
}

/// The stages of a unit in their order.
fn stages(task: &Task, dispatch: Stage) -> [Stage; 4] {
    [dispatch, task.front, task.back, task.link]
}

/// Positions in [`stages`].
const FRONT: usize = 1;
const BACK: usize = 2;
const LINK: usize = 3;

struct Play<'a> {
    workload: &'a Workload,
    host: Host,
    ties: Ties,
    queue: Queue,
    /// Units that may start, the one to start next on top: priority, rank among equals, task.
    ready: BinaryHeap<(u32, u64, usize)>,
    running: Vec<Running>,
    spans: Vec<Option<Span>>,
    now_s: f64,
}

impl<'a> Play<'a> {
    fn new(workload: &'a Workload, host: Host, ties: Ties) -> Self {
        let host = Host { jobs: host.jobs.max(1), processors: host.processors.max(1), ..host };
        Self {
            workload,
            host,
            ties,
            queue: Queue::of(workload),
            ready: BinaryHeap::new(),
            running: Vec::new(),
            spans: vec![None; workload.tasks.len()],
            now_s: 0.0,
        }
    }

    fn run(&mut self) {
        let first = self.queue.take_ready();
        self.admit(first);
        loop {
            self.start_some();
            if self.running.is_empty() {
                return;
            }
            self.share_out();
            self.advance();
        }
    }

    /// Takes units into the queue that may start now. Those with nothing to do are done at once, and may let others start.
    fn admit(&mut self, mut tasks: Vec<usize>) {
        while let Some(task) = tasks.pop() {
            if self.workload.tasks[task].is_work() {
                self.ready.push((self.queue.priority(task), self.ties.rank(task), task));
            } else {
                self.queue.front_done(task);
                self.queue.done(task);
                tasks.extend(self.queue.take_ready());
            }
        }
    }

    fn start_some(&mut self) {
        while self.running.len() < self.host.jobs as usize
            && let Some((_, _, task)) = self.ready.pop()
        {
            self.spans[task] = Some(Span { start_s: self.now_s, ..Span::default() });
            let stage = self.workload.dispatch;
            self.running.push(Running {
                task,
                at: 0,
                stage,
                most_threads: 1,
                left: 1.0,
                threads: 1,
                rest_s: 0.0,
                burn: 0.0,
            });
        }
    }

    /// Gives threads to the units at work, and finds out how long each of them then needs for its stage.
    fn share_out(&mut self) {
        let mut n_free = self.host.jobs.saturating_sub(u32::try_from(self.running.len()).unwrap_or(u32::MAX));
        let mut demand = 0.0;
        for running in &mut self.running {
            let n_extra = (running.most_threads - 1).min(n_free);
            n_free -= n_extra;
            running.threads = 1 + n_extra;
            let alone_s = running.stage.alone_s(running.threads);
            demand += if alone_s > 0.0 { running.stage.cpu_s / alone_s } else { 0.0 };
        }
        let processors = f64::from(self.host.processors);
        let share = share_of(&self.running, processors, demand);
        let stretch = self.host.stretch(demand);
        let inflation = 1.0 + self.host.contention * (demand.min(processors) - 1.0).max(0.0);
        for running in &mut self.running {
            let cpu_s = running.stage.cpu_s * inflation;
            let whole_s = cpu_s / f64::from(running.threads) / share * stretch + running.stage.idle_s;
            running.rest_s = running.left * whole_s;
            running.burn = if whole_s > 0.0 { cpu_s / whole_s } else { 0.0 };
        }
    }

    /// Goes on to the next moment at which a stage is over.
    fn advance(&mut self) {
        let step_s = self.running.iter().map(|running| running.rest_s).fold(f64::INFINITY, f64::min);
        self.now_s += step_s;
        let mut over = Vec::new();
        for (position, running) in self.running.iter_mut().enumerate() {
            if let Some(span) = &mut self.spans[running.task] {
                span.cpu_s += running.burn * step_s;
            }
            if running.rest_s <= step_s {
                over.push(position);
            } else {
                running.left *= 1.0 - step_s / running.rest_s;
            }
        }
        for &position in over.iter().rev() {
            self.next_stage(position);
        }
        let ready = self.queue.take_ready();
        self.admit(ready);
    }

    /// The unit at `position` goes on to its next stage that is not empty; after the last one it leaves.
    fn next_stage(&mut self, position: usize) {
        let running = &mut self.running[position];
        let (task, now_s) = (running.task, self.now_s);
        let codegen_units = self.workload.tasks[task].codegen_units;
        let stages = stages(&self.workload.tasks[task], self.workload.dispatch);
        let is_empty = |stage: &Stage| stage.cpu_s <= 0.0 && stage.idle_s <= 0.0;
        let Some(span) = &mut self.spans[task] else { return };
        loop {
            match running.at {
                FRONT => {
                    span.front_end_s = now_s;
                    self.queue.front_done(task);
                }
                BACK => span.back_end_s = now_s,
                LINK => {
                    span.end_s = now_s;
                    self.queue.done(task);
                    // The order of those at work stays that in which they started.
                    self.running.remove(position);
                    return;
                }
                _ => {}
            }
            running.at += 1;
            if !is_empty(&stages[running.at]) {
                break;
            }
        }
        running.stage = stages[running.at];
        running.most_threads = if running.at == BACK { codegen_units.max(1) } else { 1 };
        running.left = 1.0;
    }
}

/// What part of a processor each thread gets, so that all together use no more than there are: less than 1 only where more is
/// wanted. Threads that also wait for files give less up than their share, so that it is found by steps.
fn share_of(running: &[Running], processors: f64, demand: f64) -> f64 {
    let mut share = (processors / demand).min(1.0);
    if share >= 1.0 {
        return 1.0;
    }
    for _ in 0..MOST_STEPS {
        let used = |running: &Running| {
            let alone_s = running.stage.cpu_s / f64::from(running.threads) / share + running.stage.idle_s;
            if alone_s > 0.0 { running.stage.cpu_s / alone_s } else { 0.0 }
        };
        let all: f64 = running.iter().map(used).sum();
        if all <= processors * (1.0 + SHARE_TOLERANCE) {
            break;
        }
        share *= processors / all;
    }
    share
}

/// Steps to a share: each comes nearer by the part of the time in which nobody waits.
const MOST_STEPS: usize = 100;
/// How near is near enough.
const SHARE_TOLERANCE: f64 = 1e-9;

/// The longest chain of units that must wait for each other, on so many processors, seconds: no schedule is shorter.
pub(super) fn longest_chain_s(workload: &Workload, processors: u32) -> f64 {
    let mut front_ends = vec![0.0_f64; workload.tasks.len()];
    let mut ends = vec![0.0_f64; workload.tasks.len()];
    let mut all_ends = vec![0.0_f64; workload.tasks.len()];
    let queue = Queue::of(workload);
    for task in queue.topological() {
        let mut start_s = 0.0_f64;
        for (dependency, is_metadata) in queue.dependencies(task) {
            let ready_s = match workload.tasks[task].needs {
                _ if is_metadata => front_ends[dependency],
                Needs::Objects => all_ends[dependency],
                Needs::Metadata | Needs::Ends => ends[dependency],
            };
            start_s = start_s.max(ready_s);
            all_ends[task] = all_ends[task].max(all_ends[dependency]);
        }
        let of_task = &workload.tasks[task];
        let (front_s, end_s) = of_task.alone_s(processors);
        let dispatch_s = if of_task.is_work() { workload.dispatch.alone_s(1) } else { 0.0 };
        front_ends[task] = start_s + dispatch_s + front_s;
        ends[task] = start_s + dispatch_s + end_s;
        all_ends[task] = all_ends[task].max(ends[task]);
    }
    all_ends.iter().copied().fold(0.0, f64::max)
}
