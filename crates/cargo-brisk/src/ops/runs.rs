//! The store of runs as the verbs use it.

use std::time::SystemTime;

use brisk::model::{
    Build, Execution, MessageSource, Mode, Outcome, Problem, Target, TargetKind, TargetMessages, TestFailure, Unit,
    Workspace, profile_dir,
};
use brisk::proof::Confirmation;
use brisk::simulate::{contention, what_if};
use brisk_report::format;
use brisk_report::history::{self, RunRow};
use brisk_store::run_file::{Run, RunHeader, RunId, RunKind};
use brisk_store::store::{Filter, RunStore, SizeCap, StoreError, StoredRun};
use brisk_store::verdicts::Verdicts;
use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Error, Result};
use crate::paths;

/// How many of the newest runs of a workspace are looked at when times of a build are to be sharpened. A unit that was
/// built longer ago keeps the times of its files.
const RECENT_RUNS: usize = 8;

/// An id that nobody else has and that sorts by time.
pub(super) fn new_id(created_at: f64) -> String {
    RunId::generate(created_at).to_string()
}

/// The user's store. Made if it is not there.
pub(super) fn open() -> Result<RunStore> {
    RunStore::open(paths::data_dir()?.join("runs")).map_err(|error| failed(&error))
}

/// What a failure of the store is for the user.
pub(super) fn failed(error: &StoreError) -> Error {
    match error {
        StoreError::NotFound { .. } => Error::usage(error.to_string()).because(error).hint(LISTED),
        StoreError::Ambiguous { n, newest, .. } => Error::usage(format!("{error}{}", choices(*n, newest))).hint(LISTED),
        StoreError::Directory { .. } | StoreError::Write(_) | StoreError::Read(_) => {
            Error::could_not_measure(error.to_string()).because(error)
        }
    }
}

const LISTED: &str = "`cargo brisk history --all` lists the runs";

/// The newest of `n` runs, a line each, and how many more there are.
pub(super) fn choices(n: usize, newest: &[RunHeader]) -> String {
    let now_s = now();
    let mut lines: Vec<String> = newest.iter().map(|header| history::choice(&row(header), now_s)).collect();
    if n > newest.len() {
        lines.push(format!("and {}", format::count(n - newest.len(), "more run")));
    }
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

/// What a list shows of a run.
pub(crate) fn row(header: &RunHeader) -> RunRow {
    RunRow {
        id: header.id.to_string(),
        workspace_root: header.workspace_root.as_ref().map(ToString::to_string),
        at_s: header.started_at.unwrap_or(header.created_at),
        source: header.source,
        command: header.command.clone(),
        profile: header.profile.clone(),
        wall_s: header.wall_s,
        outcome: header.outcome,
        n_units: header.n_units,
        n_timed: header.n_timed,
    }
}

/// Stores `run`, and removes the oldest runs if there are too many of them now.
pub(super) fn keep(run: &Run) -> Result<StoredRun> {
    let store = open()?;
    let stored = store.put(run).map_err(|error| failed(&error))?;
    // A history that is too large is not worth failing for; the next run tries again.
    let _ = store.prune(SizeCap::DEFAULT);
    Ok(stored)
}

/// The user's store, if it is there: who only reads makes no directories.
pub(super) fn existing() -> Option<RunStore> {
    let directory = paths::data_dir().ok()?.join("runs");
    directory.is_dir().then(|| RunStore::open(directory).ok())?
}

/// Takes the run out of the store again. That it stays where that fails does no harm.
#[cfg(unix)]
pub(super) fn forget(run: &StoredRun) {
    let _ = existing().map(|store| store.remove(run));
}

/// `build` with exact times and costs for all units that one of the workspace's recent runs saw being built.
pub(super) fn sharpened(mut build: Build, root: &Utf8Path) -> Build {
    let Some(store) = existing() else { return build };
    let Ok(listing) = store.list(Filter::Workspace(root)) else { return build };
    let recorded = listing.runs.iter().filter(|header| may_sharpen(header, &build)).take(RECENT_RUNS);
    let runs: Vec<Run> = recorded.filter_map(|header| store.get(header.id.as_str(), Filter::All).ok()).collect();
    // Oldest first, so that the newest has the last word.
    for run in runs.iter().rev() {
        build = build.sharpened_by(&run.build);
    }
    build
}

/// A recorded build to predict from.
#[derive(Debug)]
pub(super) struct Recorded {
    /// The run. What its build found built already has the costs of earlier runs, as far as these are on record.
    pub(super) run: Run,
    /// Other builds of the workspace that are on record, newest first.
    pub(super) others: Vec<Build>,
    /// How many of its units have their costs from these.
    n_borrowed: usize,
}

impl Recorded {
    /// What has to be said of it.
    pub(super) fn problem(&self) -> Option<Problem> {
        let n_units = self.run.build.units.len();
        (self.n_borrowed > 0).then(|| {
            Problem::new(
                "the recorded build found much built already",
                format!(
                    "{} of {} have their costs from other recorded builds; the wall time that was measured is that of the rest",
                    self.n_borrowed,
                    format::count(n_units, "unit")
                ),
                "what was measured of it cannot be compared with what is played out",
            )
        })
    }

    /// The most processors that any of the builds had.
    pub(super) fn most_processors(&self) -> u32 {
        self.others.iter().filter_map(|build| build.machine.cores).max().unwrap_or(0)
    }

    /// Within what predictions of this workspace, at `root`, were in nine of ten cases, where enough builds and trials are on
    /// record to say.
    pub(super) fn nine_tenths(&self, root: &Utf8Path) -> Option<f64> {
        let builds: Vec<&Build> = self.others.iter().rev().chain([&self.run.build]).collect();
        let checks = what_if::checks(&builds).into_iter().map(|check| check.cpu_error());
        what_if::nine_tenths(checks.chain(confirmations(root).iter().map(Confirmation::error)))
    }

    /// How much dearer work gets while more processors are busy, from this build and the newest other one that tells.
    pub(super) fn contention(&self) -> Option<f64> {
        self.others.iter().find_map(|other| contention(&self.run.build, other))
    }
}

/// Predictions of the workspace at `root` beside what trials have shown, oldest first.
pub(super) fn confirmations(root: &Utf8Path) -> Vec<Confirmation> {
    paths::data_dir().map(|dir| Verdicts::of(&dir).of_workspace(root.as_str())).unwrap_or_default()
}

/// Puts one more beside them. A history that cannot be written is no reason to fail.
pub(super) fn confirm(root: &Utf8Path, confirmation: &Confirmation) -> std::io::Result<()> {
    let dir = paths::data_dir().map_err(|_| std::io::Error::other("there is no data directory"))?;
    Verdicts::of(&dir).add(root.as_str(), confirmation)
}

/// Share of its units that a build must have the costs of, so that anything can be predicted from it.
const LEAST_COVERED: f64 = 0.95;
/// Share of its units that a run must have built itself to be taken before one that is newer.
const NEARLY_ALL: f64 = 0.9;

/// The recorded build `wanted` of the workspace at `root` (an id or the beginning of one); else the newest that succeeded and
/// was made with this profile, if one is named: one that built nearly everything itself before one that found much built
/// already.
pub(super) fn to_predict_from(root: &Utf8Path, wanted: Option<&str>, profile: Option<&str>) -> Result<Recorded> {
    let none = |why: String| Error::could_not_measure(why).hint(record_first(profile));
    let of_profile = profile.map(|name| format!(" with the profile `{name}`")).unwrap_or_default();
    let nothing = || none(format!("no recorded build of this workspace{of_profile} is stored to predict from"));
    let Some(store) = existing() else { return Err(nothing()) };
    let get = |id: &str| store.get(id, Filter::All).map_err(|error| failed(&error));
    let listing = store.list(Filter::Workspace(root)).map_err(|error| failed(&error))?;
    let chosen = match wanted {
        Some(wanted) => store.find(wanted, Filter::Workspace(root)).map_err(|error| failed(&error))?.id,
        None => newest_fit(&listing.runs, profile).ok_or_else(nothing)?.id.clone(),
    };
    let run = get(chosen.as_str())?;
    if run.build.outcome != Outcome::Success {
        let why = format!("the recorded build `{}` did not succeed, so that not all of its costs are known", run.id);
        return Err(none(why));
    }
    let others = listing.runs.iter().filter(|header| header.id != chosen && header.n_timed > 0).take(RECENT_RUNS);
    let others: Vec<Build> = others.filter_map(|header| Some(get(header.id.as_str()).ok()?.build)).collect();
    covered(run, others, profile)
}

/// The newest recorded build with this profile that succeeded: one that built nearly everything itself before any other.
fn newest_fit<'r>(runs: &'r [RunHeader], profile: Option<&str>) -> Option<&'r RunHeader> {
    let has_profile =
        |header: &RunHeader, name| header.profile.as_deref().is_some_and(|own| profile_dir(own) == profile_dir(name));
    let is_fit = |header: &&RunHeader| {
        header.kind == RunKind::Record
            && header.n_timed > 0
            && header.outcome == Outcome::Success
            && profile.is_none_or(|name| has_profile(header, name))
    };
    let built_itself = |header: &&RunHeader| header.n_timed as f64 >= NEARLY_ALL * header.n_units as f64;
    let fit = || runs.iter().filter(is_fit).take(RECENT_RUNS);
    fit().find(built_itself).or_else(|| fit().next())
}

/// The run with the costs that `others` have of what it found built already, and its own steadied by theirs; an error if that is not nearly all.
fn covered(run: Run, others: Vec<Build>, profile: Option<&str>) -> Result<Recorded> {
    let is_known = |build: &Build| build.units.iter().filter(|unit| unit.trusted_duration_s().is_some()).count();
    let n_own = is_known(&run.build);
    let build = others.iter().fold(run.build, |build, other| build.completed_by(other)).steadied_by(&others);
    let n_known = is_known(&build);
    if (n_known as f64) < LEAST_COVERED * build.units.len() as f64 || n_known == 0 {
        let n_units = format::count(build.units.len(), "unit");
        let why = format!("the recorded build `{}` has the costs of {n_known} of its {n_units} only", run.id);
        let cure = format!("{}, after `cargo clean`, or with a `--target-dir` of its own", record_first(profile));
        return Err(Error::could_not_measure(why).hint(cure));
    }
    Ok(Recorded { run: Run { build, ..run }, others, n_borrowed: n_known - n_own })
}

fn record_first(profile: Option<&str>) -> String {
    let flag = match profile.map(profile_dir) {
        None | Some("debug") => String::new(),
        Some("release") => " --release".to_owned(),
        Some(other) => format!(" --profile {other}"),
    };
    format!("record one first: `cargo brisk record -- build{flag}`")
}

/// The tests that failed in the newest recorded command that ran any, and whose executables are still those that it ran:
/// not built again since, and not removed.
pub(super) fn test_failures(root: &Utf8Path, build_dir: &Utf8Path) -> Vec<TestFailure> {
    let directory = paths::data_dir().ok().map(|dir| dir.join("runs")).filter(|dir| dir.is_dir());
    let Some(store) = directory.and_then(|dir| RunStore::open(dir).ok()) else { return Vec::new() };
    let Ok(listing) = store.list(Filter::Workspace(root)) else { return Vec::new() };
    let mut recorded = listing.runs.iter().filter(|header| header.kind == RunKind::Record && ran_tests(header));
    let newest = recorded.next().and_then(|header| store.get(header.id.as_str(), Filter::All).ok());
    let Some(Run { build, .. }) = newest else { return Vec::new() };
    let is_current = |execution: &&Execution| {
        let unit = tested(&build, execution)?;
        let program = build_dir.join(unit.profile_dir.as_deref()?).join("deps").join(&execution.program);
        let built_at = program.metadata().ok()?.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(built_at.as_secs_f64() <= build.started_at? + execution.start_s)
    };
    let current = build.executions.iter().filter(|execution| is_current(execution) == Some(true));
    current.filter_map(|execution| failure(&build, execution)).collect()
}

/// The packages of build scripts whose runs did not finish in the newest recorded command, which failed. What Cargo began it
/// waits for, so that they have failed themselves, unless they were changed since. `unfinished`: package, and seconds since
/// the UNIX epoch.
pub(super) fn failed_scripts(workspace: &Workspace, unfinished: &[(String, f64)]) -> Vec<TargetMessages> {
    let newest = || {
        let store = existing().filter(|_| !unfinished.is_empty())?;
        let listing = store.list(Filter::Workspace(Utf8Path::new(&workspace.root))).ok()?;
        let header = listing.runs.iter().find(|header| header.kind == RunKind::Record)?;
        store.get(header.id.as_str(), Filter::All).ok().filter(|run| matches!(run.build.outcome, Outcome::Failed(_)))
    };
    let Some(run) = newest() else { return Vec::new() };
    let zero_and_span = run.build.started_at.zip(run.build.command_span_s);
    let Some(window) = zero_and_span.map(|(zero, (from_s, to_s))| zero + from_s..=zero + to_s) else {
        return Vec::new();
    };
    let of_run = unfinished.iter().filter(|(_, at)| window.contains(at));
    let mut failed: Vec<TargetMessages> =
        of_run.filter_map(|(package, at)| failed_script(workspace, package, *at)).collect();
    failed.sort();
    failed.dedup();
    failed
}

/// The script of the only package of that name, if its source is not newer than the run.
fn failed_script(workspace: &Workspace, name: &str, ran_at: f64) -> Option<TargetMessages> {
    let mut named = workspace.packages.iter().filter(|package| package.name == name);
    let package = named.next().filter(|_| named.next().is_none())?;
    let script = package.targets.iter().find(|target| target.kind == TargetKind::BuildScript);
    let written = script.and_then(|script| std::fs::metadata(&script.src_path).ok()?.modified().ok());
    let written = written.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    if written.is_some_and(|written| written.as_secs_f64() > ran_at) {
        return None;
    }
    let name = script.map_or("build-script-build", |script| script.name.as_str()).to_owned();
    Some(TargetMessages {
        package: package.package_ref(),
        target: Target { name, kind: TargetKind::BuildScript },
        mode: Mode::RunBuildScript,
        source: MessageSource::Recording,
        failed: true,
        messages: Vec::new(),
    })
}

/// The tests that failed in a recorded command.
pub(crate) fn failures_in(build: &Build) -> Vec<TestFailure> {
    build.executions.iter().filter_map(|execution| failure(build, execution)).collect()
}

fn failure(build: &Build, execution: &Execution) -> Option<TestFailure> {
    let unit = tested(build, execution)?;
    let exit_code = execution.exit_code.filter(|code| *code != 0)?;
    let (package, target) = (unit.package.clone(), unit.target.clone());
    Some(TestFailure { package, target, exit_code, command: build.command.clone() })
}

/// Whether the command was `cargo test`, however it was written.
fn ran_tests(header: &RunHeader) -> bool {
    let words = header.command.iter().flatten();
    words.take_while(|word| *word != "--").any(|word| matches!(word.as_str(), "test" | "t"))
}

/// The unit of a test executable; `None` for programs and benchmarks.
fn tested<'a>(build: &'a Build, execution: &Execution) -> Option<&'a Unit> {
    execution.unit.map(|idx| build.unit(idx)).filter(|unit| unit.mode.is_test())
}

/// Whether the run can have seen any unit of `build`: recorded, and over before the newest unit was.
fn may_sharpen(header: &RunHeader, build: &Build) -> bool {
    let (Some(zero), Some(started_at)) = (build.started_at, header.started_at) else { return false };
    let ends = build.units.iter().filter_map(|unit| unit.timing).map(|timing| zero + timing.end_s);
    header.kind == RunKind::Record && header.n_timed > 0 && ends.fold(f64::NEG_INFINITY, f64::max) >= started_at
}

/// The present, in seconds since the UNIX epoch.
pub(crate) fn now() -> f64 {
    jiff::Timestamp::now().as_duration().as_secs_f64()
}

/// A run of `build`, made now.
pub(super) fn new_run(kind: RunKind, build: Build, root: Option<Utf8PathBuf>, target_dir: Option<Utf8PathBuf>) -> Run {
    let created_at = now();
    Run {
        id: RunId::generate(created_at),
        kind,
        created_at,
        brisk_version: env!("CARGO_PKG_VERSION").to_owned(),
        workspace_root: root,
        target_dir,
        git_revision: None,
        build,
    }
}
