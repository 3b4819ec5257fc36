//! `cargo brisk fix` where it cannot be done.

use clap::Args;

use super::global::GlobalArgs;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;

/// Try cures in copies, and keep what makes builds faster (on Unix only)
#[derive(Debug, Args)]
pub(crate) struct FixArgs {
    /// Findings to cure
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    _args: Vec<std::ffi::OsString>,
}

impl FixArgs {
    pub(super) fn run(self, _global: &GlobalArgs, _console: Console) -> Result<ExitCode> {
        Err(Error::usage("fixing works on Unix only: what builds take is not known elsewhere"))
    }
}
