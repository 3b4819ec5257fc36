//! What lies around a build: files, settings and history that decide what the next build costs.

use std::collections::BTreeMap;

use super::{Confirmation, DiskUsage, Reachable, RegistryIndex};

/// What is known beside the build itself. A part that is `None` or empty is one that nobody looked at: no conclusion may be
/// drawn from its absence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// What the target directory holds.
    pub disk: Option<DiskUsage>,
    /// What rustc said of the members' sources, where it was asked.
    pub confirmation: Option<Confirmation>,
    /// Which packages of the workspace a build on this machine can need.
    pub reachable: Option<Reachable>,
    /// What the registry's index says of newer releases.
    pub index: Option<RegistryIndex>,
    /// Numbers that the workspace's `brisk.toml` sets for detectors, by the name of the threshold.
    pub thresholds: BTreeMap<String, f64>,
}

impl Surroundings {
    /// Nothing but what the target directory holds.
    pub fn of_disk(disk: Option<DiskUsage>) -> Self {
        Self { disk, ..Self::default() }
    }
}
