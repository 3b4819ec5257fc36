//! `cargo brisk report`

use brisk_report::{html, json, markdown, text, trace};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::global::{GlobalArgs, MessageFormat};
use super::show;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::{self, Extent, Report, ReportOptions, Seen};

/// Report on a build: a run that is stored, or what the last builds left in the target directory
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Id of the run or the beginning of it, or `last` [default: this workspace's newest; without any, what is on disk]
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// What to write [default: `text`; `json` with `--message-format json`]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The same as `--format html`
    #[arg(long, conflicts_with = "format")]
    html: bool,
    /// Write to this file; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Show it with the program that the system has for such files; goes to a file below the target directory, as HTML always
    /// does, unless `--output` names one
    #[arg(long)]
    open: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// One JSON object with a `schema_version`
    Json,
    /// In brief, for a pull request
    Markdown,
    /// One file with pictures, for browsers
    Html,
    /// The JSON object with the events of a trace in it, for Perfetto or `about:tracing`
    Trace,
}

/// Where it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// To people, on stderr.
    Terminal,
    /// To programs, on stdout.
    Stdout,
    /// To a file.
    File(Utf8PathBuf),
}

impl Format {
    /// Where it goes if nobody says where; `None` for a file in the usual place.
    fn usual_place(self) -> Option<Place> {
        match self {
            Self::Text => Some(Place::Terminal),
            Self::Json | Self::Markdown | Self::Trace => Some(Place::Stdout),
            Self::Html => None,
        }
    }

    /// What a file of it is called if nobody says how.
    fn file_name(self) -> &'static str {
        match self {
            Self::Text => "report.txt",
            Self::Json => "report.json",
            Self::Markdown => "report.md",
            Self::Html => "report.html",
            Self::Trace => "trace.json",
        }
    }

    /// How much it shows.
    fn extent(self) -> Extent {
        match self {
            Self::Text | Self::Json | Self::Trace => Extent::Build,
            Self::Markdown | Self::Html => Extent::Everything,
        }
    }
}

impl ReportArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let workspace = global.workspace_options()?;
        let format = self.format(global)?;
        let place = self.place(format, || ops::default_place(&workspace, format.file_name()))?;
        let (run, selection) = (self.run.clone(), global.selection());
        let options = ReportOptions { run, selection, extent: format.extent(), workspace };
        let report = reported(&options, console)?;
        match &place {
            Place::Terminal => console.show(&text::render(&report.overview.analysis, &show::options(console))),
            Place::Stdout => console.data(&written(&report, format))?,
            Place::File(path) => self.write(path, &written(&report, format), console)?,
        }
        Ok(ExitCode::Success)
    }

    fn format(&self, global: &GlobalArgs) -> Result<Format> {
        let asked = if self.html { Some(Format::Html) } else { self.format };
        match (asked, global.message_format) {
            (Some(Format::Json) | None, MessageFormat::Json) => Ok(Format::Json),
            (Some(_), MessageFormat::Json) => {
                Err(Error::usage("`--message-format json` and another `--format` ask for different things"))
            }
            (format, MessageFormat::Human) => Ok(format.unwrap_or(Format::Text)),
        }
    }

    fn place(&self, format: Format, default: impl Fn() -> Result<Utf8PathBuf>) -> Result<Place> {
        match &self.output {
            Some(path) if path == "-" && self.open => {
                Err(Error::usage("`--open` shows a file, and `--output -` makes none"))
            }
            Some(path) if path == "-" => Ok(Place::Stdout),
            Some(path) => Ok(Place::File(path.clone())),
            None => match format.usual_place().filter(|_| !self.open) {
                Some(place) => Ok(place),
                None => default().map(Place::File),
            },
        }
    }

    /// Writes the file, says where it is, and shows it where that was asked for. That nothing could show it is no failure.
    fn write(&self, path: &Utf8Path, text: &str, console: Console) -> Result<()> {
        if self.output.is_none() {
            ops::make_directory_of(path)?;
        }
        ops::write_document(path, text)?;
        console.status("Wrote", path.as_str());
        if self.open && !ops::open(path.as_str()) {
            console.warn(&format!("nothing was found to open `{path}` with; `BROWSER` may name a program"));
        }
        Ok(())
    }
}

fn reported(options: &ReportOptions, console: Console) -> Result<Report> {
    let scanning = console.progress("Scanning", "files");
    let report = ops::report(options, &|seen| match seen {
        Seen::Files(n_files) => scanning.at(n_files),
        Seen::Units(_) | Seen::Replayed { .. } => {}
    });
    scanning.finish();
    report
}

/// The whole text, with a line feed at its end. Text in a file has no colours, and the width of a letter.
fn written(report: &Report, format: Format) -> String {
    let Report { overview, stored } = report;
    let now = Some(ops::now());
    let context = json::JsonContext { brisk_version: env!("CARGO_PKG_VERSION"), command: "report" };
    let run = stored.as_ref().map(|run| json::RecordedRunView { id: run.id.as_str(), path: run.path.as_str() });
    match format {
        Format::Text => text::render(&overview.analysis, &text::TextOptions { now, ..text::TextOptions::default() }),
        Format::Json => json::stored(&overview.analysis, context, run) + "\n",
        Format::Markdown => markdown::report(overview, now),
        Format::Html => html_page(report, None),
        Format::Trace => trace::trace(&overview.analysis, context, run) + "\n",
    }
}

/// The page of a report; `live` is the script of the server that shows it.
pub(super) fn html_page(report: &Report, live: Option<&str>) -> String {
    let options = html::HtmlOptions { brisk_version: env!("CARGO_PKG_VERSION"), now: Some(ops::now()), live };
    html::page(&report.overview, &options)
}
