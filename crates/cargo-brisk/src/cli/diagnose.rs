//! `cargo brisk diagnose`, also the verb when none is given.

use clap::Args;

use super::global::GlobalArgs;
use super::show;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, DiagnoseOptions};

/// Show where the time of the last build went, from what is on disk (the default)
#[derive(Debug, Default, Args)]
pub(crate) struct DiagnoseArgs {}

impl DiagnoseArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let options = DiagnoseOptions { workspace: global.workspace_options()?, selection: global.selection() };
        let progress = console.progress("Scanning");
        let analysis = ops::diagnose(&options, &|n_files| progress.files(n_files));
        progress.finish();
        show::analysis(&analysis?, "diagnose", global, console)
    }
}
