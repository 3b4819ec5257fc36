//! What a registry's index says of packages whose newer releases matter.

use std::collections::BTreeMap;

use super::DependencyKind;

/// The part of the index that was looked at: packages that ask for a surplus version, and who asks for those.
///
/// It is the index as Cargo last downloaded it, so that there may be newer releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryIndex {
    /// By name. A package that is not here is one of which nothing is known.
    pub packages: BTreeMap<String, IndexedPackage>,
}

/// A package of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedPackage {
    /// Releases that are newer than the oldest one in the lockfile, newest first: neither yanked nor pre-releases.
    pub releases: Vec<Release>,
    /// The day on which Cargo downloaded this entry, `2026-11-21`.
    pub downloaded: Option<String>,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub version: String,
    /// What it asks for, as far as that was looked at; without dev-dependencies.
    pub dependencies: Vec<ReleaseDependency>,
    /// The oldest Rust it says it needs.
    pub rust_version: Option<String>,
}

/// A dependency of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseDependency {
    /// Name of the package that is asked for.
    pub package: String,
    /// Version requirement.
    pub requirement: String,
    /// Table.
    pub kind: DependencyKind,
    /// Whether it is optional.
    pub optional: bool,
}

impl Release {
    /// Its requirements on `package`.
    pub fn requirements<'a>(&'a self, package: &'a str) -> impl Iterator<Item = &'a ReleaseDependency> {
        self.dependencies.iter().filter(move |dependency| dependency.package == package)
    }
}
