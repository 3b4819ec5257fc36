//! Runs one call of rustc and measures it.

use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use brisk::model::PhaseCost;
use brisk_store::calls::RustcCall;
use brisk_store::recording::{Begin, Event, EventWriter, Recording, event, last_cost};
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;

use super::job_server::JobServer;
use super::redirect::redirected;
use crate::capture::Tools;
use crate::capture::role::CAPTURE_DIR;
use crate::process::Interrupt;

/// From so many bytes on, arguments are handed over in a file, as Cargo does when the kernel refuses them: Linux takes at
/// least 2 MiB with the environment by default (`execve(2)`).
const LONGEST_ARGS: usize = 512 * 1024;

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It succeeded, and cost that.
    Succeeded(PhaseCost),
    /// It failed, or could not be measured: what rustc said first.
    Failed(String),
}

/// Runs calls, each worker one at a time.
#[derive(Debug)]
pub(crate) struct Replayer {
    dir: Utf8PathBuf,
    tools: Tools,
    jobs: u32,
    interrupt: Interrupt,
}

impl Replayer {
    /// Works in `dir`, which is made and belongs to it, with tools below `tools`. Each rustc may use `jobs` processors.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub(crate) fn new(dir: Utf8PathBuf, tools: &Utf8Path, jobs: u32) -> io::Result<Self> {
        fs::create_dir_all(&dir)?;
        let tools = Tools::prepare(tools, None)?;
        Ok(Self { interrupt: Interrupt::new(dir.clone()), dir, tools, jobs })
    }

    /// Runs `call` with `args` in place of its own; nothing of what it writes is left. A `worker` runs one call at a time.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(crate) fn run(&self, worker: usize, call: &RustcCall, args: &[String]) -> io::Result<Outcome> {
        let place = Place::make(&self.dir, worker)?;
        let job_server = JobServer::new(self.jobs)?;
        let mut command = self.command(call, args, &place)?;
        let (name, value) = job_server.variable();
        command.env(name, value);
        let mut child = self.interrupt.start(&mut command)?;
        let mut said = Vec::new();
        let read = child.stderr.take().map(|mut stderr| stderr.read_to_end(&mut said));
        let status = child.wait();
        self.interrupt.ended(&child);
        let (status, _) = (status?, read.transpose()?);
        let cost = Recording::read(&place.events).ok().and_then(|recording| last_cost(&recording.events));
        place.remove();
        Ok(match cost {
            Some(cost) if status.success() => Outcome::Succeeded(cost),
            Some(_) => Outcome::Failed(first_error(&said).unwrap_or_else(|| format!("rustc ended with {status}"))),
            None => Outcome::Failed(format!("what rustc used was not measured, it ended with {status}")),
        })
    }

    fn command(&self, call: &RustcCall, args: &[String], place: &Place) -> io::Result<Command> {
        let mut command = Command::new(&self.tools.wrapper);
        command.args(call.program());
        let args = redirected(args, &place.out_dir, &place.incremental);
        if args.iter().map(String::len).sum::<usize>() > LONGEST_ARGS {
            fs::write(&place.args, args.join("\n"))?;
            command.arg(format!("@{}", place.args));
        } else {
            command.args(args);
        }
        for (name, value) in &call.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        for name in ["MAKEFLAGS", "MFLAGS"] {
            command.env_remove(name);
        }
        command.env(CAPTURE_DIR, &place.events).current_dir(&call.cwd).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(command)
    }
}

impl Drop for Replayer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Where one call writes to.
struct Place {
    whole: Utf8PathBuf,
    out_dir: Utf8PathBuf,
    incremental: Utf8PathBuf,
    events: Utf8PathBuf,
    args: Utf8PathBuf,
}

impl Place {
    /// Always at a path of the same length: a path may be in what rustc writes.
    fn make(dir: &Utf8Path, worker: usize) -> io::Result<Self> {
        let whole = dir.join(format!("call-{worker:02}"));
        if whole.exists() {
            fs::remove_dir_all(&whole)?;
        }
        let below = |name: &str| whole.join(name);
        let place = Self {
            out_dir: below("out"),
            incremental: below("incremental"),
            events: below("events"),
            args: below("args"),
            whole: whole.clone(),
        };
        for dir in [&place.out_dir, &place.incremental, &place.events] {
            fs::create_dir_all(dir)?;
        }
        let begin = Begin { format: event::FORMAT, ..Begin::default() };
        EventWriter::create(&place.events)?.write(&Event::Begin(Box::new(begin)))?;
        Ok(place)
    }

    /// What cannot be removed now is removed with the directory.
    fn remove(self) {
        let _ = fs::remove_dir_all(self.whole);
    }
}

/// A message of rustc, in so far as it matters here (rustc book, "JSON Output").
#[derive(serde::Deserialize)]
struct Message {
    level: String,
    message: String,
    #[serde(default)]
    children: Vec<Note>,
}

/// A note below a message.
#[derive(serde::Deserialize)]
struct Note {
    message: String,
}

/// The first error in rustc's messages, in one line; of a linker that failed, what it said.
fn first_error(said: &[u8]) -> Option<String> {
    let messages = said.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Message>(line).ok());
    let error = messages.into_iter().find(|message| message.level.starts_with("error"))?;
    let is_linker = error.message.starts_with("linking with");
    let said = || error.children.iter().flat_map(|note| note.message.lines());
    let of_linker = said().find(|line| line.contains("error:")).or_else(|| said().last());
    let first = error.message.lines().next().unwrap_or_default().to_owned();
    Some(match of_linker.filter(|_| is_linker) {
        Some(text) => format!("{first}: {}", text.trim()),
        None => first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_told_in_one_line() {
        let said = concat!(
            "{\"$message_type\":\"artifact\",\"artifact\":\"x\",\"emit\":\"metadata\"}\n",
            "{\"level\":\"warning\",\"message\":\"unused\",\"children\":[]}\n",
            "{\"level\":\"error\",\"message\":\"can't find crate\\nfor `a`\",\"children\":[]}\n",
        );
        assert_eq!(first_error(said.as_bytes()).as_deref(), Some("can't find crate"));
        assert_eq!(first_error(b"no json\n"), None);
    }

    #[test]
    fn a_linker_that_failed_says_why() {
        let said = concat!(
            "{\"level\":\"error\",\"message\":\"linking with `cc` failed: exit status: 1\",\"children\":[",
            "{\"message\":\"some arguments are omitted\"},{\"message\":\"collect2: fatal error: cannot find 'ld'\\n",
            "compilation terminated.\\n\"}]}\n",
        );
        assert_eq!(
            first_error(said.as_bytes()).as_deref(),
            Some("linking with `cc` failed: exit status: 1: collect2: fatal error: cannot find 'ld'")
        );
    }
}
