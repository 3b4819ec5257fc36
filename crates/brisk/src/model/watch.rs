//! What Cargo looks at to decide whether a unit is fresh.

use super::UnitIdx;

/// What Cargo looks at before it takes a unit for fresh, as far as there is something to say of it: an unremarkable file
/// that is older than the unit is not listed.
///
/// Only mtimes count (`find_stale_file` in Cargo's `core/compiler/fingerprint/mod.rs`): a file that is newer than the start
/// of the unit's last build, or that is not there, makes the unit dirty, whatever its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The unit.
    pub unit: UnitIdx,
    /// How it is known which files count.
    pub scope: WatchScope,
    /// Paths of which there is something to say.
    pub paths: Vec<WatchedPath>,
    /// Environment variables that are otherwise here and now than when the unit was built.
    pub variables: Vec<WatchedVariable>,
}

/// How it is known which files count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WatchScope {
    /// A build script named them (`rerun-if-changed`), or only variables (`rerun-if-env-changed`).
    Named,
    /// A build script named nothing, so that every file of its package counts.
    Package,
    /// The sources that rustc read.
    Sources,
}

/// A path that Cargo looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedPath {
    /// The path, relative to the workspace root where it lies below it.
    pub path: String,
    /// What is there.
    pub state: PathState,
    /// Where it lies.
    pub place: PathPlace,
    /// Line of the build script on which it is named, where that was found.
    pub named_at: Option<SourceLine>,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathState {
    /// Nothing; and whether something came into its directory or left it after the unit was built, so that it may have been
    /// there then.
    Missing {
        /// See above.
        may_be_new: bool,
    },
    /// A file or directory that was last written before the unit was built, or some time after by whomever.
    Unremarkable,
    /// A file of the build directory that was written after the unit was built, and so by a build.
    NewerOutput,
    /// It, or a file in the directory, was written while a build script ran.
    WrittenBy {
        /// The run of the script.
        script: UnitIdx,
        /// What was written; the path itself if it is a file.
        file: String,
    },
    /// It, or a file in the directory, has a time in the future.
    InFuture {
        /// Which file.
        file: String,
        /// By how many seconds.
        ahead_s: u64,
    },
}

/// Where a path lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathPlace {
    /// A directory that holds the build directory, or is it: Cargo itself writes there in every build.
    HoldsBuildDir,
    /// In the build directory.
    BuildDir,
    /// All of `.git`, or its index, which Git also rewrites when nothing is committed.
    Repository,
    /// The directory of the package, with everything in it.
    PackageRoot,
    /// Anywhere else.
    Elsewhere,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// Path, relative to the workspace root where it lies below it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// An environment variable that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedVariable {
    /// Its name.
    pub name: String,
    /// Its value when the unit was built; `None` if it was not set.
    pub then: Option<String>,
    /// Its value here and now.
    pub now: Option<String>,
    /// Line of the build script on which it is named, where that was found.
    pub named_at: Option<SourceLine>,
}

/// When the sources of the workspace's own packages were last written, beside the builds of their units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceTimes {
    /// How many files there are.
    pub n_files: usize,
    /// How many of them are newer than a unit that was built from them.
    pub n_newer: usize,
    /// Seconds from the oldest of these to the newest.
    pub span_s: f64,
}
