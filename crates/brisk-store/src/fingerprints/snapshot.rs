//! All units of a build directory, as they lie on disk.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use brisk::model::Problem;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::activity::Activity;
use super::artifacts::ArtifactIndex;
use super::build_dirs::{self, BuildDirs, Layout, ProfileDir, split_v1};
use super::damage::{Damage, MOST_BYTES};
use super::listing;
use super::record::{UnitDir, UnitRecord};

/// All units of all profiles and platforms, as they lie on disk. Nothing is concluded yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The build directory that was read.
    pub build_dir: Utf8PathBuf,
    /// The profile directories, sorted by path.
    pub dirs: Vec<ProfileDir>,
    /// The units, by directory, then package and hash.
    pub units: Vec<UnitRecord>,
    /// Units that Cargo was to build and that left nothing to be identified by.
    pub unfinished: Vec<Unfinished>,
    /// What happens in each of `dirs` now.
    pub activity: Vec<Activity>,
    /// When it was read, in seconds since the UNIX epoch; `None` if nobody knows, and then no time is too late.
    pub read_at: Option<f64>,
    /// The toolchain that Cargo last asked for its version.
    pub toolchain: Toolchain,
    /// What could not be read.
    pub damage: Damage,
}

/// A unit that Cargo was to build and that left nothing to be identified by: it failed in its first build, is being built,
/// or was not begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// Index of its directory in [`Snapshot::dirs`].
    pub dir: usize,
    /// Name of the package.
    pub package: String,
    /// How far it came.
    pub stage: Stage,
}

/// How far a unit came that left nothing to be identified by; times in seconds since the UNIX epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// Only its directory is there (Cargo's `prepare_init` makes those of all units before it starts any).
    Planned,
    /// rustc was started.
    Started(f64),
    /// Its build script was run.
    Ran(f64),
}

/// What Cargo's `.rustc_info.json` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolchain {
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub rustc: Option<String>,
    /// Host triple.
    pub host: Option<String>,
}

impl Snapshot {
    /// Reads everything below `dirs.build_dir`. A directory that does not exist holds no units.
    ///
    /// # Errors
    ///
    /// If the build directory cannot be listed. Damage below it is in [`Snapshot::damage`].
    pub fn read(dirs: &BuildDirs) -> io::Result<Self> {
        let mut snapshot = Self {
            build_dir: dirs.build_dir.clone(),
            dirs: build_dirs::profile_dirs(&dirs.build_dir)?,
            toolchain: Toolchain::read(dirs),
            read_at: SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs_f64()),
            ..Self::default()
        };
        for dir in 0..snapshot.dirs.len() {
            match snapshot.dirs[dir].layout {
                Layout::V1 => snapshot.read_v1(dir),
                Layout::V2 => snapshot.read_v2(dir),
            }
        }
        snapshot.activity = (0..snapshot.dirs.len()).map(|dir| snapshot.activity_in(dir)).collect();
        Ok(snapshot)
    }

    /// Only where a unit is not finished can a build be running, so that nobody's lock is touched after a whole build.
    fn activity_in(&self, dir: usize) -> Activity {
        let is_unfinished = |record: &UnitRecord| record.dir == dir && record.fingerprint_hash.is_none();
        let any = self.unfinished.iter().any(|unit| unit.dir == dir) || self.units.iter().any(is_unfinished);
        if any { Activity::of(&self.dirs[dir].path) } else { Activity::Idle }
    }

    /// What could not be read, in plain words.
    pub fn problems(&self) -> Vec<Problem> {
        self.damage.problems()
    }

    fn read_v1(&mut self, dir: usize) {
        let profile = self.dirs[dir].clone();
        let packages = self.subdirectories(&profile.path.join(".fingerprint"));
        let shared = ["deps", "examples"].map(|name| profile.path.join(name));
        let artifacts = ArtifactIndex::read(&shared).unwrap_or_else(|error| {
            self.damage.unreadable(&profile.path.join("deps"), &error);
            ArtifactIndex::default()
        });
        for (package, hash) in packages.iter().filter_map(|name| split_v1(name)) {
            let unit_dir = UnitDir { dir, profile: &profile, package, hash, artifacts: &artifacts };
            self.read_unit_dir(&unit_dir);
        }
    }

    fn read_v2(&mut self, dir: usize) {
        let profile = self.dirs[dir].clone();
        let artifacts = ArtifactIndex::default();
        let build = profile.path.join("build");
        for package in self.subdirectories(&build) {
            for hash in self.subdirectories(&build.join(&package)) {
                if let Ok(hash) = hash.parse() {
                    let unit_dir = UnitDir { dir, profile: &profile, package: &package, hash, artifacts: &artifacts };
                    self.read_unit_dir(&unit_dir);
                }
            }
        }
    }

    fn read_unit_dir(&mut self, unit_dir: &UnitDir<'_>) {
        let units = unit_dir.read(&mut self.damage);
        if units.is_empty() {
            let ran = unit_dir.run_started_at().map(Stage::Ran);
            let stage = ran.or_else(|| unit_dir.started_at().map(Stage::Started)).unwrap_or(Stage::Planned);
            self.unfinished.push(Unfinished { dir: unit_dir.dir, package: unit_dir.package.to_owned(), stage });
        }
        self.units.extend(units);
    }

    fn subdirectories(&mut self, dir: &Utf8Path) -> Vec<String> {
        listing::subdirectories(dir).unwrap_or_else(|error| {
            self.damage.unreadable(dir, &error);
            Vec::new()
        })
    }
}

impl Toolchain {
    /// Cargo caches the output of `rustc -vV` here (`core/compiler/rustc` and `util/rustc.rs`).
    fn read(dirs: &BuildDirs) -> Self {
        let read = |dir: &Utf8Path| listing::read(&dir.join(".rustc_info.json"), MOST_BYTES).ok();
        let Some(text) = read(&dirs.build_dir).or_else(|| read(&dirs.target_dir)) else { return Self::default() };
        Self::parse(&text)
    }

    fn parse(text: &[u8]) -> Self {
        let info: Value = serde_json::from_slice(text).unwrap_or_default();
        let outputs = info["outputs"].as_object().into_iter().flatten();
        let verbose =
            outputs.filter_map(|(_, output)| output["stdout"].as_str()).find(|text| text.starts_with("rustc "));
        let lines = || verbose.into_iter().flat_map(str::lines);
        Self {
            rustc: lines().next().map(str::to_owned),
            host: lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchain_is_what_cargo_cached() {
        let text = br#"{"rustc_fingerprint":1,"outputs":{"1":{"stdout":"___\nlib___.rlib\n"},"2":{"stdout":"rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\n"}}}"#;
        let expected = Toolchain {
            rustc: Some("rustc 1.95.0 (59807616e 2026-04-14)".to_owned()),
            host: Some("x86_64-unknown-linux-gnu".to_owned()),
        };
        assert_eq!(Toolchain::parse(text), expected);
        assert_eq!(Toolchain::parse(b"[1, {"), Toolchain::default());
    }
}
