//! What Cargo would build if the manifests were others.
//!
//! 1. A directory below Brisk's cache, and in it a copy of the workspace whose manifests may be edited.
//! 2. The command that gave the build: the recorded one, or the one whose units are those of the build.
//! 3. The units of the same command with edited manifests, as often as somebody asks.

use brisk::model::{Build, ManifestEdit};
use brisk::simulate::Transfer;
use camino::Utf8PathBuf;

use super::private_dir::PrivateDir;
use crate::workspace::variant::{Mirror, VariantGraph, WhyNot, likely_commands};
use crate::workspace::{Facts, WorkspaceOptions};

/// A workspace that can be asked what it would build.
pub(crate) struct Variants<'a> {
    facts: &'a Facts,
    options: &'a WorkspaceOptions,
    mirror: Mirror,
    target_dir: Utf8PathBuf,
}

/// What Cargo builds as things are.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// The command, after `cargo`.
    pub(crate) command: Vec<String>,
    /// Its units.
    pub(crate) variant: VariantGraph,
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
        Ok(Self { facts, options, mirror, target_dir: dir.target() })
    }

    /// What `cargo command` would build after the edits.
    ///
    /// # Errors
    ///
    /// If the edits or the command make no sense, or Cargo has no answer.
    pub(crate) fn unit_graph(&self, command: &[String], edits: &[ManifestEdit]) -> Result<VariantGraph, WhyNot> {
        self.mirror.unit_graph(self.facts, self.options, self.target_dir.as_std_path(), command, edits)
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
            let found = self.unit_graph(&command, &[]).map(|variant| {
                let transfer = Transfer::of(build, &variant.graph);
                Baseline { command, variant, transfer }
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
