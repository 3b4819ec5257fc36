//! From the messages, in their order, to units, edges and an outcome.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{
    Confidence, Edge, Mode, Outcome, Outputs, PhaseCpu, Platform, Problem, SessionIdx, Status, Target, TargetKind,
    Timing, Unit, UnitIdx, profile_dir,
};
use serde_json::Value;

use super::cause;
use super::message::{Message, Registration};
use super::package_spec;
use crate::import::library_kind::{self, Metadata, Request};
use crate::sieve::counted;

/// What Cargo exits with when a build fails (`CliError::new(err, 101)` in its `util/errors.rs`).
const CARGO_FAILED: i32 = 101;

/// Takes messages one by one.
#[derive(Default)]
pub(super) struct Recorder {
    workspace_root: Option<String>,
    host: Option<String>,
    entries: Vec<Entry>,
    /// From the log's index to the place in `entries`.
    places: BTreeMap<u64, usize>,
    /// Messages about units that were not registered, or units registered twice.
    n_astray: usize,
}

/// A unit, and what was told of it. Times are seconds since Cargo's start.
struct Entry {
    registration: Registration,
    fingerprint: Option<(String, Option<Value>)>,
    started_s: Option<f64>,
    rmeta_s: Option<f64>,
    codegen_s: Option<f64>,
    link_s: (Option<f64>, Option<f64>),
    finished_s: Option<f64>,
}

/// What it all amounts to.
pub(super) struct Recorded {
    pub(super) units: Vec<Unit>,
    pub(super) edges: Vec<Edge>,
    pub(super) outcome: Outcome,
    pub(super) problems: Vec<Problem>,
}

impl Recorder {
    pub(super) fn new(workspace_root: Option<String>) -> Self {
        Self { workspace_root, ..Self::default() }
    }

    /// Whether no unit was registered.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn take(&mut self, message: Message) {
        match message {
            Message::BuildStarted(started) => self.host = started.host,
            Message::UnitRegistered(registration) => self.register(registration),
            Message::UnitFingerprint { index, status, cause } => {
                self.note(index, |entry| entry.fingerprint = Some((status, cause)));
            }
            Message::UnitStarted { index, elapsed } => self.note(index, |entry| entry.started_s = Some(elapsed)),
            Message::UnitRmetaFinished { index, elapsed } => self.note(index, |entry| entry.rmeta_s = Some(elapsed)),
            Message::UnitSectionStarted { index, elapsed, section } => {
                self.note(index, |entry| match section.as_str() {
                    "codegen" => entry.codegen_s = Some(elapsed),
                    "link" => entry.link_s.0 = Some(elapsed),
                    _ => {}
                });
            }
            Message::UnitSectionFinished { index, elapsed, section } => self.note(index, |entry| {
                if section == "link" {
                    entry.link_s.1 = Some(elapsed);
                }
            }),
            Message::UnitFinished { index, elapsed } => self.note(index, |entry| entry.finished_s = Some(elapsed)),
            Message::Other => {}
        }
    }

    fn register(&mut self, registration: Registration) {
        if self.places.contains_key(&registration.index) {
            self.n_astray += 1;
            return;
        }
        self.places.insert(registration.index, self.entries.len());
        self.entries.push(Entry::new(registration));
    }

    fn note(&mut self, index: u64, change: impl FnOnce(&mut Entry)) {
        match self.places.get(&index) {
            Some(&place) => change(&mut self.entries[place]),
            None => self.n_astray += 1,
        }
    }

    /// Units, edges, and how the build seems to have ended.
    pub(super) fn finish(mut self, profile: Option<&str>, ends_cleanly: bool) -> Recorded {
        let dir = profile.map(|name| profile_dir(name).to_owned());
        let mut units: Vec<Unit> = self.entries.iter().map(|entry| self.unit(entry, dir.clone())).collect();
        let edges = self.edges();
        let seen: Vec<(Metadata, Request)> = self.entries.iter().map(Entry::seen).collect();
        let doubt = library_kind::settle(&mut units, &edges, &seen);
        mark_check_tests(&mut units, &edges);
        let problems = self.problems().into_iter().chain(doubt).collect();
        Recorded { outcome: self.outcome(ends_cleanly), units, edges, problems }
    }

    fn unit(&self, entry: &Entry, profile_dir: Option<String>) -> Unit {
        let registration = &entry.registration;
        let kind = target_kind(&registration.target.kind);
        Unit {
            hash: None,
            package: package_spec::parse(&registration.package_id, self.workspace_root.as_deref()),
            target: Target { kind, name: registration.target.name.clone() },
            mode: mode(&registration.mode, kind),
            platform: self.platform(registration.platform.as_deref()),
            profile_dir,
            features: registration.features.clone(),
            status: self.status(entry),
            timing: entry.timing(),
            unfinished_since_s: entry.started_s.filter(|_| entry.is_unfinished()),
            cpu: None,
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            failed: None,
            outputs: Outputs::default(),
        }
    }

    /// The log writes the host's triple both for units that run on it and for `--target` with that same triple.
    fn platform(&self, platform: Option<&str>) -> Platform {
        match platform {
            Some(platform) if self.host.as_deref() != Some(platform) => {
                Platform::Triple(platform.strip_suffix(".json").unwrap_or(platform).to_owned())
            }
            _ => Platform::Host,
        }
    }

    fn status(&self, entry: &Entry) -> Status {
        let Some((status, cause)) = &entry.fingerprint else { return Status::Unknown };
        let is_first = cause.as_ref().is_some_and(|cause| cause["dirty_reason"] == "fresh-build");
        match status.as_str() {
            "fresh" => Status::Fresh,
            "new" => Status::New,
            "dirty" if is_first => Status::New,
            "dirty" => {
                let lookup = |index: u64| self.lookup(index);
                let root = self.workspace_root.as_deref();
                Status::Dirty(cause.as_ref().map(|cause| cause::parse(cause, root, &lookup)))
            }
            _ => Status::Unknown,
        }
    }

    fn lookup(&self, index: u64) -> Option<(UnitIdx, String)> {
        let place = *self.places.get(&index)?;
        let package = package_spec::parse(&self.entries[place].registration.package_id, None);
        Some((UnitIdx(u32::try_from(place).ok()?), package.name))
    }

    fn edges(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (dependent, entry) in (0..).map(UnitIdx).zip(&self.entries) {
            for index in &entry.registration.dependencies {
                match self.places.get(index).and_then(|place| u32::try_from(*place).ok()) {
                    Some(dependency) => edges.push(Edge { dependent, dependency: UnitIdx(dependency) }),
                    None => self.n_astray += 1,
                }
            }
        }
        edges
    }

    /// Documentation tests have no fingerprint and run outside of the job queue: nothing is left to do for them.
    fn outcome(&self, ends_cleanly: bool) -> Outcome {
        let was_stale = |entry: &&Entry| entry.fingerprint.as_ref().is_some_and(|(status, _)| status != "fresh");
        let is_done = self.entries.iter().filter(was_stale).all(|entry| entry.finished_s.is_some());
        let has_work_at_hand = self.entries.iter().any(Entry::is_unfinished);
        let was_planned = self.entries.iter().any(|entry| entry.fingerprint.is_some());
        match (ends_cleanly, has_work_at_hand) {
            (false, _) => Outcome::Interrupted,
            (true, true) => Outcome::Failed(CARGO_FAILED),
            (true, false) if is_done && was_planned => Outcome::Success,
            (true, false) if was_planned => Outcome::Interrupted,
            (true, false) => Outcome::Unknown,
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let n_unfinished = self.entries.iter().filter(|entry| entry.is_unfinished()).count();
        let told = [
            (
                counted(self.n_astray, "reference", "references"),
                "in the log to units that it does not register, or registers twice",
                "lines are missing or damaged",
                "what is told there is missing",
            ),
            (
                counted(n_unfinished, "unit", "units"),
                "started and did not finish",
                "the build failed or was interrupted",
                "their time is not known",
            ),
        ];
        let problem = |(n, what, why, effect)| Some(Problem::new(format!("{} {what}", n?), why, effect));
        told.into_iter().filter_map(problem).collect()
    }
}

impl Entry {
    fn new(registration: Registration) -> Self {
        Self {
            registration,
            fingerprint: None,
            started_s: None,
            rmeta_s: None,
            codegen_s: None,
            link_s: (None, None),
            finished_s: None,
        }
    }

    fn is_unfinished(&self) -> bool {
        self.started_s.is_some() && self.finished_s.is_none()
    }

    fn timing(&self) -> Option<Timing> {
        let (start_s, end_s) = self.started_s.zip(self.finished_s)?;
        Some(Timing {
            start_s,
            expanded_s: None,
            rmeta_s: self.rmeta_s,
            codegen_s: self.codegen_s,
            link_s: self.link_s.0.map(|from_s| (from_s, self.link_s.1.unwrap_or(end_s))),
            end_s,
            confidence: Confidence::Exact,
            session: SessionIdx(0),
        })
    }

    fn seen(&self) -> (Metadata, Request) {
        let metadata = match (self.rmeta_s, self.finished_s) {
            (Some(_), _) => Metadata::Early,
            (None, Some(_)) => Metadata::Never,
            (None, None) => Metadata::NotSeen,
        };
        (metadata, if self.registration.requested { Request::Requested } else { Request::Needed })
    }
}

fn target_kind(word: &str) -> TargetKind {
    match word {
        "bin" => TargetKind::Bin,
        "test" => TargetKind::Test,
        "bench" => TargetKind::Bench,
        "example" => TargetKind::Example,
        "build-script" => TargetKind::BuildScript,
        _ => TargetKind::Lib,
    }
}

/// The words of `CompileMode`'s serialization in Cargo's `core/compiler/build_config.rs`. Both kinds of check are
/// `check` there; a test or benchmark that is checked is checked as a test.
fn mode(word: &str, kind: TargetKind) -> Mode {
    match word {
        "test" => Mode::Test,
        "check" if matches!(kind, TargetKind::Test | TargetKind::Bench) => Mode::CheckTest,
        "check" => Mode::Check,
        "doc" | "docscrape" => Mode::Doc,
        "doctest" => Mode::Doctest,
        "run-custom-build" => Mode::RunBuildScript,
        _ => Mode::Build,
    }
}

/// Of a library or binary that is checked both with and without its tests, the log calls both units the same. Nothing
/// depends on the one with tests; where nothing depends on either, it is the second one.
fn mark_check_tests(units: &mut [Unit], edges: &[Edge]) {
    let needed: BTreeSet<UnitIdx> = edges.iter().map(|edge| edge.dependency).collect();
    let mut twins: BTreeMap<_, Vec<UnitIdx>> = BTreeMap::new();
    for (idx, unit) in (0..).map(UnitIdx).zip(units.iter()).filter(|(_, unit)| unit.mode == Mode::Check) {
        let key = (unit.package.clone(), unit.target.clone(), unit.platform.clone());
        twins.entry(key).or_default().push(idx);
    }
    for twins in twins.into_values().filter(|twins| twins.len() > 1) {
        let plain = twins.iter().find(|idx| needed.contains(idx)).unwrap_or(&twins[0]);
        for idx in twins.iter().filter(|idx| *idx != plain && !needed.contains(idx)) {
            units[idx.index()].mode = Mode::CheckTest;
        }
    }
}
