//! What a target directory holds, in bytes.

/// What a part of the target directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiskKind {
    /// A profile's whole directory (`debug`, `release`, …); its parts follow below it.
    Profile,
    /// A `--target` triple's directory.
    Triple,
    /// Compiled dependencies and members: `deps/`, or `build/*/*/out` in the new layout.
    Deps,
    /// Build scripts: their executables and what they wrote.
    BuildScripts,
    /// Incremental compilation sessions.
    Incremental,
    /// Fingerprints.
    Fingerprints,
    /// Examples.
    Examples,
    /// Executables and libraries put in place for the user (hard links count where they are met first).
    Artifacts,
    /// `target/package`: unpacked packages and their builds.
    Package,
    /// `.crate` files in `target/package`.
    CrateFiles,
    /// Documentation.
    Doc,
    /// `cargo --timings` reports.
    Timings,
    /// A build directory outside of the target directory (`build.build-dir`).
    BuildDir,
    /// Whatever else is there.
    Other,
}

impl DiskKind {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Triple => "triple",
            Self::Deps => "deps",
            Self::BuildScripts => "build-scripts",
            Self::Incremental => "incremental",
            Self::Fingerprints => "fingerprints",
            Self::Examples => "examples",
            Self::Artifacts => "artifacts",
            Self::Package => "package",
            Self::CrateFiles => "crate-files",
            Self::Doc => "doc",
            Self::Timings => "timings",
            Self::BuildDir => "build-dir",
            Self::Other => "other",
        }
    }
}

/// One directory (or kind of file) of the target directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskEntry {
    /// Path relative to the directory that was measured, with `/`.
    pub path: String,
    /// What it is.
    pub kind: DiskKind,
    /// Bytes allocated on disk (`st_blocks`), every hard-linked file counted once.
    pub bytes: u64,
    /// Files in it.
    pub files: u64,
    /// Its parts.
    pub children: Vec<DiskEntry>,
}

/// All of a target (and build) directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskUsage {
    /// The directory.
    pub path: String,
    /// Bytes allocated on disk, all together.
    pub bytes: u64,
    /// Files, all together.
    pub files: u64,
    /// Parts, largest first.
    pub entries: Vec<DiskEntry>,
}

impl DiskUsage {
    /// Several directories as one: the first one's, with each of the others as an entry. `None` if there are none.
    pub fn joined(usages: Vec<Self>) -> Option<Self> {
        let mut usages = usages.into_iter();
        let mut all = usages.next()?;
        for other in usages {
            all.bytes = all.bytes.saturating_add(other.bytes);
            all.files = all.files.saturating_add(other.files);
            all.entries.push(DiskEntry {
                path: other.path,
                kind: DiskKind::BuildDir,
                bytes: other.bytes,
                files: other.files,
                children: other.entries,
            });
        }
        all.entries.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
        Some(all)
    }
}
