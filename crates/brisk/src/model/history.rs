//! How often which sources are edited, as the version control tells.

use std::collections::{BTreeMap, BTreeSet};

use super::{Package, PackageIdx, TargetKind, Workspace};

/// What the version control tells of edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// Commits.
    Told(Edits),
    /// Nothing, and why: a fragment such as `the clone is shallow`.
    Unknown(String),
}

/// Commits that changed Rust sources, without merges and without the first one of the repository: neither is an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    /// Days that were looked back.
    pub days: u32,
    /// Whether these are all commits of those days, and not only the newest.
    pub whole: bool,
    /// For each commit, newest first, the directories in which it changed Rust sources: absolute paths with `/`.
    pub commits: Vec<Vec<String>>,
}

impl Edits {
    /// For each member, how many commits changed its sources: files below the directory of its library's or a program's
    /// root file. Tests, benchmarks and examples are not among them, as nothing else is built anew for those. Of members
    /// within each other's directories the innermost counts.
    pub fn by_member(&self, workspace: &Workspace) -> BTreeMap<PackageIdx, u32> {
        let members = || workspace.members.iter().map(|&idx| (idx, workspace.package(idx)));
        let mut counts: BTreeMap<PackageIdx, u32> = members().map(|(idx, _)| (idx, 0)).collect();
        let roots: Vec<(String, PackageIdx)> =
            members().flat_map(|(idx, package)| sources(package).into_iter().map(move |root| (root, idx))).collect();
        let mut known: BTreeMap<&str, Option<PackageIdx>> = BTreeMap::new();
        for commit in &self.commits {
            let owners = commit.iter().filter_map(|dir| *known.entry(dir).or_insert_with(|| owner(dir, &roots)));
            for member in owners.collect::<BTreeSet<PackageIdx>>() {
                *counts.entry(member).or_default() += 1;
            }
        }
        counts
    }
}

/// Whose sources lie in `dir`: of the source directories around it, the innermost.
fn owner(dir: &str, roots: &[(String, PackageIdx)]) -> Option<PackageIdx> {
    let around = roots.iter().filter(|(root, _)| dir == root || is_below(dir, root));
    around.max_by_key(|(root, _)| root.len()).map(|(_, member)| *member)
}

fn is_below(dir: &str, root: &str) -> bool {
    dir.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// Directories of the root files of libraries and programs; Cargo's `src` where no target is known.
fn sources(package: &Package) -> BTreeSet<String> {
    let is_extra = |kind: TargetKind| {
        matches!(kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example | TargetKind::BuildScript)
    };
    let targets = package.targets.iter().filter(|target| !is_extra(target.kind));
    let directories: BTreeSet<String> = targets.filter_map(|target| directory(&target.src_path)).collect();
    if !directories.is_empty() {
        return directories;
    }
    let own = package.manifest_path.as_deref().and_then(directory);
    own.map(|own| format!("{own}/src")).into_iter().collect()
}

/// The directory of a file, with `/` on every system.
fn directory(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    path.rsplit_once('/').map(|(directory, _)| directory.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{PackageSource, PackageTarget, WorkspaceBasis};
    use super::*;

    fn member(name: &str, targets: &[(TargetKind, &str)]) -> Package {
        let target = |&(kind, src_path): &(TargetKind, &str)| PackageTarget {
            kind,
            name: name.to_owned(),
            src_path: src_path.to_owned(),
            required_features: Vec::new(),
        };
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            source: PackageSource::Member,
            manifest_path: Some(format!("/ws/{name}/Cargo.toml")),
            targets: targets.iter().map(target).collect(),
            features: BTreeMap::new(),
            declarations: Vec::new(),
            dependencies: Vec::new(),
            links: None,
        }
    }

    fn counts(packages: Vec<Package>, commits: &[&[&str]]) -> Vec<u32> {
        let members = (0..).map(PackageIdx).zip(&packages).map(|(idx, _)| idx).collect();
        let workspace = Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: "/ws".to_owned(),
            members,
            packages,
            inheritable: Vec::new(),
        };
        let commits = commits.iter().map(|dirs| dirs.iter().map(|dir| (*dir).to_owned()).collect()).collect();
        Edits { days: 182, whole: true, commits }.by_member(&workspace).into_values().collect()
    }

    #[test]
    fn a_commit_counts_once_for_each_member_whose_sources_it_changed() {
        let a = member("a", &[(TargetKind::Lib, "/ws/a/src/lib.rs"), (TargetKind::Test, "/ws/a/tests/it.rs")]);
        let b = member("b", &[]);
        let commits: &[&[&str]] = &[&["/ws/a/src", "/ws/a/src/deep", "/ws/b/src"], &["/ws/a/tests"], &["/ws/a"], &[]];
        assert_eq!(counts(vec![a, b], commits), [1, 1]);
    }

    #[test]
    fn of_members_within_each_other_the_innermost_is_meant() {
        let outer = member("outer", &[(TargetKind::Lib, "/ws/lib.rs")]);
        let inner = member("inner", &[(TargetKind::Bin, "/ws/inner/main.rs")]);
        assert_eq!(counts(vec![outer, inner], &[&["/ws/inner/sub"], &["/ws/innermost"], &["/ws"]]), [2, 1]);
    }

    #[test]
    fn paths_of_windows_are_the_same_paths() {
        let a = member("a", &[(TargetKind::Lib, "C:\\ws\\a\\src\\lib.rs")]);
        assert_eq!(counts(vec![a], &[&["C:/ws/a/src"]]), [1]);
    }
}
