//! The root manifest of the workspace: which one, and where Cargo would look for it.
//!
//! The rules are those of Cargo's `util/important_paths.rs` and of `find_workspace_root` in `core/workspace.rs`.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::manifest::{Manifest, ManifestError, text};
use super::paths::normalize;

/// Why there is no workspace to speak of.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkspaceError {
    /// No manifest in the directory or above it.
    #[error("could not find `Cargo.toml` in `{}` or any parent directory", cwd.display())]
    NoManifest {
        /// Where the search began.
        cwd: PathBuf,
    },
    /// `--manifest-path` names something else.
    #[error("the manifest path must be a path to a `Cargo.toml` file, not `{}`", path.display())]
    NotAManifest {
        /// What was named.
        path: PathBuf,
    },
    /// A manifest that decides which workspace it is cannot be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// Where a workspace is.
#[derive(Clone, Debug)]
pub(super) struct Location {
    /// The manifest of the current package, or of the workspace.
    pub(super) manifest_path: PathBuf,
    /// The root manifest.
    pub(super) root: Manifest,
}

/// Finds the manifest (given, or in `cwd` and above) and the root of its workspace.
pub(super) fn locate(given: Option<&Path>, cwd: &Path, environment: &Environment) -> Result<Location, WorkspaceError> {
    let manifest_path = match given {
        Some(path) => given_manifest(&cwd.join(path))?,
        None => search(cwd).ok_or_else(|| WorkspaceError::NoManifest { cwd: cwd.to_owned() })?,
    };
    let manifest = Manifest::read(&manifest_path)?;
    let root = find_root(manifest, environment.cargo_home(cwd).as_deref())?;
    Ok(Location { manifest_path, root })
}

fn given_manifest(path: &Path) -> Result<PathBuf, WorkspaceError> {
    let path = normalize(path);
    if path.file_name().is_none_or(|name| name != "Cargo.toml") {
        return Err(WorkspaceError::NotAManifest { path });
    }
    Ok(path)
}

fn search(cwd: &Path) -> Option<PathBuf> {
    cwd.ancestors().map(|directory| directory.join("Cargo.toml")).find(|manifest| manifest.exists())
}

/// The root manifest of the workspace that a manifest belongs to; itself if there is no other.
pub(super) fn find_root(manifest: Manifest, cargo_home: Option<&Path>) -> Result<Manifest, ManifestError> {
    if manifest.table(&["workspace"]).is_some() {
        return Ok(manifest);
    }
    if let Some(root) = manifest.package().and_then(|package| text(package, &["workspace"])) {
        return Manifest::read(&normalize(&manifest.dir().join(root)).join("Cargo.toml"));
    }
    for candidate in root_candidates(&manifest.path, cargo_home) {
        let candidate = Manifest::read(&candidate)?;
        if candidate.table(&["workspace"]).is_some() && !is_excluded(&candidate, &manifest.path) {
            return Ok(candidate);
        }
    }
    Ok(manifest)
}

/// The manifests above this one. Cargo does not look across its home, where the sources of registries are, nor above
/// `target/package`, where packages are unpacked to be verified.
fn root_candidates(manifest_path: &Path, cargo_home: Option<&Path>) -> Vec<PathBuf> {
    let above = manifest_path.ancestors().skip(2);
    let below = manifest_path.ancestors().skip(1);
    above
        .zip(below)
        .take_while(|(current, below)| !current.ends_with("target/package") && Some(*below) != cargo_home)
        .map(|(current, _)| current.join("Cargo.toml"))
        .filter(|manifest| manifest.exists())
        .collect()
}

/// Whether `workspace.exclude` of the root names the manifest; being named in `workspace.members` is stronger.
pub(super) fn is_excluded(root: &Manifest, manifest_path: &Path) -> bool {
    let names = |key| {
        let workspace = root.table(&["workspace"]);
        workspace.map(|workspace| super::manifest::texts(workspace, &[key])).unwrap_or_default()
    };
    let within = |prefix: &String| manifest_path.starts_with(root.dir().join(prefix));
    names("exclude").iter().any(within) && !names("members").iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn root_of(tree: &Tree, from: &str) -> String {
        let location = locate(None, &tree.path(from), &Environment::default()).unwrap();
        location.root.path.strip_prefix(tree.path("")).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn the_root_is_the_nearest_workspace_above_that_does_not_exclude_the_package() {
        let tree = Tree::new(&[
            ("Cargo.toml", "[workspace]\nmembers = ['a', 'x/kept']\nexclude = ['x']"),
            ("a/Cargo.toml", "[package]\nname = 'a'"),
            ("a/src/lib.rs", ""),
            ("x/out/Cargo.toml", "[package]\nname = 'out'"),
            ("x/kept/Cargo.toml", "[package]\nname = 'kept'"),
            ("far/Cargo.toml", "[package]\nname = 'far'\nworkspace = '../other'"),
            ("other/Cargo.toml", "[workspace]"),
            ("target/package/a-1/Cargo.toml", "[package]\nname = 'a'"),
        ]);
        assert_eq!(root_of(&tree, "a/src"), "Cargo.toml");
        assert_eq!(root_of(&tree, "x/out"), "x/out/Cargo.toml");
        assert_eq!(root_of(&tree, "x/kept"), "Cargo.toml");
        assert_eq!(root_of(&tree, "far"), "other/Cargo.toml");
        assert_eq!(root_of(&tree, "target/package/a-1"), "target/package/a-1/Cargo.toml");
    }

    #[test]
    fn what_keeps_the_root_from_being_found_is_an_error_in_words() {
        let tree = Tree::new(&[("bad/Cargo.toml", "[package]\n\nname =")]);
        let said = |given: Option<&str>| {
            let error = locate(given.map(Path::new), &tree.path("bad"), &Environment::default()).unwrap_err();
            tree.redact(&error.to_string())
        };
        insta::assert_snapshot!(said(None), @"`[ROOT]/bad/Cargo.toml` line 3 is not valid TOML: string values must be quoted, expected literal string");
        insta::assert_snapshot!(said(Some("..")), @"the manifest path must be a path to a `Cargo.toml` file, not `[ROOT]`");
        insta::assert_snapshot!(said(Some("no/Cargo.toml")), @"cannot read `[ROOT]/bad/no/Cargo.toml`");
        assert!(matches!(
            locate(None, Path::new("/"), &Environment::default()),
            Err(WorkspaceError::NoManifest { .. })
        ));
    }
}
