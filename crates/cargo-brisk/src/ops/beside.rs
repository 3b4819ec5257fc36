//! What is read while Cargo is asked about the workspace: everything that needs no more than its directories.

use std::path::Path;
use std::thread::ScopedJoinHandle;

use brisk::model::{DiskUsage, GitTarget, History, Leftovers, Linked, Problem, TargetMessages};
use brisk_store::fingerprints::Stored;

use super::diagnose::Seen;
use crate::target_dir::{self, Holdings, Measurement};
use crate::workspace::{self, Directories, Facts, Pending, RepositoryOptions, WorkspaceOptions};

/// What lies beside the manifests.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// What the target directory holds.
    pub(super) disk: Option<DiskUsage>,
    /// Which bytes of it are of which unit.
    pub(super) holdings: Holdings,
    /// What was linked there.
    pub(super) linked: Option<Vec<Linked>>,
    /// How often which sources were edited.
    pub(super) history: Option<History>,
    /// What git knows of the target directory.
    pub(super) git_target: Option<GitTarget>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
}

/// Waits for Cargo, and reads all of this meanwhile.
pub(super) fn beside(pending: Pending, options: &WorkspaceOptions, seen: &(dyn Fn(Seen) + Sync)) -> (Facts, Beside) {
    let directories = &pending.directories().clone();
    let root = &pending.root_dir().to_owned();
    std::thread::scope(|scope| {
        let disk = scope.spawn(|| measured(directories, &|n_files| seen(Seen::Files(n_files))));
        let linked = scope.spawn(|| linked(directories));
        let history = scope.spawn(|| edits(root, options));
        let git_target = scope.spawn(|| workspace::git_target(root, &directories.target_dir));
        let facts = pending.finish();
        let Measurement { usages, holdings, problems } = known(disk).unwrap_or_default();
        let beside = Beside {
            disk: DiskUsage::joined(usages),
            holdings,
            linked: known(linked),
            history: known(history),
            git_target: known(git_target).flatten(),
            problems,
        };
        (facts, beside)
    })
}

/// What a thread found out; nothing if it panicked, which its own message on stderr tells.
fn known<T>(thread: ScopedJoinHandle<'_, T>) -> Option<T> {
    thread.join().ok()
}

/// What the target directory holds, the build directory included where it is another one.
fn measured(directories: &Directories, seen: &(dyn Fn(u64) + Sync)) -> Measurement {
    let both = [directories.target_dir.as_path(), directories.build_dir.as_path()];
    target_dir::measure(&both, &mut |n_files| seen(n_files))
}

/// What was linked: test programs and the like are in the build directory, where it is another one.
fn linked(directories: &Directories) -> Vec<Linked> {
    let mut linked = target_dir::linked(&directories.target_dir);
    if directories.build_dir != directories.target_dir {
        linked.extend(target_dir::linked(&directories.build_dir));
    }
    linked
}

/// How often which sources were edited.
fn edits(root: &Path, options: &WorkspaceOptions) -> History {
    let WorkspaceOptions { environment, cache_dir, .. } = options;
    workspace::history(RepositoryOptions { root, environment, cache_dir: cache_dir.as_deref() })
}

/// What of the target directory no build needs.
pub(super) fn leftovers(stored: &Stored, holdings: &Holdings, options: &WorkspaceOptions) -> Leftovers {
    target_dir::leftovers(stored, holdings, || workspace::compilers(&options.environment, &options.cwd))
}

/// What the check said; where it said nothing of a target because it was not run or did not get there, what the last build
/// said.
pub(super) fn newest(of_check: Vec<TargetMessages>, of_last_build: Vec<TargetMessages>) -> Vec<TargetMessages> {
    let is_same = |a: &TargetMessages, b: &TargetMessages| {
        (&a.package, &a.target, a.mode.is_test()) == (&b.package, &b.target, b.mode.is_test())
    };
    let is_told = |message: &TargetMessages| of_check.iter().any(|told| is_same(told, message));
    let rest: Vec<TargetMessages> = of_last_build.into_iter().filter(|message| !is_told(message)).collect();
    of_check.into_iter().chain(rest).collect()
}
