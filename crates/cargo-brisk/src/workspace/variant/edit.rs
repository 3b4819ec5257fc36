//! Changes to manifests, made in their tables. What a copy looks like does not matter, so comments and order are lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::{DependencyChange, DependencyEdit, DependencyKind, Members, ProfileEdit, ProfilePart, ProfileValue};
use toml::{Table, Value};

use super::declaration::{changed, narrowed_where_offered, version};
use super::features::{forget, make_weak};
use super::inherit::inherited_keys;
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
    /// Members have it from different places.
    #[error("members do not all have `{0}` from the same place, so that no entry of the workspace can stand for all")]
    NotAlike(String),
    /// The workspace's entry is more than members ask for.
    #[error("`[workspace.dependencies]` turns on features of `{0}` that not all members ask for")]
    OffersMore(String),
    /// It is only declared where the change is impossible.
    #[error("`{0}` is only a dev-dependency, which cannot be optional")]
    OnlyDev(String),
}

/// The tables of all manifests, by directory, while they are changed.
pub(super) struct Draft<'a> {
    pub(super) tables: BTreeMap<PathBuf, Table>,
    /// `[workspace.dependencies]` of the root.
    pub(super) inheritable: Table,
    /// The root directory as Cargo will see it.
    root_place: &'a Path,
    /// Directories of packages that are no part of the workspace.
    pub(super) others: BTreeSet<PathBuf>,
    pub(super) changed: BTreeSet<PathBuf>,
    inheritance: Inheritance,
}

/// What becomes of a declaration that inherits from the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inheritance {
    /// It is written out, so that nobody else's changes.
    WrittenOut,
    /// It goes on inheriting: versions change where they are inherited from.
    Kept,
}

impl<'a> Draft<'a> {
    /// Of the manifests as they are. Paths that are inherited are written out from `root_place`.
    pub(super) fn of(
        manifests: &BTreeMap<PathBuf, Manifest>,
        root_dir: &Path,
        root_place: &'a Path,
        inheritance: Inheritance,
    ) -> Self {
        let tables: BTreeMap<PathBuf, Table> =
            manifests.iter().map(|(dir, manifest)| (dir.clone(), manifest.root().clone())).collect();
        let of_root = manifests.get(root_dir).and_then(|root| root.table(&["workspace"]));
        let inheritable =
            of_root.and_then(|workspace| table(workspace, &["dependencies"])).cloned().unwrap_or_default();
        Self { tables, inheritable, root_place, others: BTreeSet::new(), changed: BTreeSet::new(), inheritance }
    }

    /// The texts of the manifests that were changed, by directory.
    pub(super) fn texts(&self) -> Result<BTreeMap<PathBuf, String>, toml::ser::Error> {
        self.changed().map(|(dir, table)| Ok((dir.clone(), toml::to_string(table)?))).collect()
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
            let mut inherited =
                Inherited { table: &mut self.inheritable, root_place: self.root_place, inheritance: self.inheritance };
            let were_inherited = inherited_keys(manifest);
            let keys = inherited.edit(manifest, edit, &mut outcome);
            if outcome.n_changed == before {
                continue;
            }
            self.changed.insert(dir.clone());
            let name = name_of(manifest).map(str::to_owned);
            for key in &keys {
                self.follow_up(&dir, name.as_deref(), key, &edit.change);
            }
            if self.inheritance == Inheritance::Kept {
                self.forget_inheritable(keys.iter().filter(|key| were_inherited.contains(*key)));
            }
        }
        outcome.judged(edit)
    }

    /// Makes a change to a profile, which the root manifest has.
    pub(super) fn apply_profile(&mut self, root_dir: &Path, edit: &ProfileEdit) {
        let Some(root) = self.tables.get_mut(root_dir) else { return };
        let path = match &edit.part {
            ProfilePart::Whole => vec![],
            ProfilePart::BuildOverride => vec!["build-override"],
            ProfilePart::Package(spec) => vec!["package", spec.as_str()],
        };
        let mut keys = ["profile", edit.profile.as_str()].into_iter().chain(path);
        let part = keys.try_fold(root, within);
        let value: Value = match &edit.value {
            ProfileValue::Text(text) => text.as_str().into(),
            ProfileValue::Number(number) => (*number).into(),
            ProfileValue::Flag(flag) => (*flag).into(),
        };
        if let Some(part) = part {
            part.insert(edit.key.clone(), value);
            self.changed.insert(root_dir.to_owned());
        }
    }

    /// Has the root manifest offer to members what they inherit now.
    pub(super) fn settle(&mut self, root_dir: &Path) {
        let root = self.tables.get_mut(root_dir);
        let workspace = root.and_then(|root| root.get_mut("workspace")).and_then(Value::as_table_mut);
        let Some(workspace) = workspace.filter(|it| it.contains_key("dependencies") || !self.inheritable.is_empty())
        else {
            return;
        };
        if let Some(offered) = within(workspace, "dependencies").filter(|offered| **offered != self.inheritable) {
            offered.clone_from(&self.inheritable);
            self.changed.insert(root_dir.to_owned());
        }
    }

    /// The tables of the manifests that were changed, by directory.
    pub(super) fn changed(&self) -> impl Iterator<Item = (&PathBuf, &Table)> {
        self.tables.iter().filter(|(dir, _)| self.changed.contains(*dir))
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
            DependencyChange::Remove | DependencyChange::MoveToDev => {
                let lost = forget(manifest, key);
                if let Some((member, feature)) = member.zip(lost) {
                    self.withdraw(member, &feature);
                }
            }
            DependencyChange::MakeOptional => make_weak(manifest, key),
            DependencyChange::Require(_) | DependencyChange::Features(_) | DependencyChange::Narrow(_) => {}
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
    table: &'a mut Table,
    root_place: &'a Path,
    inheritance: Inheritance,
}

impl Inherited<'_> {
    /// Changes one manifest, and gives the keys under which the dependency was declared.
    fn edit(&mut self, manifest: &mut Table, edit: &DependencyEdit, outcome: &mut Outcome) -> Vec<String> {
        if edit.change == DependencyChange::MoveToDev {
            return self.moved(manifest, edit, outcome);
        }
        let mut keys = Vec::new();
        for_each_dependency_table(manifest, |kind, table| {
            if edit.kind.is_some_and(|wanted| wanted != kind) {
                return;
            }
            for key in self.meant(table, edit) {
                if edit.change == DependencyChange::MakeOptional && kind == DependencyKind::Dev {
                    outcome.n_impossible += 1;
                    continue;
                }
                outcome.n_changed += 1;
                let Some(value) = table.remove(&key) else { continue };
                let changed = match self.inheritance {
                    Inheritance::WrittenOut => changed(self.explicit(&key, &value), &edit.change).map(Value::Table),
                    Inheritance::Kept => self.changed_in_place(&key, value, &edit.change),
                };
                if let Some(changed) = changed {
                    table.insert(key.clone(), changed);
                }
                keys.push(key);
            }
        });
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The keys under which the table declares the dependency.
    fn meant(&self, table: &Table, edit: &DependencyEdit) -> Vec<String> {
        let is_meant =
            |key: &str, value: &Value| key == edit.dependency || package_of(key, value, self.table) == edit.dependency;
        table.iter().filter(|(key, value)| is_meant(key, value)).map(|(key, _)| key.clone()).collect()
    }

    /// Moves declarations to where only tests, examples and benchmarks have them.
    fn moved(&self, manifest: &mut Table, edit: &DependencyEdit, outcome: &mut Outcome) -> Vec<String> {
        let mut keys = Vec::new();
        for_each_parent(manifest, |parent| {
            let Some(from) = parent.get_mut("dependencies").and_then(Value::as_table_mut) else { return };
            let meant = self.meant(from, edit).into_iter();
            let moved: Vec<(String, Value)> =
                meant.filter_map(|key| from.remove(&key).map(|value| (key, value))).collect();
            if moved.is_empty() {
                return;
            }
            let (_, names) = DEPENDENCY_TABLES[1];
            let name = names.iter().find(|name| parent.contains_key(**name)).unwrap_or(&names[0]);
            let Some(to) = within(parent, name) else { return };
            for (key, mut value) in moved {
                outcome.n_changed += 1;
                if let Some(declaration) = value.as_table_mut() {
                    declaration.remove("optional");
                }
                to.entry(key.clone()).or_insert(value);
                keys.push(key);
            }
        });
        keys
    }

    /// The declaration after the change, as its author would write it; `None` if it goes.
    fn changed_in_place(&mut self, key: &str, own: Value, change: &DependencyChange) -> Option<Value> {
        let is_inherited = own.as_table().is_some_and(|own| flag(own, &["workspace"]) == Some(true));
        match (change, own) {
            (DependencyChange::Remove | DependencyChange::MoveToDev, _) => None,
            (DependencyChange::Require(requirement), Value::String(_)) => Some(requirement.clone().into()),
            (DependencyChange::Require(requirement), own) if is_inherited => {
                let offered = self.table.get_mut(key)?;
                match offered {
                    Value::Table(offered) => drop(offered.insert("version".to_owned(), requirement.clone().into())),
                    offered => *offered = requirement.clone().into(),
                }
                Some(own)
            }
            (DependencyChange::Features(features), Value::Table(mut own)) if is_inherited => {
                self.offer_less(key, features);
                own.insert("features".to_owned(), features.iter().cloned().map(Value::from).collect::<Vec<_>>().into());
                Some(own.into())
            }
            (DependencyChange::Narrow(narrowing), Value::Table(mut own)) if is_inherited => {
                narrowed_where_offered(self.table.get_mut(key), &mut own, narrowing);
                Some(own.into())
            }
            // Who says no more than a version asks for default features only.
            (DependencyChange::Narrow(narrowing), own @ Value::String(_)) if narrowing.feature != "default" => {
                Some(own)
            }
            (_, Value::Table(own)) => changed(own, change).map(Value::Table),
            (_, own) => changed(version(&own), change).map(Value::Table),
        }
    }

    /// Has the workspace offer a dependency with none but these features: what members inherit adds up with their own.
    fn offer_less(&mut self, key: &str, features: &[String]) {
        let Some(offered) = self.table.get_mut(key) else { return };
        let mut less = match &*offered {
            Value::Table(offered) => offered.clone(),
            requirement => version(requirement),
        };
        less.remove("default_features");
        less.insert("default-features".to_owned(), false.into());
        let kept: Vec<Value> = texts(&less, &["features"])
            .into_iter()
            .filter(|feature| features.iter().any(|kept| kept == feature))
            .map(Value::from)
            .collect();
        match kept.is_empty() {
            true => less.remove("features"),
            false => less.insert("features".to_owned(), kept.into()),
        };
        *offered = less.into();
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

/// Calls `edit` with every table of dependencies, those of single platforms included.
pub(super) fn for_each_dependency_table(manifest: &mut Table, mut edit: impl FnMut(DependencyKind, &mut Table)) {
    for_each_parent(manifest, |parent| {
        for (kind, names) in DEPENDENCY_TABLES {
            let found = names.iter().find(|name| parent.get(**name).is_some_and(Value::is_table));
            if let Some(table) = found.and_then(|name| parent.get_mut(*name)).and_then(Value::as_table_mut) {
                edit(kind, table);
            }
        }
    });
}

/// Calls `edit` with every table that tables of dependencies are in: the manifest itself, and those of single platforms.
fn for_each_parent(manifest: &mut Table, mut edit: impl FnMut(&mut Table)) {
    edit(manifest);
    let platforms = manifest.get_mut("target").and_then(Value::as_table_mut);
    for platform in platforms.into_iter().flatten().filter_map(|(_, platform)| platform.as_table_mut()) {
        edit(platform);
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
