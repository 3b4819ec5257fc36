//! A private copy of the workspace, in which only the manifests are copies.
//!
//! The whole path of the workspace is repeated below the private directory: `<dir>/m/home/me/app` for `/home/me/app`.
//! Directories on the way to a manifest are directories of our own, and what else lies in them is a link to the user's. So
//! path dependencies outside of the workspace, `.cargo/config.toml` of directories above, `rust-toolchain.toml` and vendored
//! sources are where Cargo looks for them: it works out paths by their text and does not resolve links.
//!
//! Only directories of our own are ever written to.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as checked;

use super::query::WhyNot;
use crate::workspace::facts::{Facts, WorkspaceOptions};
use crate::workspace::locate::locate;
use crate::workspace::manifest::Manifest;
use crate::workspace::paths::normalize;

/// The name of a lockfile.
const LOCKFILE: &str = "Cargo.lock";
/// The name of a manifest.
const MANIFEST: &str = "Cargo.toml";
/// Directories in which Cargo finds targets by itself. It takes a directory in them for one only if it is no link
/// (`infer_any` in `util/toml/targets.rs`).
const OF_TARGETS: [&str; 4] = ["benches", "bin", "examples", "tests"];

/// The copy. It goes when the value does.
#[derive(Debug)]
pub(crate) struct Mirror<'a> {
    pub(super) facts: &'a Facts,
    pub(super) options: &'a WorkspaceOptions,
    /// Where Cargo may remember what rustc says, longer than this copy lasts.
    pub(super) target_dir: PathBuf,
    /// What belongs to this one alone.
    own: PathBuf,
    /// Where `/` of the user is.
    top: PathBuf,
    /// The root directory of the workspace, where the user has it.
    root: PathBuf,
    /// The manifest of the current package, where the user has it.
    pub(super) manifest_path: PathBuf,
    /// The directory to start Cargo in, where the user has it.
    pub(super) cwd: PathBuf,
    /// The manifests that may be edited, by their directories where the user has them.
    pub(super) manifests: BTreeMap<PathBuf, Manifest>,
    /// The text of the lockfile, if there is one.
    lockfile: Option<Vec<u8>>,
}

impl<'a> Mirror<'a> {
    /// Makes the copy below the private directory `dir`, under the name `run` that nobody else has.
    ///
    /// # Errors
    ///
    /// If the manifests are not at hand, or something cannot be read or made.
    pub(crate) fn prepare(
        dir: &Path,
        run: &str,
        facts: &'a Facts,
        options: &'a WorkspaceOptions,
    ) -> Result<Self, WhyNot> {
        let location = locate(options.manifest_path.as_deref(), &options.cwd, &options.environment)
            .map_err(|error| WhyNot::NoManifests(error.to_string()))?;
        let root = location.root.dir().to_owned();
        let own = dir.join(run);
        let mirror = Self {
            facts,
            options,
            target_dir: dir.join("target"),
            top: own.join("m"),
            own,
            manifest_path: location.manifest_path,
            cwd: normalize(&options.cwd),
            manifests: manifests(facts, location.root)?,
            lockfile: fs::read(root.join(LOCKFILE)).ok(),
            root,
        };
        mirror.link().map_err(|error| WhyNot::NoCopy(error.to_string()))?;
        Ok(mirror)
    }

    /// Where something of the user is in the copy.
    pub(super) fn place_of(&self, path: &Path) -> PathBuf {
        self.top.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// The root directory of the workspace, where the user has it.
    pub(super) fn root_dir(&self) -> &Path {
        &self.root
    }

    /// The root directory of the workspace in the copy.
    pub(super) fn root(&self) -> PathBuf {
        self.place_of(&self.root)
    }

    /// `text` with paths as the user knows them.
    pub(super) fn without_place(&self, text: &str) -> String {
        text.replace(&*self.top.to_string_lossy(), "")
    }

    /// Where a changed copy of a package is that is no part of the workspace.
    pub(super) fn place_of_other(&self, dir: &Path) -> PathBuf {
        self.own.join("others").join(dir.file_name().unwrap_or_default())
    }

    /// Writes all manifests, `edited` ones by their directories, and the lockfile as it was.
    pub(super) fn write(&self, edited: &BTreeMap<PathBuf, String>) -> io::Result<()> {
        for (dir, manifest) in &self.manifests {
            let text = edited.get(dir).unwrap_or(&manifest.text);
            checked::write(self.place_of(dir).join(MANIFEST), text)?;
        }
        for (dir, text) in edited.iter().filter(|(dir, _)| !self.manifests.contains_key(*dir)) {
            self.write_other(dir, text)?;
        }
        let lockfile = self.root().join(LOCKFILE);
        match &self.lockfile {
            Some(text) => checked::write(lockfile, text),
            None if lockfile.exists() => checked::remove_file(lockfile),
            None => Ok(()),
        }
    }

    /// A package of somebody else: its manifest, and links to all else.
    fn write_other(&self, dir: &Path, manifest: &str) -> io::Result<()> {
        let place = self.place_of_other(dir);
        if !place.exists() {
            checked::create_dir_all(&place)?;
            for entry in checked::read_dir(dir)? {
                let entry = entry?;
                if entry.file_name() != MANIFEST {
                    symlink(entry.path(), place.join(entry.file_name()))?;
                }
            }
        }
        checked::write(place.join(MANIFEST), manifest)
    }

    /// Makes the directories on the way to manifests and to where Cargo is started, with links to what else is in them.
    fn link(&self) -> io::Result<()> {
        let ends = self.manifests.keys().chain([&self.cwd]);
        let on_the_way: BTreeSet<&Path> = ends.flat_map(|end| end.ancestors()).collect();
        let directories = &self.facts.settings.directories;
        let left_out = [self.own.as_path(), &directories.target_dir, &directories.build_dir];
        for dir in &on_the_way {
            checked::create_dir_all(self.place_of(dir))?;
            // Directories above the workspace need not be readable to be passed through.
            let Ok(entries) = fs::read_dir(dir) else { continue };
            for entry in entries.filter_map(Result::ok) {
                let path = entry.path();
                let is_left_out = left_out.iter().any(|left_out| left_out.starts_with(&path));
                if on_the_way.contains(path.as_path())
                    || is_left_out
                    || self.is_own_file(&path)
                    || self.is_seen_anyway(&path)
                {
                    continue;
                }
                self.link_entry(dir, &path)?;
            }
        }
        Ok(())
    }

    /// Whether the copy has a file of its own there.
    fn is_own_file(&self, path: &Path) -> bool {
        let (dir, name) = (path.parent(), path.file_name());
        let is_manifest = name == Some(OsStr::new(MANIFEST)) && dir.is_some_and(|dir| self.manifests.contains_key(dir));
        let is_lockfile = name == Some(OsStr::new(LOCKFILE)) && dir == Some(&self.root);
        is_manifest || is_lockfile
    }

    /// Whether Cargo reads it without our help: a configuration above the copy. Twice would be once too often, as lists in it
    /// are joined. And what Git knows decides nothing.
    fn is_seen_anyway(&self, path: &Path) -> bool {
        let is_above = path.parent().is_some_and(|dir| self.own.starts_with(dir));
        match path.file_name().and_then(OsStr::to_str) {
            Some(".cargo") => is_above,
            Some(".git") => true,
            _ => false,
        }
    }

    fn link_entry(&self, dir: &Path, path: &Path) -> io::Result<()> {
        let place = self.place_of(path);
        let holds_targets = dir.file_name().and_then(OsStr::to_str).is_some_and(|name| OF_TARGETS.contains(&name));
        if !holds_targets || !path.join("main.rs").is_file() {
            return symlink(path, place);
        }
        checked::create_dir_all(&place)?;
        for entry in checked::read_dir(path)? {
            let entry = entry?;
            symlink(entry.path(), place.join(entry.file_name()))?;
        }
        Ok(())
    }
}

impl Drop for Mirror<'_> {
    /// What cannot be removed now goes with the directory it is in. Links are removed, not what they point at.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.own);
    }
}

/// The manifests of the root and of all members.
pub(super) fn manifests(facts: &Facts, root: Manifest) -> Result<BTreeMap<PathBuf, Manifest>, WhyNot> {
    let mut manifests = BTreeMap::from([(root.dir().to_owned(), root)]);
    for (_, member) in facts.workspace.iter_members() {
        let Some(path) = &member.manifest_path else {
            return Err(WhyNot::NoManifests(format!("nobody knows where the manifest of `{}` is", member.name)));
        };
        let path = normalize(Path::new(path));
        let manifest = Manifest::read(&path).map_err(|error| WhyNot::NoManifests(error.to_string()))?;
        manifests.entry(manifest.dir().to_owned()).or_insert(manifest);
    }
    Ok(manifests)
}
