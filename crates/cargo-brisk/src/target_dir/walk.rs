//! Walks directories: what is in one, and how much a whole tree takes.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use brisk::model::Problem;

use super::holdings::{Holder, Holdings};

/// Bytes on disk and number of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) files: u64,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.files += other.files;
    }
}

/// One entry of a directory.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    /// Its name, for people and for comparison with Cargo's names, which are all UTF-8.
    pub(super) name: String,
    pub(super) kind: EntryKind,
    metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A directory.
    Directory,
    /// Anything else; symbolic links are not followed.
    File,
}

impl Entry {
    /// What the entry takes on disk, without what is in it.
    pub(super) fn bytes_on_disk(&self) -> u64 {
        bytes_on_disk(&self.metadata)
    }

    /// Device and inode, and the number of names, of a file that has several.
    #[cfg(unix)]
    pub(super) fn names(&self) -> Option<((u64, u64), u64)> {
        use std::os::unix::fs::MetadataExt;
        let metadata = &self.metadata;
        let has_several = !metadata.is_dir() && metadata.nlink() > 1;
        has_several.then(|| ((metadata.dev(), metadata.ino()), metadata.nlink()))
    }

    /// The standard library tells of no hard links elsewhere.
    #[cfg(not(unix))]
    pub(super) fn names(&self) -> Option<((u64, u64), u64)> {
        None
    }
}

/// Goes through directories, and remembers what must not be counted twice.
pub(super) struct Walker<'a> {
    /// Device and inode of files with several names.
    seen: BTreeSet<(u64, u64)>,
    files: u64,
    holdings: Holdings,
    progress: &'a mut dyn FnMut(u64),
    unreadable: Vec<(PathBuf, io::Error)>,
}

impl<'a> Walker<'a> {
    /// `progress` is told the number of files seen so far, once for every directory.
    pub(super) fn new(progress: &'a mut dyn FnMut(u64)) -> Self {
        Self { seen: BTreeSet::new(), files: 0, holdings: Holdings::default(), progress, unreadable: Vec::new() }
    }

    /// The entries of a directory: directories first, each group by name, so that a hard link to something in a
    /// directory is met after the file that Cargo made first.
    pub(super) fn entries(&mut self, dir: &Path) -> Vec<Entry> {
        let mut entries = Vec::new();
        let listed = std::fs::read_dir(dir).map_err(|error| self.fail(dir, error));
        for entry in listed.into_iter().flatten() {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_name(), entry.metadata()?))) {
                Ok((path, name, metadata)) => {
                    let name = name.to_string_lossy().into_owned();
                    let kind = if metadata.is_dir() { EntryKind::Directory } else { EntryKind::File };
                    entries.push(Entry { path, name, kind, metadata });
                }
                Err(error) => self.fail(dir, error),
            }
        }
        entries.sort_by(|a, b| (a.kind == EntryKind::File, &a.path).cmp(&(b.kind == EntryKind::File, &b.path)));
        (self.progress)(self.files);
        entries
    }

    /// An entry alone: of a directory, not what is in it. To be asked once, in the order in which files shall count.
    pub(super) fn own(&mut self, entry: &Entry) -> Size {
        self.size(&entry.metadata)
    }

    /// All that is below an entry, itself included.
    pub(super) fn total(&mut self, entry: &Entry) -> Size {
        self.total_of(entry, None)
    }

    /// An entry alone, noted as the holder's; as [`Self::own`].
    pub(super) fn own_of(&mut self, entry: &Entry, holder: Option<&Holder>) -> Size {
        if let Some(holder) = holder {
            self.holdings.note(holder, entry);
        }
        self.own(entry)
    }

    /// All that is below an entry, itself included, noted as the holder's if it has one.
    pub(super) fn total_of(&mut self, entry: &Entry, holder: Option<&Holder>) -> Size {
        let mut total = self.own_of(entry, holder);
        let mut directories = Vec::new();
        if entry.kind == EntryKind::Directory {
            directories.push(entry.path.clone());
        }
        while let Some(dir) = directories.pop() {
            for entry in self.entries(&dir) {
                total += self.own_of(&entry, holder);
                if entry.kind == EntryKind::Directory {
                    directories.push(entry.path);
                }
            }
        }
        total
    }

    /// Size of a directory itself, which Cargo's own directories have too; 0 where it cannot be told.
    pub(super) fn own_size(&mut self, dir: &Path) -> Size {
        dir.metadata().map(|metadata| self.size(&metadata)).unwrap_or_default()
    }

    fn size(&mut self, metadata: &Metadata) -> Size {
        let files = u64::from(!metadata.is_dir());
        self.files += files;
        let bytes = if self.is_first_name(metadata) { bytes_on_disk(metadata) } else { 0 };
        Size { bytes, files }
    }

    /// Whether this is the first name under which a file is met.
    #[cfg(unix)]
    fn is_first_name(&mut self, metadata: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;
        metadata.is_dir() || metadata.nlink() < 2 || self.seen.insert((metadata.dev(), metadata.ino()))
    }

    /// Without inodes every name counts: the standard library tells of no hard links elsewhere.
    #[cfg(not(unix))]
    fn is_first_name(&mut self, _: &Metadata) -> bool {
        true
    }

    fn fail(&mut self, dir: &Path, error: io::Error) {
        // A build may remove what was just listed.
        if error.kind() != io::ErrorKind::NotFound {
            self.unreadable.push((dir.to_owned(), error));
        }
    }

    /// Tells the last number of files; whose the bytes are, and what could not be read in one problem.
    pub(super) fn finish(self) -> (Holdings, Option<Problem>) {
        (self.progress)(self.files);
        (self.holdings, too_small(self.unreadable))
    }
}

fn too_small(unreadable: Vec<(PathBuf, io::Error)>) -> Option<Problem> {
    let n_more = unreadable.len().saturating_sub(1);
    let (path, error) = unreadable.into_iter().next()?;
    let more = if n_more == 0 { String::new() } else { format!(" (nor {n_more} more)") };
    Some(Problem::new(
        format!("`{}` could not be read{more}", path.display()),
        error.to_string(),
        "the disk use that is shown is too small",
    ))
}

/// What the file takes on disk: `st_blocks` counts 512 bytes whatever the file system's blocks are (POSIX `sys/stat.h`).
#[cfg(unix)]
fn bytes_on_disk(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

/// Its length, where blocks are not told.
#[cfg(not(unix))]
fn bytes_on_disk(metadata: &Metadata) -> u64 {
    if metadata.is_dir() { 0 } else { metadata.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(failures: &[io::ErrorKind]) -> Option<String> {
        let mut progress = |_| {};
        let mut walker = Walker::new(&mut progress);
        for kind in failures {
            walker.fail(Path::new("/target/x"), io::Error::from(*kind));
        }
        walker.finish().1.map(|problem| problem.what)
    }

    #[test]
    fn what_cannot_be_read_is_one_problem_and_what_is_gone_is_none() {
        use io::ErrorKind::{NotFound, PermissionDenied};
        assert_eq!(problem_of(&[NotFound, NotFound]), None);
        assert_eq!(problem_of(&[PermissionDenied]).as_deref(), Some("`/target/x` could not be read"));
        let several = problem_of(&[PermissionDenied, NotFound, PermissionDenied]);
        assert_eq!(several.as_deref(), Some("`/target/x` could not be read (nor 1 more)"));
    }
}
