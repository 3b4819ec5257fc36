//! What lies in a build directory although no build of today needs it.

use super::{PackageRef, UnitHash};

/// Why a unit on disk is not needed.
#[derive(Clone, Debug, PartialEq)]
pub enum Unneeded {
    /// A compiler built it that is not installed any more (`1.94.0 (4a4ef493e 2026-03-02)`). Cargo hashes the compiler's
    /// version into every unit, so no other compiler finds it fresh.
    CompilerGone(String),
    /// It, or something it needs, is of a version that is not part of the resolution any more.
    LeftResolution,
    /// Another variant of the same target (other flags, features or dependencies) was built this many seconds after it, and
    /// nothing that is still built needs it.
    Replaced {
        /// Seconds between the ends of the two.
        after_s: f64,
    },
}

/// A unit that is on disk and not needed.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftUnit {
    /// Directory of its profile, relative to the build directory: `debug`, `wasm32-unknown-unknown/release`.
    pub profile: String,
    /// Its hash, with which the names of its files end.
    pub hash: UnitHash,
    /// Its package.
    pub package: PackageRef,
    /// Why it is not needed.
    pub why: Unneeded,
    /// Bytes that would be free if all its files were deleted, and nothing else: files that have a name elsewhere do not
    /// count. `None` if they were not found.
    pub bytes: Option<u64>,
}

/// What an incremental session is of.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionOf {
    /// A unit that is not needed.
    LeftUnit(Unneeded),
    /// No unit that is on disk.
    NoUnit {
        /// Seconds between its start and the end of the newest unit of the profile.
        after_s: f64,
    },
    /// A unit that has two newer sessions in the same directory. (rustc keeps the last and the one before.)
    Older,
}

/// An incremental session of rustc that no build reads again.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftSession {
    /// Directory of its profile, as in [`LeftUnit`].
    pub profile: String,
    /// The crate, in rustc's spelling.
    pub crate_name: String,
    /// Its directory, relative to that of the profile, without the hash at the end: `incremental/app-1abc/s-hod2-1r4u`.
    pub path: String,
    /// What it is of.
    pub of: SessionOf,
    /// Bytes that would be free if it were deleted, and nothing else.
    pub bytes: u64,
}

/// What is there of one profile, all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProfile {
    /// Its directory, as in [`LeftUnit`].
    pub profile: String,
    /// Units on disk, needed or not.
    pub n_units: usize,
}

/// What no build of today needs, as far as it can be told without building.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leftovers {
    /// All profiles that were looked at, by directory.
    pub profiles: Vec<StoredProfile>,
    /// Units that are not needed, by profile and package.
    pub units: Vec<LeftUnit>,
    /// Incremental sessions that are not read again, by profile and crate.
    pub sessions: Vec<LeftSession>,
    /// What kept some units or sessions from being judged, one sentence each.
    pub undecided: Vec<String>,
}
