//! A build with nothing to do, and what was built all the same.

use super::{DirtyReason, UnitIdx};

/// The same command a second time, right after the first one: nothing should have been built.
#[derive(Clone, Debug, PartialEq)]
pub struct NoOp {
    /// The Cargo command after `cargo`.
    pub command: Vec<String>,
    /// When it started, in seconds since the UNIX epoch.
    pub started_at: f64,
    /// How long it took, in seconds.
    pub wall_s: Option<f64>,
    /// The units of the build at hand that were built, ascending.
    pub rebuilt: Vec<Rebuilt>,
}

/// A unit that was built although nothing had changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuilt {
    /// The unit.
    pub unit: UnitIdx,
    /// Why, where that could be found; [`DirtyReason::because_of`] is not of the build at hand, and so not here.
    pub reason: Option<DirtyReason>,
}
