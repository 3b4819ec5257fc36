//! `cargo brisk fix`: changes that are tried in copies, and made in the workspace only if they pay.
//!
//! 1. [`plan`]: the workspace is built and recorded in a copy, diagnosed, and the findings that a program can cure are put
//!    into an order (`recorded`).
//! 2. [`try_out`]: each cure is carried out in a further copy (`cures`), or searched for there (`trim`); what does not compile or
//!    fails a test (`validator`, `criteria`), or brings what it must not bring (`guards`), is left out, and what is left of each stage has to be faster
//!    than what was there before (`stages`). All that is kept is then timed together (`joint`).
//! 3. [`land()`]: what is kept is written into the workspace, through the journal, and committed if asked for (`commit`).

mod budget;
mod cargo_fix;
mod commit;
mod criteria;
mod cures;
mod diff;
mod guards;
mod health;
mod joint;
mod land;
mod predicted;
mod recorded;
mod shown;
mod stages;
mod test_output;
mod trim;
mod trim_checks;
mod validator;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use brisk::analysis::Analysis;
use brisk::detect::Policy;
use brisk::model::{Cure, DependencyChange, ManifestEdit, Mode, PackageRef, Platform, Target};
use brisk::plan::{Fix, Stage, fixes, refuse_unknown_kinds, when_asked};
use brisk_store::fingerprints::Selection;

pub(crate) use commit::refuse_uncommittable;
pub(crate) use diff::fix_diff;
pub(crate) use land::{land, refuse_dirty, remember};
pub(crate) use stages::{Step, Timed, try_out};

use super::diagnose::{Compiler, DiagnoseOptions, Seen, diagnose};
use super::staging::{OwnDir, Side, SideSpec};
use super::variants::Variants;
use crate::error::{Error, Result};
use crate::workspace::{self, Facts, WorkspaceOptions};

/// What is to be fixed.
#[derive(Debug)]
pub(crate) struct FixOptions {
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
    /// Findings, by key or detector; none means all.
    pub(crate) asked: Vec<String>,
    /// The build that has to get faster, after `cargo`.
    pub(crate) command: Vec<OsString>,
    /// Which findings count.
    pub(crate) policy: Policy,
    /// Numbers for detectors, by the name of the threshold.
    pub(crate) thresholds: BTreeMap<String, f64>,
    /// The time that all trials may take together.
    pub(crate) budget: Duration,
    /// Command lines that must succeed with a change as they do without it.
    pub(crate) checks: Vec<String>,
    /// What is done with what is kept.
    pub(crate) history: History,
}

/// What becomes of changes once the files have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// The files are changed, and nothing is committed.
    Files,
    /// Each fix gets a commit of its own.
    Commits,
}

/// What can be done.
pub(crate) struct Planned {
    /// Where copies are.
    dir: OwnDir,
    /// The workspace as it is.
    base: Side,
    /// What its manifests say.
    facts: Facts,
    /// What was found, and what it costs.
    pub(crate) analysis: Analysis,
    /// What will be tried, in that order.
    pub(crate) fixes: Vec<Fix>,
    /// What will not be tried, as it would take nothing out of the build.
    pub(crate) useless: Vec<Fix>,
    /// What will not be tried, as nobody has asked for it.
    pub(crate) when_asked: Vec<Fix>,
    /// What every file holds that may be changed, as it was when the plan was made.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Makes the plan; `seen` is told how far it is.
pub(crate) fn plan(options: &FixOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Planned> {
    refuse_unknown_kinds(&options.asked).map_err(|error| {
        Error::usage(error.to_string()).hint("`cargo brisk --list` has the kinds, and `cargo brisk` shows the keys")
    })?;
    let facts = workspace::read(&options.workspace).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let files = land::files(&facts);
    let dir = OwnDir::prepare("fix", &options.workspace, &facts.workspace.root)?;
    let base = Side::stage(&SideSpec::here(), &options.workspace, &options.command, &dir.path.join("a"))?;
    let build = recorded::recorded(&base, &dir)?;
    let analysis = diagnose(
        &DiagnoseOptions {
            workspace: options.workspace.clone(),
            selection: Selection::default(),
            policy: options.policy.clone(),
            thresholds: options.thresholds.clone(),
            compiler: Compiler::Asked(None),
            no_op: None,
            build: Some(build),
        },
        seen,
    )?;
    let found = fixes(&analysis.findings, &options.asked).map_err(|error| Error::usage(error.to_string()))?;
    let (found, not_shown) = shown::shown(found, &analysis, options)?;
    let when_asked = match options.asked.is_empty() {
        true => when_asked(&analysis.findings).into_iter().chain(not_shown).collect(),
        false => Vec::new(),
    };
    let variants = Variants::prepare(&facts, &options.workspace).ok();
    let (fixes, useless) = worthwhile(found, &analysis, variants.as_ref());
    drop(variants);
    Ok(Planned { dir, base, facts, analysis, fixes, useless, when_asked, files })
}

impl Planned {
    /// What a file of the user's held when the plan was made; `None` if there was none. Of a file that is seldom changed the
    /// copy tells, which is of the same moment. A lockfile in it may be one that Cargo has made there.
    fn before(&self, own: &Path) -> Option<Vec<u8>> {
        let in_copy = || std::fs::read(self.base.copy.place_of(own)).ok();
        let is_lockfile = own.file_name().is_some_and(|name| name == "Cargo.lock");
        self.files.get(own).cloned().or_else(|| if is_lockfile { None } else { in_copy() })
    }
}

/// Declarations of which it is asked whether they matter: Cargo takes half a second for each, and longer in large workspaces.
/// The others are taken to matter.
const MOST_ASKED: usize = 60;

/// Those that may change the build, and those that do not: a declaration with which Cargo builds the same units, when all
/// others that nobody needs are gone, as without it.
fn worthwhile(fixes: Vec<Fix>, analysis: &Analysis, variants: Option<&Variants<'_>>) -> (Vec<Fix>, Vec<Fix>) {
    let asked = variants.and_then(|variants| Some((variants, variants.baseline(&analysis.build).ok()?.command)));
    let Some((variants, command)) = asked else { return (fixes, Vec::new()) };
    let declarations: Vec<&Fix> = fixes.iter().filter(|fix| fix.stage == Stage::Declarations).collect();
    let Some(least) = built(variants, &command, declarations.iter().copied()) else { return (fixes, Vec::new()) };
    let is_built = |name: String| least.iter().any(|(package, ..)| package.name == name);
    let in_doubt = declarations.iter().filter(|fix| removed(fix).all(is_built)).take(MOST_ASKED);
    let changes_nothing = |fix: &&&Fix| {
        let others = declarations.iter().copied().filter(|other| other.key != fix.key);
        built(variants, &command, others).as_ref() == Some(&least)
    };
    let useless: BTreeSet<String> = in_doubt.filter(changes_nothing).map(|fix| fix.key.clone()).collect();
    fixes.into_iter().partition(|fix| !useless.contains(&fix.key))
}

/// What a unit is, whatever it needs.
type UnitKey = (PackageRef, Target, Mode, Platform, Vec<String>);

/// The units that Cargo would build with these fixes.
fn built<'f>(
    variants: &Variants<'_>,
    command: &[String],
    fixes: impl Iterator<Item = &'f Fix>,
) -> Option<Vec<UnitKey>> {
    let edits: Vec<ManifestEdit> = fixes.flat_map(|fix| &fix.cure).filter_map(edit_of).cloned().collect();
    let units = variants.unit_graph(command, &edits).ok()?.units.into_iter();
    let mut keys: Vec<UnitKey> =
        units.map(|unit| (unit.package, unit.target, unit.mode, unit.platform, unit.features)).collect();
    keys.sort();
    Some(keys)
}

fn edit_of(cure: &Cure) -> Option<&ManifestEdit> {
    match cure {
        Cure::Manifest(edit) => Some(edit),
        Cure::Lock(_) | Cure::Ignore(_) | Cure::Config(_) | Cure::CargoFix(_) | Cure::Trim(_) => None,
    }
}

/// The names of packages that it takes declarations of away.
fn removed(fix: &Fix) -> impl Iterator<Item = String> {
    let removes = |change: &DependencyChange| {
        matches!(change, DependencyChange::Remove | DependencyChange::MoveToDev | DependencyChange::MakeOptional)
    };
    fix.cure.iter().filter_map(edit_of).filter_map(move |edit| match edit {
        ManifestEdit::Dependency(edit) if removes(&edit.change) => Some(edit.dependency.clone()),
        ManifestEdit::Dependency(_) | ManifestEdit::Profile(_) | ManifestEdit::Inherit(_) => None,
    })
}
