//! The name of a fingerprint file, which says what is compiled and how.

use std::fmt;

use brisk::model::TargetKind;

/// What Cargo does with the target, as far as the name of the fingerprint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavor {
    /// Built or checked.
    Plain,
    /// Built or checked with the test harness.
    Test,
    /// Documented.
    Doc,
    /// The build script is run.
    Run,
}

/// Kind of target, as far as the name of the fingerprint says: libraries of all types and proc macros are one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A library or proc macro.
    Lib,
    /// An executable.
    Bin,
    /// An integration test.
    IntegrationTest,
    /// An example.
    Example,
    /// A benchmark.
    Bench,
    /// A build script.
    BuildScript,
}

impl FileKind {
    /// Whether Cargo gives targets of `kind` this name.
    pub fn may_be(self, kind: TargetKind) -> bool {
        self == match kind {
            TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro => Self::Lib,
            TargetKind::Bin => Self::Bin,
            TargetKind::Test => Self::IntegrationTest,
            TargetKind::Example => Self::Example,
            TargetKind::Bench => Self::Bench,
            TargetKind::BuildScript => Self::BuildScript,
        }
    }
}

/// `<flavor><kind>-<target>`, for example `test-integration-test-cli`.
///
/// The format is Cargo's `CompilationFiles::fingerprint_file_path` (`core/compiler/build_runner/compilation_files.rs`)
/// with `TargetKind::description` (`core/manifest.rs`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitName {
    /// What is done.
    pub flavor: Flavor,
    /// Kind of the target.
    pub kind: FileKind,
    /// Name of the target.
    pub target: String,
}

const FLAVORS: [(&str, Flavor); 3] = [("test-", Flavor::Test), ("doc-", Flavor::Doc), ("run-", Flavor::Run)];

const KINDS: [(&str, FileKind); 6] = [
    ("lib-", FileKind::Lib),
    ("bin-", FileKind::Bin),
    ("integration-test-", FileKind::IntegrationTest),
    ("example-", FileKind::Example),
    ("bench-", FileKind::Bench),
    ("build-script-", FileKind::BuildScript),
];

impl UnitName {
    /// Reads the name of a fingerprint file; `None` for the other files of the directory.
    pub fn parse(file_name: &str) -> Option<Self> {
        let (flavor, rest) = FLAVORS
            .iter()
            .find_map(|(prefix, flavor)| Some((*flavor, file_name.strip_prefix(prefix)?)))
            .unwrap_or((Flavor::Plain, file_name));
        let (kind, target) = KINDS.iter().find_map(|(prefix, kind)| Some((*kind, rest.strip_prefix(prefix)?)))?;
        (!target.is_empty()).then(|| Self { flavor, kind, target: target.to_owned() })
    }

    /// The target's name as rustc knows the crate.
    pub fn crate_name(&self) -> String {
        self.target.replace('-', "_")
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flavor = FLAVORS.iter().find(|(_, flavor)| *flavor == self.flavor).map_or("", |(prefix, _)| prefix);
        let kind = KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(prefix, _)| prefix);
        write!(f, "{flavor}{kind}{}", self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file_name: &str, expected: Option<(Flavor, FileKind, &str)>) {
        let expected = expected.map(|(flavor, kind, target)| UnitName { flavor, kind, target: target.to_owned() });
        let parsed = UnitName::parse(file_name);
        assert_eq!(parsed, expected, "{file_name}");
        if let Some(name) = parsed {
            assert_eq!(name.to_string(), file_name);
        }
    }

    #[test]
    fn the_name_tells_flavor_kind_and_target() {
        check("lib-serde", Some((Flavor::Plain, FileKind::Lib, "serde")));
        check("test-lib-app", Some((Flavor::Test, FileKind::Lib, "app")));
        check("test-integration-test-cli", Some((Flavor::Test, FileKind::IntegrationTest, "cli")));
        check("build-script-build-script-build", Some((Flavor::Plain, FileKind::BuildScript, "build-script-build")));
        check("run-build-script-build-script-build", Some((Flavor::Run, FileKind::BuildScript, "build-script-build")));
        check("doc-bin-app", Some((Flavor::Doc, FileKind::Bin, "app")));
    }

    #[test]
    fn a_target_may_be_called_like_a_flavor_or_kind() {
        check("lib-test-lib-x", Some((Flavor::Plain, FileKind::Lib, "test-lib-x")));
        check("test-bin-run-bin-x", Some((Flavor::Test, FileKind::Bin, "run-bin-x")));
    }

    #[test]
    fn other_files_are_no_fingerprints() {
        for other in ["invoked.timestamp", "dep-lib-a", "output-lib-a", "", "lib-", "test-"] {
            check(other, None);
        }
    }
}
