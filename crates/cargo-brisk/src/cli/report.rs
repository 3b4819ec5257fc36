//! `cargo brisk report`

use clap::Args;

use super::global::GlobalArgs;
use super::show;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops;

/// Show a run that is stored
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Id of the run or the beginning of it, or `last` for this workspace's newest
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
}

impl ReportArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let (stored, analysis) = ops::report(&self.run, &global.workspace_options()?)?;
        show::run(&analysis, Some(&stored), "report", global, console)
    }
}
