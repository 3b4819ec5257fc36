//! `cargo brisk diagnose`, also the verb when none is given.

use brisk::analysis::Analysis;
use clap::Args;

use super::findings::FindingArgs;
use super::global::GlobalArgs;
use super::{record, show};
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, Compiler, DiagnoseOptions, Seen};

/// Exit code when the `cargo build` of `--record` fails: the one that Cargo itself fails with.
const BUILD_FAILED: u8 = 101;

/// Show where the time of the last build went, from what is on disk (the default)
#[derive(Debug, Default, Args)]
pub(crate) struct DiagnoseArgs {
    /// Run `cargo build` first and record what each unit costs, then once more to see what is built without need
    #[arg(long)]
    pub(super) record: bool,
    /// Ask rustc which dependencies the members do not use, by a `cargo check` of all targets in a directory of its own
    #[arg(long)]
    pub(super) confirm: bool,
    #[command(flatten)]
    findings: FindingArgs,
}

impl DiagnoseArgs {
    /// A flag that is given and makes sense with this verb only.
    pub(super) fn flag(&self) -> Option<&'static str> {
        let flags = [(self.record, "--record"), (self.confirm, "--confirm")];
        flags.into_iter().find_map(|(is_given, flag)| is_given.then_some(flag))
    }

    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        if self.findings.told(global, console)? {
            return Ok(ExitCode::Success);
        }
        let (exit_code, no_op) = if self.record { record::build(global, console)? } else { (0, None) };
        if exit_code != 0 {
            return Ok(ExitCode::Cargo(BUILD_FAILED));
        }
        let workspace = global.workspace_options()?;
        let config = ops::config(&workspace)?;
        let compiler = if self.confirm { Compiler::Asked(global.target.clone()) } else { Compiler::NotAsked };
        let options = DiagnoseOptions {
            policy: self.findings.policy(&config),
            thresholds: config.thresholds.clone(),
            selection: global.selection(),
            compiler,
            no_op,
            build: None,
            workspace,
        };
        if self.confirm {
            console.status("Checking", "all targets of the workspace in a directory of Brisk's own, to ask rustc");
        }
        let analysis = diagnosed(&options, console)?;
        show::analysis(&analysis, "diagnose", global, console)?;
        Ok(self.findings.exit_code(&config, &analysis.findings, console))
    }
}

fn diagnosed(options: &DiagnoseOptions, console: Console) -> Result<Analysis> {
    let scanning = console.progress("Scanning", "files");
    let checking = console.progress("Checking", "units");
    let analysis = ops::diagnose(options, &|seen| match seen {
        Seen::Files(n_files) => scanning.at(n_files),
        Seen::Units(n_units) => checking.at(n_units),
        Seen::Replayed { .. } => {}
    });
    scanning.finish();
    checking.finish();
    analysis
}
