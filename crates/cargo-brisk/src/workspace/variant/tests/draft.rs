//! Manifests that are changed in their texts: what `written` does, without a workspace around them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use brisk::model::{DependencyChange, DependencyEdit, DependencyKind, ManifestEdit, Members};
use similar::{ChangeTag, TextDiff};
use toml::Table;

use super::super::edit::{Draft, EditError, Inheritance};
use crate::workspace::manifest::Manifest;
use crate::workspace::respell::respelled;
use crate::workspace::testing::Tree;

/// What manifests say after the edits; the first one is that of the root. Each is named by its directory.
pub(super) fn after(manifests: &[(&str, &str)], edits: &[ManifestEdit]) -> Result<Vec<String>, EditError> {
    let tree = Tree::new(&[]);
    let dirs: Vec<PathBuf> = manifests.iter().map(|(dir, _)| tree.path(dir)).collect();
    let read = manifests.iter().zip(&dirs).map(|((name, text), dir)| {
        let path = if name.is_empty() { "Cargo.toml".to_owned() } else { format!("{name}/Cargo.toml") };
        tree.write(&path, text);
        (dir.clone(), Manifest::read(&tree.path(&path)).unwrap())
    });
    let read: BTreeMap<PathBuf, Manifest> = read.collect();
    let mut draft = Draft::of(&read, &dirs[0], &dirs[0], Inheritance::Kept);
    for edit in edits {
        match edit {
            ManifestEdit::Dependency(edit) => draft.apply(edit)?,
            ManifestEdit::Profile(edit) => draft.apply_profile(&dirs[0], edit),
            ManifestEdit::Inherit(edit) => draft.inherit(edit)?,
        }
    }
    draft.settle(&dirs[0]);
    let tables: BTreeMap<&PathBuf, &Table> = draft.changed().collect();
    let texts = manifests.iter().zip(&dirs).map(|((_, text), dir)| {
        tables.get(dir).map_or_else(|| (*text).to_owned(), |table| respelled(text, table).unwrap())
    });
    Ok(texts.collect())
}

/// The lines that differ, each with its manifest.
#[track_caller]
pub(super) fn changes(manifests: &[(&str, &str)], edits: &[ManifestEdit]) -> String {
    let texts = after(manifests, edits).unwrap();
    let mut told = String::new();
    for ((name, before), after) in manifests.iter().zip(&texts) {
        let diff = TextDiff::from_lines(*before, after.as_str());
        for change in diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal) {
            let name = if name.is_empty() { "root" } else { name };
            told.push_str(&format!("{name} {}{}", change.tag(), change.value().trim_end_matches(['\r', '\n'])));
            told.push('\n');
        }
    }
    told
}

/// A change of what one member declares, in the tables of one kind or in all.
pub(super) fn edit(
    member: &str,
    kind: Option<DependencyKind>,
    dependency: &str,
    change: DependencyChange,
) -> ManifestEdit {
    ManifestEdit::Dependency(DependencyEdit {
        members: Members::Named(member.to_owned()),
        kind,
        dependency: dependency.to_owned(),
        change,
    })
}
