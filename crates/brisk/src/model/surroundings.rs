//! What lies around a build: files, settings and history that decide what the next build costs.

use std::collections::BTreeMap;

use super::{
    Configuration, Confirmation, DiskUsage, GitTarget, History, Leftovers, Linked, Problem, Reachable, Rebuilds,
    RegistryIndex, Sources, TargetMessages, TestFailure,
};

/// What is known beside the build itself. A part that is `None` or empty is one that nobody looked at: no conclusion may be
/// drawn from its absence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// What the target directory holds.
    pub disk: Option<DiskUsage>,
    /// What of it no build needs.
    pub leftovers: Option<Leftovers>,
    /// What git knows of it; `None` also where it is not in the workspace's repository.
    pub git_target: Option<GitTarget>,
    /// What was linked, as it lies in the target directory.
    pub linked: Option<Vec<Linked>>,
    /// Profiles and what else decides how Cargo builds.
    pub configuration: Option<Configuration>,
    /// What rustc said of the members' sources, where it was asked.
    pub confirmation: Option<Confirmation>,
    /// What the sources of the members name.
    pub sources: Option<Sources>,
    /// What the compiler said of targets when they were compiled last; those of which nobody knows are missing.
    pub messages: Vec<TargetMessages>,
    /// How often which sources are edited.
    pub history: Option<History>,
    /// What decides how much of the next build is built again.
    pub rebuilds: Rebuilds,
    /// What keeps Cargo from building: the problems that have a fault.
    pub faults: Vec<Problem>,
    /// The tests that failed when a recorded command ran them last.
    pub test_failures: Vec<TestFailure>,
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
