//! `cargo brisk fix`.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use brisk::plan::Outcome;
use brisk_report::{json, markdown, text};
use clap::Args;

use super::duration::duration;
use super::findings::FindingArgs;
use super::global::{GlobalArgs, MessageFormat};
use super::show;
use super::summary::Summary;
use crate::console::{Console, Progress};
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::{self, FixOptions, FixStep, History, Seen, Timed};

/// Try cures in copies, and keep in the workspace what makes builds faster and breaks nothing
///
/// Each change must compile with all targets, the tests must pass as before, and builds must take less, measured by turns
/// against the workspace as it is. What is kept is written at once, and `cargo brisk undo` puts every byte back. Your target
/// directory is not used.
#[derive(Debug, Args)]
pub(crate) struct FixArgs {
    /// Findings to cure, by key (`unused-dependency:app:log`) or kind; if there is none, all that a program can cure without
    /// changing what is shipped, what people read, or what they have to install
    #[arg(value_name = "FINDING")]
    findings: Vec<String>,
    /// Show what would be tried, and the changes as a diff; try nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Change files of a workspace with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    /// Commit each change that is kept, with what it has brought
    #[arg(long, conflicts_with = "dry_run")]
    commit: bool,
    /// Write a summary in Markdown to a file (`--summary=FILE`), or to stdout
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    #[arg(conflicts_with = "dry_run")]
    summary: Option<PathBuf>,
    /// The time that all timing may take (`15m`, `2h`); compiling and testing come on top
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    budget: Duration,
    /// The build that has to get faster, without `cargo`; `build` if there is none
    #[arg(last = true, value_name = "CARGO-ARGS")]
    command: Vec<OsString>,
}

impl FixArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let workspace = global.workspace_options()?;
        let summary = self.summary.map(|file| Summary::to(file, global)).transpose()?;
        if self.commit {
            ops::refuse_uncommittable(&workspace)?;
        } else if !self.allow_dirty && !self.dry_run {
            ops::refuse_dirty(&workspace)?;
        }
        let config = ops::config(&workspace)?;
        let options = FixOptions {
            asked: self.findings,
            command: super::prove::command(self.command, global)?,
            policy: FindingArgs::default().policy(&config),
            thresholds: config.thresholds.clone(),
            budget: self.budget,
            checks: config.checks.clone(),
            history: if self.commit { History::Commits } else { History::Files },
            workspace,
        };
        console.status("Recording", "the build of a copy of the workspace as it is");
        let checking = console.progress("Checking", "units");
        let planned = ops::plan_fixes(&options, &|seen| {
            if let Seen::Units(n) = seen {
                checking.at(n);
            }
        })?;
        checking.finish();
        console.show(&text::fix_plan(&planned.fixes, &planned.useless, &show::options(console)));
        console.show(&text::fix_more(&planned.when_asked, &show::options(console)));
        if self.dry_run {
            let diff = ops::fix_diff(&planned, &options)?;
            console.data(&diff)?;
            return Ok(ExitCode::Success);
        }
        if planned.fixes.is_empty() {
            return finish(&Outcome::nothing(&planned.useless), summary.as_ref(), global, console);
        }
        if !self.yes && !agreed(console)? {
            return Ok(ExitCode::Success);
        }
        let teller = Teller::new(console);
        let mut trials = ops::try_fixes(&planned, &options, &|step| teller.tell(&step))?;
        ops::remember_fixes(&planned, &mut trials);
        let (outcome, landed) = ops::land_fixes(&planned, trials, &options);
        let code = finish(&outcome, summary.as_ref(), global, console)?;
        landed.map(|()| code)
    }
}

fn finish(outcome: &Outcome, summary: Option<&Summary>, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
    match global.message_format {
        MessageFormat::Human => console.show(&text::fix(outcome, &show::options(console))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "fix" };
            console.data(&format!("{}\n", json::fix(outcome, context)))?;
        }
    }
    if let Some(summary) = summary {
        summary.write(&markdown::fix(outcome), console)?;
    }
    Ok(ExitCode::Success)
}

/// Says how far it is.
struct Teller {
    console: Console,
    /// The live line of a search.
    searching: RefCell<Option<Progress>>,
}

impl Teller {
    fn new(console: Console) -> Self {
        Self { console, searching: RefCell::default() }
    }

    fn tell(&self, step: &FixStep) {
        if let FixStep::Searched(n) = step {
            let mut line = self.searching.borrow_mut();
            line.get_or_insert_with(|| self.console.progress("Compiling", "sets of features")).at(*n as u64);
            return;
        }
        if let Some(line) = self.searching.take() {
            line.finish();
        }
        let status = |verb: &str, text: &str| self.console.status(verb, text);
        match step {
            FixStep::Baseline => status("Testing", "the workspace as it is"),
            FixStep::Trying(key) => status("Trying", key),
            FixStep::Searched(_) => {}
            FixStep::Testing(stage) => status("Testing", &format!("with changes of {}", stage.as_str())),
            FixStep::Timing(timed) => {
                let what = match timed {
                    Timed::Stage(stage) => format!("builds with and without: {}", stage.as_str()),
                    Timed::AllKept => "builds with and without all that is kept".to_owned(),
                    Timed::Release => "release builds with and without all that is kept".to_owned(),
                };
                status("Timing", &what);
            }
            FixStep::Timed(0) => {}
            FixStep::Timed(n) => status("Timed", &brisk_report::format::count(*n, "pair")),
        }
    }
}

/// Whether somebody says yes. Who is not there cannot.
fn agreed(console: Console) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage("there is nobody to ask").hint("`--yes` tries all of it, `--dry-run` shows it only"));
    }
    console.show("Try them? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Error::could_not_measure("cannot read the answer").because(&error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
