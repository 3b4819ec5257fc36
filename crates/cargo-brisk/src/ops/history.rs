//! `cargo brisk history`: the runs that are stored.

use brisk_store::store::{Filter, Listing, Pruned, SizeCap};

use super::runs;
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

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

/// Removes the oldest runs of all workspaces until the rest fits into `cap`.
pub(crate) fn prune(cap: SizeCap) -> Result<Pruned> {
    runs::open()?.prune(cap).map_err(|error| runs::failed(&error))
}
