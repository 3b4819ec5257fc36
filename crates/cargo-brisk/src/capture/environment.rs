//! What Cargo gets into its environment to be captured, and how that is undone where it would be seen.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Command;

use camino::Utf8Path;

use super::command::CargoCommand;
use super::nesting;
use super::role::{CAPTURE_DIR, CHAINED_RUNNER, RESTORE_ENV};
use super::settings::{RunnerSetting, WrapperSetting};
use super::stderr_filter::{StderrFilter, shell_escaped};
use super::stderr_pipe;
use super::tools::Tools;

/// The options by which Cargo hands the runner of documentation tests to rustdoc, and its arguments (`run_doc_tests`,
/// `ops/cargo_test.rs`).
const RUNTOOL: &str = "--test-runtool";
/// See [`RUNTOOL`].
const RUNTOOL_ARG: &str = "--test-runtool-arg";

/// The variables that are set for Cargo.
#[derive(Clone, Debug)]
pub(crate) struct CaptureEnv {
    tools: Tools,
    variables: BTreeMap<String, OsString>,
    /// The wrapper that was there before, as Cargo would print it.
    shown_wrapper: Option<String>,
    /// The command line of the runner that was there before, empty if there was none.
    chained_runner: Vec<String>,
}

impl CaptureEnv {
    /// The variables that let `command` be captured into `recording`.
    ///
    /// The runner is left out where it would be seen: with `-v`, Cargo prints the command line of every test.
    ///
    pub(crate) fn new(
        command: &CargoCommand,
        recording: &Utf8Path,
        tools: Tools,
        wrapper: &WrapperSetting,
        runner: &RunnerSetting,
    ) -> Self {
        let mut variables = BTreeMap::from([
            (CAPTURE_DIR.to_owned(), recording.as_str().into()),
            (wrapper.variable.to_owned(), tools.wrapper.as_str().into()),
        ]);
        variables.extend(nesting::variable());
        let mut chained_runner = Vec::new();
        if let RunnerSetting::Ours { variables: names, chained } = runner
            && command.runs_tests()
            && (!command.is_verbose() || stderr_pipe::is_wanted(command))
        {
            variables.extend(names.iter().map(|name| (name.clone(), tools.runner.as_str().into())));
            if !chained.is_empty() {
                let words = serde_json::to_string(chained).unwrap_or_default();
                variables.insert(CHAINED_RUNNER.to_owned(), words.into());
                chained_runner.clone_from(chained);
            }
            let restored = restored(&variables);
            variables.insert(RESTORE_ENV.to_owned(), restored.into());
        }
        let shown_wrapper = wrapper.chained.as_ref().map(|chained| chained.shown.clone());
        Self { tools, variables, shown_wrapper, chained_runner }
    }

    /// Names of those that mean something to Cargo, and perhaps to build scripts.
    pub(crate) fn meaningful(&self) -> Vec<String> {
        self.variables.keys().filter(|name| !name.starts_with("BRISK_")).cloned().collect()
    }

    /// The whole environment in which Cargo is started.
    pub(super) fn all(&self) -> impl Iterator<Item = (OsString, OsString)> {
        let own: BTreeMap<OsString, OsString> =
            self.variables.iter().map(|(name, value)| (name.into(), value.clone())).collect();
        std::env::vars_os().filter(|(name, _)| !self.variables.contains_key(&*name.to_string_lossy())).chain(own)
    }

    /// Sets them.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        cargo.envs(&self.variables);
    }

    /// The link to what passes on Cargo's stderr.
    pub(crate) fn stderr_tool(&self) -> &Utf8Path {
        &self.tools.stderr
    }

    /// Puts what Cargo prints of commands back as it would be.
    pub(crate) fn filter(&self) -> StderrFilter {
        let word = |word: &str| format!("{} ", shell_escaped(word));
        let shown = self.shown_wrapper.as_deref().map(word);
        let variable = |value: &str| format!("RUSTC_WRAPPER={value}");
        let (wrapper, runner) = (word(self.tools.wrapper.as_str()), word(self.tools.runner.as_str()));
        let chained_runner = self.chained_runner.iter().map(|part| word(part)).collect();
        let options = [RUNTOOL].into_iter().chain(std::iter::repeat(RUNTOOL_ARG));
        let chained_runtool =
            options.zip(&self.chained_runner).map(|(option, part)| format!("{option} {}", word(part)));
        StderrFilter::new([
            (variable(&wrapper), shown.as_deref().map(variable).unwrap_or_default()),
            (wrapper, shown.unwrap_or_default()),
            (format!("{RUNTOOL} {runner}"), chained_runtool.collect()),
            (runner, chained_runner),
        ])
    }
}

/// What the variables are without us, for the programs that the runner starts.
fn restored(variables: &BTreeMap<String, OsString>) -> String {
    let old: BTreeMap<&str, Option<String>> =
        variables.keys().map(|name| (name.as_str(), std::env::var(name).ok())).collect();
    serde_json::to_string(&old).unwrap_or_default()
}
