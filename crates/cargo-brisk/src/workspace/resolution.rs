//! Failures of Cargo to work out which packages there are: what the manifests ask for cannot be had, whatever is
//! downloaded.
//!
//! The words are those of `core/resolver/errors.rs`, `core/resolver/mod.rs` and `core/workspace.rs` of Cargo.

use std::path::Path;

use brisk::model::{Fault, FaultKind, FilePlace};

use super::diagnosis::{Cause, Circumstances, Message};
use super::faults::{fault, relative};

/// Asked for by a requirement that nothing meets.
const UNMET: &str = "failed to select a version for the requirement";
/// The same package in several versions or with features that do not go together.
const CONFLICT: &str = "failed to select a version for `";
const CYCLE: &str = "cyclic package dependency";
const TWO: &str = "two packages named";
const NO_MEMBERS: &str = "the workspace has no members";
const NO_PACKAGE: &str = "no matching package";
/// What Cargo says of a version that the lockfile names: it exists, and the index of this machine is older.
const LOCKED: &str = "(locked to ";

/// The requirements, names and cycles that no download mends.
pub(super) fn recognise(message: &Message<'_>, _: Circumstances<'_>) -> Option<Cause> {
    let is_known = [CONFLICT, CYCLE, TWO, NO_MEMBERS].iter().any(|words| message.has(words));
    if !is_known && !is_unmet(message) && !is_named_otherwise(message) {
        return None;
    }
    let what = message.head().trim_end_matches('.').trim_end_matches(". Cycle");
    Some((what.to_owned(), why(message)))
}

/// Whether no version that the index of this machine knows meets a requirement. Not so if the lockfile names one: that was
/// there when the lockfile was written.
fn is_unmet(message: &Message<'_>) -> bool {
    message.has(UNMET) && !message.has(LOCKED)
}

/// Whether the directory of a path dependency has a package of another name.
fn is_named_otherwise(message: &Message<'_>) -> bool {
    let searched = message.line_after("location searched:");
    message.has(NO_PACKAGE) && searched.is_some_and(|place| Path::new(place).is_absolute())
}

fn why(message: &Message<'_>) -> String {
    let mut parts = message.details();
    if is_unmet(message) {
        parts.push("correct the requirement; if such a version is new, `cargo update` looks for it".to_owned());
    } else if message.has(NO_MEMBERS) {
        parts.push("list packages in `workspace.members`".to_owned());
    }
    parts.join("; ")
}

/// What the manifests ask for, and where.
pub(super) fn at_fault(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let root_dir = circumstances.root_dir;
    let asking = message.quoted_after("required by package");
    let (subject, places) = if message.has(TWO) {
        (message.quoted_after(TWO), message.listed().map(|file| whole(Path::new(file), root_dir)).collect())
    } else if message.has(CYCLE) {
        (message.quoted_after("dependency: package"), Vec::new())
    } else if message.has(NO_MEMBERS) {
        (None, vec![whole(&root_dir.join("Cargo.toml"), root_dir)])
    } else {
        (asking, asking.and_then(|asking| declaring(message, asking, root_dir)).into_iter().collect())
    };
    let subject = subject.and_then(|package| package.split(' ').next()).unwrap_or("Cargo.toml");
    Some(fault(FaultKind::Workspace, subject, places, None))
}

fn whole(file: &Path, root_dir: &Path) -> FilePlace {
    FilePlace { file: relative(file, root_dir), line: None }
}

/// The line of the manifest of `b v0.1.0 (/ws/b)` that declares the package it asks for.
fn declaring(message: &Message<'_>, asking: &str, root_dir: &Path) -> Option<FilePlace> {
    let (_, dir) = asking.split_once('(')?;
    let words = [UNMET, NO_PACKAGE, "failed to select a version for"];
    let wanted = words.iter().find_map(|words| message.quoted_after(words))?.split(' ').next()?;
    let manifest = Path::new(dir.trim_end_matches(')')).join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).ok()?;
    let line = text.lines().zip(1..).find(|(line, _)| declares(line, wanted)).map(|(_, line)| line);
    Some(FilePlace { file: relative(&manifest, root_dir), line })
}

/// `far = "1"`, `far.workspace = true`, `[dependencies.far]`, or `near = { package = "far" }`.
fn declares(line: &str, package: &str) -> bool {
    let line: String = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
    let after = line.strip_prefix(package);
    after.is_some_and(|rest| rest.starts_with(['=', '.']))
        || line.starts_with('[') && line.contains(&format!("dependencies.{package}]"))
        || [',', '}'].iter().any(|end| line.contains(&format!("package={package}{end}")))
}

/// What Cargo said, where nobody knows it: only that no command works.
pub(super) fn unknown(message: &Message<'_>) -> Option<Fault> {
    message.is_error().then(|| fault(FaultKind::Workspace, "workspace", Vec::new(), None))
}
