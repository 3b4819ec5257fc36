//! Stands in for a linker that rustc finds by name: runs the real one and writes down when, and what it used.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use brisk_store::recording::{Event, EventWriter, Link, Moment};

use super::process::{self, now};
use super::role::{Call, UNIT};
use crate::process::{own_usage, usage_of_children};

/// Plays the linker.
pub(crate) fn run(call: &Call) -> ExitCode {
    let from = now();
    let recorded = unit().zip(process::events());
    match recorded.and_then(|(pid, events)| spawn(call, pid, from, events)) {
        Some(code) => code,
        None => process::exec(real_command(call)),
    }
}

/// The unit that is linked: the process id of its wrapper.
fn unit() -> Option<u32> {
    std::env::var(UNIT).ok()?.parse().ok()
}

fn spawn(call: &Call, pid: u32, from: Moment, mut events: EventWriter) -> Option<ExitCode> {
    let status = real_command(call).status().ok()?;
    let program = name(call).to_string_lossy().into_owned();
    let (usage, own) = (usage_of_children(), own_usage());
    let link = Link { pid, program, from, to: now(), usage, own };
    // A full disk must not fail the link.
    let _ = events.write(&Event::Link(link));
    Some(process::end_as(status))
}

fn name(call: &Call) -> &Path {
    call.tool.file_name().map_or(Path::new("cc"), Path::new)
}

/// The linker behind the stand-in, with the `PATH` that it would have without us.
fn real_command(call: &Call) -> Command {
    let dir = call.tool.parent().unwrap_or(Path::new(""));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = process::path_without(&path, dir).unwrap_or(path);
    let program = process::find_program(name(call), &path, Some(dir));
    let mut command = command(program.unwrap_or_else(|| name(call).to_owned()), &path);
    command.args(&call.args);
    command
}

fn command(program: PathBuf, path: &OsString) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", path).env_remove(UNIT);
    command
}
