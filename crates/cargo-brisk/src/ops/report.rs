//! `cargo brisk report`: a stored run.
//!
//! 1. The run, from the store.
//! 2. Its workspace, as far as it is still where it was; else as far as the run itself tells.
//! 3. The conclusions.

use brisk::analysis::Analysis;
use brisk::model::{Surroundings, Workspace};
use brisk_store::run_file::Run;
use brisk_store::store::{Filter, StoreError, StoredRun};
use camino::Utf8Path;

use super::runs;
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// How a run comes to be.
const RECORD: &str = "`cargo brisk record -- build`";

/// The run `wanted` and its analysis (an id, the beginning of one, or `last`: the newest of the workspace that `options`
/// lead to, or of all if they lead to none).
pub(crate) fn report(wanted: &str, options: &WorkspaceOptions) -> Result<(StoredRun, Analysis)> {
    let here = workspace::root(options).ok();
    let filter = here.as_deref().map_or(Filter::All, Filter::Workspace);
    let store = runs::open()?;
    let found = store.find(wanted, filter).and_then(|stored| Ok((store.get(stored.id.as_str(), Filter::All)?, stored)));
    let (run, stored) = found.map_err(|error| failed(&error, wanted, filter))?;
    let workspace = workspace_of(&run, options);
    Ok((stored, Analysis::of(workspace, run.build, Surroundings::default(), Vec::new())))
}

/// That there is no last run is told by where it was looked for.
fn failed(error: &StoreError, wanted: &str, filter: Filter<'_>) -> Error {
    match (error, filter) {
        (StoreError::NotFound { .. }, Filter::All) if wanted == "last" => {
            Error::usage("no run is stored").hint(format!("{RECORD} records one"))
        }
        (StoreError::NotFound { .. }, Filter::Workspace(_)) if wanted == "last" => {
            let others = "`cargo brisk history --all` lists those of other workspaces";
            Error::usage("no run of this workspace is stored").hint(format!("{RECORD} records one, and {others}"))
        }
        _ => runs::failed(error),
    }
}

fn workspace_of(run: &Run, options: &WorkspaceOptions) -> Workspace {
    let root = run.workspace_root.as_deref();
    let manifest_path = root.map(|root| root.join("Cargo.toml").into_std_path_buf());
    let facts = manifest_path
        .filter(|path| path.is_file())
        .and_then(|path| workspace::read(&WorkspaceOptions { manifest_path: Some(path), ..options.clone() }).ok());
    match facts {
        Some(facts) => facts.workspace,
        None => Workspace::of_build(root.map_or("", Utf8Path::as_str), &run.build),
    }
}
