//! `cargo brisk import`: a build that was recorded elsewhere.
//!
//! 1. The file, whatever it is.
//! 2. A run of it in the store, so that it can be reported and compared later.
//! 3. The conclusions, which know of the workspace only what the file tells.

use brisk::analysis::Analysis;
use brisk::model::Workspace;
use brisk_store::import::{self, Imported};
use brisk_store::run_file::{Run, RunKind};
use brisk_store::store::StoredRun;
use camino::Utf8Path;

use super::runs;
use crate::error::{Error, Result};

/// Imports `file`: the stored run, or why it could not be stored, and the analysis.
pub(crate) fn import(file: &Utf8Path) -> Result<(Result<StoredRun>, Analysis)> {
    let bytes = std::fs::read(file).map_err(|error| Error::usage(format!("cannot read `{file}`")).because(&error))?;
    let imported =
        import::read(&bytes, file.as_str()).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let run = run(imported);
    let stored = runs::keep(&run);
    let root = run.workspace_root.as_deref().map_or("", Utf8Path::as_str);
    let workspace = Workspace::of_build(root, &run.build);
    Ok((stored, Analysis::of(workspace, run.build, None, Vec::new())))
}

fn run(imported: Imported) -> Run {
    match imported {
        Imported::Run(run) => *run,
        Imported::Build { build, workspace_root, target_dir } => {
            runs::new_run(RunKind::Import, *build, workspace_root, target_dir)
        }
    }
}
