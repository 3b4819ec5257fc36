//! How the analysis of a build is shown: text for people, or the JSON object.

use brisk::analysis::Analysis;
use brisk::difference::Difference;
use brisk::outlook::Outlook;
use brisk_report::{json, text};
use brisk_store::store::StoredRun;

use super::global::{GlobalArgs, MessageFormat};
use crate::console::{Console, Verbosity};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops;

/// Rows of the table of slowest units. With everything else, the report then fits on one screen of a large terminal.
const TOP: usize = 10;

/// Shows the build that `record` has stored as `run`.
pub(super) fn recorded(
    analysis: &Analysis,
    run: json::RecordedRunView<'_>,
    exit_code: u8,
    global: &GlobalArgs,
    console: Console,
) -> Result<()> {
    match global.message_format {
        MessageFormat::Human => console.show(&format!("\n{}", text::render(analysis, &options(console)))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "record" };
            console.data(&format!("{}\n", json::record(analysis, context, run, exit_code)))?;
        }
    }
    Ok(())
}

/// Shows the build of a run; `stored` is where it is kept, if it could be.
pub(super) fn run(
    analysis: &Analysis,
    stored: Option<&StoredRun>,
    command: &str,
    global: &GlobalArgs,
    console: Console,
) -> Result<ExitCode> {
    match global.message_format {
        MessageFormat::Human => console.show(&text::render(analysis, &options(console))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command };
            let run = stored.map(|run| json::RecordedRunView { id: run.id.as_str(), path: run.path.as_str() });
            console.data(&format!("{}\n", json::stored(analysis, context, run)))?;
        }
    }
    Ok(ExitCode::Success)
}

/// Shows `analysis`, which the verb `command` made.
pub(super) fn analysis(analysis: &Analysis, command: &str, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
    match global.message_format {
        MessageFormat::Human => console.show(&text::render(analysis, &options(console))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command };
            console.data(&format!("{}\n", json::diagnose(analysis, context)))?;
        }
    }
    Ok(ExitCode::Success)
}

/// Shows what could become of a build.
pub(super) fn outlook(outlook: &Outlook, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
    match global.message_format {
        MessageFormat::Human => console.show(&text::what_if(outlook, &options(console))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "what-if" };
            console.data(&format!("{}\n", json::what_if(outlook, context)))?;
        }
    }
    Ok(ExitCode::Success)
}

/// Shows what two builds differ in.
pub(super) fn difference(difference: &Difference, global: &GlobalArgs, console: Console) -> Result<()> {
    match global.message_format {
        MessageFormat::Human => console.show(&text::diff(difference, &options(console))),
        MessageFormat::Json => {
            let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "diff" };
            console.data(&format!("{}\n", json::diff(difference, context)))?;
        }
    }
    Ok(())
}

/// Styles are always written; the console takes them out where they are not wanted.
pub(super) fn options(console: Console) -> text::TextOptions {
    let verbosity = match console.verbosity() {
        Verbosity::Quiet => text::Verbosity::Quiet,
        Verbosity::Normal => text::Verbosity::Normal,
        Verbosity::Verbose => text::Verbosity::Verbose,
    };
    let now = Some(ops::now());
    text::TextOptions { width: console.width(), color: text::Color::Always, verbosity, top: TOP, now }
}
