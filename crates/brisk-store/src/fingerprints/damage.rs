//! What could not be read, counted: a damaged directory gives one problem, not hundreds.

use std::io;

use brisk::model::Problem;
use camino::{Utf8Path, Utf8PathBuf};

/// The files that could not be read or understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// How many files could not be opened, the first of them and why.
    pub unreadable: Option<(usize, Utf8PathBuf, String)>,
    /// How many files are larger than Cargo's ever are, and the first of them.
    pub too_large: Option<(usize, Utf8PathBuf)>,
    /// How many fingerprints are not JSON, and the first of them.
    pub not_fingerprints: Option<(usize, Utf8PathBuf)>,
    /// How many units that were built have no fingerprint, and the directory of the first of them.
    pub no_fingerprints: Option<(usize, Utf8PathBuf)>,
}

/// The largest file that is read whole. Fingerprints have some KiB; those of the largest crates (thousands of features,
/// or a build script that names thousands of files) have a few MiB.
pub(super) const MOST_BYTES: u64 = 16 << 20;

impl Damage {
    pub(super) fn unreadable(&mut self, path: &Utf8Path, error: &io::Error) {
        if error.kind() == io::ErrorKind::FileTooLarge {
            self.too_large.get_or_insert_with(|| (0, path.to_owned())).0 += 1;
            return;
        }
        let first = self.unreadable.get_or_insert_with(|| (0, path.to_owned(), error.to_string()));
        first.0 += 1;
    }

    pub(super) fn not_a_fingerprint(&mut self, path: &Utf8Path) {
        self.not_fingerprints.get_or_insert_with(|| (0, path.to_owned())).0 += 1;
    }

    pub(super) fn no_fingerprint(&mut self, dir: &Utf8Path) {
        self.no_fingerprints.get_or_insert_with(|| (0, dir.to_owned())).0 += 1;
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
        let too_large = self.too_large.iter().map(|(n_files, first)| {
            Problem::new(
                format!("{} larger than any that Cargo writes, first `{first}`", are(*n_files)),
                format!("Cargo's fingerprints have some KiB; files of more than {} MiB are not read", MOST_BYTES >> 20),
                "the features, dependencies and times of their units are not known",
            )
        });
        let not_fingerprints = self.not_fingerprints.iter().map(|(n_files, first)| {
            Problem::new(
                format!("{} of Cargo's fingerprints could not be understood, first `{first}`", files(*n_files)),
                "they are empty, cut short or in a format of another Cargo version; Cargo rewrites them on the next build",
                "the features and dependencies of their units are not known",
            )
        });
        let no_fingerprints = self.no_fingerprints.iter().map(|(n_units, first)| {
            let (units, have) = if *n_units == 1 { ("unit", "has") } else { ("units", "have") };
            Problem::new(
                format!("{n_units} {units} that Cargo built {have} no readable fingerprint, first in `{first}`"),
                "the `.json` files were removed or replaced; Cargo writes them again when it builds the units",
                "features, dependencies and times of these units are not known",
            )
        });
        unreadable.chain(too_large).chain(not_fingerprints).chain(no_fingerprints).collect()
    }
}

fn are(n_files: usize) -> String {
    format!("{} of the build directory {}", files(n_files), if n_files == 1 { "is" } else { "are" })
}

fn files(n_files: usize) -> String {
    if n_files == 1 { "1 file".to_owned() } else { format!("{n_files} files") }
}
