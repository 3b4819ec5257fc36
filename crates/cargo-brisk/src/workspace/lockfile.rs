//! The lockfile beside the root manifest, and what keeps it from being read.

use std::path::Path;

use brisk::model::Problem;
use brisk_store::lockfile::{Lockfile, LockfileError, NEWEST_VERSION};
use brisk_store::merge_conflict;

/// Reads `Cargo.lock`. A missing or broken file gives an empty value and a problem.
pub(super) fn read(path: &Path) -> (Lockfile, Option<Problem>) {
    let content = match std::fs::read_to_string(path) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return (Lockfile::default(), Some(missing(path)));
        }
        Err(_) if path.is_dir() => return (Lockfile::default(), Some(directory(path))),
        Err(error) => return (Lockfile::default(), Some(unreadable(path, &error))),
    };
    match Lockfile::parse(&content) {
        Ok(lockfile) => {
            let problem = newer_version(path, &lockfile).or_else(|| no_packages(path, &lockfile));
            (lockfile, problem)
        }
        Err(LockfileError::MergeConflict { line }) => {
            let ours = Lockfile::parse(&merge_conflict::our_side(&content)).ok();
            let effect = if ours.is_some() { "only the side of the current branch is read" } else { EFFECT };
            (ours.unwrap_or_default(), Some(in_conflict(path, line, effect)))
        }
        Err(error @ LockfileError::Toml { .. }) => (Lockfile::default(), Some(unreadable(path, &error))),
    }
}

/// The effect of a lockfile that tells nothing.
const EFFECT: &str = "only the members and what they declare are known, not the packages that these resolve to";

/// The problem of a workspace without a lockfile.
pub(super) fn missing(path: &Path) -> Problem {
    Problem::new(
        format!("there is no lockfile `{}`", path.display()),
        "Brisk does not create it; `cargo generate-lockfile` does",
        EFFECT,
    )
}

/// A new lockfile has the newest version of everything, so that getting the old one back comes first.
fn unreadable(path: &Path, error: &dyn std::error::Error) -> Problem {
    Problem::new(
        format!("the lockfile `{}` could not be read", path.display()),
        format!("{error}; restore it (`git checkout -- Cargo.lock`), or let `cargo generate-lockfile` write a new one"),
        EFFECT,
    )
}

/// Either side will do: Cargo keeps what still fits the manifests, and adds what is missing. A lockfile that is generated
/// anew would update everything else as well.
fn in_conflict(path: &Path, line: usize, effect: &str) -> Problem {
    Problem::new(
        format!("the lockfile `{}` has a merge conflict at line {line}", path.display()),
        "resolve the manifests first; then `git checkout --ours Cargo.lock` takes one side of it, and `cargo check` adds \
         what that side lacks",
        effect,
    )
}

fn directory(path: &Path) -> Problem {
    Problem::new(
        format!("the lockfile `{}` is a directory", path.display()),
        "Cargo can neither read nor write it; move it away, and `cargo generate-lockfile` writes a file",
        EFFECT,
    )
}

fn newer_version(path: &Path, lockfile: &Lockfile) -> Option<Problem> {
    let version = lockfile.version.filter(|_| lockfile.is_newer())?;
    Some(Problem::new(
        format!("the lockfile `{}` is of version {version}", path.display()),
        format!("it was written by a newer Cargo; versions up to {NEWEST_VERSION} are known here"),
        "what was read from it may be incomplete",
    ))
}

fn no_packages(path: &Path, lockfile: &Lockfile) -> Option<Problem> {
    (lockfile.n_unreadable > 0).then(|| {
        Problem::new(
            format!("the lockfile `{}` has entries that are no packages: {}", path.display(), lockfile.n_unreadable),
            "they have no name or no version; mend it, or let `cargo generate-lockfile` write a new one",
            "these packages are missing from the answers",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_broken_or_newer_lockfile_is_a_problem() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Cargo.lock");
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile, Lockfile::default());
        assert!(problem.unwrap().why.contains("`cargo generate-lockfile`"));

        fs_err::write(&path, "version = 4\nversion = = 4\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile, Lockfile::default());
        assert!(problem.unwrap().why.starts_with("line 2: "));

        fs_err::write(&path, "version = 4\n<<<<<<< HEAD\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile.version, Some(4));
        let problem = problem.unwrap();
        assert!(problem.what.ends_with("has a merge conflict at line 2"));
        assert_eq!(problem.effect, "only the side of the current branch is read");

        fs_err::write(&path, "version = = 4\n<<<<<<< HEAD\n").unwrap();
        assert_eq!(read(&path).1.unwrap().effect, EFFECT);

        fs_err::write(&path, "version = 9\n[[package]]\nname = 'a'\nversion = '1.0.0'\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile.packages.len(), 1);
        assert!(problem.unwrap().what.ends_with("is of version 9"));

        fs_err::write(&path, "version = 4\n[[package]]\nname = 'a'\n").unwrap();
        let (lockfile, problem) = read(&path);
        assert_eq!(lockfile.packages, []);
        assert!(problem.unwrap().what.ends_with("has entries that are no packages: 1"));
    }
}
