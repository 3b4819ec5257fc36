//! `cargo fix` in a copy: the compiler's own suggestions, as far as it says that a program may apply them.

use std::path::{Path, PathBuf};

use super::cures::{Undo, is_in_copy, succeeded};
use super::health::Checks;
use crate::ops::staging::Side;

/// Has Cargo mend the warnings of all targets of a member. Whatever sources the copy has are kept in `undo` before: which of
/// them Cargo changes shows when they are compared.
///
/// # Errors
///
/// Why it cannot be done, in words.
pub(super) fn cargo_fix(side: &Side, checks: &Checks<'_>, member: &str, undo: &mut Undo) -> Result<(), String> {
    let root = side.root_in_copy();
    let sources = sources(&root);
    if let Some(foreign) = sources.iter().find(|path| !is_in_copy(side, path)) {
        let own = side.copy.original_of(foreign);
        return Err(format!("`{}` is a link to what is no part of the workspace", own.display()));
    }
    sources.iter().for_each(|path| undo.keep(path));
    // What is there is a copy, so that nothing is lost by what Cargo warns of.
    let words = ["fix", "--allow-dirty", "--allow-staged", "--allow-no-vcs", "--all-targets", "--package", member];
    succeeded(side, checks, &words)
}

/// All files of Rust below a directory, links included. Directories that are links are not entered.
fn sources(root: &Path) -> Vec<PathBuf> {
    let mut todo = vec![root.to_owned()];
    let mut found = Vec::new();
    while let Some(dir) = todo.pop() {
        // What cannot be read now cannot be compiled either.
        for entry in std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => todo.push(path),
                Ok(kind) if !kind.is_dir() && path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_the_files_of_rust_wherever_they_lie() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["src/lib.rs", "src/a/b.rs", "src/data.txt", ".git/hook.rs", "build.rs"] {
            fs_err::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
            fs_err::write(dir.path().join(path), "").unwrap();
        }
        let found = sources(dir.path());
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["build.rs", "src/a/b.rs", "src/lib.rs"]);
    }
}
