//! Replaying the units of one request.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use brisk::model::{Build, PhaseCost, ReplayedUnit, UnitHash, UnitIdx};
use brisk::simulate::Strata;
use brisk_store::calls::RustcCall;
use camino::Utf8Path;

use super::cache::{Cache, Entry, Key};
use super::queue::{Extent, Queue};
use super::request::{ReplayProgress, ReplayRequest, Replayed, SkippedUnit, record_again};
use crate::capture::replay::{Outcome, Replayer, missing_input};
use crate::error::{Error, Result};
use crate::ops::private_dir::PrivateDir;

/// At most so many units are replayed at once: each rustc may take more than a gibibyte.
const MOST_WORKERS: usize = 8;

/// What is known of a unit before it is replayed.
struct Candidate<'a> {
    call: &'a RustcCall,
    changed: Vec<String>,
}

/// A request on its way.
pub(super) struct Session<'a> {
    request: &'a ReplayRequest<'a>,
    candidates: BTreeMap<UnitIdx, Candidate<'a>>,
    compilers: BTreeMap<Vec<String>, String>,
    queue: Queue,
    cache: Cache,
    replayer: Arc<Replayer>,
    n_workers: usize,
    jobs: u32,
    start: Instant,
    /// Seconds that results from the cache took when they were measured.
    cached_s: f64,
    /// Seconds that the replays so far took, and were expected to take: other programs may be at work too.
    pace: (f64, f64),
    n_started: usize,
    /// Units that were compiled with the change alone, and what they took.
    changed_alone: Vec<(UnitIdx, PhaseCost)>,
    outcome: Replayed,
    /// Tells others that we are at work in it.
    _held: PrivateDir,
}

impl<'a> Session<'a> {
    /// Everything up to the first replay.
    pub(super) fn new(request: &'a ReplayRequest<'a>, calls: &'a [RustcCall], units: &[UnitIdx]) -> Result<Self> {
        let sorted = Sorted::of(request, calls, units)?;
        let failed = |error: std::io::Error| {
            Error::could_not_measure("the directory for replays could not be made").because(&error)
        };
        let root = request.run.workspace_root.as_deref().map_or("", Utf8Path::as_str);
        let dir = PrivateDir::prepare(request.cache_dir, "replay", root).map_err(failed)?;
        let jobs = jobs_of(request);
        let work = dir.target().join(dir.run());
        let n_workers = (jobs as usize).min(MOST_WORKERS);
        let jobs_each = (jobs / u32::try_from(n_workers).unwrap_or(1)).max(1);
        let replayer = Replayer::new(work, &dir.path().join("tools"), jobs_each).map_err(failed)?;
        let queue = queue_of(request, &sorted.outcome.affected, &sorted.candidates, n_workers);
        Ok(Self {
            request,
            candidates: sorted.candidates,
            outcome: sorted.outcome,
            compilers: BTreeMap::new(),
            queue,
            cache: Cache::open(dir.records()),
            replayer: Arc::new(replayer),
            n_workers,
            jobs,
            start: Instant::now(),
            cached_s: 0.0,
            pace: (0.0, 0.0),
            n_started: 0,
            changed_alone: Vec::new(),
            _held: dir,
        })
    }

    /// Replays until the budget is used: as many units at once as Cargo would build, on processors as busy as in a build.
    pub(super) fn run(&mut self, progress: &dyn Fn(ReplayProgress)) -> Result<()> {
        self.take_cached();
        let failure = std::thread::scope(|scope| {
            let (results, ended) = mpsc::channel();
            let mut idle: Vec<usize> = (0..self.n_workers).rev().collect();
            let mut failure = None;
            loop {
                while let Some(worker) = idle.last().copied()
                    && let Some((idx, extent)) = self.next(worker)
                {
                    idle.pop();
                    self.tell(self.n_workers - idle.len(), progress);
                    let (task, results) = (self.task(idx, extent), results.clone());
                    scope.spawn(move || {
                        // Nobody waits any more where another one could not be started.
                        let _ = results.send((worker, idx, task.run(worker)));
                    });
                }
                if idle.len() == self.n_workers {
                    return Ok(failure);
                }
                let Ok((worker, idx, replay)) = ended.recv() else { return Ok(failure) };
                idle.push(worker);
                if let Some(why) = self.ended(idx, replay?) {
                    failure.get_or_insert((idx, why));
                }
            }
        })?;
        self.tell(0, progress);
        match failure {
            Some((idx, why)) if self.outcome.units.is_empty() => Err(self.nothing_succeeded(idx, &why)),
            _ => Ok(()),
        }
    }

    /// The answer, but for what follows from it.
    pub(super) fn finish(self) -> Replayed {
        let budget_s = self.request.budget.as_secs_f64();
        let why = |s: f64| format!("it would take about {s:.1} s, too much of the {budget_s:.0} s to use");
        let too_dear = self.queue.too_dear(budget_s).into_iter();
        let compared = compared_with_recorded(&self.request.run.build, &self.outcome.units, &self.changed_alone);
        let mut outcome = self.outcome;
        if compared.is_empty() {
            let why =
                "it would take too much of the time with its control, and nothing else tells how fast the machine is";
            let alone = self.changed_alone.iter().map(|(unit, _)| SkippedUnit { unit: *unit, why: why.to_owned() });
            outcome.skipped.extend(alone);
        }
        outcome.units.extend(compared);
        outcome.skipped.extend(too_dear.map(|(unit, s)| SkippedUnit { unit, why: why(s) }));
        outcome.skipped.sort_by_key(|skipped| skipped.unit);
        outcome.took_s = self.start.elapsed().as_secs_f64();
        outcome
    }

    fn left_s(&self) -> f64 {
        let cached_s = self.cached_s / self.n_workers as f64;
        self.request.budget.as_secs_f64() - self.start.elapsed().as_secs_f64() - cached_s
    }

    /// What is left, in the seconds that replays are expected to take.
    fn left_at_pace_s(&self) -> f64 {
        let (took_s, expected_s) = self.pace;
        let slower = if expected_s > 0.0 { (took_s / expected_s).max(1.0) } else { 1.0 };
        self.left_s() / slower
    }

    fn tell(&self, n_running: usize, progress: &dyn Fn(ReplayProgress)) {
        let done = self.outcome.units.len();
        let ahead = if n_running == 0 { 0 } else { n_running + self.queue.n_fitting(self.left_at_pace_s()) };
        progress(ReplayProgress { done, planned: done + ahead });
    }

    /// What was replayed before, as far as the budget of that time goes.
    fn take_cached(&mut self) {
        let units: Vec<UnitIdx> = self.candidates.keys().copied().collect();
        for unit in units {
            let Some(entry) = self.key_of(unit).and_then(|key| self.cache.get(&key)) else { continue };
            let Entry { control, changed, took_s } = entry;
            self.outcome.units.push(ReplayedUnit { unit, control, changed, from_cache: true });
            self.queue.take(unit);
            self.cached_s += took_s;
        }
    }

    /// What a worker is to replay: every other one what takes most, the others a sample of all.
    fn next(&mut self, worker: usize) -> Option<(UnitIdx, Extent)> {
        let left_s = self.left_at_pace_s();
        let is_for_dearest = self.n_workers > 1 && worker.is_multiple_of(2);
        let dearest = is_for_dearest.then(|| self.queue.next_dearest(left_s)).flatten();
        dearest.or_else(|| self.queue.next(left_s).map(|idx| (idx, Extent::Both)))
    }

    /// What a worker has to do for a unit.
    fn task(&mut self, idx: UnitIdx, extent: Extent) -> Task<'a> {
        let Candidate { call, changed } = &self.candidates[&idx];
        self.n_started += 1;
        let control_first = self.n_started.is_multiple_of(2);
        Task { replayer: Arc::clone(&self.replayer), call, changed: changed.clone(), control_first, extent }
    }

    /// Takes over what a worker has measured; why rustc failed, if it did.
    fn ended(&mut self, idx: UnitIdx, replay: Replay) -> Option<String> {
        let Replay { costs, took_s } = replay;
        let (control, changed) = match costs {
            Ok(costs) => costs,
            Err(why) => {
                self.outcome.skipped.push(SkippedUnit { unit: idx, why: why.clone() });
                return Some(why);
            }
        };
        let Some(control) = control else {
            self.changed_alone.push((idx, changed));
            return None;
        };
        let expected_s = expected_s(&self.request.run.build, idx).unwrap_or(0.0);
        self.pace = (self.pace.0 + took_s, self.pace.1 + expected_s);
        if let Some(key) = self.key_of(idx) {
            self.cache.put(key, Entry { control, changed, took_s });
        }
        self.outcome.units.push(ReplayedUnit { unit: idx, control, changed, from_cache: false });
        None
    }

    /// `None` where the compiler does not tell its version.
    fn key_of(&mut self, idx: UnitIdx) -> Option<Key> {
        let Candidate { call, changed } = self.candidates.get(&idx)?;
        let program = call.program().to_vec();
        let compiler = self.compilers.entry(program).or_insert_with(|| version_of(call)).clone();
        let args = [call.args().to_vec(), changed.clone()];
        (!compiler.is_empty()).then(|| Key { unit: call.unit.0.to_string(), compiler, args, jobs: self.jobs })
    }

    fn nothing_succeeded(&self, idx: UnitIdx, why: &str) -> Error {
        let label = self.request.run.build.unit(idx).label();
        let error = Error::could_not_measure(format!("`{label}` could not be compiled again: {why}"));
        // With the change alone, it is the change's fault.
        if why.contains("with the change") { error } else { record_again(error, self.request.run) }
    }
}

/// One unit, to be compiled with and without the change.
struct Task<'a> {
    replayer: Arc<Replayer>,
    call: &'a RustcCall,
    changed: Vec<String>,
    control_first: bool,
    extent: Extent,
}

/// What came of it.
struct Replay {
    /// Without the change, if it was compiled so, and with it; or why rustc failed.
    costs: std::result::Result<(Option<PhaseCost>, PhaseCost), String>,
    took_s: f64,
}

impl Task<'_> {
    fn run(&self, worker: usize) -> Result<Replay> {
        let start = Instant::now();
        let replay = |costs| Replay { costs, took_s: start.elapsed().as_secs_f64() };
        let Self { call, changed, .. } = self;
        let order: &[&[String]] = match (self.extent, self.control_first) {
            (Extent::ChangedAlone, _) => &[changed],
            (Extent::Both, true) => &[call.args(), changed],
            (Extent::Both, false) => &[changed, call.args()],
        };
        let (mut control, mut with_change) = (None, PhaseCost::default());
        for (args, is_control) in order.iter().map(|args| (*args, *args == call.args())) {
            match self.replayer.run(worker, call, args).map_err(|error| not_started(call, &error))? {
                Outcome::Succeeded(measured) if is_control => control = Some(measured),
                Outcome::Succeeded(measured) => with_change = measured,
                Outcome::Failed(why) => {
                    let with = if is_control { "as it was called" } else { "with the change" };
                    return Ok(replay(Err(format!("rustc failed {with}: {why}"))));
                }
            }
        }
        Ok(replay(Ok((control, with_change))))
    }
}

fn not_started(call: &RustcCall, error: &std::io::Error) -> Error {
    Error::could_not_measure(format!("`{}` could not be run again", call.program().join(" "))).because(error)
}

/// What `rustc -vV` says; nothing if it fails.
fn version_of(call: &RustcCall) -> String {
    let [program, rest @ ..] = call.program() else { return String::new() };
    let mut command = Command::new(program);
    command.args(rest).arg("-vV").current_dir(&call.cwd).stdin(Stdio::null()).stderr(Stdio::null());
    for (name, value) in &call.environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().ok().filter(|output| output.status.success());
    output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How many processors rustc could use in the run, and can use here.
fn jobs_of(request: &ReplayRequest<'_>) -> u32 {
    let here = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(u32::MAX));
    request.run.build.jobs.map_or(here, |jobs| jobs.n.min(here)).max(1)
}

/// The units of a request, sorted by what can be done with them.
struct Sorted<'a> {
    candidates: BTreeMap<UnitIdx, Candidate<'a>>,
    outcome: Replayed,
}

impl<'a> Sorted<'a> {
    fn of(request: &ReplayRequest<'_>, calls: &'a [RustcCall], units: &[UnitIdx]) -> Result<Self> {
        let by_hash: BTreeMap<UnitHash, &RustcCall> = calls.iter().map(|call| (call.unit.0, call)).collect();
        let build = &request.run.build;
        let mut sorted = Self { candidates: BTreeMap::new(), outcome: Replayed::nothing() };
        let mut gone = None;
        // What was fresh in the run costs nothing in it.
        for &idx in units.iter().filter(|idx| build.unit(**idx).cost_s().is_some()) {
            let Some(call) = build.unit(idx).hash.and_then(|hash| by_hash.get(&hash).copied()) else {
                sorted.skip(idx, "how rustc was called for it is not known".to_owned());
                continue;
            };
            let changed = request.change.apply(call.args());
            match missing_input(call) {
                _ if changed == call.args() => sorted.outcome.unchanged.push(idx),
                Some(path) => {
                    sorted.skip(idx, format!("`{path}` is gone"));
                    gone.get_or_insert(path);
                }
                None => drop(sorted.candidates.insert(idx, Candidate { call, changed })),
            }
        }
        sorted.outcome.affected.extend(sorted.candidates.keys().copied());
        sorted.outcome.affected.sort_unstable();
        sorted.or_error(request, gone)
    }

    /// It cannot be replayed, but the change applies to it.
    fn skip(&mut self, unit: UnitIdx, why: String) {
        self.outcome.skipped.push(SkippedUnit { unit, why });
        self.outcome.affected.push(unit);
    }

    fn or_error(self, request: &ReplayRequest<'_>, gone: Option<String>) -> Result<Self> {
        let run = request.run;
        match gone {
            _ if !self.candidates.is_empty() || !self.outcome.unchanged.is_empty() => Ok(self),
            Some(path) => {
                let what = format!("what was compiled in the run {} cannot be compiled again", run.id);
                let gone = std::io::Error::other(format!("`{path}` is gone"));
                Err(record_again(Error::could_not_measure(what).because(&gone), run))
            }
            None => {
                let what = format!("none of the units that this is about was compiled in the run {}", run.id);
                Err(record_again(Error::could_not_measure(what), run))
            }
        }
    }
}

/// Units that were compiled with the change alone, beside what they took when they were recorded: in the proportion that the
/// controls of others have to their recorded costs, so that a machine that is faster or slower now makes no difference.
fn compared_with_recorded(
    build: &Build,
    others: &[ReplayedUnit],
    changed_alone: &[(UnitIdx, PhaseCost)],
) -> Vec<ReplayedUnit> {
    let recorded = |idx: UnitIdx| build.unit(idx).cost_s().unwrap_or(0.0);
    // What comes from the cache tells how fast the machine was then, not now.
    let now = || others.iter().filter(|other| !other.from_cache);
    let recorded_s: f64 = now().map(|other| recorded(other.unit)).sum();
    let control_s: f64 = now().map(|other| other.control.cpu_s).sum();
    if recorded_s <= 0.0 || control_s <= 0.0 {
        return Vec::new();
    }
    let then = |s: f64| s * control_s / recorded_s;
    let compared = changed_alone.iter().map(|&(unit, changed)| {
        let phases = build.unit(unit).phase_cpu;
        let control = PhaseCost {
            cpu_s: then(recorded(unit)),
            front_s: phases.front_s.map(then),
            back_s: phases.back_s.map(then),
            link_s: phases.link_s.map(then).or((!build.unit(unit).links()).then_some(0.0)),
            ..changed
        };
        ReplayedUnit { unit, control, changed, from_cache: false }
    });
    compared.collect()
}

/// Seconds that replaying a unit takes on a machine that does nothing else: twice the CPU that it took.
fn expected_s(build: &Build, idx: UnitIdx) -> Option<f64> {
    Some(2.0 * build.unit(idx).cost_s()?)
}

/// The strata as a queue.
fn queue_of(
    request: &ReplayRequest<'_>,
    affected: &[UnitIdx],
    candidates: &BTreeMap<UnitIdx, Candidate<'_>>,
    n_workers: usize,
) -> Queue {
    let build = &request.run.build;
    let strata = Strata::of(build, affected);
    let replayable = |units: &[UnitIdx]| {
        let units = units.iter().copied().filter(|idx| candidates.contains_key(idx));
        units.filter_map(|idx| Some((idx, expected_s(build, idx)?))).collect()
    };
    Queue::new(strata.iter().map(replayable), n_workers)
}
