//! Which of its parts this process plays: `cargo brisk` itself, or a tool that Cargo, rustc or a test run was given.
//!
//! The tools are symbolic links to this executable, and the name of the directory that a link lies in says what it is
//! for. Nothing else is looked at: a tool that is called with an empty environment, as some build scripts do, still
//! does its duty, it only records nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{linker, lint_wrapper, runner, stderr_pipe, wrapper};

/// Directory of links that stand in for rustc's wrapper, under the name of the wrapper that was there before.
pub(crate) const WRAPPER_DIR: &str = "brisk-wrapper";
/// Directory of links that stand in for linkers.
pub(crate) const LINKER_DIR: &str = "brisk-linker";
/// Directory of the link that runs test binaries.
pub(crate) const RUNNER_DIR: &str = "brisk-runner";
/// Directory of the link that passes on Cargo's stderr.
pub(crate) const STDERR_DIR: &str = "brisk-stderr";
/// Directory of the link that stands in for rustc's wrapper in a check that asks rustc about members.
pub(crate) const LINT_WRAPPER_DIR: &str = "brisk-lint";
/// Link beside these directories to the wrapper that was there before.
pub(crate) const CHAINED_LINK: &str = "brisk-chained";

/// Environment variable with the directory of the recording; without it, tools record nothing.
pub(crate) const CAPTURE_DIR: &str = "BRISK_CAPTURE_DIR";
/// Environment variable by which the wrapper tells linkers which unit they link for.
pub(crate) const UNIT: &str = "BRISK_UNIT";
/// Environment variable with the command line of the runner that was there before: a JSON array of its words.
pub(crate) const CHAINED_RUNNER: &str = "BRISK_CHAINED_RUNNER";
/// Environment variable with what the recorder changed for Cargo: a JSON object of names and old values, which the
/// runner gives back to the program that it runs.
pub(crate) const RESTORE_ENV: &str = "BRISK_RESTORE_ENV";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Wrapper,
    LintWrapper,
    Linker,
    Runner,
    Stderr,
}

/// A part to play, with its arguments.
#[derive(Debug)]
pub(crate) struct Role {
    kind: Kind,
    call: Call,
}

/// How a tool was called.
#[derive(Debug)]
pub(crate) struct Call {
    /// Path of the link.
    pub(crate) tool: PathBuf,
    /// The arguments after it.
    pub(crate) args: Vec<OsString>,
}

/// The part that this process plays as a tool; `None` for `cargo brisk` itself. Costs next to nothing.
pub(crate) fn role() -> Option<Role> {
    let mut args = std::env::args_os();
    let tool = located(PathBuf::from(args.next()?))?;
    let kind = kind_of(&tool)?;
    Some(Role { kind, call: Call { tool, args: args.collect() } })
}

/// The path of a tool that was found through `PATH`, as linkers are: only its name is handed over.
fn located(tool: PathBuf) -> Option<PathBuf> {
    if tool.parent() != Some(Path::new("")) {
        return Some(tool);
    }
    let path = std::env::var_os("PATH")?;
    let mut tools = std::env::split_paths(&path).filter(|dir| dir.ends_with(LINKER_DIR)).map(|dir| dir.join(&tool));
    tools.find(|tool| tool.exists())
}

fn kind_of(tool: &Path) -> Option<Kind> {
    match tool.parent()?.file_name()?.to_str()? {
        WRAPPER_DIR => Some(Kind::Wrapper),
        LINT_WRAPPER_DIR => Some(Kind::LintWrapper),
        LINKER_DIR => Some(Kind::Linker),
        RUNNER_DIR => Some(Kind::Runner),
        STDERR_DIR => Some(Kind::Stderr),
        _ => None,
    }
}

impl Role {
    /// Plays it to the end.
    pub(crate) fn run(self) -> ExitCode {
        match self.kind {
            Kind::Wrapper => wrapper::run(&self.call),
            Kind::LintWrapper => lint_wrapper::run(&self.call),
            Kind::Linker => linker::run(&self.call),
            Kind::Runner => runner::run(&self.call),
            Kind::Stderr => stderr_pipe::run(),
        }
    }
}

impl Call {
    /// The wrapper that was there before, if there was one.
    pub(crate) fn chained_wrapper(&self) -> Option<PathBuf> {
        chained_wrapper(&self.tool)
    }
}

/// The wrapper behind `tool`, a link in a [`WRAPPER_DIR`].
pub(crate) fn chained_wrapper(tool: &Path) -> Option<PathBuf> {
    std::fs::read_link(tool.parent()?.with_file_name(CHAINED_LINK)).ok()
}

/// Whether `tool` is one of our own wrappers.
pub(crate) fn is_own_wrapper(tool: &Path) -> bool {
    matches!(kind_of(tool), Some(Kind::Wrapper | Kind::LintWrapper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_of_the_link_tells_the_role_whatever_its_name() {
        for (tool, kind) in [
            ("/data/brisk/tools/0/brisk-wrapper/brisk-rustc", Some(Kind::Wrapper)),
            ("/data/brisk/tools/0/brisk-wrapper/sccache", Some(Kind::Wrapper)),
            ("/cache/brisk/confirm/ws/tools/0/brisk-lint/brisk-rustc", Some(Kind::LintWrapper)),
            ("/data/brisk/tools/0/brisk-linker/cc", Some(Kind::Linker)),
            ("/data/brisk/tools/0/brisk-runner/brisk-runner", Some(Kind::Runner)),
            ("/usr/bin/cargo-brisk", None),
            ("brisk-wrapper", None),
            ("cargo-brisk", None),
            ("/", None),
        ] {
            assert_eq!(kind_of(Path::new(tool)), kind, "{tool}");
        }
    }
}
