//! The second half of `cargo brisk --record`: the same command once more, which should have nothing to do.
//!
//! What is built all the same is what every build pays for. Two runs of the store that followed each other at once tell the
//! same of a command that was recorded twice.

use std::collections::BTreeMap;

use brisk::model::{Build, DirtyReason, NoOp, Outcome, Rebuilt, Status, UnitHash, UnitIdx};
use brisk_store::run_file::{Run, RunHeader, RunKind};
use brisk_store::store::Filter;
#[cfg(unix)]
use brisk_store::store::StoredRun;
use camino::Utf8Path;

#[cfg(unix)]
use super::record::{RecordOptions, RecordedCommand, record};
use super::runs;
#[cfg(unix)]
use crate::console::Console;

/// Nobody edits anything between two commands this close to each other.
const AT_ONCE_S: f64 = 2.0;

/// A command that had nothing to do, and what it built.
#[derive(Clone, Debug)]
pub(crate) struct NoOpRun {
    command: Vec<String>,
    started_at: f64,
    wall_s: Option<f64>,
    rebuilt: Vec<(UnitHash, Option<DirtyReason>)>,
}

/// Runs the command of `options` once more, right after it succeeded as `first`; `None` if that fails or cannot be recorded.
/// Where `first` found nothing to do, it is the answer itself, and nothing is run.
#[cfg(unix)]
pub(crate) fn no_op(first: &RecordedCommand, options: RecordOptions, console: Console) -> Option<NoOpRun> {
    let of_first = &first.run.as_ref()?.build;
    if let Some(no_op) = NoOpRun::of(of_first).filter(|no_op| no_op.rebuilt.is_empty()) {
        return Some(no_op);
    }
    console.status("Checking", "what the same command builds once more, with nothing changed");
    let second = record(options, console).ok().filter(|second| second.exit_code == 0)?.run?;
    let no_op = NoOpRun::of(&second.build)?;
    if no_op.rebuilt.is_empty() {
        // It tells nothing more, and would be the last run for those who ask for that.
        runs::forget(&StoredRun { id: second.id, path: second.path });
    }
    let took = no_op.wall_s.map(|s| format!(", in {s:.2} s")).unwrap_or_default();
    let units = brisk_report::format::count(no_op.rebuilt.len(), "unit");
    console.status("Checked", &format!("{units} built once more{took}"));
    Some(no_op)
}

/// The newest such run in the store.
pub(super) fn stored(root: &Utf8Path) -> Option<NoOpRun> {
    let store = runs::existing()?;
    let listing = store.list(Filter::Workspace(root)).ok()?;
    let pair = listing.runs.windows(2).find(|pair| may_be_pair(&pair[1], &pair[0]))?;
    let get = |header: &RunHeader| store.get(header.id.as_str(), Filter::All).ok();
    let (second, first) = (get(&pair[0])?, get(&pair[1])?);
    let is_at_once = second.created_at - ended_at(&first)? <= AT_ONCE_S;
    is_at_once.then(|| NoOpRun::of(&second.build)).flatten()
}

fn may_be_pair(first: &RunHeader, second: &RunHeader) -> bool {
    let is_recorded = |run: &RunHeader| run.kind == RunKind::Record && run.outcome == Outcome::Success;
    let same = (&first.command, &first.target_dir) == (&second.command, &second.target_dir);
    is_recorded(first) && is_recorded(second) && same && first.command.is_some()
}

/// Seconds since the UNIX epoch at which the command ended.
fn ended_at(run: &Run) -> Option<f64> {
    let (_, end_s) = run.build.command_span_s?;
    Some(run.build.started_at? + end_s)
}

impl NoOpRun {
    fn of(build: &Build) -> Option<Self> {
        let (from_s, to_s) = build.command_span_s?;
        let rebuilt = build.units.iter().filter_map(|unit| match &unit.status {
            Status::Dirty(reason) => Some((unit.hash?, reason.clone())),
            Status::New => Some((unit.hash?, None)),
            Status::Fresh | Status::Unknown => None,
        });
        Some(Self {
            command: build.command.clone()?,
            started_at: build.started_at? + from_s,
            wall_s: Some(to_s - from_s),
            rebuilt: rebuilt.collect(),
        })
    }

    /// The same in terms of `build`.
    pub(super) fn in_terms_of(self, build: &Build) -> NoOp {
        let places: BTreeMap<UnitHash, UnitIdx> =
            build.iter_units().filter_map(|(idx, unit)| Some((unit.hash?, idx))).collect();
        let rebuilt = self.rebuilt.into_iter().filter_map(|(hash, reason)| {
            let reason = reason.map(|reason| DirtyReason { because_of: None, ..reason });
            Some(Rebuilt { unit: *places.get(&hash)?, reason })
        });
        let mut rebuilt: Vec<Rebuilt> = rebuilt.collect();
        rebuilt.sort_by_key(|rebuilt| rebuilt.unit);
        NoOp { command: self.command, started_at: self.started_at, wall_s: self.wall_s, rebuilt }
    }
}
