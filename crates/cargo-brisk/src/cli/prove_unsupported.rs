//! `cargo brisk prove` where it cannot be done.

use clap::Args;

use super::global::GlobalArgs;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;

/// Find out which of two ways to build is faster, by a fair measurement (on Unix only)
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// What there is, and what it is compared with
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    _args: Vec<std::ffi::OsString>,
}

impl ProveArgs {
    pub(super) fn run(self, _global: &GlobalArgs, _console: Console) -> Result<ExitCode> {
        Err(Error::usage("proving works on Unix only: what processes used is not known elsewhere"))
    }
}
