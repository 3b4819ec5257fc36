//! From where on something is worth telling.

use super::Evidence;

/// A number that decides whether a detector speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// `<id of the detector>.<what>`, as written in `brisk.toml`.
    pub name: &'static str,
    /// What holds where the workspace does not say otherwise; the documentation of the constant says why.
    pub default: f64,
    /// What the number is, with its unit.
    pub about: &'static str,
}

impl Evidence<'_> {
    /// The number that holds in this workspace.
    pub(super) fn limit(&self, threshold: &Threshold) -> f64 {
        self.surroundings.thresholds.get(threshold.name).copied().unwrap_or(threshold.default)
    }
}
