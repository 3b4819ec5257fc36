//! Executables, shared libraries and WebAssembly modules in a target directory.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use brisk::model::Linked;

use super::elf::debug_bytes;
use super::layout::{is_profile, is_triple};

/// How many are looked into, the largest first: opening one costs some tens of microseconds, and where there are
/// hundreds the small ones do not matter.
const MOST_FILES: usize = 256;

/// What is linked in the directory, by path. A file with several names (Cargo hard-links programs to where the user looks)
/// is told once, by its name as an artifact.
pub(crate) fn linked(target_dir: &Path) -> Vec<Linked> {
    let mut candidates: Vec<Candidate> = profiles(target_dir).iter().flat_map(candidates).collect();
    let mut seen = BTreeSet::new();
    candidates.retain(|candidate| identity(&candidate.metadata).is_none_or(|identity| seen.insert(identity)));
    candidates.sort_by(|a, b| b.metadata.len().cmp(&a.metadata.len()).then_with(|| a.path.cmp(&b.path)));
    candidates.truncate(MOST_FILES);
    let mut linked: Vec<Linked> =
        candidates.into_iter().filter_map(|candidate| candidate.looked_into(target_dir)).collect();
    linked.sort();
    linked
}

struct ProfileDir {
    path: PathBuf,
    name: String,
    triple: Option<String>,
}

fn profiles(target_dir: &Path) -> Vec<ProfileDir> {
    let mut profiles = Vec::new();
    for (path, name) in directories(target_dir) {
        if is_profile(&path) {
            profiles.push(ProfileDir { path, name, triple: None });
        } else if is_triple(&path) {
            let below = directories(&path).into_iter().filter(|(path, _)| is_profile(path));
            profiles.extend(below.map(|(path, below)| ProfileDir { path, name: below, triple: Some(name.clone()) }));
        }
    }
    profiles
}

fn directories(dir: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let directories = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories.filter_map(|entry| Some((entry.path(), entry.file_name().into_string().ok()?))).collect()
}

struct Candidate {
    path: PathBuf,
    metadata: Metadata,
    profile_dir: String,
    triple: Option<String>,
    is_artifact: bool,
}

/// Files that may have been linked, artifacts first.
fn candidates(profile: &ProfileDir) -> Vec<Candidate> {
    let of = |below: &'static str| {
        let entries = std::fs::read_dir(profile.path.join(below)).into_iter().flatten().filter_map(Result::ok);
        let files = entries.filter(|entry| may_be_linked(&entry.file_name().to_string_lossy()));
        files.filter_map(move |entry| Some((entry.path(), entry.metadata().ok().filter(Metadata::is_file)?, below)))
    };
    let candidate = |(path, metadata, below): (PathBuf, Metadata, &str)| Candidate {
        path,
        metadata,
        profile_dir: profile.name.clone(),
        triple: profile.triple.clone(),
        is_artifact: below.is_empty(),
    };
    ["", "deps", "examples"].into_iter().flat_map(of).map(candidate).collect()
}

/// By its name: executables have no suffix on Unix, and Cargo's own files begin with a dot.
fn may_be_linked(name: &str) -> bool {
    match name.rsplit_once('.') {
        None => true,
        Some((stem, suffix)) => !stem.is_empty() && matches!(suffix, "so" | "wasm"),
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

impl Candidate {
    /// `None` if it was not linked.
    fn looked_into(self, target_dir: &Path) -> Option<Linked> {
        let is_wasm = self.path.extension().is_some_and(|suffix| suffix == "wasm");
        let debug_bytes = if is_wasm { None } else { Some(debug_bytes(&mut File::open(&self.path).ok()?)?) };
        let path = self.path.strip_prefix(target_dir).unwrap_or(&self.path);
        Some(Linked {
            path: path.to_string_lossy().replace('\\', "/"),
            profile_dir: self.profile_dir,
            triple: self.triple,
            bytes: self.metadata.len(),
            debug_bytes,
            is_artifact: self.is_artifact,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF file without sections.
    fn elf() -> Vec<u8> {
        let mut file = vec![0; 128];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (file[0x28], file[0x3a], file[0x3c]) = (64, 64, 1);
        file
    }

    #[test]
    fn programs_are_told_once_and_other_files_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, content: &[u8]| {
            let path = dir.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content).unwrap();
        };
        write("debug/deps/app-0123", &elf());
        write("debug/deps/app-0123.d", b"x");
        write("debug/deps/libapp.rlib", b"!<arch>");
        write("debug/deps/script", b"#!/bin/sh");
        write("debug/.cargo-lock", b"");
        write("wasm32-unknown-unknown/release/deps/app.wasm", b"\0asm");
        write("wasm32-unknown-unknown/release/.cargo-lock", b"");
        write("doc/page", &elf());
        fs_err::hard_link(dir.path().join("debug/deps/app-0123"), dir.path().join("debug/app")).unwrap();
        let lines: Vec<String> = linked(dir.path())
            .iter()
            .map(|file| format!("{} {:?} {:?} {}", file.path, file.triple, file.debug_bytes, file.is_artifact))
            .collect();
        assert_eq!(
            lines,
            [
                "debug/app None Some(0) true",
                "wasm32-unknown-unknown/release/deps/app.wasm Some(\"wasm32-unknown-unknown\") None false",
            ]
        );
    }

    #[test]
    fn a_directory_that_is_not_there_holds_nothing() {
        assert_eq!(linked(Path::new("/nowhere/at/all")), []);
    }
}
