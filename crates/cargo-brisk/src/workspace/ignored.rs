//! What git knows of the target directory: whether it is ignored, and what of it is tracked.
//!
//! Git itself is asked, by one command that reads its index and ignore rules and writes nothing: rules come from many places
//! (`.gitignore` of every directory, `.git/info/exclude`, `core.excludesFile`), and a file that is tracked is not ignored
//! whatever they say. Without git, or outside of a repository, nothing is known.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use brisk::model::{GitTarget, Tracked};

/// What is read of the answer: tens of thousands of paths.
const MOST_BYTES: u64 = 16 << 20;

/// Tracked files that are named.
const NAMED: usize = 3;

/// What git knows of `target_dir` in the workspace at `root`. `None` where there is no such directory, it does not lie below
/// the root, or the root is not in a repository that is the workspace's: one that tracks its manifest, or begins there.
pub(crate) fn git_target(root: &Path, target_dir: &Path) -> Option<GitTarget> {
    let path = target_dir.strip_prefix(root).ok()?.to_str().filter(|path| !path.is_empty())?;
    let top = root.ancestors().find(|dir| dir.join(".git").exists())?;
    if !target_dir.is_dir() {
        return None;
    }
    let listed = list(root, &["Cargo.toml", path]).ok()?;
    let entries = || listed.split('\0').filter_map(|entry| entry.split_once(' '));
    let is_tracked = |(tag, name): (&str, &str)| tag != UNTRACKED && name == "Cargo.toml";
    if top != root && !entries().any(is_tracked) {
        return None;
    }
    let of_target = || entries().filter(|(_, name)| *name != "Cargo.toml");
    Some(GitTarget {
        path: path.replace('\\', "/"),
        unignored: of_target().any(|(tag, _)| tag == UNTRACKED),
        tracked: tracked(root, of_target().filter(|(tag, _)| *tag != UNTRACKED).map(|(_, name)| name)),
    })
}

/// The tag of a file that is neither tracked nor ignored (`git ls-files -t`).
const UNTRACKED: &str = "?";

/// Tags and paths of what git tracks below `paths`, and of what it neither tracks nor ignores (there a whole directory is one
/// entry). A monitor of the file system that is configured would be started for nothing.
fn list(root: &Path, paths: &[&str]) -> io::Result<String> {
    let mut git = Command::new("git");
    git.args(["--literal-pathspecs", "-c", "core.fsmonitor=false", "ls-files", "-z", "-t", "--cached", "--others"]);
    git.args(["--exclude-standard", "--directory", "--no-empty-directory", "--"]).args(paths).current_dir(root);
    let mut child = git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut listed = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        // To close the pipe ends a git that has more to say.
        stdout.take(MOST_BYTES).read_to_end(&mut listed)?;
    }
    let is_cut = listed.len() as u64 == MOST_BYTES;
    if !child.wait()?.success() && !is_cut {
        return Err(io::Error::other("git failed"));
    }
    Ok(String::from_utf8_lossy(&listed).into_owned())
}

fn tracked<'a>(root: &Path, names: impl Iterator<Item = &'a str>) -> Tracked {
    let mut tracked = Tracked::default();
    for name in names {
        tracked.files += 1;
        if let Ok(metadata) = root.join(name).symlink_metadata() {
            *tracked.bytes.get_or_insert(0) += metadata.len();
        }
        if tracked.examples.len() < NAMED {
            tracked.examples.push(name.to_owned());
        }
    }
    tracked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn git(tree: &Tree, args: &[&str]) {
        let mut command = Command::new("git");
        let done = command.args(args).current_dir(tree.path("")).stdout(Stdio::null()).status().unwrap();
        assert!(done.success(), "{args:?}");
    }

    /// A workspace in a new repository, built.
    fn workspace(directory: &str) -> Tree {
        let place = |path: &str| format!("{directory}{path}");
        let tree = Tree::new(&[
            (&place("Cargo.toml"), "[package]\nname = 'a'"),
            (&place("target/CACHEDIR.TAG"), "x"),
            (&place("target/debug/deps/liba.rlib"), "12345"),
        ]);
        git(&tree, &["init", "--quiet"]);
        tree
    }

    fn known(tree: &Tree, directory: &str) -> Option<GitTarget> {
        git_target(&tree.path(directory), &tree.path(directory).join("target"))
    }

    #[test]
    fn a_target_directory_without_a_rule_is_not_ignored() {
        let tree = workspace("");
        let unignored = GitTarget { path: "target".to_owned(), unignored: true, tracked: Tracked::default() };
        assert_eq!(known(&tree, ""), Some(unignored.clone()));
        let ignored = GitTarget { unignored: false, ..unignored };
        tree.write(".gitignore", "/target\n");
        assert_eq!(known(&tree, ""), Some(ignored.clone()));
        tree.write(".gitignore", "");
        tree.write("target/.gitignore", "*\n");
        assert_eq!(known(&tree, ""), Some(ignored));
    }

    #[test]
    fn tracked_files_are_counted_whether_they_are_ignored_or_not() {
        let tree = workspace("");
        git(&tree, &["add", "target/debug"]);
        tree.write(".gitignore", "target\n");
        let known = known(&tree, "").unwrap();
        let examples = vec!["target/debug/deps/liba.rlib".to_owned()];
        assert_eq!(known.tracked, Tracked { files: 1, bytes: Some(5), examples });
        assert!(!known.unignored);
    }

    #[test]
    fn a_workspace_below_the_top_counts_if_its_manifest_is_tracked() {
        let tree = workspace("rust/");
        assert_eq!(known(&tree, "rust"), None);
        git(&tree, &["add", "rust/Cargo.toml"]);
        assert!(known(&tree, "rust").unwrap().unignored);
    }

    #[test]
    fn nothing_is_known_outside_of_a_repository_or_of_the_workspace() {
        let tree = workspace("");
        assert_eq!(git_target(&tree.path(""), &tree.path("elsewhere")), None);
        assert_eq!(git_target(&tree.path("target"), &tree.path("target")), None);
        assert_eq!(git_target(&tree.path("target/debug"), &tree.path("target")), None);
        fs_err::remove_dir_all(tree.path(".git")).unwrap();
        // A repository around the temporary directory does not track it.
        assert_eq!(known(&tree, ""), None);
    }
}
