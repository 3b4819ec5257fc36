//! Runs the user's Cargo command under capture.
//!
//! 1. The first event is written; if that fails nothing has happened yet, and the caller runs the plain command.
//! 2. Cargo is started with the same arguments, directory, stdin and stdout, and with the stand-ins in its environment.
//! 3. While it runs: signals are passed on, the machine is looked at, Brisk's paths are taken out of stderr.
//! 4. When it has ended, the last event is written.

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use brisk_store::recording::{Begin, CargoProcess, End, Event, EventWriter, RecordingDir};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::command::CargoCommand;
use super::environment::CaptureEnv;
use super::machine::ProcessStat;
use super::process::{self, now};
use super::stderr_pipe::{self, StderrPipe};
use super::{calls, sampler};
use crate::process::{CpuTotals, heeded, own_usage, usage_of_children};

/// A Cargo command that is ready to be recorded.
#[derive(Debug)]
pub(crate) struct Recorder<'a> {
    /// The command.
    pub(crate) command: &'a CargoCommand,
    /// What Cargo gets into its environment.
    pub(crate) env: &'a CaptureEnv,
    /// Where the events go.
    pub(crate) dir: &'a RecordingDir,
}

/// How recording went.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// Cargo ran and ended so.
    Ended(ExitStatus),
    /// There is no room for events: nothing has been run.
    NotStarted(io::Error),
    /// Cargo itself could not be started.
    NoCargo(io::Error),
}

impl Recorder<'_> {
    /// Records it from beginning to end.
    pub(crate) fn run(&self, begin: Begin) -> Recorded {
        let events = match self.begin(begin) {
            Ok(events) => events,
            Err(error) => return Recorded::NotStarted(error),
        };
        let signals = Signals::new(heeded(&[SIGHUP, SIGINT, SIGTERM])).ok();
        let (before, own_before) = (CpuTotals::now(), own_usage());
        let (mut cargo, stderr) = self.cargo();
        let child = cargo.spawn();
        // It holds Cargo's end of the pipe.
        drop(cargo);
        let mut child = match child {
            Ok(child) => child,
            Err(error) => return Recorded::NoCargo(error),
        };
        let company = Company::start(child.id(), signals, self.dir);
        let status = child.wait();
        let (at, usage) = (now(), usage_of_children());
        let machine = before.zip(CpuTotals::now()).map(|(before, after)| after.since(before));
        company.finish();
        if let Some(stderr) = stderr {
            stderr.finish();
        }
        match status {
            Ok(status) => {
                let machine_busy_ns = machine.map(|totals| (totals.busy_ns, totals.available_ns));
                let own = own_usage().zip(own_before).map(|(after, before)| after.without(before));
                let end = End { at, usage, own, machine_busy_ns, exit: process::exit_of(status) };
                // Without its end a recording counts as broken off; the build itself is over.
                let _ = { events }.write(&Event::End(end));
                Recorded::Ended(status)
            }
            Err(error) => Recorded::NoCargo(error),
        }
    }

    fn begin(&self, begin: Begin) -> io::Result<EventWriter> {
        let mut events = EventWriter::create(self.dir.path())?;
        events.write(&Event::Begin(Box::new(begin)))?;
        // Without it, calls are not kept; the recording is as good.
        let _ = calls::leave_baseline(self.dir.path(), self.env.all());
        Ok(events)
    }

    /// Cargo with everything in its environment, and what its stderr goes through.
    fn cargo(&self) -> (Command, Option<StderrPipe>) {
        let mut cargo = plain_cargo(self.command);
        self.env.apply(&mut cargo);
        let tool = self.env.stderr_tool().as_std_path();
        let is_wanted = stderr_pipe::is_wanted(self.command);
        let pipe = is_wanted.then(|| StderrPipe::start(tool, &self.env.filter()).ok()).flatten();
        let stderr = pipe.map(|(pipe, writer)| {
            cargo.stderr(writer);
            pipe
        });
        (cargo, stderr)
    }
}

/// The command without capture. `$CARGO` is the Cargo that started us; only rustup's stand-in knows `+toolchain`.
pub(crate) fn plain_cargo(command: &CargoCommand) -> Command {
    let mut cargo = match std::env::var_os("CARGO").filter(|_| !command.names_toolchain()) {
        Some(cargo) => Command::new(cargo),
        None => Command::new("cargo"),
    };
    if command.names_toolchain() {
        cargo.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    }
    cargo.args(command.args());
    cargo
}

/// The threads that keep Cargo company while it runs.
struct Company {
    signals: Option<(signal_hook::iterator::Handle, JoinHandle<()>)>,
    sampler: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Company {
    fn start(pid: u32, signals: Option<Signals>, dir: &RecordingDir) -> Self {
        let signals = signals.map(|signals| (signals.handle(), std::thread::spawn(move || pass_on(signals, pid))));
        let sampler = EventWriter::open(dir.path().as_std_path()).ok().map(|mut events| {
            let process = CargoProcess { pid, start_ticks: ProcessStat::of(pid).map(|stat| stat.start) };
            let _ = events.write(&Event::Cargo(process));
            let (stop, stopped) = mpsc::channel();
            (stop, std::thread::spawn(move || sampler::run(pid, events, &stopped)))
        });
        Self { signals, sampler }
    }

    /// Cargo is gone: so are they. A thread that panicked has done its harm only to the recording.
    fn finish(self) {
        if let Some((stop, thread)) = self.sampler {
            drop(stop);
            let _ = thread.join();
        }
        if let Some((handle, thread)) = self.signals {
            handle.close();
            let _ = thread.join();
        }
    }
}

/// Passes signals on to Cargo. That they reach us at all keeps them from ending us before the recording is complete.
///
/// Those that were ignored when we were started have no handler: they reach neither us nor Cargo, which inherits that.
///
/// An interrupt from the terminal has reached Cargo already: the terminal sends it to all processes of the foreground.
fn pass_on(mut signals: Signals, cargo: u32) {
    let Ok(pid) = i32::try_from(cargo) else { return };
    for signal in signals.forever() {
        let from_terminal = signal == SIGINT && std::fs::File::open("/dev/tty").is_ok();
        if !from_terminal && let Ok(signal) = nix::sys::signal::Signal::try_from(signal) {
            // It may be gone already.
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal);
        }
    }
}
