//! The history: a directory of run files.
//!
//! There is no index and no lock. A run appears by an atomic rename and is never changed, so any number of processes
//! may write and read at once, and two histories are merged by copying files. What is in the directory beside readable
//! run files is told as a [`Problem`] or left alone, never an obstacle.

use std::io;
use std::time::{Duration, SystemTime};

use brisk::model::Problem;
use camino::{Utf8Path, Utf8PathBuf};

use crate::calls::{self, CallsError, RustcCall};
use crate::run_file::{self, EXTENSION, ReadError, Run, RunHeader, RunId, TEMPORARY_PREFIX, WriteError};

/// Most that a history may take on disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeCap(pub u64);

impl SizeCap {
    /// 512 MiB: a run of a workspace with 230 units takes 10 to 20 KiB, so this holds tens of thousands of them, and is
    /// still little beside the target directory of any one of these builds.
    pub const DEFAULT: Self = Self(512 << 20);
}

impl Default for SizeCap {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Ids are random within a second, so that a second try nearly always succeeds; more would mean a broken file system.
const MAX_TRIES: usize = 16;

/// After this a temporary file belongs to no living process: writing a run takes milliseconds.
const ABANDONED_AFTER: Duration = Duration::from_hours(24);

/// A run in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRun {
    /// Its id.
    pub id: RunId,
    /// Its file.
    pub path: Utf8PathBuf,
}

/// Which runs are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter<'a> {
    /// All.
    All,
    /// Those of the workspace with this root.
    Workspace(&'a Utf8Path),
}

impl Filter<'_> {
    fn admits(self, header: &RunHeader) -> bool {
        match self {
            Self::All => true,
            Self::Workspace(root) => header.workspace_root.as_deref() == Some(root),
        }
    }
}

/// What a list of the store shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Headers of the runs, newest first.
    pub runs: Vec<RunHeader>,
    /// One for each run file that could not be read.
    pub problems: Vec<Problem>,
}

/// What pruning did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pruned {
    /// The files that are gone, oldest first.
    pub removed: Vec<Utf8PathBuf>,
    /// How many bytes that freed.
    pub freed_bytes: u64,
    /// One for each file that could not be removed.
    pub problems: Vec<Problem>,
}

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory cannot be made or read.
    #[error("could not use `{directory}` as the directory of runs")]
    Directory {
        /// The directory.
        directory: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A run could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A run could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No run of that id.
    #[error("there is no run `{wanted}` in `{directory}`")]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// The directory of the store.
        directory: Utf8PathBuf,
    },
    /// Several runs of that beginning.
    #[error("`{wanted}` is the beginning of {n} runs")]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// How many begin so.
        n: usize,
        /// The newest of them that can be read, newest first, [`NAMED_CANDIDATES`] at most.
        newest: Vec<RunHeader>,
    },
}

/// How many runs an ambiguous id names: as many as are told apart at a glance.
pub const NAMED_CANDIDATES: usize = 5;

/// The store of runs in one directory.
#[derive(Clone, Debug)]
pub struct RunStore {
    directory: Utf8PathBuf,
}

/// A run file by its name alone.
struct Entry {
    id: RunId,
    path: Utf8PathBuf,
}

impl RunStore {
    /// The store in `directory`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`] if it cannot be made, or is not a directory.
    pub fn open(directory: impl Into<Utf8PathBuf>) -> Result<Self, StoreError> {
        let directory = directory.into();
        match std::fs::create_dir_all(&directory) {
            Ok(()) => Ok(Self { directory }),
            Err(source) => Err(StoreError::Directory { directory, source }),
        }
    }

    /// Stores `run`, and says under which id: its own, or a new one if another run has that already. A run that is
    /// there already is not stored twice.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] if the file system refuses; nothing is left behind then.
    pub fn put(&self, run: &Run) -> Result<StoredRun, StoreError> {
        let mut run = run.clone();
        for _ in 1..MAX_TRIES {
            let path = self.path_of(&run.id);
            match run_file::write(&path, &run) {
                Ok(()) => return Ok(StoredRun { id: run.id, path }),
                Err(WriteError::Exists { .. }) if holds(&path, &run) => return Ok(StoredRun { id: run.id, path }),
                Err(WriteError::Exists { .. }) => run.id = RunId::generate(run.created_at),
                Err(error) => return Err(error.into()),
            }
        }
        let path = self.path_of(&run.id);
        run_file::write(&path, &run)?;
        Ok(StoredRun { id: run.id, path })
    }

    /// The headers of the runs that `filter` admits, newest first. Builds are not read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`] if the directory cannot be read. A file that cannot be read is a problem, no error.
    pub fn list(&self, filter: Filter<'_>) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        for entry in self.entries()?.iter().rev() {
            match header_of(entry) {
                Ok(Some(header)) if filter.admits(&header) => listing.runs.push(header),
                Ok(_) => {}
                Err(problem) => listing.problems.push(problem),
            }
        }
        // Ids tell seconds apart, and within one nothing.
        listing.runs.sort_by(|a, b| b.created_at.total_cmp(&a.created_at));
        Ok(listing)
    }

    /// Finds the one run that `wanted` means: an id, the unique beginning of one, or `last` for the newest that `filter`
    /// admits.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], [`StoreError::Ambiguous`], or [`StoreError::Directory`].
    pub fn find(&self, wanted: &str, filter: Filter<'_>) -> Result<StoredRun, StoreError> {
        let entries = self.entries()?;
        let mut found: Vec<Entry> = if wanted == "last" {
            newest(entries, filter).into_iter().collect()
        } else {
            entries.into_iter().filter(|entry| !wanted.is_empty() && entry.id.as_str().starts_with(wanted)).collect()
        };
        match (found.pop(), found.is_empty()) {
            (Some(Entry { id, path }), true) => Ok(StoredRun { id, path }),
            (Some(last), false) => {
                let newest_first = [&last].into_iter().chain(found.iter().rev());
                let headers = newest_first.filter_map(|entry| header_of(entry).ok().flatten());
                let newest = headers.take(NAMED_CANDIDATES).collect();
                Err(StoreError::Ambiguous { wanted: wanted.to_owned(), n: found.len() + 1, newest })
            }
            (None, _) => Err(StoreError::NotFound { wanted: wanted.to_owned(), directory: self.directory.clone() }),
        }
    }

    /// Reads the one run that `wanted` means; see [`RunStore::find`].
    ///
    /// # Errors
    ///
    /// Those of [`RunStore::find`], and [`StoreError::Read`].
    pub fn get(&self, wanted: &str, filter: Filter<'_>) -> Result<Run, StoreError> {
        Ok(run_file::read(&self.find(wanted, filter)?.path)?)
    }

    /// Keeps how rustc was called for the units of the run `id`, beside it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] if the file system refuses, or the run has calls already.
    pub fn put_calls(&self, id: &RunId, calls: &[RustcCall]) -> Result<(), StoreError> {
        Ok(calls::write(&self.calls_of(id), calls)?)
    }

    /// How rustc was called for the units of the run `id`; `None` if nobody kept that: the run is imported, or older than
    /// the Brisk that began to.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is damaged.
    pub fn calls(&self, id: &RunId) -> Result<Option<Vec<RustcCall>>, CallsError> {
        calls::read(&self.calls_of(id))
    }

    /// Removes a run, with what is kept beside it.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub fn remove(&self, run: &StoredRun) -> io::Result<()> {
        // First what nobody would find again without the run.
        match std::fs::remove_file(self.calls_of(&run.id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => std::fs::remove_file(&run.path),
        }
    }

    /// Removes the oldest runs until the rest fits into `cap`, and what interrupted writes have left behind. The newest
    /// run always stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`] if the directory cannot be read.
    pub fn prune(&self, cap: SizeCap) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        self.remove_abandoned(&mut pruned)?;
        let bytes = |path: &Utf8Path| std::fs::metadata(path).map(|metadata| metadata.len()).ok();
        let sized = |entry: Entry| {
            let calls = self.calls_of(&entry.id);
            Some((bytes(&entry.path)?, entry.path, bytes(&calls).map(|bytes| (bytes, calls))))
        };
        let sizes: Vec<_> = self.entries()?.into_iter().filter_map(sized).collect();
        let of_calls = |calls: &Option<(u64, Utf8PathBuf)>| calls.as_ref().map_or(0, |(bytes, _)| *bytes);
        let mut total_bytes: u64 = sizes.iter().map(|(bytes, _, calls)| bytes + of_calls(calls)).sum();
        let n_removable = sizes.len().saturating_sub(1);
        for (bytes, path, calls) in sizes.into_iter().take(n_removable) {
            if total_bytes <= cap.0 {
                break;
            }
            total_bytes -= bytes + of_calls(&calls);
            if let Some((bytes, path)) = calls {
                pruned.remove(path, bytes);
            }
            pruned.remove(path, bytes);
        }
        Ok(pruned)
    }

    fn calls_of(&self, id: &RunId) -> Utf8PathBuf {
        self.directory.join(format!("{id}{}", calls::EXTENSION))
    }

    fn path_of(&self, id: &RunId) -> Utf8PathBuf {
        self.directory.join(format!("{id}{EXTENSION}"))
    }

    /// All files that have the name of a run file, oldest first.
    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let names = self.names()?;
        let entry = |name: &String| {
            let id = name.strip_suffix(EXTENSION)?.parse().ok()?;
            Some(Entry { id, path: self.directory.join(name) })
        };
        let mut entries: Vec<Entry> = names.iter().filter_map(entry).collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(entries)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let failed = |source| StoreError::Directory { directory: self.directory.clone(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.directory).map_err(failed)? {
            names.extend(entry.map_err(failed)?.file_name().into_string());
        }
        Ok(names)
    }

    fn remove_abandoned(&self, pruned: &mut Pruned) -> Result<(), StoreError> {
        let now = SystemTime::now();
        let names = self.names()?;
        // Calls without their run: it was removed by other means, or is just being stored.
        let has_run = |id: &str| names.iter().any(|name| name.strip_suffix(EXTENSION) == Some(id));
        let is_orphan = |name: &str| {
            let id = name.strip_suffix(calls::EXTENSION);
            id.is_some_and(|id| id.parse::<RunId>().is_ok() && !has_run(id))
        };
        for name in names.iter().filter(|name| name.starts_with(TEMPORARY_PREFIX) || is_orphan(name)) {
            let path = self.directory.join(name);
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            let age = metadata.modified().ok().and_then(|at| now.duration_since(at).ok());
            if metadata.is_file() && age.is_some_and(|age| age > ABANDONED_AFTER) {
                pruned.remove(path, metadata.len());
            }
        }
        Ok(())
    }
}

impl Pruned {
    /// A file that is gone already was removed by another process: neither freed by us nor a problem.
    fn remove(&mut self, path: Utf8PathBuf, bytes: u64) {
        match std::fs::remove_file(&path) {
            Ok(()) => {
                self.removed.push(path);
                self.freed_bytes += bytes;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.problems.push(Problem::new(
                format!("could not remove `{path}`"),
                error.to_string(),
                "the history takes more room than it may",
            )),
        }
    }
}

/// The newest of `entries` that `filter` admits. Ids tell seconds apart; within one the headers decide.
fn newest(entries: Vec<Entry>, filter: Filter<'_>) -> Option<Entry> {
    let admitted = |entry: Entry| {
        let header = header_of(&entry).ok().flatten().filter(|header| filter.admits(header))?;
        Some((header.created_at, entry))
    };
    let mut admitted = entries.into_iter().rev().filter_map(admitted);
    let (newest_at, newest) = admitted.next()?;
    let same_second = admitted.take_while(|(at, _)| at.floor() == newest_at.floor());
    let later = same_second.filter(|(at, _)| *at > newest_at).max_by(|a, b| a.0.total_cmp(&b.0));
    Some(later.map_or(newest, |(_, entry)| entry))
}

/// Whether the file at `path` holds exactly `run`.
fn holds(path: &Utf8Path, run: &Run) -> bool {
    run_file::read(path).is_ok_and(|there| there == *run)
}

/// The header of a run; `None` if it was removed in the meantime.
fn header_of(entry: &Entry) -> Result<Option<RunHeader>, Problem> {
    let unlisted =
        |why: String| Err(Problem::new(format!("could not list `{}`", entry.path), why, "that run is not shown"));
    match run_file::read_header(&entry.path) {
        Ok(header) if header.id == entry.id => Ok(Some(header)),
        Ok(header) => unlisted(format!("it holds the run `{}`: rename it to `{}{EXTENSION}`", header.id, header.id)),
        Err(ReadError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error @ ReadError::Io { .. }) => {
            let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            unlisted(format!("{error}: {cause}"))
        }
        Err(error) => unlisted(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_file::RunKind;
    use brisk::model::{Build, Source};

    /// A store in a new directory; the guard removes it.
    fn store() -> (tempfile::TempDir, RunStore) {
        let guard = tempfile::tempdir().unwrap();
        let directory = Utf8PathBuf::from_path_buf(guard.path().join("runs")).unwrap();
        (guard, RunStore::open(directory).unwrap())
    }

    fn run(id: &str, root: &str) -> Run {
        Run {
            id: id.parse().unwrap(),
            kind: RunKind::Record,
            created_at: 1_795_249_491.0,
            brisk_version: "0.1.0".to_owned(),
            workspace_root: Some(root.into()),
            target_dir: None,
            git_revision: None,
            build: Build::empty(Source::Capture),
        }
    }

    const OLD: &str = "20260101T000000Z-0000aa";
    const MIDDLE: &str = "20260102T000000Z-0000bb";
    const NEW: &str = "20260102T000000Z-0000cc";

    fn three_runs() -> (tempfile::TempDir, RunStore) {
        let (guard, store) = store();
        for (id, root) in [(MIDDLE, "/b"), (NEW, "/a"), (OLD, "/a")] {
            store.put(&run(id, root)).unwrap();
        }
        (guard, store)
    }

    fn ids(listing: &Listing) -> Vec<&str> {
        listing.runs.iter().map(|header| header.id.as_str()).collect()
    }

    #[test]
    fn runs_are_listed_newest_first() {
        let (_guard, store) = three_runs();
        assert_eq!(ids(&store.list(Filter::All).unwrap()), [NEW, MIDDLE, OLD]);
        assert_eq!(ids(&store.list(Filter::Workspace("/a".into())).unwrap()), [NEW, OLD]);
    }

    #[test]
    fn a_run_is_found_by_id_by_its_beginning_and_as_the_last() {
        let (_guard, store) = three_runs();
        let found = |wanted, filter| store.get(wanted, filter).unwrap().id.to_string();
        assert_eq!(found(OLD, Filter::All), OLD);
        assert_eq!(found("20260101", Filter::All), OLD);
        assert_eq!(found("last", Filter::All), NEW);
        assert_eq!(found("last", Filter::Workspace("/b".into())), MIDDLE);
    }

    #[test]
    fn a_beginning_of_several_ids_names_the_newest() {
        let (_guard, store) = three_runs();
        let check = |wanted: &str, said: &str, expected: &[&str]| {
            let error = store.get(wanted, Filter::All).unwrap_err();
            assert_eq!(error.to_string(), said);
            let StoreError::Ambiguous { newest, .. } = error else { panic!("{error:?}") };
            assert_eq!(newest.iter().map(|header| header.id.as_str()).collect::<Vec<_>>(), expected);
        };
        check("20260102", "`20260102` is the beginning of 2 runs", &[NEW, MIDDLE]);
        for second in 0..60 {
            store.put(&run(&format!("20270101T0000{second:02}Z-0000aa"), "/a")).unwrap();
        }
        let newest: Vec<String> = (55..60).rev().map(|second| format!("20270101T0000{second:02}Z-0000aa")).collect();
        check("20", "`20` is the beginning of 63 runs", &newest.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let (_guard, store) = three_runs();
        for wanted in ["", "2027", "../runs", "*"] {
            assert!(matches!(store.get(wanted, Filter::All), Err(StoreError::NotFound { .. })), "{wanted}");
        }
        assert!(matches!(store.get("last", Filter::Workspace("/c".into())), Err(StoreError::NotFound { .. })));
    }

    #[test]
    fn foreign_files_are_left_alone_and_broken_ones_told() {
        let (_guard, store) = three_runs();
        std::fs::write(store.directory.join("notes.txt"), "mine").unwrap();
        std::fs::create_dir(store.directory.join("20260103T000000Z-0000dd.brisk.json.gz")).unwrap();
        std::fs::write(store.directory.join("20260104T000000Z-0000ee.brisk.json.gz"), "broken").unwrap();
        let copy = store.directory.join("20260105T000000Z-0000ff.brisk.json.gz");
        std::fs::copy(store.path_of(&OLD.parse().unwrap()), copy).unwrap();
        let listing = store.list(Filter::All).unwrap();
        assert_eq!(ids(&listing), [NEW, MIDDLE, OLD]);
        assert_eq!(listing.problems.len(), 3, "{:?}", listing.problems);
        assert!(listing.problems.iter().all(|problem| problem.what.contains(store.directory.as_str())));
        assert_eq!(store.get("last", Filter::All).unwrap().id.as_str(), NEW);
    }

    #[test]
    fn the_same_run_is_stored_once_and_another_one_under_a_new_id() {
        let (_guard, store) = store();
        let first = store.put(&run(OLD, "/a")).unwrap();
        assert_eq!(store.put(&run(OLD, "/a")).unwrap(), first);
        let second = store.put(&run(OLD, "/b")).unwrap();
        assert_ne!(second.id, first.id);
        assert_eq!(store.get(second.id.as_str(), Filter::All).unwrap().id, second.id);
        assert_eq!(store.list(Filter::All).unwrap().runs.len(), 2);
    }

    #[test]
    fn many_threads_may_store_at_once() {
        let (_guard, store) = store();
        std::thread::scope(|scope| {
            for i in 0..8 {
                let store = &store;
                scope.spawn(move || store.put(&run(OLD, &format!("/{i}"))).unwrap());
            }
        });
        let listing = store.list(Filter::All).unwrap();
        assert_eq!(listing.problems, []);
        let roots: std::collections::BTreeSet<_> = listing.runs.iter().map(|header| &header.workspace_root).collect();
        assert_eq!(roots.len(), 8);
    }

    #[test]
    fn pruning_removes_the_oldest_and_keeps_the_newest() {
        let (_guard, store) = three_runs();
        let bytes = std::fs::metadata(store.path_of(&NEW.parse().unwrap())).unwrap().len();
        assert_eq!(store.prune(SizeCap::DEFAULT).unwrap(), Pruned::default());
        assert_eq!(store.prune(SizeCap(bytes * 5 / 2)).unwrap().removed, [store.path_of(&OLD.parse().unwrap())]);
        assert_eq!(ids(&store.list(Filter::All).unwrap()), [NEW, MIDDLE]);
        assert_eq!(store.prune(SizeCap(0)).unwrap().removed.len(), 1);
        assert_eq!(ids(&store.list(Filter::All).unwrap()), [NEW]);
    }

    #[test]
    fn pruning_removes_what_an_interrupted_write_left_a_day_ago() {
        let (_guard, store) = three_runs();
        let [abandoned, in_work] = [".brisk-old.tmp", ".brisk-new.tmp"].map(|name| store.directory.join(name));
        std::fs::write(&in_work, "x").unwrap();
        let file = std::fs::File::create(&abandoned).unwrap();
        file.set_modified(SystemTime::now() - 2 * ABANDONED_AFTER).unwrap();
        assert_eq!(store.prune(SizeCap::DEFAULT).unwrap().removed, [abandoned]);
        assert!(in_work.exists());
    }

    #[test]
    fn calls_lie_beside_their_run_and_go_with_it() {
        let (_guard, store) = three_runs();
        let id = |text: &str| text.parse::<RunId>().unwrap();
        assert_eq!(store.calls(&id(OLD)).unwrap(), None);
        for of in [OLD, MIDDLE, NEW] {
            store.put_calls(&id(of), &[]).unwrap();
        }
        assert_eq!(store.calls(&id(OLD)).unwrap(), Some(Vec::new()));
        assert_eq!(ids(&store.list(Filter::All).unwrap()), [NEW, MIDDLE, OLD]);
        assert_eq!(store.find("20260101", Filter::All).unwrap().id.as_str(), OLD);
        let [run, calls] = [store.path_of(&id(OLD)), store.calls_of(&id(OLD))];
        let bytes = |of| [store.path_of(&id(of)), store.calls_of(&id(of))].map(|path| path.metadata().unwrap().len());
        let of_two: u64 = bytes(NEW).iter().chain(&bytes(MIDDLE)).sum();
        assert_eq!(store.prune(SizeCap(of_two)).unwrap().removed, [calls, run]);
        store.remove(&store.find(MIDDLE, Filter::All).unwrap()).unwrap();
        assert_eq!(store.names().unwrap().len(), 2, "the newest, and its calls");
    }

    #[test]
    fn calls_whose_run_is_gone_for_a_day_are_removed() {
        let (_guard, store) = three_runs();
        let [old, new] = ["20250101T000000Z-0000aa", "20250101T000000Z-0000bb"].map(|id| id.parse::<RunId>().unwrap());
        for id in [&old, &new] {
            store.put_calls(id, &[]).unwrap();
        }
        let file = std::fs::File::options().write(true).open(store.calls_of(&old)).unwrap();
        file.set_modified(SystemTime::now() - 2 * ABANDONED_AFTER).unwrap();
        assert_eq!(store.prune(SizeCap::DEFAULT).unwrap().removed, [store.calls_of(&old)]);
        assert!(store.calls_of(&new).exists());
    }

    #[test]
    fn a_directory_that_is_a_file_is_an_error_with_its_name() {
        let (guard, _) = store();
        let file = Utf8PathBuf::from_path_buf(guard.path().join("file")).unwrap();
        std::fs::write(&file, "x").unwrap();
        for directory in [file.clone(), file.join("below")] {
            let error = RunStore::open(directory.clone()).unwrap_err();
            assert!(error.to_string().contains(directory.as_str()), "{error}");
        }
    }

    #[test]
    fn a_directory_that_vanished_is_an_error_and_nothing_is_left() {
        let (guard, store) = store();
        std::fs::remove_dir(&store.directory).unwrap();
        assert!(matches!(store.put(&run(OLD, "/a")), Err(StoreError::Write(WriteError::Io { .. }))));
        assert!(matches!(store.list(Filter::All), Err(StoreError::Directory { .. })));
        assert_eq!(std::fs::read_dir(guard.path()).unwrap().count(), 0);
    }
}
