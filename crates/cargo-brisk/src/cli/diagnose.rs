//! `cargo brisk diagnose`, also the verb when none is given.

use clap::Args;

use super::findings::FindingArgs;
use super::global::GlobalArgs;
use super::{record, show};
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, DiagnoseOptions};

/// Exit code when the `cargo build` of `--record` fails: the one that Cargo itself fails with.
const BUILD_FAILED: u8 = 101;

/// Show where the time of the last build went, from what is on disk (the default)
#[derive(Debug, Default, Args)]
pub(crate) struct DiagnoseArgs {
    /// Run `cargo build` first and record what each unit costs, then once more to see what is built without need
    #[arg(long)]
    pub(super) record: bool,
    #[command(flatten)]
    findings: FindingArgs,
}

impl DiagnoseArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        if self.findings.told(global, console)? {
            return Ok(ExitCode::Success);
        }
        let (exit_code, no_op) = if self.record { record::build(global, console)? } else { (0, None) };
        if exit_code != 0 {
            return Ok(ExitCode::Cargo(BUILD_FAILED));
        }
        let options = DiagnoseOptions { workspace: global.workspace_options()?, selection: global.selection(), no_op };
        let progress = console.progress("Scanning");
        let analysis = ops::diagnose(&options, &|n_files| progress.files(n_files));
        progress.finish();
        let analysis = self.findings.kept(analysis?);
        show::analysis(&analysis, "diagnose", global, console)?;
        Ok(self.findings.exit_code(&analysis.findings, console))
    }
}
