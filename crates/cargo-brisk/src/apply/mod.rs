//! Edits of the user's files: all of them or none, and each can be taken back byte for byte.
//!
//! 1. [`FileChange`]: the bytes that a file has, and those that it shall have.
//! 2. [`Journal`]: a directory of Brisk's own, outside of the workspace, that holds both before anything is touched.
//! 3. [`apply()`]: checks that the files are as they were when the change was worked out, writes the journal, writes all new
//!    texts beside the files, and renames them.
//! 4. [`undo()`]: puts back what was there, unless somebody has edited the file since.
//!
//! Whoever dies in between leaves each file as it was or as it shall be, and a journal that says which; `undo` finishes the
//! job. One writer at a time: a lock that goes with the process.

mod disk;
mod error;
mod journal;
mod lock;
#[cfg(test)]
mod tests;
mod transaction;
mod undo;

pub(crate) use disk::RealDisk;
pub(crate) use error::{ApplyError, Conflict};
pub(crate) use journal::{Entry, Journal, State};
pub(crate) use transaction::{FileChange, Name, apply, is_read_only, note_commit};
pub(crate) use undo::{Force, undo};
