//! The environment variables as a value, and what Cargo and the shell make of them.
//!
//! Everything in this folder asks this value and never the process, so that a test states its environment in full.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A snapshot of environment variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// Those of this process, now.
    pub(crate) fn of_process() -> Self {
        Self { variables: std::env::vars_os().collect() }
    }

    /// The same with one variable set.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The value of a variable, empty ones included.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The value of a variable that is not empty and is UTF-8.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(OsStr::to_str).filter(|value| !value.is_empty())
    }

    /// All variables, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// Cargo's home: `$CARGO_HOME`, relative to `cwd`, or `~/.cargo`; `None` without a home directory either.
    /// The rule is that of Cargo's crate `home`.
    pub(crate) fn cargo_home(&self, cwd: &Path) -> Option<PathBuf> {
        match self.get("CARGO_HOME") {
            Some(home) if !home.is_empty() => Some(cwd.join(home)),
            _ => self.user_home().map(|home| home.join(".cargo")),
        }
    }

    /// rustup's home: `$RUSTUP_HOME`, relative to `cwd`, or `~/.rustup`; as Cargo's.
    pub(crate) fn rustup_home(&self, cwd: &Path) -> Option<PathBuf> {
        match self.get("RUSTUP_HOME") {
            Some(home) if !home.is_empty() => Some(cwd.join(home)),
            _ => self.user_home().map(|home| home.join(".rustup")),
        }
    }

    fn user_home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.get(name).filter(|home| !home.is_empty()).map(PathBuf::from)
    }

    /// Where the program would be found: on `$PATH` if it is a bare name, else itself if it exists.
    pub(crate) fn find_program(&self, program: &Path) -> Option<PathBuf> {
        if program.components().count() > 1 || program.is_absolute() {
            return executable(program);
        }
        let path = self.get("PATH")?;
        std::env::split_paths(path).find_map(|directory| executable(&directory.join(program)))
    }
}

/// The file itself, or with the suffix that the platform adds (`.exe`), if it may be run.
fn executable(path: &Path) -> Option<PathBuf> {
    let with_suffix = || {
        let mut name = path.as_os_str().to_owned();
        name.push(std::env::consts::EXE_SUFFIX);
        PathBuf::from(name)
    };
    [path.to_owned(), with_suffix()].into_iter().find(|candidate| may_run(candidate))
}

#[cfg(unix)]
fn may_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn may_run(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_home_is_below_the_users_home_unless_it_is_set() {
        let cwd = Path::new("/ws");
        let environment = Environment::default().with("HOME", "/home/me").with("CARGO_HOME", "");
        assert_eq!(environment.cargo_home(cwd), Some("/home/me/.cargo".into()));
        assert_eq!(environment.with("CARGO_HOME", "caches").cargo_home(cwd), Some("/ws/caches".into()));
        assert_eq!(Environment::default().cargo_home(cwd), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_bare_program_is_looked_up_on_the_path_and_must_be_executable() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let tool = dir.path().join("tool");
        fs_err::write(&tool, "").unwrap();
        let environment = Environment::default().with("PATH", dir.path());
        assert_eq!(environment.find_program(Path::new("tool")), None);
        fs_err::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(environment.find_program(Path::new("tool")), Some(tool.clone()));
        assert_eq!(Environment::default().find_program(&tool), Some(tool));
        assert_eq!(environment.find_program(Path::new("other")), None);
    }
}
