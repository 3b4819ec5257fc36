//! What git knows of the target directory.

/// What git knows of a target directory that lies within the workspace, and in the same repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitTarget {
    /// The target directory, relative to the root of the workspace: `target`.
    pub path: String,
    /// Whether files in it are neither tracked nor ignored, so that `git add .` would add them.
    pub unignored: bool,
    /// Files in it that are tracked.
    pub tracked: Tracked,
}

/// Tracked files below the target directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tracked {
    /// How many.
    pub files: u64,
    /// Bytes of those that are on disk, as long as they are; `None` if none is.
    pub bytes: Option<u64>,
    /// The first few, relative to the root of the workspace.
    pub examples: Vec<String>,
}
