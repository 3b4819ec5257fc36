//! What is slow and why: the table of detectors.
//!
//! A detector is one file: its [`Detector`] metadata, a plain function from values to [`Finding`]s, its tests. The same
//! text serves `cargo brisk --list`, `--explain ID` and the documentation page.

mod dev_dependency_weight;
mod duplicate_build;
mod duplicate_version;
mod finding;
mod price;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod test_binaries;
mod words;

pub use duplicate_version::{Duplicate, DuplicateVersion, Puller, duplicates};
pub use finding::{Basis, Cost, Effort, Finding, Gain, Location, Risk, Severity};

use crate::model::{Build, Graph, Workspace};
use crate::simulate::CriticalPath;
use words::{count, needed_by, on_critical_path, seconds, subject};

/// What every detector may read.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The build.
    pub build: &'a Build,
    /// Its graph.
    pub graph: &'a Graph,
    /// Its critical path.
    pub critical_path: &'a CriticalPath,
    /// The workspace it is a build of.
    pub workspace: &'a Workspace,
}

/// A detector: what it claims, and the function that looks.
#[derive(Debug)]
pub struct Detector {
    /// Stable id, `kebab-case`.
    pub id: &'static str,
    /// The claim, one line.
    pub claim: &'static str,
    /// What it measures.
    pub measures: &'static str,
    /// Why that costs time.
    pub why: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// When it is wrong, or no gain is to be had.
    pub wrong_when: &'static str,
    /// Looks.
    pub find: fn(Evidence<'_>) -> Vec<Finding>,
}

/// All detectors, sorted by id.
pub const DETECTORS: &[&Detector] = &[
    &dev_dependency_weight::DETECTOR,
    &duplicate_build::DETECTOR,
    &duplicate_version::DETECTOR,
    &slow_build_script::DETECTOR,
    &slow_link::DETECTOR,
    &slow_proc_macro::DETECTOR,
    &test_binaries::DETECTOR,
];

/// Id of the detector whose findings are also told one by one, as [`duplicates`].
pub const DUPLICATE_VERSION: &str = duplicate_version::DETECTOR.id;

/// What all detectors find, dearest first.
pub fn detect(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = DETECTORS.iter().flat_map(|detector| (detector.find)(evidence)).collect();
    findings.sort_by(|a, b| b.rank_s().total_cmp(&a.rank_s()).then_with(|| a.key.cmp(&b.key)));
    findings
}
