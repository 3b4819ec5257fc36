//! The workspace that a build could be of.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{
    Build, Declaration, DependencyKind, Package, PackageIdx, PackageRef, PackageSource, PackageTarget, Target,
    TargetKind, Unit, Workspace, WorkspaceBasis,
};

use crate::target_dir::root_file;

/// Root of the workspaces that [`workspace_of`] makes.
pub const ROOT: &str = "/ws";

/// The workspace that `build` could be of: its packages, with the targets, features and dependencies that were built.
///
/// Members lie in `/ws/<name>`; a package of unknown version is in version 0.0.0.
pub fn workspace_of(build: &Build) -> Workspace {
    let refs: BTreeSet<&PackageRef> = build.units.iter().map(|unit| &unit.package).collect();
    let index: BTreeMap<&PackageRef, PackageIdx> = refs.iter().copied().zip((0..).map(PackageIdx)).collect();
    let packages: Vec<Package> = refs.iter().map(|package| package_of(build, package, &index)).collect();
    let members = index.iter().filter(|(package, _)| package.source == PackageSource::Member).map(|(_, idx)| *idx);
    Workspace {
        basis: WorkspaceBasis::CargoMetadata,
        root: ROOT.to_owned(),
        members: members.collect(),
        packages,
        inheritable: Vec::new(),
    }
}

fn package_of(build: &Build, package: &PackageRef, index: &BTreeMap<&PackageRef, PackageIdx>) -> Package {
    let units: Vec<&Unit> = build.units.iter().filter(|unit| unit.package == *package).collect();
    let directory = format!("{ROOT}/{}", package.name);
    let targets: BTreeSet<&Target> = units.iter().map(|unit| &unit.target).collect();
    let edges = build.edges.iter().map(|edge| (build.unit(edge.dependent), &build.unit(edge.dependency).package));
    let needs: BTreeSet<(&PackageRef, DependencyKind)> = edges
        .filter(|(dependent, dependency)| dependent.package == *package && *dependency != package)
        .map(|(dependent, dependency)| (dependency, kind_of(dependent)))
        .collect();
    let dependencies: BTreeSet<PackageIdx> = needs.iter().map(|(dependency, _)| index[dependency]).collect();
    Package {
        name: package.name.clone(),
        version: version_of(package).to_owned(),
        source: package.source.clone(),
        manifest_path: (package.source == PackageSource::Member).then(|| format!("{directory}/Cargo.toml")),
        targets: targets.into_iter().map(|target| package_target(&package.name, target)).collect(),
        features: units.iter().flat_map(|unit| &unit.features).map(|name| (name.clone(), Vec::new())).collect(),
        declarations: needs.iter().map(|(dependency, kind)| declaration(dependency, *kind)).collect(),
        dependencies: dependencies.into_iter().collect(),
        links: None,
    }
}

fn version_of(package: &PackageRef) -> &str {
    package.version.as_deref().unwrap_or("0.0.0")
}

fn kind_of(dependent: &Unit) -> DependencyKind {
    match dependent.target.kind {
        TargetKind::BuildScript => DependencyKind::Build,
        TargetKind::Test | TargetKind::Bench | TargetKind::Example => DependencyKind::Dev,
        _ if dependent.mode.is_test() => DependencyKind::Dev,
        _ => DependencyKind::Normal,
    }
}

fn package_target(package: &str, target: &Target) -> PackageTarget {
    PackageTarget {
        kind: target.kind,
        name: target.name.clone(),
        src_path: format!("{ROOT}/{package}/{}", root_file(package, target)),
        required_features: Vec::new(),
    }
}

fn declaration(dependency: &PackageRef, kind: DependencyKind) -> Declaration {
    Declaration {
        package: dependency.name.clone(),
        rename: None,
        requirement: format!("^{}", version_of(dependency)),
        kind,
        target: None,
        optional: false,
        default_features: true,
        features: Vec::new(),
        inherited: false,
        line: None,
    }
}
