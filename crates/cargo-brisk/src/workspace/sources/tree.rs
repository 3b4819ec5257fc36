//! Which target reaches which file.
//!
//! Where a module's file is, is the language's rule (The Rust Reference, "Modules").

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::{PackageTarget, Reached, Target, When};

use super::scan::{FileScan, Module};
use crate::workspace::paths::normalize;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum File {
    /// It was read.
    Scanned(FileScan),
    /// There is none.
    Absent,
    /// It could not be read, or is too large.
    Unread,
}

/// Files by path.
pub(super) type Files = BTreeMap<PathBuf, File>;

/// The files of one package as a tree of modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    /// By which targets each file is reached.
    pub(super) reached: BTreeMap<PathBuf, Vec<Reached>>,
    /// Modules without a file.
    pub(super) missing: BTreeSet<Missing>,
    /// Paths that must be looked at before the tree is complete.
    pub(super) unknown: BTreeSet<PathBuf>,
}

/// `mod name;` without a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    pub(super) file: PathBuf,
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) target: Target,
}

impl Tree {
    /// The tree of these targets, as far as `files` are known.
    pub(super) fn of(targets: &[PackageTarget], files: &Files) -> Self {
        let mut tree = Self::default();
        for target in targets {
            let own = Target { kind: target.kind, name: target.name.clone() };
            let mut walk = Walk {
                target: &own,
                is_always_built: target.required_features.is_empty(),
                files,
                when: BTreeMap::new(),
            };
            walk.run(Path::new(&target.src_path), &mut tree);
            for (path, when) in walk.when {
                tree.reached.entry(path).or_default().push(Reached { target: own.clone(), when });
            }
        }
        tree
    }
}

struct Walk<'a> {
    target: &'a Target,
    is_always_built: bool,
    files: &'a Files,
    /// When each file is part of the target.
    when: BTreeMap<PathBuf, When>,
}

/// A file to go on with.
struct Next {
    path: PathBuf,
    /// Where the files of its modules are.
    dir: PathBuf,
    when: When,
    /// Whether it was included as text, so that its modules are elsewhere.
    is_included: bool,
}

impl Walk<'_> {
    fn run(&mut self, root: &Path, tree: &mut Tree) {
        let mut to_do = vec![Next { dir: parent(root), path: normalize(root), when: When::ALWAYS, is_included: false }];
        while let Some(next) = to_do.pop() {
            let Some(file) = self.files.get(&next.path) else {
                tree.unknown.insert(next.path);
                continue;
            };
            let File::Scanned(scan) = file else { continue };
            let before = self.when.get(&next.path).copied();
            let when = before.map_or(next.when, |before| before.or(next.when));
            if before == Some(when) {
                continue;
            }
            self.when.insert(next.path.clone(), when);
            for module in &scan.modules {
                to_do.extend(self.module(&next, module, tree));
            }
            to_do.extend(scan.includes.iter().map(|include| included(&next, &include.path, include.when)));
        }
    }

    /// The files of a module: several where a condition decides which one it is.
    fn module(&self, within: &Next, module: &Module, tree: &mut Tree) -> Vec<Next> {
        if module.perhaps_paths.is_empty() {
            return self.plain_module(within, module, tree).into_iter().collect();
        }
        let perhaps = |path: Option<&String>| Module {
            path: path.cloned(),
            when: module.when.and(When { test: false, perhaps: true }),
            ..module.clone()
        };
        let ways = module.perhaps_paths.iter().map(Some).chain([module.path.as_ref()]).map(perhaps);
        ways.filter_map(|way| self.plain_module(within, &way, tree)).collect()
    }

    /// The file of a module, whatever paths it has under conditions.
    fn plain_module(&self, within: &Next, module: &Module, tree: &mut Tree) -> Option<Next> {
        let dir = module.within.iter().fold(within.dir.clone(), |dir, name| dir.join(name));
        let when = within.when.and(module.when);
        let next = |path: PathBuf, dir| Next { path: normalize(&path), dir, when, is_included: within.is_included };
        if let Some(path) = &module.path {
            let from = if module.within.is_empty() { parent(&within.path) } else { dir };
            let path = from.join(path);
            return Some(next(path.clone(), parent(&path)));
        }
        let own_dir = dir.join(&module.name);
        let candidates = [dir.join(format!("{}.rs", module.name)), own_dir.join("mod.rs")].map(|path| normalize(&path));
        let known = candidates.iter().map(|path| self.files.get(path));
        let states: Vec<Option<&File>> = known.collect();
        if let Some(found) = states.iter().position(|state| state.is_some_and(|file| *file != File::Absent)) {
            return Some(next(candidates[found].clone(), own_dir));
        }
        if states.iter().any(Option::is_none) {
            tree.unknown.extend(candidates);
        } else if when == When::ALWAYS && !module.is_argument && !within.is_included && self.is_always_built {
            self.miss(within, module, tree);
        }
        None
    }

    fn miss(&self, within: &Next, module: &Module, tree: &mut Tree) {
        let is_same =
            |other: &Missing| other.file == within.path && other.line == module.line && other.name == module.name;
        if !tree.missing.iter().any(is_same) {
            let (file, name) = (within.path.clone(), module.name.clone());
            tree.missing.insert(Missing { file, line: module.line, name, target: self.target.clone() });
        }
    }
}

fn included(within: &Next, path: &str, when: When) -> Next {
    let path = parent(&within.path).join(path);
    Next { dir: parent(&path), path: normalize(&path), when: within.when.and(when), is_included: true }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sources::scan::{Names, scan};
    use brisk::model::TargetKind;

    fn target(kind: TargetKind, path: &str, required_features: &[&str]) -> PackageTarget {
        PackageTarget {
            kind,
            name: "t".to_owned(),
            src_path: path.to_owned(),
            required_features: required_features.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// The tree of a library whose root is `/p/src/lib.rs`, when nothing else is there.
    fn tree(files: &[(&str, &str)], targets: &[PackageTarget]) -> Tree {
        let mut known: Files = files
            .iter()
            .map(|(path, source)| (PathBuf::from(path), File::Scanned(scan(source, &Names::default()))))
            .collect();
        loop {
            let tree = Tree::of(targets, &known);
            if tree.unknown.is_empty() {
                return tree;
            }
            known.extend(tree.unknown.into_iter().map(|path| (path, File::Absent)));
        }
    }

    fn lib() -> PackageTarget {
        target(TargetKind::Lib, "/p/src/lib.rs", &[])
    }

    fn reached(tree: &Tree) -> Vec<&str> {
        tree.reached.keys().map(|path| path.to_str().unwrap()).collect()
    }

    #[test]
    fn modules_are_found_where_the_language_looks_for_them() {
        let tree = tree(
            &[
                ("/p/src/lib.rs", "mod a; mod b { mod c; } #[path = \"x/y.rs\"] mod d; include!(\"../gen/i.rs\");"),
                ("/p/src/a.rs", "mod e;"),
                ("/p/src/a/e/mod.rs", "mod f;"),
                ("/p/src/a/e/f.rs", ""),
                ("/p/src/b/c.rs", ""),
                ("/p/src/x/y.rs", "mod z;"),
                ("/p/src/x/z.rs", ""),
                ("/p/gen/i.rs", ""),
                ("/p/src/orphan.rs", ""),
            ],
            &[lib()],
        );
        assert_eq!(
            reached(&tree),
            [
                "/p/gen/i.rs",
                "/p/src/a/e/f.rs",
                "/p/src/a/e/mod.rs",
                "/p/src/a.rs",
                "/p/src/b/c.rs",
                "/p/src/lib.rs",
                "/p/src/x/y.rs",
                "/p/src/x/z.rs"
            ]
        );
        assert_eq!(tree.missing, BTreeSet::new());
    }

    #[test]
    fn a_file_is_reached_under_the_weakest_of_its_conditions() {
        let tree = tree(
            &[
                ("/p/src/lib.rs", "#[cfg(test)] mod a; #[cfg(unix)] mod b;"),
                ("/p/src/a.rs", "mod c; #[path = \"../b.rs\"] mod b;"),
                ("/p/src/a/c.rs", ""),
                ("/p/src/b.rs", ""),
            ],
            &[lib()],
        );
        let when = |path: &str| tree.reached[Path::new(path)][0].when;
        assert!(when("/p/src/a/c.rs").test && !when("/p/src/a/c.rs").perhaps);
        assert!(!when("/p/src/b.rs").test);
    }

    #[test]
    fn a_module_is_missing_where_nothing_excuses_it() {
        let missing = |source: &str, targets: &[PackageTarget]| {
            let tree = tree(&[("/p/src/lib.rs", source)], targets);
            tree.missing.into_iter().map(|missing| format!("{}:{}", missing.name, missing.line)).collect::<Vec<_>>()
        };
        let also = target(TargetKind::Bin, "/p/src/lib.rs", &[]);
        assert_eq!(missing("\nmod a;\npub mod b;", &[lib(), also]), ["a:2", "b:3"]);
        let excused = "#[cfg(x)] mod a; m! { mod b; } #[path = \"q.rs\"] mod c; #[cfg(test)] mod d { mod e; }";
        assert_eq!(missing(excused, &[lib()]), [] as [&str; 0]);
        let featured = target(TargetKind::Bin, "/p/src/lib.rs", &["x"]);
        assert_eq!(missing("mod a;", &[featured]), [] as [&str; 0]);
    }

    #[test]
    fn a_module_whose_path_has_a_condition_is_any_of_its_files_and_never_missing() {
        let source = "#[cfg_attr(unix, path=\"../weird/y.rs\")] mod y;\n\
                      #[cfg_attr(unix, path = \"u.rs\")] #[cfg_attr(windows, path = \"w.rs\")] mod imp;\n\
                      #[cfg_attr(unix, path = \"q\")] mod d { mod e; }";
        let files = [("/p/src/lib.rs", source), ("/p/weird/y.rs", ""), ("/p/src/u.rs", ""), ("/p/src/w.rs", "mod v;")];
        let tree = tree(&files, &[lib()]);
        assert_eq!(reached(&tree), ["/p/src/lib.rs", "/p/src/u.rs", "/p/src/w.rs", "/p/weird/y.rs"]);
        assert!(tree.reached[Path::new("/p/src/w.rs")][0].when.perhaps);
        assert_eq!(tree.missing, BTreeSet::new());
    }

    #[test]
    fn files_that_include_each_other_come_to_an_end() {
        let tree = tree(
            &[("/p/src/lib.rs", "include!(\"a.rs\");"), ("/p/src/a.rs", "include!(\"lib.rs\"); include!(\"a.rs\");")],
            &[lib()],
        );
        assert_eq!(reached(&tree), ["/p/src/a.rs", "/p/src/lib.rs"]);
    }
}
