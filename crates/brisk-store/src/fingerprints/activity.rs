//! Whether a build is running.

use std::fs::TryLockError;

use camino::Utf8Path;

/// What happens in a profile directory now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// A Cargo command has it locked.
    Building,
    /// Nobody has it locked, or nothing in it is unfinished.
    Idle,
    /// There is no lock, or the file system has none.
    Unknown,
}

/// The files that Cargo locks while it builds in a profile directory: the first since 1.96, and then the second only as
/// shared (`core/compiler/layout.rs`).
const LOCKS: [&str; 2] = [".cargo-build-lock", ".cargo-lock"];

impl Activity {
    /// Looks whether Cargo has locked the profile directory `dir`, without waiting.
    ///
    /// The only way to ask is to lock. The lock is shared and held for microseconds, and nothing is created or written. A
    /// Cargo command that starts in this very moment waits for them and says so ("Blocking waiting for file lock"); hence
    /// this is only asked where something is unfinished.
    pub(super) fn of(dir: &Utf8Path) -> Self {
        let states = LOCKS.iter().filter_map(|name| is_locked(&dir.join(name)));
        match states.reduce(|one, other| one || other) {
            Some(true) => Self::Building,
            Some(false) => Self::Idle,
            None => Self::Unknown,
        }
    }
}

/// `None` if there is no such file or it cannot be locked.
fn is_locked(path: &Utf8Path) -> Option<bool> {
    if !fs_err::metadata(path).ok()?.is_file() {
        return None;
    }
    let file = fs_err::File::open(path).ok()?.into_file();
    match file.try_lock_shared() {
        Ok(()) => {
            // To close the file unlocks it as well.
            let _ = file.unlock();
            Some(false)
        }
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;

    fn directory() -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(directory.path().to_owned()).unwrap();
        (directory, path)
    }

    #[test]
    fn a_locked_directory_is_being_built_in() {
        let (_directory, path) = directory();
        assert_eq!(Activity::of(&path), Activity::Unknown);
        let lock = fs_err::File::create(path.join(".cargo-lock")).unwrap().into_file();
        assert_eq!(Activity::of(&path), Activity::Idle);
        lock.lock().unwrap();
        assert_eq!(Activity::of(&path), Activity::Building);
        lock.unlock().unwrap();
        assert_eq!(Activity::of(&path), Activity::Idle);
    }

    #[test]
    fn the_lock_of_newer_cargos_is_known() {
        let (_directory, path) = directory();
        fs_err::File::create(path.join(".cargo-lock")).unwrap().into_file().lock_shared().unwrap();
        let lock = fs_err::File::create(path.join(".cargo-build-lock")).unwrap().into_file();
        lock.lock().unwrap();
        assert_eq!(Activity::of(&path), Activity::Building);
    }

    #[test]
    fn asking_leaves_no_lock_and_no_file_behind() {
        let (_directory, path) = directory();
        let lock = fs_err::File::create(path.join(".cargo-lock")).unwrap().into_file();
        assert_eq!(Activity::of(&path), Activity::Idle);
        assert!(lock.try_lock().is_ok());
        assert_eq!(fs_err::read_dir(&path).unwrap().count(), 1);
    }
}
