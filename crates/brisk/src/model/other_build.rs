//! Builds that lie beside the one that is looked at.

use super::Mode;

/// A build of which only the outline is known: another profile, platform or mode in the same build directory.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherBuild {
    /// Directory of the profile: `debug`, `release`, or the name of a custom profile.
    pub profile_dir: String,
    /// The `--target` triple; `None` for the host.
    pub triple: Option<String>,
    /// What was done, ascending; without the runs of build scripts.
    pub modes: Vec<Mode>,
    /// How many units are only there.
    pub n_units: usize,
    /// When its last command started, in seconds since the UNIX epoch; `None` if the times are doubtful.
    pub started_at: Option<f64>,
    /// How long that command took.
    pub wall_s: Option<f64>,
}

impl OtherBuild {
    /// The profile: Cargo builds `dev` in the directory `debug` (`dir_name` in Cargo's `core/profiles.rs`), all others in
    /// one of their own name.
    pub fn profile(&self) -> &str {
        if self.profile_dir == "debug" { "dev" } else { &self.profile_dir }
    }
}
