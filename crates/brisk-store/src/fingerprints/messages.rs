//! What the compiler said of the members' targets when it compiled them last.
//!
//! Cargo keeps rustc's messages of each unit beside its fingerprint (`output-<name>`, `message_cache_path` in its
//! `core/compiler/mod.rs`), to say them again when the unit is fresh. It removes the file before it starts rustc, and makes it
//! again with the first message: what is there is of the last attempt.
//!
//! Sources may have changed since. A message that points into a file which is newer than it is left out, and so is the
//! failure of a target if a file in which it failed, or its manifest, is newer.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{CompilerMessage, MessageLevel, MessageSource, Mode, TargetMessages, Workspace};
use camino::{Utf8Path, Utf8PathBuf};

use super::listing;
use super::node::NodeIdx;
use super::survey::Survey;
use super::times::Interval;
use crate::rustc_messages::{self, Said};

/// Files with more than this are passed over: thousands of warnings, which no one mends one by one.
const MOST_BYTES: u64 = 8 << 20;
/// And all together have no more than this, so that reading them never takes long.
const MOST_BYTES_IN_ALL: u64 = 32 << 20;

/// The messages of all targets of members among the units in `masks`, of each the newest unit's.
pub(super) fn messages(survey: &Survey<'_>, masks: &[&[bool]], workspace: &Workspace) -> Vec<TargetMessages> {
    let here = (0..survey.nodes.len()).filter(|idx| masks.iter().any(|mask| mask[*idx]));
    let mut newest: BTreeMap<_, Compiled> = BTreeMap::new();
    for compiled in here.filter_map(|idx| Compiled::of(survey, idx)) {
        let node = &survey.nodes[compiled.idx];
        let key = (&node.identity.package, &node.target, node.mode.is_test());
        let known = newest.entry(key).or_insert_with(|| compiled.clone());
        if compiled.at > known.at {
            *known = compiled;
        }
    }
    let mut reading = Reading { root: Utf8Path::new(&workspace.root), modified: BTreeMap::new(), n_bytes: 0 };
    newest.into_values().filter_map(|compiled| reading.read(survey, &compiled, workspace)).collect()
}

/// The last compilation of a unit, as far as its messages tell.
#[derive(Clone, Debug)]
struct Compiled {
    idx: NodeIdx,
    /// The file with its messages, if it has any.
    file: Option<(Utf8PathBuf, f64)>,
    /// When it was compiled, in seconds since the UNIX epoch.
    at: f64,
}

impl Compiled {
    /// `None` for what is not compiled, not of a member, or of unknown age.
    fn of(survey: &Survey<'_>, idx: NodeIdx) -> Option<Self> {
        let (node, record) = (&survey.nodes[idx], &survey.snapshot.units[idx]);
        let is_compiled = !matches!(node.mode, Mode::Doc | Mode::Doctest | Mode::RunBuildScript);
        if !is_compiled || !node.is_member() || node.is_foreign {
            return None;
        }
        let path = record.path.join(format!("output-{}", record.name));
        let file = listing::modified(&path).map(|modified| (path, modified));
        let end = node.interval.filter(|_| record.fingerprint_hash.is_some()).map(|Interval { end, .. }| end);
        let at = file.as_ref().map(|(_, modified)| *modified).into_iter().chain(end).reduce(f64::max)?;
        Some(Self { idx, file, at })
    }
}

struct Reading<'a> {
    root: &'a Utf8Path,
    /// When files that messages point to were modified.
    modified: BTreeMap<Utf8PathBuf, Option<f64>>,
    n_bytes: u64,
}

impl Reading<'_> {
    /// `None` if nothing was said that still holds.
    fn read(&mut self, survey: &Survey<'_>, compiled: &Compiled, workspace: &Workspace) -> Option<TargetMessages> {
        let (path, written) = compiled.file.as_ref()?;
        let (node, record) = (&survey.nodes[compiled.idx], &survey.snapshot.units[compiled.idx]);
        if self.n_bytes > MOST_BYTES_IN_ALL {
            return None;
        }
        let bytes = listing::read(path, MOST_BYTES).ok()?;
        self.n_bytes = self.n_bytes.saturating_add(bytes.len() as u64);
        let mut messages = said_in(&bytes);
        let manifest = node.identity.idx.and_then(|idx| workspace.package(idx).manifest_path.clone());
        let is_unfinished = record.fingerprint_hash.is_none();
        let failed = is_unfinished && self.has_failed(&messages, manifest.map(Utf8PathBuf::from), *written);
        messages.retain(|message| {
            (failed || message.level == MessageLevel::Warning) && !self.is_outdated(message, *written)
        });
        (!messages.is_empty()).then(|| TargetMessages {
            package: node.identity.package.clone(),
            target: node.target.clone(),
            mode: node.mode,
            source: MessageSource::LastBuild,
            failed,
            messages,
        })
    }

    /// Whether there are errors, and nothing speaks for their having been mended.
    fn has_failed(&mut self, messages: &[CompilerMessage], manifest: Option<Utf8PathBuf>, written: f64) -> bool {
        let mut errors = messages.iter().filter(|message| message.level == MessageLevel::Error).peekable();
        let is_newer = |modified: Option<f64>| modified.is_some_and(|modified| modified > written);
        errors.peek().is_some()
            && !is_newer(manifest.and_then(|path| self.modified_at(path)))
            && !errors.any(|message| self.is_outdated(message, written))
    }

    /// Whether the file that it points to is newer, or gone.
    fn is_outdated(&mut self, message: &CompilerMessage, written: f64) -> bool {
        let Some(place) = &message.place else { return false };
        let path = self.root.join(&place.file);
        self.modified_at(path).is_none_or(|modified| modified > written)
    }

    fn modified_at(&mut self, path: Utf8PathBuf) -> Option<f64> {
        *self.modified.entry(path).or_insert_with_key(listing::modified)
    }
}

/// Warnings and errors, none of them twice.
fn said_in(bytes: &[u8]) -> Vec<CompilerMessage> {
    let text = String::from_utf8_lossy(bytes);
    let messages = text.lines().filter_map(|line| match rustc_messages::read(line)? {
        Said::Message(message) => Some(message),
        Said::UnusedCrate(_) => None,
    });
    let mut seen = BTreeSet::new();
    messages.filter(|message| seen.insert(message.clone())).collect()
}
