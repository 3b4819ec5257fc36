//! Changes several files, all or none.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::ApplyError;
use super::journal::{Draft, Entry, EntryFile, Journal};
use super::lock::Lock;
use super::undo::put_back;

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileChange {
    /// The file. A link leads to the file that is changed; the link stays.
    pub(crate) path: PathBuf,
    /// The bytes that it has; `None` if it is not there.
    pub(crate) before: Option<Vec<u8>>,
    /// The bytes that it shall have; `None` to remove it.
    pub(crate) after: Option<Vec<u8>>,
}

/// Makes all changes, called `id` and `title` in the journal, at the time `created_at` (seconds since the UNIX epoch).
///
/// # Errors
///
/// If a file is not as it was when the change was worked out, or cannot be written; nothing is changed then.
pub(crate) fn apply(
    disk: &dyn Disk,
    journal: &Journal,
    name: Name<'_>,
    changes: &[FileChange],
) -> Result<Entry, ApplyError> {
    let _lock = Lock::take(journal.dir())?;
    journal.remove_unfinished();
    let changes: Vec<&FileChange> = changes.iter().filter(|change| change.before != change.after).collect();
    let files = changes.into_iter().map(|change| Ok((checked(change)?, change)));
    let files: Vec<(EntryFile, &FileChange)> = files.collect::<Result<_, ApplyError>>()?;
    let draft = Draft { id: name.id, created_at: name.created_at, title: name.title, files };
    let entry = journal.write(disk, &draft)?;
    let texts = draft.files.iter().enumerate().map(|(n, (file, change))| {
        let text = change.after.as_deref();
        NewText { file, place: beside(&file.path, &entry.id, n), text }
    });
    match replace(disk, &texts.collect::<Vec<NewText<'_>>>()) {
        Ok(()) => {
            entry.mark_applied(disk)?;
            Ok(Entry { state: super::State::Applied, ..entry })
        }
        Err((path, source)) => match put_back(disk, &entry) {
            Ok(()) => Err(ApplyError::Write { path, source }),
            Err(_) => Err(ApplyError::NotRolledBack { path, source }),
        },
    }
}

/// Notes that the user's repository has a change, in this commit.
///
/// # Errors
///
/// If the journal cannot be written.
pub(crate) fn note_commit(disk: &dyn Disk, entry: &Entry, id: &str) -> Result<(), ApplyError> {
    entry.note_commit(disk, id)
}

/// What a change is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a> {
    /// No other change has it, and it sorts by time.
    pub(crate) id: &'a str,
    /// In words.
    pub(crate) title: &'a str,
    /// Seconds since the UNIX epoch.
    pub(crate) created_at: f64,
}

/// The file of a change, if it is as it should be and may be written.
fn checked(change: &FileChange) -> Result<EntryFile, ApplyError> {
    let path = real(&change.path);
    if current(&path).map_err(|source| ApplyError::Write { path: path.clone(), source })? != change.before {
        return Err(ApplyError::Changed(change.path.clone()));
    }
    let metadata = std::fs::metadata(&path).ok();
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return Err(ApplyError::NotAFile(change.path.clone()));
    }
    if is_read_only(&path) {
        return Err(ApplyError::ReadOnly(change.path.clone()));
    }
    Ok(EntryFile {
        path,
        was_there: change.before.is_some(),
        is_there: change.after.is_some(),
        dir_was_there: change.path.parent().is_none_or(Path::exists),
        mode: metadata.as_ref().and_then(mode_of),
    })
}

/// Whether a file is not written because it is read-only. A rename would replace it all the same, which nobody expects who
/// made it read-only; but nobody writes lockfiles by hand, and copies of them are often read-only by accident.
pub(crate) fn is_read_only(path: &Path) -> bool {
    let is_lockfile = path.file_name().is_some_and(|name| name == "Cargo.lock");
    !is_lockfile && std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly())
}

/// The path with all links resolved; of a file that is not there, those of its directory.
fn real(path: &Path) -> PathBuf {
    let of_dir = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(of_dir).unwrap_or_else(|| path.to_owned())
}

#[cfg(unix)]
fn mode_of(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_: &std::fs::Metadata) -> Option<u32> {
    None
}

/// The bytes of a file; `None` if there is none.
pub(super) fn current(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        // A directory is no file that could be compared.
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(None),
        Err(error) => Err(error),
    }
}

/// The name of the new text of file `n`, beside the file.
pub(super) fn beside(path: &Path, id: &str, n: usize) -> PathBuf {
    path.with_file_name(format!(".brisk-{id}-{n}.tmp"))
}

/// What a file shall hold.
pub(super) struct NewText<'a> {
    pub(super) file: &'a EntryFile,
    /// Where the text is until all texts are on the disk.
    pub(super) place: PathBuf,
    /// `None` to remove the file.
    pub(super) text: Option<&'a [u8]>,
}

/// Gives all files their texts: first all texts are on the disk, beside the files, so that a full disk stops it before any
/// file has changed; then they are renamed. Where it fails, the path and why.
pub(super) fn replace(disk: &dyn Disk, texts: &[NewText<'_>]) -> Result<(), (PathBuf, io::Error)> {
    let of = |new: &NewText<'_>, done: io::Result<()>| done.map_err(|error| (new.file.path.clone(), error));
    for new in texts {
        of(new, write_beside(disk, new))?;
    }
    for new in texts {
        let done = match new.text {
            Some(_) => disk.rename(&new.place, &new.file.path),
            None => removed(disk, &new.file.path),
        };
        of(new, done)?;
    }
    for new in texts {
        let dir = new.file.path.parent().unwrap_or_else(|| Path::new("/"));
        of(new, if dir.exists() { disk.sync_dir(dir) } else { Ok(()) })?;
    }
    Ok(())
}

fn write_beside(disk: &dyn Disk, new: &NewText<'_>) -> io::Result<()> {
    let Some(text) = new.text else { return Ok(()) };
    removed(disk, &new.place)?;
    if let Some(dir) = new.file.path.parent().filter(|dir| !dir.exists()) {
        disk.create_dir(dir)?;
    }
    // A new file has the permissions of any new file.
    disk.write_new(&new.place, text, Some(new.file.mode.unwrap_or(0o644)))
}

/// Removes a file if it is there.
pub(super) fn removed(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    if path.symlink_metadata().is_ok() { disk.remove(path) } else { Ok(()) }
}
