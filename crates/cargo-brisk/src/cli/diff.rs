//! `cargo brisk diff`

use std::path::PathBuf;

use brisk_report::markdown;
use clap::Args;

use super::global::GlobalArgs;
use super::show;
use super::summary::Summary;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, DiffOptions};

/// Compare two builds, and tell what their difference comes from
///
/// Every second by which B takes more or less than A is attributed to packages that are new or gone, versions, features,
/// settings, or units that take longer. Without arguments: the last two runs of the same kind, which is the same command and
/// profile, and both from nothing or both of a part. With one: that and the newest of its kind, the later one as B.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// What there was: the id of a run or the beginning of it, `last`, a run file or another report, or a target directory
    #[arg(value_name = "A")]
    a: Option<String>,
    /// What it is compared with
    #[arg(value_name = "B")]
    b: Option<String>,
    /// Write a summary in Markdown to a file (`--summary=FILE`), or to stdout
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    summary: Option<PathBuf>,
}

impl DiffArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let summary = self.summary.map(|file| Summary::to(file, global)).transpose()?;
        let options = DiffOptions {
            a: self.a,
            b: self.b,
            profile: global.profile_name().map(str::to_owned),
            selection: global.selection(),
            workspace: global.workspace_options()?,
        };
        let difference = ops::diff(&options)?;
        show::difference(&difference, global, console)?;
        if let Some(summary) = summary {
            summary.write(&markdown::diff(&difference), console)?;
        }
        Ok(ExitCode::Success)
    }
}
