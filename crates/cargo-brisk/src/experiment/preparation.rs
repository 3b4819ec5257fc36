//! What is done before each build, and is not timed.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

/// The state that a build starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// Nothing is built yet.
    Clean,
    /// Everything is built, and nothing has changed.
    UpToDate,
    /// Everything is built, and then this source was edited.
    Edited(PathBuf),
}

impl Preparation {
    /// Makes it so for a build into `target_dir`; `edit` is another number each time.
    pub(super) fn prepare(&self, target_dir: &Path, edit: u64) -> io::Result<()> {
        match self {
            Self::Clean => removed(target_dir)?,
            Self::UpToDate => {}
            Self::Edited(source) => edited(source, edit)?,
        }
        // What earlier builds have left to be written would be written while the next one is timed.
        nix::unistd::sync();
        Ok(())
    }
}

fn removed(target_dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(target_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// The name of the function that is added to a source: an edit that only adds a comment would let rustc reuse more than
/// real edits do.
const ADDED: &str = "__brisk_edit_";

/// Adds a function to the source, or gives the one that was added another name.
fn edited(source: &Path, edit: u64) -> io::Result<()> {
    let text = fs::read_to_string(source)?;
    let own = text.find(&format!("\n#[allow(dead_code)]\nfn {ADDED}")).unwrap_or(text.len());
    let text = format!("{}\n#[allow(dead_code)]\nfn {ADDED}{edit}() {{}}\n", &text[..own]);
    fs::write(source, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_made_anew_and_leaves_the_rest_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("lib.rs");
        fs::write(&source, "pub fn f() {}").unwrap();
        edited(&source, 1).unwrap();
        edited(&source, 2).unwrap();
        let expected = "pub fn f() {}\n#[allow(dead_code)]\nfn __brisk_edit_2() {}\n";
        assert_eq!(fs::read_to_string(&source).unwrap(), expected);
    }

    #[test]
    fn a_target_directory_that_is_not_there_is_clean() {
        let dir = tempfile::tempdir().unwrap();
        Preparation::Clean.prepare(&dir.path().join("target"), 1).unwrap();
    }
}
