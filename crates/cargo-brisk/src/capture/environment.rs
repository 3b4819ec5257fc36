//! What Cargo gets into its environment to be captured, and how that is undone where it would be seen.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use super::command::CargoCommand;
use super::nesting;
use super::role::{CAPTURE_DIR, CHAINED_RUNNER, RESTORE_ENV};
use super::settings::{RunnerSetting, WrapperSetting};
use super::stderr_filter::{StderrFilter, shell_escaped};
use super::stderr_pipe;
use super::tools::Tools;

/// The variables that are set for Cargo.
#[derive(Clone, Debug)]
pub(crate) struct CaptureEnv {
    tools: Tools,
    variables: BTreeMap<String, OsString>,
    /// The wrapper that was there before, as Cargo would print it.
    shown_wrapper: Option<String>,
}

impl CaptureEnv {
    /// The variables that let `command` be captured into `recording`.
    ///
    /// The runner is left out where it would be seen: with `-v`, Cargo prints the command line of every test.
    ///
    /// The wrapper goes through Cargo's configuration (`CARGO_BUILD_RUSTC_WRAPPER`) unless a stronger setting is in the
    /// way: there are build scripts that ask to be run again when `RUSTC_WRAPPER` changes.
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
        if let RunnerSetting::Ours { variables: names, chained } = runner
            && command.runs_tests()
            && (!command.is_verbose() || stderr_pipe::is_wanted(command))
        {
            variables.extend(names.iter().map(|name| (name.clone(), tools.runner.as_str().into())));
            variables.extend(chained.iter().map(|chained| (CHAINED_RUNNER.to_owned(), chained.into())));
            let restored = restored(&variables);
            variables.insert(RESTORE_ENV.to_owned(), restored.into());
        }
        Self { tools, variables, shown_wrapper: wrapper.chained.as_ref().map(|chained| chained.shown.clone()) }
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
        let word = |path: &Utf8PathBuf| format!("{} ", shell_escaped(path.as_str()));
        let shown = self.shown_wrapper.as_deref().map(|shown| format!("{} ", shell_escaped(shown)));
        let variable = |value: &str| format!("RUSTC_WRAPPER={value}");
        let wrapper = word(&self.tools.wrapper);
        StderrFilter::new([
            (variable(&wrapper), shown.as_deref().map(variable).unwrap_or_default()),
            (wrapper, shown.unwrap_or_default()),
            (word(&self.tools.runner), String::new()),
        ])
    }
}

/// What the variables are without us, for the programs that the runner starts.
fn restored(variables: &BTreeMap<String, OsString>) -> String {
    let old: BTreeMap<&str, Option<String>> =
        variables.keys().map(|name| (name.as_str(), std::env::var(name).ok())).collect();
    serde_json::to_string(&old).unwrap_or_default()
}
