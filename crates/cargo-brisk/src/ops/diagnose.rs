//! `cargo brisk`: where the time of the last build went, from what is on disk.
//!
//! 1. The workspace: manifests, lockfile, Cargo's configuration, and what Cargo itself says of them.
//! 2. Meanwhile, what needs no more than its directories (`beside`): what the target directory holds, and what git tells.
//! 3. Where that is asked for, rustc itself: which of their dependencies the members do not use.
//! 4. The build: all units that the last builds left, with the times of their files. Meanwhile, what the sources name, and
//!    what the registry's index says of newer releases.
//! 5. Exact times and costs for those units that a recorded run saw being built.
//! 6. What decides how much of the next build is built again.
//! 7. The conclusions.

use std::collections::BTreeMap;

use brisk::analysis::Analysis;
use brisk::detect::Policy;
use brisk::model::{Build, Jobs, JobsBasis, Problem, Rebuilds, Source, Surroundings};
use brisk_report::text;
use brisk_store::fingerprints::{self, Found, LoadError, Selection};
use camino::Utf8Path;

use super::beside::{beside, leftovers, newest};
use super::build_dirs::build_dirs;
use super::confirm::{Confirmed, confirm};
use super::no_op::{self, NoOpRun};
use super::rebuilds::rebuilds;
use super::runs;
use crate::config::{self, Config};
use crate::error::{Error, Result};
use crate::workspace::{self, Facts, Pending, Settings, WorkspaceOptions, reachable, registry_index, sources};

/// What to diagnose.
#[derive(Debug)]
pub(crate) struct DiagnoseOptions {
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
    /// Which of its builds.
    pub(crate) selection: Selection,
    /// Which findings are told.
    pub(crate) policy: Policy,
    /// Numbers for detectors, by the name of the threshold.
    pub(crate) thresholds: BTreeMap<String, f64>,
    /// Whether rustc is asked.
    pub(crate) compiler: Compiler,
    /// The build with nothing to do that was made just now.
    pub(crate) no_op: Option<NoOpRun>,
    /// The build to look at, if it is not the one that lies in the target directory.
    pub(crate) build: Option<Build>,
}

/// What the people of the workspace have decided.
pub(crate) fn config(options: &WorkspaceOptions) -> Result<Config> {
    let root = workspace::root(options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    config::read(root.as_std_path())
}

/// Whether rustc is asked about the sources. To do so takes as long as `cargo check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// Nothing is run.
    NotAsked,
    /// A check is run, for this target if there is one (`--target`).
    Asked(Option<String>),
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// So many files of the target directory were looked at.
    Files(u64),
    /// So many units were checked.
    Units(u64),
    /// So many of so many units were compiled again.
    Replayed {
        /// Done.
        done: usize,
        /// As many as will be done, as far as can be said.
        planned: usize,
    },
}

/// Diagnoses a workspace; `seen` is told how far it is.
pub(crate) fn diagnose(options: &DiagnoseOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Analysis> {
    let pending =
        Pending::start(&options.workspace).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let (facts, beside) = beside(pending, &options.workspace, seen);
    let confirmed = confirmed(options, &facts, seen);
    let (found, sources, index) = std::thread::scope(|scope| {
        let sources = scope.spawn(|| sources::read(&facts.workspace));
        let index = scope.spawn(|| registry_index(&facts.workspace, &options.workspace));
        (loaded(&options.selection, &facts), sources.join().ok(), index.join().ok().flatten())
    });
    let found = found?;
    let root = Utf8Path::new(&facts.workspace.root);
    let rebuilds = rebuilds(&found, &facts, &options.workspace);
    let rebuilds = match &options.build {
        Some(build) => rebuilds.in_terms_of(&found.build, build),
        None => rebuilds,
    };
    let build = options.build.clone().unwrap_or_else(|| runs::sharpened(found.build, root));
    let build = with_jobs(build, facts.settings.jobs);
    let no_op = options.no_op.clone().or_else(|| no_op::stored(root)).map(|no_op| no_op.in_terms_of(&build));
    let problems: Vec<Problem> = facts.problems.into_iter().chain(confirmed.problems).chain(beside.problems).collect();
    // Where the sources were checked just now, what failed before does not count.
    let failed_scripts = match &confirmed.confirmation {
        Some(_) => Vec::new(),
        None => runs::failed_scripts(&facts.workspace, &found.unfinished_scripts),
    };
    let surroundings = Surroundings {
        leftovers: found.stored.map(|stored| leftovers(&stored, &beside.holdings, &options.workspace)),
        disk: beside.disk,
        git_target: beside.git_target,
        linked: beside.linked,
        history: beside.history,
        configuration: Some(facts.configuration),
        confirmation: confirmed.confirmation,
        sources,
        messages: newest(confirmed.messages, found.messages).into_iter().chain(failed_scripts).collect(),
        rebuilds: Rebuilds { no_op, ..rebuilds },
        faults: problems.iter().filter(|problem| problem.fault.is_some()).cloned().collect(),
        test_failures: runs::test_failures(root, &build_dirs(&facts.settings.directories)?.build_dir),
        reachable: Some(reachable(&facts.workspace, &facts.settings.default_triples)),
        index,
        thresholds: options.thresholds.clone(),
    };
    Ok(Analysis::of(facts.workspace, build, surroundings, problems).under(&options.policy).beside(found.others))
}

/// What rustc says, where it is to be asked.
fn confirmed(options: &DiagnoseOptions, facts: &Facts, seen: &(dyn Fn(Seen) + Sync)) -> Confirmed {
    match &options.compiler {
        Compiler::NotAsked => Confirmed::default(),
        Compiler::Asked(triple) => {
            confirm(&options.workspace, facts, triple.as_deref(), &|n_units| seen(Seen::Units(n_units)))
        }
    }
}

/// The build that is selected, from what Cargo left on disk, and what lies beside it.
fn loaded(selection: &Selection, facts: &Facts) -> Result<Found> {
    let dirs = build_dirs(&facts.settings.directories)?;
    found(fingerprints::load(&dirs, &completed(selection, &facts.settings), &facts.workspace))
}

/// What was not selected on the command line, the configuration selects.
fn completed(selection: &Selection, settings: &Settings) -> Selection {
    let by_configuration = match settings.default_triples.as_slice() {
        [triple] => Some(triple.clone()),
        _ => None,
    };
    Selection { triple: selection.triple.clone().or(by_configuration), ..selection.clone() }
}

/// That there is no build to tell of is no failure: everything else about the workspace can be told.
fn found(loaded: std::result::Result<Found, LoadError>) -> Result<Found> {
    let error = match loaded {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    if let Some(why) = why_none(&error) {
        let mut build = Build::empty(Source::Fingerprints);
        build.problems.push(Problem::new(error.to_string(), why, "there are no units and no times to show"));
        return Ok(Found::only(build));
    }
    let hint = hint(&error);
    let error = Error::could_not_measure(error.to_string()).because(&error);
    Err(match hint {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

/// Why there is no build to tell of, and what helps; `None` if something else went wrong.
fn why_none(error: &LoadError) -> Option<&'static str> {
    match error {
        LoadError::NoBuild { .. } => Some("build the workspace first, for example with `cargo brisk record -- build`"),
        LoadError::FirstBuild { .. } => Some("a Cargo command has the directory locked; ask again when it is over"),
        LoadError::NoFingerprints { .. } => Some(
            "they were removed, or left out of what was restored from a cache, or a Cargo newer than this Brisk keeps \
             them elsewhere; the next build writes them, for example `cargo brisk record -- build`",
        ),
        LoadError::NotOwn { .. } => Some(
            "another workspace uses the same target directory (`CARGO_TARGET_DIR`, `build.target-dir`), or a package \
             was renamed; build this workspace, for example with `cargo brisk record -- build`",
        ),
        LoadError::NotSelected { .. } | LoadError::Io { .. } => None,
    }
}

/// What else there is, if there is not what was asked for.
fn hint(error: &LoadError) -> Option<String> {
    let LoadError::NotSelected { others, .. } = error else { return None };
    let there = text::selectable(others, Some(runs::now()));
    (!there.is_empty()).then(|| format!("there is\n  {}", there.join("\n  ")))
}

/// Files do not tell how many jobs Cargo was allowed; the configuration tells how many it would use now.
fn with_jobs(build: Build, jobs: u32) -> Build {
    let jobs = build.jobs.or(Some(Jobs { n: jobs, basis: JobsBasis::Assumed }));
    Build { jobs, ..build }
}
