//! Carries out cures in a copy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use brisk::model::{Cure, LockMove, ManifestEdit};
use fs_err as fs;

use super::cargo_fix::cargo_fix;
use super::health::Checks;
use crate::experiment::first_error;
use crate::ops::staging::Side;
use crate::workspace::variant::manifest_changes;
use crate::workspace::{self, with_setting};

/// The files of a copy that were changed, with what they held before; `None` where they were not there.
#[derive(Debug, Default)]
pub(super) struct Undo(BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Undo {
    /// Writes a file of the copy, and keeps what it held.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or lies where the copy has but a link to what is the user's.
    fn write(&mut self, side: &Side, path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), String> {
        if !is_in_copy(side, path) {
            let own = side.copy.original_of(path);
            return Err(format!(
                "`{}` lies outside of the workspace's directory, of which alone there is a copy",
                own.display()
            ));
        }
        self.keep(path);
        let dir = path.parent().unwrap_or_else(|| Path::new("/"));
        fs::create_dir_all(dir).and_then(|()| fs::write(path, bytes)).map_err(|error| error.to_string())
    }

    /// Keeps what a file holds, unless an earlier state of it is kept already.
    pub(super) fn keep(&mut self, path: &Path) {
        self.0.entry(path.to_owned()).or_insert_with(|| std::fs::read(path).ok());
    }

    /// Puts everything back.
    pub(super) fn put_back(self) -> std::io::Result<()> {
        for (path, bytes) in self.0 {
            match bytes {
                Some(bytes) => fs::write(path, bytes)?,
                None if path.exists() => fs::remove_file(path)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Takes over what a later one keeps: what it knows of a file that is known already is no longer the first state.
    pub(super) fn also(&mut self, later: Self) {
        for (path, bytes) in later.0 {
            self.0.entry(path).or_insert(bytes);
        }
    }

    /// All files that were changed, also those that are as they were by now.
    pub(super) fn touched(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// The files that differ from what they were.
    pub(super) fn changed(&self) -> Vec<&Path> {
        let differs = |(path, bytes): &(&PathBuf, &Option<Vec<u8>>)| std::fs::read(path).ok() != **bytes;
        self.0.iter().filter(differs).map(|(path, _)| path.as_path()).collect()
    }
}

/// Carries out `cures` in the copy, but for those that have to be searched for first. What has been done until something
/// fails is in `undo` either way.
///
/// # Errors
///
/// Why it cannot be done, in words.
pub(super) fn carry_out(side: &Side, cures: &[Cure], checks: &Checks<'_>, undo: &mut Undo) -> Result<(), String> {
    let lockfile = side.root_in_copy().join("Cargo.lock");
    undo.keep(&lockfile);
    let edits: Vec<ManifestEdit> = cures
        .iter()
        .filter_map(|cure| match cure {
            Cure::Manifest(edit) => Some(edit.clone()),
            Cure::Lock(_) | Cure::Ignore(_) | Cure::Config(_) | Cure::CargoFix(_) | Cure::Trim(_) => None,
        })
        .collect();
    edit_manifests(side, &edits, undo)?;
    if cures.iter().any(is_about_lockfile) {
        settle_lockfile(side, checks, lockfile.exists())?;
    }
    for cure in cures {
        match cure {
            Cure::Manifest(_) | Cure::Trim(_) => {}
            Cure::Lock(it) => move_lock(side, checks, it)?,
            Cure::Ignore(line) => ignore(side, line, undo)?,
            Cure::Config(edit) => {
                let (path, text) = with_setting(&side.root_in_copy(), edit).map_err(|error| error.to_string())?;
                undo.write(side, &path, text)?;
            }
            Cure::CargoFix(member) => cargo_fix(side, checks, member, undo)?,
        }
    }
    Ok(())
}

/// Whether Cargo may have to write the lockfile anew. A setting or a file beside must not move versions.
fn is_about_lockfile(cure: &Cure) -> bool {
    matches!(cure, Cure::Lock(_) | Cure::Manifest(ManifestEdit::Dependency(_) | ManifestEdit::Inherit(_)))
}

/// Whether what is written to the path is written into the copy: a directory on the way may be a link.
pub(super) fn is_in_copy(side: &Side, path: &Path) -> bool {
    let top = side.copy.place_of(Path::new("/")).canonicalize().ok();
    let existing = path.ancestors().find_map(|place| place.canonicalize().ok());
    existing.zip(top).is_some_and(|(place, top)| place.starts_with(top))
}

fn edit_manifests(side: &Side, edits: &[ManifestEdit], undo: &mut Undo) -> Result<(), String> {
    if edits.is_empty() {
        return Ok(());
    }
    let options = side.options_in_copy();
    let facts = workspace::read(&options).map_err(|error| error.to_string())?;
    let changes = manifest_changes(&facts, &options, edits).map_err(|error| error.to_string())?;
    for change in changes {
        undo.write(side, &change.path, change.after)?;
    }
    Ok(())
}

/// Adds a line to the `.gitignore` at the root of the workspace, in the manner of its lines.
fn ignore(side: &Side, line: &str, undo: &mut Undo) -> Result<(), String> {
    let path = side.root_in_copy().join(".gitignore");
    let old = std::fs::read(&path).unwrap_or_default();
    undo.write(side, &path, with_line(&old, line))
}

fn with_line(old: &[u8], line: &str) -> Vec<u8> {
    if old.split(|byte| *byte == b'\n').any(|known| known.trim_ascii_end() == line.as_bytes()) {
        return old.to_vec();
    }
    let end = if old.windows(2).any(|two| two == b"\r\n") { "\r\n" } else { "\n" };
    let missing = if old.is_empty() || old.ends_with(b"\n") { "" } else { end };
    [old, missing.as_bytes(), line.as_bytes(), end.as_bytes()].concat()
}

/// Has Cargo take out of the lockfile what nobody needs any more, and put in what a new requirement needs.
fn settle_lockfile(side: &Side, checks: &Checks<'_>, has_lockfile: bool) -> Result<(), String> {
    let words: &[&str] = match has_lockfile {
        true => &["update", "--workspace"],
        false => &["generate-lockfile"],
    };
    succeeded(side, checks, words)
}

fn move_lock(side: &Side, checks: &Checks<'_>, it: &LockMove) -> Result<(), String> {
    let spec = format!("{}@{}", it.package, it.from);
    // An earlier move may have done it already: then there is no such version any more.
    match succeeded(side, checks, &["update", "-p", &spec, "--precise", &it.to]) {
        Err(why) if why.contains("did not match any packages") => Ok(()),
        done => done,
    }
}

/// Runs Cargo: with what has been downloaded, and only if that is not enough as the user would, who may be offline.
pub(super) fn succeeded(side: &Side, checks: &Checks<'_>, words: &[&str]) -> Result<(), String> {
    let offline: Vec<&str> = words.iter().copied().chain(["--offline"]).collect();
    let mut said = String::new();
    for words in [&offline[..], words] {
        let ran = checks.cargo(side, words).map_err(|error| error.to_string())?;
        if ran.status.success() {
            return Ok(());
        }
        said = side.copy.without_place(&first_error(&ran.stderr, ran.status));
    }
    Err(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_added_as_the_others_are() {
        assert_eq!(with_line(b"", "/target"), b"/target\n");
        assert_eq!(with_line(b"a\nb", "/target"), b"a\nb\n/target\n");
        assert_eq!(with_line(b"a\r\n", "/target"), b"a\r\n/target\r\n");
        for old in [&b"/target"[..], b"a\r\n/target\r\nb", b"\xff\n/target  \n"] {
            assert_eq!(with_line(old, "/target"), old, "it is there");
        }
    }

    #[test]
    fn what_was_changed_is_put_back() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        fs::write(&old, "1").unwrap();
        let mut undo = Undo::default();
        for path in [&old, &new] {
            undo.keep(path);
            fs::write(path, "2").unwrap();
        }
        undo.keep(&old);
        assert_eq!(undo.changed(), [new.as_path(), old.as_path()]);
        undo.put_back().unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "1");
        assert!(!new.exists());
    }
}
