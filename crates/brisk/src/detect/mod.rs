//! What is slow and why: the table of detectors.
//!
//! A detector is one file: its [`Detector`] metadata, a plain function from values to [`Finding`]s, its tests. The same
//! text serves `cargo brisk --list`, `--explain ID` and the documentation page.

mod always_rerun;
mod behaviour;
mod broad_features;
mod build_broken;
mod build_override;
mod compiler_cache;
mod cpu;
mod crate_split;
mod critical_path;
mod cut;
mod debuginfo;
mod declared;
mod dependency;
mod dependency_count;
mod dev_dependency_weight;
mod disk;
mod duplicate_build;
mod duplicate_version;
mod duplicates;
mod edit_cost;
mod fault;
mod features;
mod finding;
mod fixable_warnings;
mod flag_thrash;
mod heavy_optional;
mod incremental_bloat;
mod incremental_setting;
mod inheritance;
mod linker;
mod locked_duplicates;
mod low_parallelism;
mod missing_dev_profile;
mod package_bloat;
mod policy;
mod price;
mod purpose;
mod rebuilt;
mod release_codegen;
mod requests;
mod saving;
mod settings;
mod slow_build_script;
mod slow_link;
mod slow_proc_macro;
mod split_debuginfo;
mod spurious_rebuild;
mod stale_artifacts;
mod strip;
mod target_committed;
mod target_not_ignored;
mod target_size;
mod test_binaries;
mod tests_broken;
mod threshold;
mod toolchain_missing;
mod trim;
mod turns;
mod uninherited_version;
mod unused_dependency;
mod variants;
mod verdict;
mod wasm_profile;
mod way_out;
mod words;
mod wrapper_missing;

pub use cut::Joint;
pub use duplicates::{Duplicate, DuplicateVersion, Puller, duplicates};
pub use edit_cost::{EditCost, edit_costs};
pub use finding::{Basis, Cost, CpuGain, Effort, Finding, Gain, Location, Risk, Severity};
pub use policy::{Expiry, Policy, Suppressed, Suppression};
pub use threshold::Threshold;
pub use words::bytes;

use crate::model::{Build, FaultKind, Graph, Problem, Surroundings, Workspace};
use crate::simulate::CriticalPath;
use words::{count, count_u64, needed_by, on_critical_path, seconds, subject};

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
    /// What lies around it.
    pub surroundings: &'a Surroundings,
}

/// What a finding is about: the headings of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The workspace does not build, or not as it should. Always told first.
    Health,
    /// Packages, and who needs them.
    Graph,
    /// What waits for what.
    TimeLine,
    /// Profiles and configuration.
    Settings,
    /// What is built again without need.
    Rebuilds,
    /// What lies in the target directory.
    Disk,
}

impl Group {
    /// Words for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Graph => "graph",
            Self::TimeLine => "time line",
            Self::Settings => "profiles and configuration",
            Self::Rebuilds => "rebuilds",
            Self::Disk => "disk",
        }
    }
}

/// A detector: what it claims, and the function that looks.
#[derive(Debug)]
pub struct Detector {
    /// Stable id, `kebab-case`.
    pub id: &'static str,
    /// What it is about.
    pub group: Group,
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
    /// Why its findings have no price, where they have none in seconds or bytes.
    pub unpriced: Option<&'static str>,
    /// Numbers that decide whether it speaks.
    pub thresholds: &'static [Threshold],
    /// Looks.
    pub find: fn(Evidence<'_>) -> Vec<Finding>,
}

/// All detectors, sorted by id.
pub const DETECTORS: &[&Detector] = &[
    &always_rerun::DETECTOR,
    &broad_features::DETECTOR,
    &build_broken::DETECTOR,
    &build_override::DETECTOR,
    &compiler_cache::DETECTOR,
    &crate_split::DETECTOR,
    &critical_path::DETECTOR,
    &debuginfo::DETECTOR,
    &dependency_count::DETECTOR,
    &dev_dependency_weight::DETECTOR,
    &duplicate_build::DETECTOR,
    &duplicate_version::DETECTOR,
    &edit_cost::DETECTOR,
    &fixable_warnings::DETECTOR,
    &flag_thrash::DETECTOR,
    &heavy_optional::DETECTOR,
    &incremental_bloat::DETECTOR,
    &incremental_setting::DETECTOR,
    &linker::DETECTOR,
    &low_parallelism::DETECTOR,
    &missing_dev_profile::DETECTOR,
    &package_bloat::DETECTOR,
    &release_codegen::DETECTOR,
    &slow_build_script::DETECTOR,
    &slow_link::DETECTOR,
    &slow_proc_macro::DETECTOR,
    &split_debuginfo::DETECTOR,
    &spurious_rebuild::DETECTOR,
    &stale_artifacts::DETECTOR,
    &strip::DETECTOR,
    &target_committed::DETECTOR,
    &target_not_ignored::DETECTOR,
    &target_size::DETECTOR,
    &test_binaries::DETECTOR,
    &tests_broken::DETECTOR,
    &toolchain_missing::DETECTOR,
    &uninherited_version::DETECTOR,
    &unused_dependency::DETECTOR,
    &wasm_profile::DETECTOR,
    &wrapper_missing::DETECTOR,
];

/// Id of the detector whose findings are also told one by one, as [`duplicates()`].
pub const DUPLICATE_VERSION: &str = duplicate_version::DETECTOR.id;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// Of the workspace's health first; then dearest first.
    pub findings: Vec<Finding>,
    /// What those that take units out of the build take out together.
    pub joint: Option<Joint>,
}

/// The finding without a command of Cargo, where Cargo cannot read the workspace and would refuse.
fn runnable(evidence: Evidence<'_>, is_of_health: bool, finding: Finding) -> Finding {
    let refuses = |problem: &Problem| problem.fault.as_ref().is_some_and(|fault| fault.kind != FaultKind::Program);
    let is_of_cargo = finding.command.as_ref().is_some_and(|command| command.starts_with("cargo "));
    match !is_of_health && is_of_cargo && evidence.surroundings.faults.iter().any(refuses) {
        true => Finding { command: None, ..finding },
        false => finding,
    }
}

/// What all detectors find.
pub fn detect(evidence: Evidence<'_>) -> Detected {
    let found = DETECTORS.iter().flat_map(|detector| {
        let findings = (detector.find)(evidence).into_iter();
        findings.map(|finding| (detector.group != Group::Health, finding))
    });
    let mut found: Vec<(bool, Finding)> =
        found.map(|(last, finding)| (last, runnable(evidence, !last, finding))).collect();
    found.sort_by(|(a_last, a), (b_last, b)| {
        let by_price = || b.rank_s().total_cmp(&a.rank_s()).then(b.cost.bytes.cmp(&a.cost.bytes));
        let by_price = || by_price().then(b.severity.cmp(&a.severity));
        a_last.cmp(b_last).then_with(by_price).then_with(|| a.key.cmp(&b.key))
    });
    let found: Vec<Finding> = found.into_iter().map(|(_, finding)| finding).collect();
    let baseline = saving::baseline(evidence, &found);
    let priced = found.into_iter().map(|finding| {
        let finding = saving::with_wall_gain(evidence, baseline.as_ref(), finding);
        cut::with_cpu_gain(evidence, finding)
    });
    cut::with_joint(evidence, baseline.as_ref(), priced.collect())
}
