//! How far the command is, told where it disturbs nobody.
//!
//! While Cargo runs, the terminal is Cargo's: it draws its own progress bar, and a second line that is drawn over and over
//! would fight with it. The window's title is free.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use brisk_store::recording::EVENTS_FILE;
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;

use crate::console::Console;

/// When progress is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// In the title of the terminal's window, where there is one
    #[default]
    Auto,
    /// Also without a terminal: then as a line every ten seconds
    Always,
    /// Not at all
    Never,
}

/// Tells it in a thread of its own until it is finished.
#[derive(Debug)]
pub(crate) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Starts to tell of the recording in `dir`.
    pub(crate) fn start(when: When, console: Console, dir: &Utf8Path) -> Self {
        let place = match when {
            When::Auto | When::Always if console.is_watched() => Place::Title,
            When::Always => Place::Line,
            When::Auto | When::Never => return Self(None),
        };
        let (stop, stopped) = mpsc::channel();
        let mut teller =
            Teller { place, console, events: dir.join(EVENTS_FILE), n_read: 0, n_units: 0, start: Instant::now() };
        let thread = std::thread::spawn(move || {
            teller.begin();
            while stopped.recv_timeout(place.interval()) == Err(RecvTimeoutError::Timeout) {
                teller.tell();
            }
            teller.end();
        });
        Self(Some((stop, thread)))
    }

    /// Stops telling, and puts the title back.
    pub(crate) fn finish(self) {
        if let Some((stop, thread)) = self.0 {
            drop(stop);
            // If it panicked, progress was not told; nothing else is lost.
            let _ = thread.join();
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Title,
    Line,
}

impl Place {
    fn interval(self) -> Duration {
        match self {
            Self::Title => Duration::from_secs(1),
            Self::Line => Duration::from_secs(10),
        }
    }
}

struct Teller {
    place: Place,
    console: Console,
    events: Utf8PathBuf,
    n_read: u64,
    n_units: usize,
    start: Instant,
}

/// Keep the window's title, and give it back (`XTWINOPS` 22 and 23 in xterm's control sequences).
const KEEP_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";

impl Teller {
    fn begin(&self) {
        if matches!(self.place, Place::Title) {
            self.console.show(KEEP_TITLE);
        }
    }

    fn tell(&mut self) {
        self.count();
        let units = if self.n_units == 1 { "unit" } else { "units" };
        let text = format!("{} {units} built, {} s", self.n_units, self.start.elapsed().as_secs());
        match self.place {
            // OSC 2 sets the title.
            Place::Title => self.console.show(&format!("\x1b]2;cargo brisk: {text}\x1b\\")),
            Place::Line => self.console.show(&format!("   Recording {text}\n")),
        }
    }

    fn end(&self) {
        if matches!(self.place, Place::Title) {
            self.console.show(RESTORE_TITLE);
        }
    }

    /// Counts the units that have ended since the last time.
    fn count(&mut self) {
        let Ok(mut file) = std::fs::File::open(&self.events) else { return };
        let mut text = Vec::new();
        if file.seek(SeekFrom::Start(self.n_read)).and_then(|_| file.read_to_end(&mut text)).is_err() {
            return;
        }
        // The last line may still be in the making.
        let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.n_read += end as u64;
        let lines = text[..end].split(|byte| *byte == b'\n');
        self.n_units += lines.filter(|line| line.starts_with(br#"{"event":"unit-end""#)).count();
    }
}
