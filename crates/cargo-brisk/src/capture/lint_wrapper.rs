//! The rustc wrapper of `--confirm`: has rustc say of each member's crate which of its dependencies it does not use.
//!
//! 1. What is no unit of a member is exec'ed at once.
//! 2. rustc is started with the lint forced on. A forced lint is a warning whatever the sources, the manifest or
//!    `RUSTFLAGS` say of it (`--force-warn`, stable since Rust 1.56), so that no crate fails because of it.
//! 3. Its messages are passed on, without those of the lint; what they say is written down.
//! 4. The wrapper ends as rustc did.
//!
//! On any trouble of its own it becomes rustc.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{ChildStderr, Command, ExitCode, ExitStatus, Stdio};

use brisk::model::UnitHash;
use brisk_store::recording::Moment;
use brisk_store::rustc_messages::{self, Said, UNUSED_CRATES};

use super::identify::{expanded, identify};
use super::lint_record::LintRecord;
use super::process;
use super::role::Call;
use super::wrapper::real_command;

/// Environment variable with the directory of the records; without it, nothing is asked.
pub(super) const LINT_DIR: &str = "BRISK_LINT_DIR";
/// Environment variable with the name of this check.
pub(super) const LINT_RUN: &str = "BRISK_LINT_RUN";

/// Messages that are kept of one unit: more errors or warnings than anybody reads.
const KEPT_MESSAGES: usize = 500;
/// The words of a rustc that is too old for the flag (the crate `getopts`).
const UNKNOWN_OPTION: &str = "Unrecognized option: 'force-warn'";

/// Plays the wrapper.
pub(super) fn run(call: &Call) -> ExitCode {
    let chained = call.chained_wrapper();
    let real = || real_command(call, chained.as_deref());
    let Some(lint) = Lint::of(call) else { return process::exec(real()) };
    match lint.run(real()) {
        Some(status) => process::end_as(status),
        None => process::exec(real()),
    }
}

/// A rustc that is asked.
struct Lint {
    dir: PathBuf,
    hash: UnitHash,
    record: LintRecord,
}

impl Lint {
    /// `None` if this is not a unit of a member. Cargo marks the packages that were asked for on the command line, which
    /// are all members (`CARGO_PRIMARY_PACKAGE`, since Cargo 1.47).
    fn of(call: &Call) -> Option<Self> {
        std::env::var_os("CARGO_PRIMARY_PACKAGE")?;
        let dir = PathBuf::from(std::env::var_os(LINT_DIR)?);
        let unit = identify(&call.args, Moment(0))?;
        let hash = unit.hash?.0;
        let (externs, is_cfg_test) = externs_of(&call.args);
        let record = LintRecord {
            manifest_dir: std::env::var_os("CARGO_MANIFEST_DIR")?.into(),
            source: std::env::current_dir().ok()?.join(unit.source?),
            crate_types: unit.crate_types,
            test: unit.test || is_cfg_test,
            links: unit.emit.iter().any(|kind| kind == "link"),
            externs,
            asked: true,
            ..LintRecord::new(std::env::var(LINT_RUN).ok()?, unit.krate)
        };
        Some(Self { dir, hash, record })
    }

    /// Runs rustc; `None` if nothing has come of it.
    fn run(mut self, mut command: Command) -> Option<ExitStatus> {
        command.arg(format!("--force-warn={UNUSED_CRATES}")).stderr(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let knows_lint = child.stderr.take().is_none_or(|stderr| self.forward(stderr));
        let status = child.wait().ok()?;
        if !knows_lint {
            return None;
        }
        self.record.succeeded = status.success();
        self.record.unused.sort_unstable();
        self.record.unused.dedup();
        // Without a record there is no answer, which is no reason to fail.
        let _ = self.record.write(&self.dir, self.hash);
        Some(status)
    }

    /// Passes rustc's messages on, and notes what they say; whether rustc knows the flag.
    fn forward(&mut self, stderr: ChildStderr) -> bool {
        let mut out = std::io::stderr().lock();
        let mut reader = BufReader::new(stderr);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n_bytes| n_bytes > 0) {
            let text = String::from_utf8_lossy(&line);
            if text.contains(UNKNOWN_OPTION) {
                return false;
            }
            match rustc_messages::read(text.trim_end()) {
                Some(Said::UnusedCrate(name)) => self.record.unused.push(name),
                Some(Said::Message(message)) => {
                    if self.record.messages.len() < KEPT_MESSAGES {
                        self.record.messages.push(message.into());
                    }
                    let _ = out.write_all(&line);
                }
                // When Cargo is gone nobody reads: rustc may finish all the same.
                None => drop(out.write_all(&line)),
            }
            line.clear();
        }
        true
    }
}

/// The names of `--extern`, sorted, and whether `test` is set without a harness (`--cfg test`, for targets with
/// `harness = false`).
fn externs_of(args: &[OsString]) -> (Vec<String>, bool) {
    let words = expanded(args);
    let pairs = || words.iter().zip(words.iter().skip(1));
    let is_cfg_test = pairs().any(|(option, value)| option == "--cfg" && value == "test");
    let of_pair = |(option, value): (&String, &String)| (option == "--extern").then(|| extern_name(value)).flatten();
    let mut externs: Vec<String> = pairs().filter_map(of_pair).collect();
    externs.sort_unstable();
    externs.dedup();
    (externs, is_cfg_test)
}

/// `serde=/…/libserde-5e35.rmeta`, with options in front of the name (`priv,noprelude:serde=…`). One without a path
/// (`proc_macro`) comes with the toolchain.
fn extern_name(value: &str) -> Option<String> {
    let (name, _) = value.split_once('=')?;
    Some(name.rsplit_once(':').map_or(name, |(_, name)| name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn externs_are_named_as_the_sources_name_them() {
        let line = "rustc --crate-name x --extern serde=/t/libserde-1.rmeta --extern priv,noprelude:renamed=/t/liba=b.rmeta \
                    --extern proc_macro --cfg test -L x --extern serde=/t/libserde-1.rlib";
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        assert_eq!(externs_of(&args), (vec!["renamed".to_owned(), "serde".to_owned()], true));
        assert_eq!(externs_of(&[]), (Vec::new(), false));
    }
}
