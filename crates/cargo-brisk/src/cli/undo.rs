//! `cargo brisk undo`.

use std::path::PathBuf;

use brisk_report::json;
use clap::Args;

use super::global::{GlobalArgs, MessageFormat};
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, ChangeState, UndoOptions, UndoneChange};

/// Put back what a change of Brisk's replaced, byte for byte
///
/// Without an id: the last change that is not undone. A file that was edited since is left alone, and then all are.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The change, by its id or the beginning of it
    #[arg(value_name = "ID", conflicts_with_all = ["list", "last"])]
    id: Option<String>,
    /// The last change that is not undone (the default)
    #[arg(long)]
    last: bool,
    /// Put back files that were edited since, too; the edits are kept in the journal
    #[arg(long)]
    force: bool,
    /// Show all changes, and undo none
    #[arg(long, conflicts_with = "force")]
    list: bool,
}

impl UndoArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let workspace = global.workspace_options()?;
        if self.list {
            return list(&workspace, global, console);
        }
        let undone = ops::undo(&UndoOptions { workspace, id: self.id, force: self.force })?;
        match global.message_format {
            MessageFormat::Human => show(&undone, console),
            MessageFormat::Json => console.data(&format!("{}\n", json::undo(&view(&undone))))?,
        }
        Ok(ExitCode::Success)
    }
}

fn show(undone: &UndoneChange, console: Console) {
    console.status("Undone", &format!("{} ({})", undone.title, undone.id));
    for path in &undone.restored {
        console.status("Restored", &path.display().to_string());
    }
    for path in &undone.untouched {
        console.status("Unchanged", &path.display().to_string());
    }
    for path in &undone.kept {
        console.status("Kept", &format!("what was edited since, as {}", path.display()));
    }
    if let Some(commit) = &undone.commit {
        let commit = short(commit);
        let how = format!("commit the files as they are now, or restore them and `git revert {commit}`");
        console.status("Note", &format!("commit {commit} has the change, and stays in the history: {how}"));
    }
}

/// `0123456789` of a commit: enough to name it in any repository.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

fn view(undone: &UndoneChange) -> json::Undo {
    let texts = |paths: &[PathBuf]| paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    json::Undo {
        schema_version: json::SCHEMA_VERSION,
        brisk_version: env!("CARGO_PKG_VERSION").to_owned(),
        command: "undo".to_owned(),
        id: undone.id.clone(),
        title: undone.title.clone(),
        restored: texts(&undone.restored),
        untouched: texts(&undone.untouched),
        kept: texts(&undone.kept),
        commit: undone.commit.clone(),
    }
}

fn list(workspace: &ops::WorkspaceOptions, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
    let changes = ops::changes(workspace)?;
    match global.message_format {
        MessageFormat::Json => {
            let rows: Vec<json::ChangeRow> = changes
                .iter()
                .map(|change| json::ChangeRow {
                    id: change.id.clone(),
                    title: change.title.clone(),
                    created_at: change.created_at,
                    state: word(change.state).to_owned(),
                })
                .collect();
            console.data(&format!("{}\n", json::changes(&rows, env!("CARGO_PKG_VERSION"))))?;
        }
        MessageFormat::Human if changes.is_empty() => console.status("Changes", "none was made by Brisk"),
        MessageFormat::Human => {
            for change in &changes {
                let day = brisk_report::format::calendar(change.created_at).unwrap_or_default();
                console.show(&format!("{}  {:<11}  {day}  {}\n", change.id, word(change.state), change.title));
            }
        }
    }
    Ok(ExitCode::Success)
}

fn word(state: ChangeState) -> &'static str {
    match state {
        ChangeState::Applied => "applied",
        ChangeState::Undone => "undone",
        ChangeState::Interrupted => "interrupted",
    }
}
