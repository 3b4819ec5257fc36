//! `cargo brisk record` where it cannot be done.

use std::ffi::OsString;

use clap::Args;

use super::global::GlobalArgs;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::NoOpRun;

/// Run a Cargo command unchanged, and record what each unit costs (on Unix only)
#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// The Cargo command
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO-ARGS")]
    command: Vec<OsString>,
}

impl RecordArgs {
    pub(super) fn run(self, _global: &GlobalArgs, _console: Console) -> Result<ExitCode> {
        let command = self.command.join(std::ffi::OsStr::new(" "));
        let hint = format!(
            "`cargo {}` builds without it; `cargo brisk` then tells what the files say, without CPU times",
            command.to_string_lossy()
        );
        Err(unsupported().hint(hint))
    }
}

/// As [`RecordArgs::run`].
pub(super) fn build(_global: &GlobalArgs, _console: Console) -> Result<(u8, Option<NoOpRun>)> {
    Err(unsupported())
}

fn unsupported() -> Error {
    Error::usage("recording works on Unix only: it needs to stand between Cargo and rustc by links")
}
