//! Arguments: one thin file per verb turns them into the options of an operation.

mod diagnose;
mod diff;
mod duration;
mod findings;
#[cfg(unix)]
mod fix;
#[cfg(not(unix))]
#[path = "fix_unsupported.rs"]
mod fix;
mod global;
mod history;
mod import;
#[cfg(unix)]
mod prove;
#[cfg(not(unix))]
#[path = "prove_unsupported.rs"]
mod prove;
#[cfg(unix)]
mod record;
#[cfg(not(unix))]
#[path = "record_unsupported.rs"]
mod record;
mod report;
mod serve;
mod show;
mod summary;
mod undo;
mod what_if;

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;

/// Find out what makes a Cargo workspace slow to build
///
/// Without a command: reads what the last builds left in the target directory, rebuilds nothing, and shows where the
/// time went.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo brisk", name = "cargo-brisk", version, styles = clap_cargo::style::CLAP_STYLING)]
#[command(max_term_width = 100, args_conflicts_with_subcommands = false)]
struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    diagnose: diagnose::DiagnoseArgs,
    #[command(flatten)]
    global: global::GlobalArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Diagnose(diagnose::DiagnoseArgs),
    Record(record::RecordArgs),
    Import(import::ImportArgs),
    Report(report::ReportArgs),
    Diff(diff::DiffArgs),
    Serve(serve::ServeArgs),
    WhatIf(Box<what_if::WhatIfArgs>),
    Prove(prove::ProveArgs),
    Fix(fix::FixArgs),
    Undo(undo::UndoArgs),
    History(history::HistoryArgs),
}

/// Parses the command line, does what it says, and tells how it went.
pub(crate) fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args = match parse(args) {
        Ok(args) => args,
        Err(error) => return clap_failure(&error),
    };
    let console = args.global.console();
    match execute(args, console) {
        Ok(code) => code,
        Err(error) => {
            console.error(&error);
            error.exit_code()
        }
    }
}

fn execute(args: Args, console: Console) -> Result<ExitCode> {
    #[cfg(unix)]
    crate::ops::recover(console);
    if let (Some(_), Some(flag)) = (&args.verb, args.diagnose.flag()) {
        return Err(Error::usage(format!(
            "`{flag}` goes with `cargo brisk` or behind `diagnose`, not before another verb"
        )));
    }
    args.global.check_profiles(matches!(args.verb, Some(Verb::WhatIf(_))))?;
    match args.verb.unwrap_or(Verb::Diagnose(args.diagnose)) {
        Verb::Diagnose(verb) => verb.run(&args.global, console),
        Verb::Import(verb) => verb.run(&args.global, console),
        Verb::Report(verb) => verb.run(&args.global, console),
        Verb::Diff(verb) => verb.run(&args.global, console),
        Verb::Serve(verb) => verb.run(&args.global, console),
        Verb::WhatIf(verb) => verb.run(&args.global, console),
        Verb::Prove(verb) => verb.run(&args.global, console),
        Verb::Fix(verb) => verb.run(&args.global, console),
        Verb::Undo(verb) => verb.run(&args.global, console),
        Verb::History(verb) => verb.run(&args.global, console),
        Verb::Record(verb) => verb.run(&args.global, console),
    }
}

/// Cargo starts `cargo-brisk brisk …`; started directly, or by `cargo run`, the second word is missing.
fn parse(args: impl Iterator<Item = OsString>) -> std::result::Result<Args, clap::Error> {
    let words: Vec<OsString> = args.collect();
    let by_cargo = words.get(1).is_some_and(|word| word == "brisk");
    let words = words.iter().enumerate().filter(|(i, _)| !(by_cargo && *i == 1)).map(|(_, word)| word);
    Args::from_arg_matches(&command().try_get_matches_from(words)?)
}

/// The command line, with help that names for each verb only the selectors that it heeds: what `record` builds is for its
/// Cargo command to say, and a stored run is what it is.
fn command() -> Command {
    let command = Args::command();
    let is_selector = |arg: &&Arg| arg.get_help_heading() == Some(global::SELECTORS);
    let hidden: Vec<Arg> = command.get_arguments().filter(is_selector).cloned().map(|arg| arg.hide(true)).collect();
    let of_builds: Vec<Arg> = hidden.iter().filter(|arg| arg.get_id() != "manifest_path").cloned().collect();
    // An argument that a verb has itself is not taken over from above.
    let with =
        |command: Command, verb: &'static str, args: &[Arg]| command.mut_subcommand(verb, |verb| verb.args(args));
    let command = with(with(command, "record", &hidden), "import", &hidden);
    let command =
        ["report", "serve", "history"].into_iter().fold(command, |command, verb| with(command, verb, &of_builds));
    let of_places: Vec<Arg> = hidden.iter().filter(|arg| arg.get_id() == "target_dir").cloned().collect();
    with(command, "diff", &of_places)
}

/// Help and version go to stdout and are fine; everything else is a usage error on stderr.
fn clap_failure(error: &clap::Error) -> ExitCode {
    // Printing fails only if nobody listens.
    let _ = error.print();
    if error.use_stderr() { ExitCode::Usage } else { ExitCode::Success }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn cargo_may_put_its_own_word_first() {
        for words in [&["cargo-brisk", "brisk", "-q"][..], &["cargo-brisk", "-q"]] {
            assert!(parse(words.iter().map(OsString::from)).is_ok(), "{words:?}");
        }
    }
}
