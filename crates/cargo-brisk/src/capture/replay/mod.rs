//! Calls rustc again as it was called when a build was recorded (tier 3), as it was and with other flags.
//!
//! 1. [`FlagChange`]: what is to be different, as edits of the command line (`flags`).
//! 2. Everything that rustc would write is led to a directory of our own; what it reads stays where it is (`redirect`).
//! 3. rustc runs under the same wrapper and stand-ins for linkers as under `cargo brisk record`, which append to events of
//!    our own, so that the phases are told apart in the same way (`runner`). It gets a job server as from Cargo
//!    (`job_server`).
//!
//! Neither Cargo nor any build script is run, and the target directory is only read.

mod flags;
mod job_server;
mod redirect;
mod runner;

pub(crate) use flags::Edit;
pub(crate) use flags::FlagChange;
pub(crate) use flags::Incremental;
pub(crate) use redirect::missing_input;
pub(crate) use runner::{Outcome, Replayer};
