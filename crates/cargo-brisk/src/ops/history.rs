//! `cargo brisk history`: the runs that are stored.

use brisk::model::Build;
use brisk::simulate::what_if::{self, Check};
use brisk_report::accuracy::{Accuracy, AccuracyRow};
use brisk_store::run_file::Run;
use brisk_store::store::{Filter, Listing, Pruned, SizeCap};

use super::runs;
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// How many of the newest runs are checked against each other.
const MOST_CHECKED: usize = 50;

/// The runs of the workspace that `options` lead to, newest first; with `all`, those of every workspace.
pub(crate) fn history(options: &WorkspaceOptions, all: bool) -> Result<Listing> {
    let store = runs::open()?;
    let listed = if all {
        store.list(Filter::All)
    } else {
        let root = workspace::root(options).map_err(|error| {
            Error::usage(error.to_string()).because(&error).hint("`--all` lists the runs of all workspaces")
        })?;
        store.list(Filter::Workspace(&root))
    };
    listed.map_err(|error| runs::failed(&error))
}

/// How far predictions of the workspace's recorded builds were off, and those that trials have shown to be right or wrong;
/// newest first.
pub(crate) fn accuracy(options: &WorkspaceOptions) -> Result<Accuracy> {
    let root = workspace::root(options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let store = runs::open()?;
    let listing = store.list(Filter::Workspace(&root)).map_err(|error| runs::failed(&error))?;
    let built = listing.runs.iter().filter(|header| header.n_timed > 0).take(MOST_CHECKED);
    let mut runs: Vec<Run> = built.filter_map(|header| store.get(header.id.as_str(), Filter::All).ok()).collect();
    runs.reverse();
    let builds: Vec<&Build> = runs.iter().map(|run| &run.build).collect();
    let row =
        |check: Check| AccuracyRow { run: runs[check.of].id.to_string(), from: runs[check.from].id.to_string(), check };
    let checks = what_if::checks(&builds).into_iter().rev().map(row).collect();
    let mut trials = runs::confirmations(&root);
    trials.reverse();
    Ok(Accuracy { checks, trials })
}

/// Removes the oldest runs of all workspaces until the rest fits into `cap`.
pub(crate) fn prune(cap: SizeCap) -> Result<Pruned> {
    runs::open()?.prune(cap).map_err(|error| runs::failed(&error))
}
