//! Why files are not changed.

use std::io;
use std::path::PathBuf;

/// Nothing has been changed when one of these is told, but for [`ApplyError::NotRolledBack`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    /// A file has been edited since the change was worked out.
    #[error("`{}` has been changed meanwhile", .0.display())]
    Changed(PathBuf),
    /// A file may not be written.
    #[error("`{}` is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// What shall be changed is no file.
    #[error("`{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Another Brisk is at work.
    #[error("another `cargo brisk` is changing files of this workspace")]
    Locked,
    /// The journal cannot be written or read.
    #[error("the journal `{}` cannot be used", .path.display())]
    Journal {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal is of a newer Brisk, or damaged.
    #[error("the journal `{}` cannot be read: {why}", .path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file could not be written; everything is as it was.
    #[error("`{}` could not be written", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written, and neither could others be put back.
    #[error("`{}` could not be written, and not all files could be put back", .path.display())]
    NotRolledBack {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Files were edited after the change that is to be undone.
    #[error("edited since: {}", list(.0))]
    EditedSince(Vec<Conflict>),
}

/// A file that is neither as it was before the change nor as the change left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its bytes as the change left them; `None` where the change removed it.
    pub(crate) after: Option<Vec<u8>>,
    /// Its bytes now; `None` if it is gone.
    pub(crate) now: Option<Vec<u8>>,
}

fn list(conflicts: &[Conflict]) -> String {
    let names: Vec<String> = conflicts.iter().map(|conflict| format!("`{}`", conflict.path.display())).collect();
    names.join(", ")
}
