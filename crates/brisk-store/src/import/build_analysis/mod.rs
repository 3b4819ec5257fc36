//! Cargo's own build log: `$CARGO_HOME/log/<run id>.jsonl`, written under `-Zbuild-analysis`.
//!
//! Unstable (cargo#15844), and the richest of Cargo's sources: the whole unit graph, the reason of every rebuild, times
//! to the microsecond. Shapes are those of Cargo 1.95 (`util/log_message.rs`), unchanged up to 1.100; lines and fields
//! that are not known are ignored. What it has not: hashes, CPU time, the profile's settings, and how the build ended.
//! A log without unfinished units is a success; one that stops with a unit at work is a failed build, or, if it stops
//! within a line or with work left, an interrupted one.

mod cause;
mod message;
mod package_spec;
mod recorder;

use brisk::model::{Build, Jobs, JobsBasis, Machine, Problem, Source};
use camino::Utf8PathBuf;
use jiff::Timestamp;

use self::message::{BuildStarted, Message, Stamp};
use self::recorder::Recorder;
use super::ParseError;
use super::session::main_session;
use crate::sieve::{Earliest, counted, sieve};

/// Reads a log.
///
/// Times count from Cargo's start, and `started_at` is that moment. A line that is cut off at the end is a problem, no
/// error.
///
/// # Errors
///
/// If not one of its lines starts a build or registers a unit.
pub fn parse(text: &str) -> Result<Build, ParseError> {
    let lines = Lines::of(text);
    let head = lines.head();
    let mut recorder = Recorder::new(head.as_ref().and_then(|head| head.workspace_root.clone()));
    for message in lines.messages {
        recorder.take(message);
    }
    if head.is_none() && recorder.is_empty() {
        return Err(ParseError::NoMessages);
    }
    let profile = head.as_ref().and_then(|head| head.profile.clone());
    let recorded = recorder.finish(profile.as_deref(), lines.ends_cleanly);
    let session = main_session(&recorded.units, lines.started_at);
    let started = head.unwrap_or_default();
    let build = Build {
        command: started.command.clone().map(|words| words.into_iter().skip(1).collect()),
        profile,
        started_at: lines.started_at,
        wall_s: session.as_ref().map(|session| session.wall_s),
        jobs: started.jobs.map(|n| Jobs { n, basis: JobsBasis::Recorded }),
        machine: machine(started),
        outcome: recorded.outcome,
        units: recorded.units,
        edges: recorded.edges,
        sessions: session.into_iter().collect(),
        problems: lines.problems.into_iter().chain(recorded.problems).collect(),
        ..Build::empty(Source::BuildAnalysis)
    };
    Ok(sieve(build, Earliest::CommandStart))
}

/// Workspace root and target directory that the log names, on the machine that wrote it.
pub fn places(text: &str) -> (Option<Utf8PathBuf>, Option<Utf8PathBuf>) {
    let head = Lines::of(text).head().unwrap_or_default();
    (head.workspace_root.map(Into::into), head.target_dir.map(Into::into))
}

fn machine(started: BuildStarted) -> Machine {
    let verbose = started.rustc_version_verbose.as_deref().and_then(|text| text.lines().next()).map(str::to_owned);
    Machine {
        cores: started.num_cpus,
        host: started.host,
        rustc: verbose.or_else(|| Some(format!("rustc {}", started.rustc_version?))),
        ..Machine::default()
    }
}

/// The log, decoded line by line.
struct Lines {
    messages: Vec<Message>,
    /// Moment of Cargo's start, seconds since the UNIX epoch: of the first line that tells both when it was written and
    /// how long after the start.
    started_at: Option<f64>,
    /// Whether its last line is whole.
    ends_cleanly: bool,
    problems: Vec<Problem>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut lines = Self { messages: Vec::new(), started_at: None, ends_cleanly: true, problems: Vec::new() };
        let (mut n_bad, mut n_foreign) = (0, 0);
        let mut run_id = None;
        let texts: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        for (i, line) in texts.iter().enumerate() {
            match (serde_json::from_str::<Stamp>(line), serde_json::from_str(line)) {
                (Ok(stamp), Ok(message)) => {
                    if *run_id.get_or_insert_with(|| stamp.run_id.clone()) != stamp.run_id {
                        n_foreign += 1;
                        continue;
                    }
                    lines.started_at = lines.started_at.or_else(|| start_of(&stamp));
                    lines.messages.push(message);
                }
                _ if i + 1 == texts.len() && !text.ends_with('\n') => lines.ends_cleanly = false,
                _ => n_bad += 1,
            }
        }
        lines.tell(n_bad, n_foreign);
        lines
    }

    fn tell(&mut self, n_bad: usize, n_foreign: usize) {
        let lines = |n: usize| counted(n, "line of the log", "lines of the log");
        let told = [
            (lines(n_bad), "could not be read", "damaged, or of another version of Cargo"),
            (lines(n_foreign), "of another build", "only the first build of a log is read"),
        ];
        for (n, what, why) in told {
            self.problems.extend(n.map(|n| Problem::new(format!("{n} {what}"), why, "what is told there is missing")));
        }
        if !self.ends_cleanly {
            self.problems.push(Problem::new(
                "the log ends within a line",
                "Cargo was killed, or the log was copied while Cargo wrote it",
                "what came after is missing",
            ));
        }
    }

    /// What was told of the command.
    fn head(&self) -> Option<BuildStarted> {
        self.messages.iter().find_map(|message| match message {
            Message::BuildStarted(started) => Some((**started).clone()),
            _ => None,
        })
    }
}

fn start_of(stamp: &Stamp) -> Option<f64> {
    let written: Timestamp = stamp.timestamp.as_deref()?.parse().ok()?;
    Some(written.as_duration().as_secs_f64() - stamp.elapsed?)
}

#[cfg(test)]
mod tests;
