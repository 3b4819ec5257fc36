//! The targets of a package: those that its manifest lists, and those that Cargo finds by where files are.
//!
//! The rules are those of the Cargo book ("Target auto-discovery") and of Cargo's `util/toml/targets.rs`.

use std::path::{Path, PathBuf};

use brisk::model::{PackageTarget, TargetKind};
use toml::{Table, Value};

use super::manifest::{Manifest, flag, text, texts};
use super::paths::{display, normalize};

/// All targets of a package, in Cargo's order: library, binaries, examples, tests, benchmarks, build script.
pub(super) fn targets(manifest: &Manifest) -> Vec<PackageTarget> {
    let Some(package) = manifest.package() else { return Vec::new() };
    let mut targets: Vec<PackageTarget> = library(manifest, package).into_iter().collect();
    for group in &GROUPS {
        targets.extend(group_targets(manifest, package, group));
    }
    targets.extend(build_scripts(manifest, package));
    targets
}

/// Where one kind of target is listed and found.
struct Group {
    kind: TargetKind,
    /// `[[bin]]`
    table: &'static str,
    /// `package.autobins`
    auto: &'static str,
    /// `src/bin`
    directory: &'static str,
}

const GROUPS: [Group; 4] = [
    Group { kind: TargetKind::Bin, table: "bin", auto: "autobins", directory: "src/bin" },
    Group { kind: TargetKind::Example, table: "example", auto: "autoexamples", directory: "examples" },
    Group { kind: TargetKind::Test, table: "test", auto: "autotests", directory: "tests" },
    Group { kind: TargetKind::Bench, table: "bench", auto: "autobenches", directory: "benches" },
];

fn library(manifest: &Manifest, package: &Table) -> Option<PackageTarget> {
    let empty = Table::new();
    let listed = manifest.table(&["lib"]);
    let default_path = manifest.dir().join("src/lib.rs");
    let found = flag(package, &["autolib"]) != Some(false) && default_path.is_file();
    if listed.is_none() && !found {
        return None;
    }
    let lib = listed.unwrap_or(&empty);
    let name =
        text(lib, &["name"]).map_or_else(|| manifest.name().unwrap_or_default().replace('-', "_"), str::to_owned);
    let path = text(lib, &["path"]).map_or(default_path, |path| manifest.dir().join(path));
    Some(target(library_kind(lib), name, &path, lib))
}

fn library_kind(lib: &Table) -> TargetKind {
    let crate_types = texts(lib, &["crate-type", "crate_type"]);
    let is_macro = flag(lib, &["proc-macro", "proc_macro"]) == Some(true);
    if is_macro || crate_types.iter().any(|kind| kind == "proc-macro") {
        TargetKind::ProcMacro
    } else if crate_types.iter().all(|kind| kind == "lib" || kind == "rlib") {
        TargetKind::Lib
    } else {
        TargetKind::LinkedLib
    }
}

fn group_targets(manifest: &Manifest, package: &Table, group: &Group) -> Vec<PackageTarget> {
    let found = found_sources(manifest, group);
    let mut targets = Vec::new();
    for table in manifest.array_of_tables(group.table) {
        let Some(name) = text(table, &["name"]) else { continue };
        let path = match text(table, &["path"]) {
            Some(path) => manifest.dir().join(path),
            None => found.iter().find(|(found, _)| found == name).map_or_else(
                || manifest.dir().join(group.directory).join(format!("{name}.rs")),
                |(_, path)| path.clone(),
            ),
        };
        targets.push(target(group.kind, name.to_owned(), &path, table));
    }
    let auto = flag(package, &[group.auto]);
    let is_complete = manifest.array_of_tables(group.table).all(|table| table.contains_key("path"));
    if auto == Some(false) && is_complete && !targets.is_empty() {
        // As published manifests are: Cargo keeps their order.
        return targets;
    }
    // Edition 2015 looks for files only where nothing is listed.
    let is_2015 = text(package, &["edition"]).is_none_or(|edition| edition == "2015") && !inherits(package, "edition");
    if auto.unwrap_or(!is_2015 || targets.is_empty()) {
        let is_new = |(name, path): &(String, PathBuf)| {
            targets.iter().all(|listed| listed.name != *name && listed.src_path != display(path))
        };
        let new: Vec<_> = found.into_iter().filter(is_new).collect();
        targets.extend(new.into_iter().map(|(name, path)| target(group.kind, name, &path, &Table::new())));
    }
    targets.sort_by(|a, b| a.name.cmp(&b.name));
    targets
}

fn inherits(package: &Table, key: &str) -> bool {
    package.get(key).and_then(Value::as_table).is_some()
}

/// Names and paths that stand where targets of the group are looked for.
fn found_sources(manifest: &Manifest, group: &Group) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    if group.kind == TargetKind::Bin {
        let main = manifest.dir().join("src/main.rs");
        if main.is_file() {
            found.push((manifest.name().unwrap_or_default().to_owned(), main));
        }
    }
    let mut in_directory: Vec<_> = std::fs::read_dir(manifest.dir().join(group.directory))
        .into_iter()
        .flatten()
        .filter_map(|entry| source_of(&entry.ok()?.path()))
        .collect();
    in_directory.sort();
    found.extend(in_directory);
    found
}

/// `name.rs`, or `name/main.rs`; hidden files are not targets.
fn source_of(path: &Path) -> Option<(String, PathBuf)> {
    let file_name = path.file_name()?.to_str()?;
    if file_name.starts_with('.') {
        return None;
    }
    if let Some(name) = file_name.strip_suffix(".rs") {
        return path.is_file().then(|| (name.to_owned(), path.to_owned()));
    }
    let main = path.join("main.rs");
    main.is_file().then(|| (file_name.to_owned(), main))
}

fn build_scripts(manifest: &Manifest, package: &Table) -> Vec<PackageTarget> {
    let paths = match package.get("build") {
        Some(Value::String(path)) => vec![path.clone()],
        Some(Value::Array(_)) => texts(package, &["build"]),
        Some(Value::Boolean(false)) => Vec::new(),
        _ if manifest.dir().join("build.rs").is_file() => vec!["build.rs".to_owned()],
        _ => Vec::new(),
    };
    let script = |path: &String| {
        let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
        let path = manifest.dir().join(path);
        target(TargetKind::BuildScript, format!("build-script-{stem}"), &path, &Table::new())
    };
    paths.iter().map(script).collect()
}

fn target(kind: TargetKind, name: String, path: &Path, table: &Table) -> PackageTarget {
    let required_features = texts(table, &["required-features", "required_features"]);
    PackageTarget { kind, name, src_path: display(&normalize(path)), required_features }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn listed(files: &[(&str, &str)]) -> Vec<String> {
        let tree = Tree::new(files);
        let manifest = Manifest::read(&tree.path("Cargo.toml")).unwrap();
        let line = |target: PackageTarget| {
            let path = tree.redact(&target.src_path).replace("[ROOT]/", "");
            format!("{} {} {path}", target.kind.as_str(), target.name)
        };
        targets(&manifest).into_iter().map(line).collect()
    }

    #[test]
    fn targets_are_found_by_where_files_are() {
        let found = listed(&[
            ("Cargo.toml", "[package]\nname = 'my-app'\nedition = '2021'"),
            ("src/lib.rs", ""),
            ("src/main.rs", ""),
            ("src/bin/tool.rs", ""),
            ("src/bin/big/main.rs", ""),
            ("src/bin/data/notes.txt", ""),
            ("examples/demo.rs", ""),
            ("tests/it/main.rs", ""),
            ("tests/common/mod.rs", ""),
            ("tests/.hidden.rs", ""),
            ("benches/speed.rs", ""),
            ("build.rs", ""),
        ]);
        assert_eq!(
            found,
            [
                "lib my_app src/lib.rs",
                "bin big src/bin/big/main.rs",
                "bin my-app src/main.rs",
                "bin tool src/bin/tool.rs",
                "example demo examples/demo.rs",
                "test it tests/it/main.rs",
                "bench speed benches/speed.rs",
                "custom-build build-script-build build.rs",
            ]
        );
    }

    #[test]
    fn what_the_manifest_lists_is_believed() {
        let found = listed(&[
            (
                "Cargo.toml",
                "[package]\nname = 'p'\nedition = '2021'\nbuild = 'make/it.rs'\nautotests = false\n[lib]\nname = 'q'\npath = 'q.rs'\n\
                 crate-type = ['cdylib', 'rlib']\n[[bin]]\nname = 'renamed'\npath = 'src/main.rs'\n[[bench]]\nname = 'b'",
            ),
            ("src/main.rs", ""),
            ("tests/off.rs", ""),
        ]);
        assert_eq!(
            found,
            [
                "linked-lib q q.rs",
                "bin renamed src/main.rs",
                "bench b benches/b.rs",
                "custom-build build-script-it make/it.rs",
            ]
        );
    }

    #[test]
    fn a_proc_macro_is_known_by_either_key() {
        let kind = |lib: &str| library_kind(&lib.parse().unwrap());
        assert_eq!(kind("proc-macro = true"), TargetKind::ProcMacro);
        assert_eq!(kind("crate-type = ['proc-macro']"), TargetKind::ProcMacro);
        assert_eq!(kind("crate-type = ['lib']"), TargetKind::Lib);
        assert_eq!(kind("crate-type = ['rlib', 'staticlib']"), TargetKind::LinkedLib);
        assert_eq!(kind(""), TargetKind::Lib);
    }

    #[test]
    fn edition_2015_finds_no_files_beside_listed_targets() {
        let found = |edition: &str| {
            let manifest = format!("[package]\nname = 'p'\nedition = '{edition}'\n[[bin]]\nname = 'a'");
            listed(&[("Cargo.toml", &manifest), ("src/bin/a.rs", ""), ("src/bin/b.rs", "")])
        };
        assert_eq!(found("2015"), ["bin a src/bin/a.rs"]);
        assert_eq!(found("2018"), ["bin a src/bin/a.rs", "bin b src/bin/b.rs"]);
    }
}
