//! The links to this executable by which Cargo, rustc and test runs are given their stand-ins.
//!
//! They lie in a directory of their own for each combination of executable, chained wrapper and linkers, made once and
//! never changed: recordings may run at the same time, and Cargo keeps what it knows of a toolchain only as long as the
//! wrapper's path stays the same (`rustc_fingerprint`, `util/rustc.rs`).

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;

use super::process::find_program;
use super::role::{CHAINED_LINK, LINKER_DIR, LINT_WRAPPER_DIR, RUNNER_DIR, STDERR_DIR, WRAPPER_DIR};

/// Names under which rustc looks for a linker in `PATH`: the defaults of the common targets
/// (`rustc_target/src/spec/base`) and what people configure.
const LINKERS: [&str; 15] = [
    "c++",
    "cc",
    "clang",
    "clang++",
    "g++",
    "gcc",
    "ld",
    "ld.lld",
    "lld",
    "mold",
    "rust-lld",
    "wasm-ld",
    "wild",
    "x86_64-linux-gnu-gcc",
    "x86_64-w64-mingw32-gcc",
];

/// Goes up when the links are laid out differently.
const LAYOUT: u32 = 1;

/// Where the links are.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    /// The stand-in for rustc's wrapper.
    pub(crate) wrapper: Utf8PathBuf,
    /// The runner of test binaries.
    pub(crate) runner: Utf8PathBuf,
    /// What passes on Cargo's stderr.
    pub(crate) stderr: Utf8PathBuf,
}

impl Tools {
    /// Makes the links below `root`, or finds them there. `chained` is the wrapper that was there before, as an absolute
    /// path; the stand-in gets its file name, because the `cc` crate knows compiler caches by it.
    pub(crate) fn prepare(root: &Utf8Path, chained: Option<&Path>) -> io::Result<Self> {
        let executable = executable()?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let linkers: Vec<&str> =
            LINKERS.into_iter().filter(|name| find_program(Path::new(name), &path, None).is_some()).collect();
        let mut hasher = DefaultHasher::new();
        (LAYOUT, &executable, chained, &linkers).hash(&mut hasher);
        let dir = root.join(format!("{:016x}", hasher.finish()));
        let name = wrapper_name(chained);
        let tools = Self {
            wrapper: dir.join(WRAPPER_DIR).join(name),
            runner: dir.join(RUNNER_DIR).join("brisk-runner"),
            stderr: dir.join(STDERR_DIR).join("brisk-stderr"),
        };
        if !tools.wrapper.exists() {
            fs::create_dir_all(root)?;
            Links { executable, chained, name, linkers: &linkers }.make(root, &dir)?;
        }
        Ok(tools)
    }
}

/// The program that plays the tools: this one. A unit test is another one, and cannot; then it is the program that Cargo has
/// built for the integration tests, in the directory above.
fn executable() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let program = this.ancestors().nth(2).map(|dir| dir.join(env!("CARGO_PKG_NAME")));
    Ok(program.filter(|_| cfg!(test)).unwrap_or(this))
}

/// Makes the link to the wrapper of a check that asks rustc about members, or finds it there; `chained` as for
/// [`Tools::prepare`].
pub(crate) fn prepare_lint_wrapper(root: &Utf8Path, chained: Option<&Path>) -> io::Result<Utf8PathBuf> {
    let executable = executable()?;
    let mut hasher = DefaultHasher::new();
    (LAYOUT, &executable, chained).hash(&mut hasher);
    let dir = root.join(format!("{:016x}", hasher.finish()));
    let name = wrapper_name(chained);
    let wrapper = dir.join(LINT_WRAPPER_DIR).join(name);
    if !wrapper.exists() {
        fs::create_dir_all(root)?;
        let draft = tempfile::tempdir_in(root)?;
        fs::create_dir(draft.path().join(LINT_WRAPPER_DIR))?;
        symlink(&executable, draft.path().join(LINT_WRAPPER_DIR).join(name))?;
        if let Some(chained) = chained {
            symlink(chained, draft.path().join(CHAINED_LINK))?;
        }
        move_into_place(draft, &dir)?;
    }
    Ok(wrapper)
}

/// The file name of the wrapper that was there before, if there was one.
fn wrapper_name(chained: Option<&Path>) -> &str {
    chained.and_then(Path::file_name).and_then(OsStr::to_str).unwrap_or("brisk-rustc")
}

/// Moves a draft to its place in one step. Whoever was faster made the same.
fn move_into_place(draft: tempfile::TempDir, dir: &Utf8Path) -> io::Result<()> {
    match std::fs::rename(draft.path(), dir) {
        Ok(()) => {
            // Moved: there is nothing left to remove.
            let _ = draft.keep();
            Ok(())
        }
        Err(_) if dir.exists() => Ok(()),
        Err(error) => Err(error),
    }
}

struct Links<'a> {
    executable: PathBuf,
    chained: Option<&'a Path>,
    name: &'a str,
    linkers: &'a [&'a str],
}

impl Links<'_> {
    /// Makes all links beside `dir` and moves them there.
    fn make(&self, root: &Utf8Path, dir: &Utf8Path) -> io::Result<()> {
        let draft = tempfile::tempdir_in(root)?;
        let group = |name: &str| -> io::Result<PathBuf> {
            let path = draft.path().join(name);
            fs::create_dir(&path)?;
            Ok(path)
        };
        symlink(&self.executable, group(WRAPPER_DIR)?.join(self.name))?;
        symlink(&self.executable, group(RUNNER_DIR)?.join("brisk-runner"))?;
        symlink(&self.executable, group(STDERR_DIR)?.join("brisk-stderr"))?;
        let linker_dir = group(LINKER_DIR)?;
        for linker in self.linkers {
            symlink(&self.executable, linker_dir.join(linker))?;
        }
        if let Some(chained) = self.chained {
            symlink(chained, draft.path().join(CHAINED_LINK))?;
        }
        move_into_place(draft, dir)
    }
}
