//! Manifests and the lockfile.

use toml::{Table, Value};

use crate::tree::{files, no_complaints};

/// What the library may depend on: it does no input or output.
const PURE: [&str; 3] = ["semver", "strsim", "thiserror"];

/// Which of Brisk's crates each may use.
const CRATES: [(&str, &[&str]); 5] = [
    ("brisk", &[]),
    ("brisk-store", &["brisk"]),
    ("brisk-report", &["brisk"]),
    ("brisk-test-support", &["brisk"]),
    ("cargo-brisk", &["brisk", "brisk-store", "brisk-report"]),
];

/// The whole lockfile: what a user has to build is at most that.
const MOST_PACKAGES: usize = 150;

/// Name and manifest of every crate.
fn manifests() -> Vec<(String, Table)> {
    let files = files(&["/Cargo.toml"]).into_iter().filter(|file| file.path.starts_with("crates/"));
    files
        .map(|file| {
            let table: Table = file.text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
            (file.path.split('/').nth(1).expect("it is in a crate").to_owned(), table)
        })
        .collect()
}

/// Names in `[dependencies]` and `[build-dependencies]`, of all platforms.
fn dependencies(manifest: &Table) -> Vec<String> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = std::iter::once(manifest).chain(platforms.filter_map(Value::as_table));
    let kinds = tables.flat_map(|table| [table.get("dependencies"), table.get("build-dependencies")]);
    kinds.flatten().filter_map(Value::as_table).flat_map(Table::keys).cloned().collect()
}

#[test]
fn the_library_depends_on_nothing_that_does_input_or_output() {
    let manifests = manifests();
    let (_, library) = manifests.iter().find(|(name, _)| name == "brisk").expect("there is the library");
    let others: Vec<String> = dependencies(library).into_iter().filter(|name| !PURE.contains(&name.as_str())).collect();
    no_complaints("not on the list of pure dependencies", &others);
}

#[test]
fn the_crates_depend_on_each_other_as_the_architecture_says() {
    let mut complaints = Vec::new();
    for (name, manifest) in manifests() {
        let Some((_, may_use)) = CRATES.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!("{name} is not in the architecture"));
            continue;
        };
        let ours = dependencies(&manifest).into_iter().filter(|used| used.starts_with("brisk"));
        complaints
            .extend(ours.filter(|used| !may_use.contains(&used.as_str())).map(|used| format!("{name} uses {used}")));
    }
    no_complaints("the crate graph is in ARCHITECTURE.md", &complaints);
}

#[test]
fn every_crate_takes_lints_edition_and_version_from_the_workspace() {
    let inherits =
        |value: Option<&Value>| value.and_then(|value| value.get("workspace")) == Some(&Value::Boolean(true));
    let mut complaints = Vec::new();
    for (name, manifest) in manifests() {
        if !inherits(manifest.get("lints")) {
            complaints.push(format!("{name}: lints"));
        }
        for key in ["version", "edition", "rust-version", "license"] {
            if !inherits(manifest["package"].get(key)) {
                complaints.push(format!("{name}: package.{key}"));
            }
        }
    }
    no_complaints("not inherited", &complaints);
}

#[test]
fn the_lockfile_is_small() {
    let lock = files(&["Cargo.lock"]).into_iter().find(|file| file.path == "Cargo.lock").expect("there is a lockfile");
    let n_packages = lock.text.matches("[[package]]").count();
    assert!(n_packages <= MOST_PACKAGES, "{n_packages} packages, {MOST_PACKAGES} are allowed");
}
