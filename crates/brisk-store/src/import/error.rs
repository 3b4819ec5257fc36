//! What can go wrong with an import.

use crate::run_file::ReadError;

/// Why a text is not a build. The caller knows its file; see [`ImportError`].
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// There are no data in the page.
    #[error("there is no `const UNIT_DATA` in it, which every report of `cargo build --timings` has")]
    NoUnitData,
    /// The data are not what Cargo writes.
    #[error("its `UNIT_DATA` is not valid: {0}")]
    UnitData(serde_json::Error),
    /// Not one line is a message of Cargo's build log.
    #[error("none of its lines is a message of Cargo's build log that starts a build or registers a unit")]
    NoMessages,
}

/// A file could not be imported. Each names the file and the cause.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is none of the kinds that can be imported.
    #[error(
        "`{file}` is neither a `cargo-timing*.html`, nor a build log of Cargo (`*.jsonl`), nor a run file of Brisk"
    )]
    Unrecognised {
        /// The file.
        file: String,
    },
    /// It looks like a report of `cargo build --timings`.
    #[error("could not read `{file}` as a report of `cargo build --timings`: {cause}")]
    TimingsHtml {
        /// The file.
        file: String,
        /// Why.
        cause: ParseError,
    },
    /// It looks like a build log.
    #[error("could not read `{file}` as a build log of Cargo: {cause}")]
    BuildAnalysis {
        /// The file.
        file: String,
        /// Why.
        cause: ParseError,
    },
    /// It looks like a run file.
    #[error(transparent)]
    RunFile(#[from] ReadError),
}
