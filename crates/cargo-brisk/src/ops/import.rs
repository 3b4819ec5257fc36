//! `cargo brisk import`: a build that was recorded elsewhere.
//!
//! 1. The file, whatever it is.
//! 2. A run of it in the store, so that it can be reported and compared later.
//! 3. The conclusions, which know of the workspace only what the file tells.

use std::io::Read as _;

use brisk::analysis::Analysis;
use brisk::model::{Surroundings, Workspace};
use brisk_store::import::{self, Imported};
use brisk_store::run_file::{Run, RunKind};
use brisk_store::store::StoredRun;
use camino::Utf8Path;

use super::runs;
use crate::error::{Error, Result};

/// Larger files are not read: a report of 10,000 units has about 10 MB.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Imports `file`: the stored run, or why it could not be stored, and the analysis.
pub(crate) fn import(file: &Utf8Path) -> Result<(Result<StoredRun>, Analysis)> {
    let run = load(file)?;
    let stored = runs::keep(&run);
    let root = run.workspace_root.as_deref().map_or("", Utf8Path::as_str);
    let workspace = Workspace::of_build(root, &run.build);
    Ok((stored, Analysis::of(workspace, run.build, Surroundings::default(), Vec::new())))
}

/// The run in `file`, which is not stored.
pub(super) fn load(file: &Utf8Path) -> Result<Run> {
    let bytes = read(file)?;
    let imported = import::read(&bytes, file.as_str());
    Ok(run(imported.map_err(|error| Error::usage(error.to_string()).because(&error))?))
}

fn read(file: &Utf8Path) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| Error::usage(format!("cannot read `{file}`")).because(&error);
    let mut bytes = Vec::new();
    std::fs::File::open(file).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        let limit = brisk_report::format::bytes(MAX_BYTES);
        return Err(Error::usage(format!("`{file}` is larger than {limit}: it is no report of a build")));
    }
    Ok(bytes)
}

fn run(imported: Imported) -> Run {
    match imported {
        Imported::Run(run) => *run,
        Imported::Build { build, workspace_root, target_dir } => {
            runs::new_run(RunKind::Import, *build, workspace_root, target_dir)
        }
    }
}
