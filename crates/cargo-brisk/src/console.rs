//! The one door to the terminal: people read stderr, programs read stdout.

use std::io::{self, IsTerminal as _, Write as _};

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::{Error, Result};

/// Work that is faster than this shows no progress: a line that flashes up is worse than none.
const PATIENCE: Duration = Duration::from_millis(400);

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// `-q`: headline and problems.
    Quiet,
    /// The default.
    Normal,
    /// `-v`: everything.
    Verbose,
}

/// Where all output goes through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    choice: anstream::ColorChoice,
    verbosity: Verbosity,
}

impl Console {
    /// A console that colours by `choice`, where `Auto` looks at the terminal, `NO_COLOR`, `CLICOLOR` and `TERM`.
    pub(crate) fn new(choice: anstream::ColorChoice, verbosity: Verbosity) -> Self {
        Self { choice, verbosity }
    }

    /// A console without colours, for processes that have no arguments of their own.
    pub(crate) fn plain() -> Self {
        Self::new(anstream::ColorChoice::Never, Verbosity::Quiet)
    }

    /// How much is to be said.
    pub(crate) fn verbosity(self) -> Verbosity {
        self.verbosity
    }

    /// Whether somebody watches stderr, so that progress makes sense.
    pub(crate) fn is_watched(self) -> bool {
        io::stderr().is_terminal() && self.verbosity != Verbosity::Quiet
    }

    /// Columns of the terminal behind stderr (or stdout); 80 when there is none: `COLUMNS` goes first, as for most tools.
    ///
    /// At least 40: on a narrower terminal the lines of 40 columns are folded by the terminal, as no table fits there.
    pub(crate) fn width(self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| *columns > 0);
        let terminal = || terminal_size::terminal_size_of(io::stderr()).or_else(terminal_size::terminal_size);
        columns.or_else(|| terminal().map(|(width, _)| usize::from(width.0))).unwrap_or(80).clamp(40, 200)
    }

    /// Columns for data that people may read: those of the terminal, or any number where the data go elsewhere.
    pub(crate) fn data_width(self) -> usize {
        if io::stdout().is_terminal() { self.width() } else { usize::MAX }
    }

    /// Shows `text`, which may hold ANSI styles, to people.
    pub(crate) fn show(self, text: &str) {
        let mut stream = anstream::AutoStream::new(io::stderr().lock(), self.choice);
        // Nobody is left to tell when stderr is gone.
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// A line in Cargo's look: a right-aligned verb, then what it was done to.
    pub(crate) fn status(self, verb: &str, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Green.into()));
            self.show(&format!("{style}{verb:>12}{style:#} {}\n", printable(text)));
        }
    }

    /// A live line for work that may take long. It shows up only if somebody watches and the work takes a while.
    /// It counts what `noun` names in the plural.
    pub(crate) fn progress(self, verb: &'static str, noun: &'static str) -> Progress {
        Progress { verb, noun, started: Instant::now(), bar: OnceLock::new(), watched: self.is_watched() }
    }

    /// `warning: …`
    pub(crate) fn warn(self, text: &str) {
        self.labelled("warning", anstyle::AnsiColor::Yellow, text);
    }

    /// `error: …`
    pub(crate) fn error(self, error: &Error) {
        self.labelled("error", anstyle::AnsiColor::Red, &error.text());
    }

    fn labelled(self, label: &str, color: anstyle::AnsiColor, text: &str) {
        let style = anstyle::Style::new().bold().fg_color(Some(color.into()));
        self.show(&format!("{style}{label}{style:#}: {}\n", printable(text)));
    }

    /// Writes data for programs. A reader that has gone away (`| head`) is not an error.
    pub(crate) fn data(self, text: &str) -> Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::could_not_measure("cannot write to stdout").because(&error))
            }
            _ => Ok(()),
        }
    }
}

/// Without control characters: the name of a file must not reach the terminal as an escape sequence.
fn printable(text: &str) -> String {
    let is_harmless = |c: char| c == '\n' || !c.is_control();
    text.chars().map(|c| if is_harmless(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// A live line that counts.
#[derive(Debug)]
pub(crate) struct Progress {
    verb: &'static str,
    noun: &'static str,
    started: Instant,
    bar: OnceLock<ProgressBar>,
    watched: bool,
}

impl Progress {
    /// So many are done.
    pub(crate) fn at(&self, n: u64) {
        if self.watched && self.started.elapsed() > PATIENCE {
            self.bar.get_or_init(|| self.new_bar()).set_position(n);
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn new_bar(&self) -> ProgressBar {
        let template = format!("{:>12} {{human_pos}} {} ({{elapsed}})", self.verb, self.noun);
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        ProgressBar::new_spinner().with_style(style).with_elapsed(self.started.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(watched: bool, age: Duration) -> bool {
        let started = Instant::now().checked_sub(age).expect("the machine runs for longer than that");
        let progress = Progress { verb: "Scanning", noun: "files", started, bar: OnceLock::new(), watched };
        progress.at(1);
        progress.bar.get().is_some()
    }

    #[test]
    fn progress_shows_to_those_who_watch_and_only_when_it_takes_long() {
        assert!(shows(true, PATIENCE * 2));
        assert!(!shows(true, Duration::ZERO));
        assert!(!shows(false, PATIENCE * 2));
    }

    #[test]
    fn control_characters_are_replaced_but_for_line_feeds() {
        assert_eq!(printable("a\u{1b}[2J\nb\r"), "a\u{fffd}[2J\nb\u{fffd}");
    }
}
