//! `cargo brisk record`.

use std::ffi::OsString;

use brisk::analysis::Analysis;
use brisk_report::json::RecordedRunView;
use clap::Args;

use super::global::GlobalArgs;
use super::show;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, Places, RecordOptions, When};

/// Run a Cargo command unchanged, and record what each unit costs
///
/// Nothing is rebuilt that the command would not rebuild by itself, output and exit code are Cargo's, and a wrapper that is
/// configured already (sccache and others) goes on working.
#[derive(Debug, Args)]
#[command(override_usage = "cargo brisk record [OPTIONS] [--] <CARGO-ARGS>...")]
pub(crate) struct RecordArgs {
    /// When to tell how far it is
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    /// The Cargo command, without `cargo`: `build --release`, `+nightly test`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO-ARGS")]
    command: Vec<OsString>,
}

impl RecordArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let places = Places::of_user()?;
        let options = RecordOptions { command: self.command, progress: self.progress, places };
        let recorded = ops::record(options, console)?;
        if let Some(stored) = recorded.run {
            let run = RecordedRunView { id: stored.id.as_str(), path: stored.path.as_str() };
            let analysis = Analysis::of(stored.workspace, stored.build, None, Vec::new());
            show::recorded(&analysis, run, recorded.exit_code, global, console)?;
        }
        Ok(ExitCode::Cargo(recorded.exit_code))
    }
}
