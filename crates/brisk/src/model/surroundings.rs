//! What lies around a build: files, settings and history that decide what the next build costs.

use std::collections::BTreeMap;

use super::{Configuration, Confirmation, DiskUsage, Linked};

/// What is known beside the build itself. A part that is `None` or empty is one that nobody looked at: no conclusion may be
/// drawn from its absence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// What the target directory holds.
    pub disk: Option<DiskUsage>,
    /// What was linked, as it lies in the target directory.
    pub linked: Option<Vec<Linked>>,
    /// Profiles and what else decides how Cargo builds.
    pub configuration: Option<Configuration>,
    /// What rustc said of the members' sources, where it was asked.
    pub confirmation: Option<Confirmation>,
    /// Numbers that the workspace's `brisk.toml` sets for detectors, by the name of the threshold.
    pub thresholds: BTreeMap<String, f64>,
}

impl Surroundings {
    /// Nothing but what the target directory holds.
    pub fn of_disk(disk: Option<DiskUsage>) -> Self {
        Self { disk, ..Self::default() }
    }
}
