//! What was changed, with every byte that was there before.
//!
//! `<data>/journal/<workspace>/<id>/`: `entry.json` names the files, `N.before` and `N.after` hold their bytes. A directory is
//! written under another name and renamed when it is complete. The empty files `applied` and `undone` say how far it went;
//! `commit` names the commit in which the user's repository has it.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::error::ApplyError;
use super::transaction::FileChange;

/// Version of the format. A newer one is not touched.
const FORMAT: u32 = 1;
/// The list of files.
const ENTRY: &str = "entry.json";
/// All files are as they shall be.
const APPLIED: &str = "applied";
/// All files are as they were.
const UNDONE: &str = "undone";
/// The commit that the user's repository has of it.
const COMMIT: &str = "commit";
/// End of the name of an entry that is still being written.
const UNFINISHED: &str = ".new";

/// All changes to one workspace.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    dir: PathBuf,
}

/// How far a change went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// All files are changed.
    Applied,
    /// All files are as they were.
    Undone,
    /// Somebody died: each file is as it was, or as it shall be.
    Interrupted,
}

/// One change of several files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Where it is.
    pub(super) dir: PathBuf,
    /// What it is called, which sorts by time, down to the second.
    pub(crate) id: String,
    /// When it was made, seconds since the UNIX epoch.
    pub(crate) created_at: f64,
    /// What it is, in words.
    pub(crate) title: String,
    /// How far it went.
    pub(crate) state: State,
    /// The commit that has it, if it was committed.
    pub(crate) commit: Option<String>,
    /// The files.
    pub(crate) files: Vec<EntryFile>,
}

/// One file of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EntryFile {
    /// The file, absolute, links resolved.
    pub(crate) path: PathBuf,
    /// Whether it was there before.
    pub(super) was_there: bool,
    /// Whether it is there after.
    pub(super) is_there: bool,
    /// Whether its directory was there before.
    pub(super) dir_was_there: bool,
    /// Its permissions.
    pub(super) mode: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct EntryJson {
    format: u32,
    created_at: f64,
    title: String,
    files: Vec<EntryFile>,
}

/// What is about to be written down.
pub(super) struct Draft<'a> {
    pub(super) id: &'a str,
    pub(super) created_at: f64,
    pub(super) title: &'a str,
    pub(super) files: Vec<(EntryFile, &'a FileChange)>,
}

impl Journal {
    /// That of the workspace at `root`, below Brisk's data directory.
    pub(crate) fn of(data_dir: &Path, root: &Path) -> Self {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        let last = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { dir: data_dir.join("journal").join(format!("{last}-{:016x}", hasher.finish())) }
    }

    /// Where it is.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// All entries, newest first.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read: what it holds must not be passed over.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, ApplyError> {
        let listed = match std::fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed.map_err(|source| self.failed(source))?,
        };
        let mut entries = Vec::new();
        for path in listed.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() && path.extension().is_none() {
                entries.push(Entry::read(&path)?);
            }
        }
        entries.sort_by(|a, b| b.created_at.total_cmp(&a.created_at).then_with(|| b.id.cmp(&a.id)));
        Ok(entries)
    }

    /// Writes an entry; when it is there, it is complete.
    pub(super) fn write(&self, disk: &dyn Disk, draft: &Draft<'_>) -> Result<Entry, ApplyError> {
        let unfinished = self.dir.join(format!("{}{UNFINISHED}", draft.id));
        let dir = self.dir.join(draft.id);
        let written = (|| {
            disk.create_dir(&unfinished)?;
            for (n, (_, change)) in draft.files.iter().enumerate() {
                for (name, bytes) in [("before", &change.before), ("after", &change.after)] {
                    if let Some(bytes) = bytes {
                        disk.write_new(&unfinished.join(format!("{n}.{name}")), bytes, None)?;
                    }
                }
            }
            let files = draft.files.iter().map(|(file, _)| file.clone()).collect();
            let json = EntryJson { format: FORMAT, created_at: draft.created_at, title: draft.title.to_owned(), files };
            disk.write_new(&unfinished.join(ENTRY), &serde_json::to_vec_pretty(&json)?, None)?;
            disk.sync_dir(&unfinished)?;
            disk.rename(&unfinished, &dir)?;
            disk.sync_dir(&self.dir)
        })();
        written.map_err(|source| self.failed(source))?;
        Entry::read(&dir)
    }

    /// Removes entries that were never complete: whoever wrote them died before any file was touched. The lock must be held.
    pub(super) fn remove_unfinished(&self) {
        for entry in std::fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }

    fn failed(&self, source: io::Error) -> ApplyError {
        ApplyError::Journal { path: self.dir.clone(), source }
    }
}

impl Entry {
    fn read(dir: &Path) -> Result<Self, ApplyError> {
        let unreadable = |why: String| ApplyError::Unreadable { path: dir.to_owned(), why };
        let bytes = std::fs::read(dir.join(ENTRY)).map_err(|error| unreadable(error.to_string()))?;
        let json: EntryJson = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if json.format > FORMAT {
            return Err(unreadable(format!("it has format {}, and this Brisk knows {FORMAT}", json.format)));
        }
        let state = if dir.join(UNDONE).exists() {
            State::Undone
        } else if dir.join(APPLIED).exists() {
            State::Applied
        } else {
            State::Interrupted
        };
        let id = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let commit = std::fs::read_to_string(dir.join(COMMIT)).ok().map(|id| id.trim().to_owned());
        let EntryJson { created_at, title, files, .. } = json;
        Ok(Self { dir: dir.to_owned(), id, created_at, title, state, commit, files })
    }

    /// The bytes of file `n` before the change.
    pub(super) fn before(&self, n: usize) -> Result<Option<Vec<u8>>, ApplyError> {
        self.bytes(self.files[n].was_there, &format!("{n}.before"))
    }

    /// The bytes of file `n` after it.
    pub(super) fn after(&self, n: usize) -> Result<Option<Vec<u8>>, ApplyError> {
        self.bytes(self.files[n].is_there, &format!("{n}.after"))
    }

    fn bytes(&self, is_kept: bool, name: &str) -> Result<Option<Vec<u8>>, ApplyError> {
        let path = self.dir.join(name);
        let read = is_kept.then(|| std::fs::read(&path)).transpose();
        read.map_err(|source| ApplyError::Journal { path, source })
    }

    /// Says that all files are as they shall be.
    pub(super) fn mark_applied(&self, disk: &dyn Disk) -> Result<(), ApplyError> {
        self.mark(disk, APPLIED)
    }

    /// Says that all files are as they were.
    pub(super) fn mark_undone(&self, disk: &dyn Disk) -> Result<(), ApplyError> {
        self.mark(disk, UNDONE)
    }

    /// Says which commit has it.
    pub(super) fn note_commit(&self, disk: &dyn Disk, id: &str) -> Result<(), ApplyError> {
        self.write(disk, COMMIT, id.as_bytes())
    }

    fn mark(&self, disk: &dyn Disk, name: &str) -> Result<(), ApplyError> {
        self.write(disk, name, b"")
    }

    fn write(&self, disk: &dyn Disk, name: &str, bytes: &[u8]) -> Result<(), ApplyError> {
        let path = self.dir.join(name);
        if path.exists() {
            return Ok(());
        }
        let marked = disk.write_new(&path, bytes, None).and_then(|()| disk.sync_dir(&self.dir));
        marked.map_err(|source| ApplyError::Journal { path, source })
    }

    /// Keeps bytes that somebody wants to lose.
    pub(super) fn keep_lost(&self, disk: &dyn Disk, n: usize, bytes: &[u8]) -> Result<PathBuf, ApplyError> {
        let path = (1..).map(|time| self.dir.join(format!("{n}.lost-{time}"))).find(|path| !path.exists());
        let path = path.unwrap_or_else(|| self.dir.join(format!("{n}.lost")));
        disk.write_new(&path, bytes, None).map_err(|source| ApplyError::Journal { path: path.clone(), source })?;
        Ok(path)
    }
}
