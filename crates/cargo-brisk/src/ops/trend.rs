//! Builds of one kind over time, from the store.
//!
//! 1. The headers of the workspace's runs tell how often it is built, and which runs may be of the kind.
//! 2. These are read, as many as are read in a moment.

use brisk::model::{Build, Outcome};
use brisk::overview::{BuildsPerDay, Kind, Trend, TrendPoint};
use brisk_report::format;
use brisk_store::run_file::{Run, RunHeader, RunKind};
use brisk_store::store::{Filter, RunStore};
use camino::Utf8Path;

use super::runs;

/// Most builds that are looked at: as many points as a chart of usual width tells apart.
const MOST_RUNS: usize = 120;
/// Most units that are read for all of them together: reading one takes about ten microseconds.
const MOST_UNITS: usize = 60_000;
/// Share of its units that a run must have built itself, as far as its header tells. The build itself decides.
const NEARLY_ALL: f64 = 0.9;

/// The trend of builds of the workspace at `root` that are of the kind of `build`; if that is no build from nothing, of the
/// newest one with its profile that is. `None` where there are not two of them.
pub(super) fn trend(root: &Utf8Path, build: &Build) -> Option<Trend> {
    let store = runs::existing()?;
    let listing = store.list(Filter::Workspace(root)).ok()?;
    let starts: Vec<f64> = listing.runs.iter().filter(|header| is_own_build(header)).map(started_at).collect();
    let candidates = listing.runs.iter().filter(|header| may_be_of_kind(header, build)).take(MOST_RUNS);
    let mut n_units = 0;
    let affordable = candidates.take_while(|header| {
        n_units += header.n_units;
        n_units <= MOST_UNITS
    });
    let past: Vec<(f64, Run)> =
        affordable.filter_map(|header| Some((started_at(header), read(&store, header)?))).collect();
    let newest = || past.iter().map(|(_, run)| &run.build).find(|build| build.is_from_nothing());
    let reference = if build.is_from_nothing() { build } else { newest()? };
    let kind = Kind::of(reference)?;
    let of_kind = past.iter().filter(|(_, run)| kind.admits(&run.build));
    let points = of_kind.map(|(at, run)| TrendPoint::of(run.id.to_string(), *at, &run.build)).collect();
    let command = reference.command.as_deref().map_or_else(|| "builds of this kind".to_owned(), format::command);
    Trend::of(command, points, BuildsPerDay::of(&starts, runs::now()))
}

/// Whether it was recorded here, and compiled something.
fn is_own_build(header: &RunHeader) -> bool {
    header.kind == RunKind::Record && header.n_timed > 0
}

fn may_be_of_kind(header: &RunHeader, build: &Build) -> bool {
    header.profile == build.profile
        && header.outcome == Outcome::Success
        && header.n_timed > 0
        && header.n_timed as f64 >= NEARLY_ALL * header.n_units as f64
}

fn started_at(header: &RunHeader) -> f64 {
    header.started_at.unwrap_or(header.created_at)
}

fn read(store: &RunStore, header: &RunHeader) -> Option<Run> {
    store.get(header.id.as_str(), Filter::All).ok()
}
