//! Puts back what was there before a change.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::{ApplyError, Conflict};
use super::journal::{Entry, EntryFile, Journal};
use super::lock::Lock;
use super::transaction::{NewText, beside, current, removed, replace};

/// What to do with files that were edited after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    /// Leave everything as it is.
    No,
    /// Put back what was there before the change. The edits are kept in the journal.
    Yes,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undone {
    /// Files that were put back.
    pub(crate) restored: Vec<PathBuf>,
    /// Files that were as they had been already.
    pub(crate) untouched: Vec<PathBuf>,
    /// Where edits are kept that were made after the change.
    pub(crate) kept: Vec<PathBuf>,
}

/// Undoes `entry`, however far it went.
///
/// # Errors
///
/// If files were edited since, and `force` does not say to put them back all the same; or a file cannot be written.
pub(crate) fn undo(disk: &dyn Disk, journal: &Journal, entry: &Entry, force: Force) -> Result<Undone, ApplyError> {
    let _lock = Lock::take(journal.dir())?;
    let states = states(entry)?;
    let conflicts: Vec<Conflict> = states.iter().filter_map(FileState::conflict).collect();
    if !conflicts.is_empty() && force == Force::No {
        return Err(ApplyError::EditedSince(conflicts));
    }
    let mut undone = Undone::default();
    for state in &states {
        match state.conflict() {
            Some(Conflict { now: Some(now), .. }) => undone.kept.push(entry.keep_lost(disk, state.n, &now)?),
            _ if state.is_as_before() => undone.untouched.push(state.file.path.clone()),
            _ => {}
        }
    }
    put_back_all(disk, entry, &states)?;
    let restored = states.iter().filter(|state| !state.is_as_before());
    undone.restored = restored.map(|state| state.file.path.clone()).collect();
    entry.mark_undone(disk)?;
    Ok(undone)
}

/// Puts everything back after a change that failed half-way, and says so in the journal.
pub(super) fn put_back(disk: &dyn Disk, entry: &Entry) -> Result<(), ApplyError> {
    put_back_all(disk, entry, &states(entry)?)?;
    entry.mark_undone(disk)
}

/// A file as it was, as the change left it, and as it is.
struct FileState<'a> {
    n: usize,
    file: &'a EntryFile,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
    now: Option<Vec<u8>>,
}

impl FileState<'_> {
    fn is_as_before(&self) -> bool {
        self.now == self.before
    }

    fn conflict(&self) -> Option<Conflict> {
        let is_known = self.is_as_before() || self.now == self.after;
        let (after, now) = (self.after.clone(), self.now.clone());
        (!is_known).then(|| Conflict { path: self.file.path.clone(), after, now })
    }
}

fn states(entry: &Entry) -> Result<Vec<FileState<'_>>, ApplyError> {
    let state = |(n, file): (usize, &EntryFile)| {
        let now = current(&file.path).map_err(|source| ApplyError::Write { path: file.path.clone(), source })?;
        Ok((n, entry.before(n)?, entry.after(n)?, now))
    };
    let found = entry.files.iter().enumerate().map(state).collect::<Result<Vec<_>, ApplyError>>()?;
    let files = found.into_iter().zip(&entry.files);
    Ok(files.map(|((n, before, after, now), file)| FileState { n, file, before, after, now }).collect())
}

fn put_back_all(disk: &dyn Disk, entry: &Entry, states: &[FileState<'_>]) -> Result<(), ApplyError> {
    let failed = |(path, source): (PathBuf, std::io::Error)| ApplyError::Write { path, source };
    let undo_id = format!("{}-undo", entry.id);
    for state in states {
        // New texts that never got their names, of the change and of an earlier try to undo it.
        for id in [&entry.id, &undo_id] {
            let place = beside(&state.file.path, id, state.n);
            removed(disk, &place).map_err(|error| failed((place, error)))?;
        }
    }
    let changed = states.iter().filter(|state| !state.is_as_before());
    let texts = changed.map(|state| NewText {
        file: state.file,
        place: beside(&state.file.path, &undo_id, state.n),
        text: state.before.as_deref(),
    });
    replace(disk, &texts.collect::<Vec<NewText<'_>>>()).map_err(failed)?;
    for state in states.iter().filter(|state| !state.file.dir_was_there) {
        // A directory that holds something else by now stays.
        if let Some(dir) = state.file.path.parent().filter(|dir| is_empty(dir)) {
            disk.remove_dir(dir).map_err(|error| failed((dir.to_owned(), error)))?;
        }
    }
    Ok(())
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}
