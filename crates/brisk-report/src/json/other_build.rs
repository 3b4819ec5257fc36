//! A build beside the one that is told of.

use brisk::model::{Mode, OtherBuild};
use serde::Serialize;

use super::number::seconds;

/// A build beside the one that is told of.
#[derive(Clone, Debug, Serialize)]
pub struct OtherBuildView<'a> {
    /// The profile.
    pub profile: &'a str,
    /// Directory name of the profile.
    pub profile_dir: &'a str,
    /// The `--target` triple; `null` for the host.
    pub triple: Option<&'a str>,
    /// What was done, in Cargo's words: `build`, `check`, `test`, `doc`, …
    pub modes: Vec<&'static str>,
    /// How many units are only there.
    pub units: usize,
    /// When its last command started, in seconds since the UNIX epoch.
    pub started_at: Option<f64>,
    /// Wall seconds of that command.
    pub wall_s: Option<f64>,
}

impl<'a> OtherBuildView<'a> {
    pub(super) fn of(other: &'a OtherBuild) -> Self {
        Self {
            profile: other.profile(),
            profile_dir: &other.profile_dir,
            triple: other.triple.as_deref(),
            modes: other.modes.iter().copied().map(Mode::as_str).collect(),
            units: other.n_units,
            started_at: other.started_at.and_then(seconds),
            wall_s: other.wall_s.and_then(seconds),
        }
    }
}
