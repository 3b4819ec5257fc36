//! `cargo brisk report`: everything about one build.
//!
//! 1. The run that is asked for, from the store; where none of this workspace is stored, the build in the target directory.
//! 2. Everything that `cargo brisk` says of that build, with the workspace as it is now; where that is not on this machine,
//!    as far as the run itself tells.
//! 3. For those who want to see more than the build: what could become of it (`what_if`), and how builds of its kind went
//!    before (`trend`).

use std::path::Path;

use brisk::analysis::Analysis;
use brisk::detect::Policy;
use brisk::model::{Graph, Problem, Surroundings, Workspace};
use brisk::overview::{Overview, Prospects};
use brisk::simulate::what_if::Base;
use brisk_store::fingerprints::Selection;
use brisk_store::run_file::Run;
use brisk_store::store::{Filter, StoreError, StoredRun};
use camino::Utf8Path;

use super::diagnose::{Compiler, DiagnoseOptions, Seen, config, diagnose};
use super::trend::trend;
use super::{runs, what_if};
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// How a run comes to be.
pub(super) const RECORD: &str = "`cargo brisk record -- build`";

/// What to report on.
#[derive(Debug)]
pub(crate) struct ReportOptions {
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
    /// Which run: its id, the beginning of it, or `last`. `None`: the newest of the workspace, or of all if there is no
    /// workspace; the build in the target directory if none is stored.
    pub(crate) run: Option<String>,
    /// Which of the builds in the target directory.
    pub(crate) selection: Selection,
    /// How much of it.
    pub(crate) extent: Extent,
}

/// How much is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What the build is.
    Build,
    /// Also what could become of it, and how builds of its kind went before.
    Everything,
}

/// What is reported.
#[derive(Debug)]
pub(crate) struct Report {
    /// Everything.
    pub(crate) overview: Overview,
    /// Where the run is kept, if it is a stored one.
    pub(crate) stored: Option<StoredRun>,
}

/// Reports; `seen` is told how far it is.
pub(crate) fn report(options: &ReportOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Report> {
    let here = workspace::root(&options.workspace).ok();
    let filter = here.as_deref().map_or(Filter::All, Filter::Workspace);
    let wanted = options.run.as_deref().unwrap_or("last");
    match found(wanted, filter)? {
        Ok((run, stored)) => of_run(run, stored, options, seen),
        Err(StoreError::NotFound { .. }) if options.run.is_none() && here.is_some() => on_disk(options, seen),
        Err(error) => Err(failed(&error, wanted, filter)),
    }
}

/// The run `wanted` alone (an id, the beginning of one, or `last`: the newest of the workspace that `options` lead to, or of
/// all if they lead to none), and where it is kept.
pub(super) fn find(wanted: &str, options: &WorkspaceOptions) -> Result<(Run, StoredRun)> {
    let here = workspace::root(options).ok();
    let filter = here.as_deref().map_or(Filter::All, Filter::Workspace);
    found(wanted, filter)?.map_err(|error| failed(&error, wanted, filter))
}

fn found(wanted: &str, filter: Filter<'_>) -> Result<std::result::Result<(Run, StoredRun), StoreError>> {
    let store = runs::open()?;
    let found = store.find(wanted, filter);
    Ok(found.and_then(|stored| Ok((store.get(stored.id.as_str(), Filter::All)?, stored))))
}

/// That there is no last run is told by where it was looked for.
fn failed(error: &StoreError, wanted: &str, filter: Filter<'_>) -> Error {
    match (error, filter) {
        (StoreError::NotFound { .. }, _) if wanted == "last" => none(filter),
        _ => runs::failed(error),
    }
}

/// That there is no run at all.
pub(super) fn none(filter: Filter<'_>) -> Error {
    match filter {
        Filter::All => Error::usage("no run is stored").hint(format!("{RECORD} records one")),
        Filter::Workspace(_) => {
            let others = "`cargo brisk history --all` lists those of other workspaces";
            Error::usage("no run of this workspace is stored").hint(format!("{RECORD} records one, and {others}"))
        }
    }
}

/// The workspace of a run as it is now; as the run tells of it, if it is not there any more.
pub(super) fn workspace_of(run: &Run, options: &WorkspaceOptions) -> Workspace {
    let root = run.workspace_root.as_deref();
    let manifest_path = root.map(|root| root.join("Cargo.toml").into_std_path_buf());
    let facts = manifest_path
        .filter(|path| path.is_file())
        .and_then(|path| workspace::read(&WorkspaceOptions { manifest_path: Some(path), ..options.clone() }).ok());
    match facts {
        Some(facts) => facts.workspace,
        None => Workspace::of_build(root.map_or("", Utf8Path::as_str), &run.build),
    }
}

fn of_run(run: Run, stored: StoredRun, options: &ReportOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Report> {
    let analysis = match options_of(&run, &options.workspace) {
        Some(workspace) => diagnosed(&run, workspace, seen)?,
        None => alone(&run, Vec::new()),
    };
    let id = run.id.to_string();
    let mut overview = Overview { run: Some(id.clone()), ..Overview::of(analysis) };
    if options.extent == Extent::Everything {
        match prospects(&id, &run, &overview.analysis) {
            Ok(prospects) => overview.prospects = Some(prospects),
            Err(error) => overview.analysis.problems.push(unpredicted(&error)),
        }
        overview.trend = run.workspace_root.as_deref().and_then(|root| trend(root, &run.build));
    }
    Ok(Report { overview, stored: Some(stored) })
}

fn on_disk(options: &ReportOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Report> {
    let diagnose_options = diagnose_options(options.workspace.clone(), options.selection.clone())?;
    Ok(Report { overview: Overview::of(diagnose(&diagnose_options, seen)?), stored: None })
}

/// What leads to the workspace of the run, if it is on this machine: with the target directory that the run was built in, unless
/// another one is asked for or that one is gone.
fn options_of(run: &Run, options: &WorkspaceOptions) -> Option<WorkspaceOptions> {
    let manifest_path = run.workspace_root.as_ref()?.join("Cargo.toml").into_std_path_buf();
    let target_dir = run.target_dir.as_ref().filter(|dir| dir.is_dir()).map(|dir| dir.as_std_path());
    let target_dir = options.target_dir.as_deref().or(target_dir).map(Path::to_path_buf);
    manifest_path.is_file().then(|| WorkspaceOptions {
        manifest_path: Some(manifest_path),
        target_dir,
        ..options.clone()
    })
}

/// What `cargo brisk` would say if this build lay in the target directory. The builds that do lie there are not beside it.
fn diagnosed(run: &Run, workspace: WorkspaceOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Analysis> {
    let options = diagnose_options(workspace, Selection::default())?;
    let options = DiagnoseOptions { build: Some(run.build.clone()), ..options };
    Ok(match diagnose(&options, seen) {
        Ok(analysis) => analysis.beside(Vec::new()),
        Err(error) => {
            let effect =
                "members are told from dependencies by the run alone, and nothing else of the workspace is known";
            alone(run, vec![Problem::new("cannot read the workspace as it is now", error.text(), effect)])
        }
    })
}

fn diagnose_options(workspace: WorkspaceOptions, selection: Selection) -> Result<DiagnoseOptions> {
    let config = config(&workspace)?;
    Ok(DiagnoseOptions {
        policy: Policy { skip: config.skip, suppressions: config.suppressions, ..Policy::default() },
        thresholds: config.thresholds,
        compiler: Compiler::NotAsked,
        no_op: None,
        build: None,
        selection,
        workspace,
    })
}

/// What the run itself tells.
fn alone(run: &Run, problems: Vec<Problem>) -> Analysis {
    let root = run.workspace_root.as_deref().map_or("", Utf8Path::as_str);
    let workspace = Workspace::of_build(root, &run.build);
    Analysis::of(workspace, run.build.clone(), Surroundings::default(), problems)
}

/// What could become of the run. What it found built already has its costs from other runs, on units at the same places.
fn prospects(id: &str, run: &Run, analysis: &Analysis) -> Result<Prospects> {
    let root = run.workspace_root.as_deref().unwrap_or(Utf8Path::new(""));
    let recorded = runs::to_predict_from(root, Some(id), None)?;
    let build = &recorded.run.build;
    let graph = Graph::of(build).requesting(build.requested(&analysis.workspace));
    let base = Base { build, graph: &graph, workspace: &analysis.workspace };
    let baseline = what_if::baseline(base, &recorded);
    Ok(Prospects::of(id.to_owned(), base, baseline, analysis, recorded.problem().into_iter().collect()))
}

fn unpredicted(error: &Error) -> Problem {
    Problem::new("nothing is predicted from this run", error.text(), "what changes would bring is not shown").as_note()
}
