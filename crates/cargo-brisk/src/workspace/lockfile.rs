//! `Cargo.lock`, versions 1 to 4: packages, where they come from, and what each depends on.
//!
//! The format is that of Cargo's `core/resolver/encode.rs`. A dependency is written as `name`, `name version` or
//! `name version (source)`, in the shortest form that is unambiguous (version 1 always writes all three).

use std::collections::BTreeMap;
use std::path::Path;

use brisk::model::{PackageSource, Problem};
use toml::{Table, Value};

use super::manifest::{ManifestError, parse, text};

/// The newest version that is known here; Cargo 1.78 introduced it.
const NEWEST_VERSION: i64 = 4;

/// A lockfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lockfile {
    /// Its packages in the order of the file.
    pub(super) packages: Vec<LockedPackage>,
}

/// One `[[package]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LockedPackage {
    /// Name.
    pub(super) name: String,
    /// Version.
    pub(super) version: String,
    /// `registry+…`, `sparse+…`, `git+…`; none for packages of this machine.
    pub(super) source: Option<String>,
    /// Indices of what it depends on, ascending.
    pub(super) dependencies: Vec<usize>,
}

impl LockedPackage {
    /// The source in the model's words; `local` is what a package without a source is.
    pub(super) fn source_kind(&self, local: PackageSource) -> PackageSource {
        match self.source.as_deref() {
            None => local,
            Some(source) if source.starts_with("registry+") || source.starts_with("sparse+") => PackageSource::Registry,
            Some(source) if source.starts_with("git+") => PackageSource::Git,
            Some(_) => PackageSource::Unknown,
        }
    }
}

/// Reads `Cargo.lock` beside the root manifest. A missing or broken file gives an empty value and a problem.
pub(super) fn read(path: &Path) -> (Lockfile, Option<Problem>) {
    let content = match std::fs::read_to_string(path) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return (Lockfile::default(), Some(missing(path)));
        }
        Err(error) => return (Lockfile::default(), Some(unreadable(path, &error.to_string()))),
    };
    match parse(path, &content) {
        Ok(table) => (Lockfile { packages: packages(&table) }, newer_version(path, &table)),
        Err(ManifestError::Toml { line, message, .. }) => {
            (Lockfile::default(), Some(unreadable(path, &format!("line {line}: {message}"))))
        }
        Err(error @ ManifestError::Read { .. }) => (Lockfile::default(), Some(unreadable(path, &error.to_string()))),
    }
}

/// The problem of a workspace without a lockfile.
pub(super) fn missing(path: &Path) -> Problem {
    Problem::new(
        format!("there is no lockfile `{}`", path.display()),
        "Brisk does not create it; `cargo generate-lockfile` does",
        "only the members and what they declare are known, not the packages that these resolve to",
    )
}

fn unreadable(path: &Path, why: &str) -> Problem {
    Problem::new(
        format!("the lockfile `{}` could not be read", path.display()),
        format!("{why}; mend it, or let `cargo generate-lockfile` write a new one"),
        "only the members and what they declare are known, not the packages that these resolve to",
    )
}

fn newer_version(path: &Path, table: &Table) -> Option<Problem> {
    let version = table.get("version").and_then(Value::as_integer)?;
    (version > NEWEST_VERSION).then(|| {
        Problem::new(
            format!("the lockfile `{}` is of version {version}", path.display()),
            format!("it was written by a newer Cargo; versions up to {NEWEST_VERSION} are known here"),
            "what was read from it may be incomplete",
        )
    })
}

/// What a package entry says before names are resolved.
struct Entry<'a> {
    package: LockedPackage,
    dependencies: Vec<&'a str>,
}

fn packages(table: &Table) -> Vec<LockedPackage> {
    // Before Cargo 0.19 the root package had a table of its own.
    let root = table.get("root").and_then(Value::as_table);
    let listed = table.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    let entries: Vec<Entry<'_>> = root.into_iter().chain(listed).filter_map(entry).collect();
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_name.entry(&entry.package.name).or_default().push(index);
    }
    let resolve = |entry: &Entry<'_>| {
        let found = entry.dependencies.iter().filter_map(|written| resolve(written, &entries, &by_name));
        let mut dependencies: Vec<usize> = found.collect();
        dependencies.sort_unstable();
        dependencies.dedup();
        LockedPackage { dependencies, ..entry.package.clone() }
    };
    entries.iter().map(resolve).collect()
}

fn entry(table: &Table) -> Option<Entry<'_>> {
    let package = LockedPackage {
        name: text(table, &["name"])?.to_owned(),
        version: text(table, &["version"])?.to_owned(),
        source: text(table, &["source"]).map(str::to_owned),
        dependencies: Vec::new(),
    };
    // `replace = "…"` stands for the package that is used instead.
    let replaced = text(table, &["replace"]);
    let listed = table.get("dependencies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    Some(Entry { package, dependencies: listed.chain(replaced).collect() })
}

fn resolve(written: &str, entries: &[Entry<'_>], by_name: &BTreeMap<&str, Vec<usize>>) -> Option<usize> {
    let mut words = written.splitn(3, ' ');
    let candidates = by_name.get(words.next()?)?;
    let version = words.next();
    let source = words.next().map(|source| source.trim_start_matches('(').trim_end_matches(')'));
    candidates.iter().copied().find(|index| {
        let package = &entries[*index].package;
        let same_source = |source: &str| package.source.as_deref().map(without_commit) == Some(without_commit(source));
        version.is_none_or(|version| package.version == version) && source.is_none_or(same_source)
    })
}

/// The commit after `#` is written with the package, but since version 3 not with those that depend on it.
fn without_commit(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(content: &str) -> Vec<String> {
        let packages = packages(&content.parse().unwrap());
        let line = |package: &LockedPackage| {
            let names = package.dependencies.iter().map(|index| {
                let dependency: &LockedPackage = &packages[*index];
                format!("{} {} {:?}", dependency.name, dependency.version, dependency.source_kind(PackageSource::Path))
            });
            format!("{} {}: {}", package.name, package.version, names.collect::<Vec<_>>().join(", "))
        };
        packages.iter().map(line).collect()
    }

    #[test]
    fn short_and_long_forms_of_a_dependency_are_resolved() {
        let found = lines(
            r#"
            version = 4
            [[package]]
            name = "a"
            version = "0.1.0"
            dependencies = ["one", "two 1.0.0", "two 2.0.0", "three 1.0.0 (git+https://x/y?branch=b)", "gone"]
            [[package]]
            name = "one"
            version = "1.0.0"
            [[package]]
            name = "two"
            version = "1.0.0"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            [[package]]
            name = "two"
            version = "2.0.0"
            source = "sparse+https://example.org/"
            [[package]]
            name = "three"
            version = "1.0.0"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            [[package]]
            name = "three"
            version = "1.0.0"
            source = "git+https://x/y?branch=b#0123"
            "#,
        );
        assert_eq!(found[0], "a 0.1.0: one 1.0.0 Path, two 1.0.0 Registry, two 2.0.0 Registry, three 1.0.0 Git");
    }

    #[test]
    fn version_1_writes_everything_in_full_and_may_have_a_root() {
        let found = lines(
            r#"
            [root]
            name = "a"
            version = "0.1.0"
            dependencies = ["b 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)"]
            [[package]]
            name = "b"
            version = "1.0.0"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            [metadata]
            "checksum b 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)" = "00"
            "#,
        );
        assert_eq!(found, ["a 0.1.0: b 1.0.0 Registry", "b 1.0.0: "]);
    }

    #[test]
    fn a_missing_broken_or_newer_lockfile_is_a_problem() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Cargo.lock");
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile, Lockfile::default());
        assert!(problem.unwrap().why.contains("`cargo generate-lockfile`"));

        fs_err::write(&path, "version = 4\n<<<<<<< HEAD\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile, Lockfile::default());
        assert!(problem.unwrap().why.starts_with("line 2: "));

        fs_err::write(&path, "version = 9\n[[package]]\nname = 'a'\nversion = '1.0.0'\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile.packages.len(), 1);
        assert!(problem.unwrap().what.ends_with("is of version 9"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_in_a_dependency_list_panics(written in "[a-c ()+#]{0,12}") {
            let mut table: Table = "[[package]]\nname = 'a'\nversion = '1'\n[[package]]\nname = 'b'\nversion = '1'".parse().unwrap();
            let first = table["package"].as_array_mut().unwrap()[0].as_table_mut().unwrap();
            first.insert("dependencies".to_owned(), Value::Array(vec![Value::String(written)]));
            let packages = packages(&table);
            proptest::prop_assert!(packages.iter().flat_map(|package| &package.dependencies).all(|index| *index < 2));
        }
    }
}
