//! Which package a unit is of: the directory gives the name alone, the crate root tells version and source.

use std::collections::HashMap;

use brisk::model::{Package, PackageIdx, PackageRef, PackageSource, PackageTarget, Workspace};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use super::damage::MOST_BYTES;
use super::listing;
use super::unit_name::UnitName;

/// A package, and its place in the workspace where it is part of the resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) package: PackageRef,
    pub(super) idx: Option<PackageIdx>,
}

/// Identifies packages by the crate roots of their units.
pub(super) struct Packages<'w> {
    workspace: &'w Workspace,
    by_root: HashMap<&'w Utf8Path, Vec<PackageIdx>>,
    by_name: HashMap<&'w str, Vec<PackageIdx>>,
    manifests: HashMap<Utf8PathBuf, Option<ManifestPackage>>,
}

impl<'w> Packages<'w> {
    pub(super) fn of(workspace: &'w Workspace) -> Self {
        let mut by_root: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (idx, package) in workspace.iter_packages() {
            by_name.entry(package.name.as_str()).or_default().push(idx);
            if let Some(root) = package.manifest_path.as_deref().and_then(|path| Utf8Path::new(path).parent()) {
                by_root.entry(root).or_default().push(idx);
            }
        }
        Self { workspace, by_root, by_name, manifests: HashMap::new() }
    }

    /// The package `name` of which `unit` has the crate root `root`: the workspace's package there, else what the path or
    /// the manifest beside it says, else the only package of that name.
    ///
    /// A relative root is one within the workspace that was built (`path_args` in Cargo's `core/compiler/mod.rs`), which may
    /// be another one: nothing but the place tells then.
    pub(super) fn identify(&mut self, name: &str, unit: &UnitName, root: &str) -> Option<Identity> {
        let is_local = Utf8Path::new(root).is_relative();
        let root = Utf8Path::new(&self.workspace.root).join(root);
        let found = self.in_workspace(name, unit, &root).or_else(|| self.in_path(name, &root));
        let found = found.or_else(|| self.in_manifest(name, &root));
        found.or_else(|| self.only(name).filter(|only| !is_local || self.has_no_place(only)))
    }

    /// The package `name`, if the workspace knows only one.
    pub(super) fn only(&self, name: &str) -> Option<Identity> {
        match self.by_name.get(name)?.as_slice() {
            [idx] => Some(self.known(*idx)),
            _ => None,
        }
    }

    /// What is left when nothing tells the version.
    pub(super) fn unknown(name: &str) -> Identity {
        let package = PackageRef { name: name.to_owned(), version: None, source: PackageSource::Unknown };
        Identity { package, idx: None }
    }

    fn known(&self, idx: PackageIdx) -> Identity {
        let Package { name, version, source, .. } = self.workspace.package(idx);
        let package = PackageRef { name: name.clone(), version: Some(version.clone()), source: source.clone() };
        Identity { package, idx: Some(idx) }
    }

    fn has_no_place(&self, identity: &Identity) -> bool {
        identity.idx.is_some_and(|idx| self.workspace.package(idx).manifest_path.is_none())
    }

    fn in_workspace(&self, name: &str, unit: &UnitName, root: &Utf8Path) -> Option<Identity> {
        let mut here = root.ancestors().skip(1).filter_map(|dir| self.by_root.get(dir)).flatten();
        let found = here.find(|idx| self.workspace.package(**idx).name == name)?;
        may_be_of(self.workspace.package(*found), unit, root).then(|| self.known(*found))
    }

    /// Registries unpack to `<name>-<version>`, and so does `cargo vendor` for all but one version of a package.
    fn in_path(&self, name: &str, root: &Utf8Path) -> Option<Identity> {
        let version = root.components().rev().find_map(|component| match component {
            Utf8Component::Normal(dir) => dir.strip_prefix(name)?.strip_prefix('-').filter(|text| is_version(text)),
            _ => None,
        })?;
        let same = |idx: &&PackageIdx| self.workspace.package(**idx).version == version;
        let known = self.by_name.get(name).and_then(|all| all.iter().find(same));
        Some(known.map_or_else(
            || Identity {
                package: PackageRef {
                    name: name.to_owned(),
                    version: Some(version.to_owned()),
                    source: source_of(root).unwrap_or(PackageSource::Unknown),
                },
                idx: None,
            },
            |idx| self.known(*idx),
        ))
    }

    /// The nearest manifest of that name: packages that are no longer part of the workspace.
    fn in_manifest(&mut self, name: &str, root: &Utf8Path) -> Option<Identity> {
        let manifests = root.ancestors().skip(1).map(|dir| dir.join("Cargo.toml"));
        for path in manifests {
            let manifest = self.manifests.entry(path).or_insert_with_key(|path| ManifestPackage::read(path));
            if let Some(manifest) = manifest.as_ref().filter(|manifest| manifest.name == name) {
                let version = manifest.version.as_ref().and_then(toml::Value::as_str).map(str::to_owned);
                let source = source_of(root).unwrap_or(PackageSource::Path);
                let package = PackageRef { name: name.to_owned(), version, source };
                return Some(Identity { package, idx: None });
            }
        }
        None
    }
}

/// Whether `unit`, whose crate root would be `root` in this workspace, can be of `package`: not if the package has that
/// target elsewhere and nothing is there. Then another workspace has a package of this name in another directory.
fn may_be_of(package: &Package, unit: &UnitName, root: &Utf8Path) -> bool {
    let is_same = |target: &&PackageTarget| target.name == unit.target && unit.kind.may_be(target.kind);
    let mut declared = package.targets.iter().filter(is_same).peekable();
    declared.peek().is_none() || declared.any(|target| Utf8Path::new(&target.src_path) == root) || root.exists()
}

/// The part of a manifest that says which package it is.
#[derive(Debug, Deserialize)]
struct ManifestPackage {
    name: String,
    /// Text, or `{ workspace = true }`.
    version: Option<toml::Value>,
}

impl ManifestPackage {
    fn read(path: &Utf8Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            package: Option<ManifestPackage>,
        }
        let text = String::from_utf8(listing::read(path, MOST_BYTES).ok()?).ok()?;
        toml::from_str::<Manifest>(&text).ok()?.package
    }
}

/// Where Cargo keeps what it fetched: `registry/src/<index>/<package>/` and `git/checkouts/<repository>/<revision>/`.
fn source_of(root: &Utf8Path) -> Option<PackageSource> {
    let parts: Vec<&str> = root.components().map(|component| component.as_str()).collect();
    parts.windows(2).find_map(|pair| match pair {
        ["registry", "src"] => Some(PackageSource::Registry),
        ["git", "checkouts"] => Some(PackageSource::Git),
        _ => None,
    })
}

/// Three numbers, and perhaps a pre-release or build part: enough to tell `serde-1.0.2` from the directory of a package
/// `serde-json`.
fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use brisk::model::{TargetKind, WorkspaceBasis};

    use super::*;

    fn package(name: &str, version: &str, source: PackageSource, manifest_path: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            source,
            manifest_path: Some(manifest_path.to_owned()),
            targets: Vec::new(),
            features: BTreeMap::new(),
            declarations: Vec::new(),
            dependencies: Vec::new(),
            links: None,
        }
    }

    fn workspace() -> Workspace {
        let packages = vec![
            package("app", "0.1.0", PackageSource::Member, "/ws/Cargo.toml"),
            package("app-core", "0.2.0", PackageSource::Member, "/ws/core/Cargo.toml"),
            package("syn", "1.0.109", PackageSource::Registry, "/home/registry/src/i/syn-1.0.109/Cargo.toml"),
            package("syn", "2.0.5", PackageSource::Registry, "/home/registry/src/i/syn-2.0.5/Cargo.toml"),
            package("libz", "1.1.0", PackageSource::Git, "/home/git/checkouts/z-1/ab/z/Cargo.toml"),
        ];
        let members = vec![PackageIdx(0), PackageIdx(1)];
        Workspace { basis: WorkspaceBasis::Files, root: "/ws".to_owned(), members, packages, inheritable: Vec::new() }
    }

    fn unit(name: &str) -> UnitName {
        UnitName::parse(name).unwrap()
    }

    #[track_caller]
    fn check(name: &str, root: &str, expected: &str, source: PackageSource) {
        let workspace = workspace();
        let identity = Packages::of(&workspace).identify(name, &unit("lib-x"), root).unwrap();
        assert_eq!((identity.package.to_string().as_str(), identity.package.source), (expected, source), "{root}");
    }

    #[test]
    fn a_relative_root_is_of_a_member() {
        check("app", "src/main.rs", "app v0.1.0", PackageSource::Member);
        check("app-core", "core/src/lib.rs", "app-core v0.2.0", PackageSource::Member);
    }

    #[test]
    fn versions_of_one_name_are_told_apart() {
        check("syn", "/home/registry/src/i/syn-1.0.109/src/lib.rs", "syn v1.0.109", PackageSource::Registry);
        check("syn", "/home/registry/src/i/syn-2.0.5/src/lib.rs", "syn v2.0.5", PackageSource::Registry);
    }

    #[test]
    fn a_package_that_left_the_resolution_keeps_its_version() {
        check("syn", "/home/registry/src/i/syn-2.0.4/src/lib.rs", "syn v2.0.4", PackageSource::Registry);
        check("syn", "/elsewhere/vendor/syn-2.0.4+x/src/lib.rs", "syn v2.0.4+x", PackageSource::Unknown);
    }

    #[test]
    fn a_git_dependency_is_known_by_its_root() {
        check("libz", "/home/git/checkouts/z-1/ab/z/src/lib.rs", "libz v1.1.0", PackageSource::Git);
    }

    #[test]
    fn the_only_package_of_a_name_is_the_last_resort() {
        check("libz", "/nowhere/src/lib.rs", "libz v1.1.0", PackageSource::Git);
        assert_eq!(Packages::of(&workspace()).identify("syn", &unit("lib-syn"), "/nowhere/src/lib.rs"), None);
    }

    #[test]
    fn a_package_of_another_workspace_is_not_ours_because_of_its_name() {
        let mut workspace = workspace();
        let identify = |workspace: &Workspace, name: &str, root: &str| {
            Packages::of(workspace).identify(name, &unit(&format!("lib-{name}")), root)
        };
        assert_eq!(identify(&workspace, "libz", "src/lib.rs"), None);
        assert_eq!(identify(&workspace, "other", "src/lib.rs"), None);
        assert!(identify(&workspace, "app", "crates/app/src/lib.rs").is_some());
        workspace.packages[0].targets.push(PackageTarget {
            kind: TargetKind::Lib,
            name: "app".to_owned(),
            src_path: "/ws/src/lib.rs".to_owned(),
            required_features: Vec::new(),
        });
        assert!(identify(&workspace, "app", "src/lib.rs").is_some());
        assert_eq!(identify(&workspace, "app", "crates/app/src/lib.rs"), None);
    }

    #[test]
    fn only_versions_are_versions() {
        for text in ["1.0.0", "0.9.12-rc.1", "1.1.28+1.3.1"] {
            assert!(is_version(text), "{text}");
        }
        for text in ["json", "1.0", "1.0.x", "sys-1.0.0", ""] {
            assert!(!is_version(text), "{text}");
        }
    }
}
