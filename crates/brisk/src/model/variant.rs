//! The same unit, built with other settings.

use super::{Unit, UnitIdx};

/// Units of one profile directory, compiled by one compiler, with the settings that tell them apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variants {
    /// The settings of the build's units, parallel to [`super::Build::units`]; `None` where they are not known.
    pub built: Vec<Option<UnitSettings>>,
    /// Units that are not of the build.
    pub beside: Vec<Variant>,
}

/// A unit that is not of the build at hand, but lies beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The unit.
    pub unit: Unit,
    /// How it was built.
    pub settings: UnitSettings,
    /// Whether only tests, examples or benchmarks need it.
    pub only_for_tests: bool,
    /// Positions in [`Variants::beside`] of the units that it needs, ascending.
    pub needs_beside: Vec<usize>,
    /// The units of the build that it needs, ascending.
    pub needs_built: Vec<UnitIdx>,
}

/// What Cargo compares of a unit, apart from features and dependencies. The hashes are Cargo's own and tell nothing but
/// whether two are the same (`Fingerprint` in `core/compiler/fingerprint/mod.rs`).
#[derive(Clone, Debug, PartialEq)]
pub struct UnitSettings {
    /// `RUSTFLAGS` and the like.
    pub rustflags: Vec<String>,
    /// Hash of the profile, the mode and the lints.
    pub profile: u64,
    /// Hash of the linker and of unstable settings.
    pub config: u64,
    /// Whether a build script or a proc macro needs it, or it is one: it is built with the profile for the host then.
    pub for_host: bool,
    /// When its last build started, in seconds since the UNIX epoch.
    pub started_at: Option<f64>,
}
