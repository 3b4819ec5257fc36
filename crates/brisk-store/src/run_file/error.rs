//! What can go wrong with a run file.

use std::io;

use camino::Utf8PathBuf;

use super::format::FormatVersion;

/// A run file could not be read. Each names the file and the cause.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system said no.
    #[error("could not read `{file}`")]
    Io {
        /// The file.
        file: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not a run file, or a damaged one.
    #[error("`{file}` is not a run file of Brisk, or is damaged: {cause}")]
    Damaged {
        /// The file.
        file: Utf8PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A newer Brisk wrote it.
    #[error(
        "`{file}` has run file format {version}, and this Brisk reads formats up to {}; {}",
        FormatVersion::CURRENT,
        can_read_it(written_by.as_deref())
    )]
    TooNew {
        /// The file.
        file: Utf8PathBuf,
        /// Its format.
        version: FormatVersion,
        /// The version of Brisk that wrote it.
        written_by: Option<String>,
    },
}

fn can_read_it(written_by: Option<&str>) -> String {
    match written_by {
        Some(version) => format!("Brisk {version}, which wrote it, can read it"),
        None => "the Brisk that wrote it can read it".to_owned(),
    }
}

/// A run file could not be written. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is a file of that name; runs are never overwritten.
    #[error("`{file}` is there already, and a run is never overwritten")]
    Exists {
        /// The file.
        file: Utf8PathBuf,
    },
    /// The file system said no: full, read-only, not a directory, …
    #[error("could not write `{file}`")]
    Io {
        /// The file.
        file: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
}
