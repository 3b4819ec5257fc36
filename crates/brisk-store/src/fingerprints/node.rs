//! A unit of a snapshot with everything that could be concluded about it alone.

use std::collections::BTreeMap;

use brisk::model::{Mode, PackageSource, Platform, Target, TargetKind, UnitHash, Workspace};

use super::packages::Identity;
use super::record::UnitRecord;
use super::times::Interval;
use super::unit_name::{FileKind, Flavor};

/// Position of a unit in [`super::Snapshot::units`], and in everything parallel to it.
pub(super) type NodeIdx = usize;

/// One unit, identified. Runs parallel to [`super::Snapshot::units`].
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) hash: UnitHash,
    pub(super) dir: usize,
    pub(super) identity: Identity,
    pub(super) target: Target,
    pub(super) mode: Mode,
    pub(super) platform: Platform,
    pub(super) features: Vec<String>,
    /// Hash of the compiler's version; 0 if the fingerprint does not say.
    pub(super) rustc: u64,
    /// Whether it is of another workspace, as far as paths tell.
    pub(super) is_foreign: bool,
    pub(super) interval: Option<Interval>,
}

impl Node {
    /// Whether its package is a member of the workspace.
    pub(super) fn is_member(&self) -> bool {
        self.identity.package.source == PackageSource::Member
    }

    /// Whether others may depend on it by its name.
    pub(super) fn is_library(&self) -> bool {
        matches!(self.target.kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro)
    }

    /// What it is apart from its hash: rebuilt with other dependencies or flags it is the same again.
    pub(super) fn key(&self) -> (&str, &Target, Mode, usize) {
        (&self.identity.package.name, &self.target, self.mode, self.dir)
    }
}

/// Whether the units of a profile hash only check. Cargo hashes the mode with the profile, so all units of one hash agree.
pub(super) struct CheckProfiles(BTreeMap<u64, bool>);

impl CheckProfiles {
    /// Learns from the units whose last build succeeded.
    pub(super) fn of(records: &[UnitRecord]) -> Self {
        let finished = records.iter().filter(|record| record.fingerprint_hash.is_some());
        let learnt = finished.filter_map(|record| {
            let profile = record.fingerprint.as_ref()?.profile;
            (profile != 0).then(|| (profile, record.artifacts.only_metadata()))
        });
        Self(learnt.collect())
    }

    /// Metadata without object code tells of a check, unless the last build failed and left it behind.
    fn only_checks(&self, record: &UnitRecord) -> bool {
        let profile = record.fingerprint.as_ref().map_or(0, |fingerprint| fingerprint.profile);
        match (record.fingerprint_hash, self.0.get(&profile)) {
            (None, Some(only_checks)) => *only_checks,
            _ => record.artifacts.only_metadata(),
        }
    }
}

/// The mode: the name of the fingerprint tells tests, documentation and runs.
pub(super) fn mode_of(record: &UnitRecord, checks: &CheckProfiles) -> Mode {
    match (record.name.flavor, checks.only_checks(record)) {
        (Flavor::Run, _) => Mode::RunBuildScript,
        (Flavor::Doc, _) => Mode::Doc,
        (Flavor::Test, true) => Mode::CheckTest,
        (Flavor::Test, false) => Mode::Test,
        (Flavor::Plain, true) => Mode::Check,
        (Flavor::Plain, false) => Mode::Build,
    }
}

/// The target: the manifest knows what a library is, else its artifacts tell.
pub(super) fn target_of(record: &UnitRecord, identity: &Identity, workspace: &Workspace) -> Target {
    let kind = match record.name.kind {
        FileKind::Bin => TargetKind::Bin,
        FileKind::IntegrationTest => TargetKind::Test,
        FileKind::Example => TargetKind::Example,
        FileKind::Bench => TargetKind::Bench,
        FileKind::BuildScript => TargetKind::BuildScript,
        FileKind::Lib => declared_library(identity, workspace).unwrap_or_else(|| built_library(record)),
    };
    Target { kind, name: record.name.target.clone() }
}

/// A package has one library at most.
fn declared_library(identity: &Identity, workspace: &Workspace) -> Option<TargetKind> {
    let targets = &workspace.package(identity.idx?).targets;
    let mut kinds = targets.iter().map(|target| target.kind);
    kinds.find(|kind| matches!(kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro))
}

/// Without a manifest: a dynamic library alone is a proc macro, as a `cdylib` of a fetched package is never built.
fn built_library(record: &UnitRecord) -> TargetKind {
    let artifacts = &record.artifacts;
    match (artifacts.rlib, artifacts.dynamic_library, artifacts.static_library) {
        (false, true, false) => TargetKind::ProcMacro,
        (_, false, false) => TargetKind::Lib,
        _ => TargetKind::LinkedLib,
    }
}
