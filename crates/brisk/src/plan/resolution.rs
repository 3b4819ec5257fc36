//! What a workspace resolves to, and whether a change makes that worse though everything compiles with it.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use crate::model::compatibility;

/// What is built for a workspace on the platforms at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// All packages, members included.
    pub packages: Vec<ResolvedPackage>,
    /// The lowest `rust-version` of a member; `None` if none has any.
    pub rust_version: Option<Version>,
    /// The members with a library that others may use.
    pub libraries: Vec<PublishedLibrary>,
}

/// A package of a [`Resolution`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResolvedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The Rust that it needs, if it says so.
    pub rust_version: Option<Version>,
}

/// A member with a library whose manifest does not say `publish = false`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedLibrary {
    /// The member.
    pub name: String,
    /// What it depends on, dev- and build-dependencies left out: package and version.
    pub dependencies: Vec<(String, Version)>,
}

/// How large a lockfile is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockSize {
    /// Its packages.
    pub n_packages: usize,
    /// Versions beyond the first one of each package, those left out that a caret requirement takes for each other.
    pub n_duplicates: usize,
}

/// A lockfile before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockChange {
    /// Before all changes.
    pub before: LockSize,
    /// With those that are kept.
    pub after: LockSize,
}

impl LockSize {
    /// That of a lockfile with these packages: name and version each.
    pub fn of<'a>(packages: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let packages: Vec<(&str, &str)> = packages.into_iter().collect();
        let parsed = packages.iter().filter_map(|(name, version)| Some((*name, Version::parse(version).ok()?)));
        let parsed: Vec<(&str, Version)> = parsed.collect();
        let versions = incompatible(parsed.iter().map(|(name, version)| (*name, version)));
        Self { n_packages: packages.len(), n_duplicates: surplus(&versions) }
    }
}

impl Resolution {
    /// Why a change from `before` to this is not to be made, if there is anything: it needs a newer Rust than the members
    /// promise, or builds more packages in several versions.
    pub fn objection(&self, before: &Self) -> Option<String> {
        self.newer_rust(before).or_else(|| self.more_duplicates(before))
    }

    /// The package that came along and needs a Rust above both what the members promise and what was needed before: where
    /// the promise is broken already, nobody breaks it again.
    fn newer_rust(&self, before: &Self) -> Option<String> {
        let promised = before.rust_version.as_ref()?;
        let needed = before.packages.iter().filter_map(|package| package.rust_version.as_ref()).max();
        let limit = needed.map_or(promised, |needed| needed.max(promised));
        let known: BTreeSet<(&str, &Version)> = before.packages.iter().map(ResolvedPackage::id).collect();
        let new = self.packages.iter().filter(|package| !known.contains(&package.id()));
        let worst = new.filter_map(|package| Some((package.rust_version.as_ref()?, package))).max()?;
        let (needs, package) = worst;
        (needs > limit).then(|| {
            let (name, version) = package.id();
            format!("{name} {version} needs Rust {needs}, and `rust-version` promises {promised}")
        })
    }

    fn more_duplicates(&self, before: &Self) -> Option<String> {
        let [was, is] =
            [before, self].map(|resolution| incompatible(resolution.packages.iter().map(ResolvedPackage::id)));
        if surplus(&is) <= surplus(&was) {
            return None;
        }
        let n_before = |name: &str| was.get(name).map_or(0, BTreeMap::len);
        let more = is.iter().filter(|(name, versions)| versions.len() > n_before(name).max(1));
        let told = more.map(|(name, versions)| {
            let versions: Vec<String> = versions.values().map(ToString::to_string).collect();
            format!("{name} ({})", versions.join(", "))
        });
        Some(format!("more packages would be built in several versions: {}", told.collect::<Vec<_>>().join("; ")))
    }

    /// What authors of published libraries have to know of a change from `before` to this: whose types may be part of what
    /// they offer, and have another major version now.
    pub fn public_changes(&self, before: &Self) -> Vec<String> {
        let libraries = self
            .libraries
            .iter()
            .filter_map(|library| Some((library, before.libraries.iter().find(|known| known.name == library.name)?)));
        libraries.flat_map(|(now, was)| now.major_changes(was)).collect()
    }
}

impl ResolvedPackage {
    fn id(&self) -> (&str, &Version) {
        (&self.name, &self.version)
    }
}

impl PublishedLibrary {
    fn major_changes(&self, before: &Self) -> Vec<String> {
        let was = incompatible(before.dependencies.iter().map(|(name, version)| (name.as_str(), version)));
        let is = incompatible(self.dependencies.iter().map(|(name, version)| (name.as_str(), version)));
        let changed = is.iter().filter(|(name, versions)| {
            was.get(*name).is_some_and(|was| versions.keys().any(|version| !was.contains_key(version)))
        });
        let told = changed.map(|(name, _)| {
            format!(
                "types of {name} may be part of the public API of {}: a major version of it is then a breaking change",
                self.name
            )
        });
        told.collect()
    }
}

/// The versions of each package, one of those that a caret requirement takes for each other.
type Versions<'a> = BTreeMap<&'a str, BTreeMap<[u64; 3], &'a Version>>;

fn incompatible<'a>(packages: impl IntoIterator<Item = (&'a str, &'a Version)>) -> Versions<'a> {
    let mut versions = Versions::new();
    for (name, version) in packages {
        versions.entry(name).or_default().insert(compatibility(version), version);
    }
    versions
}

fn surplus(versions: &Versions<'_>) -> usize {
    versions.values().map(|versions| versions.len() - 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name version` or `name version rust-version` each.
    fn resolution(promised: Option<&str>, packages: &[&str]) -> Resolution {
        let version = |text: &str| Version::parse(text).unwrap();
        let package = |text: &&str| {
            let words: Vec<&str> = text.split(' ').collect();
            let rust_version = words.get(2).map(|text| version(text));
            ResolvedPackage { name: words[0].to_owned(), version: version(words[1]), rust_version }
        };
        let packages: Vec<ResolvedPackage> = packages.iter().map(package).collect();
        let dependencies = packages.iter().map(|package| (package.name.clone(), package.version.clone())).collect();
        let libraries = vec![PublishedLibrary { name: "app".to_owned(), dependencies }];
        Resolution { packages, rust_version: promised.map(version), libraries }
    }

    fn objection(promised: Option<&str>, before: &[&str], after: &[&str]) -> Option<String> {
        resolution(promised, after).objection(&resolution(promised, before))
    }

    #[test]
    fn nobody_may_need_a_newer_rust_than_the_members_promise() {
        let check = |before: &[&str], after: &[&str]| objection(Some("1.70.0"), before, after);
        assert_eq!(
            check(&["a 1.0.0"], &["a 1.0.0", "b 2.0.0 1.85.0"]).as_deref(),
            Some("b 2.0.0 needs Rust 1.85.0, and `rust-version` promises 1.70.0")
        );
        assert_eq!(check(&["a 1.0.0 1.60.0"], &["a 1.1.0 1.70.0"]), None);
        // It was there before, or another one needed as much before.
        assert_eq!(check(&["b 2.0.0 1.85.0"], &["b 2.0.0 1.85.0"]), None);
        assert_eq!(check(&["a 1.0.0 1.85.0"], &["a 1.0.0 1.85.0", "b 2.0.0 1.80.0"]), None);
        assert_eq!(objection(None, &[], &["b 2.0.0 1.85.0"]), None);
    }

    #[test]
    fn no_more_packages_may_be_built_in_several_versions() {
        let check = |before: &[&str], after: &[&str]| objection(None, before, after);
        assert_eq!(
            check(&["a 1.0.0", "b 0.1.0"], &["a 1.0.0", "b 0.1.0", "b 0.2.0", "c 1.0.0"]).as_deref(),
            Some("more packages would be built in several versions: b (0.1.0, 0.2.0)")
        );
        // Compatible ones are no duplicates; neither is one for another.
        assert_eq!(check(&["a 1.0.0"], &["a 1.0.0", "a 1.2.0"]), None);
        assert_eq!(check(&["a 1.0.0", "a 2.0.0", "b 1.0.0"], &["a 2.0.0", "b 1.0.0", "b 2.0.0"]), None);
    }

    #[test]
    fn another_major_version_of_a_dependency_is_told_to_authors_of_libraries() {
        let changes =
            |before: &[&str], after: &[&str]| resolution(None, after).public_changes(&resolution(None, before));
        let told = "types of a may be part of the public API of app: a major version of it is then a breaking change";
        assert_eq!(changes(&["a 1.0.0"], &["a 2.0.0"]), [told]);
        assert_eq!(changes(&["a 0.1.0", "b 1.0.0"], &["a 0.2.0"]), [told]);
        assert_eq!(changes(&["a 1.0.0"], &["a 1.9.0", "b 1.0.0"]), Vec::<String>::new());
        assert_eq!(changes(&["a 1.0.0", "a 2.0.0"], &["a 2.0.0"]), Vec::<String>::new());
    }

    #[test]
    fn a_lockfile_is_counted_in_packages_and_surplus_versions() {
        let size = LockSize::of([("a", "1.0.0"), ("a", "1.1.0"), ("b", "0.1.0"), ("b", "0.2.0"), ("b", "1.0.0")]);
        assert_eq!(size, LockSize { n_packages: 5, n_duplicates: 2 });
        assert_eq!(LockSize::of([("a", "?")]), LockSize { n_packages: 1, n_duplicates: 0 });
    }
}
