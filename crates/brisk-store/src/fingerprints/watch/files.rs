//! The times of files, each looked at once.

use std::collections::HashMap;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::fingerprints::listing;

/// How many entries of watched directories are looked at in one diagnosis. Cargo looks at all of them in every build; what
/// is beyond stays unsaid.
const MOST_ENTRIES: usize = 20_000;

/// The times of files.
#[derive(Debug, Default)]
pub(super) struct Files {
    known: HashMap<Utf8PathBuf, Option<f64>>,
    listed: HashMap<Utf8PathBuf, Vec<Written>>,
    n_entries: usize,
}

/// A file or directory, and when it was last written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) path: Utf8PathBuf,
    /// Seconds since the UNIX epoch.
    pub(super) at: f64,
    pub(super) is_dir: bool,
}

/// Which entries of a directory count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// All, as for a directory that a build script named (`mtime_recursive` in Cargo's crate `cargo-util`).
    Named,
    /// The files of a package: no hidden ones, no other packages, no build directory (`list_files` in Cargo's
    /// `sources/path.rs`, which also knows `include`, `exclude` and what Git ignores).
    Package,
}

impl Files {
    /// When what is at `path` was last written, in seconds since the UNIX epoch; `None` if nothing is there.
    pub(super) fn modified(&mut self, path: &Utf8Path) -> Option<f64> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let modified = listing::modified(&path.to_owned());
        self.known.insert(path.to_owned(), modified);
        modified
    }

    /// Everything in `dir` and the directory itself, without what lies in `build_dir`. Symbolic links are not followed.
    pub(super) fn below(&mut self, dir: &Utf8Path, walk: Walk, build_dir: &Utf8Path) -> &[Written] {
        if !self.listed.contains_key(dir) {
            let mut found = Vec::new();
            if walk == Walk::Named {
                found.extend(listing::modified(&dir.to_owned()).map(|at| Written {
                    path: dir.to_owned(),
                    at,
                    is_dir: true,
                }));
            }
            self.walk(dir, walk, build_dir, &mut found);
            self.listed.insert(dir.to_owned(), found);
        }
        &self.listed[dir]
    }

    fn walk(&mut self, dir: &Utf8Path, walk: Walk, build_dir: &Utf8Path, found: &mut Vec<Written>) {
        let Ok(entries) = dir.read_dir_utf8() else { return };
        for entry in entries.flatten() {
            self.n_entries += 1;
            if self.n_entries > MOST_ENTRIES {
                return;
            }
            let is_hidden = walk == Walk::Package && entry.file_name().starts_with('.');
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.into_path();
            if is_hidden || path == build_dir {
                continue;
            }
            let is_another_package = || walk == Walk::Package && path.join("Cargo.toml").exists();
            if kind.is_dir() && is_another_package() {
                continue;
            }
            if kind.is_dir() {
                self.walk(&path, walk, build_dir, found);
            }
            if !kind.is_dir() || walk == Walk::Named {
                found.extend(listing::modified(&path).map(|at| Written { path, at, is_dir: kind.is_dir() }));
            }
        }
    }
}

/// `path` without `.` and `..`, as text alone tells: of a symbolic link in it nothing is known.
pub(super) fn normalized(path: &Utf8Path) -> Utf8PathBuf {
    let mut normal = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(directory.path().to_owned()).unwrap();
        for file in files {
            fs_err::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs_err::write(root.join(file), "").unwrap();
        }
        (directory, root)
    }

    fn below(root: &Utf8Path, walk: Walk) -> Vec<String> {
        let mut files = Files::default();
        let found = files.below(root, walk, &root.join("target"));
        let mut paths: Vec<String> =
            found.iter().map(|written| written.path.strip_prefix(root).unwrap().to_string()).collect();
        paths.sort();
        paths
    }

    #[test]
    fn a_package_is_its_own_files_and_a_named_directory_is_all() {
        let (_directory, root) = tree(&["src/lib.rs", ".git/HEAD", "inner/Cargo.toml", "inner/a.rs", "target/x"]);
        assert_eq!(below(&root, Walk::Package), ["src/lib.rs"]);
        let all = ["", ".git", ".git/HEAD", "inner", "inner/Cargo.toml", "inner/a.rs", "src", "src/lib.rs"];
        assert_eq!(below(&root, Walk::Named), all);
    }

    #[test]
    fn what_is_not_there_has_no_time() {
        let (_directory, root) = tree(&["a"]);
        let mut files = Files::default();
        assert!(files.modified(&root.join("a")).is_some());
        assert_eq!(files.modified(&root.join("b")), None);
        assert_eq!(files.below(&root.join("b"), Walk::Named, &root), []);
    }

    #[test]
    fn a_path_is_made_plain() {
        assert_eq!(normalized(Utf8Path::new("/ws/app/../proto/./a")), "/ws/proto/a");
    }
}
