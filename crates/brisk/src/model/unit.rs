//! One unit of work of a build, and the names by which it is known.

use std::fmt;

use super::{CpuTime, PhaseCpu, Timing};

/// Position of a unit in [`super::Build::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIdx(pub u32);

impl UnitIdx {
    /// The index as a `usize`, to index slices that run parallel to the units.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Cargo's 16 hexadecimal digits of a unit, as in `target/debug/deps/libserde-5e357b28be892ec8.rlib`.
///
/// Joins the sources of one configuration. It changes with profile, features, flags and toolchain; across those, units
/// are joined by their semantic key ([`Unit::key`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitHash(u64);

/// The text is not 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a unit hash is 16 hexadecimal digits")]
pub struct BadUnitHash;

impl std::str::FromStr for UnitHash {
    type Err = BadUnitHash;

    fn from_str(text: &str) -> Result<Self, BadUnitHash> {
        let plain = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 16 || !plain {
            return Err(BadUnitHash);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| BadUnitHash)
    }
}

impl fmt::Display for UnitHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for UnitHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitHash({self})")
    }
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageSource {
    /// A member of the workspace at hand.
    Member,
    /// A path dependency outside the workspace.
    Path,
    /// crates.io or another registry.
    Registry,
    /// A git repository.
    Git,
    /// Not known: the source of information does not say.
    Unknown,
}

/// The package of a unit, as far as the source of the build tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageRef {
    /// Package name as in its manifest.
    pub name: String,
    /// Version, where known.
    pub version: Option<String>,
    /// Where it comes from.
    pub source: PackageSource,
}

impl fmt::Display for PackageRef {
    /// `name v1.2.3`, Cargo's way.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.version {
            Some(version) => write!(f, " v{version}"),
            None => Ok(()),
        }
    }
}

/// Kind of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// `lib`, `rlib`: dependents may start at its metadata.
    Lib,
    /// `dylib`, `cdylib`, `staticlib` (also beside `rlib`): a library that needs its dependencies' object code.
    LinkedLib,
    /// A procedural macro: compiled for the host and loaded by rustc.
    ProcMacro,
    /// An executable.
    Bin,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// `build.rs`, compiled or run according to the unit's [`Mode`].
    BuildScript,
}

impl TargetKind {
    /// Cargo's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::LinkedLib => "linked-lib",
            Self::ProcMacro => "proc-macro",
            Self::Bin => "bin",
            Self::Example => "example",
            Self::Test => "test",
            Self::Bench => "bench",
            Self::BuildScript => "custom-build",
        }
    }
}

/// A target of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Its kind.
    pub kind: TargetKind,
    /// Its name (`serde_derive`, `build-script-build`).
    pub name: String,
}

impl Target {
    /// What people call it: `build script`, `bin `app``. (Cargo's name of a build script tells nothing.)
    pub fn in_words(&self) -> String {
        match self.kind {
            TargetKind::BuildScript => "build script".to_owned(),
            TargetKind::Lib | TargetKind::LinkedLib => format!("lib `{}`", self.name),
            kind => format!("{} `{}`", kind.as_str(), self.name),
        }
    }
}

/// What is done with the target; Cargo's `CompileMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Compiled to something that can be linked or run.
    Build,
    /// Metadata only (`cargo check`, `cargo clippy`).
    Check,
    /// Compiled with the test harness.
    Test,
    /// Metadata only, with the test harness.
    CheckTest,
    /// Documented by rustdoc.
    Doc,
    /// Its documentation tests.
    Doctest,
    /// The build script is run.
    RunBuildScript,
}

impl Mode {
    /// Cargo's word for it, as in its unit graph.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Check => "check",
            Self::Test => "test",
            Self::CheckTest => "check-test",
            Self::Doc => "doc",
            Self::Doctest => "doctest",
            Self::RunBuildScript => "run-custom-build",
        }
    }

    /// Whether a unit of this mode runs a linker for such a target, see [`Unit::links`].
    pub(crate) fn links(self, kind: TargetKind) -> bool {
        match self {
            Self::Check | Self::CheckTest | Self::Doc | Self::RunBuildScript => false,
            Self::Test | Self::Doctest => true,
            Self::Build => kind != TargetKind::Lib,
        }
    }

    /// Whether rustc only checks: no code is generated.
    pub fn is_check(self) -> bool {
        matches!(self, Self::Check | Self::CheckTest)
    }

    /// Whether the unit holds a test harness.
    pub fn is_test(self) -> bool {
        matches!(self, Self::Test | Self::CheckTest)
    }
}

/// Which machine a unit is compiled for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// The machine that builds, and no `--target` was given for this unit.
    Host,
    /// A `--target` triple (or the stem of a target file).
    Triple(String),
}

/// Why a unit was not fresh.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirtyReason {
    /// Stable word for the kind of reason, for example `file-changed`, `dependency-rebuilt`, `env-var-changed`.
    pub kind: String,
    /// One sentence for people.
    pub detail: String,
    /// The unit whose rebuild caused this one, when it is a consequence.
    pub because_of: Option<UnitIdx>,
}

/// What Cargo decided about a unit in this build.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing to do.
    Fresh,
    /// Built before, and rebuilt; with the reason where it could be found.
    Dirty(Option<DirtyReason>),
    /// Never built before in this directory.
    New,
    /// The source does not say.
    Unknown,
}

/// What a unit left on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outputs {
    /// Bytes of everything it wrote beside metadata: libraries, objects, executables; for a build script's run, its `OUT_DIR`.
    pub bytes: Option<u64>,
    /// Bytes of its `.rmeta`, where it has one.
    pub rmeta_bytes: Option<u64>,
}

/// One unit of a build.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Cargo's hash, where the source has it.
    pub hash: Option<UnitHash>,
    /// Its package.
    pub package: PackageRef,
    /// Its target.
    pub target: Target,
    /// What is done.
    pub mode: Mode,
    /// What it is compiled for.
    pub platform: Platform,
    /// Directory name of the profile (`debug`, `release`, …), where known.
    pub profile_dir: Option<String>,
    /// Features that are on, sorted.
    pub features: Vec<String>,
    /// Fresh, dirty, new.
    pub status: Status,
    /// When it was last built, and its phases; `None` if it was not built or nobody knows when.
    pub timing: Option<Timing>,
    /// When it was started, in seconds since [`super::Build::started_at`], if nobody saw it end: the build was stopped while
    /// the unit was at work, or the source does not tell the end of units that fail. There is no `timing` then.
    pub unfinished_since_s: Option<f64>,
    /// CPU time of the process and its children, whole; `None` if not measured.
    pub cpu: Option<CpuTime>,
    /// The same split by phase, as far as measured.
    pub phase_cpu: PhaseCpu,
    /// Largest resident set in bytes (`ru_maxrss`), rustc or one of its children.
    pub max_rss_bytes: Option<u64>,
    /// Exit code of rustc or of the build script when it failed; 128 + n for signal n.
    pub failed: Option<i32>,
    /// What it left on disk.
    pub outputs: Outputs,
}

impl Unit {
    /// Joins units across revisions, where hashes differ: package, target, mode, platform, profile and features.
    pub fn key(&self) -> (&PackageRef, &Target, Mode, &Platform, Option<&str>, &[String]) {
        (&self.package, &self.target, self.mode, &self.platform, self.profile_dir.as_deref(), &self.features)
    }

    /// Seconds from start to end of its last build.
    pub fn duration_s(&self) -> Option<f64> {
        self.timing.as_ref().map(Timing::duration_s)
    }

    /// The moment at which its front end is over, where that is known, in the same seconds as its timing. A check is front
    /// end to its end: rustc writes metadata shortly before that (and Cargo sets its file's time back), but generates no
    /// code after it.
    pub fn front_end_s(&self) -> Option<f64> {
        let timing = self.timing.as_ref()?;
        match self.mode {
            Mode::RunBuildScript => None,
            Mode::Check | Mode::CheckTest => Some(timing.end_s),
            Mode::Build | Mode::Test | Mode::Doc | Mode::Doctest => timing.front_end_s(),
        }
    }

    /// `(front, back, link)` in wall seconds, where the front end's end is known. Their sum is the duration.
    pub fn split_s(&self) -> Option<(f64, f64, f64)> {
        Some(self.timing.as_ref()?.split_at(self.front_end_s()?))
    }

    /// Whether a linker runs in it: it needs the object code of its dependencies, not just their metadata.
    ///
    /// The rule is Cargo's `Unit::requires_upstream_objects` (`core/compiler/unit.rs`).
    pub fn links(&self) -> bool {
        self.mode.links(self.target.kind)
    }

    /// What people call it: `serde`, `serde build script`, `serde build script (run)`, `app (bin)`, `app (lib test)`.
    pub fn label(&self) -> String {
        let name = &self.package.name;
        let what = match (self.target.kind, self.mode) {
            (TargetKind::BuildScript, Mode::RunBuildScript) => "build script (run)".to_owned(),
            (TargetKind::BuildScript, _) => "build script".to_owned(),
            (TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro, Mode::Build) => return name.clone(),
            (TargetKind::Lib | TargetKind::LinkedLib, mode) => format!("(lib {})", mode.as_str()),
            (kind, Mode::Build) => format!("({} {})", kind.as_str(), self.target.name),
            (kind, mode) => format!("({} {} {})", kind.as_str(), self.target.name, mode.as_str()),
        };
        format!("{name} {what}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_hash_keeps_leading_zeros() {
        let hash: UnitHash = "00b07be5f55f0da9".parse().unwrap();
        assert_eq!(hash.to_string(), "00b07be5f55f0da9");
    }

    #[test]
    fn a_unit_hash_is_16_lower_case_hex_digits() {
        for bad in ["", "0", "00b07be5f55f0da", "00B07BE5F55F0DA9", "+0b07be5f55f0da9", "00b07be5f55f0da9a"] {
            assert_eq!(bad.parse::<UnitHash>(), Err(BadUnitHash), "{bad}");
        }
    }
}
