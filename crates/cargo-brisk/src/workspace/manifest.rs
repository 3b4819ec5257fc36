//! `Cargo.toml` as a table that is read leniently: a key of the wrong type is absent, so that one bad field does not
//! hide the rest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use brisk::model::DependencyKind;
use brisk_store::merge_conflict;
use serde::Deserialize as _;
use toml::de::DeTable;
use toml::{Table, Value};

use super::paths::normalize;

/// A manifest could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManifestError {
    /// The file itself.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its syntax.
    #[error("`{}` line {line} is not valid TOML: {message}", path.display())]
    Toml {
        /// The manifest.
        path: PathBuf,
        /// Line of the mistake, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A merge left both sides in it.
    #[error(
        "`{}` has a merge conflict at line {line}: no Cargo command works before it is resolved",
        path.display()
    )]
    MergeConflict {
        /// The manifest.
        path: PathBuf,
        /// Line of the first marker, from 1.
        line: usize,
    },
}

/// A manifest that is at least TOML.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    /// Absolute path.
    pub(super) path: PathBuf,
    /// The text as read.
    pub(super) text: String,
    table: Table,
}

impl Manifest {
    pub(super) fn read(path: &Path) -> Result<Self, ManifestError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ManifestError::Read { path: path.to_owned(), source })?;
        let table = parse(path, &text)?;
        Ok(Self { path: path.to_owned(), text, table })
    }

    /// As much of a manifest as is TOML, where not all of it is. Without a readable name it has that of its directory, as
    /// `cargo new` would give it.
    pub(super) fn salvaged(path: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(path).ok()?;
        let our_side = merge_conflict::our_side(&text);
        let (readable, _) = DeTable::parse_recoverable(&our_side);
        let mut table = Table::deserialize(toml::de::Deserializer::from(readable)).unwrap_or_default();
        let name = path.parent()?.file_name()?.to_str()?;
        if self::table(&table, &["package", "project"]).and_then(|package| self::text(package, &["name"])).is_none() {
            let package = table.entry("package").or_insert_with(|| Value::Table(Table::new()));
            package.as_table_mut()?.insert("name".to_owned(), name.into());
        }
        Some(Self { path: path.to_owned(), text, table })
    }

    /// The directory of the manifest.
    pub(super) fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// `[name]`, under any of its spellings.
    pub(super) fn table(&self, names: &[&str]) -> Option<&Table> {
        table(&self.table, names)
    }

    /// `[package]`; Cargo still takes the old name `[project]`.
    pub(super) fn package(&self) -> Option<&Table> {
        self.table(&["package", "project"])
    }

    /// `[[name]]`.
    pub(super) fn array_of_tables(&self, name: &str) -> impl Iterator<Item = &Table> {
        self.table.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
    }

    /// `package.name`.
    pub(super) fn name(&self) -> Option<&str> {
        text(self.package()?, &["name"])
    }

    /// The table that is the manifest.
    pub(super) fn root(&self) -> &Table {
        &self.table
    }

    /// Directories of all path dependencies as this manifest declares them, patches included;
    /// `workspace_root` is where `workspace = true` looks.
    pub(super) fn path_dependencies(&self, workspace_root: &Self) -> BTreeSet<PathBuf> {
        let declared = dependency_tables(&self.table).flat_map(|(_, _, table)| table).filter_map(|(name, value)| {
            if flag(value.as_table()?, &["workspace"]) == Some(true) {
                let inherited = workspace_root.workspace_dependency(name)?;
                return Some(workspace_root.dir().join(text(inherited.as_table()?, &["path"])?));
            }
            Some(self.dir().join(text(value.as_table()?, &["path"])?))
        });
        declared.map(|path| normalize(&path)).collect()
    }

    /// Directories that `[patch]` and `[replace]` point to.
    pub(super) fn patches(&self) -> BTreeSet<PathBuf> {
        let registries = self.table(&["patch"]).into_iter().flatten().filter_map(|(_, value)| value.as_table());
        let tables = registries.chain(self.table(&["replace"]));
        let values = tables.flatten().filter_map(|(_, value)| text(value.as_table()?, &["path"]));
        values.map(|path| normalize(&self.dir().join(path))).collect()
    }

    /// An entry of `[workspace.dependencies]`.
    pub(super) fn workspace_dependency(&self, name: &str) -> Option<&Value> {
        table(self.table(&["workspace"])?, &["dependencies"])?.get(name)
    }
}

/// Parses TOML; a mistake is told with its line.
pub(super) fn parse(path: &Path, content: &str) -> Result<Table, ManifestError> {
    content.parse::<Table>().map_err(|error| {
        let path = path.to_owned();
        if let Some(line) = merge_conflict::first_marker(content) {
            return ManifestError::MergeConflict { path, line };
        }
        let line = error.span().map_or(1, |span| line_of(content, span.start));
        ManifestError::Toml { path, line, message: error.message().trim().replace('\n', ", ") }
    })
}

/// Line of a byte offset, from 1.
pub(super) fn line_of(content: &str, offset: usize) -> usize {
    content.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The three kinds of dependency tables, with the older spellings that Cargo still reads.
pub(super) const DEPENDENCY_TABLES: [(DependencyKind, &[&str]); 3] = [
    (DependencyKind::Normal, &["dependencies"]),
    (DependencyKind::Dev, &["dev-dependencies", "dev_dependencies"]),
    (DependencyKind::Build, &["build-dependencies", "build_dependencies"]),
];

/// All dependency tables of a manifest: kind, `[target.…]` key, entries.
pub(super) fn dependency_tables(manifest: &Table) -> impl Iterator<Item = (DependencyKind, Option<&str>, &Table)> {
    let of_targets = table(manifest, &["target"])
        .into_iter()
        .flatten()
        .filter_map(|(target, value)| Some((Some(target.as_str()), value.as_table()?)));
    std::iter::once((None, manifest)).chain(of_targets).flat_map(|(target, parent)| {
        DEPENDENCY_TABLES.iter().filter_map(move |(kind, names)| Some((*kind, target, table(parent, names)?)))
    })
}

/// The first of the spellings that is there, as a table.
pub(super) fn table<'a>(parent: &'a Table, names: &[&str]) -> Option<&'a Table> {
    names.iter().find_map(|name| parent.get(*name)?.as_table())
}

/// The first of the spellings that is there, as a string.
pub(super) fn text<'a>(parent: &'a Table, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| parent.get(*name)?.as_str())
}

/// The first of the spellings that is there, as a boolean.
pub(super) fn flag(parent: &Table, names: &[&str]) -> Option<bool> {
    names.iter().find_map(|name| parent.get(*name)?.as_bool())
}

/// The first of the spellings that is there, as strings.
pub(super) fn texts(parent: &Table, names: &[&str]) -> Vec<String> {
    let array = names.iter().find_map(|name| parent.get(*name)?.as_array());
    array.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_the_syntax_is_told_with_its_line() {
        let error = parse(Path::new("Cargo.toml"), "[package]\nname = = 1\n").unwrap_err();
        insta::assert_snapshot!(error, @"`Cargo.toml` line 2 is not valid TOML: extra `=`, expected nothing");
    }

    #[test]
    fn dependency_tables_are_found_under_every_spelling_and_target() {
        let manifest =
            "[dependencies]\na = '1'\n[dev_dependencies]\nb = '1'\n[target.'cfg(unix)'.build-dependencies]\nc = '1'";
        let found: Vec<_> = dependency_tables(&parse(Path::new("x"), manifest).unwrap())
            .map(|(kind, target, table)| format!("{kind:?} {target:?} {}", table.keys().next().unwrap()))
            .collect();
        assert_eq!(found, ["Normal None a", "Dev None b", "Build Some(\"cfg(unix)\") c"]);
    }
}
