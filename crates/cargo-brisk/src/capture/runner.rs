//! Runs a test binary for Cargo and writes down when, and what it used.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use brisk_store::recording::{Event, EventWriter, Execution};

use super::process::{self, now};
use super::role::{CAPTURE_DIR, CHAINED_RUNNER, Call, RESTORE_ENV};
use crate::process::{own_usage, usage_of_children};

/// Plays the runner.
pub(crate) fn run(call: &Call) -> ExitCode {
    match process::events().and_then(|events| spawn(call, events)) {
        Some(code) => code,
        None => process::exec(real_command(call)),
    }
}

fn spawn(call: &Call, mut events: EventWriter) -> Option<ExitCode> {
    let program = call.args.first()?.to_string_lossy().into_owned();
    // Documentation tests are no units, and there may be thousands.
    if is_documentation_test(call) {
        return None;
    }
    let from = now();
    let status = real_command(call).status().ok()?;
    let exit = process::exit_of(status);
    let (usage, own) = (usage_of_children(), own_usage());
    let run = Execution { program, from, to: now(), usage, own, exit };
    // A full disk must not fail the test.
    let _ = events.write(&Event::Execution(run));
    Some(process::end_as(status))
}

/// The program, behind the runner that was there before, in the environment that it would have without us.
fn real_command(call: &Call) -> Command {
    let chained = std::env::var(CHAINED_RUNNER).unwrap_or_default();
    let chained: Vec<String> = serde_json::from_str(&chained).unwrap_or_default();
    let is_chained = !chained.is_empty();
    let mut words = chained.into_iter().map(OsString::from).chain(call.args.iter().cloned());
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    restore_env(&mut command);
    if !is_chained && is_documentation_test(call) {
        command.env(DOCTEST_PROGRAM, &call.args[0]);
    }
    command
}

/// The variable by which rustdoc tells a program of several documentation tests its own path, so that it can run each of
/// them in a process of its own. It does not do so where there is a runner (`run_test` in `librustdoc/doctest.rs`).
const DOCTEST_PROGRAM: &str = "RUSTDOC_DOCTEST_BIN_PATH";

/// Whether rustdoc calls us, by the name of what it compiles (`run_test` in `librustdoc/doctest.rs`).
fn is_documentation_test(call: &Call) -> bool {
    call.args.first().is_some_and(|program| Path::new(program).file_name().is_some_and(|name| name == "rust_out"))
}

fn restore_env(command: &mut Command) {
    let changed = std::env::var(RESTORE_ENV).unwrap_or_default();
    let changed: BTreeMap<String, Option<String>> = serde_json::from_str(&changed).unwrap_or_default();
    for (name, value) in changed {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    for name in [CAPTURE_DIR, CHAINED_RUNNER, RESTORE_ENV] {
        command.env_remove(name);
    }
}
