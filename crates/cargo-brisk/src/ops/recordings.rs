//! Recordings on their way into the store: what `record` and the recovery of those that broke off share.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use brisk::model::{Workspace, WorkspaceBasis};
use brisk_store::calls;
use brisk_store::fingerprints::Snapshot;
use brisk_store::recording::{self, Before, Recording, RecordingDir, Surroundings};
use brisk_store::run_file::{Run, RunId, RunKind};
use brisk_store::store::{RunStore, SizeCap, StoredRun};
use camino::{Utf8Path, Utf8PathBuf};

use crate::capture::CargoCommand;
use crate::error::Result;
use crate::paths;
use crate::workspace::{self, Environment, WorkspaceOptions};

/// Brisk's own directories.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The store.
    pub(crate) runs: Utf8PathBuf,
    /// Recordings in the making.
    pub(crate) recordings: Utf8PathBuf,
    /// The links that Cargo is given as tools.
    pub(crate) tools: Utf8PathBuf,
    /// Answers of Cargo.
    pub(crate) cache: Option<Utf8PathBuf>,
}

impl Places {
    /// Those of the user.
    ///
    /// # Errors
    ///
    /// If there is no home directory.
    pub(crate) fn of_user() -> Result<Self> {
        let (data, cache) = (paths::data_dir()?, paths::cache_dir().ok());
        Ok(Self { runs: data.join("runs"), recordings: data.join("recordings"), tools: data.join("tools"), cache })
    }
}

/// A recording on its way to a run.
pub(super) struct Loading<'a> {
    /// The events.
    pub(super) recording: &'a Recording,
    /// The fingerprints before it, as far as somebody looked.
    pub(super) before: &'a [Before],
    /// Output of `cargo --version`.
    pub(super) cargo: Option<&'a str>,
}

impl Loading<'_> {
    /// The run `id` of it.
    pub(super) fn run(&self, id: RunId, workspace: &Workspace) -> Run {
        let begin = &self.recording.begin;
        let dirs = recording::build_dirs_of(self.recording);
        let after: Vec<Snapshot> = dirs.iter().filter_map(|dirs| Snapshot::read(dirs).ok()).collect();
        let surroundings = Surroundings { before: self.before, after: &after, workspace, cargo: self.cargo };
        let root = (!workspace.root.is_empty()).then(|| Utf8PathBuf::from(&workspace.root));
        Run {
            id,
            kind: RunKind::Record,
            created_at: begin.anchor.real_s(begin.anchor.at),
            brisk_version: begin.brisk.clone(),
            git_revision: root.as_deref().and_then(git_revision),
            workspace_root: root,
            target_dir: begin.target_dir.as_ref().map(Utf8PathBuf::from),
            build: recording::build_of(self.recording, surroundings),
        }
    }
}

/// Whether the run tells of a build: of a workspace, or with units, as that of `cargo install`. (`cargo build` outside of any
/// workspace is neither.)
pub(super) fn is_of_a_build(run: &Run) -> bool {
    run.workspace_root.is_some() || !run.build.units.is_empty()
}

/// Puts the run of a recording into the store, with how rustc was called beside it; the recording is not needed any more
/// then.
pub(super) fn keep(dir: RecordingDir, run: &Run, places: &Places) -> std::result::Result<StoredRun, String> {
    let store = RunStore::open(places.runs.clone()).map_err(|error| chain(&error))?;
    let stored = store.put(run).map_err(|error| chain(&error))?;
    // Without calls, nothing but replaying them is missing, and who asks for that is told.
    let calls = calls::read_log(dir.path()).unwrap_or_default();
    if !calls.is_empty() {
        let _ = store.put_calls(&stored.id, &calls);
    }
    // Old runs, and the directory that has become this one, only take up room if they stay.
    let _ = store.prune(SizeCap::DEFAULT);
    let _ = dir.remove();
    Ok(stored)
}

/// The workspace that `options` lead to; none outside of any, as with `cargo install`.
pub(super) fn workspace_of(options: &WorkspaceOptions) -> Workspace {
    let nowhere = || Workspace {
        basis: WorkspaceBasis::Files,
        root: String::new(),
        members: Vec::new(),
        packages: Vec::new(),
        inheritable: Vec::new(),
    };
    workspace::read(options).map_or_else(|_| nowhere(), |facts| facts.workspace)
}

/// The workspace that the command is about: with its `--manifest-path` and `--target-dir`.
pub(super) fn workspace_options(command: &CargoCommand, cwd: PathBuf, places: &Places) -> WorkspaceOptions {
    WorkspaceOptions {
        manifest_path: command.value("--manifest-path", None).map(PathBuf::from),
        target_dir: command.value("--target-dir", None).map(PathBuf::from),
        cwd,
        cargo: std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from),
        cache_dir: places.cache.clone().map(Utf8PathBuf::into_std_path_buf),
        environment: Environment::of_process(),
    }
}

fn git_revision(root: &Utf8Path) -> Option<String> {
    first_line(Command::new("git").arg("-C").arg(root).args(["rev-parse", "--verify", "--quiet", "HEAD"]))
}

/// The first line that a command prints, if it succeeds.
pub(super) fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

/// `error` with what it came from, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        next = error.source();
    }
    text
}
