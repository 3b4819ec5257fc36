//! Values of Cargo's settings with the place where each is set: environment, configuration files, root manifest.

use std::path::Path;

use brisk::model::{FilePlace, Origin, Setting};
use toml::{Table, Value};

use super::config::Config;
use super::environment::Environment;
use super::key_lines::Lines;
use super::manifest::Manifest;
use super::paths::display;

/// Everything that sets something, strongest first: environment, configuration files, root manifest.
pub(super) struct Sources<'a> {
    pub(super) environment: &'a Environment,
    root_dir: &'a Path,
    /// Configuration files, strongest first.
    files: Vec<File<'a>>,
    manifest: File<'a>,
}

struct File<'a> {
    path: &'a Path,
    table: &'a Table,
    lines: Lines<'a>,
}

impl<'a> File<'a> {
    fn new(path: &'a Path, table: &'a Table, text: &'a str) -> Self {
        Self { path, table, lines: Lines::of(text) }
    }
}

impl<'a> Sources<'a> {
    pub(super) fn new(config: &'a Config, manifest: &'a Manifest) -> Self {
        let files = config.files().map(|(path, table, text)| File::new(path, table, text));
        Self {
            environment: config.environment(),
            root_dir: manifest.dir(),
            files: files.collect(),
            manifest: File::new(&manifest.path, manifest.root(), &manifest.text),
        }
    }

    /// The strongest value of a key of a profile.
    pub(super) fn of_profile(&self, keys: &[&str]) -> Option<Setting<Value>> {
        let of_environment = || self.of_variable(&variable(keys));
        of_environment().or_else(|| self.of_files(keys)).or_else(|| {
            let value = at(self.manifest.table, keys)?.clone();
            Some(Setting { value, origin: Origin::File(self.place_in_manifest(keys)) })
        })
    }

    /// The strongest value of a key of the configuration alone; `variables` go before files.
    pub(super) fn of_configuration(&self, variables: &[&str], keys: &[&str]) -> Option<Setting<Value>> {
        let of_environment = variables.iter().find_map(|name| self.of_variable(name));
        of_environment.or_else(|| self.of_variable(&variable(keys))).or_else(|| self.of_files(keys))
    }

    /// The value of an environment variable, if it is not empty.
    pub(super) fn of_variable(&self, name: &str) -> Option<Setting<Value>> {
        let value = Value::String(self.environment.text(name)?.to_owned());
        Some(Setting { value, origin: Origin::Variable(name.to_owned()) })
    }

    /// The strongest value of a key in files of the configuration.
    pub(super) fn of_files(&self, keys: &[&str]) -> Option<Setting<Value>> {
        self.all_of_files(keys).into_iter().next()
    }

    /// The values of a key in all files of the configuration, strongest first.
    pub(super) fn all_of_files(&self, keys: &[&str]) -> Vec<Setting<Value>> {
        let values = self.files.iter().filter_map(|file| {
            let value = at(file.table, keys)?.clone();
            Some(Setting { value, origin: Origin::File(self.place(file.path, file.lines.of_key(keys))) })
        });
        values.collect()
    }

    /// The keys below a key, in all files and the manifest.
    pub(super) fn names(&self, keys: &[&str]) -> Vec<&'a str> {
        let of_files = self.files.iter().map(|file| file.table);
        let tables = of_files.chain([self.manifest.table]).filter_map(|table| at(table, keys)?.as_table());
        let mut names: Vec<&str> = tables.flat_map(Table::keys).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The keys of `[target]` in all files of the configuration, strongest first.
    pub(super) fn platforms(&self) -> Vec<&'a str> {
        let tables = self.files.iter().filter_map(|file| file.table.get("target")?.as_table());
        tables.flat_map(Table::keys).map(String::as_str).collect()
    }

    /// The place of a key in the root manifest.
    pub(super) fn place_in_manifest(&self, keys: &[&str]) -> FilePlace {
        self.place(self.manifest.path, self.manifest.lines.of_key(keys))
    }

    /// The last line of the root manifest: where something would be added.
    pub(super) fn end_of_manifest(&self) -> FilePlace {
        self.place(self.manifest.path, self.manifest.lines.last())
    }

    /// A place, by its path from the workspace root.
    pub(super) fn place(&self, file: &Path, line: Option<u32>) -> FilePlace {
        FilePlace { file: display(file.strip_prefix(self.root_dir).unwrap_or(file)), line }
    }
}

/// `CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL`: the variable of a key, as Cargo's `ConfigKey` forms it.
fn variable(keys: &[&str]) -> String {
    let words = keys.iter().map(|key| key.replace(['-', '.'], "_").to_ascii_uppercase());
    format!("CARGO_{}", words.collect::<Vec<_>>().join("_"))
}

fn at<'t>(table: &'t Table, keys: &[&str]) -> Option<&'t Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}
