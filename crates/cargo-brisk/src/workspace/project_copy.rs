//! A copy of a whole project, in which anything may be built and changed.
//!
//! The whole path of the project is repeated below a directory of Brisk's own: `<top>/home/me/app` for `/home/me/app`.
//! What lies beside it on the way are links to the user's, so that path dependencies, `.cargo/config.toml` of directories
//! above and `rust-toolchain.toml` are where Cargo looks for them. Target directories and other caches (with a
//! `CACHEDIR.TAG`) stay behind. Where the project lies in a Git repository, the copy has one of its own, which borrows the
//! objects of the user's and never writes to it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fs_err as fs;

use super::environment::Environment;

/// The file that marks a directory as a cache (<https://bford.info/cachedir/>): Cargo puts one into target directories.
const CACHE_TAG: &str = "CACHEDIR.TAG";

/// Which sources the copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sources {
    /// Those that are there, committed or not.
    AsTheyAre,
    /// Those of a revision that Git knows.
    Revision(String),
}

/// Where to copy from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Project<'a> {
    /// The directory that is copied: the workspace's root.
    pub(crate) root: &'a Path,
    /// Directories that stay behind: those that Cargo builds in, and Brisk's own.
    pub(crate) left_out: &'a [PathBuf],
    /// The environment.
    pub(crate) environment: &'a Environment,
}

/// The copy.
#[derive(Clone, Debug)]
pub(crate) struct ProjectCopy {
    top: PathBuf,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no such thing.
    #[error("`{0}` is neither a directory nor a revision that Git knows")]
    NoRevision(String),
    /// Git was needed, and did not do it.
    #[error("{0}")]
    Git(String),
}

impl ProjectCopy {
    /// Makes it below `top`, which is not there yet.
    ///
    /// # Errors
    ///
    /// If a file cannot be copied, or Git does not know the revision.
    pub(crate) fn make(top: &Path, project: Project<'_>, sources: &Sources) -> Result<Self, CopyError> {
        let copy = Self { top: top.to_owned() };
        let repository = repository_of(project);
        match sources {
            Sources::AsTheyAre => {
                copy.link_around(project.root, top)?;
                copy.copy_dir(project.root, project.left_out)?;
                if let Some(repository) = repository {
                    // Without Git in the copy, only build scripts that ask it miss anything.
                    let _ = copy.clone_repository(&repository, project.environment);
                }
            }
            Sources::Revision(revision) => {
                let no_repository = || CopyError::Git(format!("{} is in no Git repository", project.root.display()));
                let repository = repository.ok_or_else(no_repository)?;
                copy.link_around(&repository, top)?;
                fs::create_dir_all(copy.place_of(&repository))?;
                copy.clone_repository(&repository, project.environment)?;
                copy.check_out(&repository, revision, project.environment)?;
                copy.add_lockfile(project.root)?;
            }
        }
        Ok(copy)
    }

    /// Where something of the user is in the copy.
    pub(crate) fn place_of(&self, path: &Path) -> PathBuf {
        self.top.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Where the user has what is at this place in the copy.
    pub(crate) fn original_of(&self, place: &Path) -> PathBuf {
        place.strip_prefix(&self.top).map_or_else(|_| place.to_owned(), |below| Path::new("/").join(below))
    }

    /// `text` with paths as the user knows them.
    pub(crate) fn without_place(&self, text: &str) -> String {
        text.replace(&*self.top.to_string_lossy(), "")
    }

    /// Makes the directories above `dir`, with links to what else is in them.
    fn link_around(&self, dir: &Path, own: &Path) -> io::Result<()> {
        let on_the_way: BTreeSet<&Path> = dir.ancestors().collect();
        for above in dir.ancestors().skip(1) {
            fs::create_dir_all(self.place_of(above))?;
            // Directories above need not be readable to be passed through.
            let Ok(entries) = std::fs::read_dir(above) else { continue };
            for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
                // A configuration above the copy is read anyway; twice would be once too often, as lists in it are joined.
                let is_read_anyway = path.file_name() == Some(OsStr::new(".cargo")) && own.starts_with(above);
                if !on_the_way.contains(path.as_path()) && !own.starts_with(&path) && !is_read_anyway {
                    symlink(&path, self.place_of(&path))?;
                }
            }
        }
        Ok(())
    }

    fn copy_dir(&self, project_root: &Path, left_out: &[PathBuf]) -> io::Result<()> {
        let mut todo = vec![project_root.to_owned()];
        while let Some(dir) = todo.pop() {
            fs::create_dir_all(self.place_of(&dir))?;
            for entry in fs::read_dir(&dir)? {
                let path = entry?.path();
                let is_repository = path.file_name() == Some(OsStr::new(".git"));
                if is_repository || self.top.starts_with(&path) || left_out.contains(&path) {
                    continue;
                }
                if self.copy_entry(&path, project_root)? == Kind::Dir && !path.join(CACHE_TAG).exists() {
                    todo.push(path);
                }
            }
        }
        Ok(())
    }

    /// Copies a file or a link; of a directory, only says that it is one. What is neither is no source.
    fn copy_entry(&self, path: &Path, project_root: &Path) -> io::Result<Kind> {
        let metadata = fs::symlink_metadata(path)?;
        let place = self.place_of(path);
        if metadata.is_dir() {
            return Ok(Kind::Dir);
        }
        if metadata.is_symlink() && !leads_out(path, project_root) {
            symlink(fs::read_link(path)?, place)?;
        } else if path.is_file() {
            fs::copy(path, &place)?;
            make_writable(&place)?;
            // A build script may look at it; that the copy is newer harms nobody.
            if let (Ok(file), Ok(modified)) = (std::fs::File::options().write(true).open(&place), metadata.modified()) {
                let _ = file.set_modified(modified);
            }
        }
        Ok(Kind::Other)
    }

    /// A repository in the copy of `repository`, with the user's commit and no sources of its own.
    fn clone_repository(&self, repository: &Path, environment: &Environment) -> Result<(), CopyError> {
        let place = self.place_of(repository);
        let aside = self.top.join(".clone");
        let clone = ["clone", "--quiet", "--shared", "--no-checkout", "--no-hardlinks", "--"].map(OsStr::new);
        git(environment, &self.top, clone.into_iter().chain([repository.as_os_str(), aside.as_os_str()]))?;
        fs::rename(aside.join(".git"), place.join(".git"))?;
        let _ = fs::remove_dir_all(&aside);
        // The index of the commit that is checked out, so that Git sees what differs from it.
        git(environment, &place, ["reset", "--quiet", "--mixed"].map(OsStr::new))
    }

    fn check_out(&self, repository: &Path, revision: &str, environment: &Environment) -> Result<(), CopyError> {
        // A clone has branches of its origin only, and `HEAD~1` of the user is one of their branch.
        let commit = format!("{revision}^{{commit}}");
        let found = git_output(environment, repository, ["rev-parse", "--verify", "--end-of-options", &commit]);
        let found = found.map_err(|_| CopyError::NoRevision(revision.to_owned()))?;
        let place = self.place_of(repository);
        git(environment, &place, ["checkout", "--quiet", "--force", "--detach", found.trim()].map(OsStr::new))
    }

    /// A lockfile that is not committed decides which versions are built, all the same.
    fn add_lockfile(&self, root: &Path) -> io::Result<()> {
        let (from, to) = (root.join("Cargo.lock"), self.place_of(root).join("Cargo.lock"));
        if from.exists() && !to.exists() && to.parent().is_some_and(Path::exists) {
            fs::copy(from, &to)?;
            make_writable(&to)?;
        }
        Ok(())
    }
}

/// Changes are tried in a copy, whatever the user may write to.
#[cfg(unix)]
fn make_writable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o200 == 0 {
        fs::set_permissions(file, std::fs::Permissions::from_mode(mode | 0o200))?;
    }
    Ok(())
}

/// Whether a link leads to a file of the user's from the copy as well, where nobody may write to it: by an absolute path, or
/// out of the project.
fn leads_out(link: &Path, project_root: &Path) -> bool {
    let is_absolute = std::fs::read_link(link).is_ok_and(|to| to.is_absolute());
    let ends = link.canonicalize().ok().zip(project_root.canonicalize().ok());
    link.is_file() && (is_absolute || !ends.is_some_and(|(end, root)| end.starts_with(root)))
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Dir,
    Other,
}

/// The top directory of the Git repository that the project lies in, by the path that the user has it under.
fn repository_of(project: Project<'_>) -> Option<PathBuf> {
    let prefix = git_output(project.environment, project.root, ["rev-parse", "--show-prefix"]).ok()?;
    let prefix = Path::new(prefix.trim_end_matches('\n').trim_end_matches('/'));
    let n_below = prefix.components().count();
    project.root.ends_with(prefix).then(|| project.root.ancestors().nth(n_below).map(Path::to_owned)).flatten()
}

fn git<'a>(environment: &Environment, dir: &Path, args: impl IntoIterator<Item = &'a OsStr>) -> Result<(), CopyError> {
    git_output(environment, dir, args).map(|_| ())
}

/// Runs Git, which shall ask nobody, run no hook and load nothing.
fn git_output<S: AsRef<OsStr>>(
    environment: &Environment,
    dir: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<String, CopyError> {
    let mut command = Command::new("git");
    command.env_clear().envs(environment.iter());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(variable);
    }
    let settings = [
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_LFS_SKIP_SMUDGE", "1"),
        ("LC_ALL", "C"),
    ];
    command.envs(settings).stdin(Stdio::null());
    command.args(["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]).args(args).current_dir(dir);
    let output = command.output().map_err(|error| CopyError::Git(format!("`git` cannot be started: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
        return Err(CopyError::Git(format!("Git says: {said}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bench {
        dir: tempfile::TempDir,
        environment: Environment,
    }

    impl Bench {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let bench = Self { dir, environment: Environment::of_process().with("HOME", "/nowhere") };
            bench.write("above/app/src/lib.rs", "// new");
            bench.write("above/app/target/CACHEDIR.TAG", "");
            bench.write("above/app/target/debug/app", "");
            bench.write("above/beside/lib.rs", "");
            bench
        }

        fn path(&self, path: &str) -> PathBuf {
            self.dir.path().join(path)
        }

        fn write(&self, path: &str, text: &str) {
            fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
            fs::write(self.path(path), text).unwrap();
        }

        fn git(&self, args: &[&str]) {
            let identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
            git_output(&self.environment, &self.path("above/app"), identity.iter().chain(args)).unwrap();
        }

        fn copy(&self, sources: &Sources) -> ProjectCopy {
            let root = self.path("above/app");
            let project = Project { root: &root, left_out: &[], environment: &self.environment };
            fs::create_dir_all(self.path("copy")).unwrap();
            ProjectCopy::make(&self.path("copy"), project, sources).unwrap()
        }
    }

    #[test]
    fn sources_are_copied_target_directories_are_not_and_neighbours_are_links() {
        let bench = Bench::new();
        let copy = bench.copy(&Sources::AsTheyAre);
        let place = |path: &str| copy.place_of(&bench.path(path));
        assert_eq!(fs::read_to_string(place("above/app/src/lib.rs")).unwrap(), "// new");
        assert!(!place("above/app/target/debug").exists());
        assert!(place("above/beside").is_symlink() && place("above/beside/lib.rs").exists());
        assert!(!place("above/app").is_symlink());
    }

    #[test]
    fn what_the_user_may_not_write_can_be_written_in_the_copy() {
        use std::os::unix::fs::PermissionsExt as _;
        let bench = Bench::new();
        bench.write("above/app/Cargo.lock", "# lock");
        let modes = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let own = bench.path("above/app/Cargo.lock");
        fs::set_permissions(&own, std::fs::Permissions::from_mode(0o444)).unwrap();
        let copy = bench.copy(&Sources::AsTheyAre);
        assert_eq!((modes(&own), modes(&copy.place_of(&own))), (0o444, 0o644));
    }

    #[test]
    fn a_revision_is_what_was_committed_and_the_repository_stays_as_it_is() {
        let bench = Bench::new();
        bench.write("above/app/src/lib.rs", "// old");
        bench.write("above/app/Cargo.lock", "# lock");
        bench.git(&["init", "--quiet"]);
        bench.git(&["add", "src"]);
        bench.git(&["commit", "--quiet", "-m", "old"]);
        bench.write("above/app/src/lib.rs", "// new");
        let copy = bench.copy(&Sources::Revision("HEAD".to_owned()));
        let place = |path: &str| copy.place_of(&bench.path(path));
        assert_eq!(fs::read_to_string(place("above/app/src/lib.rs")).unwrap(), "// old");
        assert_eq!(fs::read_to_string(place("above/app/Cargo.lock")).unwrap(), "# lock");
        assert_eq!(fs::read_to_string(bench.path("above/app/src/lib.rs")).unwrap(), "// new");
        bench.git(&["diff-index", "--quiet", "HEAD", "--", "Cargo.lock"]);
    }

    #[test]
    fn a_link_to_a_file_of_the_users_is_a_file_of_its_own() {
        let bench = Bench::new();
        bench.write("above/app/real.toml", "# within");
        bench.write("above/shared.toml", "# outside");
        symlink("real.toml", bench.path("above/app/within.toml")).unwrap();
        symlink("../shared.toml", bench.path("above/app/outside.toml")).unwrap();
        symlink(bench.path("above/app/real.toml"), bench.path("above/app/absolute.toml")).unwrap();
        let copy = bench.copy(&Sources::AsTheyAre);
        for name in ["within", "outside", "absolute"] {
            fs::write(copy.place_of(&bench.path(&format!("above/app/{name}.toml"))), "# changed").unwrap();
        }
        assert!(copy.place_of(&bench.path("above/app/within.toml")).is_symlink());
        assert_eq!(fs::read_to_string(bench.path("above/app/real.toml")).unwrap(), "# within");
        assert_eq!(fs::read_to_string(bench.path("above/shared.toml")).unwrap(), "# outside");
    }

    #[test]
    fn an_unknown_revision_is_told() {
        let bench = Bench::new();
        bench.git(&["init", "--quiet"]);
        let root = bench.path("above/app");
        let project = Project { root: &root, left_out: &[], environment: &bench.environment };
        fs::create_dir_all(bench.path("copy")).unwrap();
        let made = ProjectCopy::make(&bench.path("copy"), project, &Sources::Revision("nowhere".to_owned()));
        assert!(matches!(made, Err(CopyError::NoRevision(_))), "{made:?}");
    }
}
