//! `Cargo.lock`, versions 1 to 4: packages, where they come from, and what each depends on.
//!
//! The format is that of Cargo's `core/resolver/encode.rs`. A dependency is written as `name`, `name version` or
//! `name version (source)`, in the shortest form that is unambiguous (version 1 always writes all three).
//!
//! Reading is lenient: a package entry that has no name or version is counted and left out, a dependency that is none of
//! the packages is left out, and everything that is not known here is ignored.

use std::collections::BTreeMap;

use brisk::model::PackageSource;
use toml::{Table, Value};

use crate::merge_conflict;

/// The newest version that is known here; Cargo 1.78 introduced it.
pub const NEWEST_VERSION: i64 = 4;

/// A lockfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockfile {
    /// Its version; none is written in versions 1 and 2.
    pub version: Option<i64>,
    /// Its packages in the order of the file.
    pub packages: Vec<LockedPackage>,
    /// How many entries are no packages: without a name, or without a version.
    pub n_unreadable: usize,
}

/// One `[[package]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// `registry+…`, `sparse+…`, `git+…`; none for packages of this machine.
    pub source: Option<String>,
    /// What it depends on, as positions in [`Lockfile::packages`], ascending.
    pub dependencies: Vec<usize>,
}

/// The text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockfileError {
    /// A merge left both sides in it.
    #[error("line {line}: a merge conflict")]
    MergeConflict {
        /// Line of the first marker, from 1.
        line: usize,
    },
    /// Anything else.
    #[error("line {line}: {message}")]
    Toml {
        /// Line of the mistake, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

impl Lockfile {
    /// Reads the text of a lockfile.
    ///
    /// # Errors
    ///
    /// If it is not TOML.
    pub fn parse(text: &str) -> Result<Self, LockfileError> {
        let table = text.parse::<Table>().map_err(|error| LockfileError::of(text, &error))?;
        Ok(Self::of(&table))
    }

    /// Whether a newer Cargo wrote it, so that what was read may be incomplete.
    pub fn is_newer(&self) -> bool {
        self.version.is_some_and(|version| version > NEWEST_VERSION)
    }

    fn of(table: &Table) -> Self {
        // Before Cargo 0.19 the root package had a table of its own.
        let root = table.get("root");
        let listed = table.get("package").and_then(Value::as_array).into_iter().flatten();
        let written: Vec<Option<Entry<'_>>> = root.into_iter().chain(listed).map(Entry::of).collect();
        let n_unreadable = written.iter().filter(|entry| entry.is_none()).count();
        let entries: Vec<Entry<'_>> = written.into_iter().flatten().collect();
        let places = Places::of(&entries);
        Self {
            version: table.get("version").and_then(Value::as_integer),
            packages: entries.iter().map(|entry| entry.resolved(&places)).collect(),
            n_unreadable,
        }
    }
}

impl LockedPackage {
    /// The source in the model's words; `local` is what a package without a source is.
    pub fn source_kind(&self, local: PackageSource) -> PackageSource {
        match self.source.as_deref() {
            None => local,
            Some(source) if source.starts_with("registry+") || source.starts_with("sparse+") => PackageSource::Registry,
            Some(source) if source.starts_with("git+") => PackageSource::Git,
            Some(_) => PackageSource::Unknown,
        }
    }
}

impl LockfileError {
    fn of(text: &str, error: &toml::de::Error) -> Self {
        if let Some(line) = merge_conflict::first_marker(text) {
            return Self::MergeConflict { line };
        }
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Self::Toml { line, message: error.message().trim().replace('\n', ", ") }
    }

    /// Line of the mistake, from 1.
    pub fn line(&self) -> usize {
        match self {
            Self::MergeConflict { line } | Self::Toml { line, .. } => *line,
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// What a package entry says before names are resolved.
struct Entry<'a> {
    name: &'a str,
    version: &'a str,
    source: Option<&'a str>,
    dependencies: Vec<&'a str>,
}

impl<'a> Entry<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let listed = value.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        // `replace = "…"` stands for the package that is used instead.
        let dependencies = listed.filter_map(Value::as_str).chain(text("replace")).collect();
        Some(Self { name: text("name")?, version: text("version")?, source: text("source"), dependencies })
    }

    fn resolved(&self, places: &Places<'_>) -> LockedPackage {
        let mut dependencies: Vec<usize> =
            self.dependencies.iter().filter_map(|written| places.find(written)).collect();
        dependencies.sort_unstable();
        dependencies.dedup();
        LockedPackage {
            name: self.name.to_owned(),
            version: self.version.to_owned(),
            source: self.source.map(str::to_owned),
            dependencies,
        }
    }
}

/// Where a package is, by each of the forms in which a dependency is written. Of several, the first one of the file.
struct Places<'a> {
    by_name: BTreeMap<&'a str, usize>,
    by_version: BTreeMap<(&'a str, &'a str), usize>,
    by_source: BTreeMap<(&'a str, &'a str, &'a str), usize>,
}

impl<'a> Places<'a> {
    fn of(entries: &[Entry<'a>]) -> Self {
        let mut places = Self { by_name: BTreeMap::new(), by_version: BTreeMap::new(), by_source: BTreeMap::new() };
        for (place, Entry { name, version, source, .. }) in entries.iter().enumerate() {
            places.by_name.entry(name).or_insert(place);
            places.by_version.entry((name, version)).or_insert(place);
            if let Some(source) = source {
                places.by_source.entry((name, version, without_commit(source))).or_insert(place);
            }
        }
        places
    }

    fn find(&self, written: &str) -> Option<usize> {
        let mut words = written.splitn(3, ' ');
        let name = words.next()?;
        let found = match (words.next(), words.next()) {
            (None, _) => self.by_name.get(name),
            (Some(version), None) => self.by_version.get(&(name, version)),
            (Some(version), Some(source)) => {
                let source = source.trim_start_matches('(').trim_end_matches(')');
                self.by_source.get(&(name, version, without_commit(source)))
            }
        };
        found.copied()
    }
}

/// The commit after `#` is written with the package, but since version 3 not with those that depend on it.
fn without_commit(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let packages = Lockfile::parse(text).unwrap().packages;
        let line = |package: &LockedPackage| {
            let names = package.dependencies.iter().map(|index| {
                let dependency: &LockedPackage = &packages[*index];
                format!("{} {} {:?}", dependency.name, dependency.version, dependency.source_kind(PackageSource::Path))
            });
            format!("{} {}: {}", package.name, package.version, names.collect::<Vec<_>>().join(", "))
        };
        packages.iter().map(line).collect()
    }

    const LONG_AND_SHORT: &str = r#"
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
"#;

    #[test]
    fn short_and_long_forms_of_a_dependency_are_resolved() {
        let found = lines(LONG_AND_SHORT);
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
    fn the_lockfile_of_this_repository_is_read_whole() {
        let text = include_str!("../../../Cargo.lock");
        let lockfile = Lockfile::parse(text).unwrap();
        assert_eq!((lockfile.packages.len(), lockfile.n_unreadable), (text.matches("[[package]]").count(), 0));
        assert!(!lockfile.is_newer());
        // Every dependency is one of the packages.
        let n_written = text.lines().filter(|line| line.starts_with(" \"")).count();
        let n_resolved: usize = lockfile.packages.iter().map(|package| package.dependencies.len()).sum();
        assert_eq!(n_resolved, n_written);
    }

    #[test]
    fn what_is_not_toml_is_an_error_with_its_line() {
        let error = Lockfile::parse("version = 4\nversion = = 4\n").unwrap_err();
        assert!(error.to_string().starts_with("line 2: "), "{error}");
        let error = Lockfile::parse("version = 4\n\n<<<<<<< HEAD\n").unwrap_err();
        assert_eq!(error.to_string(), "line 3: a merge conflict");
    }

    #[test]
    fn a_package_of_a_newer_version_is_read_as_far_as_it_is_known() {
        let lockfile = Lockfile::parse("version = 9\n[[package]]\nname = 'a'\nversion = '1.0.0'\nnew = {}").unwrap();
        assert!(lockfile.is_newer());
        assert_eq!(lockfile.packages.len(), 1);
    }

    #[test]
    fn what_is_no_package_is_counted() {
        let lockfile =
            Lockfile::parse("version = 'four'\nroot = 1\npackage = [1, {}, {name = 'a'}, {name = 'a', version = 1}]");
        let expected = Lockfile { n_unreadable: 5, ..Lockfile::default() };
        assert_eq!(lockfile, Ok(expected));
    }

    #[test]
    fn many_packages_of_one_name_take_no_longer_than_others() {
        // A search among the candidates of each dependency would be 400 million comparisons.
        let names: Vec<String> = (0..20_000).map(|n| format!("a 1.0.{n}")).collect();
        let package = |n| format!("[[package]]\nname = 'a'\nversion = '1.0.{n}'\n");
        let first = format!("{}dependencies = {names:?}\n", package(0));
        let text: String = std::iter::once(first).chain((1..20_000).map(package)).collect();
        assert_eq!(Lockfile::parse(&text).unwrap().packages[0].dependencies.len(), 20_000);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(Lockfile::parse(&format!("package = {}", "[".repeat(100_000))).is_err());
        assert!(Lockfile::parse(&format!("package = {}{}", "[".repeat(5_000), "]".repeat(5_000))).is_err());
        assert!(Lockfile::parse(&"[a.".repeat(100_000)).is_err());
    }

    fn check_positions(text: &str) -> Result<(), TestCaseError> {
        if let Ok(Lockfile { packages, .. }) = Lockfile::parse(text) {
            for LockedPackage { dependencies, .. } in &packages {
                prop_assert!(dependencies.iter().all(|place| *place < packages.len()));
                prop_assert!(dependencies.is_sorted_by(|a, b| a < b));
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn positions_are_those_of_packages(text in "(\\[\\[package\\]\\]\n(name = '[ab]'\n)?(version = '[12]'\n)?(source = '[a-c ()+#]{0,6}'\n)?(dependencies = \\[('[a-b12 ()+#]{0,8}',){0,3}\\]\n)?){0,4}") {
            check_positions(&text)?;
        }

        #[test]
        fn a_truncated_lockfile_is_a_value_or_an_error(end in 0..LONG_AND_SHORT.len()) {
            check_positions(&LONG_AND_SHORT[..end])?;
        }

        #[test]
        fn a_damaged_lockfile_is_a_value_or_an_error(at in 0..LONG_AND_SHORT.len(), byte in 0_u8..128) {
            let mut bytes = LONG_AND_SHORT.as_bytes().to_vec();
            bytes[at] = byte;
            check_positions(&String::from_utf8(bytes).unwrap())?;
        }

        #[test]
        fn any_text_is_a_value_or_an_error_within_it(text: String) {
            check_positions(&text)?;
            if let Err(error) = Lockfile::parse(&text) {
                prop_assert!((1..=text.matches('\n').count() + 1).contains(&error.line()), "{error}");
            }
        }

        #[test]
        fn wrong_types_are_ignored(
            field in prop::sample::select(&["name", "version", "source", "dependencies", "replace"][..]),
            value in prop::sample::select(&["1", "-1.5", "true", "[]", "[[1]]", "{ a = 1 }", "1979-05-27", "''"][..]),
        ) {
            check_positions(&format!("package = [{{ {field} = {value} }}]"))?;
            check_positions(&format!("{field} = {value}\n[[package]]\nname = 'a'\nversion = '1'\nx.{field} = {value}"))?;
        }
    }
}
