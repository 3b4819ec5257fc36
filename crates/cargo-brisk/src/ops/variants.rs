//! What Cargo would build if the manifests were others.
//!
//! 1. A directory below Brisk's cache, and in it a copy of the workspace whose manifests may be edited.
//! 2. The command that gave the build: the recorded one, or the one whose units are those of the build.
//! 3. The units of the same command with edited manifests, as often as somebody asks.

use brisk::model::{Build, ManifestEdit, UnitGraph};
use brisk::simulate::Transfer;

use super::private_dir::PrivateDir;
use crate::workspace::variant::{Mirror, WhyNot, likely_commands};
use crate::workspace::{Facts, WorkspaceOptions};

/// A workspace that can be asked what it would build.
pub(crate) struct Variants<'a> {
    mirror: Mirror<'a>,
    /// Tells others that we are at work in it.
    _held: PrivateDir,
}

/// What Cargo builds as things are.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// The command, after `cargo`.
    pub(crate) command: Vec<String>,
    /// Its units.
    pub(crate) graph: UnitGraph,
    /// What they are in the build. Only if they are the same ones ([`Transfer::is_identity`]) is a comparison with variants
    /// sound.
    pub(crate) transfer: Transfer,
}

impl<'a> Variants<'a> {
    /// Makes the copy. It goes with the value.
    ///
    /// # Errors
    ///
    /// If there is no cache directory, or the workspace cannot be copied.
    pub(crate) fn prepare(facts: &'a Facts, options: &'a WorkspaceOptions) -> Result<Self, WhyNot> {
        let no_copy = |why: String| WhyNot::NoCopy(why);
        let cache_dir = options.cache_dir.as_deref();
        let cache_dir = cache_dir.ok_or_else(|| no_copy("Brisk has no cache directory".to_owned()))?;
        let dir = PrivateDir::prepare(cache_dir, "what-if", &facts.workspace.root)
            .map_err(|error| no_copy(error.to_string()))?;
        let mirror = Mirror::prepare(dir.path().as_std_path(), dir.run(), facts, options)?;
        Ok(Self { mirror, _held: dir })
    }

    /// What `cargo command` would build after the edits.
    ///
    /// # Errors
    ///
    /// If the edits or the command make no sense, or Cargo has no answer.
    pub(crate) fn unit_graph(&self, command: &[String], edits: &[ManifestEdit]) -> Result<UnitGraph, WhyNot> {
        self.mirror.unit_graph(command, edits)
    }

    /// The command that gave `build`, and its units: of all that it could be the first whose units are those of the build,
    /// or the one with most of them.
    ///
    /// # Errors
    ///
    /// If Cargo has an answer to none.
    pub(crate) fn baseline(&self, build: &Build) -> Result<Baseline, WhyNot> {
        let mut best: Result<Baseline, WhyNot> = Err(WhyNot::NoUnits(String::new()));
        for command in likely_commands(build) {
            let found = self.unit_graph(&command, &[]).map(|graph| {
                let transfer = Transfer::of(build, &graph);
                Baseline { command, graph, transfer }
            });
            match (&best, found) {
                (Err(_), found) => best = found,
                (Ok(known), Ok(found)) if found.n_apart() < known.n_apart() => best = Ok(found),
                (Ok(_), _) => {}
            }
            if best.as_ref().is_ok_and(|known| known.transfer.is_identity()) {
                break;
            }
        }
        best
    }
}

impl Baseline {
    /// How many units only one side has, planned or built.
    pub(crate) fn n_apart(&self) -> usize {
        let n_planned = self.transfer.matches.len();
        n_planned - self.transfer.n_same() + self.transfer.gone.len()
    }
}

#[cfg(test)]
mod tests {
    use brisk::model::DependencyChange;
    use brisk::simulate::Match;
    use brisk_store::fingerprints::{BuildDirs, Selection, load};
    use brisk_test_support::fixture::{self, TempWorkspace};

    use super::*;
    use crate::workspace::{self, Environment};

    struct Bench {
        workspace: TempWorkspace,
        cache: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Self {
            Self { workspace: fixture::copy("toy"), cache: tempfile::tempdir().unwrap() }
        }

        fn options(&self) -> WorkspaceOptions {
            let process = Environment::of_process();
            let kept = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];
            let kept = kept.into_iter().filter_map(|name| Some((name, process.get(name)?)));
            WorkspaceOptions {
                manifest_path: None,
                target_dir: None,
                cwd: self.workspace.root().to_owned().into(),
                cargo: "cargo".into(),
                cache_dir: Some(self.cache.path().to_owned()),
                environment: kept.fold(Environment::default(), |all, (name, value)| all.with(name, value)),
            }
        }

        /// Runs Cargo, and reads what it left behind.
        fn built(&self, command: &str, facts: &Facts) -> Build {
            let output = self.workspace.cargo().args(command.split(' ')).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let target_dir = self.workspace.root().join("target");
            let dirs = BuildDirs { build_dir: target_dir.clone(), target_dir };
            load(&dirs, &Selection::default(), &facts.workspace).unwrap().build
        }
    }

    #[test]
    fn the_command_of_a_build_is_found_by_its_units() {
        for command in ["build", "build --package a", "test --no-run", "check --all-targets", "build --release"] {
            let bench = Bench::new();
            let options = bench.options();
            let facts = workspace::read(&options).unwrap();
            let build = bench.built(command, &facts);
            let baseline = Variants::prepare(&facts, &options).unwrap().baseline(&build).unwrap();
            assert!(baseline.transfer.is_identity(), "{command}: {baseline:?}");
            assert_eq!(baseline.graph.edges.len(), build.edges.len(), "{command}");
        }
    }

    #[test]
    fn a_variant_is_the_build_but_for_what_was_edited() {
        let bench = Bench::new();
        let options = bench.options();
        let facts = workspace::read(&options).unwrap();
        let command = Some(vec!["build".to_owned(), "--package".to_owned(), "app".to_owned()]);
        let build = Build { command, ..bench.built("build --package app", &facts) };
        let variants = Variants::prepare(&facts, &options).unwrap();
        let baseline = variants.baseline(&build).unwrap();
        assert!(baseline.transfer.is_identity(), "{baseline:?}");
        let edit = ManifestEdit::of_all("a", DependencyChange::Remove);
        let transfer = Transfer::of(&build, &variants.unit_graph(&baseline.command, &[edit]).unwrap());
        assert!(transfer.matches.iter().all(|found| matches!(found, Match::Same(_))), "{transfer:?}");
        let mut gone: Vec<String> = transfer.gone.iter().map(|&unit| build.unit(unit).label()).collect();
        gone.sort_unstable();
        assert_eq!(gone, ["a", "b"]);
    }
}
