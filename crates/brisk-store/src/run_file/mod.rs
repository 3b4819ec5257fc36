//! One run as an immutable file: `<id>.brisk.json.gz`.
//!
//! The file is two gzip members, each one line of JSON, so that `zcat` shows all of it:
//!
//! 1. the [`RunHeader`], which names the format and its version first of all. Lists read only this member.
//! 2. the [`Build`](brisk::model::Build), in structures of its own that mirror the model: the model may change, a file
//!    may not.
//!
//! A file of a newer [`FormatVersion`] is refused before anything else of it is read; fields that are not known are
//! ignored. What is read is checked: indices, times and cycles that cannot be true are dropped with a
//! [`Problem`](brisk::model::Problem).

#[cfg(test)]
pub(crate) mod arbitrary;
mod build;
mod error;
mod format;
mod id;
mod read;
mod run;
#[cfg(test)]
mod tests;
mod unit;
mod write;

pub use error::{ReadError, WriteError};
pub use format::FormatVersion;
pub use id::{BadRunId, RunId};
pub use read::{from_bytes, header_from_bytes, read, read_header};
pub use run::{Run, RunHeader, RunKind};
pub(crate) use write::{Access, TEMPORARY_PREFIX, write_new};
pub use write::{to_bytes, write};

/// Ending of a run file's name.
pub const EXTENSION: &str = ".brisk.json.gz";
