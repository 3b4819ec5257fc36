//! Where Cargo keeps the sources of packages that it downloaded.

use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use brisk_store::lockfile::LockedPackage;

/// How deep below a git checkout packages are looked for: deep enough for `crates/group/package`.
const GIT_DEPTH: usize = 4;

/// The source directories of one Cargo home, listed once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    cargo_home: Option<PathBuf>,
    /// `$CARGO_HOME/registry/src/<index>-<hash>`
    registries: Vec<PathBuf>,
    /// `$CARGO_HOME/git/checkouts/<repository>-<hash>`
    repositories: Vec<PathBuf>,
}

impl Sources {
    /// Lists what is in Cargo's home; a home that is not there has nothing.
    pub(super) fn of(cargo_home: Option<&Path>) -> Self {
        let listed = |below: &str| cargo_home.map(|home| directories(&home.join(below))).unwrap_or_default();
        Self {
            cargo_home: cargo_home.map(Path::to_owned),
            registries: listed("registry/src"),
            repositories: listed("git/checkouts"),
        }
    }

    /// The home that was listed.
    pub(super) fn cargo_home(&self) -> Option<&Path> {
        self.cargo_home.as_deref()
    }

    /// The manifest of a downloaded package, if its sources are unpacked.
    pub(super) fn manifest_path(&self, package: &LockedPackage) -> Option<PathBuf> {
        let source = package.source.as_deref()?;
        match source.strip_prefix("git+") {
            Some(url) => self.in_checkouts(url, &package.name),
            None => self.in_registries(source, package),
        }
    }

    /// A directory of the registry's own host wins over one of another registry with the same package.
    fn in_registries(&self, source: &str, package: &LockedPackage) -> Option<PathBuf> {
        let host = host_of(source);
        let name = format!("{}-{}", package.name, package.version);
        let found = self.registries.iter().map(|registry| (registry, registry.join(&name).join("Cargo.toml")));
        let mut found: Vec<_> = found.filter(|(_, manifest)| manifest.is_file()).collect();
        found.sort_by_key(|(registry, _)| !directory_name(registry).starts_with(host));
        found.into_iter().next().map(|(_, manifest)| manifest)
    }

    fn in_checkouts(&self, url: &str, name: &str) -> Option<PathBuf> {
        let (url, commit) = url.split_once('#')?;
        let repository = url.split('?').next()?.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git");
        let prefix = format!("{repository}-");
        let checkouts = self.repositories.iter().filter(|path| directory_name(path).starts_with(&prefix));
        // A checkout is named by the shortest unambiguous beginning of its commit.
        let of_commit = |path: &PathBuf| commit.starts_with(directory_name(path));
        checkouts.flat_map(|path| directories(path)).filter(of_commit).find_map(|path| find_package(&path, name, 0))
    }
}

/// The manifest of the package of that name in a directory or below it.
fn find_package(dir: &Path, name: &str, depth: usize) -> Option<PathBuf> {
    let manifest = dir.join("Cargo.toml");
    if Manifest::read(&manifest).is_ok_and(|manifest| manifest.name() == Some(name)) {
        return Some(manifest);
    }
    if depth == GIT_DEPTH {
        return None;
    }
    directories(dir).iter().find_map(|below| find_package(below, name, depth + 1))
}

/// Directories in a directory, sorted, without hidden ones.
fn directories(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.retain(|path| !directory_name(path).starts_with('.'));
    found.sort();
    found
}

fn directory_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The host of a registry as Cargo names its source directory: crates.io is locked by the address of its old git index,
/// while the sparse index that serves it is `index.crates.io` (Cargo's `sources/registry/mod.rs`).
fn host_of(source: &str) -> &str {
    if source == "registry+https://github.com/rust-lang/crates.io-index" {
        return "index.crates.io";
    }
    source.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn found(tree: &Tree, source: &str) -> Option<String> {
        let package = LockedPackage {
            name: "tool".to_owned(),
            version: "1.0.0".to_owned(),
            source: Some(source.to_owned()),
            dependencies: Vec::new(),
        };
        let path = Sources::of(Some(&tree.path(""))).manifest_path(&package)?;
        Some(tree.redact(path.to_str().unwrap()))
    }

    #[test]
    fn a_registry_package_is_found_in_the_directory_of_its_host() {
        let tree = Tree::new(&[
            ("registry/src/a.example.org-00/tool-1.0.0/Cargo.toml", ""),
            ("registry/src/index.crates.io-11/tool-1.0.0/Cargo.toml", ""),
            ("registry/src/index.crates.io-11/tool-1.0.1/Cargo.toml", ""),
        ]);
        let crates_io = found(&tree, "registry+https://github.com/rust-lang/crates.io-index");
        assert_eq!(crates_io.as_deref(), Some("[ROOT]/registry/src/index.crates.io-11/tool-1.0.0/Cargo.toml"));
        let other = found(&tree, "sparse+https://a.example.org/index/");
        assert_eq!(other.as_deref(), Some("[ROOT]/registry/src/a.example.org-00/tool-1.0.0/Cargo.toml"));
    }

    #[test]
    fn a_git_package_is_found_below_the_checkout_of_its_commit() {
        let tree = Tree::new(&[
            ("git/checkouts/tools-77/0123abc/Cargo.toml", "[workspace]"),
            ("git/checkouts/tools-77/0123abc/crates/tool/Cargo.toml", "[package]\nname = 'tool'"),
            ("git/checkouts/tools-77/9999999/Cargo.toml", "[package]\nname = 'tool'"),
        ]);
        let path = found(&tree, "git+https://example.org/me/tools.git?branch=main#0123abcdef");
        assert_eq!(path.as_deref(), Some("[ROOT]/git/checkouts/tools-77/0123abc/crates/tool/Cargo.toml"));
        assert_eq!(found(&tree, "git+https://example.org/me/tools#4444"), None);
    }
}
