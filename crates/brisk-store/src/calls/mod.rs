//! How rustc was called for the units of a run: what it takes to call it again.
//!
//! Kept beside the run and not in it (`<id>.calls.json.gz`), because only who replays units needs it, and it is larger than
//! the run itself. The file is one gzip member of lines of JSON: a head that names the format and its version, then one
//! [`RustcCall`] per line. It may hold what build scripts and configuration files put into rustc's environment, so that it
//! is readable by its owner only.
//!
//! 1. While Cargo runs, each wrapper appends its call to [`CALLS_LOG`] in the directory of the recording ([`append`]).
//! 2. When Cargo has ended, they are read ([`read_log`]) and put beside the run.

mod call;
mod file;
mod flags;
mod log;

pub use call::RustcCall;
pub use file::{CallsError, EXTENSION};
pub(crate) use file::{read, write};
pub use log::{CALLS_LOG, append, read_log};
