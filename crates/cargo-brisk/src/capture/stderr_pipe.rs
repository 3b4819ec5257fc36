//! Cargo's stderr, passed through a filter in a process of its own.
//!
//! A process and not a thread: when Brisk is killed, nobody must stand between Cargo and its output who dies with it.

use std::io::{self, IsTerminal as _, PipeWriter, Read, Stdin};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::{FileStat, fstat};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGURG};

use super::command::CargoCommand;
use super::stderr_filter::StderrFilter;

/// Environment variable with the texts to replace, in JSON.
const REPLACEMENTS: &str = "BRISK_STDERR";

/// How long nothing may come after the end of Cargo before its stderr counts as over, in milliseconds. Cargo has closed it
/// by then; it stays open only in the hands of a process that was left behind, which nobody would wait for without us.
const QUIET_MS: u16 = 300;

/// How long between two looks whether Cargo has ended, while nothing comes, in milliseconds.
const LOOK_EVERY_MS: u16 = 1000;

/// The signal that says so. Who does not expect it does not notice it.
const CARGO_HAS_ENDED: Signal = Signal::SIGURG;

/// Whether the stderr of `command` is to be filtered: where it is neither a terminal, which Cargo should see for its
/// colours and its progress bar, nor the same file as stdout, where a pipe in between would change the order, nor handed to
/// a program in the end.
pub(crate) fn is_wanted(command: &CargoCommand) -> bool {
    let is_programs = command.becomes_program() && !command.is_verbose();
    !io::stderr().is_terminal() && !is_stdout() && !is_programs
}

/// Whether stderr is the same file as stdout (`2>&1`).
fn is_stdout() -> bool {
    let id = |stat: FileStat| (stat.st_dev, stat.st_ino);
    let (stdout, stderr) = (fstat(io::stdout()).map(id), fstat(io::stderr()).map(id));
    matches!((stdout, stderr), (Ok(out), Ok(err)) if out == err)
}

/// A running filter.
#[derive(Debug)]
pub(crate) struct StderrPipe(Child);

impl StderrPipe {
    /// Starts `filter` by the link `tool`; gives the end that Cargo is to write to.
    pub(crate) fn start(tool: &Path, filter: &StderrFilter) -> io::Result<(Self, PipeWriter)> {
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new(tool);
        let child = command.env(REPLACEMENTS, serde_json::to_string(filter)?).stdin(reader).spawn()?;
        Ok((Self(child), writer))
    }

    /// Waits until everything is written that Cargo has left.
    pub(crate) fn finish(mut self) {
        let pid = i32::try_from(self.0.id()).map(Pid::from_raw);
        let mut pause = Duration::from_millis(1);
        while let Ok(None) = self.0.try_wait() {
            // Said again and again, because it is not heard before the process is set up.
            let _ = pid.map(|pid| kill(pid, CARGO_HAS_ENDED));
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

/// Plays the filter.
pub(crate) fn run() -> ExitCode {
    let over = Arc::new(AtomicBool::new(false));
    // What ends Cargo ends its output; what comes until then is still to be written. (Where Cargo ignores them, so does who
    // only notes them: it has no children that could inherit the difference.)
    let not_over = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(SIGURG, Arc::clone(&over));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        let _ = signal_hook::flag::register(signal, Arc::clone(&not_over));
    }
    let filter: StderrFilter =
        serde_json::from_str(&std::env::var(REPLACEMENTS).unwrap_or_default()).unwrap_or_default();
    // A reader that has gone away is the reader's affair, as it is with Cargo.
    let _ = filter.pump(Input { stdin: io::stdin(), over }, io::stderr());
    ExitCode::SUCCESS
}

/// What Cargo writes; at its end when Cargo has ended and nothing comes any more.
struct Input {
    stdin: Stdin,
    over: Arc<AtomicBool>,
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let is_over = self.over.load(Ordering::Relaxed);
            let mut fds = [PollFd::new(self.stdin.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, PollTimeout::from(if is_over { QUIET_MS } else { LOOK_EVERY_MS })) {
                Ok(0) if is_over => return Ok(0),
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => return Ok(nix::unistd::read(self.stdin.as_fd(), buffer)?),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
