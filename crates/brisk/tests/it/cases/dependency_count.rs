//! `dependency-count`.

use std::fmt::Write as _;

use brisk::analysis::Analysis;
use brisk::model::{Reachable, ReachablePlatform, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use super::Case;

pub(super) const CASE: Case = Case { id: "dependency-count", positive: || analysis(76), silent: || analysis(75) };

/// A member with so many dependencies, of which each takes a bit longer than the one before; the last one brings another.
pub(crate) fn analysis(n: usize) -> Analysis {
    let mut drawn = "brought v1.0.0 |FFFF\n".to_owned();
    for dependency in 1..=n {
        let needs = if dependency == n { " <- brought" } else { "" };
        writeln!(drawn, "dep{dependency} v1.0.0{needs} |{}", "F".repeat(dependency)).expect("a String takes all");
    }
    let names: Vec<String> = (1..=n).map(|dependency| format!("dep{dependency}")).collect();
    writeln!(drawn, "app <- {} |{}F", names.join(", "), ".".repeat(n)).expect("a String takes all");
    let build = gantt::parse(&drawn);
    let workspace = workspace_of(&build);
    let packages = workspace.iter_packages().map(|(idx, _)| idx).collect();
    let reachable = Some(Reachable { packages, platform: ReachablePlatform::Host });
    Analysis::of(workspace, build, Surroundings { reachable, ..Surroundings::default() }, Vec::new())
}
