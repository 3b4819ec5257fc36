//! The packages of a workspace that are on this machine as sources of its own: members, and path dependencies.
//!
//! Which packages are members is Cargo's rule (`find_members` and `find_path_deps` in `core/workspace.rs`): those that
//! the globs of `workspace.members` find, the root package, and path dependencies of these within the root's directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::Problem;

use super::locate::is_excluded;
use super::manifest::{Manifest, ManifestError, texts};
use super::paths::normalize;

/// Whether a local package belongs to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// It is a member.
    Member,
    /// It is only depended on.
    Dependency,
}

/// A package whose manifest is on this machine, outside of Cargo's home.
#[derive(Clone, Debug)]
pub(super) struct LocalPackage {
    /// Its manifest.
    pub(super) manifest: Manifest,
    /// Whether it is a member.
    pub(super) membership: Membership,
}

/// All local packages.
#[derive(Clone, Debug, Default)]
pub(super) struct LocalPackages {
    /// By directory, members and others; of those with a mistake in their syntax, what can be read.
    pub(super) packages: BTreeMap<PathBuf, LocalPackage>,
    /// Manifests that are asked for and cannot be read.
    pub(super) problems: Vec<Problem>,
}

/// Reads all manifests of members and path dependencies.
pub(super) fn local_packages(root: &Manifest) -> LocalPackages {
    let mut found = LocalPackages::default();
    let mut to_read = ToRead { members: first_members(root), dependencies: root.patches().into_iter().collect() };
    let mut seen = BTreeSet::new();
    while let Some((dir, membership)) = to_read.next() {
        if !seen.insert(dir.clone()) {
            continue;
        }
        let manifest = if dir == root.dir() { Ok(root.clone()) } else { Manifest::read(&dir.join("Cargo.toml")) };
        let manifest = manifest.or_else(|error| {
            found.problems.push(unreadable(&dir, membership, &error));
            Manifest::salvaged(&dir.join("Cargo.toml")).ok_or(error)
        });
        let Ok(manifest) = manifest else { continue };
        to_read.add_dependencies(&manifest, membership, root);
        if manifest.package().is_some() {
            found.packages.insert(dir, LocalPackage { manifest, membership });
        }
    }
    found
}

/// Directories whose manifests are still to be read. Members come first, because a package that is both a member and a
/// dependency of something outside is a member.
struct ToRead {
    members: Vec<PathBuf>,
    dependencies: Vec<PathBuf>,
}

impl ToRead {
    fn next(&mut self) -> Option<(PathBuf, Membership)> {
        let member = self.members.pop().map(|dir| (dir, Membership::Member));
        member.or_else(|| self.dependencies.pop().map(|dir| (dir, Membership::Dependency)))
    }

    fn add_dependencies(&mut self, manifest: &Manifest, of: Membership, root: &Manifest) {
        for dir in manifest.path_dependencies(root) {
            let inside = dir.starts_with(root.dir()) && !is_excluded(root, &dir.join("Cargo.toml"));
            if of == Membership::Member && inside {
                self.members.push(dir);
            } else {
                self.dependencies.push(dir);
            }
        }
    }
}

fn first_members(root: &Manifest) -> Vec<PathBuf> {
    let globs = root.table(&["workspace"]).map(|workspace| texts(workspace, &["members"])).unwrap_or_default();
    let found = globs.iter().flat_map(|glob| expand(root.dir(), glob));
    let members = found.filter(|dir| !is_excluded(root, &dir.join("Cargo.toml")));
    members.chain([root.dir().to_owned()]).collect()
}

/// The directories that a member glob finds; one that finds nothing stands for itself, as in Cargo.
fn expand(root_dir: &Path, glob: &str) -> Vec<PathBuf> {
    let literal = root_dir.join(glob);
    let paths = glob::glob(&literal.to_string_lossy());
    let found: Vec<PathBuf> = paths.into_iter().flatten().filter_map(Result::ok).collect();
    if found.is_empty() {
        return vec![normalize(&literal)];
    }
    found.iter().filter(|path| path.is_dir()).map(|path| normalize(path)).collect()
}

fn unreadable(dir: &Path, membership: Membership, error: &ManifestError) -> Problem {
    let role = match membership {
        Membership::Member => "workspace member",
        Membership::Dependency => "path dependency",
    };
    let why = match error {
        // Without its path, which is said above, so that many of them can be told as one.
        ManifestError::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            "it does not exist: moved, removed, or never checked out".to_owned()
        }
        ManifestError::Read { source, .. } => source.to_string(),
        _ => error.to_string(),
    };
    Problem::new(
        format!("the manifest `{}` of a {role} could not be read", dir.join("Cargo.toml").display()),
        why,
        "targets and dependencies of that package are missing from the answers",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn listed(tree: &Tree) -> (Vec<String>, Vec<Problem>) {
        let found = local_packages(&Manifest::read(&tree.path("ws/Cargo.toml")).unwrap());
        let names = found
            .packages
            .values()
            .map(|package| format!("{} {:?}", package.manifest.name().unwrap_or("?"), package.membership));
        (names.collect(), found.problems)
    }

    #[test]
    fn members_are_what_globs_and_path_dependencies_inside_the_root_find() {
        let tree = Tree::new(&[
            (
                "ws/Cargo.toml",
                "[workspace]\nmembers = ['crates/*']\nexclude = ['crates/out']\n[workspace.dependencies]\ntool = { path = 'tool' }",
            ),
            (
                "ws/crates/a/Cargo.toml",
                "[package]\nname = 'a'\n[dependencies]\ntool = { workspace = true }\nnear = { path = '../../../near' }\nout = { path = '../out' }",
            ),
            ("ws/crates/out/Cargo.toml", "[package]\nname = 'out'"),
            ("ws/crates/README.md", ""),
            (
                "ws/tool/Cargo.toml",
                "[package]\nname = 'tool'\n[target.'cfg(unix)'.dev-dependencies]\na = { path = '../crates/a' }",
            ),
            ("near/Cargo.toml", "[package]\nname = 'near'\n[build-dependencies]\nfar = { path = '../far' }"),
            ("far/Cargo.toml", "[package]\nname = 'far'"),
        ]);
        let (names, problems) = listed(&tree);
        assert_eq!(names, ["far Dependency", "near Dependency", "a Member", "out Dependency", "tool Member"]);
        assert_eq!(problems, []);
    }

    #[test]
    fn a_new_directory_that_a_glob_finds_is_a_member() {
        let tree = Tree::new(&[
            ("ws/Cargo.toml", "[package]\nname = 'root'\n[workspace]\nmembers = ['m-?']"),
            ("ws/m-1/Cargo.toml", "[package]\nname = 'one'"),
        ]);
        assert_eq!(listed(&tree).0, ["root Member", "one Member"]);
        tree.write("ws/m-2/Cargo.toml", "[package]\nname = 'two'");
        assert_eq!(listed(&tree).0, ["root Member", "one Member", "two Member"]);
    }

    #[test]
    fn a_member_with_a_mistake_in_its_syntax_is_a_member_with_all_that_can_be_read() {
        let tree = Tree::new(&[
            ("ws/Cargo.toml", "[workspace]\nmembers = ['a', 'b', 'c']"),
            ("ws/a/Cargo.toml", "[package]\nname = 'first'\nversion = = 1\n[dependencies]\nd = { path = '../d' }"),
            ("ws/b/Cargo.toml", "[package\nname = = 'lost'"),
            ("ws/c/Cargo.toml", "[package]\n<<<<<<< HEAD\nname = 'c1'\n=======\nname = 'c2'\n>>>>>>> other\n"),
            ("ws/d/Cargo.toml", "[package]\nname = 'd'"),
        ]);
        let (names, problems) = listed(&tree);
        assert_eq!(names, ["first Member", "b Member", "c1 Member", "d Member"]);
        let whys: Vec<String> = problems.iter().rev().map(|problem| tree.redact(&problem.why)).collect();
        insta::assert_snapshot!(whys.join("\n"), @"
        `[ROOT]/ws/a/Cargo.toml` line 3 is not valid TOML: extra `=`, expected nothing
        `[ROOT]/ws/b/Cargo.toml` line 1 is not valid TOML: unclosed table, expected `]`
        `[ROOT]/ws/c/Cargo.toml` has a merge conflict at line 2: no Cargo command works before it is resolved
        ");
    }

    #[test]
    fn a_missing_member_is_a_problem_and_the_others_are_still_listed() {
        let tree = Tree::new(&[
            ("ws/Cargo.toml", "[workspace]\nmembers = ['a', 'gone']"),
            ("ws/a/Cargo.toml", "[package]\nname = 'a'"),
        ]);
        let (names, problems) = listed(&tree);
        assert_eq!(names, ["a Member"]);
        let what = "the manifest `[ROOT]/ws/gone/Cargo.toml` of a workspace member could not be read";
        assert_eq!(tree.redact(&problems[0].what), what);
        assert_eq!(problems[0].why, "it does not exist: moved, removed, or never checked out");
    }
}
