//! A dependency of several members becomes one entry of `[workspace.dependencies]`, which they inherit.
//!
//! The rules are Cargo's (The Cargo Book, "Inheriting a dependency from a workspace", and `inner_dependency_inherit_with` in
//! `util/toml/mod.rs`): a member has features and `optional` of its own and adds them to those of the entry; default
//! features that the entry has turned off a member may turn on again, but not the other way round.

use std::collections::BTreeSet;

use brisk::model::{InheritEdit, strictest_requirement};
use toml::{Table, Value};

use super::edit::{Draft, EditError, for_each_dependency_table};
use crate::workspace::manifest::{flag, texts};

/// What a member goes on saying for itself.
const OF_MEMBER: [&str; 5] = ["default-features", "default_features", "features", "optional", "public"];
/// What is said of it once, for all. Anything else (a path is that from the member) nobody else can inherit.
const OF_ALL: [&str; 8] = ["branch", "git", "package", "registry", "registry-index", "rev", "tag", "version"];
/// Both spellings.
const DEFAULTS: [&str; 2] = ["default-features", "default_features"];

impl Draft<'_> {
    /// Has all members that declare the dependency inherit it. What each of them takes of it stays the same.
    pub(super) fn inherit(&mut self, edit: &InheritEdit) -> Result<(), EditError> {
        let key = edit.key.as_str();
        let members = self.declared(key);
        let all = members.iter().flatten();
        let own: Vec<Table> = all.filter(|declaration| !is_inherited(declaration)).cloned().collect();
        let before = self.inheritable.get(key).map(as_table);
        // Another edit may have taken it away since the finding was made: what one member has alone stays where it is.
        if own.is_empty() || members.len() < 2 && before.is_none() {
            return Ok(());
        }
        let mut entry = entry(key, &own, before.as_ref())?;
        // Another edit may have raised them since the finding was made.
        let requirements: Vec<&str> = own.iter().chain(&before).filter_map(|it| it.get("version")?.as_str()).collect();
        if !requirements.is_empty() {
            let strictest = strictest_requirement(requirements.into_iter());
            let strictest = strictest.ok_or_else(|| EditError::NotAlike(key.to_owned()))?;
            let written = entry.get("version").and_then(Value::as_str).map(|it| it.trim_start_matches('^'));
            if written != Some(strictest.as_str()) {
                entry.insert("version".to_owned(), strictest.into());
            }
        }
        let is_on = before.as_ref().is_none_or(wants_defaults);
        let without_defaults = !is_on || !own.iter().all(wants_defaults);
        if without_defaults {
            DEFAULTS.iter().for_each(|name| drop(entry.remove(*name)));
            entry.insert(DEFAULTS[0].to_owned(), false.into());
        }
        self.rewrite(key, |declaration| match without_defaults {
            true => {
                inheriting(
                    declaration,
                    |it| if is_inherited(it) { is_on || has_defaults(it) } else { wants_defaults(it) },
                )
            }
            false => inheriting(declaration, has_defaults),
        });
        self.inheritable.insert(key.to_owned(), as_short_as_possible(entry));
        Ok(())
    }

    /// Takes out of what members may inherit what none of them does any more.
    pub(super) fn forget_inheritable<'k>(&mut self, keys: impl Iterator<Item = &'k String>) {
        for key in keys {
            if !self.declared(key).iter().flatten().any(is_inherited) {
                self.inheritable.remove(key);
            }
        }
    }

    /// All declarations under the key, as tables, by member.
    fn declared(&mut self, key: &str) -> Vec<Vec<Table>> {
        let members = self.tables.iter_mut().filter(|(dir, _)| !self.others.contains(*dir));
        let declared = members.map(|(_, manifest)| {
            let mut found = Vec::new();
            for_each_dependency_table(manifest, |_, table| found.extend(table.get(key).map(as_table)));
            found
        });
        declared.filter(|found| !found.is_empty()).collect()
    }

    fn rewrite(&mut self, key: &str, new: impl Fn(&Table) -> Table) {
        for (dir, manifest) in self.tables.iter_mut().filter(|(dir, _)| !self.others.contains(*dir)) {
            let mut is_changed = false;
            for_each_dependency_table(manifest, |_, table| {
                let Some(declaration) = table.get_mut(key) else { return };
                let new = Value::Table(new(&as_table(declaration)));
                is_changed |= *declaration != new;
                *declaration = new;
            });
            if is_changed {
                self.changed.insert(dir.clone());
            }
        }
    }
}

/// The keys under which a manifest inherits dependencies.
pub(super) fn inherited_keys(manifest: &mut Table) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for_each_dependency_table(manifest, |_, table| {
        let inherited = table.iter().filter(|(_, value)| value.as_table().is_some_and(is_inherited));
        keys.extend(inherited.map(|(key, _)| key.clone()));
    });
    keys
}

/// What the workspace offers to all of them: what they say alike, or the entry that it has already, if that is the same.
fn entry(key: &str, own: &[Table], before: Option<&Table>) -> Result<Table, EditError> {
    let not_alike = || EditError::NotAlike(key.to_owned());
    let is_known = |name: &String| OF_ALL.contains(&name.as_str()) || OF_MEMBER.contains(&name.as_str());
    if !own.iter().chain(before).all(|declaration| declaration.keys().all(is_known)) {
        return Err(not_alike());
    }
    let of_all = |declaration: &Table| -> Table {
        let entries = declaration.iter().filter(|(name, _)| OF_ALL.contains(&name.as_str()) && *name != "version");
        entries.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let mut sources = own.iter().chain(before).map(of_all);
    let first = sources.next().unwrap_or_default();
    if !sources.all(|other| other == first) {
        return Err(not_alike());
    }
    let offered = before.map(|before| texts(before, &["features"])).unwrap_or_default();
    if !own.iter().all(|declaration| offered.iter().all(|it| texts(declaration, &["features"]).contains(it))) {
        return Err(EditError::OffersMore(key.to_owned()));
    }
    let version = own.first().and_then(|declaration| declaration.get("version")).cloned();
    let new = || first.into_iter().chain(version.map(|version| ("version".to_owned(), version))).collect();
    Ok(before.cloned().unwrap_or_else(new))
}

/// The declaration as one that inherits; default features are named only if they have to be.
fn inheriting(declaration: &Table, names_defaults: impl Fn(&Table) -> bool) -> Table {
    let is_kept = |name: &str| OF_MEMBER.contains(&name) && !DEFAULTS.contains(&name);
    let kept = declaration.iter().filter(|(name, _)| is_kept(name));
    let mut new: Table = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    new.insert("workspace".to_owned(), true.into());
    if names_defaults(declaration) {
        new.insert(DEFAULTS[0].to_owned(), true.into());
    }
    new
}

fn is_inherited(declaration: &Table) -> bool {
    flag(declaration, &["workspace"]) == Some(true)
}

/// Whether it has the default features, if it inherits nothing.
fn wants_defaults(declaration: &Table) -> bool {
    flag(declaration, &DEFAULTS) != Some(false)
}

/// Whether it says so itself.
fn has_defaults(declaration: &Table) -> bool {
    flag(declaration, &DEFAULTS) == Some(true)
}

fn as_table(declaration: &Value) -> Table {
    match declaration {
        Value::Table(declaration) => declaration.clone(),
        requirement => Table::from_iter([("version".to_owned(), requirement.clone())]),
    }
}

/// `"1"` if that says all.
fn as_short_as_possible(entry: Table) -> Value {
    match entry.get("version") {
        Some(version) if entry.len() == 1 => version.clone(),
        _ => Value::Table(entry),
    }
}
