//! `cargo brisk undo`: puts back what a change of Brisk's replaced, byte for byte.

use std::path::{Path, PathBuf};

use crate::apply::{self, ApplyError, Conflict, Entry, Force, Journal, RealDisk, State};
use crate::error::{Error, Result};
use crate::paths;
use crate::workspace::{self, WorkspaceOptions};

/// What to undo.
#[derive(Debug)]
pub(crate) struct UndoOptions {
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
    /// Which change, by its id or the beginning of it; the last one that is not undone if there is none.
    pub(crate) id: Option<String>,
    /// What to do with files that were edited since.
    pub(crate) force: bool,
}

/// What was undone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UndoneChange {
    /// The change.
    pub(crate) id: String,
    /// In words.
    pub(crate) title: String,
    /// Files that were put back, from the root of the workspace where they lie in it.
    pub(crate) restored: Vec<PathBuf>,
    /// Files that were as they had been already.
    pub(crate) untouched: Vec<PathBuf>,
    /// Where later edits are kept.
    pub(crate) kept: Vec<PathBuf>,
    /// The commit that has the change, and stays.
    pub(crate) commit: Option<String>,
}

/// All changes to the workspace, newest first.
pub(crate) fn changes(options: &WorkspaceOptions) -> Result<Vec<Entry>> {
    let (_, journal) = journal(options)?;
    journal.entries().map_err(|error| unusable(&error))
}

/// Undoes one.
pub(crate) fn undo(options: &UndoOptions) -> Result<UndoneChange> {
    let (root, journal) = journal(&options.workspace)?;
    let entries = journal.entries().map_err(|error| unusable(&error))?;
    let entry = chosen(&entries, options.id.as_deref())?;
    let force = if options.force { Force::Yes } else { Force::No };
    let undone = apply::undo(&RealDisk, &journal, entry, force).map_err(|error| refused(&error, &root))?;
    let below =
        |paths: Vec<PathBuf>| paths.iter().map(|path| path.strip_prefix(&root).unwrap_or(path).to_owned()).collect();
    Ok(UndoneChange {
        id: entry.id.clone(),
        title: entry.title.clone(),
        restored: below(undone.restored),
        untouched: below(undone.untouched),
        kept: undone.kept,
        commit: entry.commit.clone(),
    })
}

/// The root of the workspace, with links resolved as in the journal, and its journal.
pub(super) fn journal(options: &WorkspaceOptions) -> Result<(PathBuf, Journal)> {
    let root = workspace::root(options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let root = root.as_std_path().canonicalize().unwrap_or_else(|_| root.into_std_path_buf());
    let journal = Journal::of(paths::data_dir()?.as_std_path(), &root);
    Ok((root, journal))
}

fn chosen<'a>(entries: &'a [Entry], id: Option<&str>) -> Result<&'a Entry> {
    let Some(id) = id else {
        let last = entries.iter().find(|entry| entry.state != State::Undone);
        return last.ok_or_else(|| Error::usage("there is nothing to undo: no change of Brisk's is in this workspace"));
    };
    let mut found = entries.iter().filter(|entry| entry.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(entry), None) => Ok(entry),
        (None, _) => {
            Err(Error::usage(format!("no change has the id `{id}`")).hint("`cargo brisk undo --list` shows all"))
        }
        (Some(_), Some(_)) => Err(Error::usage(format!("`{id}` is the beginning of several ids"))),
    }
}

fn unusable(error: &ApplyError) -> Error {
    Error::could_not_measure(error.to_string()).because(error)
}

/// Why files are left as they are, with what somebody has done to them since.
fn refused(error: &ApplyError, root: &Path) -> Error {
    let ApplyError::EditedSince(conflicts) = error else { return unusable(error) };
    let told = Error::usage("files were edited after the change, and are left as they are");
    let told = conflicts.iter().fold(told, |told, conflict| told.cause(in_words(conflict, root)));
    told.hint(
        "`--force` puts back what was there before the change; your edits are kept in the journal, and it says where",
    )
}

/// Lines of a difference that are told.
const TOLD: usize = 20;

/// `Cargo.toml`, and what differs from how the change left it.
fn in_words(conflict: &Conflict, root: &Path) -> String {
    let name = conflict.path.strip_prefix(root).unwrap_or(&conflict.path).display();
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let (Some(after), Some(now)) = (text(&conflict.after), text(&conflict.now)) else {
        let what = if conflict.now.is_none() { "is gone" } else { "is there again" };
        return format!("`{name}` {what}");
    };
    let diff = similar::TextDiff::from_lines(&after, &now);
    let lines: Vec<String> = diff.unified_diff().context_radius(0).to_string().lines().map(str::to_owned).collect();
    let more = lines.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("\n… and {more} more lines") } else { String::new() };
    format!("`{name}` since the change:\n{}{more}", lines[..lines.len().min(TOLD)].join("\n"))
}
