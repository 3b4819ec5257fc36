//! `cargo brisk history`

use brisk_report::accuracy;
use brisk_report::format;
use brisk_report::history::{self, RunRow};
use brisk_store::store::SizeCap;
use clap::Args;

use super::global::{GlobalArgs, MessageFormat};
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops;

/// List the runs that are stored, newest first
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// List the runs of all workspaces
    #[arg(long)]
    all: bool,
    /// Show how far predictions were off: those that trials have confirmed or not, and each recorded build as predicted from
    /// the one before
    #[arg(long, conflicts_with_all = ["all", "prune"])]
    accuracy: bool,
    /// Remove the oldest runs of all workspaces until the rest fits into this many MiB [default: 512]
    #[arg(long, value_name = "MIB", num_args = 0..=1, default_missing_value = "512")]
    prune: Option<u32>,
}

impl HistoryArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        if self.accuracy {
            return accuracy(global, console);
        }
        if let Some(mib) = self.prune {
            prune(SizeCap(u64::from(mib) << 20), console)?;
        }
        let listing = ops::history(&global.workspace_options()?, self.all)?;
        for problem in &listing.problems {
            console.warn(&format!("{}: {}; {}", problem.what, problem.why, problem.effect));
        }
        let rows: Vec<RunRow> = listing.runs.iter().map(ops::row).collect();
        match global.message_format {
            MessageFormat::Json => {
                console.data(&object(&history::json(rows))?)?;
            }
            MessageFormat::Human if rows.is_empty() => {
                let (none, others) = match self.all {
                    true => ("no runs are stored", ""),
                    false => ("no runs of this workspace are stored", "; `--all` lists all that are"),
                };
                console.status("History", &format!("{none}; `cargo brisk record -- build` records one{others}"));
            }
            MessageFormat::Human => {
                let now_s = ops::now();
                console.data(&history::text(&rows, now_s, console.data_width()))?;
            }
        }
        Ok(ExitCode::Success)
    }
}

fn accuracy(global: &GlobalArgs, console: Console) -> Result<ExitCode> {
    let told = ops::accuracy(&global.workspace_options()?)?;
    match global.message_format {
        MessageFormat::Json => console.data(&object(&accuracy::json(told))?)?,
        MessageFormat::Human => console.data(&accuracy::text(&told))?,
    }
    Ok(ExitCode::Success)
}

fn object(value: &impl serde::Serialize) -> Result<String> {
    let object = serde_json::to_string(value);
    Ok(object.map_err(|error| Error::could_not_measure("cannot write the result as JSON").because(&error))? + "\n")
}

fn prune(cap: SizeCap, console: Console) -> Result<()> {
    let pruned = ops::prune(cap)?;
    for problem in &pruned.problems {
        console.warn(&format!("{}: {}; {}", problem.what, problem.why, problem.effect));
    }
    let freed = format::bytes(pruned.freed_bytes);
    console.status("Removed", &format!("{} ({freed})", format::count(pruned.removed.len(), "file")));
    Ok(())
}
