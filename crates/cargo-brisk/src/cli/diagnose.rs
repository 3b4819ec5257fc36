//! `cargo brisk diagnose`, also the verb when none is given.

use clap::Args;

use super::global::GlobalArgs;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;

/// Show where the time of the last build went, from what is on disk
#[derive(Debug, Default, Args)]
pub(crate) struct DiagnoseArgs {}

impl DiagnoseArgs {
    pub(super) fn run(self, _global: &GlobalArgs, _console: Console) -> Result<ExitCode> {
        Ok(ExitCode::Success)
    }
}
