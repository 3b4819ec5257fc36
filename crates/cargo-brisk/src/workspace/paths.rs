//! Paths as Cargo compares them.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and `..`, by its text alone: symbolic links are not resolved. As `cargo_util::paths::normalize_path`.
pub(super) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(component),
        }
    }
    normal
}

/// The path for the model and for people.
pub(super) fn display(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_by_text_and_never_above_the_root() {
        assert_eq!(normalize(Path::new("/a/./b/../../../c")), Path::new("/c"));
        assert_eq!(normalize(Path::new("a/b/..")), Path::new("a"));
    }
}
