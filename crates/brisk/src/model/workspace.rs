//! The workspace as its manifests and lockfile describe it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Build, PackageRef, PackageSource, TargetKind};

/// Position of a package in [`Workspace::packages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageIdx(pub u32);

/// Where the knowledge of a workspace comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceBasis {
    /// `cargo metadata`.
    CargoMetadata,
    /// Manifests and lockfile alone: Cargo could not be asked.
    Files,
    /// What a build names, and nothing else: the workspace itself is not at hand.
    Build,
}

/// A workspace: its members and everything they depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// How it is known.
    pub basis: WorkspaceBasis,
    /// Directory of the root manifest, absolute; empty where it is not known. See [`Workspace::known_root`].
    pub root: String,
    /// Indices of the members. That there are none may mean that nobody told: see [`Workspace::known_members`].
    pub members: Vec<PackageIdx>,
    /// All packages of the resolution, members included.
    pub packages: Vec<Package>,
    /// What `[workspace.dependencies]` of the root manifest offers, sorted by key; empty where there is no such table, or
    /// the manifest is not at hand.
    pub inheritable: Vec<Inheritable>,
}

/// A package of the resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Where it comes from.
    pub source: PackageSource,
    /// Absolute path of its manifest, when its sources are on this machine.
    pub manifest_path: Option<String>,
    /// Targets; empty when its manifest could not be read.
    pub targets: Vec<PackageTarget>,
    /// Features it offers, with what each turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// What its manifest declares; empty when the manifest could not be read.
    pub declarations: Vec<Declaration>,
    /// The packages it resolves to, for any target platform and kind, ascending.
    pub dependencies: Vec<PackageIdx>,
    /// Its `links` key.
    pub links: Option<String>,
}

/// A target of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageTarget {
    /// Kind.
    pub kind: TargetKind,
    /// Name.
    pub name: String,
    /// Absolute path of its root source file.
    pub src_path: String,
    /// Features without which it is not built.
    pub required_features: Vec<String>,
}

/// Which table a dependency is declared in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// `[dependencies]`
    Normal,
    /// `[dev-dependencies]`
    Dev,
    /// `[build-dependencies]`
    Build,
}

/// One line of a manifest that asks for a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Name of the package that is asked for.
    pub package: String,
    /// The name it is used by, when `package = "…"` renames it.
    pub rename: Option<String>,
    /// Version requirement as written, `*` when none is.
    pub requirement: String,
    /// Table.
    pub kind: DependencyKind,
    /// `cfg(…)` or triple of `[target.….dependencies]`.
    pub target: Option<String>,
    /// Whether it is optional.
    pub optional: bool,
    /// Whether its default features are on.
    pub default_features: bool,
    /// Features asked for.
    pub features: Vec<String>,
    /// Whether it says `workspace = true`, and so takes all but its own features from `[workspace.dependencies]`.
    pub inherited: bool,
    /// Line of its manifest on which it begins, from 1, where the manifest is at hand.
    pub line: Option<u32>,
}

/// An entry of `[workspace.dependencies]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inheritable {
    /// The name that members inherit it by.
    pub key: String,
    /// Name of the package that is asked for.
    pub package: String,
    /// Version requirement as Cargo prints it, `*` when none is written.
    pub requirement: String,
    /// Whether its default features are on.
    pub default_features: bool,
    /// Features asked for.
    pub features: Vec<String>,
    /// Line of the root manifest on which it begins, from 1.
    pub line: Option<u32>,
}

impl Workspace {
    /// What `build` tells of the workspace at `root`: the packages of its units. Manifests, declarations and resolution
    /// are not known.
    pub fn of_build(root: &str, build: &Build) -> Self {
        let named: BTreeSet<&PackageRef> = build.units.iter().map(|unit| &unit.package).collect();
        let packages: Vec<Package> = named.into_iter().map(Package::of_unit).collect();
        let members = (0..).map(PackageIdx).zip(&packages);
        let members =
            members.filter(|(_, package)| package.source == PackageSource::Member).map(|(idx, _)| idx).collect();
        Self { basis: WorkspaceBasis::Build, root: root.to_owned(), members, packages, inheritable: Vec::new() }
    }

    /// The directory of the root manifest, where it is known.
    pub fn known_root(&self) -> Option<&str> {
        (!self.root.is_empty()).then_some(self.root.as_str())
    }

    /// The members, where they are known. Nobody but a build may tell of the workspace, and not every source of builds
    /// tells members from dependencies (a timings report does not).
    pub fn known_members(&self) -> Option<&[PackageIdx]> {
        let told = !self.members.is_empty() || self.basis != WorkspaceBasis::Build;
        told.then_some(self.members.as_slice())
    }

    /// The package at `idx`.
    pub fn package(&self, idx: PackageIdx) -> &Package {
        &self.packages[idx.0 as usize]
    }

    /// The declarations of `from` that ask for `to`: those of its name whose requirement accepts its version, or, where none
    /// does (it may be patched), all of its name. Dev-dependencies ask only in members. Empty where the manifest of `from`
    /// could not be read.
    pub fn requests(&self, from: PackageIdx, to: PackageIdx) -> impl Iterator<Item = &Declaration> {
        let (from, to) = (self.package(from), self.package(to));
        let asks = |it: &&Declaration| from.source == PackageSource::Member || it.kind != DependencyKind::Dev;
        let named = move || from.declarations.iter().filter(asks).filter(|declaration| declaration.package == to.name);
        let any_accepts = named().any(|declaration| declaration.accepts(&to.version));
        named().filter(move |declaration| !any_accepts || declaration.accepts(&to.version))
    }

    /// The members' packages, in their order.
    pub fn iter_members(&self) -> impl Iterator<Item = (PackageIdx, &Package)> {
        self.members.iter().map(|&idx| (idx, self.package(idx)))
    }

    /// The entry of `[workspace.dependencies]` of that key.
    pub fn inheritable(&self, key: &str) -> Option<&Inheritable> {
        self.inheritable.iter().find(|entry| entry.key == key)
    }

    /// All packages with their index.
    pub fn iter_packages(&self) -> impl Iterator<Item = (PackageIdx, &Package)> {
        (0..).map(PackageIdx).zip(&self.packages)
    }
}

impl Declaration {
    /// Whether its requirement accepts this version. One that does not parse accepts none.
    pub fn accepts(&self, version: &str) -> bool {
        accepts(&self.requirement, version)
    }

    /// The key in its table: the name it is used by.
    pub fn key(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.package)
    }
}

impl Inheritable {
    /// Whether its requirement accepts this version. One that does not parse accepts none.
    pub fn accepts(&self, version: &str) -> bool {
        accepts(&self.requirement, version)
    }
}

fn accepts(requirement: &str, version: &str) -> bool {
    let requirement = semver::VersionReq::parse(requirement).ok();
    let version = semver::Version::parse(version).ok();
    requirement.zip(version).is_some_and(|(requirement, version)| requirement.matches(&version))
}

impl Package {
    /// What units call it.
    pub fn package_ref(&self) -> PackageRef {
        PackageRef { name: self.name.clone(), version: Some(self.version.clone()), source: self.source.clone() }
    }

    fn of_unit(package: &PackageRef) -> Self {
        Self {
            name: package.name.clone(),
            version: package.version.clone().unwrap_or_default(),
            source: package.source.clone(),
            manifest_path: None,
            targets: Vec::new(),
            features: BTreeMap::new(),
            declarations: Vec::new(),
            dependencies: Vec::new(),
            links: None,
        }
    }
}
