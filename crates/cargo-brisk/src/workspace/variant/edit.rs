//! Changes to manifests, made in their tables. What a copy looks like does not matter, so comments and order are lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::{DependencyChange, DependencyEdit, DependencyKind, Members};
use toml::{Table, Value};

use super::features::{forget, make_weak};
use crate::workspace::manifest::{DEPENDENCY_TABLES, Manifest, flag, table, text, texts};

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EditError {
    /// There is no such member.
    #[error("the workspace has no member `{0}`")]
    NoMember(String),
    /// Nobody declares it.
    #[error("no member declares a dependency on `{0}`")]
    NotDeclared(String),
    /// That member does not declare it.
    #[error("`{member}` does not declare a dependency on `{dependency}`")]
    NotDeclaredBy {
        /// The member.
        member: String,
        /// The dependency.
        dependency: String,
    },
    /// It is only declared where the change is impossible.
    #[error("`{0}` is only a dev-dependency, which cannot be optional")]
    OnlyDev(String),
}

/// The tables of all manifests, by directory, while they are changed.
pub(super) struct Draft<'a> {
    tables: BTreeMap<PathBuf, Table>,
    /// `[workspace.dependencies]` of the root.
    inheritable: Table,
    /// The root directory as Cargo will see it.
    root_place: &'a Path,
    /// Directories of packages that are no part of the workspace.
    others: BTreeSet<PathBuf>,
    changed: BTreeSet<PathBuf>,
}

impl<'a> Draft<'a> {
    /// Of the manifests as they are. Paths that are inherited are written out from `root_place`.
    pub(super) fn of(manifests: &BTreeMap<PathBuf, Manifest>, root_dir: &Path, root_place: &'a Path) -> Self {
        let tables: BTreeMap<PathBuf, Table> =
            manifests.iter().map(|(dir, manifest)| (dir.clone(), manifest.root().clone())).collect();
        let of_root = manifests.get(root_dir).and_then(|root| root.table(&["workspace"]));
        let inheritable =
            of_root.and_then(|workspace| table(workspace, &["dependencies"])).cloned().unwrap_or_default();
        Self { tables, inheritable, root_place, others: BTreeSet::new(), changed: BTreeSet::new() }
    }

    /// The texts of the manifests that were changed, by directory.
    pub(super) fn texts(&self) -> Result<BTreeMap<PathBuf, String>, toml::ser::Error> {
        let changed = self.tables.iter().filter(|(dir, _)| self.changed.contains(*dir));
        changed.map(|(dir, table)| Ok((dir.clone(), toml::to_string(table)?))).collect()
    }

    /// Adds manifests of packages that are no part of the workspace.
    pub(super) fn add_others(&mut self, manifests: Vec<Manifest>) {
        for manifest in manifests {
            let dir = manifest.dir().to_owned();
            self.tables.entry(dir.clone()).or_insert_with(|| manifest.root().clone());
            self.others.insert(dir);
        }
    }

    /// Has the workspace use the copies of those of them that were changed, by `[patch]`.
    pub(super) fn patch(&mut self, root_dir: &Path, place_of: impl Fn(&Path) -> PathBuf) {
        let changed = self.others.intersection(&self.changed);
        let names = changed.filter_map(|dir| Some((name_of(self.tables.get(dir)?)?.to_owned(), place_of(dir))));
        let names: Vec<(String, PathBuf)> = names.collect();
        let Some(root) = self.tables.get_mut(root_dir).filter(|_| !names.is_empty()) else { return };
        let Some(patches) = within(root, "patch").and_then(|patch| within(patch, "crates-io")) else { return };
        // Two versions of a package take keys of their own.
        for (number, (name, place)) in names.into_iter().enumerate() {
            let path = Value::from(place.to_string_lossy().into_owned());
            let patch = Table::from_iter([("path".to_owned(), path), ("package".to_owned(), name.into())]);
            patches.insert(format!("changed-{number}"), patch.into());
        }
        self.changed.insert(root_dir.to_owned());
    }

    /// Makes one change.
    pub(super) fn apply(&mut self, edit: &DependencyEdit) -> Result<(), EditError> {
        let dirs = self.dirs_of(&edit.members)?;
        let mut outcome = Outcome::default();
        for dir in dirs {
            let Some(manifest) = self.tables.get_mut(&dir) else { continue };
            let before = outcome.n_changed;
            let keys =
                Inherited { table: &self.inheritable, root_place: self.root_place }.edit(manifest, edit, &mut outcome);
            if outcome.n_changed == before {
                continue;
            }
            self.changed.insert(dir.clone());
            let name = name_of(manifest).map(str::to_owned);
            for key in keys {
                self.follow_up(&dir, name.as_deref(), &key, &edit.change);
            }
        }
        outcome.judged(edit)
    }

    /// The directories of the members that are meant.
    fn dirs_of(&self, members: &Members) -> Result<Vec<PathBuf>, EditError> {
        match members {
            Members::All => Ok(self.tables.keys().filter(|dir| !self.others.contains(*dir)).cloned().collect()),
            Members::AllAnd(names) => {
                let is_meant = |dir: &PathBuf, table: &Table| {
                    !self.others.contains(dir) || name_of(table).is_some_and(|name| names.iter().any(|it| it == name))
                };
                Ok(self.tables.iter().filter(|(dir, table)| is_meant(dir, table)).map(|(dir, _)| dir.clone()).collect())
            }
            Members::Named(name) => {
                let members = self.tables.iter().filter(|(dir, _)| !self.others.contains(*dir));
                let found = members.into_iter().find(|(_, table)| name_of(table) == Some(name));
                found.map(|(dir, _)| vec![dir.clone()]).ok_or_else(|| EditError::NoMember(name.clone()))
            }
        }
    }

    /// What else must change so that Cargo understands the manifests.
    fn follow_up(&mut self, dir: &Path, member: Option<&str>, key: &str, change: &DependencyChange) {
        let Some(manifest) = self.tables.get_mut(dir) else { return };
        match change {
            DependencyChange::Remove => {
                let lost = forget(manifest, key);
                if let Some((member, feature)) = member.zip(lost) {
                    self.withdraw(member, &feature);
                }
            }
            DependencyChange::MakeOptional => make_weak(manifest, key),
            DependencyChange::Require(_) | DependencyChange::Features(_) => {}
        }
    }

    /// Has nobody ask for a feature of a member that is no more.
    fn withdraw(&mut self, member: &str, feature: &str) {
        let inheritable = &self.inheritable;
        for (dir, manifest) in &mut self.tables {
            let mut keys = Vec::new();
            let mut n_asked = 0;
            for_each_dependency_table(manifest, |_, table| {
                for (key, value) in
                    table.iter_mut().filter(|(key, value)| package_of(key, value, inheritable) == member)
                {
                    keys.push(key.clone());
                    n_asked += usize::from(without_feature(value, feature));
                }
            });
            let entries = manifest.get_mut("workspace").and_then(|workspace| workspace.get_mut("dependencies"));
            for (key, value) in entries.and_then(Value::as_table_mut).into_iter().flatten() {
                if package_of(key, value, &Table::new()) == member {
                    n_asked += usize::from(without_feature(value, feature));
                }
            }
            for key in keys {
                n_asked += usize::from(super::features::strip(manifest, |_, value| {
                    value.strip_prefix(&*key).is_some_and(|rest| rest.trim_start_matches('?') == format!("/{feature}"))
                }));
            }
            if n_asked > 0 {
                self.changed.insert(dir.clone());
            }
        }
    }
}

/// What came of a change in all manifests.
#[derive(Default)]
struct Outcome {
    n_changed: usize,
    n_impossible: usize,
}

impl Outcome {
    fn judged(&self, edit: &DependencyEdit) -> Result<(), EditError> {
        let dependency = edit.dependency.clone();
        match &edit.members {
            _ if self.n_changed > 0 => Ok(()),
            _ if self.n_impossible > 0 => Err(EditError::OnlyDev(dependency)),
            Members::All | Members::AllAnd(_) => Err(EditError::NotDeclared(dependency)),
            Members::Named(member) => Err(EditError::NotDeclaredBy { member: member.clone(), dependency }),
        }
    }
}

/// What members may inherit.
struct Inherited<'a> {
    table: &'a Table,
    root_place: &'a Path,
}

impl Inherited<'_> {
    /// Changes one manifest, and gives the keys under which the dependency was declared.
    fn edit(&self, manifest: &mut Table, edit: &DependencyEdit, outcome: &mut Outcome) -> Vec<String> {
        let mut keys = Vec::new();
        for_each_dependency_table(manifest, |kind, table| {
            if edit.kind.is_some_and(|wanted| wanted != kind) {
                return;
            }
            let is_meant = |key: &str, value: &Value| {
                key == edit.dependency || package_of(key, value, self.table) == edit.dependency
            };
            let meant: Vec<String> =
                table.iter().filter(|(key, value)| is_meant(key, value)).map(|(key, _)| key.clone()).collect();
            for key in meant {
                if edit.change == DependencyChange::MakeOptional && kind == DependencyKind::Dev {
                    outcome.n_impossible += 1;
                    continue;
                }
                outcome.n_changed += 1;
                let Some(value) = table.remove(&key) else { continue };
                if let Some(changed) = changed(self.explicit(&key, &value), &edit.change) {
                    table.insert(key.clone(), Value::Table(changed));
                }
                keys.push(key);
            }
        });
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The declaration with everything that it inherits.
    ///
    /// The rules are Cargo's (`inner_dependency_inherit_with` in `util/toml/mod.rs`): features add up, default features are
    /// on if either side asks for them, and a path is that from the root.
    fn explicit(&self, key: &str, value: &Value) -> Table {
        let Value::Table(own) = value else { return version(value) };
        if flag(own, &["workspace"]) != Some(true) {
            return own.clone();
        }
        let mut whole = match self.table.get(key) {
            Some(Value::Table(inherited)) => inherited.clone(),
            Some(requirement) => version(requirement),
            None => return own.clone(),
        };
        if let Some(path) = text(&whole, &["path"]) {
            let path = self.root_place.join(path).to_string_lossy().into_owned();
            whole.insert("path".to_owned(), path.into());
        }
        let features = texts(&whole, &["features"]).into_iter().chain(texts(own, &["features"]));
        let features: Vec<Value> = features.map(Value::from).collect();
        whole.insert("features".to_owned(), features.into());
        if flag(own, &["default-features", "default_features"]) == Some(true) {
            whole.insert("default-features".to_owned(), true.into());
        }
        let rest = own.iter().filter(|(name, _)| {
            !matches!(name.as_str(), "workspace" | "features" | "default-features" | "default_features")
        });
        whole.extend(rest.map(|(name, value)| (name.clone(), value.clone())));
        whole
    }
}

/// `"1"` as `{ version = "1" }`.
fn version(requirement: &Value) -> Table {
    Table::from_iter([("version".to_owned(), requirement.clone())])
}

/// The declaration after the change; `None` if it goes.
fn changed(mut declaration: Table, change: &DependencyChange) -> Option<Table> {
    match change {
        DependencyChange::Remove => return None,
        DependencyChange::Require(requirement) => {
            declaration.insert("version".to_owned(), requirement.clone().into());
        }
        DependencyChange::Features(features) => {
            declaration.remove("default_features");
            declaration.insert("default-features".to_owned(), false.into());
            let features: Vec<Value> = features.iter().cloned().map(Value::from).collect();
            declaration.insert("features".to_owned(), features.into());
        }
        DependencyChange::MakeOptional => {
            declaration.insert("optional".to_owned(), true.into());
        }
    }
    Some(declaration)
}

/// Calls `edit` with every table of dependencies, those of single platforms included.
pub(super) fn for_each_dependency_table(manifest: &mut Table, mut edit: impl FnMut(DependencyKind, &mut Table)) {
    let mut of_parent = |parent: &mut Table| {
        for (kind, names) in DEPENDENCY_TABLES {
            let found = names.iter().find(|name| parent.get(**name).is_some_and(Value::is_table));
            if let Some(table) = found.and_then(|name| parent.get_mut(*name)).and_then(Value::as_table_mut) {
                edit(kind, table);
            }
        }
    };
    of_parent(manifest);
    let platforms = manifest.get_mut("target").and_then(Value::as_table_mut);
    for platform in platforms.into_iter().flatten().filter_map(|(_, platform)| platform.as_table_mut()) {
        of_parent(platform);
    }
}

/// The package that a declaration asks for.
fn package_of<'a>(key: &'a str, value: &'a Value, inheritable: &'a Table) -> &'a str {
    let renamed = |value: &'a Value| value.as_table().and_then(|declaration| text(declaration, &["package"]));
    let is_inherited = value.as_table().is_some_and(|declaration| flag(declaration, &["workspace"]) == Some(true));
    let inherited = is_inherited.then(|| inheritable.get(key)).flatten();
    renamed(value).or_else(|| inherited.and_then(renamed)).unwrap_or(key)
}

/// Takes a feature out of a declaration, and says whether it was there.
fn without_feature(declaration: &mut Value, feature: &str) -> bool {
    let features = declaration.as_table_mut().and_then(|table| table.get_mut("features"));
    let Some(features) = features.and_then(Value::as_array_mut) else { return false };
    let n_before = features.len();
    features.retain(|value| value.as_str() != Some(feature));
    features.len() < n_before
}

/// The table in a table, made if need be; `None` if something else has its place.
fn within<'a>(parent: &'a mut Table, name: &str) -> Option<&'a mut Table> {
    parent.entry(name).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
}

fn name_of(manifest: &Table) -> Option<&str> {
    text(table(manifest, &["package", "project"])?, &["name"])
}
