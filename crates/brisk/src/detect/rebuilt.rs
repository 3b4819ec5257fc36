//! What is built again because one unit is.

use super::price::Price;
use super::{Evidence, Location, count, seconds};
use crate::model::{PackageRef, PackageSource, SourceLine, TargetKind, UnitIdx};

/// Units that are named.
const NAMED: usize = 3;

/// `roots` and everything that needs them, directly or not, ascending. Cargo builds all of it again: what needs a dirty unit
/// is dirty (`check_filesystem` in its `core/compiler/fingerprint/mod.rs`).
pub(super) fn with_dependents(evidence: Evidence<'_>, roots: &[UnitIdx]) -> Vec<UnitIdx> {
    let mut reached = vec![false; evidence.build.units.len()];
    let mut stack = roots.to_vec();
    while let Some(unit) = stack.pop() {
        if !std::mem::replace(&mut reached[unit.index()], true) {
            stack.extend(evidence.graph.dependents(unit));
        }
    }
    evidence.build.iter_units().map(|(idx, _)| idx).filter(|idx| reached[idx.index()]).collect()
}

/// `7 units are built again with it, 3.20 s of unit time: app (bin app), app and 5 more`, dearest first.
pub(super) fn consequences(evidence: Evidence<'_>, roots: &[UnitIdx], price: &Price) -> Option<String> {
    let mut others: Vec<UnitIdx> = price.units.iter().copied().filter(|idx| !roots.contains(idx)).collect();
    let duration_s = |idx: &UnitIdx| evidence.build.unit(*idx).trusted_duration_s().unwrap_or(0.0);
    others.sort_by(|a, b| duration_s(b).total_cmp(&duration_s(a)).then(a.cmp(b)));
    let n_more = others.len().saturating_sub(NAMED);
    let mut names: Vec<String> = others.iter().take(NAMED).map(|idx| evidence.build.unit(*idx).label()).collect();
    names.dedup();
    let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
    let time = Price::of(evidence, others.clone()).unit_s.map(|s| format!(", {} of unit time", seconds(s)));
    let (units, are) = (count(others.len(), "unit"), if others.len() == 1 { "is" } else { "are" });
    (!others.is_empty())
        .then(|| format!("{units} {are} built again with it{}: {}{more}", time.unwrap_or_default(), names.join(", ")))
}

/// Whether the package is the workspace's own to change.
pub(super) fn is_own(package: &PackageRef) -> bool {
    matches!(package.source, PackageSource::Member | PackageSource::Path)
}

/// The lines on which something is named; without any, the build script of `package`, else its manifest.
pub(super) fn locations<'a>(
    evidence: Evidence<'_>,
    lines: impl Iterator<Item = &'a SourceLine>,
    package: &PackageRef,
) -> Vec<Location> {
    let mut found: Vec<Location> =
        lines.map(|line| Location { file: line.file.clone(), line: Some(line.line) }).collect();
    found.sort();
    found.dedup();
    if found.is_empty() {
        found.extend(script_or_manifest(evidence, package));
    }
    found
}

fn script_or_manifest(evidence: Evidence<'_>, own: &PackageRef) -> Option<Location> {
    let is_own = |package: &&crate::model::Package| {
        package.name == own.name && own.version.as_ref().is_none_or(|version| *version == package.version)
    };
    let package = evidence.workspace.packages.iter().find(is_own)?;
    let script = package.targets.iter().find(|target| target.kind == TargetKind::BuildScript);
    let of_script = script.map(|script| {
        let below = script.src_path.strip_prefix(evidence.workspace.root.as_str());
        let file = below.map_or(script.src_path.as_str(), |path| path.trim_start_matches('/'));
        Location { file: file.to_owned(), line: None }
    });
    of_script.or_else(|| Location::of_manifest(evidence.workspace, package))
}
