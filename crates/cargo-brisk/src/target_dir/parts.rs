//! Parts of a directory, added up by kind and path.

use brisk::model::{DiskEntry, DiskKind};

use super::walk::Size;

/// Parts on their way to be the children of an entry.
#[derive(Default)]
pub(super) struct Parts {
    entries: Vec<DiskEntry>,
}

impl Parts {
    /// Adds to the part of that kind and path.
    pub(super) fn add(&mut self, kind: DiskKind, path: &str, size: Size) {
        match self.entries.iter_mut().find(|entry| entry.kind == kind && entry.path == path) {
            Some(entry) => {
                entry.bytes += size.bytes;
                entry.files += size.files;
            }
            None => self.entries.push(leaf(kind, path, size)),
        }
    }

    /// Adds a part that is complete.
    pub(super) fn push(&mut self, entry: DiskEntry) {
        self.entries.push(entry);
    }

    /// Largest first, with their sum.
    pub(super) fn finish(mut self) -> (Vec<DiskEntry>, Size) {
        self.entries.sort_by(|a, b| (b.bytes, &a.path).cmp(&(a.bytes, &b.path)));
        let bytes = self.entries.iter().map(|entry| entry.bytes).sum();
        let files = self.entries.iter().map(|entry| entry.files).sum();
        (self.entries, Size { bytes, files })
    }

    /// As the parts of an entry.
    pub(super) fn into_entry(self, kind: DiskKind, path: &str) -> DiskEntry {
        let (children, size) = self.finish();
        DiskEntry { children, ..leaf(kind, path, size) }
    }
}

/// A part without parts.
pub(super) fn leaf(kind: DiskKind, path: &str, size: Size) -> DiskEntry {
    DiskEntry { path: path.to_owned(), kind, bytes: size.bytes, files: size.files, children: Vec::new() }
}
