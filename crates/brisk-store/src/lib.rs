//! Loads builds and keeps their history.
//!
//! Each loader turns something on disk into a [`brisk::model::Build`], and says in the build's problems what it could
//! not read.
//!
//! * [`calls`]: how rustc was called for the units of a run.
//! * [`fingerprints`]: what Cargo leaves in its build directory.
//! * [`import`]: builds that somebody else recorded: Cargo's timing reports and build logs, run files of other machines.
//! * [`lockfile`]: what Cargo resolved the dependencies to.
//! * [`merge_conflict`]: what a merge may have left in such files.
//! * [`recording`]: what was recorded while Cargo ran.
//! * [`rustc_messages`]: what rustc says of a crate.
//! * [`run_file`]: one build as an immutable, versioned file.
//! * [`store`]: the directory of such files, which is the history.
//! * [`verdicts`]: predictions beside what trials have shown.

pub mod calls;
pub mod fingerprints;
pub mod import;
pub mod lockfile;
pub mod merge_conflict;
pub mod recording;
pub mod run_file;
pub mod rustc_messages;
pub mod store;
pub mod verdicts;

mod sieve;
