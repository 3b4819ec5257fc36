//! Small trees of files for the tests of this folder.

use std::path::{Path, PathBuf};

/// A directory of its own with the given files; it goes when the value does.
pub(super) struct Tree(tempfile::TempDir);

impl Tree {
    /// Writes `(path, content)` pairs below a new directory.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, content) in files {
            tree.write(path, content);
        }
        tree
    }

    /// Writes one more file.
    pub(super) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }

    /// Adds text to the end of a file.
    pub(super) fn append(&self, path: &str, content: &str) {
        let old = fs_err::read_to_string(self.path(path)).unwrap();
        self.write(path, &(old + content));
    }

    /// The absolute path of something in it, free of symbolic links; the empty text is the directory itself.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        let root: PathBuf = self.0.path().canonicalize().unwrap();
        if path.is_empty() { root } else { root.join(Path::new(path)) }
    }

    /// The text with the directory replaced by `[ROOT]`.
    pub(super) fn redact(&self, text: &str) -> String {
        text.replace(self.path("").to_str().unwrap(), "[ROOT]")
    }
}
