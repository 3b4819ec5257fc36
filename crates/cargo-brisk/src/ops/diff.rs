//! `cargo brisk diff`: two builds compared.
//!
//! 1. The builds: runs of the store, files, target directories. Where nothing is said, the last two runs of the same kind.
//! 2. How rustc was called for their units, as far as that was kept.
//! 3. The workspace as it is now, which tells where dependencies are asked for.
//! 4. What they differ in.

use brisk::difference::{Asked, Compared, Difference, Extent, Label, UnitFlags};
use brisk::model::{Build, Outcome, Problem, Source, Workspace, profile_dir};
use brisk_report::format;
use brisk_store::fingerprints::{self, BuildDirs, Selection};
use brisk_store::run_file::{Run, RunHeader, RunId};
use brisk_store::store::{Filter, NAMED_CANDIDATES};
use camino::{Utf8Path, Utf8PathBuf};

use super::report::{self, RECORD};
use super::{import, runs};
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// What to compare.
#[derive(Debug)]
pub(crate) struct DiffOptions {
    /// What there was; `None` for the run before the last one of its kind.
    pub(crate) a: Option<String>,
    /// What it is compared with; `None` for the newest run of the kind of `a`.
    pub(crate) b: Option<String>,
    /// The profile whose runs are meant, where none is named.
    pub(crate) profile: Option<String>,
    /// Which build of a target directory is meant.
    pub(crate) selection: Selection,
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
}

/// A build that was found.
struct Found {
    label: Label,
    build: Build,
    flags: UnitFlags,
    workspace: Workspace,
}

/// Compares.
pub(crate) fn diff(options: &DiffOptions) -> Result<Difference> {
    let (a, b, problem) = match (&options.a, &options.b) {
        (Some(a), Some(b)) => (found(a, options)?, found(b, options)?, None),
        (Some(one), None) | (None, Some(one)) => with_newest(one, options)?,
        (None, None) => last_two(options)?,
    };
    let workspace = b.workspace;
    let (a, b) = (Compared::of(a.label, a.build, a.flags), Compared::of(b.label, b.build, b.flags));
    Ok(Difference::of(a, b, &workspace, problem.into_iter().collect()))
}

/// The build that `wanted` means: what there is a file or directory of that name of, else a run.
fn found(wanted: &str, options: &DiffOptions) -> Result<Found> {
    let path = options.workspace.cwd.join(wanted);
    match wanted {
        "" | "last" => of_store(wanted, options),
        _ if path.is_dir() => of_target_dir(wanted, options),
        _ if path.is_file() => {
            let run = import::load(&utf8(path)?)?;
            let name = wanted.to_owned();
            Ok(Found { workspace: report::workspace_of(&run, &options.workspace), ..of_run(run, name) })
        }
        _ => of_store(wanted, options),
    }
}

fn utf8(path: std::path::PathBuf) -> Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(path).map_err(|path| Error::usage(format!("the path `{}` is not UTF-8", path.display())))
}

fn of_store(wanted: &str, options: &DiffOptions) -> Result<Found> {
    let (run, stored) = report::find(wanted, &options.workspace)?;
    let workspace = report::workspace_of(&run, &options.workspace);
    let name = stored.id.to_string();
    let found = of_run(run, name.clone());
    let label = Label { run: Some(name), ..found.label };
    Ok(Found { label, flags: flags(&stored.id), workspace, ..found })
}

fn of_run(run: Run, name: String) -> Found {
    let at = run.build.started_at.unwrap_or(run.created_at);
    let label = Label { name, run: None, revision: run.git_revision, at: Some(at) };
    let root = run.workspace_root.as_deref().map_or("", |root| root.as_str());
    let workspace = Workspace::of_build(root, &run.build);
    Found { label, build: run.build, flags: UnitFlags::new(), workspace }
}

/// How rustc was called. That nobody kept it is no failure: then less is known of settings.
fn flags(id: &RunId) -> UnitFlags {
    let calls = runs::existing().and_then(|store| store.calls(id).ok().flatten()).unwrap_or_default();
    calls.iter().map(|call| (call.unit.0, call.flags())).collect()
}

/// What lies in a target directory, with exact times as far as they are on record.
fn of_target_dir(wanted: &str, options: &DiffOptions) -> Result<Found> {
    let dir = utf8(options.workspace.cwd.join(wanted))?;
    let workspace_options = WorkspaceOptions { target_dir: Some(dir.clone().into()), ..options.workspace.clone() };
    let facts = workspace::read(&workspace_options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let dirs = BuildDirs { target_dir: dir.clone(), build_dir: dir };
    let found = fingerprints::load(&dirs, &options.selection, &facts.workspace)
        .map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let build = runs::sharpened(found.build, Utf8Path::new(&facts.workspace.root));
    let label = Label { name: wanted.to_owned(), run: None, revision: None, at: build.started_at };
    Ok(Found { label, build, flags: UnitFlags::new(), workspace: facts.workspace })
}

/// In what runs must agree, so that they are compared where nobody asks for these two.
#[derive(Debug, PartialEq)]
struct Kind {
    asked: Option<Asked>,
    profile: Option<String>,
    source: Source,
    extent: Extent,
}

impl Kind {
    /// That of a run; `None` if it failed, broke off, or built nothing, which is not what anybody wants to compare.
    fn of_header(header: &RunHeader) -> Option<Self> {
        let is_done = match header.outcome {
            Outcome::Success => true,
            Outcome::Unknown => header.source != Source::Capture,
            Outcome::Failed(_) | Outcome::Interrupted => false,
        };
        let extent = Extent::of(header.n_timed, header.n_units);
        (is_done && extent > Extent::Nothing).then(|| Self {
            asked: header.command.as_deref().map(Asked::of),
            profile: header.profile.clone(),
            source: header.source,
            extent,
        })
    }

    fn of_build(build: &Build) -> Self {
        let n_timed = build.units.iter().filter(|unit| unit.timing.is_some()).count();
        Self {
            asked: build.command.as_deref().map(Asked::of),
            profile: build.profile.clone(),
            source: build.source,
            extent: Extent::of(n_timed, build.units.len()),
        }
    }
}

/// The runs of the workspace, or of all if there is none here, newest first.
fn listed(options: &DiffOptions) -> Result<Vec<RunHeader>> {
    let here = workspace::root(&options.workspace).ok();
    let filter = here.as_deref().map_or(Filter::All, Filter::Workspace);
    let listing = runs::open()?.list(filter).map_err(|error| runs::failed(&error))?;
    let is_meant = |header: &RunHeader| match (&options.profile, &header.profile) {
        (None, _) => true,
        (Some(wanted), Some(own)) => profile_dir(wanted) == profile_dir(own),
        (Some(_), None) => false,
    };
    let headers: Vec<RunHeader> = listing.runs.into_iter().filter(is_meant).collect();
    if headers.is_empty() { Err(report::none(filter)) } else { Ok(headers) }
}

/// The newest run that has another one of its kind before it, and that one before it.
fn last_two(options: &DiffOptions) -> Result<(Found, Found, Option<Problem>)> {
    let headers = listed(options)?;
    let kinds: Vec<Option<Kind>> = headers.iter().map(Kind::of_header).collect();
    let pair = |newer: usize| {
        let kind = kinds[newer].as_ref()?;
        let older = (newer + 1..kinds.len()).find(|older| kinds[*older].as_ref() == Some(kind))?;
        Some((older, newer))
    };
    let Some((older, newer)) = (0..kinds.len()).find_map(pair) else { return Err(no_pair(&headers)) };
    let [a, b] = [older, newer].map(|at| of_store(headers[at].id.as_str(), options));
    Ok((a?, b?, skipped(newer)))
}

/// That newer runs have nobody to be compared with.
fn skipped(n: usize) -> Option<Problem> {
    (n > 0).then(|| {
        let what = format!("{} not compared", format::count_irregular(n, "newer run is", "newer runs are"));
        let why = "none before is of the same kind: command, profile, and how much was built";
        Problem::new(what, why, "`cargo brisk diff A B` compares any two").as_note()
    })
}

fn no_pair(headers: &[RunHeader]) -> Error {
    if let [only] = headers {
        let hint = format!("{RECORD} records another one; `cargo brisk diff {} FILE` compares it with a file", only.id);
        return Error::usage(format!("only one run is stored, `{}`: there is nothing to compare it with", only.id))
            .hint(hint);
    }
    let newest = &headers[..headers.len().min(NAMED_CANDIDATES)];
    let choices = runs::choices(headers.len(), newest);
    Error::usage(format!("no two runs are of the same kind: command, profile, and how much was built{choices}"))
        .hint("`cargo brisk diff A B` compares any two")
}

/// A build and the newest run of its kind, the later one as B.
fn with_newest(wanted: &str, options: &DiffOptions) -> Result<(Found, Found, Option<Problem>)> {
    let one = found(wanted, options)?;
    let headers = listed(options)?;
    let kind = Kind::of_build(&one.build);
    let is_other = |header: &&RunHeader| one.label.run.as_deref() != Some(header.id.as_str());
    let of_kind = |header: &&RunHeader| Kind::of_header(header).as_ref() == Some(&kind);
    let Some(newest) = headers.iter().filter(is_other).find(of_kind) else { return Err(no_partner(&one, &headers)) };
    let other = of_store(newest.id.as_str(), options)?;
    // Ids of runs sort by time as well.
    let is_later = (one.label.at, &one.label.run) > (other.label.at, &other.label.run);
    Ok(if is_later { (other, one, None) } else { (one, other, None) })
}

fn no_partner(one: &Found, headers: &[RunHeader]) -> Error {
    let newest = &headers[..headers.len().min(NAMED_CANDIDATES)];
    let choices = runs::choices(headers.len(), newest);
    let kind = "command, profile, and how much was built";
    Error::usage(format!("no other run is of the kind of `{}`: {kind}{choices}", one.label.name))
        .hint(format!("`cargo brisk diff {} B` compares it with any of them", one.label.name))
}
