//! Directories of Brisk's own in which something is done with a workspace, apart from the user's own.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

/// Directories of workspaces that nobody asked about for so long are removed: what lies there can be made again.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);
/// At most so many are kept, whatever their age; those that were in use today are never removed, as somebody may be
/// at work there now.
const KEPT: usize = 8;
/// See [`KEPT`].
const IN_USE_FOR: Duration = Duration::from_hours(24);
/// The file whose time says when the directory was used last, with the root of the workspace.
const STAMP: &str = "workspace";
/// End of the name of the file that is locked while a run is at work.
const LOCK: &str = ".lock";

/// A directory of a workspace, made ready for one purpose.
///
/// While it is held, so is a lock on the file `<run>.lock` in it: what lies below the name of a run whose lock nobody holds was
/// left by a process that is gone. (Process ids would not tell: containers that share a directory have their own.)
#[derive(Debug)]
pub(super) struct PrivateDir {
    path: Utf8PathBuf,
    run: String,
    /// Closing it, however the process ends, gives the lock back.
    _lock: File,
}

impl PrivateDir {
    /// Makes the directory for `purpose` (`confirm`) and the workspace at `root` below `cache_dir`, and removes those for
    /// the same purpose that are not needed any more.
    pub(super) fn prepare(cache_dir: &Path, purpose: &str, root: &str) -> io::Result<Self> {
        let all = Utf8PathBuf::from_path_buf(cache_dir.join(purpose))
            .map_err(|path| io::Error::other(format!("the path is not UTF-8: {}", path.display())))?;
        let path = all.join(name_of(root));
        for dir in [&path.join("records"), &path.join("target")] {
            fs_err::create_dir_all(dir)?;
        }
        fs_err::write(path.join(STAMP), root)?;
        prune(&all, &path, SystemTime::now());
        remove_abandoned(&path);
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let run = format!("{}-{}", since_epoch.as_nanos(), std::process::id());
        let lock = File::create(path.join(format!("{run}{LOCK}")))?;
        // Where files cannot be locked, nobody else can tell that we are gone, and what we leave is left to `prune`.
        let _ = lock.try_lock();
        Ok(Self { path, run, _lock: lock })
    }

    pub(super) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Where Cargo builds.
    pub(super) fn target(&self) -> Utf8PathBuf {
        self.path.join("target")
    }

    /// Where the wrapper writes.
    pub(super) fn records(&self) -> Utf8PathBuf {
        self.path.join("records")
    }

    /// The name of this check: no other one has it.
    pub(super) fn run(&self) -> &str {
        &self.run
    }
}

/// `<last part of the root>-<hash of it>`.
fn name_of(root: &str) -> String {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let last = Utf8Path::new(root).file_name().unwrap_or("workspace");
    format!("{last}-{:016x}", hasher.finish())
}

/// Removes what is not needed any more. That something cannot be removed is left to the next check.
fn prune(all: &Utf8Path, own: &Utf8Path, now: SystemTime) {
    let entries = fs::read_dir(all).into_iter().flatten().filter_map(Result::ok);
    let used = |path: &Path| fs::metadata(path.join(STAMP)).and_then(|stamp| stamp.modified()).ok();
    let dated = entries.filter_map(|entry| {
        let path = entry.path();
        (path != own.as_std_path()).then_some((used(&path)?, path))
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_unstable();
    let n_surplus = (dated.len() + 1).saturating_sub(KEPT);
    for (position, (used, path)) in dated.into_iter().enumerate() {
        let age = now.duration_since(used).unwrap_or_default();
        let is_workspace_gone =
            || fs::read_to_string(path.join(STAMP)).is_ok_and(|root| !Path::new(&root).join("Cargo.toml").exists());
        if age > KEPT_FOR || age > IN_USE_FOR && (position < n_surplus || is_workspace_gone()) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Removes what processes that are gone have left: who is killed cannot clean up.
fn remove_abandoned(dir: &Utf8Path) {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    for name in names {
        let Some(run) = name.strip_suffix(LOCK) else { continue };
        let lock = dir.join(&name);
        if File::open(&lock).is_ok_and(|file| file.try_lock().is_ok()) {
            for left in [dir.join(run), dir.join("target").join(run)] {
                let _ = fs::remove_dir_all(left);
            }
            let _ = fs::remove_file(lock);
        }
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.path.join(format!("{}{LOCK}", self.run)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_nobody_uses_are_removed_and_others_stay() {
        let cache = tempfile::tempdir().unwrap();
        let workspace = tempfile::tempdir().unwrap();
        fs_err::write(workspace.path().join("Cargo.toml"), "").unwrap();
        let here = workspace.path().to_str().unwrap();
        let roots: Vec<String> = (0..10).map(|n| format!("{here}/./{}", "./".repeat(n))).collect();
        let paths: Vec<Utf8PathBuf> =
            roots.iter().map(|root| PrivateDir::prepare(cache.path(), "confirm", root).unwrap().path.clone()).collect();
        assert!(paths.iter().all(|path| path.exists()), "all were used today");
        let (all, own) = (paths[9].parent().unwrap(), &paths[9]);
        let n_left = || fs::read_dir(all).unwrap().count();

        let in_days = |n: u64| SystemTime::now() + Duration::from_hours(n * 24);
        prune(all, own, in_days(2));
        assert_eq!(n_left(), KEPT);
        prune(all, own, in_days(31));
        assert_eq!(n_left(), 1);
        assert!(own.exists());
    }

    #[test]
    fn the_directory_of_a_workspace_that_is_gone_is_removed() {
        let cache = tempfile::tempdir().unwrap();
        let gone = PrivateDir::prepare(cache.path(), "confirm", "/nowhere/at/all").unwrap();
        let own = PrivateDir::prepare(cache.path(), "confirm", "/nowhere/own").unwrap();
        let in_two_days = SystemTime::now() + Duration::from_hours(48);
        prune(own.path.parent().unwrap(), &own.path, in_two_days);
        assert!(!gone.path.exists() && own.path.exists());
    }

    #[test]
    fn what_a_process_left_is_removed_unless_it_is_still_there() {
        let cache = tempfile::tempdir().unwrap();
        let prepare = || PrivateDir::prepare(cache.path(), "prove", "/nowhere").unwrap();
        let (here, gone) = (prepare(), prepare());
        for dir in [here.path.join(&here.run), gone.path.join(&gone.run), gone.target().join(&gone.run)] {
            fs_err::create_dir_all(dir).unwrap();
        }
        let lock = gone.path.join(format!("{}{LOCK}", gone.run));
        let (path, run) = (gone.path.clone(), gone.run.clone());
        drop(gone);
        // A process that is killed leaves the file, and no lock on it.
        fs_err::write(&lock, "").unwrap();
        prepare();
        assert!(here.path.join(&here.run).exists());
        assert!(!path.join(&run).exists() && !path.join("target").join(&run).exists() && !lock.exists());
    }
}
