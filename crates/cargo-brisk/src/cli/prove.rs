//! `cargo brisk prove`.

use std::ffi::OsString;
use std::time::Duration;

use brisk::proof::{Proof, Start};
use brisk::stats::{Metric, Side};
use brisk_report::{json, text};
use clap::{Args, ValueEnum};

use super::duration::duration;
use super::global::{GlobalArgs, MessageFormat};
use super::show;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::{self, ProveOptions, SideSpec, TrialProgress};

/// Find out which of two ways to build is faster, by a fair measurement
///
/// Each side is `SOURCE[,SETTING]…`: a source is `.` (the files as they are), a directory or a Git revision; a setting is a
/// toolchain (`+nightly`), a variable (`RUSTFLAGS=-Clink-arg=-fuse-ld=mold`), a key of Cargo's configuration
/// (`profile.dev.debug=0`) or an option (`--features=x`). A side may begin with a setting. Both are copied, and built by turns
/// in directories of Brisk's own, until a verdict can be given or the time is up: your target directory is not used.
#[derive(Debug, Args)]
#[command(override_usage = "cargo brisk prove [OPTIONS] <A> <B> [-- <CARGO-ARGS>...]")]
pub(crate) struct ProveArgs {
    /// What there is
    #[arg(value_name = "A")]
    a: String,
    /// What it is compared with
    #[arg(value_name = "B")]
    b: String,
    /// The command that is timed, without `cargo` (`check`, `test --no-run`); `build` if there is none
    #[arg(last = true, value_name = "CARGO-ARGS")]
    command: Vec<OsString>,
    /// Time rebuilds after an edit of this member, not builds from nothing
    #[arg(long, value_name = "MEMBER", conflicts_with = "no_op")]
    touch: Option<String>,
    /// Time builds with nothing to do
    #[arg(long)]
    no_op: bool,
    /// What the verdict is about
    #[arg(long, value_name = "METRIC", value_enum, default_value_t = MetricArg::Cpu)]
    metric: MetricArg,
    /// The time that all of it may take (`15m`, `90s`)
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration)]
    budget: Duration,
    /// The most pairs of builds that are timed [default: 32]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    max_pairs: Option<u32>,
}

/// What a verdict may be about.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MetricArg {
    /// CPU time: steadier on a machine that does other things, too
    Cpu,
    /// Wall time, of builds that nothing disturbed
    Wall,
}

impl ProveArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let options = self.options(global)?;
        let proof = proven(&options, console)?;
        match global.message_format {
            MessageFormat::Human => console.show(&text::prove(&proof, &show::options(console))),
            MessageFormat::Json => {
                let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "prove" };
                console.data(&format!("{}\n", json::prove(&proof, context)))?;
            }
        }
        Ok(ExitCode::Success)
    }

    fn options(self, global: &GlobalArgs) -> Result<ProveOptions> {
        let workspace = global.workspace_options()?;
        let side = |text: &str| {
            SideSpec::parse(text, &workspace.cwd).map_err(|error| Error::usage(error.to_string()).because(&error))
        };
        let (a, b) = (side(&self.a)?, side(&self.b)?);
        Ok(ProveOptions {
            command: command(self.command, global)?,
            start: match self.touch {
                Some(member) => Start::Edited(member),
                None if self.no_op => Start::UpToDate,
                None => Start::Clean,
            },
            metric: match self.metric {
                MetricArg::Cpu => Metric::Cpu,
                MetricArg::Wall => Metric::Wall,
            },
            budget: self.budget,
            most_pairs: self.max_pairs.map(|n| n as usize),
            a,
            b,
            workspace,
        })
    }
}

/// The command with the selectors that were given before it.
pub(super) fn command(asked: Vec<OsString>, global: &GlobalArgs) -> Result<Vec<OsString>> {
    let is_word = |word: &OsString, known: &str| {
        word.to_str().is_some_and(|word| word == known || word.starts_with(&format!("{known}=")))
    };
    if let Some(word) = ["--target-dir", "--manifest-path", "--build-dir"]
        .into_iter()
        .find(|known| asked.iter().any(|word| is_word(word, known)))
    {
        return Err(Error::usage(format!("`{word}` is for the trial to choose, which builds in copies")));
    }
    let verb = if asked.is_empty() { vec!["build".into()] } else { asked };
    let selectors = global.build_selectors();
    let at = verb.iter().position(|word| word == "--").unwrap_or(verb.len());
    let (before, after) = verb.split_at(at);
    Ok(before.iter().chain(&selectors).chain(after).cloned().collect())
}

fn proven(options: &ProveOptions, console: Console) -> Result<Proof> {
    let (a, b) = (&options.a.text, &options.b.text);
    let budget = brisk_report::format::duration(options.budget.as_secs_f64());
    console.status("Comparing", &format!("`{a}` (A) with `{b}` (B), for at most {budget}"));
    let timing = console.progress("Timing", "pairs");
    let proof = ops::prove(options, &|seen| match seen {
        TrialProgress::WarmUp(side) => {
            let name = if side == Side::A { "A" } else { "B" };
            console.status("Building", &format!("{name} once, which does not count"));
        }
        TrialProgress::Pairs(n) => timing.at(n as u64),
    });
    timing.finish();
    proof
}
