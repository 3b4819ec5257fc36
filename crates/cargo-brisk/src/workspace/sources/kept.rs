//! What manifests say for other tools that look for unused dependencies: their answer to what no tool can see.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::workspace::manifest::Manifest;

/// The names of dependencies that are needed although no source shows it, as `manifest` or the root manifest tells
/// cargo-machete, cargo-shear or cargo-udeps.
pub(super) fn kept(manifest: &Manifest, root: Option<&Manifest>) -> BTreeSet<String> {
    let metadata = |manifest: &Manifest, table: &str| {
        manifest.table(&[table]).and_then(|table| table.get("metadata")).and_then(Value::as_table).map(names)
    };
    let of_workspace = root.and_then(|root| metadata(root, "workspace"));
    metadata(manifest, "package").into_iter().chain(of_workspace).flatten().collect()
}

fn names(metadata: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for tool in ["cargo-machete", "cargo-shear", "cargo-udeps"] {
        let Some(table) = metadata.get(tool).and_then(Value::as_table) else { continue };
        for key in ["ignored", "ignore"] {
            add(table.get(key), &mut names);
        }
    }
    names
}

/// A list, or a table of lists (cargo-udeps has one for each kind).
fn add(value: Option<&Value>, names: &mut BTreeSet<String>) {
    match value {
        Some(Value::Array(list)) => names.extend(list.iter().filter_map(Value::as_str).map(str::to_owned)),
        Some(Value::Table(table)) => table.values().for_each(|list| add(Some(list), names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    #[test]
    fn all_three_tools_are_heard_in_the_package_and_in_the_workspace() {
        let tree = Tree::new(&[
            (
                "a/Cargo.toml",
                "[package.metadata]\ncargo-machete.ignored = ['m']\ncargo-shear.ignored = ['s']\nother.ignored = ['o']\n\
                 [package.metadata.cargo-udeps.ignore]\nnormal = ['u']\ndevelopment = ['d', 1]",
            ),
            ("Cargo.toml", "[workspace.metadata.cargo-machete]\nignored = ['w']"),
        ]);
        let read = |path| Manifest::read(&tree.path(path)).unwrap();
        let names: Vec<String> = kept(&read("a/Cargo.toml"), Some(&read("Cargo.toml"))).into_iter().collect();
        assert_eq!(names, ["d", "m", "s", "u", "w"]);
        assert!(kept(&read("a/Cargo.toml"), None).contains("m"));
    }
}
