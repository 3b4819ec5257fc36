//! The files in the directories where Cargo looks for targets.

use std::path::{Path, PathBuf};

/// What is in these directories of a package belongs to it, whether or not a target reaches it. (`src/bin` is in `src`.)
const DIRECTORIES: [&str; 4] = ["src", "tests", "examples", "benches"];

/// All `.rs` files of the package in `dir` that are not of another package's. Links are not followed.
pub(super) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut to_list: Vec<PathBuf> = DIRECTORIES.iter().map(|name| dir.join(name)).collect();
    while let Some(dir) = to_list.pop() {
        let start = found.len();
        let n_directories = to_list.len();
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                to_list.push(entry.path());
            } else if name == "Cargo.toml" {
                found.truncate(start);
                to_list.truncate(n_directories);
                break;
            } else if kind.is_file() && Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
                found.push(entry.path());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    #[test]
    fn packages_within_and_other_files_are_left_out() {
        let tree = Tree::new(&[
            ("src/lib.rs", ""),
            ("src/deep/er/mod.rs", ""),
            ("src/notes.txt", ""),
            ("tests/ui/Cargo.toml", ""),
            ("tests/ui/src/main.rs", ""),
            ("tests/ui/x.rs", ""),
            ("other/x.rs", ""),
        ]);
        let mut found: Vec<String> =
            files(&tree.path("")).iter().map(|path| tree.redact(path.to_str().unwrap())).collect();
        found.sort();
        assert_eq!(found, ["[ROOT]/src/deep/er/mod.rs", "[ROOT]/src/lib.rs"]);
    }
}
