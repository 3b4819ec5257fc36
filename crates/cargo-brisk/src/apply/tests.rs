//! Dying at every operation, full disks, edits in between.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::disk::{Disk, RealDisk};
use super::*;

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// The process is killed: nothing works from then on.
    Killed,
    /// The disk is full: nothing can be written, all else works.
    Full,
}

/// A file system on which something happens at the `n`th operation.
struct TroubledDisk {
    trouble: Trouble,
    at: usize,
    n_done: Cell<usize>,
}

impl TroubledDisk {
    fn new(trouble: Trouble, at: usize) -> Self {
        Self { trouble, at, n_done: Cell::new(0) }
    }

    /// Whether it has come to that.
    fn is_reached(&self) -> bool {
        self.n_done.get() > self.at
    }

    fn next(&self, is_write: bool) -> io::Result<()> {
        let n = self.n_done.replace(self.n_done.get() + 1);
        match self.trouble {
            Trouble::Killed if n >= self.at => Err(io::Error::other("killed")),
            Trouble::Full if n >= self.at && is_write => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl Disk for TroubledDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let is_first = self.n_done.get() == self.at;
        self.next(true).inspect_err(|_| {
            if is_first {
                RealDisk.write_new(path, &bytes[..bytes.len() / 2], mode).unwrap();
            }
        })?;
        RealDisk.write_new(path, bytes, mode)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next(false)?;
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.next(false)?;
        RealDisk.remove(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.next(false)?;
        RealDisk.remove_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.next(false)?;
        RealDisk.create_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.next(false)?;
        RealDisk.sync_dir(path)
    }
}

/// A workspace with a file to change, one to make in a new directory, and one to remove.
struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(bench.root()).unwrap();
        std::fs::write(bench.root().join("Cargo.toml"), b"old\r\n").unwrap();
        std::fs::write(bench.root().join("gone"), b"gone \xff").unwrap();
        std::fs::write(bench.root().join("neighbour"), b"\xfe").unwrap();
        bench
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("workspace")
    }

    fn journal(&self) -> Journal {
        Journal::of(&self.dir.path().join("data"), &self.root())
    }

    fn changes(&self) -> Vec<FileChange> {
        let change = |path: &str, before: Option<&[u8]>, after: Option<&[u8]>| FileChange {
            path: self.root().join(path),
            before: before.map(<[u8]>::to_vec),
            after: after.map(<[u8]>::to_vec),
        };
        vec![
            change("Cargo.toml", Some(b"old\r\n"), Some(b"new\r\n")),
            change(".cargo/config.toml", None, Some(b"[build]")),
            change("gone", Some(b"gone \xff"), None),
        ]
    }

    fn apply(&self, disk: &dyn Disk, id: &str) -> Result<Entry, ApplyError> {
        apply(disk, &self.journal(), Name { id, title: "a change", created_at: 1.0 }, &self.changes())
    }

    /// All files, by name, with their bytes; directories without.
    fn files(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut todo = vec![self.root()];
        let mut files = BTreeMap::new();
        while let Some(dir) = todo.pop() {
            for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
                let bytes = path.is_file().then(|| std::fs::read(&path).unwrap());
                if bytes.is_none() {
                    todo.push(path.clone());
                }
                files.insert(path, bytes);
            }
        }
        files
    }

    /// What `undo` has to do after whatever happened, as the user would have it done.
    fn recover(&self) {
        for entry in self.journal().entries().unwrap() {
            if entry.state != State::Undone {
                undo(&RealDisk, &self.journal(), &entry, Force::No).unwrap();
            }
        }
    }
}

/// Each file is as it was or as it shall be: none is cut, none is empty.
fn assert_whole(bench: &Bench, was: &BTreeMap<PathBuf, Option<Vec<u8>>>) {
    for change in bench.changes() {
        let now = std::fs::read(&change.path).ok();
        assert!(now == change.before || now == change.after, "{}: {now:?}", change.path.display());
    }
    let neighbour = bench.root().join("neighbour");
    assert_eq!(std::fs::read(&neighbour).ok().as_ref(), was[&neighbour].as_ref());
}

#[test]
fn killed_at_any_operation_of_a_change_nothing_is_lost_and_undo_finishes() {
    for at in 0.. {
        let bench = Bench::new();
        let was = bench.files();
        let disk = TroubledDisk::new(Trouble::Killed, at);
        let applied = bench.apply(&disk, "1");
        assert_whole(&bench, &was);
        if !disk.is_reached() {
            assert!(applied.is_ok() && at > 15, "{at} operations");
            break;
        }
        bench.recover();
        assert_eq!(bench.files(), was, "killed at operation {at}");
        // And the change can be made then.
        bench.apply(&RealDisk, "2").unwrap();
    }
}

#[test]
fn killed_at_any_operation_of_undo_nothing_is_lost_and_undo_finishes() {
    for at in 0.. {
        let bench = Bench::new();
        let was = bench.files();
        let entry = bench.apply(&RealDisk, "1").unwrap();
        let disk = TroubledDisk::new(Trouble::Killed, at);
        let undone = undo(&disk, &bench.journal(), &entry, Force::No);
        assert_whole(&bench, &was);
        if !disk.is_reached() {
            assert!(undone.is_ok() && at > 5, "{at} operations");
            break;
        }
        bench.recover();
        assert_eq!(bench.files(), was, "killed at operation {at}");
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    for at in 0.. {
        let bench = Bench::new();
        let was = bench.files();
        let disk = TroubledDisk::new(Trouble::Full, at);
        match bench.apply(&disk, "1") {
            Ok(_) => {
                assert!(at > 5, "{at} operations");
                break;
            }
            // Once all is renamed, only the mark is missing.
            Err(_) if bench.changes().iter().all(|change| std::fs::read(&change.path).ok() == change.after) => {}
            Err(_) => {
                bench.recover();
                assert_eq!(bench.files(), was, "full at operation {at}");
            }
        }
    }
}

#[test]
fn what_was_changed_is_restored_byte_for_byte_and_twice_is_once() {
    let bench = Bench::new();
    let was = bench.files();
    let entry = bench.apply(&RealDisk, "1").unwrap();
    assert_eq!(entry.state, State::Applied);
    assert_ne!(bench.files(), was);
    let undone = undo(&RealDisk, &bench.journal(), &entry, Force::No).unwrap();
    assert_eq!(undone.restored.len(), 3);
    assert_eq!(bench.files(), was);
    let again = undo(&RealDisk, &bench.journal(), &entry, Force::No).unwrap();
    assert_eq!((again.restored.len(), again.untouched.len()), (0, 3));
    assert_eq!(bench.journal().entries().unwrap()[0].state, State::Undone);
}

/// What a file holds, or none, before and after.
fn content() -> impl Strategy<Value = Option<Vec<u8>>> {
    let manifest = "(# [a-z]{0,5}(\\r\\n|\\n)|[a-z]{1,3} = '[0-9]'(\\r\\n|\\n)?){0,4}".prop_map(String::into_bytes);
    proptest::option::weighted(0.8, prop_oneof![manifest, proptest::collection::vec(any::<u8>(), 0..40)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_change_that_is_undone_has_never_been(contents in proptest::collection::vec((content(), content()), 1..5)) {
        let dir = tempfile::tempdir().unwrap();
        let path = |number: usize| dir.path().join(format!("workspace/{}/file", number % 3)).with_extension(number.to_string());
        let mut changes = Vec::new();
        for (number, (before, after)) in contents.into_iter().enumerate() {
            if let Some(before) = &before {
                std::fs::create_dir_all(path(number).parent().unwrap()).unwrap();
                std::fs::write(path(number), before).unwrap();
            }
            changes.push(FileChange { path: path(number), before, after });
        }
        std::fs::create_dir_all(dir.path().join("workspace")).unwrap();
        let journal = Journal::of(&dir.path().join("data"), &dir.path().join("workspace"));
        let holds = |change: &FileChange| std::fs::read(&change.path).ok();
        let entry = apply(&RealDisk, &journal, Name { id: "1", title: "", created_at: 1.0 }, &changes).unwrap();
        prop_assert!(changes.iter().all(|change| holds(change) == change.after));
        undo(&RealDisk, &journal, &entry, Force::No).unwrap();
        prop_assert!(changes.iter().all(|change| holds(change) == change.before));
    }
}

#[test]
fn changes_of_one_second_are_told_newest_first_and_with_their_commits() {
    let bench = Bench::new();
    let change = |id: &str, created_at: f64, from: &[u8], to: &[u8]| {
        let path = bench.root().join("Cargo.toml");
        let change = FileChange { path, before: Some(from.to_vec()), after: Some(to.to_vec()) };
        apply(&RealDisk, &bench.journal(), Name { id, title: "a change", created_at }, &[change]).unwrap()
    };
    change("1-ff", 1.25, b"old\r\n", b"new\r\n");
    let second = change("1-00", 1.5, b"new\r\n", b"newer\r\n");
    note_commit(&RealDisk, &second, "0123abc").unwrap();
    let entries = bench.journal().entries().unwrap();
    let told: Vec<(&str, Option<&str>)> =
        entries.iter().map(|entry| (entry.id.as_str(), entry.commit.as_deref())).collect();
    assert_eq!(told, [("1-00", Some("0123abc")), ("1-ff", None)]);
}

#[test]
fn later_edits_are_not_overwritten_unless_told_and_kept_even_then() {
    let bench = Bench::new();
    let entry = bench.apply(&RealDisk, "1").unwrap();
    let manifest = bench.root().join("Cargo.toml");
    std::fs::write(&manifest, b"edited").unwrap();
    let refused = undo(&RealDisk, &bench.journal(), &entry, Force::No).unwrap_err();
    let ApplyError::EditedSince(conflicts) = refused else { panic!("{refused}") };
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].now.as_deref(), Some(&b"edited"[..]));
    assert_eq!(std::fs::read(&manifest).unwrap(), b"edited");
    let undone = undo(&RealDisk, &bench.journal(), &entry, Force::Yes).unwrap();
    assert_eq!(std::fs::read(&manifest).unwrap(), b"old\r\n");
    assert_eq!(std::fs::read(&undone.kept[0]).unwrap(), b"edited");
}

#[test]
fn a_file_that_was_edited_after_the_plan_is_left_alone() {
    let bench = Bench::new();
    std::fs::write(bench.root().join("gone"), b"edited").unwrap();
    let was = bench.files();
    assert!(matches!(bench.apply(&RealDisk, "1"), Err(ApplyError::Changed(_))));
    assert_eq!(bench.files(), was);
    assert_eq!(bench.journal().entries().unwrap(), []);
}

#[cfg(unix)]
#[test]
fn links_stay_links_permissions_stay_and_read_only_files_are_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let (manifest, elsewhere) = (bench.root().join("Cargo.toml"), bench.dir.path().join("elsewhere.toml"));
    std::fs::rename(&manifest, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &manifest).unwrap();
    std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o640)).unwrap();
    let entry = bench.apply(&RealDisk, "1").unwrap();
    assert!(manifest.is_symlink());
    assert_eq!(std::fs::read(&elsewhere).unwrap(), b"new\r\n");
    assert_eq!(elsewhere.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    undo(&RealDisk, &bench.journal(), &entry, Force::No).unwrap();
    assert!(manifest.is_symlink());
    std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o440)).unwrap();
    assert!(matches!(bench.apply(&RealDisk, "2"), Err(ApplyError::ReadOnly(_))));
}

#[cfg(unix)]
#[test]
fn a_read_only_lockfile_is_written_and_stays_read_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let lockfile = bench.root().join("Cargo.lock");
    std::fs::write(&lockfile, "old").unwrap();
    std::fs::set_permissions(&lockfile, std::fs::Permissions::from_mode(0o444)).unwrap();
    let change = FileChange { path: lockfile.clone(), before: Some(b"old".to_vec()), after: Some(b"new".to_vec()) };
    let name = Name { id: "1", title: "a change", created_at: 1.0 };
    let entry = apply(&RealDisk, &bench.journal(), name, &[change]).unwrap();
    let is = || (std::fs::read(&lockfile).unwrap(), lockfile.metadata().unwrap().permissions().mode() & 0o777);
    assert_eq!(is(), (b"new".to_vec(), 0o444));
    undo(&RealDisk, &bench.journal(), &entry, Force::No).unwrap();
    assert_eq!(is(), (b"old".to_vec(), 0o444));
}

#[test]
fn only_one_writes_at_a_time() {
    let bench = Bench::new();
    let held = lock::Lock::take(bench.journal().dir()).unwrap();
    assert!(matches!(bench.apply(&RealDisk, "1"), Err(ApplyError::Locked)));
    drop(held);
    bench.apply(&RealDisk, "1").unwrap();
}

#[test]
fn a_newer_journal_is_refused() {
    let bench = Bench::new();
    bench.apply(&RealDisk, "1").unwrap();
    let path = bench.journal().dir().join("1/entry.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("\"format\": 1", "\"format\": 2");
    std::fs::write(&path, text).unwrap();
    let refused = bench.journal().entries().unwrap_err();
    assert!(refused.to_string().contains("format 2"), "{refused}");
}
