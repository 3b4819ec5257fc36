//! A run and its header.

use brisk::model::{Build, Outcome, Source};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::build::{OutcomeFile, SourceFile};
use super::format::{FORMAT_NAME, FormatVersion};
use super::id::RunId;

/// How a run came into the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    /// `cargo brisk record` on this or another machine.
    Record,
    /// `cargo brisk import`.
    Import,
}

/// One build, and what is known of its circumstances. Never changed once it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// How it came about.
    pub kind: RunKind,
    /// Seconds since the UNIX epoch at which it was recorded or imported. (When the build itself ran is
    /// [`Build::started_at`].)
    pub created_at: f64,
    /// Version of the Brisk that made it.
    pub brisk_version: String,
    /// Root of the workspace that was built, absolute on the machine that built it.
    pub workspace_root: Option<Utf8PathBuf>,
    /// Its target directory.
    pub target_dir: Option<Utf8PathBuf>,
    /// The git commit that was checked out.
    pub git_revision: Option<String>,
    /// The build; the command is in it.
    pub build: Build,
}

/// What a list shows of a run: the first part of its file, which is read without the build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunHeader {
    format: String,
    format_version: FormatVersion,
    /// See [`Run::brisk_version`].
    pub brisk_version: String,
    /// See [`Run::id`].
    pub id: RunId,
    /// See [`Run::kind`].
    pub kind: RunKind,
    /// See [`Run::created_at`].
    pub created_at: f64,
    /// See [`Run::workspace_root`].
    #[serde(default)]
    pub workspace_root: Option<Utf8PathBuf>,
    /// See [`Run::target_dir`].
    #[serde(default)]
    pub target_dir: Option<Utf8PathBuf>,
    /// See [`Run::git_revision`].
    #[serde(default)]
    pub git_revision: Option<String>,
    /// See [`Build::command`].
    #[serde(default)]
    pub command: Option<Vec<String>>,
    /// See [`Build::source`].
    #[serde(with = "SourceFile")]
    pub source: Source,
    /// See [`Build::profile`].
    #[serde(default)]
    pub profile: Option<String>,
    /// See [`Build::started_at`].
    #[serde(default)]
    pub started_at: Option<f64>,
    /// See [`Build::wall_s`].
    #[serde(default)]
    pub wall_s: Option<f64>,
    /// See [`Build::outcome`].
    #[serde(with = "OutcomeFile")]
    pub outcome: Outcome,
    /// How many units the build has.
    pub n_units: usize,
    /// How many of them have a time.
    pub n_timed: usize,
}

impl RunHeader {
    /// The header of `run`.
    pub fn of(run: &Run) -> Self {
        let build = &run.build;
        Self {
            format: FORMAT_NAME.to_owned(),
            format_version: FormatVersion::CURRENT,
            brisk_version: run.brisk_version.clone(),
            id: run.id.clone(),
            kind: run.kind,
            created_at: run.created_at,
            workspace_root: run.workspace_root.clone(),
            target_dir: run.target_dir.clone(),
            git_revision: run.git_revision.clone(),
            command: build.command.clone(),
            source: build.source,
            profile: build.profile.clone(),
            started_at: build.started_at,
            wall_s: build.wall_s,
            outcome: build.outcome,
            n_units: build.units.len(),
            n_timed: build.units.iter().filter(|unit| unit.timing.is_some()).count(),
        }
    }

    /// The run that this is the header of.
    pub(super) fn with_build(self, build: Build) -> Run {
        Run {
            id: self.id,
            kind: self.kind,
            created_at: self.created_at,
            brisk_version: self.brisk_version,
            workspace_root: self.workspace_root,
            target_dir: self.target_dir,
            git_revision: self.git_revision,
            build,
        }
    }

    /// Version of the format of its file.
    pub fn format_version(&self) -> FormatVersion {
        self.format_version
    }
}
