//! What Git tells of edits: which commits of the last months changed Rust sources, and where.
//!
//! Two short calls of `git`, which must not be installed and must not be asked for anything over a network: one for the
//! repository that the workspace lies in (it may be a subdirectory), one for its log. The log is read for a limited time, newest
//! commits first, and kept by commit and day where reading it took long.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use brisk::model::{Edits, History};
use serde::{Deserialize, Serialize};

use super::environment::Environment;

/// Half a year.
const DAYS: u32 = 182;

/// Commits that are read at most: half a year of most repositories.
const MOST_COMMITS: u32 = 3000;

/// How long the log may take. A diagnosis shall be there within a second, and other files are read meanwhile.
const LONGEST: Duration = Duration::from_millis(600);

/// What takes longer than this is kept for the next time.
const LONG: Duration = Duration::from_millis(60);

/// Seconds of a day.
const DAY_S: u64 = 24 * 60 * 60;

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RepositoryOptions<'a> {
    /// Directory of the workspace's root manifest.
    pub(crate) root: &'a Path,
    /// The environment.
    pub(crate) environment: &'a Environment,
    /// Where a log that took long to read is kept; `None` keeps none.
    pub(crate) cache_dir: Option<&'a Path>,
}

/// How often sources of the workspace were edited.
pub(crate) fn history(options: RepositoryOptions<'_>) -> History {
    match repository(options).and_then(|repository| edits(options, &repository)) {
        Ok(edits) if edits.commits.is_empty() => History::Unknown(format!(
            "Git has no commit of the last {DAYS} days that is neither the first one nor a merge"
        )),
        Ok(edits) => History::Told(edits),
        Err(why) => History::Unknown(why),
    }
}

/// The repository around a workspace.
struct Repository {
    /// Its directory, as the path of the workspace names it.
    top: PathBuf,
    /// The commit that is checked out.
    head: String,
}

/// Why there is none to tell of: a fragment for people.
fn repository(options: RepositoryOptions<'_>) -> Result<Repository, String> {
    let mut command = git(options);
    command.args(["rev-parse", "--is-shallow-repository", "--show-prefix", "HEAD"]);
    let output = command.stderr(Stdio::piped()).output().map_err(|error| not_started(&error))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("not a git repository") {
        return Err("the workspace is not in a Git repository".to_owned());
    }
    if !output.status.success() {
        let said = stderr.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
        let unborn = said.contains("ambiguous argument 'HEAD'");
        return Err(if unborn { "the repository has no commit".to_owned() } else { format!("Git says: {said}") });
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut lines = stdout.lines();
    let (shallow, prefix, head) = (lines.next(), lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    if shallow == Some("true") {
        return Err("the clone is shallow and lacks commits; `git fetch --unshallow` gets them".to_owned());
    }
    let top = above(options.root, prefix).ok_or("the workspace lies in its repository under another name")?;
    Ok(Repository { top, head: head.to_owned() })
}

fn not_started(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "`git` is not installed".to_owned(),
        _ => format!("`git` cannot be started: {error}"),
    }
}

/// The directory in which `root` lies at `prefix`.
fn above(root: &Path, prefix: &str) -> Option<PathBuf> {
    let prefix = Path::new(prefix.trim_end_matches('/'));
    root.ends_with(prefix).then(|| root.ancestors().nth(prefix.components().count()).map(Path::to_owned))?
}

/// Git at the workspace. It shall write nothing, run no other program and load nothing of a partial clone: `GIT_NO_LAZY_FETCH`
/// keeps newer ones from it, and no protocol being allowed all others.
fn git(options: RepositoryOptions<'_>) -> Command {
    let mut command = Command::new("git");
    command.env_clear().envs(options.environment.iter());
    // A hook of Git has these set, for the directory that it was called in.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    let settings = [
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", "none"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_FLUSH", "1"),
        ("LC_ALL", "C"),
    ];
    command.envs(settings).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.arg("--no-pager").arg("-C").arg(options.root);
    command
}

fn edits(options: RepositoryOptions<'_>, repository: &Repository) -> Result<Edits, String> {
    let today = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY_S);
    let place = options.cache_dir.map(|dir| entry_path(dir, options.root, &repository.head, today));
    if let Some(log) = place.as_deref().and_then(load) {
        return Ok(log.into_edits(&repository.top));
    }
    let started = Instant::now();
    let (log, in_time) = read_log(options, today)?;
    if let Some(place) = place.filter(|_| in_time && started.elapsed() >= LONG) {
        // That it cannot be kept means that it is read again.
        store(&place, &log).ok();
    }
    Ok(log.into_edits(&repository.top))
}

/// The commits that are looked for, newest first: the directories in which each changed Rust sources, from the top of the
/// repository.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Log {
    whole: bool,
    commits: Vec<BTreeSet<String>>,
}

impl Log {
    fn into_edits(self, top: &Path) -> Edits {
        let top = top.to_string_lossy().replace('\\', "/");
        let top = top.trim_end_matches('/');
        let absolute = |dir: &String| if dir.is_empty() { top.to_owned() } else { format!("{top}/{dir}") };
        let commits = self.commits.iter().map(|dirs| dirs.iter().map(absolute).collect()).collect();
        Edits { days: DAYS, whole: self.whole, commits }
    }
}

/// The log, and whether it was read within the time that it may take.
fn read_log(options: RepositoryOptions<'_>, today: u64) -> Result<(Log, bool), String> {
    let mut command = git(options);
    command.args(["-c", "log.showSignature=false", "log"]);
    command.arg(format!("--since={}", today.saturating_sub(u64::from(DAYS)) * DAY_S));
    command.arg(format!("--max-count={MOST_COMMITS}"));
    command.args(["--min-parents=1", "--max-parents=1", "--no-renames", "--no-ext-diff"]);
    command.args(["--ignore-submodules=all", "--name-only", "-z", "--format=%x01"]);
    let mut child = command.spawn().map_err(|error| not_started(&error))?;
    let (bytes, in_time) = read_for(&mut child, LONGEST);
    let ended = child.wait().is_ok_and(|status| status.success());
    if in_time && !ended {
        return Err("`git log` failed".to_owned());
    }
    let mut commits = parse(&bytes);
    if !in_time {
        // The last one may be cut.
        commits.pop();
    }
    let whole = in_time && (commits.len() as u64) < u64::from(MOST_COMMITS);
    Ok((Log { whole, commits }, in_time))
}

/// What the program writes within that time, and whether that is all of it; then it is stopped. (Git writes after each
/// commit.)
fn read_for(child: &mut Child, time: Duration) -> (Vec<u8>, bool) {
    let started = Instant::now();
    let mut bytes = Vec::new();
    let Some(mut stdout) = child.stdout.take() else { return (bytes, false) };
    let mut chunk = vec![0; 1 << 16];
    loop {
        match stdout.read(&mut chunk) {
            Ok(0) => return (bytes, true),
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return (bytes, false),
        }
        if started.elapsed() > time {
            // It may have ended meanwhile.
            child.kill().ok();
            return (bytes, false);
        }
    }
}

/// Reads `git log -z --name-only --format=%x01`: a 1 for each commit, then its files, all with a NUL behind; the first of
/// its files after a line feed.
fn parse(bytes: &[u8]) -> Vec<BTreeSet<String>> {
    let mut commits: Vec<BTreeSet<String>> = Vec::new();
    for token in bytes.split(|byte| *byte == 0) {
        let token = String::from_utf8_lossy(token);
        let file = token.trim_start_matches('\n');
        if file.starts_with('\u{1}') {
            commits.push(BTreeSet::new());
        } else if let Some(commit) = commits.last_mut()
            && file.ends_with(".rs")
        {
            commit.insert(file.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned());
        }
    }
    commits
}

/// Beginning of the name of every entry.
const PREFIX: &str = "edits-";

/// Entries of a workspace are named alike but for the commit and the day, so that a new one can take the place of the old.
fn entry_path(cache_dir: &Path, root: &Path, head: &str, today: u64) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), root).hash(&mut hasher);
    cache_dir.join(format!("{PREFIX}{:016x}-{head}-{today}.json", hasher.finish()))
}

fn load(path: &Path) -> Option<Log> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn store(path: &Path, log: &Log) -> std::io::Result<()> {
    let (Some(cache_dir), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    std::fs::create_dir_all(cache_dir)?;
    let mut file = tempfile::NamedTempFile::new_in(cache_dir)?;
    serde_json::to_writer(std::io::BufWriter::new(file.as_file_mut()), log)?;
    file.persist(path)?;
    let own = &name[..name.len().min(PREFIX.len() + 17)];
    for entry in std::fs::read_dir(cache_dir)?.filter_map(Result::ok) {
        let is_older = entry.file_name().to_str().is_some_and(|other| other.starts_with(own) && other != name);
        if is_older {
            // Another Brisk may have dropped it meanwhile.
            std::fs::remove_file(entry.path()).ok();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn log(bytes: &[u8]) -> Vec<Vec<String>> {
        parse(bytes).into_iter().map(|commit| commit.into_iter().collect()).collect()
    }

    #[test]
    fn a_commit_is_the_directories_of_its_rust_sources() {
        let bytes = b"\x01\0\nsrc/a.rs\0src/b.rs\0README.md\0x/lib.rs\0\x01\0\x01\0\nbuild.rs\0";
        assert_eq!(log(bytes), [vec!["src", "x"], vec![], vec![""]]);
        assert_eq!(log(b""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn the_repository_is_named_as_the_workspace_is() {
        let above = |root: &str, prefix| above(Path::new(root), prefix);
        assert_eq!(above("/home/me/repo/rust/ws", "rust/ws/"), Some(PathBuf::from("/home/me/repo")));
        assert_eq!(above("/home/me/repo", ""), Some(PathBuf::from("/home/me/repo")));
        assert_eq!(above("/home/me/link", "rust/ws/"), None);
    }

    #[test]
    fn an_entry_takes_the_place_of_those_of_older_commits() {
        let dir = tempfile::tempdir().unwrap();
        let log = || Log { whole: true, commits: vec![BTreeSet::from(["src".to_owned()])] };
        let path = |root: &str, head: &str| entry_path(dir.path(), Path::new(root), head, 1);
        for (root, head) in [("/a", "1"), ("/b", "1"), ("/a", "2")] {
            store(&path(root, head), &log()).unwrap();
        }
        assert_eq!(
            [("/a", "1"), ("/b", "1"), ("/a", "2")].map(|(root, head)| path(root, head).exists()),
            [false, true, true]
        );
        assert_eq!(load(&path("/a", "2")), Some(log()));
        std::fs::write(path("/a", "2"), "{").unwrap();
        assert_eq!(load(&path("/a", "2")), None);
    }

    /// What Git tells of a tree, with `commands` of Git run in it before.
    fn told(tree: &Tree, commands: &[&[&str]], root: &str) -> History {
        let isolated = Environment::of_process()
            .with("GIT_CONFIG_GLOBAL", "/dev/null")
            .with("GIT_CONFIG_SYSTEM", "/dev/null")
            .with("GIT_CEILING_DIRECTORIES", tree.path("").parent().unwrap());
        let identity = ["-c", "user.name=n", "-c", "user.email=e@e", "-c", "commit.gpgsign=false"];
        for arguments in commands {
            let mut command = Command::new("git");
            command.env_clear().envs(isolated.iter()).arg("-C").arg(tree.path("")).args(identity);
            assert!(command.args(*arguments).output().unwrap().status.success(), "{arguments:?}");
        }
        let root = tree.path(root);
        history(RepositoryOptions { root: &root, environment: &isolated, cache_dir: None })
    }

    #[test]
    fn commits_of_a_workspace_below_the_top_of_its_repository_are_counted() {
        let tree = Tree::new(&[("rust/a/src/lib.rs", ""), ("other.rs", "")]);
        let start: [&[&str]; 3] = [&["init", "-q"], &["add", "."], &["commit", "-qm", "first"]];
        assert!(matches!(told(&tree, &start, "rust"), History::Unknown(why) if why.contains("no commit of the last")));
        tree.write("rust/a/src/lib.rs", "fn a() {}");
        tree.write("rust/a/src/ü 1.rs", "");
        let History::Told(edits) = told(&tree, &[&["add", "."], &["commit", "-qm", "second"]], "rust") else {
            panic!("there is a commit")
        };
        assert_eq!((edits.whole, edits.commits.len()), (true, 1));
        assert_eq!(edits.commits[0], [tree.path("rust/a/src").to_str().unwrap()]);
    }

    #[test]
    fn why_nothing_is_known_is_told() {
        let why = |tree: &Tree, commands: &[&[&str]]| match told(tree, commands, "") {
            History::Unknown(why) => why,
            History::Told(edits) => panic!("{edits:?}"),
        };
        let tree = Tree::new(&[("a.rs", "")]);
        assert_eq!(why(&tree, &[]), "the workspace is not in a Git repository");
        assert_eq!(why(&tree, &[&["init", "-q"]]), "the repository has no commit");
        let commits: [&[&str]; 3] =
            [&["add", "."], &["commit", "-qm", "1"], &["commit", "-q", "--allow-empty", "-m", "2"]];
        assert!(matches!(told(&tree, &commits, ""), History::Told(_)));
        let source = format!("file://{}", tree.path("").display());
        let shallow = Tree::new(&[]);
        let clone = why(&shallow, &[&["clone", "-q", "--depth", "1", &source, "."]]);
        assert!(clone.starts_with("the clone is shallow"), "{clone}");
        let root = tree.path("");
        let without = Environment::default().with("PATH", "/nowhere");
        let options = RepositoryOptions { root: &root, environment: &without, cache_dir: None };
        assert_eq!(history(options), History::Unknown("`git` is not installed".to_owned()));
    }
}
