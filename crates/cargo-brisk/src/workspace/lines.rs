//! On which lines of the manifests dependencies are declared, and which of them are inherited from the workspace.
//!
//! Neither Cargo's answer nor a plain table of TOML tells that, so that it is added to both afterwards, from the texts of
//! the local manifests, which are in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use brisk::model::{Declaration, DependencyKind, Inheritable, Package, Workspace};
use brisk_store::merge_conflict;
use toml::de::{DeTable, DeValue};

use super::declarations::{inheritable, platform};
use super::manifest::{DEPENDENCY_TABLES, Manifest, line_of};
use super::members::LocalPackages;
use super::paths::display;

/// The same workspace, with line and inheritance of every declaration of a local package, and what the root manifest
/// offers to inherit.
pub(super) fn annotated(workspace: Workspace, root: &Manifest, local: &LocalPackages) -> Workspace {
    let manifests: BTreeMap<String, &Manifest> =
        local.packages.values().map(|package| (display(&package.manifest.path), &package.manifest)).collect();
    let manifest = |package: &Package| package.manifest_path.as_deref().and_then(|path| manifests.get(path)).copied();
    let packages = workspace.packages.into_iter().map(|package| match manifest(&package) {
        Some(manifest) => with_lines(package, manifest),
        None => package,
    });
    Workspace { packages: packages.collect(), inheritable: offered(root), ..workspace }
}

fn with_lines(package: Package, manifest: &Manifest) -> Package {
    let places = places(&manifest.text);
    let declarations = package.declarations.into_iter().map(|declaration| {
        let key = declaration.rename.as_deref().unwrap_or(&declaration.package).to_owned();
        match places.get(&(declaration.kind, declaration.target.clone(), key)) {
            Some(&Place { line, inherited }) => Declaration { line: Some(line), inherited, ..declaration },
            None => declaration,
        }
    });
    Package { declarations: declarations.collect(), ..package }
}

/// Where a dependency is declared.
#[derive(Clone, Copy)]
struct Place {
    /// Line of the key, from 1.
    line: u32,
    /// Whether it says `workspace = true`.
    inherited: bool,
}

/// The places of all dependencies of a manifest, by table, target and key; of one with mistakes, those that can be read.
fn places(text: &str) -> BTreeMap<(DependencyKind, Option<String>, String), Place> {
    let text = &*readable(text);
    let (manifest, _) = DeTable::parse_recoverable(text);
    let manifest = manifest.get_ref();
    let targets = table(manifest, "target").into_iter().flatten();
    let of_targets =
        targets.filter_map(|(name, value)| Some((Some(platform(name.get_ref())), value.get_ref().as_table()?)));
    let parents = std::iter::once((None, manifest)).chain(of_targets);
    let tables = parents.flat_map(|(target, parent)| {
        let tables = DEPENDENCY_TABLES.iter();
        tables.filter_map(move |(kind, names)| {
            Some((*kind, target.clone(), names.iter().find_map(|name| table(parent, name))?))
        })
    });
    let entries = tables.flat_map(|(kind, target, table)| {
        table.iter().map(move |(key, value)| {
            let place = Place { line: line(text, key.span().start), inherited: is_inherited(value.get_ref()) };
            ((kind, target.clone(), key.get_ref().to_string()), place)
        })
    });
    entries.collect()
}

/// The text without the other sides of an unresolved merge, as the rest of the manifest is read.
fn readable(text: &str) -> Cow<'_, str> {
    match merge_conflict::first_marker(text) {
        Some(_) if DeTable::parse(text).is_err() => Cow::Owned(merge_conflict::our_side(text)),
        Some(_) | None => Cow::Borrowed(text),
    }
}

fn is_inherited(value: &DeValue<'_>) -> bool {
    let said = value.as_table().and_then(|table| table.get("workspace"));
    said.is_some_and(|said| said.get_ref().as_bool() == Some(true))
}

/// `[workspace.dependencies]` of the root manifest.
fn offered(root: &Manifest) -> Vec<Inheritable> {
    let text = readable(&root.text);
    let (manifest, _) = DeTable::parse_recoverable(&text);
    let of_workspace = table(manifest.get_ref(), "workspace").and_then(|workspace| table(workspace, "dependencies"));
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    for (key, _) in of_workspace.into_iter().flatten() {
        lines.insert(key.get_ref(), line(&text, key.span().start));
    }
    let offered = inheritable(root).into_iter();
    offered.map(|entry| Inheritable { line: lines.get(entry.key.as_str()).copied(), ..entry }).collect()
}

fn table<'a, 'i>(parent: &'a DeTable<'i>, name: &str) -> Option<&'a DeTable<'i>> {
    parent.get(name)?.get_ref().as_table()
}

fn line(text: &str, offset: usize) -> u32 {
    u32::try_from(line_of(text, offset)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    /// `kind target key line` of every declaration; inherited ones with a star.
    fn listed(text: &str) -> String {
        let places = places(text);
        let lines = places.iter().map(|((kind, target, key), place)| {
            let star = if place.inherited { "*" } else { "" };
            format!("{kind:?} {} {key} {}{star}", target.as_deref().unwrap_or("-"), place.line)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_way_to_write_a_dependency_has_its_line() {
        insta::assert_snapshot!(listed(
            "[package]
name = 'x'

[dependencies]
plain = '1'
inline = { version = '1', features = [
    'a',
] }
\"quoted\" = '1'
dotted.version = '1'
dotted.features = ['b']
kept.workspace = true
also = { workspace = true, optional = true }

[dependencies.header]
version = '1'

[dependencies.inherited-header]
workspace = true

[dev_dependencies]
old-spelling = '1'

[build-dependencies]
plain = '2'

[target.'cfg(target_os=\"linux\")'.dependencies]
only-linux = '1'

[target.x86_64-pc-windows-msvc.dependencies.only-windows]
workspace = false
version = '1'
"
        ), @"
        Normal - also 13*
        Normal - dotted 10
        Normal - header 15
        Normal - inherited-header 18*
        Normal - inline 6
        Normal - kept 12*
        Normal - plain 5
        Normal - quoted 9
        Normal cfg(target_os = \"linux\") only-linux 28
        Normal x86_64-pc-windows-msvc only-windows 30
        Dev - old-spelling 22
        Build - plain 25
        ");
    }

    #[test]
    fn lines_are_those_of_the_file_even_where_it_does_not_parse() {
        insta::assert_snapshot!(listed("[package]\nname = = 1\n\r\n[dependencies]\r\na = '1'\n"), @"Normal - a 5");
        insta::assert_snapshot!(
            listed("[dependencies]\na = '1'\n<<<<<<< HEAD\nb = '1'\n=======\nb = '2'\n>>>>>>> other\nc = '1'\n"),
            @"
        Normal - a 2
        Normal - b 4
        Normal - c 8
        "
        );
    }

    #[test]
    fn what_the_workspace_offers_is_listed_with_its_lines() {
        let tree = Tree::new(&[(
            "Cargo.toml",
            "[workspace]\n[workspace.dependencies]\nb = { package = 'real', version = '1.2', features = ['x'], default-features = false }\n\na = '2'\n",
        )]);
        let offered = offered(&Manifest::read(&tree.path("Cargo.toml")).unwrap());
        let text = |o: &Inheritable| {
            format!("{} {} {} {} {:?} {:?}", o.key, o.package, o.requirement, o.default_features, o.features, o.line)
        };
        insta::assert_snapshot!(offered.iter().map(text).collect::<Vec<_>>().join("\n"), @r#"
        a a ^2 true [] Some(5)
        b real ^1.2 false ["x"] Some(3)
        "#);
    }
}
