//! Writes and reads the file of events.

use std::io::{self, Write as _};

use camino::Utf8Path;
use fs_err as fs;

use super::event::{Begin, Event, FORMAT};

/// Name of the file of events in a recording's directory.
pub const EVENTS_FILE: &str = "events.jsonl";

/// The events of one recording, in the order in which they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The first event.
    pub begin: Begin,
    /// The others, except those of kinds that this version does not know.
    pub events: Vec<Event>,
    /// Lines that could not be read.
    pub n_damaged: usize,
}

/// Why a directory holds no readable recording.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file of events cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no whole line: whoever made it was stopped before anything was recorded.
    #[error("the recording is empty")]
    Empty,
    /// The first line is not the beginning of a recording.
    #[error("the recording has no beginning")]
    NoBeginning,
    /// Made by a newer Brisk.
    #[error("the recording has format {0}, this version of brisk reads up to {FORMAT}: use a newer brisk")]
    Newer(u32),
}

impl Recording {
    /// Reads the recording in `dir`.
    ///
    /// Lines that cannot be read are counted and left out: the last one is cut short when the machine or the recorder
    /// died in the middle of it.
    pub fn read(dir: &Utf8Path) -> Result<Self, ReadError> {
        match fs::read(dir.join(EVENTS_FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ReadError::Empty),
            bytes => Self::parse(&bytes?),
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        if !bytes.contains(&b'\n') {
            return Err(ReadError::Empty);
        }
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let Some(Ok(Event::Begin(begin))) = lines.next().map(serde_json::from_slice) else {
            return Err(ReadError::NoBeginning);
        };
        if begin.format > FORMAT {
            return Err(ReadError::Newer(begin.format));
        }
        let mut recording = Self { begin: *begin, events: Vec::new(), n_damaged: 0 };
        for line in lines {
            match serde_json::from_slice(line) {
                Ok(Event::Unknown) => {}
                Ok(event) => recording.events.push(event),
                Err(_) => recording.n_damaged += 1,
            }
        }
        Ok(recording)
    }
}

/// Appends events to the file of a recording.
#[derive(Debug)]
pub struct EventWriter {
    file: std::fs::File,
}

impl EventWriter {
    /// Starts the file in `dir`, which must not have one.
    pub fn create(dir: &Utf8Path) -> io::Result<Self> {
        let path = dir.join(EVENTS_FILE);
        Ok(Self { file: std::fs::OpenOptions::new().append(true).create_new(true).open(path)? })
    }

    /// Opens the file that the recorder has started. It is never created here: a recording that is over stays over.
    pub fn open(dir: &std::path::Path) -> io::Result<Self> {
        Ok(Self { file: std::fs::OpenOptions::new().append(true).open(dir.join(EVENTS_FILE))? })
    }

    /// Bytes that all processes together have written so far.
    pub fn written(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Appends `event` as one line by one `write`, so that lines of several processes do not mix: with `O_APPEND` the
    /// kernel sets the position and writes under one lock of the file.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::event::{End, Exit, Moment};

    fn begin(format: u32) -> Event {
        Event::Begin(Box::new(Begin { format, ..Begin::default() }))
    }

    fn end() -> Event {
        Event::End(End { at: Moment(5), exit: Exit { code: Some(0), signal: None }, ..End::default() })
    }

    fn text(events: &[Event]) -> Vec<u8> {
        let lines = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n");
        lines.collect::<String>().into_bytes()
    }

    #[test]
    fn events_come_back_as_written() {
        let recording = Recording::parse(&text(&[begin(FORMAT), end()])).unwrap();
        assert_eq!((recording.events, recording.n_damaged), (vec![end()], 0));
    }

    #[test]
    fn a_cut_last_line_costs_only_itself() {
        let mut bytes = text(&[begin(FORMAT), end(), end()]);
        bytes.truncate(bytes.len() - 10);
        let recording = Recording::parse(&bytes).unwrap();
        assert_eq!((recording.events, recording.n_damaged), (vec![end()], 1));
    }

    #[test]
    fn a_newer_format_is_refused() {
        let error = Recording::parse(&text(&[begin(FORMAT + 1)])).unwrap_err();
        assert!(matches!(error, ReadError::Newer(n) if n == FORMAT + 1));
    }

    #[test]
    fn without_a_whole_line_a_recording_is_empty_and_without_a_beginning_it_is_none() {
        let begin = text(&[begin(FORMAT)]);
        for empty in [&b""[..], b"{\"event\"", &begin[..begin.len() - 1]] {
            assert!(matches!(Recording::parse(empty), Err(ReadError::Empty)), "{empty:?}");
        }
        for other in [&b"\n"[..], b"hello\n", &text(&[end()])] {
            assert!(matches!(Recording::parse(other), Err(ReadError::NoBeginning)), "{other:?}");
        }
    }

    #[test]
    fn events_of_unknown_kinds_are_passed_over() {
        let mut bytes = text(&[begin(FORMAT)]);
        bytes.extend_from_slice(b"{\"event\":\"from-the-future\",\"x\":1}\n");
        let recording = Recording::parse(&bytes).unwrap();
        assert_eq!((recording.events, recording.n_damaged), (vec![], 0));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_are_never_a_panic(tail: Vec<u8>) {
            let mut bytes = text(&[begin(FORMAT)]);
            bytes.extend_from_slice(&tail);
            let recording = Recording::parse(&bytes).unwrap();
            proptest::prop_assert!(recording.events.len() + recording.n_damaged <= tail.len());
        }
    }
}
