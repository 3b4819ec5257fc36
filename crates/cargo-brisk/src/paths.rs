//! Where Brisk keeps its own files: never in the workspace, never in the target directory.

use camino::Utf8PathBuf;
use etcetera::BaseStrategy as _;

use crate::error::{Error, Result};

#[derive(Clone, Copy)]
enum Kind {
    Data,
    Cache,
}

/// Directory of runs: `BRISK_DATA_DIR`, else `brisk` in the user's data directory (`$XDG_DATA_HOME` or
/// `~/.local/share` on Linux).
pub(crate) fn data_dir() -> Result<Utf8PathBuf> {
    own_dir("BRISK_DATA_DIR", Kind::Data)
}

/// Directory of what can be made again: `BRISK_CACHE_DIR`, else `brisk` in the user's cache directory.
pub(crate) fn cache_dir() -> Result<Utf8PathBuf> {
    own_dir("BRISK_CACHE_DIR", Kind::Cache)
}

fn own_dir(variable: &str, kind: Kind) -> Result<Utf8PathBuf> {
    let path = match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(path) => path.into(),
        None => users_dir(kind).map_err(|error| no_home(variable).because(&error))?.join("brisk"),
    };
    Utf8PathBuf::from_path_buf(path)
        .map_err(|path| Error::usage(format!("the path of {variable} is not UTF-8: {}", path.display())))
}

fn users_dir(kind: Kind) -> std::result::Result<std::path::PathBuf, etcetera::HomeDirError> {
    let base = etcetera::choose_base_strategy()?;
    Ok(match kind {
        Kind::Data => base.data_dir(),
        Kind::Cache => base.cache_dir(),
    })
}

fn no_home(variable: &str) -> Error {
    Error::usage("cannot find the home directory").hint(format!("set {variable} to a directory that Brisk may use"))
}
