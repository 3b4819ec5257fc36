//! What a unit left beside its fingerprint: libraries, executables, metadata, dep-info.

use std::collections::HashMap;
use std::io;

use brisk::model::UnitHash;
use camino::{Utf8Path, Utf8PathBuf};

use super::listing::{self, FileEntry};

/// The files that one unit's rustc wrote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Artifacts {
    /// Its dep-info, as rustc wrote it.
    pub dep_info: Option<Utf8PathBuf>,
    /// When that was written, in seconds since the UNIX epoch: macros are expanded and names resolved then.
    pub dep_info_at: Option<f64>,
    /// Its metadata (`.rmeta`).
    pub metadata: Option<Utf8PathBuf>,
    /// When that was written. Older than the unit's start if the metadata did not change: rustc then
    /// links it from the incremental cache.
    pub metadata_at: Option<f64>,
    /// Bytes of its metadata.
    pub metadata_bytes: Option<u64>,
    /// Whether there is an `.rlib`.
    pub rlib: bool,
    /// Whether there is a dynamic library.
    pub dynamic_library: bool,
    /// Whether there is a static library.
    pub static_library: bool,
    /// Whether there is an executable.
    pub executable: bool,
    /// Bytes of everything but metadata and dep-info; `None` if there is nothing else.
    pub bytes: Option<u64>,
}

impl Artifacts {
    /// Whether there is metadata and nothing that could be linked or run: the unit was only checked.
    pub fn only_metadata(&self) -> bool {
        self.metadata_at.is_some() && !self.is_linkable()
    }

    /// Whether code was generated.
    fn is_linkable(&self) -> bool {
        self.rlib || self.dynamic_library || self.static_library || self.executable
    }

    fn add(&mut self, dir: &Utf8Path, file: &FileEntry) {
        let extension = file.name.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            Some("d") => {
                self.dep_info = Some(dir.join(&file.name));
                self.dep_info_at = file.modified;
                return;
            }
            Some("rmeta") => {
                self.metadata = Some(dir.join(&file.name));
                self.metadata_at = file.modified;
                self.metadata_bytes = Some(file.bytes);
                return;
            }
            Some("rlib") => self.rlib = true,
            Some("so" | "dylib" | "dll") => self.dynamic_library = true,
            Some("a" | "lib") => self.static_library = true,
            None | Some("exe" | "wasm" | "js") => self.executable = true,
            Some(_) => {}
        }
        *self.bytes.get_or_insert(0) += file.bytes;
    }
}

/// The artifacts of all units that share a directory, each listed once.
#[derive(Debug, Default)]
pub(super) struct ArtifactIndex {
    by_hash: HashMap<String, Artifacts>,
    by_stem: HashMap<String, Artifacts>,
}

impl ArtifactIndex {
    /// Lists `dirs`.
    pub(super) fn read(dirs: &[Utf8PathBuf]) -> io::Result<Self> {
        let mut index = Self::default();
        for dir in dirs {
            for file in listing::files(dir)? {
                index.add(dir, &file);
            }
        }
        Ok(index)
    }

    fn add(&mut self, dir: &Utf8Path, file: &FileEntry) {
        let stem = file.name.split('.').next().unwrap_or_default();
        let artifacts = match stem.rsplit_once('-') {
            Some((_, hash)) if hash.parse::<UnitHash>().is_ok() => self.by_hash.entry(hash.to_owned()),
            _ => self.by_stem.entry(stem.strip_prefix("lib").unwrap_or(stem).to_owned()),
        };
        artifacts.or_default().add(dir, file);
    }

    /// The files of the unit `hash`. Cargo gives some of them no hash (`use_extra_filename` in
    /// `core/compiler/build_runner/compilation_files.rs`: dynamic libraries, executables for MSVC): those are found by
    /// the crate's name.
    pub(super) fn of(&self, hash: UnitHash, crate_name: &str) -> Artifacts {
        let stem = crate_name.strip_prefix("lib").unwrap_or(crate_name);
        self.by_hash.get(&hash.to_string()).or_else(|| self.by_stem.get(stem)).cloned().unwrap_or_default()
    }

    /// All files together, for a directory that belongs to one unit.
    pub(super) fn all(dir: &Utf8Path) -> io::Result<Artifacts> {
        let mut all = Artifacts::default();
        for file in listing::files(dir)? {
            all.add(dir, &file);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> ArtifactIndex {
        let mut index = ArtifactIndex::default();
        for name in names {
            let file = FileEntry { name: (*name).to_owned(), modified: Some(1.0), bytes: 10 };
            index.add(Utf8Path::new("deps"), &file);
        }
        index
    }

    fn hash() -> UnitHash {
        "00b07be5f55f0da9".parse().unwrap()
    }

    #[test]
    fn files_are_found_by_the_hash_in_their_names() {
        let index = index(&[
            "a-00b07be5f55f0da9.d",
            "liba-00b07be5f55f0da9.rmeta",
            "a-00b07be5f55f0da9.a.7f-cgu.0.rcgu.o",
            "liba-10b07be5f55f0da9.rlib",
        ]);
        let artifacts = index.of(hash(), "a");
        assert_eq!(artifacts.dep_info.as_deref(), Some(Utf8Path::new("deps/a-00b07be5f55f0da9.d")));
        assert_eq!((artifacts.bytes, artifacts.metadata_bytes), (Some(10), Some(10)));
        assert!(artifacts.only_metadata());
    }

    #[test]
    fn dynamic_libraries_of_members_have_no_hash() {
        let artifacts = index(&["libplugin.so", "libplugin.rlib", "plugin.d"]).of(hash(), "plugin");
        assert!(artifacts.dynamic_library && artifacts.rlib && artifacts.dep_info.is_some());
    }
}
