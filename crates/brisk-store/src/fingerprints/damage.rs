//! What could not be read, counted: a damaged directory gives one problem, not hundreds.

use std::io;

use brisk::model::Problem;
use camino::{Utf8Path, Utf8PathBuf};

/// The files that could not be read or understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// How many files could not be opened, the first of them and why.
    pub unreadable: Option<(usize, Utf8PathBuf, String)>,
    /// How many fingerprints are not JSON, and the first of them.
    pub not_fingerprints: Option<(usize, Utf8PathBuf)>,
}

impl Damage {
    pub(super) fn unreadable(&mut self, path: &Utf8Path, error: &io::Error) {
        let first = self.unreadable.get_or_insert_with(|| (0, path.to_owned(), error.to_string()));
        first.0 += 1;
    }

    pub(super) fn no_fingerprint(&mut self, path: &Utf8Path) {
        self.not_fingerprints.get_or_insert_with(|| (0, path.to_owned())).0 += 1;
    }

    /// One problem for each kind of damage.
    pub fn problems(&self) -> Vec<Problem> {
        let unreadable = self.unreadable.iter().map(|(n_files, first, error)| {
            Problem::new(
                format!("{} of the build directory could not be read, first `{first}`", files(*n_files)),
                error.clone(),
                "the units they belong to lack times, edges or sizes",
            )
        });
        let not_fingerprints = self.not_fingerprints.iter().map(|(n_files, first)| {
            Problem::new(
                format!("{} of Cargo's fingerprints could not be understood, first `{first}`", files(*n_files)),
                "they are empty, cut short or in a format of another Cargo version; Cargo rewrites them on the next build",
                "the features and dependencies of their units are not known",
            )
        });
        unreadable.chain(not_fingerprints).collect()
    }
}

fn files(n_files: usize) -> String {
    if n_files == 1 { "1 file".to_owned() } else { format!("{n_files} files") }
}
