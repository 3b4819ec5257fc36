//! Commits of the user's repository, made by Git as the user would make them: with their name and their hooks.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::land::uncommitted;
use crate::apply::Entry;
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// Refuses a workspace in which nothing can be committed: better before everything is tried than after it.
///
/// # Errors
///
/// If it is in no repository, has changes that are not committed, is in the middle of a merge, or nobody has a name.
pub(crate) fn refuse_uncommittable(options: &WorkspaceOptions) -> Result<()> {
    let root = workspace::root(options).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let root = root.as_std_path();
    let is_inside = succeeded(root, &["rev-parse", "--is-inside-work-tree"]);
    is_inside.map_err(|why| Error::usage("the workspace is in no Git repository to commit to").cause(why))?;
    if let Some(what) = uncommitted(root, options) {
        return Err(Error::usage(what).hint("commit or stash them: what `--commit` commits is nothing else"));
    }
    if succeeded(root, &["rev-parse", "--quiet", "--verify", "MERGE_HEAD"]).is_ok() {
        return Err(
            Error::usage("a merge is not finished, and nothing else can be committed").hint("`git merge --continue`")
        );
    }
    let identity = succeeded(root, &["var", "GIT_COMMITTER_IDENT"]);
    identity.map_err(|why| Error::usage("Git does not know who commits").cause(why))?;
    Ok(())
}

/// Commits the files of a change, and nothing else: the id of the commit.
///
/// # Errors
///
/// What Git or a hook says.
pub(super) fn commit(root: &Path, entry: &Entry, message: &str) -> std::result::Result<String, String> {
    let files: Vec<PathBuf> =
        entry.files.iter().map(|file| file.path.clone()).filter(|file| is_wanted(root, file)).collect();
    if files.is_empty() {
        return Err("Git ignores all of its files".to_owned());
    }
    // A file that is new has to be known before it can be committed.
    checked(git(root, &["add", "--intent-to-add", "--"]).args(&files))?;
    checked(git(root, &["commit", "--quiet", "--only", "--message", message, "--"]).args(&files))?;
    succeeded(root, &["rev-parse", "HEAD"]).map(|id| id.trim().to_owned())
}

/// Whether Git does not ignore it. A file outside of the repository is none of its business.
fn is_wanted(root: &Path, file: &Path) -> bool {
    let output = git(root, &["check-ignore", "--quiet", "--"]).arg(file).output();
    output.is_ok_and(|output| output.status.code() == Some(1))
}

fn git(root: &Path, args: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(args).current_dir(root).stdin(Stdio::null());
    git
}

fn succeeded(root: &Path, args: &[&str]) -> std::result::Result<String, String> {
    checked(&mut git(root, args))
}

/// What Git says, or why it does not do it.
fn checked(command: &mut Command) -> std::result::Result<String, String> {
    let output: Output = command.output().map_err(|error| format!("`git` cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    // Hooks say on either stream why they refuse.
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_TOLD).collect();
    let said = said.join("; ");
    Err(if said.is_empty() { format!("Git ended with {}", output.status) } else { said })
}

/// Lines of what Git or a hook says that are told.
const MOST_TOLD: usize = 5;
