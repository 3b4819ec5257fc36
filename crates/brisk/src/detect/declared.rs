//! Where members declare what brings a package.

use std::collections::BTreeSet;

use super::{Evidence, Location};
use crate::model::{Package, PackageIdx, PackageRef, PackageSource, UnitIdx};

/// Places that are named: a package such as `syn` is brought by nearly every declaration.
const NAMED: usize = 8;

/// The declarations in manifests of members through which `unit` is built: of its package itself where members declare it,
/// else of the packages that need it, as far as the edges of the build tell. The manifest of its package where that is a
/// member.
pub(super) fn declarations_of(evidence: Evidence<'_>, unit: UnitIdx) -> Vec<Location> {
    let own = &evidence.build.unit(unit).package;
    if own.source == PackageSource::Member {
        return member(evidence, own).and_then(|idx| manifest(evidence, idx)).into_iter().collect();
    }
    let bringing = bringing(evidence, unit);
    let direct = bringing.iter().filter(|(_, dependency)| *dependency == own);
    let direct: BTreeSet<Location> = direct.flat_map(|pair| declarations(evidence, pair)).collect();
    let places = match direct.is_empty() {
        false => direct,
        true => bringing.iter().flat_map(|pair| declarations(evidence, pair)).collect(),
    };
    places.into_iter().take(NAMED).collect()
}

/// `cargo tree --invert` of the unit's package, which tells who needs it; `None` for a member, which is there by itself.
pub(super) fn inverted_tree(evidence: Evidence<'_>, unit: UnitIdx) -> Option<String> {
    let package = &evidence.build.unit(unit).package;
    let version = package.version.as_deref()?;
    (package.source != PackageSource::Member)
        .then(|| format!("cargo tree --workspace --invert {}@{version}", package.name))
}

/// The member of the workspace that a unit's package is.
pub(super) fn member(evidence: Evidence<'_>, package: &PackageRef) -> Option<PackageIdx> {
    let members = evidence.workspace.members.iter().copied();
    let mut alike = members.filter(|&idx| {
        let member = evidence.workspace.package(idx);
        member.name == package.name && package.version.as_ref().is_none_or(|version| *version == member.version)
    });
    alike.next().filter(|_| package.source == PackageSource::Member)
}

/// The root source file of a unit of a member: `build.rs`, `tests/it.rs`.
pub(super) fn root_file(evidence: Evidence<'_>, unit: UnitIdx) -> Option<Location> {
    let unit = evidence.build.unit(unit);
    let package = evidence.workspace.package(member(evidence, &unit.package)?);
    let target =
        package.targets.iter().find(|target| target.kind == unit.target.kind && target.name == unit.target.name)?;
    file(evidence, &target.src_path)
}

/// A source file.
pub(super) fn file(evidence: Evidence<'_>, path: &str) -> Option<Location> {
    let root = evidence.workspace.known_root()?;
    let below = path.strip_prefix(root).map(|path| path.trim_start_matches(['/', '\\']));
    Some(Location { file: below.unwrap_or(path).to_owned(), line: None })
}

/// The manifest of a member.
pub(super) fn manifest(evidence: Evidence<'_>, member: PackageIdx) -> Option<Location> {
    Location::of_manifest(evidence.workspace, evidence.workspace.package(member))
}

/// Members, each with a package of others that it needs directly and that needs `unit`, or is it.
fn bringing<'a>(evidence: Evidence<'a>, unit: UnitIdx) -> BTreeSet<(&'a PackageRef, &'a PackageRef)> {
    let affected = evidence.graph.affected([unit]);
    let edges = evidence.build.edges.iter().filter(|edge| affected[edge.dependency.index()]);
    let package = |idx: UnitIdx| &evidence.build.unit(idx).package;
    let pairs = edges.map(|edge| (package(edge.dependent), package(edge.dependency)));
    pairs.filter(|(by, of)| by.source == PackageSource::Member && of.source != PackageSource::Member).collect()
}

/// The declarations of a dependency in the manifest of a member. The manifest alone where it cannot be told which.
fn declarations(evidence: Evidence<'_>, (by, of): &(&PackageRef, &PackageRef)) -> Vec<Location> {
    let Some(member) = member(evidence, by) else { return Vec::new() };
    let Some(manifest) = manifest(evidence, member) else { return Vec::new() };
    let package: &Package = evidence.workspace.package(member);
    let declared = package.declarations.iter().filter(|declaration| declaration.package == of.name);
    let lines: BTreeSet<u32> = declared.filter_map(|declaration| declaration.line).collect();
    match lines.is_empty() {
        true => vec![manifest],
        false => lines.into_iter().map(|line| Location { line: Some(line), ..manifest.clone() }).collect(),
    }
}
