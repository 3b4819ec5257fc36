//! Disk use of the target directory.

use brisk::model::{DiskEntry, DiskUsage};
use serde::Serialize;

/// All of a target directory.
#[derive(Clone, Debug, Serialize)]
pub struct DiskView<'a> {
    /// The directory.
    pub path: &'a str,
    /// Bytes allocated on disk, every hard-linked file counted once.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// Its parts, largest first.
    pub entries: Vec<DiskEntryView<'a>>,
}

/// A part of it.
#[derive(Clone, Debug, Serialize)]
pub struct DiskEntryView<'a> {
    /// Path relative to the directory, with `/`.
    pub path: &'a str,
    /// `profile`, `deps`, `incremental`, `package`, …
    pub kind: &'static str,
    /// Bytes allocated on disk.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// Its parts.
    pub entries: Vec<DiskEntryView<'a>>,
}

impl<'a> DiskView<'a> {
    pub(super) fn of(disk: &'a DiskUsage) -> Self {
        Self { path: &disk.path, bytes: disk.bytes, files: disk.files, entries: entries(&disk.entries) }
    }
}

fn entries(list: &[DiskEntry]) -> Vec<DiskEntryView<'_>> {
    list.iter()
        .map(|entry| DiskEntryView {
            path: &entry.path,
            kind: entry.kind.as_str(),
            bytes: entry.bytes,
            files: entry.files,
            entries: entries(&entry.children),
        })
        .collect()
}
