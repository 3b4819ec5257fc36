//! `cargo brisk record`.

use std::ffi::{OsStr, OsString};

use brisk::analysis::Analysis;
use brisk::model::Surroundings;
use brisk_report::json::RecordedRunView;
use clap::Args;

use super::global::{GlobalArgs, MessageFormat};
use super::show;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::{self, NoOpRun, Places, RecordOptions, RecordedCommand, Stdout, When};

/// Run a Cargo command unchanged, and record what each unit costs
///
/// Nothing is rebuilt that the command would not rebuild by itself, output and exit code are Cargo's, and a wrapper that is
/// configured already (sccache and others) goes on working. What the command prints to stdout comes first; with
/// `--message-format json`, the object is the last line.
#[derive(Debug, Args)]
#[command(override_usage = "cargo brisk record [OPTIONS] [--] <CARGO-ARGS>...")]
pub(crate) struct RecordArgs {
    /// When to show progress
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    /// The Cargo command, without `cargo`: `build --release`, `+nightly test`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO-ARGS")]
    command: Vec<OsString>,
}

impl RecordArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        refuse_selectors(global, &self.command)?;
        let places = Places::of_user()?;
        let options = RecordOptions { command: self.command, progress: self.progress, places };
        let RecordedCommand { exit_code, run, stdout } = ops::record(options, console)?;
        if let Some(stored) = run {
            begin_line(stdout, global, console)?;
            let run = RecordedRunView { id: stored.id.as_str(), path: stored.path.as_str() };
            let test_failures = ops::failures_in(&stored.build);
            let surroundings = Surroundings { test_failures, ..Surroundings::default() };
            let analysis = Analysis::of(stored.workspace, stored.build, surroundings, Vec::new());
            show::recorded(&analysis, run, exit_code, global, console)?;
        }
        Ok(ExitCode::Cargo(exit_code))
    }
}

/// The JSON object is the last line of stdout. In front of an object a line feed means nothing, so that one too many does
/// no harm.
fn begin_line(stdout: Stdout, global: &GlobalArgs, console: Console) -> Result<()> {
    match (global.message_format, stdout) {
        (MessageFormat::Json, Stdout::Unknown) => console.data("\n"),
        (MessageFormat::Json, Stdout::LineStart) | (MessageFormat::Human, _) => Ok(()),
    }
}

/// Records `cargo build` of what the selectors mean, and if that succeeds once more, with nothing to do: the exit code, and
/// what was built then.
pub(super) fn build(global: &GlobalArgs, console: Console) -> Result<(u8, Option<NoOpRun>)> {
    let places = Places::of_user()?;
    let command: Vec<OsString> = std::iter::once("build".into()).chain(global.as_cargo_args()).collect();
    let options = || RecordOptions { command: command.clone(), progress: When::Auto, places: places.clone() };
    let first = ops::record(options(), console)?;
    let no_op = if first.exit_code == 0 { ops::no_op(&first, options(), console) } else { None };
    Ok((first.exit_code, no_op))
}

/// What is built is for the Cargo command to say: a selector before it would have no effect, so it is an error.
fn refuse_selectors(global: &GlobalArgs, command: &[OsString]) -> Result<()> {
    let misplaced = global.as_cargo_args();
    if misplaced.is_empty() {
        return Ok(());
    }
    let words = |words: &[OsString]| words.join(OsStr::new(" ")).to_string_lossy().into_owned();
    let meant: Vec<OsString> = command.iter().chain(&misplaced).cloned().collect();
    let error = Error::usage(format!("`{}` belongs to the Cargo command, behind `--`", words(&misplaced)));
    Err(error.hint(format!("`cargo brisk record -- {}`", words(&meant))))
}
