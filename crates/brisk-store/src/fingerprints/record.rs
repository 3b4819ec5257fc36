//! One unit as it lies on disk.

use brisk::model::UnitHash;
use camino::{Utf8Path, Utf8PathBuf};

use super::artifacts::{ArtifactIndex, Artifacts};
use super::build_dirs::{Layout, ProfileDir};
use super::damage::{Damage, MOST_BYTES};
use super::dep_info;
use super::fingerprint::{self, Fingerprint};
use super::listing::{self, FileEntry};
use super::unit_name::{FileKind, Flavor, UnitName};

/// One unit as it lies on disk, before anything is concluded.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRecord {
    /// Index of its directory in [`super::Snapshot::dirs`].
    pub dir: usize,
    /// The directory of its fingerprint. Units without a hash of their own (documentation, dynamic libraries of members)
    /// share one with others of their package.
    pub path: Utf8PathBuf,
    /// Name of the package.
    pub package: String,
    /// Its hash.
    pub hash: UnitHash,
    /// What it is.
    pub name: UnitName,
    /// Its fingerprint; `None` if that could not be read.
    pub fingerprint: Option<Fingerprint>,
    /// Hash of the fingerprint, by which its dependents know it. `None` while the unit is being rebuilt and after a
    /// failure: the other fields then tell of the build before.
    pub fingerprint_hash: Option<u64>,
    /// When the directory of its fingerprint was created, in seconds since the UNIX epoch: when Cargo planned to build it
    /// for the first time. `None` where it shares the directory, or the file system does not keep that.
    pub planned_at: Option<f64>,
    /// When Cargo last started it, in seconds since the UNIX epoch.
    pub started_at: Option<f64>,
    /// When it ended.
    pub ended_at: Option<f64>,
    /// Whether something else than Cargo has written the fingerprint, so that its time is not the end of the unit.
    pub altered: bool,
    /// What it left on disk, except for runs of build scripts.
    pub artifacts: Artifacts,
    /// The crate root as rustc wrote it: absolute, or relative to the workspace.
    pub crate_root: Option<String>,
}

impl UnitRecord {
    /// Whether the unit was built, and what Cargo stored of it cannot be read.
    pub(super) fn lost_fingerprint(&self) -> bool {
        self.fingerprint_hash.is_some() && self.fingerprint.is_none()
    }
}

/// A directory with fingerprints, and where the rest of its units is.
pub(super) struct UnitDir<'a> {
    pub(super) dir: usize,
    pub(super) profile: &'a ProfileDir,
    pub(super) package: &'a str,
    pub(super) hash: UnitHash,
    /// Shared artifacts of the old layout.
    pub(super) artifacts: &'a ArtifactIndex,
}

impl UnitDir<'_> {
    fn fingerprints(&self) -> Utf8PathBuf {
        match self.profile.layout {
            Layout::V1 => self.profile.path.join(format!(".fingerprint/{}-{}", self.package, self.hash)),
            Layout::V2 => self.unit().join("fingerprint"),
        }
    }

    /// Where the build script's executable or output is, and in the new layout all of the unit.
    fn unit(&self) -> Utf8PathBuf {
        match self.profile.layout {
            Layout::V1 => self.profile.path.join(format!("build/{}-{}", self.package, self.hash)),
            Layout::V2 => self.profile.path.join(format!("build/{}/{}", self.package, self.hash)),
        }
    }

    /// Reads all units of the directory.
    pub(super) fn read(&self, damage: &mut Damage) -> Vec<UnitRecord> {
        let path = self.fingerprints();
        let (files, others) = match listing::files_and_others(&path) {
            Ok(found) => found,
            Err(error) => {
                damage.unreadable(&path, &error);
                return Vec::new();
            }
        };
        for other in others {
            damage.unreadable(&path.join(other), &listing::not_a_file());
        }
        let names = unit_names(&files);
        let shared = names.len() > 1;
        let created = if shared { None } else { listing::created(&path) };
        let files = FingerprintFiles { path, files, shared, created };
        names.into_iter().map(|name| self.record(&files, name, damage)).collect()
    }

    fn record(&self, files: &FingerprintFiles, name: UnitName, damage: &mut Damage) -> UnitRecord {
        let stored = Stored::of(&name, files, damage);
        let artifacts = self.artifacts_of(&name, damage);
        let crate_root = artifacts.dep_info.as_ref().and_then(|path| match dep_info::crate_root(path) {
            Ok(root) => root,
            Err(error) => {
                damage.unreadable(path, &error);
                None
            }
        });
        let (started_at, ended_at) = match name.flavor {
            Flavor::Run => self.run_times(),
            Flavor::Plain | Flavor::Test | Flavor::Doc => (stored.started_at, stored.json_at),
        };
        let altered = stored.altered && name.flavor != Flavor::Run;
        UnitRecord {
            dir: self.dir,
            path: files.path.clone(),
            package: self.package.to_owned(),
            hash: self.hash,
            name,
            fingerprint: stored.fingerprint,
            fingerprint_hash: stored.hash,
            planned_at: files.created,
            started_at,
            ended_at,
            altered,
            artifacts,
            crate_root,
        }
    }

    fn artifacts_of(&self, name: &UnitName, damage: &mut Damage) -> Artifacts {
        if matches!(name.flavor, Flavor::Run | Flavor::Doc) {
            return Artifacts::default();
        }
        let crate_name = name.crate_name();
        let of_directory = match (self.profile.layout, name.kind) {
            (Layout::V1, FileKind::BuildScript) => {
                ArtifactIndex::read(&[self.unit()]).map(|index| index.of(self.hash, &crate_name))
            }
            (Layout::V1, _) => return self.artifacts.of(self.hash, &crate_name),
            (Layout::V2, _) => ArtifactIndex::all(&self.unit().join("out")),
        };
        of_directory.unwrap_or_else(|error| {
            damage.unreadable(&self.unit(), &error);
            Artifacts::default()
        })
    }

    /// When Cargo last ran a build script here, with or without success.
    pub(super) fn run_started_at(&self) -> Option<f64> {
        listing::modified(&self.run().join("invoked.timestamp"))
    }

    /// When Cargo last started a unit of which nothing else is there.
    pub(super) fn started_at(&self) -> Option<f64> {
        listing::modified(&self.fingerprints().join("invoked.timestamp"))
    }

    /// Where the output of a build script's run is.
    fn run(&self) -> Utf8PathBuf {
        match self.profile.layout {
            Layout::V1 => self.unit(),
            Layout::V2 => self.unit().join("run"),
        }
    }

    /// Start and end of a build script's run. Cargo rewinds the modification time of `output`, so the end is that of the
    /// files which it writes after it (`build_work` in `core/compiler/custom_build.rs`).
    fn run_times(&self) -> (Option<f64>, Option<f64>) {
        let run = self.run();
        let [started, root_output, stderr] =
            ["invoked.timestamp", "root-output", "stderr"].map(|name| listing::modified(&run.join(name)));
        (started, root_output.into_iter().chain(stderr).reduce(f64::max))
    }
}

/// The units that have a file in a fingerprint directory: a fingerprint, or what a unit that never finished leaves.
fn unit_names(files: &[FileEntry]) -> Vec<UnitName> {
    let of_file = |file: &FileEntry| {
        let name = file.name.as_str();
        let rest = name.strip_prefix("dep-").or_else(|| name.strip_prefix("output-")).unwrap_or(name);
        UnitName::parse(rest)
    };
    let is_json = |file: &FileEntry| file.name.ends_with(".json");
    let mut names: Vec<UnitName> = files.iter().filter(|file| !is_json(file)).filter_map(of_file).collect();
    // Only where the file beside it is missing does the JSON's name tell, because Cargo cuts a target's name there at its
    // last dot.
    if names.is_empty() {
        let stem = |file: &FileEntry| file.name.strip_suffix(".json").and_then(UnitName::parse);
        names.extend(files.iter().filter_map(stem));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The files of a fingerprint directory.
struct FingerprintFiles {
    path: Utf8PathBuf,
    /// Sorted by name.
    files: Vec<FileEntry>,
    /// Whether several units have their fingerprints here.
    shared: bool,
    /// When the directory was created, where it is that of one unit.
    created: Option<f64>,
}

impl FingerprintFiles {
    fn find(&self, name: &str) -> Option<&FileEntry> {
        let position = self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()?;
        Some(&self.files[position])
    }

    fn modified(&self, name: &str) -> Option<f64> {
        self.find(name).and_then(|file| file.modified)
    }

    fn read(&self, name: &str, damage: &mut Damage) -> Option<Vec<u8>> {
        let path = self.path.join(&self.find(name)?.name);
        listing::read(&path, MOST_BYTES).inspect_err(|error| damage.unreadable(&path, error)).ok()
    }
}

/// What is stored of one fingerprint.
struct Stored {
    fingerprint: Option<Fingerprint>,
    hash: Option<u64>,
    json_at: Option<f64>,
    started_at: Option<f64>,
    altered: bool,
}

/// Cargo writes the hash, then the JSON (`write_fingerprint` in `core/compiler/fingerprint/mod.rs`). On a busy machine with
/// two cores the times of 1,500 such pairs lay at most 11 ms apart.
const BETWEEN_HASH_AND_JSON_S: f64 = 1.0;

impl Stored {
    fn of(name: &UnitName, files: &FingerprintFiles, damage: &mut Damage) -> Self {
        let file_name = name.to_string();
        let json_name = json_name(&file_name);
        let hash = files.read(&file_name, damage).as_deref().and_then(fingerprint::own_hash);
        let text = files.read(&json_name, damage);
        let fingerprint = text.as_deref().and_then(Fingerprint::parse);
        if text.is_some() && fingerprint.is_none() {
            damage.not_a_fingerprint(&files.path.join(&json_name));
        } else if files.find(&json_name).is_none() && hash.is_some() {
            damage.no_fingerprint(&files.path);
        }
        let (hash_at, json_at) = (files.modified(&file_name), files.modified(&json_name));
        let is_later = hash_at.zip(json_at).is_some_and(|(hash, json)| json > hash + BETWEEN_HASH_AND_JSON_S);
        // Cargo's JSON has no blanks around it. The hash of an unfinished unit is emptied after the JSON was written.
        let is_padded = text.as_deref().is_some_and(|text| !text.starts_with(b"{") || !text.ends_with(b"}"));
        let altered = fingerprint.is_none() || is_padded || hash.is_some() && is_later;
        // Cargo's dep-info is set to the start of the build that the fingerprint tells of. `invoked.timestamp` is that of
        // the last attempt at any unit of the directory; it serves where there is no dep-info (documentation).
        let invoked = || files.modified("invoked.timestamp").filter(|_| !files.shared);
        let started_at = files.modified(&format!("dep-{file_name}")).or_else(invoked);
        Self { fingerprint, hash, json_at, started_at, altered }
    }
}

/// Cargo's `Path::with_extension`: what follows the last dot of a target's name is replaced.
fn json_name(file_name: &str) -> String {
    Utf8Path::new(file_name).with_extension("json").into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> FileEntry {
        FileEntry { name: name.to_owned(), modified: None, bytes: 0 }
    }

    #[test]
    fn a_directory_may_hold_several_units() {
        let files = ["doc-bin-a", "doc-bin-a.json", "doc-lib-a", "doc-lib-a.json", "invoked.timestamp"].map(file);
        let names: Vec<String> = unit_names(&files).iter().map(UnitName::to_string).collect();
        assert_eq!(names, ["doc-lib-a", "doc-bin-a"]);
    }

    #[test]
    fn a_unit_that_never_finished_is_known_by_its_messages() {
        let names = unit_names(&["invoked.timestamp", "output-lib-a"].map(file));
        assert_eq!(names, [UnitName::parse("lib-a").unwrap()]);
    }

    #[test]
    fn a_dot_in_a_target_name_is_cut_from_the_json() {
        assert_eq!(json_name("bin-a.b"), "bin-a.json");
        assert_eq!(unit_names(&["bin-a.b", "bin-a.json"].map(file)), [UnitName::parse("bin-a.b").unwrap()]);
    }
}
