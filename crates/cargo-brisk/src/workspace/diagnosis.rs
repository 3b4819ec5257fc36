//! Why Cargo could not describe the workspace: its own words turned into a cause and a cure.
//!
//! Each recogniser knows one kind of failure by the words of Cargo 1.95 and rustup 1.28 (and of some older ones, where
//! these differ). A failure that nobody recognises is told in Cargo's words, shortened.

use std::path::{Path, PathBuf};

use brisk::model::{Fault, FaultKind, Problem};
use brisk_store::merge_conflict::first_marker;

use super::faults::{self, FaultOf};
use super::lockfile;
use super::metadata::{Call, Failure, is_not_downloaded};
use super::resolution;
use super::settings::Settings;
use super::toolchain;

/// What a failure is looked at with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances<'a> {
    /// How Cargo was called.
    pub(super) call: &'a Call,
    /// Directory of the root manifest.
    pub(super) root_dir: &'a Path,
    /// What is configured.
    pub(super) settings: &'a Settings,
}

/// The effect of every failure.
pub(super) const EFFECT: &str = "the workspace is read from its manifests and `Cargo.lock` instead: features and \
                                 packages that only Cargo can work out may be missing";

/// What happened, where nothing is known but that.
pub(super) const UNKNOWN: &str = "`cargo metadata` failed";

/// Lines of a message that are told beside its head.
const DETAILS: usize = 8;

/// A cause: what and why of a [`Problem`].
pub(super) type Cause = (String, String);

/// Tells a failure as a problem.
pub(super) fn diagnose(failure: &Failure, circumstances: Circumstances<'_>) -> Problem {
    let ((what, why), fault) = match failure {
        Failure::NotStarted(error) => {
            let fault = faults::fault(FaultKind::Toolchain, "cargo", Vec::new(), None);
            (not_started(&circumstances.call.cargo, error), Some(fault))
        }
        Failure::Unreadable(error) => {
            let why = format!("{error}; the Cargo in use may be much older or newer than this Brisk");
            (("the answer of `cargo metadata` could not be understood".to_owned(), why), None)
        }
        Failure::Failed(message) => recognise(&Message::new(message), circumstances),
    };
    Problem::new(what, why, EFFECT).with_fault(fault)
}

fn not_started(cargo: &Path, error: &std::io::Error) -> Cause {
    if error.kind() == std::io::ErrorKind::NotFound {
        let why = "it is not on the PATH; install Rust with `rustup`, or set the variable `CARGO` to where Cargo is";
        return (format!("Cargo itself was not found: `{}`", cargo.display()), why.to_owned());
    }
    (format!("Cargo could not be started: `{}`", cargo.display()), error.to_string())
}

/// What Cargo printed.
pub(super) struct Message<'a> {
    text: &'a str,
}

impl<'a> Message<'a> {
    fn new(text: &'a str) -> Self {
        // rustup adds a backtrace when one is asked for.
        Self { text: text.split("\nStack backtrace:").next().unwrap_or(text).trim() }
    }

    /// Whether it has these words.
    pub(super) fn has(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// What stands in quotes after these words.
    pub(super) fn quoted_after(&self, words: &str) -> Option<&'a str> {
        let rest = &self.text[self.text.find(words)? + words.len()..];
        let quote = rest.find(['`', '\''])?;
        let rest = &rest[quote..];
        let close = rest[1..].find(&rest[..1])?;
        Some(&rest[1..=close])
    }

    /// The number after these words.
    pub(super) fn number_after(&self, words: &str) -> Option<u32> {
        let rest = &self.text[self.text.find(words)? + words.len()..];
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }

    /// `--> a/Cargo.toml:7:5`: file and line.
    pub(super) fn location(&self) -> Option<(&'a str, u32)> {
        let place = self.text.split("--> ").nth(1)?.lines().next()?;
        let mut parts = place.rsplitn(3, ':');
        let line = parts.nth(1)?.trim().parse().ok()?;
        Some((parts.next()?, line))
    }

    /// The rest of the line that begins with this word.
    pub(super) fn line_after(&self, word: &str) -> Option<&'a str> {
        self.text.lines().find_map(|line| line.trim().strip_prefix(word)).map(str::trim)
    }

    /// The first sentence, without `error:`.
    pub(super) fn head(&self) -> &'a str {
        let line = self.text.lines().find(|line| line.starts_with("error")).or_else(|| self.text.lines().next());
        line.unwrap_or_default().trim_start_matches("error: ").trim_end_matches(':').trim()
    }

    /// The innermost cause: what follows the last `Caused by:`, without the picture of the source line.
    fn innermost(&self) -> Option<String> {
        let (_, last) = self.text.rsplit_once("Caused by:")?;
        let is_aside =
            |line: &str| line.contains('|') || line.starts_with("TOML parse error at") || line.starts_with("See http");
        let lines = last.lines().map(str::trim).filter(|line| !line.is_empty() && !is_aside(line));
        Some(lines.take(2).collect::<Vec<_>>().join(", ").trim_end_matches(['.', '?']).to_owned())
    }

    /// Whether Cargo itself says that something is wrong.
    pub(super) fn is_error(&self) -> bool {
        self.text.lines().any(|line| line.starts_with("error"))
    }

    /// The first lines below the head, without its causes and what Cargo says every time.
    pub(super) fn details(&self) -> Vec<String> {
        let is_aside = |line: &str| {
            line.is_empty() || line.starts_with("As a reminder,") || line.ends_with("which could resolve this conflict")
        };
        let lines = self.text.lines().skip_while(|line| !line.starts_with("error")).skip(1).map(str::trim);
        let own = lines.take_while(|line| *line != "Caused by:").filter(|line| !is_aside(line));
        own.take(DETAILS).map(|line| line.trim_start_matches("- ").trim_end_matches('.').to_owned()).collect()
    }

    /// What is listed: the lines that begin with a dash.
    pub(super) fn listed(&self) -> impl Iterator<Item = &'a str> {
        self.text.lines().filter_map(|line| line.strip_prefix("- "))
    }

    /// Head and innermost cause, or what else there is.
    fn short(&self) -> String {
        match self.innermost() {
            Some(cause) if !cause.is_empty() => format!("{}: {cause}", self.head()),
            _ => std::iter::once(self.head().to_owned()).chain(self.details()).collect::<Vec<_>>().join("; "),
        }
    }
}

type Recogniser = fn(&Message<'_>, Circumstances<'_>) -> Option<Cause>;

/// The most telling words first: a message often holds the words of several.
const RECOGNISERS: [(Recogniser, FaultOf); 12] = [
    (toolchain::recognise, faults::toolchain),
    (program_missing, faults::compiler),
    (lockfile_too_new, faults::lockfile),
    (lockfile_broken, faults::lockfile),
    (resolution::recognise, resolution::at_fault),
    (lockfile_would_change, faults::none),
    (configuration_broken, faults::configuration),
    (newer_cargo_needed, faults::manifest),
    (manifest_missing, faults::missing_manifest),
    (manifest_broken, faults::manifest),
    (not_a_member, faults::not_a_member),
    (not_downloaded, faults::none),
];

fn recognise(message: &Message<'_>, circumstances: Circumstances<'_>) -> (Cause, Option<Fault>) {
    let known = RECOGNISERS.iter().find_map(|(recogniser, fault_of)| {
        let cause = recogniser(message, circumstances)?;
        Some((cause, fault_of(message, circumstances)))
    });
    known.unwrap_or_else(|| ((UNKNOWN.to_owned(), message.short()), resolution::unknown(message)))
}

fn program_missing(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    let command = message.quoted_after("could not execute process")?;
    let name = command.split(' ').next()?;
    let configured = circumstances.settings.rustc.as_ref().filter(|program| program.path == Path::new(name));
    let origin = configured.map(|program| format!("{} names it; ", program.origin)).unwrap_or_default();
    let cause = message.innermost().unwrap_or_default();
    let state = if cause.contains("os error 2") { "is not installed" } else { "cannot be run" };
    let why = format!("{origin}{cause}; install it, or take it out of the configuration");
    Some((format!("the compiler `{name}` {state}"), why))
}

fn lockfile_too_new(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    let is_new = message.has("lock file version") && (message.has("does not understand") || message.has("requires"));
    is_new.then(|| {
        let why = format!("{}; update Cargo (`rustup update`)", message.innermost().unwrap_or_default());
        ("the lockfile was written by a newer Cargo than the one in use".to_owned(), why)
    })
}

/// What is wrong with the file is told by the file itself, in more words than Cargo has.
fn lockfile_broken(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    let is_read = message.has("failed to parse lock file at") || message.has("failed to read");
    if is_read && message.has("Cargo.lock") {
        let (_, problem) = lockfile::read(&circumstances.root_dir.join("Cargo.lock"));
        if let Some(Problem { what, why, .. }) = problem {
            return Some((what, why));
        }
    }
    let words = "failed to parse lock file at: ";
    let path = message.text.split(words).nth(1)?.lines().next()?;
    let line = message.number_after("TOML parse error at line ");
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let cause = message.innermost().unwrap_or_default();
    let why = format!(
        "{place}{cause}; restore it (`git checkout -- Cargo.lock`), or let `cargo generate-lockfile` write a new one"
    );
    Some((format!("the lockfile `{path}` cannot be parsed"), why))
}

fn lockfile_would_change(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    let path = circumstances.root_dir.join("Cargo.lock");
    // Without the index of the registry, Cargo does not get as far as to say that the lockfile would change.
    let lacks =
        |name| std::fs::read_to_string(&path).map_or(true, |lock| !lock.contains(&format!("name = \"{name}\"")));
    // Where it knows similar names, it says them in between.
    let unlocked = message.quoted_after("no matching package").is_some_and(lacks);
    if !message.has("--locked was passed") && !unlocked {
        return None;
    }
    Some(if path.exists() {
        (
            "the lockfile `Cargo.lock` is out of date: the manifests ask for something that it does not have"
                .to_owned(),
            "Brisk did not change it; `cargo update --workspace` does, or any build without `--locked`".to_owned(),
        )
    } else {
        (
            format!("there is no lockfile `{}`", path.display()),
            "Brisk does not create it; `cargo generate-lockfile` does".to_owned(),
        )
    })
}

fn configuration_broken(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    let is_configuration = message.has("could not load Cargo configuration")
        || message.has("invalid configuration for key")
        || message.has("failed to load config include");
    is_configuration.then(|| {
        let file = message.quoted_after("could not parse TOML configuration in");
        let line = message.number_after("TOML parse error at line ");
        let what = match (file, line) {
            (Some(file), Some(line)) => format!("the Cargo configuration `{file}` is broken at line {line}"),
            (Some(file), None) => format!("the Cargo configuration `{file}` is broken"),
            (None, _) => "the Cargo configuration is broken".to_owned(),
        };
        let second_line = message.text.lines().nth(1).filter(|line| !line.trim().is_empty());
        let told = message.innermost().or_else(|| second_line.map(|line| format!("{}, {line}", message.head())));
        (what, format!("{}; mend the file: no Cargo command works until then", told.unwrap_or_else(|| message.short())))
    })
}

fn newer_cargo_needed(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    const WORDS: [&str; 6] = [
        "this version of Cargo is older than the",
        "requires a nightly version of Cargo",
        "unknown Cargo.toml feature",
        "is not stabilized in this version of Cargo",
        "perhaps a newer version of Cargo",
        "consider trying a newer version of Cargo",
    ];
    if !WORDS.iter().any(|words| message.has(words)) {
        return None;
    }
    let manifest = message.quoted_after("failed to parse manifest at").unwrap_or("a manifest");
    let cure = if message.has("nightly version of Cargo") {
        "use a nightly toolchain (`cargo +nightly brisk`)"
    } else {
        "update Cargo (`rustup update`), or use a newer toolchain"
    };
    let cause = message.innermost().unwrap_or_else(|| message.head().to_owned());
    Some((format!("`{manifest}` needs another Cargo than the one in use"), format!("{cause}; {cure}")))
}

fn manifest_missing(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    if !message.has("No such file or directory") && !message.has("cannot find the path") {
        return None;
    }
    let path = PathBuf::from(message.quoted_after("failed to read")?);
    let dependency = message.quoted_after("failed to load manifest for dependency");
    let from_source = message.quoted_after("failed to load source for dependency");
    let what = match dependency.or(from_source) {
        Some(name) => format!("the path dependency `{name}` is missing: there is no `{}`", path.display()),
        None => format!("a workspace member is missing: there is no `{}`", path.display()),
    };
    let why = match submodule_of(&path, circumstances.root_dir) {
        Some(submodule) => {
            format!("`{submodule}` is a git submodule that is not checked out; `git submodule update --init` does that")
        }
        None => {
            "the directory was moved, removed, or never checked out; restore it, or correct the path in the manifest"
                .to_owned()
        }
    };
    Some((what, why))
}

/// The submodule that holds the path, by the `.gitmodules` of the repository that the workspace is in.
fn submodule_of(path: &Path, root_dir: &Path) -> Option<String> {
    let repository = root_dir.ancestors().find(|dir| dir.join(".gitmodules").is_file())?;
    let listed = std::fs::read_to_string(repository.join(".gitmodules")).ok()?;
    let submodules = listed.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    let mut submodules = submodules.map(|submodule| submodule.trim().trim_matches('"'));
    submodules.find(|submodule| path.starts_with(repository.join(submodule))).map(str::to_owned)
}

fn manifest_broken(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    let place = message.location().filter(|(file, _)| file.ends_with("Cargo.toml"));
    let named = place.map(|(file, _)| file).or_else(|| message.quoted_after("failed to parse manifest at"));
    let conflict = named.and_then(|file| merge_conflict(file, &circumstances.call.cwd));
    if conflict.is_some() {
        return conflict;
    }
    if let Some((file, line)) = place {
        return Some((format!("the manifest `{file}` is broken at line {line}"), message.head().to_owned()));
    }
    let file = message.quoted_after("failed to parse manifest at")?;
    let place = match message.number_after("TOML parse error at line ") {
        Some(line) => format!(" at line {line}"),
        None => String::new(),
    };
    let cause = message.innermost().unwrap_or_else(|| message.head().to_owned());
    Some((format!("the manifest `{file}` is broken{place}"), cause))
}

/// The cause if a merge left both sides in the manifest.
fn merge_conflict(file: &str, cwd: &Path) -> Option<Cause> {
    let text = std::fs::read_to_string(cwd.join(file)).ok()?;
    text.parse::<toml::Table>().err()?;
    let line = first_marker(&text)?;
    let why = "no Cargo command works before it is resolved; `git status` lists all files with conflicts";
    Some((format!("the manifest `{file}` has a merge conflict at line {line}"), why.to_owned()))
}

fn not_a_member(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    let line = |name: &str| message.line_after(name);
    if !message.has("believes it's in a workspace when it's not") {
        return None;
    }
    let why = "add it to `workspace.members` or to `workspace.exclude` there, or give it an empty `[workspace]` table";
    let what =
        format!("`{}` is below the workspace `{}` but not a member of it", line("current:")?, line("workspace:")?);
    Some((what, why.to_owned()))
}

fn not_downloaded(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    let is_offline = is_not_downloaded(message.text) || message.has("offline mode (--offline)");
    if !is_offline {
        return None;
    }
    let missing = message
        .quoted_after("failed to download")
        .or_else(|| message.quoted_after("no matching package"))
        .or_else(|| message.quoted_after("failed to load source for dependency"))
        .or_else(|| message.quoted_after("for the requirement")?.split(' ').next());
    let what = match missing {
        Some(package) => format!("the sources of `{package}` are not on this machine"),
        None => "the sources of some packages are not on this machine".to_owned(),
    };
    Some((what, "Brisk uses no network; `cargo fetch` downloads what `Cargo.lock` names".to_owned()))
}
