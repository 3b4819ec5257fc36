//! What all tools share: to be replaced by the real program, or to run it and end as it ended.

use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use brisk_store::recording::{Anchor, EventWriter, Exit, Moment};
use nix::sys::resource::{Resource, setrlimit};
use nix::time::{ClockId, clock_gettime};

use super::role::CAPTURE_DIR;
use crate::console::Console;
use crate::error::Error;

/// Exit code of a shell that could not start a command.
const CANNOT_START: u8 = 127;

/// Becomes `command`. Comes back only if it cannot be started, and then with the exit code to end with.
pub(crate) fn exec(mut command: Command) -> ExitCode {
    let error = command.exec();
    let program = command.get_program().display();
    Console::plain().error(&Error::could_not_measure(format!("could not execute `{program}`")).because(&error));
    ExitCode::from(CANNOT_START)
}

/// Ends this process as `status` says: with the same exit code, or by the same signal.
pub(crate) fn end_as(status: ExitStatus) -> ExitCode {
    if let Some(signal) = status.signal() {
        // The core that is of interest is the child's.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        // Comes back only for signals that do not kill.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
    ExitCode::from(shell_code(status))
}

/// The exit code as a shell gives it: 128 + n for signal n. A Unix exit code has eight bits.
pub(crate) fn shell_code(status: ExitStatus) -> u8 {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    code.to_le_bytes()[0]
}

/// `status` as it is recorded.
pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    Exit { code: status.code(), signal: status.signal() }
}

/// The events of the recording that this process is part of.
pub(crate) fn events() -> Option<EventWriter> {
    EventWriter::open(Path::new(&std::env::var_os(CAPTURE_DIR)?)).ok()
}

/// Now, on the monotonic clock.
pub(crate) fn now() -> Moment {
    Moment(clock_ns(ClockId::CLOCK_MONOTONIC).unwrap_or_default())
}

/// Now, on both clocks.
pub(crate) fn anchor() -> Anchor {
    let real_ns = clock_ns(ClockId::CLOCK_REALTIME).unwrap_or_default();
    Anchor { at: now(), real_ns }
}

/// What `clock` shows, in nanoseconds.
pub(crate) fn clock_ns(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock).ok()?;
    let seconds = u64::try_from(time.tv_sec()).ok()?;
    let nanoseconds = u64::try_from(time.tv_nsec()).ok()?;
    Some(seconds * 1_000_000_000 + nanoseconds)
}

/// The first executable file called `name` in the directories of `path`, but for `except`.
pub(crate) fn find_program(name: &Path, path: &std::ffi::OsStr, except: Option<&Path>) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|dir| Some(dir.as_path()) != except)
        .map(|dir| dir.join(name))
        .find(|candidate| is_executable(candidate))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// `path` without the directory `dir`.
pub(crate) fn path_without(path: &std::ffi::OsStr, dir: &Path) -> io::Result<std::ffi::OsString> {
    std::env::join_paths(std::env::split_paths(path).filter(|entry| entry != dir)).map_err(io::Error::other)
}
