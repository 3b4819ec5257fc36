//! The workspace as its manifests and lockfile tell, when Cargo cannot be asked (or not about every package).
//!
//! A lockfile holds what any choice of features needs, so that there are more packages and dependencies here than Cargo
//! tells for the default features.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use brisk::model::{Package, PackageIdx, PackageSource, Problem, Workspace, WorkspaceBasis};
use brisk_store::lockfile::{LockedPackage, Lockfile};

use super::cargo_home::Sources;
use super::declarations::{declarations, features};
use super::locate::find_root;
use super::lockfile;
use super::manifest::{Manifest, text};
use super::members::{LocalPackage, LocalPackages, Membership};
use super::paths::display;
use super::targets::targets;

/// What the files tell.
#[derive(Clone, Debug)]
pub(super) struct FromFiles {
    pub(super) workspace: Workspace,
    /// Manifests that could not be read.
    pub(super) problems: Vec<Problem>,
    /// The lockfile is missing or broken.
    pub(super) lockfile_problem: Option<Problem>,
}

/// Builds the workspace from local manifests, `Cargo.lock`, and the manifests of packages in Cargo's home.
pub(super) fn read(root: &Manifest, local: &LocalPackages, cargo_home: Option<&Path>) -> FromFiles {
    let (lockfile, lockfile_problem) = lockfile::read(&root.dir().join("Cargo.lock"));
    let sources = Sources::of(cargo_home);
    let mut packages: Vec<Package> =
        lockfile.packages.iter().map(|locked| downloaded_package(locked, &sources)).collect();
    let positions = place_local_packages(&mut packages, root, local, &lockfile);
    for (dir, package) in &local.packages {
        let declared = package.manifest.path_dependencies(root);
        let declared = declared.iter().filter_map(|dir| positions.get(dir.as_path())).copied();
        add_dependencies(&mut packages[positions[dir.as_path()]], declared);
    }
    let members = local.packages.iter().filter(|(_, package)| package.membership == Membership::Member);
    let workspace = Workspace {
        basis: WorkspaceBasis::Files,
        root: display(root.dir()),
        members: members.map(|(dir, _)| index(positions[dir.as_path()])).collect(),
        packages,
        inheritable: Vec::new(),
    };
    FromFiles { workspace, problems: local.problems.clone(), lockfile_problem }
}

/// Describes each local package where the lockfile has it, or behind all others; gives where each directory is.
fn place_local_packages<'a>(
    packages: &mut Vec<Package>,
    root: &Manifest,
    local: &'a LocalPackages,
    lockfile: &Lockfile,
) -> BTreeMap<&'a Path, usize> {
    let mut positions = BTreeMap::new();
    for (dir, package) in &local.packages {
        let described = local_package(package, root);
        let position = match position_of(package, root, lockfile, &positions) {
            Some(position) => {
                let Package { dependencies, version, .. } = packages[position].clone();
                // A manifest that could not be read whole may say its version in what was not.
                let version = if states_version(&package.manifest) { described.version.clone() } else { version };
                packages[position] = Package { dependencies, version, ..described };
                position
            }
            None => {
                packages.push(described);
                packages.len() - 1
            }
        };
        positions.insert(dir.as_path(), position);
    }
    positions
}

fn add_dependencies(package: &mut Package, positions: impl Iterator<Item = usize>) {
    let all: BTreeSet<PackageIdx> = package.dependencies.iter().copied().chain(positions.map(index)).collect();
    package.dependencies = all.into_iter().collect();
}

fn index(position: usize) -> PackageIdx {
    PackageIdx(u32::try_from(position).expect("a lockfile of four billion packages does not fit in memory"))
}

/// Where the lockfile has a local package: by name and version, or by name alone when the version was changed since.
fn position_of(
    package: &LocalPackage,
    root: &Manifest,
    lockfile: &Lockfile,
    taken: &BTreeMap<&Path, usize>,
) -> Option<usize> {
    let name = package.manifest.name()?;
    let version = version(&package.manifest, root);
    let is_free = |position: &usize| !taken.values().any(|taken| taken == position);
    let local =
        lockfile.packages.iter().enumerate().filter(|(_, locked)| locked.source.is_none() && locked.name == name);
    let mut local: Vec<(usize, &LockedPackage)> = local.filter(|(position, _)| is_free(position)).collect();
    local.sort_by_key(|(_, locked)| locked.version != version);
    local.first().map(|(position, _)| *position)
}

fn local_package(package: &LocalPackage, root: &Manifest) -> Package {
    let source = match package.membership {
        Membership::Member => PackageSource::Member,
        Membership::Dependency => PackageSource::Path,
    };
    let manifest = &package.manifest;
    let name = manifest.name().unwrap_or_default().to_owned();
    described(Package { version: version(manifest, root), ..bare(name, source) }, manifest, root)
}

fn downloaded_package(locked: &LockedPackage, sources: &Sources) -> Package {
    let dependencies = locked.dependencies.iter().map(|position| index(*position)).collect();
    let package = Package {
        version: locked.version.clone(),
        dependencies,
        ..bare(locked.name.clone(), locked.source_kind(PackageSource::Path))
    };
    let manifest = sources.manifest_path(locked).and_then(|path| Manifest::read(&path).ok());
    match manifest {
        // A package in a git repository may inherit from a workspace of its own; what a published one inherited was
        // written out when it was published.
        Some(manifest) if package.source == PackageSource::Git => {
            let root = find_root(manifest.clone(), sources.cargo_home()).unwrap_or_else(|_| manifest.clone());
            described(package, &manifest, &root)
        }
        Some(manifest) => described(package, &manifest, &manifest),
        None => package,
    }
}

fn bare(name: String, source: PackageSource) -> Package {
    Package {
        name,
        version: String::new(),
        source,
        manifest_path: None,
        targets: Vec::new(),
        features: BTreeMap::new(),
        declarations: Vec::new(),
        dependencies: Vec::new(),
        links: None,
    }
}

fn described(package: Package, manifest: &Manifest, root: &Manifest) -> Package {
    let declarations = declarations(manifest, root);
    Package {
        manifest_path: Some(display(&manifest.path)),
        targets: targets(manifest),
        features: features(manifest, &declarations),
        links: manifest.package().and_then(|package| text(package, &["links"])).map(str::to_owned),
        declarations,
        ..package
    }
}

fn states_version(manifest: &Manifest) -> bool {
    manifest.package().is_some_and(|package| package.contains_key("version"))
}

/// `package.version`, inherited where the manifest says so; Cargo's default is 0.0.0.
fn version(manifest: &Manifest, root: &Manifest) -> String {
    let own = manifest.package().and_then(|package| text(package, &["version"]));
    let inherits = manifest.package().is_some_and(|package| package.get("version").is_some_and(toml::Value::is_table));
    let of_workspace = || {
        let workspace = root.table(&["workspace"])?;
        text(super::manifest::table(workspace, &["package"])?, &["version"])
    };
    own.or_else(|| if inherits { of_workspace() } else { None }).unwrap_or("0.0.0").to_owned()
}
