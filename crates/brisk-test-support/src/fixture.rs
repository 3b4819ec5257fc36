//! Small workspaces for the real Cargo.
//!
//! They lie in `fixtures/` at the root of the repository, disarmed: what Cargo, rustup or an editor would act on has the
//! ending `.fixture` (`Cargo.toml.fixture`). [`copy`] puts one into a temporary directory and arms it.

use std::collections::BTreeMap;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

/// The ending that disarms a file.
pub const DISARMED: &str = ".fixture";

/// The directory of all fixtures.
pub fn directory() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies in crates/ of the repository").join("fixtures")
}

/// The names of all fixtures, sorted.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = entries(&directory()).iter().map(|path| file_name(path).to_owned()).collect();
    names.sort();
    names
}

/// Copies the fixture `name` into a temporary directory and arms it.
///
/// # Panics
///
/// When there is no such fixture, or the copy fails.
pub fn copy(name: &str) -> TempWorkspace {
    let from = directory().join(name);
    assert!(from.is_dir(), "no fixture is called `{name}`; there are {}", names().join(", "));
    let workspace = TempWorkspace::empty();
    copy_armed(&from, workspace.root());
    workspace
}

fn copy_armed(from: &Utf8Path, to: &Utf8Path) {
    fs_err::create_dir_all(to).expect("the temporary directory takes directories");
    for path in entries(from) {
        let to = to.join(file_name(&path).trim_end_matches(DISARMED));
        if path.is_dir() {
            copy_armed(&path, &to);
        } else {
            fs_err::copy(&path, &to).expect("the temporary directory takes files");
        }
    }
}

fn entries(directory: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = directory.read_dir_utf8().unwrap_or_else(|error| panic!("cannot list {directory}: {error}"));
    entries.map(|entry| entry.expect("the entry can be read").into_path()).collect()
}

fn file_name(path: &Utf8Path) -> &str {
    path.file_name().expect("a directory's entry has a name")
}

/// A workspace in a temporary directory, removed when dropped.
#[derive(Debug)]
pub struct TempWorkspace {
    /// Keeps the directory.
    _directory: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl TempWorkspace {
    /// One without any file, to be filled with [`TempWorkspace::write`].
    pub fn empty() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        // Cargo prints canonical paths, and on some systems the temporary directory is a symbolic link.
        let root = directory.path().canonicalize().expect("the directory is there").join("ws");
        fs_err::create_dir(&root).expect("the temporary directory takes directories");
        Self { _directory: directory, root: Utf8PathBuf::try_from(root).expect("temporary paths are UTF-8") }
    }

    /// The directory of the root manifest, canonical.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Text of the file at `path`, relative to the root.
    pub fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Writes the file at `path`, relative to the root, with its directories.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        let parent = path.parent().expect("a file below the root has a parent");
        fs_err::create_dir_all(parent).and_then(|()| fs_err::write(&path, text)).unwrap_or_else(|e| panic!("{e}"));
    }

    /// All files but those in `target/`, by path relative to the root: to show that nothing was written.
    pub fn contents(&self) -> BTreeMap<Utf8PathBuf, Vec<u8>> {
        let mut contents = BTreeMap::new();
        let mut stack = vec![self.root.clone()];
        while let Some(path) = stack.pop() {
            if path.is_dir() {
                stack.extend(entries(&path).into_iter().filter(|path| *path != self.root.join("target")));
            } else {
                let bytes = fs_err::read(&path).unwrap_or_else(|error| panic!("{error}"));
                let below = path.strip_prefix(&self.root).expect("it is below the root");
                contents.insert(below.to_owned(), bytes);
            }
        }
        contents
    }

    /// `cargo`, to be run in the root with a clean environment.
    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// `program`, to be run in the root with a clean environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        scrub(&mut command);
        command
    }
}

/// Takes out of `command`'s environment what the developer, and the Cargo that runs the tests, have put there.
///
/// The toolchain (`RUSTUP_TOOLCHAIN`) and the downloaded packages (`CARGO_HOME`) stay. No network, no colours.
pub fn scrub(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_the_outside) {
            command.env_remove(name);
        }
    }
    command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never");
}

fn is_of_the_outside(name: &str) -> bool {
    const PREFIXES: [&str; 6] = ["CARGO", "__CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "BRISK"];
    const NAMES: [&str; 6] = ["MAKEFLAGS", "MFLAGS", "RUST_LOG", "NO_COLOR", "CLICOLOR_FORCE", "OUT_DIR"];
    name != "CARGO_HOME" && (PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_gives_to_its_children_is_of_the_outside() {
        for name in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "RUSTC_WRAPPER", "RUSTFLAGS", "CARGO_MAKEFLAGS"]
        {
            assert!(is_of_the_outside(name), "{name}");
        }
    }

    #[test]
    fn the_toolchain_and_the_downloaded_packages_stay() {
        for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "PATH", "HOME"] {
            assert!(!is_of_the_outside(name), "{name}");
        }
    }
}
