//! Cargo's configuration: directories, target platforms, jobs, and the programs that Cargo would run.
//!
//! Files are merged as in Cargo's `util/context/mod.rs`: `.cargo/config` or `.cargo/config.toml` of the working directory
//! and of all directories above it, then the one in Cargo's home; what is nearer wins, and environment variables win over
//! all. `--config` arguments of another Cargo command are not known here. A file that cannot be read is a problem and is
//! left out. (Reading it with the crate `cargo-config2` would refuse the whole configuration for one wrong value.)

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use brisk::model::Problem;
use toml::{Table, Value};

use super::environment::Environment;
use super::manifest::parse;

/// The merged configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Strongest first.
    layers: Vec<Layer>,
    environment: Environment,
    cwd: PathBuf,
}

/// One file.
#[derive(Clone, Debug)]
struct Layer {
    file: PathBuf,
    table: Table,
    /// As read, for the lines of what is set in it.
    text: String,
}

/// A value with what it takes to understand and to name it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Setting<T> {
    pub(super) value: T,
    /// The environment variable or the file that sets it.
    pub(super) origin: String,
    /// What relative paths in it are relative to.
    pub(super) base: PathBuf,
}

/// Reads all files; gives the configuration, the files that it rests on (present or not), and what went wrong.
pub(super) fn read(cwd: &Path, environment: &Environment) -> (Config, Vec<PathBuf>, Vec<Problem>) {
    let mut reading = Reading::default();
    for dir in config_dirs(cwd, environment) {
        // The name without a suffix is older, and wins where both exist.
        let (old, new) = (dir.join("config"), dir.join("config.toml"));
        let file = if old.is_file() { old.clone() } else { new.clone() };
        if file.is_file() {
            reading.add(&file);
        }
        reading.files.extend([old, new]);
    }
    let config = Config { layers: reading.layers, environment: environment.clone(), cwd: cwd.to_owned() };
    (config, reading.files.into_iter().collect(), reading.problems)
}

fn config_dirs(cwd: &Path, environment: &Environment) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = cwd.ancestors().map(|dir| dir.join(".cargo")).collect();
    if let Some(home) = environment.cargo_home(cwd) {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if !dirs.iter().any(|dir| canonical(dir) == canonical(&home)) {
            dirs.push(home);
        }
    }
    dirs
}

#[derive(Default)]
struct Reading {
    layers: Vec<Layer>,
    files: BTreeSet<PathBuf>,
    problems: Vec<Problem>,
    /// Files on the way to the one that is read: `include` may not lead back to them.
    open: Vec<PathBuf>,
}

impl Reading {
    /// Adds a file, and below it what it includes: the last one wins over those before, and the file over all.
    fn add(&mut self, file: &Path) {
        self.files.insert(file.to_owned());
        if self.open.iter().any(|open| open == file) {
            return self.problems.push(broken(file, "its `include` leads back to itself"));
        }
        let content = match std::fs::read_to_string(file) {
            Ok(content) => content,
            Err(error) => return self.problems.push(broken(file, &error.to_string())),
        };
        match parse(file, &content) {
            Ok(table) => {
                let included = included(&table, file);
                self.layers.push(Layer { file: file.to_owned(), table, text: content });
                self.open.push(file.to_owned());
                for path in included.iter().rev().filter(|path| path.is_file()) {
                    self.add(path);
                }
                self.open.pop();
            }
            Err(error) => self.problems.push(broken(file, &error.to_string())),
        }
    }
}

fn broken(file: &Path, why: &str) -> Problem {
    Problem::new(
        format!("the Cargo configuration `{}` could not be read", file.display()),
        format!("{why}; Cargo itself refuses to work until it is mended"),
        "its settings are left out: directories, platforms and jobs may differ from what Cargo would use",
    )
}

/// `include = ["file", { path = "file", optional = true }]`, stable since Cargo 1.94.
fn included(table: &Table, file: &Path) -> Vec<PathBuf> {
    let entries = table.get("include").and_then(Value::as_array).into_iter().flatten();
    let paths = entries.filter_map(|entry| match entry {
        Value::String(path) => Some(path.as_str()),
        Value::Table(table) => super::manifest::text(table, &["path"]),
        _ => None,
    });
    let dir = file.parent().unwrap_or(Path::new(""));
    paths.map(|path| super::paths::normalize(&dir.join(path))).collect()
}

impl Config {
    /// The strongest value of a key in the files.
    pub(super) fn value(&self, keys: &[&str]) -> Option<Setting<&Value>> {
        self.layers.iter().find_map(|layer| {
            let (first, rest) = keys.split_first()?;
            let value = rest.iter().try_fold(layer.table.get(*first)?, |value, key| value.get(key))?;
            Some(layer.setting(value))
        })
    }

    /// The strongest string: one of the environment variables (set and not empty), or the key in the files.
    pub(super) fn text(&self, variables: &[&str], keys: &[&str]) -> Option<Setting<String>> {
        let of_environment = variables.iter().find_map(|name| {
            let value = self.environment.text(name)?.to_owned();
            Some(Setting { value, origin: format!("the environment variable `{name}`"), base: self.cwd.clone() })
        });
        of_environment.or_else(|| {
            let setting = self.value(keys)?;
            let value = setting.value.as_str()?.to_owned();
            Some(Setting { value, origin: setting.origin, base: setting.base })
        })
    }

    /// All entries of `[target]` in all files, strongest first: key, table.
    pub(super) fn targets(&self) -> Vec<(&str, Setting<&Table>)> {
        self.layers.iter().flat_map(Layer::targets).collect()
    }

    /// The names of the variables that `[env]` sets in any file.
    pub(super) fn set_variables(&self) -> BTreeSet<String> {
        let tables = self.layers.iter().filter_map(|layer| layer.table.get("env").and_then(Value::as_table));
        tables.flat_map(Table::keys).cloned().collect()
    }

    /// All files, strongest first: path, table, text.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, &Table, &str)> {
        self.layers.iter().map(|layer| (layer.file.as_path(), &layer.table, layer.text.as_str()))
    }

    /// The working directory, which paths in variables are relative to.
    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The environment that was read with.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }
}

impl Layer {
    fn targets(&self) -> impl Iterator<Item = (&str, Setting<&Table>)> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter().flatten();
        targets.filter_map(|(key, value)| Some((key.as_str(), self.setting(value.as_table()?))))
    }

    fn setting<'a, T: ?Sized>(&self, value: &'a T) -> Setting<&'a T> {
        // Relative paths are relative to the directory that holds `.cargo`: the parent of the parent of the file.
        let base = self.file.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        Setting { value, origin: format!("`{}`", self.file.display()), base: base.to_owned() }
    }
}
