//! The directory of a recording, and who is at work in it.

use std::fs::{File, TryLockError};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;

use super::event::{Begin, Event};
use super::log::Recording;
use crate::run_file::RunId;

/// Held as long as the recorder lives: a lock ends with its process, whatever happens to it.
const LOCK_FILE: &str = "lock";

/// The ending of a directory that was put aside: what has it is no id of a run.
const UNREADABLE: &str = "unreadable";

/// The directory of a recording that is being made, or that was found abandoned.
#[derive(Debug)]
pub struct RecordingDir {
    id: RunId,
    path: Utf8PathBuf,
    _lock: File,
}

impl RecordingDir {
    /// Makes the directory for the run `id` below `root`.
    ///
    /// # Errors
    ///
    /// If it cannot be made or locked.
    pub fn create(root: &Utf8Path, id: RunId) -> io::Result<Self> {
        let path = root.join(id.as_str());
        fs::create_dir_all(root)?;
        fs::create_dir(&path)?;
        let lock = File::create(path.join(LOCK_FILE))?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Self { id, path, _lock: lock })
    }

    /// The id of the run that it will be.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The directory.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Removes it, when its run is in the store.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_dir_all(&self.path)
    }

    /// Puts it aside, because it cannot be read: it keeps everything that is in it, and is not found again. Gives the new
    /// path, which says what it is.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub fn put_aside(self) -> io::Result<Utf8PathBuf> {
        let aside = self.path.with_file_name(format!("{}.{UNREADABLE}", self.id));
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }

    /// The directory if its recorder is gone.
    fn adopt(path: Utf8PathBuf) -> Option<Self> {
        let id = path.file_name()?.parse().ok()?;
        let lock = File::open(path.join(LOCK_FILE)).ok()?;
        match lock.try_lock() {
            Ok(()) => Some(Self { id, path, _lock: lock }),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
        }
    }
}

/// The recordings below `root` that nobody works on any more, oldest first: their recorder is gone, and so is their
/// Cargo, which goes on when only the recorder was killed.
///
/// # Errors
///
/// If `root` cannot be listed; that it does not exist is none.
pub fn abandoned(root: &Utf8Path) -> io::Result<Vec<RecordingDir>> {
    let mut dirs: Vec<RecordingDir> = directories(root)?.into_iter().filter_map(RecordingDir::adopt).collect();
    dirs.retain(|dir| !Recording::read(dir.path()).is_ok_and(|recording| cargo_lives(&recording)));
    dirs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(dirs)
}

/// A recording that is being made.
#[derive(Clone, Debug, PartialEq)]
pub struct InProgress {
    /// The id of the run that it will be.
    pub id: RunId,
    /// The command line after `cargo`.
    pub command: Vec<String>,
    /// The directory that it runs in.
    pub cwd: String,
    /// When it began, in seconds since the UNIX epoch.
    pub started_at: f64,
    /// Calls of rustc that have ended so far.
    pub n_units: usize,
}

/// The recordings below `root` whose Cargo is at work, oldest first. Nobody's lock is tried: whoever holds one for a moment
/// is in the way of a recorder that is just about to begin. Where the system does not tell whether a process is still the
/// same (other than Linux), none are seen.
///
/// # Errors
///
/// If `root` cannot be listed; that it does not exist is none.
pub fn in_progress(root: &Utf8Path) -> io::Result<Vec<InProgress>> {
    let in_progress = |path: &Utf8PathBuf| {
        let id = path.file_name()?.parse().ok()?;
        let recording = Recording::read(path).ok().filter(cargo_lives)?;
        let n_units = recording.events.iter().filter(|event| matches!(event, Event::UnitEnd(_))).count();
        let Begin { command, cwd, anchor, .. } = recording.begin;
        Some(InProgress { id, command, cwd, started_at: anchor.real_s(anchor.at), n_units })
    };
    let mut all: Vec<InProgress> = directories(root)?.iter().filter_map(in_progress).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

/// Everything in `root`, which need not be there.
fn directories(root: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
    let entries = match fs::read_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    Ok(entries.filter_map(|entry| Utf8PathBuf::from_path_buf(entry.ok()?.path()).ok()).collect())
}

fn cargo_lives(recording: &Recording) -> bool {
    let has_ended = recording.events.iter().any(|event| matches!(event, Event::End(_)));
    let cargo = recording.events.iter().find_map(|event| match event {
        Event::Cargo(process) => Some(*process),
        _ => None,
    });
    !has_ended && cargo.is_some_and(|cargo| cargo.start_ticks.is_some() && start_ticks(cargo.pid) == cargo.start_ticks)
}

/// When the kernel started the process: field 22 of `proc_pid_stat(5)`. One that has ended, and that nobody has waited for
/// yet (state `Z`), is gone.
fn start_ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the name in parentheses, which may hold anything; the next one is the third.
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    fields.nth(22 - 4).filter(|_| state != "Z")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::event::{CargoProcess, End, Exit, Moment, UnitEnd};
    use crate::recording::log::EventWriter;

    fn root() -> (tempfile::TempDir, Utf8PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap();
        (dir, path)
    }

    fn recording(root: &Utf8Path, events: &[Event]) -> RecordingDir {
        let dir = RecordingDir::create(root, RunId::generate(0.0)).unwrap();
        let mut writer = EventWriter::create(dir.path()).unwrap();
        let begin = Event::Begin(Box::default());
        for event in [&begin].into_iter().chain(events) {
            writer.write(event).unwrap();
        }
        dir
    }

    #[test]
    fn a_recording_is_abandoned_when_its_recorder_is_gone() {
        let (_guard, root) = root();
        let dir = recording(&root, &[]);
        assert_eq!(abandoned(&root).unwrap().len(), 0);
        let id = dir.id().clone();
        drop(dir);
        let found = abandoned(&root).unwrap();
        assert_eq!(found.iter().map(RecordingDir::id).collect::<Vec<_>>(), [&id]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn as_long_as_cargo_lives_its_recording_is_left_alone() {
        let (_guard, root) = root();
        let pid = std::process::id();
        let cargo = Event::Cargo(CargoProcess { pid, start_ticks: start_ticks(pid) });
        drop(recording(&root, std::slice::from_ref(&cargo)));
        assert_eq!(abandoned(&root).unwrap().len(), 0);
        drop(recording(&root, &[cargo, Event::End(End::default())]));
        assert_eq!(abandoned(&root).unwrap().len(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_recording_is_in_progress_while_its_cargo_lives() {
        let (_guard, root) = root();
        let pid = std::process::id();
        let cargo = Event::Cargo(CargoProcess { pid, start_ticks: start_ticks(pid) });
        let end = |pid| {
            let exit = Exit { code: Some(0), signal: None };
            Event::UnitEnd(UnitEnd { pid, exit, ..unit_end() })
        };
        let dir = recording(&root, &[cargo.clone(), end(1), end(2)]);
        drop(recording(&root, &[cargo, Event::End(End::default())]));
        drop(recording(&root, &[]));
        let found = in_progress(&root).unwrap();
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&one.id, one.n_units), (dir.id(), 2));
        assert_eq!(in_progress(&root.join("nowhere")).unwrap(), []);
    }

    fn unit_end() -> UnitEnd {
        UnitEnd {
            pid: 0,
            at: Moment::default(),
            expanded: None,
            rmeta: None,
            codegen: None,
            front_cpu_ns: None,
            usage: None,
            own: None,
            exit: Exit::default(),
        }
    }

    #[test]
    fn what_was_put_aside_is_kept_and_not_found_again() {
        let (_guard, root) = root();
        drop(recording(&root, &[]));
        let aside = abandoned(&root).unwrap().remove(0).put_aside().unwrap();
        assert!(aside.join("events.jsonl").exists() && aside.as_str().ends_with(".unreadable"), "{aside}");
        assert_eq!(abandoned(&root).unwrap().len(), 0);
    }

    #[test]
    fn what_is_no_recording_is_left_alone() {
        let (_guard, root) = root();
        fs::create_dir_all(root.join("mine")).unwrap();
        assert_eq!(abandoned(&root).unwrap().len(), 0);
        assert_eq!(abandoned(&root.join("nowhere")).unwrap().len(), 0);
    }
}
