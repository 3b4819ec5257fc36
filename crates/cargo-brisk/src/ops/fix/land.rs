//! From the copy into the workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use brisk::model::Problem;
use brisk::plan::{Commit, Fix, Outcome, StageOutcome};
use brisk::proof::Confirmation;
use camino::Utf8Path;

use super::commit::commit;
use super::cures::Undo;
use super::stages::Trials;
use super::{FixOptions, History, Planned};
use crate::apply::{self, Entry, FileChange, Name, RealDisk};
use crate::error::{Error, Result};
use crate::ops::staging::Side;
use crate::ops::{runs, undo};
use crate::workspace::{self, Facts, WorkspaceOptions};

/// What the files hold that may be changed: they must hold the same when the changes are made.
pub(super) fn files(facts: &Facts) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = Path::new(&facts.workspace.root);
    let manifests = facts.workspace.iter_members().filter_map(|(_, member)| member.manifest_path.as_ref());
    let manifests = manifests.map(PathBuf::from);
    let others = ["Cargo.toml", "Cargo.lock", ".gitignore"].map(|name| root.join(name));
    manifests.chain(others).filter_map(|path| Some((path.clone(), std::fs::read(&path).ok()?))).collect()
}

/// The files after a fix: all that were changed by it and by those of its stage before it.
pub(super) struct Landing {
    /// Key of the finding.
    pub(super) key: String,
    /// What they hold, by where the user has them; `None` is no file.
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Landing {
    /// After `fix` was carried out in a copy, in which `changed` was changed so far.
    pub(super) fn of(fix: &Fix, side: &Side, changed: &Undo) -> Self {
        let files = changed.touched().map(|path| (side.copy.original_of(path), std::fs::read(path).ok()));
        Self { key: fix.key.clone(), files: files.collect() }
    }
}

/// What was written into the workspace.
#[derive(Default)]
pub(super) struct Landed {
    /// The changes in the journal.
    journals: Vec<String>,
    commits: Vec<Commit>,
    problems: Vec<Problem>,
}

/// Writes what is kept into the workspace, and commits it fix by fix if that was asked for: the outcome with what became of
/// it. What was tried is told in any case: it took long.
///
/// The error is that a file was edited since the plan was made, or cannot be written; nothing is changed then, but for fixes
/// that have got their commits.
pub(crate) fn land(planned: &Planned, trials: Trials<'_>, options: &FixOptions) -> (Outcome, Result<()>) {
    let landed = match options.history {
        History::Files => at_once(planned, &trials, options),
        History::Commits => one_by_one(planned, &trials, options),
    };
    let mut outcome = trials.outcome;
    match landed {
        Ok(landed) => {
            outcome.problems.extend(landed.problems);
            (Outcome { journals: landed.journals, commits: landed.commits, ..outcome }, Ok(()))
        }
        Err(error) => (outcome, Err(error)),
    }
}

fn at_once(planned: &Planned, trials: &Trials<'_>, options: &FixOptions) -> Result<Landed> {
    let n_kept = trials.outcome.kept().count();
    let title = format!("cargo brisk fix: {}", brisk_report::format::count(n_kept, "finding"));
    let entry = written(planned, &planned.files, &trials.files, &title, options)?;
    Ok(Landed { journals: entry.map(|entry| entry.id).into_iter().collect(), ..Landed::default() })
}

/// One fix after the other. Once one cannot be committed, the others are not committed either: they may have files in common.
fn one_by_one(planned: &Planned, trials: &Trials<'_>, options: &FixOptions) -> Result<Landed> {
    let (root, _) = undo::journal(&options.workspace)?;
    let mut current = planned.files.clone();
    let mut landed = Landed::default();
    for landing in &trials.landings {
        let title = format!("cargo brisk fix: {}", landing.key);
        let Some(entry) = written(planned, &current, &landing.files, &title, options)? else { continue };
        for (path, bytes) in &landing.files {
            match bytes {
                Some(bytes) => drop(current.insert(path.clone(), bytes.clone())),
                None => drop(current.remove(path)),
            }
        }
        landed.journals.push(entry.id.clone());
        let fix = trials.outcome.kept().find(|tried| tried.fix.key == landing.key);
        let Some(tried) = fix.filter(|_| landed.problems.is_empty()) else { continue };
        let message = brisk_report::markdown::commit_message(&trials.outcome, tried);
        match commit(&root, &entry, &message) {
            Ok(id) => {
                // Without the note, `undo` does not tell of the commit, and does what it does all the same.
                let _ = apply::note_commit(&RealDisk, &entry, &id);
                landed.commits.push(Commit { key: landing.key.clone(), id, journal: entry.id });
            }
            Err(why) => landed.problems.push(not_committed(&landing.key, why)),
        }
    }
    Ok(landed)
}

fn not_committed(key: &str, why: String) -> Problem {
    Problem::new(
        format!("`{key}` could not be committed"),
        why,
        "it and what was kept after it is in the files, and not in the history",
    )
}

/// Makes files that hold `from` hold `to`; `None` if they do already.
fn written(
    planned: &Planned,
    from: &BTreeMap<PathBuf, Vec<u8>>,
    to: &BTreeMap<PathBuf, Option<Vec<u8>>>,
    title: &str,
    options: &FixOptions,
) -> Result<Option<Entry>> {
    let lockfile = Path::new(&planned.analysis.workspace.root).join("Cargo.lock");
    // Where there was no lockfile, nobody wants one.
    let wanted = to.iter().filter(|(path, _)| **path != lockfile || planned.files.contains_key(*path));
    let changes = wanted.map(|(path, after)| FileChange {
        path: path.clone(),
        before: from.get(path).cloned().or_else(|| planned.before(path)),
        after: after.clone(),
    });
    let changes: Vec<FileChange> = changes.filter(|change| change.before != change.after).collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let (_, journal) = undo::journal(&options.workspace)?;
    let created_at = runs::now();
    let id = runs::new_id(created_at);
    let name = Name { id: &id, title, created_at };
    let entry = apply::apply(&RealDisk, &journal, name, &changes).map_err(|error| {
        Error::could_not_measure("the changes were tried, and not made in the workspace").because(&error)
    })?;
    Ok(Some(entry))
}

/// Puts what the trials have shown beside what was predicted, for `history --accuracy`; a history that cannot be written is
/// told in the outcome.
pub(crate) fn remember(planned: &Planned, trials: &mut Trials<'_>) {
    let at = runs::now();
    let of_stage = |stage: &StageOutcome| Confirmation::of(stage.proof.as_ref()?, stage.stage.as_str(), at);
    let stages: Vec<Confirmation> = trials.outcome.stages.iter().filter_map(of_stage).collect();
    // A single stage is all there is.
    let joint = trials.outcome.joint.first().filter(|_| trials.outcome.stages.len() > 1);
    let joint = joint.and_then(|proof| Confirmation::of(proof, "all that is kept", at));
    let root = Utf8Path::new(&planned.analysis.workspace.root);
    let written = stages.iter().chain(&joint).try_for_each(|confirmation| runs::confirm(root, confirmation));
    if let Err(error) = written {
        let problem =
            Problem::new("what was measured is not remembered", error.to_string(), "predictions do not learn from it");
        trials.outcome.problems.push(problem);
    }
}

/// Refuses a workspace with changes that are not committed.
///
/// # Errors
///
/// If Git tells of any.
pub(crate) fn refuse_dirty(options: &WorkspaceOptions) -> Result<()> {
    let root = workspace::root(options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    match uncommitted(root.as_std_path(), options) {
        Some(what) => Err(Error::usage(what).hint("commit or stash them, or say `--allow-dirty`")),
        None => Ok(()),
    }
}

/// Which changes in a directory are not committed, in words, if there are any. Without Git, or outside of a repository, the
/// journal alone can take changes back.
pub(super) fn uncommitted(dir: &Path, options: &WorkspaceOptions) -> Option<String> {
    let mut git = Command::new("git");
    git.env("GIT_OPTIONAL_LOCKS", "0").args(["-c", "core.fsmonitor=false", "status", "--porcelain", "--", "."]);
    // What is built is no edit, even where Git sees it.
    let target_dir = workspace::configured(options).directories.target_dir;
    let target_dir = target_dir.strip_prefix(dir).ok().filter(|below| !below.as_os_str().is_empty());
    git.args(target_dir.map(|below| format!(":(exclude){}", below.display())));
    let output = git.current_dir(dir).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let files: Vec<&str> = listed.lines().filter_map(|line| line.get(3..)).collect();
    let first = files.first()?;
    let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
    Some(format!("the workspace has changes that are not committed: `{first}`{more}"))
}
