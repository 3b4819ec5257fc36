//! Where Cargo builds, in the terms of the store.

use std::path::PathBuf;

use brisk_store::fingerprints::BuildDirs;
use camino::Utf8PathBuf;

use crate::error::{Error, Result};
use crate::workspace::Directories;

/// The directories as UTF-8, which all other paths in them are already.
///
/// # Errors
///
/// If one of them is not.
pub(super) fn build_dirs(directories: &Directories) -> Result<BuildDirs> {
    let utf8 = |path: &PathBuf| {
        Utf8PathBuf::from_path_buf(path.clone())
            .map_err(|path| Error::could_not_measure(format!("the path `{}` is not UTF-8", path.display())))
    };
    Ok(BuildDirs { target_dir: utf8(&directories.target_dir)?, build_dir: utf8(&directories.build_dir)? })
}
