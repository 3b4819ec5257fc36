//! One way to build, and what a build of it takes.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use brisk::stats::Timed;

use crate::process::{CpuTotals, Interrupt, usage_of_children};

/// How much of what Cargo says on stderr is kept: its end.
const KEPT_STDERR: usize = 64 * 1024;
/// Shorter than this, the kernel's ticks tell nothing of what other programs took.
const SHORTEST_FOR_LOAD_S: f64 = 0.2;

/// One way to build.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    /// Where Cargo is started.
    pub(crate) cwd: PathBuf,
    /// The program, with arguments that come before those of the command.
    pub(crate) cargo: PathBuf,
    /// The command, after `cargo`.
    pub(crate) command: Vec<OsString>,
    /// All variables.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Where it builds: a directory of Brisk's own.
    pub(crate) target_dir: PathBuf,
}

/// Whether Cargo may download what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// It may.
    Allowed,
    /// It may not: what is timed is no download.
    Refused,
}

impl Network {
    /// The variable that says so.
    pub(super) fn variable(self) -> Option<(&'static str, &'static OsStr)> {
        (self == Self::Refused).then(|| ("CARGO_NET_OFFLINE", OsStr::new("true")))
    }
}

/// Why a build is no measurement.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildFailure {
    /// It could not be run.
    #[error("`{command}` could not be run")]
    NotRun {
        /// The command.
        command: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It failed.
    #[error("`{command}` failed: {said}")]
    Failed {
        /// The command.
        command: String,
        /// The first error, or the last line that it said.
        said: String,
        /// The end of all that it said.
        stderr: String,
    },
}

impl Arm {
    /// Whether the other one differs in its sources alone: not in the command, the program or the environment, which may make
    /// the same unit take longer.
    pub(super) fn builds_in_the_same_way_as(&self, other: &Self) -> bool {
        (&self.cargo, &self.command, &self.environment) == (&other.cargo, &other.command, &other.environment)
    }

    /// Runs it once.
    pub(super) fn build(&self, interrupt: &Interrupt, network: Network) -> Result<Timed, BuildFailure> {
        let not_run = |source: io::Error| BuildFailure::NotRun { command: self.words(), source };
        let mut command = self.prepared(&self.cargo, &self.command, &self.target_dir);
        command.envs(network.variable()).stdout(Stdio::null());
        let (before, machine, started) = (usage_of_children(), CpuTotals::now(), Instant::now());
        let (status, stderr) = finished(&mut command, interrupt).map_err(not_run)?;
        let wall_s = started.elapsed().as_secs_f64();
        let used = usage_of_children().without(before);
        if !status.success() {
            return Err(BuildFailure::Failed { command: self.words(), said: first_error(&stderr, status), stderr });
        }
        let own_ns = used.user_ns + used.sys_ns;
        let machine = machine.zip(CpuTotals::now()).map(|(before, after)| after.since(before));
        let foreign_cpu = machine.filter(|_| wall_s >= SHORTEST_FOR_LOAD_S).map(|machine| {
            let foreign_ns = machine.busy_ns.saturating_sub(own_ns);
            foreign_ns as f64 / machine.available_ns.max(1) as f64
        });
        Ok(Timed { wall_s, cpu_s: own_ns as f64 / 1e9, foreign_cpu })
    }

    /// Runs another program here, as the builds are run, and keeps what it says. It builds in `target_dir`, if it builds.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(crate) fn run(&self, run: &Run<'_>, interrupt: &Interrupt) -> io::Result<Ran> {
        let mut command = self.prepared(run.program, run.args, run.target_dir);
        command.envs(run.variables.iter().copied()).stdout(Stdio::piped());
        let mut child = interrupt.start(&mut command)?;
        let stdout = child.stdout.take().map(|stdout| std::thread::spawn(move || said(stdout)));
        let stderr = child.stderr.take().map(said).transpose();
        let status = child.wait();
        interrupt.ended(&child);
        let stdout = stdout.map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("reading panicked"))));
        let (status, stdout, stderr) = (status?, stdout.transpose()?, stderr?);
        let text = |said: Option<String>| said.unwrap_or_default();
        Ok(Ran { status, stdout: text(stdout), stderr: text(stderr) })
    }

    pub(super) fn prepared(&self, program: &Path, args: &[OsString], target_dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.args(args).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("CARGO_TARGET_DIR", target_dir).env("CARGO_BUILD_BUILD_DIR", target_dir);
        // What writes to a repository when it is only looked at would be timed, too.
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        // Those of the job server that we were perhaps started under: a trial has all processors.
        // Nor do people want to read where in rustup something went wrong.
        for name in ["MAKEFLAGS", "MFLAGS", "CARGO_MAKEFLAGS", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.current_dir(&self.cwd).process_group(0);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// The command in words: `cargo build --release`.
    pub(crate) fn words(&self) -> String {
        let words: Vec<String> = self.command.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        format!("cargo {}", words.join(" "))
    }

    /// A variable of its environment.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
    }
}

/// A program to run beside the builds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    /// The program.
    pub(crate) program: &'a Path,
    /// Its arguments.
    pub(crate) args: &'a [OsString],
    /// Where it builds.
    pub(crate) target_dir: &'a Path,
    /// Variables beside those of the arm.
    pub(crate) variables: &'a [(&'a str, &'a OsStr)],
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// All that it wrote to stdout.
    pub(crate) stdout: String,
    /// All that it wrote to stderr.
    pub(crate) stderr: String,
}

fn said(mut stream: impl io::Read) -> io::Result<String> {
    let mut said = Vec::new();
    stream.read_to_end(&mut said)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// Runs `command` to its end; the end of what it said.
fn finished(command: &mut Command, interrupt: &Interrupt) -> io::Result<(ExitStatus, String)> {
    let mut child = interrupt.start(command)?;
    let mut said = Vec::new();
    let read = child.stderr.take().map(|mut stderr| stderr.read_to_end(&mut said));
    let status = child.wait();
    interrupt.ended(&child);
    let (status, _) = (status?, read.transpose()?);
    let from = said.len().saturating_sub(KEPT_STDERR);
    Ok((status, String::from_utf8_lossy(&said[from..]).into_owned()))
}

/// The line that says why.
pub(crate) fn first_error(stderr: &str, status: ExitStatus) -> String {
    let mut lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines.clone().find(|line| line.starts_with("error"));
    error.or_else(|| lines.next_back()).map_or_else(|| status.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn arm(script: &str) -> Arm {
        Arm {
            cwd: "/".into(),
            cargo: "sh".into(),
            command: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())],
            target_dir: "/nowhere".into(),
        }
    }

    fn run(script: &str) -> Result<Timed, BuildFailure> {
        let dir = tempfile::tempdir().unwrap();
        let own = camino::Utf8PathBuf::from_path_buf(dir.path().join("own")).unwrap();
        arm(script).build(&Interrupt::new(own), Network::Refused)
    }

    #[test]
    fn the_work_of_grandchildren_counts() {
        let timed = run("sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; exit 0").unwrap();
        assert!(timed.cpu_s > 0.0 && timed.wall_s > 0.0, "{timed:?}");
    }

    #[test]
    fn a_failure_tells_the_first_error() {
        let failure = run("echo '   Compiling a' >&2; echo 'error[E0425]: no `x`' >&2; exit 101").unwrap_err();
        let BuildFailure::Failed { said, stderr, .. } = failure else { panic!("{failure}") };
        assert_eq!(said, "error[E0425]: no `x`");
        assert!(stderr.contains("Compiling a"));
        assert_eq!(first_error("", ExitStatus::from_raw(256)), "exit status: 1");
    }

    #[test]
    fn it_builds_where_it_was_told_and_stays_offline() {
        let told = run(r#"test "$CARGO_TARGET_DIR" = /nowhere && test "$CARGO_NET_OFFLINE" = true"#);
        assert!(told.is_ok(), "{told:?}");
    }
}
