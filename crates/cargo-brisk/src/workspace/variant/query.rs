//! Cargo asked for the units of a command in the copy. It builds nothing, needs no network and has a time limit.
//!
//! `--unit-graph` is unstable and takes `RUSTC_BOOTSTRAP=1` on a stable toolchain. Set for a build, that would change what
//! build scripts find; here none is run.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use brisk::model::{Declaration, DependencyKind, ManifestEdit, Members, PackageSource, UnitGraph, Workspace};

use super::answer;
use super::edit::{Draft, EditError, Inheritance};
use super::mirror::Mirror;
use super::words::Words;
use crate::workspace::manifest::Manifest;
use crate::workspace::paths::normalize;
use crate::workspace::programs::is_wrapper_missing;

/// How long Cargo may take. Of 1,270 packages it knows the units after one to four seconds, and it may
/// have to wait for other commands of Cargo.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Why nobody knows what Cargo would build.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WhyNot {
    /// The manifests are not at hand.
    #[error("the manifests cannot be had: {0}")]
    NoManifests(String),
    /// The private copy could not be made.
    #[error("the private copy of the workspace could not be made: {0}")]
    NoCopy(String),
    /// The change makes no sense here.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Cargo does not plan units for such a command.
    #[error("`cargo {0}` is no command whose units Cargo tells")]
    NoUnits(String),
    /// What the change needs may never have been downloaded, or does not exist.
    #[error("without a network Cargo has no answer: {0}")]
    NotDownloaded(String),
    /// This Cargo does not tell its units, or does so in another form.
    #[error("this Cargo does not tell its units: {0}")]
    Refused(String),
    /// Cargo took too long.
    #[error("Cargo gave no answer within {} s", TIME_LIMIT.as_secs())]
    TimedOut,
    /// Cargo failed: the change is impossible, or the workspace is broken.
    #[error("`{command}` failed: {said}")]
    Failed {
        /// The command.
        command: String,
        /// What Cargo said.
        said: String,
    },
}

impl Mirror<'_> {
    /// What `cargo command` would build with the manifests as `edits` leave them.
    ///
    /// # Errors
    ///
    /// If an edit or the command makes no sense, or Cargo has no answer.
    pub(crate) fn unit_graph(&self, command: &[String], edits: &[ManifestEdit]) -> Result<UnitGraph, WhyNot> {
        let words = Words::of(command)?;
        self.write(&self.edited(edits)?).map_err(|error| WhyNot::NoCopy(error.to_string()))?;
        let mut cargo = self.cargo(&words);
        cargo.args(edits.iter().filter_map(as_config).flat_map(|setting| ["--config".to_owned(), setting]));
        let answer = run(cargo, TIME_LIMIT)?;
        let asked = format!("cargo {}", words.words.join(" "));
        if !answer.succeeded {
            return Err(why(asked, &self.without_place(&answer.stderr)));
        }
        answer::parse(&answer.stdout, &self.facts.workspace).map_err(WhyNot::Refused)
    }

    fn edited(&self, edits: &[ManifestEdit]) -> Result<BTreeMap<PathBuf, String>, WhyNot> {
        let root_place = self.root();
        let mut draft = Draft::of(&self.manifests, self.root_dir(), &root_place, Inheritance::WrittenOut);
        for edit in edits {
            if let ManifestEdit::Dependency(edit) = edit {
                if let Members::AllAnd(names) = &edit.members {
                    draft.add_others(others(&self.facts.workspace, names, &edit.dependency)?);
                }
                draft.apply(edit)?;
            }
        }
        draft.patch(self.root_dir(), |dir| self.place_of_other(dir));
        draft.texts().map_err(|error| WhyNot::NoCopy(error.to_string()))
    }

    fn cargo(&self, words: &Words) -> Command {
        let (options, settings) = (self.options, &self.facts.settings);
        let named = words.manifest_path.as_ref().map(|path| normalize(&self.cwd.join(path)));
        let is_ours = |path: &PathBuf| path.parent().is_some_and(|dir| self.manifests.contains_key(dir));
        let manifest_path = named.filter(is_ours).unwrap_or_else(|| self.manifest_path.clone());
        let stand_in = words.toolchain.as_ref().and_then(|_| options.environment.find_program(Path::new("cargo")));
        let mut cargo = Command::new(stand_in.unwrap_or_else(|| options.cargo.clone()));
        cargo.args(&words.words).args(["--unit-graph", "-Zunstable-options", "--offline", "--color", "never"]);
        cargo.arg("--manifest-path").arg(self.place_of(&manifest_path));
        cargo.arg("--target-dir").arg(&self.target_dir);
        cargo.env_clear().envs(options.environment.iter()).env("CARGO_BUILD_BUILD_DIR", &self.target_dir);
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTUP_AUTO_INSTALL", "0").env_remove("RUST_BACKTRACE");
        cargo.envs(options.environment.cargo_home(&options.cwd).map(|home| ("CARGO_HOME", home)));
        cargo.envs(words.toolchain.as_ref().map(|toolchain| ("RUSTUP_TOOLCHAIN", toolchain)));
        if is_wrapper_missing(settings, &options.environment) {
            cargo.env("RUSTC_WRAPPER", "").env("RUSTC_WORKSPACE_WRAPPER", "");
        }
        cargo.current_dir(self.place_of(&self.cwd)).stdin(Stdio::null());
        cargo.stdout(Stdio::piped()).stderr(Stdio::piped());
        cargo
    }
}

/// The manifests of packages from registries, by name, all versions that declare the dependency for more than their own
/// tests.
fn others(workspace: &Workspace, names: &[String], dependency: &str) -> Result<Vec<Manifest>, WhyNot> {
    let asks =
        |it: &Declaration| it.kind != DependencyKind::Dev && (it.package == dependency || it.key() == dependency);
    let mut found = Vec::new();
    for name in names {
        let packages = workspace.packages.iter().filter(|package| package.name == *name);
        let packages = packages.filter(|package| package.source == PackageSource::Registry);
        let n_before = found.len();
        for package in packages.filter(|package| package.declarations.iter().any(asks)) {
            let path =
                package.manifest_path.as_ref().ok_or_else(|| WhyNot::NoManifests(format!("`{name}` is not here")))?;
            found.push(Manifest::read(Path::new(path)).map_err(|error| WhyNot::NoManifests(error.to_string()))?);
        }
        if found.len() == n_before {
            let (member, dependency) = (name.clone(), dependency.to_owned());
            return Err(EditError::NotDeclaredBy { member, dependency }.into());
        }
    }
    Ok(found)
}

fn as_config(edit: &ManifestEdit) -> Option<String> {
    match edit {
        ManifestEdit::Profile(edit) => Some(edit.as_config()),
        // Who inherits what is built as before.
        ManifestEdit::Dependency(_) | ManifestEdit::Inherit(_) => None,
    }
}

/// What Cargo printed.
struct Printed {
    succeeded: bool,
    stdout: Vec<u8>,
    stderr: String,
}

fn run(mut cargo: Command, limit: Duration) -> Result<Printed, WhyNot> {
    let program = cargo.get_program().to_string_lossy().into_owned();
    let mut child =
        cargo.spawn().map_err(|error| WhyNot::Refused(format!("`{program}` could not be started: {error}")))?;
    let (stdout, stderr) = (read_all(child.stdout.take()), read_all(child.stderr.take()));
    // It has ended when both are closed, or is about to.
    let read = stdout.recv_timeout(limit).and_then(|stdout| Ok((stdout, stderr.recv_timeout(limit)?)));
    let Ok((stdout, stderr)) = read else {
        end(&mut child);
        return Err(WhyNot::TimedOut);
    };
    let succeeded = child.wait().is_ok_and(|status| status.success());
    Ok(Printed { succeeded, stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() })
}

/// Reads to the end in a thread of its own.
fn read_all(from: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is missing in the answer, which then is not understood; nobody may be listening any more.
        let _ = from.map(|mut from| from.read_to_end(&mut bytes));
        let _ = sender.send(bytes);
    });
    receiver
}

/// That it cannot be ended or waited for changes nothing: there is no answer.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// What a failure means.
fn why(command: String, stderr: &str) -> WhyNot {
    let said = said(stderr);
    let has = |words: &str| stderr.contains(words);
    if has("--offline was specified") || has("offline mode (") {
        return WhyNot::NotDownloaded(said);
    }
    if has("unexpected argument '--unit-graph'")
        || has("only accepted on the nightly channel")
        || has("flag is unstable")
    {
        return WhyNot::Refused(said);
    }
    WhyNot::Failed { command, said }
}

/// The error and what Cargo says of it, in one line.
fn said(stderr: &str) -> String {
    let lines = stderr.lines().skip_while(|line| !line.starts_with("error")).map(str::trim);
    let is_aside = |line: &&str| !line.is_empty() && *line != "Caused by:" && !line.starts_with("As a reminder");
    let lines: Vec<&str> = lines.filter(is_aside).take(6).collect();
    lines.join("; ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_no_answer_in_time_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("1000").stdout(Stdio::piped()).stderr(Stdio::piped());
        assert!(matches!(run(command, Duration::from_millis(20)), Err(WhyNot::TimedOut)));
    }

    #[test]
    fn a_failure_is_told_in_one_line_and_by_its_kind() {
        let offline = "    Updating index\nerror: no matching package named `x` found\nlocation searched: crates.io index\n\
                       As a reminder, you're using offline mode (--offline) which\n";
        let said = |stderr: &str| why("cargo build".to_owned(), stderr).to_string();
        insta::assert_snapshot!(said(offline), @"without a network Cargo has no answer: no matching package named `x` found; location searched: crates.io index");
        insta::assert_snapshot!(said("error: failed to parse\n\nCaused by:\n  no such feature\n"), @"`cargo build` failed: failed to parse; no such feature");
        insta::assert_snapshot!(said("error: unexpected argument '--unit-graph' found\n"), @"this Cargo does not tell its units: unexpected argument '--unit-graph' found");
    }
}
