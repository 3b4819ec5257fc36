//! From a recording to a [`Build`].

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{
    Build, Edge, Execution, Jobs, JobsBasis, Machine, Mode, Problem, Session, SessionIdx, Source, Status, Timing, Unit,
    UnitHash, UnitIdx, Workspace,
};
use camino::{Utf8Path, Utf8PathBuf};

use super::before::Before;
use super::dirty::{self, Roots};
use super::event::{Anchor, Begin, Event, Moment};
use super::facts;
use super::join::{self, Zero};
use super::log::Recording;
use super::names::{Records, by_name, hash_of, is_of, name_of};
use super::uncaptured::Uncaptured;
use super::units::{Call, calls};
use crate::fingerprints::{self, BuildDirs, Snapshot, UnitRecord};

/// What is known beside the recording.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What the fingerprints said before, by build directory; none of those that nobody looked at, as for an abandoned
    /// recording.
    pub before: &'a [Before],
    /// The same directories now, and those of [`build_dirs_of`].
    pub after: &'a [Snapshot],
    /// The workspace.
    pub workspace: &'a Workspace,
    /// Output of `cargo --version`, where somebody asked.
    pub cargo: Option<&'a str>,
}

/// How deep below the build directory rustc's output directory lies at most:
/// `<build>/<triple>/<profile>/build/<package>/<hash>/out`.
const DEEPEST_OUT_DIR: usize = 7;

/// Where the recorded rustc calls wrote to, without those of Cargos that build scripts started; if there were none, where
/// the command was expected to build. The target directory is the expected one, or not known apart from the other.
pub fn build_dirs_of(recording: &Recording) -> Vec<BuildDirs> {
    let calls = own_calls(recording);
    let seen = calls.iter().filter_map(|call| build_dir_of(Utf8Path::new(&call.start.out_dir)));
    let Begin { target_dir, build_dirs, .. } = &recording.begin;
    let expected: BTreeSet<Utf8PathBuf> = build_dirs.iter().map(Utf8PathBuf::from).collect();
    let mut dirs: BTreeSet<Utf8PathBuf> = seen.collect();
    if dirs.is_empty() {
        dirs.clone_from(&expected);
    }
    let pair = |build_dir: Utf8PathBuf| {
        let target_dir = target_dir.as_ref().filter(|_| expected.contains(&build_dir)).map(Utf8PathBuf::from);
        BuildDirs { target_dir: target_dir.unwrap_or_else(|| build_dir.clone()), build_dir }
    };
    dirs.into_iter().map(pair).collect()
}

/// The directory above `out_dir` that Cargo has marked as its own (`.rustc_info.json` since 1.25, `CACHEDIR.TAG` since
/// 1.38).
fn build_dir_of(out_dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let is_marked = |dir: &&Utf8Path| [".rustc_info.json", "CACHEDIR.TAG"].iter().any(|name| dir.join(name).exists());
    out_dir.ancestors().take(DEEPEST_OUT_DIR + 1).find(is_marked).map(Utf8Path::to_owned)
}

/// The calls of the command itself. Where some of them build where the command was expected to, the others are those of
/// Cargos that it ran on other workspaces.
fn own_calls(recording: &Recording) -> Vec<Call> {
    let mut calls = calls(&recording.events);
    calls.retain(|call| !call.start.nested);
    let expected = &recording.begin.build_dirs;
    let is_expected = |call: &Call| expected.iter().any(|dir| Utf8Path::new(&call.start.out_dir).starts_with(dir));
    if calls.iter().any(is_expected) {
        calls.retain(is_expected);
    }
    calls
}

/// The build that was recorded.
pub fn build_of(recording: &Recording, surroundings: Surroundings<'_>) -> Build {
    let calls = own_calls(recording);
    let mut assembly = Assembly::new(recording, surroundings, &calls);
    assembly.add_captured(&calls);
    assembly.add_uncaptured();
    assembly.add_statuses();
    assembly.finish(&calls)
}

/// A build in the making. The three lists run parallel.
struct Assembly<'a> {
    recording: &'a Recording,
    surroundings: Surroundings<'a>,
    zero: Zero,
    units: Vec<Unit>,
    /// What is on disk of the unit.
    records: Vec<Option<&'a UnitRecord>>,
    /// Whether it was built by this command.
    is_built: Vec<bool>,
    edges: Vec<Edge>,
    /// What Cargo ran itself, by snapshot.
    uncaptured: Vec<Uncaptured<'a>>,
    problems: Vec<Problem>,
    profile: Option<String>,
    toolchain: Machine,
}

impl<'a> Assembly<'a> {
    /// Starts with the units that the fingerprints know: those that were built or run, and everything they need.
    fn new(recording: &'a Recording, surroundings: Surroundings<'a>, calls: &[Call]) -> Self {
        let uncaptured: Vec<Uncaptured<'a>> =
            surroundings.after.iter().map(|snapshot| Uncaptured::of(recording, calls, snapshot)).collect();
        let zero = Zero(first_moment(recording.begin.anchor, calls, &uncaptured));
        let mut assembly = Self {
            recording,
            surroundings,
            zero,
            units: Vec::new(),
            records: Vec::new(),
            is_built: Vec::new(),
            edges: Vec::new(),
            uncaptured: Vec::new(),
            problems: Vec::new(),
            profile: None,
            toolchain: Machine::default(),
        };
        for (snapshot, uncaptured) in surroundings.after.iter().zip(&uncaptured) {
            let records = by_name(snapshot);
            let mut built: BTreeSet<UnitHash> = calls.iter().filter_map(|call| hash_of(snapshot, call)).collect();
            built.extend(uncaptured.ran().iter().map(|record| record.hash));
            // What was run and not built was fresh.
            let executed = executed(recording);
            built.extend(snapshot.units.iter().map(|record| record.hash).filter(|hash| executed.contains(hash)));
            if !built.is_empty() {
                assembly.add(fingerprints::build_of(snapshot, &built, surroundings.workspace), &records);
            }
        }
        assembly.uncaptured = uncaptured;
        assembly
    }

    fn add(&mut self, build: Build, records: &Records<'a>) {
        let offset = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        let moved = |idx: UnitIdx| UnitIdx(idx.0 + offset);
        let shift_s = build.started_at.map(|at| at - self.zero_real_s());
        for mut unit in build.units {
            unit.timing = unit.timing.zip(shift_s).map(|(timing, shift_s)| timing.shifted(shift_s));
            self.records.push(unit.hash.and_then(|hash| records.get(&(hash, name_of(&unit))).copied()));
            self.is_built.push(false);
            self.units.push(unit);
        }
        let edge = |edge: Edge| Edge { dependent: moved(edge.dependent), dependency: moved(edge.dependency) };
        self.edges.extend(build.edges.into_iter().map(edge));
        self.problems.extend(build.problems);
        self.profile = self.profile.take().or(build.profile);
        self.toolchain = Machine { host: build.machine.host, rustc: build.machine.rustc, ..Machine::default() };
    }

    fn zero_real_s(&self) -> f64 {
        self.recording.begin.anchor.real_s(self.zero.0)
    }

    /// The units that wrappers saw.
    fn add_captured(&mut self, calls: &[Call]) {
        for call in calls {
            let at = self.position(call).unwrap_or_else(|| {
                self.units.push(self.unrecorded(call));
                self.records.push(None);
                self.is_built.push(true);
                self.units.len() - 1
            });
            join::refine(&mut self.units[at], call, self.zero);
            self.is_built[at] = true;
        }
        let places: BTreeMap<UnitHash, UnitIdx> = self.places();
        for call in calls {
            let dependent = self.position(call).map(unit_idx);
            let needed = call.start.externs.iter().chain(&call.start.script);
            let edges =
                needed.filter_map(|hash| Some(Edge { dependent: dependent?, dependency: *places.get(&hash.0)? }));
            self.edges.extend(edges);
        }
    }

    /// The unit of a call that has left no fingerprint, because it was the first and did not succeed: any later one leaves
    /// that of the build before, emptied.
    fn unrecorded(&self, call: &Call) -> Unit {
        let out_dir = Utf8Path::new(&call.start.out_dir);
        let was_seen = self.surroundings.before.iter().any(|before| out_dir.starts_with(before.build_dir()));
        Unit { status: if was_seen { Status::New } else { Status::Unknown }, ..join::unit_of(&call.start) }
    }

    fn places(&self) -> BTreeMap<UnitHash, UnitIdx> {
        let hashed = self.units.iter().zip(0..).filter_map(|(unit, idx)| Some((unit.hash?, UnitIdx(idx))));
        hashed.collect()
    }

    /// The unit of a call.
    fn position(&self, call: &Call) -> Option<usize> {
        self.units.iter().position(|unit| is_of(unit, call))
    }

    /// What no wrapper sees: documentation and runs of build scripts. Their times are those of files.
    fn add_uncaptured(&mut self) {
        let usage = facts::scripts(&self.recording.events);
        let zero_real_s = self.zero_real_s();
        for at in 0..self.units.len() {
            let has_run = |record: &UnitRecord| self.uncaptured.iter().any(|uncaptured| uncaptured.has_run(record));
            let built = self.records[at].is_some_and(has_run);
            let unit = &mut self.units[at];
            if self.is_built[at] {
                continue;
            }
            if !built {
                // Its times are of an earlier command.
                unit.timing = None;
                continue;
            }
            self.is_built[at] = true;
            unit.timing = unit.timing.map(|timing| Timing { session: SessionIdx(0), ..timing });
            // Cargo empties it before it begins, and fills it in the end; until then other files tell of the build before.
            if let Some(record) = self.records[at].filter(|record| record.fingerprint_hash.is_none()) {
                unit.timing = None;
                unit.unfinished_since_s = record.started_at.map(|started_at| started_at - zero_real_s);
            }
            if let Some(usage) =
                unit.hash.and_then(|hash| usage.get(&hash)).filter(|_| unit.mode == Mode::RunBuildScript)
            {
                unit.cpu = Some(join::cpu(*usage));
                unit.max_rss_bytes = Some(usage.max_rss).filter(|bytes| *bytes > 0);
            }
        }
    }

    /// Fresh, dirty or new.
    fn add_statuses(&mut self) {
        let rebuilt = self.rebuilt();
        let statuses: Vec<Status> = (0..self.units.len())
            .map(|at| self.status(at, rebuilt.get(&unit_idx(at)).map_or(&[], Vec::as_slice)))
            .collect();
        for (unit, status) in self.units.iter_mut().zip(statuses) {
            unit.status = status;
        }
    }

    fn status(&self, at: usize, rebuilt: &[(UnitIdx, String)]) -> Status {
        if !self.is_built[at] {
            return Status::Fresh;
        }
        let Some(now) = self.records[at] else { return self.units[at].status.clone() };
        // Nobody has looked at any other directory.
        let of_dir = |before: &&Before| now.path.starts_with(before.build_dir());
        let Some(before) = self.surroundings.before.iter().find(of_dir) else { return Status::Unknown };
        match before.unit(now) {
            None => Status::New,
            Some(old) => Status::Dirty(dirty::reason(old, now, self.roots(at), rebuilt)),
        }
    }

    fn roots(&self, at: usize) -> Roots<'a> {
        let package = &self.units[at].package;
        let workspace = self.surroundings.workspace;
        let is_it = |candidate: &&brisk::model::Package| {
            candidate.name == package.name
                && package.version.as_ref().is_none_or(|version| *version == candidate.version)
        };
        let manifest = workspace.packages.iter().find(is_it).and_then(|package| package.manifest_path.as_deref());
        Roots {
            workspace: Utf8Path::new(&workspace.root),
            package: manifest.and_then(|manifest| Utf8Path::new(manifest).parent()),
        }
    }

    /// By unit, the dependencies that were built as well, with what they are called.
    fn rebuilt(&self) -> BTreeMap<UnitIdx, Vec<(UnitIdx, String)>> {
        let built: BTreeSet<Edge> =
            self.edges.iter().copied().filter(|edge| self.is_built[edge.dependency.index()]).collect();
        let mut rebuilt: BTreeMap<UnitIdx, Vec<(UnitIdx, String)>> = BTreeMap::new();
        for Edge { dependent, dependency } in built {
            rebuilt.entry(dependent).or_default().push((dependency, self.units[dependency.index()].label()));
        }
        rebuilt
    }

    fn finish(mut self, calls: &[Call]) -> Build {
        let events = &self.recording.events;
        let end = facts::end(events);
        self.problems.extend(self.uncaptured.iter().filter_map(Uncaptured::problem));
        self.problems.extend(facts::problems(self.recording, calls, &self.units));
        self.problems.extend(facts::watched(&self.recording.begin, self.surroundings.after));
        let begin = &self.recording.begin;
        let (zero, executions) = (self.zero, self.executions());
        let session = self.session();
        Build {
            command: Some(begin.command.clone()),
            profile: self.profile,
            started_at: Some(begin.anchor.real_s(zero.0)),
            wall_s: session.as_ref().map(|session| session.wall_s),
            command_span_s: end.map(|end| (zero.s(begin.anchor.at), zero.s(end.at))),
            cpu: end.map(|end| join::cpu(end.usage.without(facts::tools(events)).without(facts::programs(events)))),
            capture_cpu_s: end.and_then(|end| facts::capture_cpu_s(events, end)),
            jobs: begin.jobs.map(|n| Jobs { n, basis: JobsBasis::Recorded }),
            machine: facts::machine(begin, self.toolchain, self.surroundings.cargo),
            foreign_cpu: end.and_then(facts::foreign_cpu),
            outcome: facts::outcome(end),
            units: self.units,
            edges: self.edges,
            sessions: session.into_iter().collect(),
            cpu_samples: facts::cpu_samples(events, zero),
            executions,
            problems: self.problems,
            ..Build::empty(Source::Capture)
        }
        .checked()
    }

    /// The command as a session: from the start of its first unit to the end of the last one.
    fn session(&self) -> Option<Session> {
        let built =
            || self.units.iter().zip(&self.is_built).filter(|(_, built)| **built).filter_map(|(unit, _)| unit.timing);
        let from_s = built().map(|timing| timing.start_s).reduce(f64::min)?;
        let to_s = built().map(|timing| timing.end_s).fold(from_s, f64::max);
        let started_at = self.zero_real_s() + from_s;
        Some(Session { started_at, wall_s: to_s - from_s, n_units: u32::try_from(built().count()).unwrap_or(u32::MAX) })
    }

    fn executions(&self) -> Vec<Execution> {
        let places = self.places();
        let execution = |event: &Event| {
            let Event::Execution(run) = event else { return None };
            Some(Execution {
                unit: hash_in(&run.program).and_then(|hash| places.get(&hash).copied()),
                program: file_name(&run.program).to_owned(),
                start_s: self.zero.s(run.from),
                end_s: self.zero.s(run.to),
                cpu: Some(join::cpu(run.usage)),
                max_rss_bytes: Some(run.usage.max_rss),
                exit_code: run.exit.shell_code(),
            })
        };
        let mut executions: Vec<Execution> = self.recording.events.iter().filter_map(execution).collect();
        executions.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        executions
    }
}

/// The units whose executables were run.
fn executed(recording: &Recording) -> BTreeSet<UnitHash> {
    let hash = |event: &Event| match event {
        Event::Execution(run) => hash_in(&run.program),
        _ => None,
    };
    recording.events.iter().filter_map(hash).collect()
}

fn file_name(program: &str) -> &str {
    Utf8Path::new(program).file_name().unwrap_or(program)
}

/// The hash at the end of an executable's name: those of tests have it.
fn hash_in(program: &str) -> Option<UnitHash> {
    file_name(program).rsplit_once('-')?.1.parse().ok()
}

fn unit_idx(at: usize) -> UnitIdx {
    UnitIdx(u32::try_from(at).unwrap_or(u32::MAX))
}

/// The start of the first unit; of the command, if nothing was built.
fn first_moment(anchor: Anchor, calls: &[Call], uncaptured: &[Uncaptured<'_>]) -> Moment {
    let by_file = uncaptured.iter().flat_map(|uncaptured| uncaptured.ran()).filter_map(|record| record.started_at);
    let by_file = by_file.map(|at| anchor.at_real_s(at));
    calls.iter().map(|call| call.start.at).chain(by_file).min().unwrap_or(anchor.at)
}
