//! What is asked, and the answer.

use std::path::Path;
use std::time::Duration;

use brisk::model::{Mode, ReplayedUnit, UnitIdx};
use brisk::simulate::{Extrapolation, extrapolate};
use brisk_store::calls::RustcCall;
use brisk_store::run_file::Run;
use brisk_store::store::RunStore;

use super::session::Session;
use crate::capture::find_program;
use crate::capture::replay::FlagChange;
use crate::error::{Error, Result};

/// What is to be replayed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplayRequest<'a> {
    /// Where the run is.
    pub(crate) store: &'a RunStore,
    /// The run.
    pub(crate) run: &'a Run,
    /// The units that the change applies to. Those that no rustc compiled do not count.
    pub(crate) units: &'a [UnitIdx],
    /// The change.
    pub(crate) change: &'a FlagChange,
    /// Wall time that may be used. What comes from the cache counts with the time that it took then.
    pub(crate) budget: Duration,
    /// Brisk's directory of what can be made again.
    pub(crate) cache_dir: &'a Path,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplayProgress {
    /// Units that are done.
    pub(crate) done: usize,
    /// Units that will be done, as far as can be said now.
    pub(crate) planned: usize,
}

/// A unit that was not replayed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SkippedUnit {
    /// The unit.
    pub(crate) unit: UnitIdx,
    /// Why, as part of a sentence.
    pub(crate) why: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replayed {
    /// The units that were replayed, in the order in which they were.
    pub(crate) units: Vec<ReplayedUnit>,
    /// Units that could not be, sorted; units that were just not in the sample are not among them.
    pub(crate) skipped: Vec<SkippedUnit>,
    /// The units whose command line is the same with the change: they cost what they cost.
    pub(crate) unchanged: Vec<UnitIdx>,
    /// The units that the change does change, and whose cost is known.
    pub(crate) affected: Vec<UnitIdx>,
    /// What the sample says of the affected units; `None` if there are none.
    pub(crate) extrapolation: Option<Extrapolation>,
    /// Wall seconds that it took now.
    pub(crate) took_s: f64,
}

impl Replayed {
    /// Before anything is done.
    pub(super) fn nothing() -> Self {
        Self {
            units: Vec::new(),
            skipped: Vec::new(),
            unchanged: Vec::new(),
            affected: Vec::new(),
            extrapolation: None,
            took_s: 0.0,
        }
    }
}

/// Replays a sample of the units with and without the change; `progress` is told before each unit and at the end.
///
/// # Errors
///
/// If nobody kept how rustc was called, none of the units was compiled in the run, the inputs of all of them are gone, no
/// call succeeds, or a linker that the change asks for is not installed.
pub(crate) fn replay(request: &ReplayRequest<'_>, progress: &dyn Fn(ReplayProgress)) -> Result<Replayed> {
    linkers_are_there(request.change)?;
    let calls = calls_of(request)?;
    let build = &request.run.build;
    let is_compiled = |idx: &UnitIdx| {
        let unit = build.units.get(idx.index());
        unit.is_some_and(|unit| !matches!(unit.mode, Mode::RunBuildScript | Mode::Doc | Mode::Doctest))
    };
    let units: Vec<UnitIdx> = request.units.iter().copied().filter(is_compiled).collect();
    let mut session = Session::new(request, &calls, &units)?;
    session.run(progress)?;
    let outcome = session.finish();
    let extrapolation = extrapolate(build, &outcome.affected, &outcome.units, request.change.phases());
    Ok(Replayed { extrapolation, ..outcome })
}

fn calls_of(request: &ReplayRequest<'_>) -> Result<Vec<RustcCall>> {
    let run = request.run;
    let unknown = || Error::could_not_measure(format!("how rustc was called in the run {} is not known", run.id));
    match request.store.calls(&run.id) {
        Ok(Some(calls)) => Ok(calls),
        Ok(None) => Err(record_again(unknown(), run)),
        Err(error) => Err(record_again(unknown().because(&error), run)),
    }
}

/// The cure for all of it.
pub(super) fn record_again(error: Error, run: &Run) -> Error {
    let command = run.build.command.as_ref().map_or_else(|| "build".to_owned(), |words| words.join(" "));
    error.hint(format!("record a clean build again: `cargo clean` and `cargo brisk record -- {command}`"))
}

fn linkers_are_there(change: &FlagChange) -> Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |linker: &str| match linker.contains('/') {
        true => Path::new(linker).is_file(),
        false => find_program(Path::new(linker), &path, None).is_some(),
    };
    match change.linkers().into_iter().find(|linker| !is_there(linker)) {
        Some(linker) => Err(Error::usage(format!("the linker `{linker}` is not installed"))
            .hint("install it, or name one that is on the PATH")),
        None => Ok(()),
    }
}
