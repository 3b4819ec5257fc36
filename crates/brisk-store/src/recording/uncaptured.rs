//! What no wrapper sees, because Cargo runs it itself: build scripts and rustdoc. Which of them the recorded Cargo ran.
//!
//! The times of their files say when they ran, not for whom. Other Cargos may work in the same build directory meanwhile: in
//! another profile at the same time, since each profile has a lock of its own, or in the same profile while the recorded one
//! waits for the lock (an editor that checks). So there must be a sign beside the time. It is one
//!
//! 1. that the script's process was seen as a child of the recorded Cargo: certain, but scripts of some milliseconds are not
//!    seen;
//! 2. that the recorded Cargo compiled the script: it does so to run it, and holds the lock until it has;
//! 3. that it compiled a unit that waits for the script (rustc is told its `OUT_DIR`), or documented one;
//! 4. for documentation, that it compiled a unit that the documentation waits for, or that documenting is its command.
//!
//! The last two are also true of a script that another Cargo ran just before. They do not count if that Cargo has left a
//! trace: a unit of the same profile that was compiled meanwhile, by nobody's wrapper, and not before the script began. Whose
//! the script is, is then *doubtful*, and it is left out. (Another Cargo that ran a script, failed right after it and
//! released the lock leaves no trace.)

use std::collections::BTreeSet;

use brisk::model::{Problem, UnitHash};

use super::event::{Event, Moment};
use super::facts;
use super::log::Recording;
use super::names::hash_of;
use super::units::Call;
use crate::fingerprints::{FileKind, Flavor, Snapshot, UnitRecord};

/// File times may be earlier than the moment that they tell of by one tick of the kernel's clock, at most 10 ms.
const TICK_S: f64 = 0.010;

/// Subcommands of Cargo that document.
const DOCUMENTING: [&str; 3] = ["d", "doc", "rustdoc"];

/// The runs of build scripts and the documentation of one build directory while a command was recorded.
#[derive(Debug, Default)]
pub(super) struct Uncaptured<'a> {
    /// Those of the recorded Cargo.
    ran: Vec<&'a UnitRecord>,
    /// Those that may be its own or another Cargo's.
    doubtful: Vec<&'a UnitRecord>,
}

impl<'a> Uncaptured<'a> {
    /// Those of `snapshot`, taken after the command that made `calls`.
    pub(super) fn of(recording: &Recording, calls: &[Call], snapshot: &'a Snapshot) -> Self {
        let evidence = Evidence::of(recording, calls, snapshot);
        let mut uncaptured = Self::default();
        // Documentation first: it tells of the scripts that it waits for.
        let (docs, runs): (Vec<_>, Vec<_>) =
            snapshot.units.iter().filter(|record| is_unwrapped(record)).partition(|record| is_documentation(record));
        for record in docs.into_iter().chain(runs) {
            match evidence.verdict(record, &uncaptured.ran) {
                Verdict::Own => uncaptured.ran.push(record),
                Verdict::Doubtful => uncaptured.doubtful.push(record),
                Verdict::Others => {}
            }
        }
        uncaptured
    }

    /// Those of the recorded Cargo.
    pub(super) fn ran(&self) -> &[&'a UnitRecord] {
        &self.ran
    }

    /// Whether `record`, of the same snapshot, is one of them.
    pub(super) fn has_run(&self, record: &UnitRecord) -> bool {
        self.ran.iter().any(|ran| std::ptr::eq(*ran, record))
    }

    /// What is not known of the doubtful ones.
    pub(super) fn problem(&self) -> Option<Problem> {
        let (first, more) = self.doubtful.split_first()?;
        let what = match first.name.flavor {
            Flavor::Doc => "documentation",
            Flavor::Run | Flavor::Plain | Flavor::Test => "the run of the build script",
        };
        let more = if more.is_empty() { String::new() } else { format!(" (and {} more of the kind)", more.len()) };
        Some(Problem::new(
            format!("whether this command did it is not known: {what} of `{}`{more}", first.package),
            "another Cargo built in the same directory at that time",
            "it counts as fresh, and its time is missing",
        ))
    }
}

/// Whether no wrapper sees it.
fn is_unwrapped(record: &UnitRecord) -> bool {
    matches!(record.name.flavor, Flavor::Run | Flavor::Doc)
}

fn is_documentation(record: &UnitRecord) -> bool {
    record.name.flavor == Flavor::Doc
}

/// Who ran a unit.
enum Verdict {
    /// The recorded Cargo.
    Own,
    /// It, or another one.
    Doubtful,
    /// Another one, or nobody meanwhile.
    Others,
}

/// The signs.
struct Evidence<'a> {
    /// Seconds since the UNIX epoch, from the start of the command to its end.
    window: std::ops::RangeInclusive<f64>,
    /// Hashes of scripts whose processes were seen.
    seen: BTreeSet<UnitHash>,
    /// Hashes of scripts that captured units were told to take the output of.
    needed: BTreeSet<UnitHash>,
    /// Fingerprints of captured units.
    captured: Vec<&'a UnitRecord>,
    /// Units of rustc that were built meanwhile and not captured.
    foreign: Vec<&'a UnitRecord>,
    documents: bool,
}

impl<'a> Evidence<'a> {
    fn of(recording: &Recording, calls: &[Call], snapshot: &'a Snapshot) -> Self {
        let hashes: BTreeSet<UnitHash> = calls.iter().filter_map(|call| hash_of(snapshot, call)).collect();
        let window = window(recording);
        let is_captured = |record: &&UnitRecord| hashes.contains(&record.hash);
        let (captured, others): (Vec<_>, Vec<_>) =
            snapshot.units.iter().filter(|record| !is_unwrapped(record)).partition(is_captured);
        let is_meanwhile = |record: &&UnitRecord| record.started_at.is_some_and(|at| window.contains(&at));
        let command = recording.begin.command.iter().take_while(|word| *word != "--");
        Self {
            seen: facts::scripts(&recording.events).into_keys().collect(),
            needed: calls.iter().filter_map(|call| call.start.script).map(|hash| hash.0).collect(),
            foreign: others.into_iter().filter(is_meanwhile).collect(),
            documents: command.into_iter().any(|word| DOCUMENTING.contains(&word.as_str())),
            captured,
            window,
        }
    }

    /// Who ran `record`; of the documentation, `ran` is known already.
    fn verdict(&self, record: &UnitRecord, ran: &[&UnitRecord]) -> Verdict {
        let Some(started_at) = record.started_at.filter(|at| self.window.contains(at)) else { return Verdict::Others };
        let (is_certain, is_likely) = if is_documentation(record) {
            (false, self.documents || self.captured.iter().any(|captured| needs(record, captured)))
        } else {
            let is_script = |captured: &&&UnitRecord| captured.name.kind == FileKind::BuildScript;
            let is_compiled = self.captured.iter().filter(is_script).any(|captured| needs(record, captured));
            let is_needed = self.needed.contains(&record.hash) || ran.iter().any(|ran| needs(ran, record));
            (self.seen.contains(&record.hash) || is_compiled, is_needed)
        };
        match (is_certain, is_likely) {
            (true, _) => Verdict::Own,
            (false, true) if self.others_worked(record, started_at) => Verdict::Doubtful,
            (false, true) => Verdict::Own,
            (false, false) => Verdict::Others,
        }
    }

    /// Whether another Cargo compiled something of the same profile, and was not through when `record` was started.
    fn others_worked(&self, record: &UnitRecord, started_at: f64) -> bool {
        let is_later = |foreign: &&UnitRecord| foreign.ended_at.is_none_or(|ended_at| ended_at >= started_at);
        self.foreign.iter().filter(|foreign| foreign.dir == record.dir).any(is_later)
    }
}

/// Whether `dependent` names `dependency` in its fingerprint.
fn needs(dependent: &UnitRecord, dependency: &UnitRecord) -> bool {
    let deps = dependent.fingerprint.iter().flat_map(|fingerprint| &fingerprint.deps);
    dependency.fingerprint_hash.is_some_and(|hash| deps.into_iter().any(|dep| dep.fingerprint == hash))
}

/// While the command ran. If nobody saw its end, until the last event: Cargo may have gone on, and others after it.
fn window(recording: &Recording) -> std::ops::RangeInclusive<f64> {
    let anchor = recording.begin.anchor;
    let end = facts::end(&recording.events).map(|end| end.at);
    let last = || recording.events.iter().filter_map(moment_of).max().unwrap_or(anchor.at);
    (anchor.real_s(anchor.at) - TICK_S)..=anchor.real_s(end.unwrap_or_else(last))
}

fn moment_of(event: &Event) -> Option<Moment> {
    match event {
        Event::UnitStart(start) => Some(start.at),
        Event::UnitEnd(end) => Some(end.at),
        Event::Link(link) => Some(link.to),
        Event::Execution(run) => Some(run.to),
        Event::Load(load) => Some(load.at),
        Event::End(end) => Some(end.at),
        Event::Begin(_) | Event::Cargo(_) | Event::Script(_) | Event::Unknown => None,
    }
}
