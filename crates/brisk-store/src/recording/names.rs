//! Which unit on disk an event is about.

use std::collections::BTreeMap;

use brisk::model::{Mode, TargetKind, Unit, UnitHash};
use camino::Utf8Path;

use super::join::mode_of;
use super::units::Call;
use crate::fingerprints::{FileKind, Flavor, Snapshot, UnitName, UnitRecord};

/// The records of a snapshot by hash and name: documentation shares its hash with other units of the package.
pub(super) type Records<'a> = BTreeMap<(UnitHash, UnitName), &'a UnitRecord>;

/// The records of `snapshot`.
pub(super) fn by_name(snapshot: &Snapshot) -> Records<'_> {
    snapshot.units.iter().map(|record| ((record.hash, record.name.clone()), record)).collect()
}

/// What Cargo calls the fingerprint of `unit`.
pub(super) fn name_of(unit: &Unit) -> UnitName {
    let flavor = match unit.mode {
        Mode::RunBuildScript => Flavor::Run,
        Mode::Doc | Mode::Doctest => Flavor::Doc,
        Mode::Test | Mode::CheckTest => Flavor::Test,
        Mode::Build | Mode::Check => Flavor::Plain,
    };
    let kind = match unit.target.kind {
        TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro => FileKind::Lib,
        TargetKind::Bin => FileKind::Bin,
        TargetKind::Example => FileKind::Example,
        TargetKind::Test => FileKind::IntegrationTest,
        TargetKind::Bench => FileKind::Bench,
        TargetKind::BuildScript => FileKind::BuildScript,
    };
    UnitName { flavor, kind, target: unit.target.name.clone() }
}

/// Whether `unit` is what `call` compiled: by its hash, and without one by package, crate and mode.
pub(super) fn is_of(unit: &Unit, call: &Call) -> bool {
    match (unit.mode, call.start.hash) {
        (Mode::Doc | Mode::Doctest | Mode::RunBuildScript, _) => false,
        (_, Some(hash)) => unit.hash == Some(hash.0),
        (mode, None) => {
            Some(&unit.package.name) == call.start.package.as_ref()
                && unit.target.name.replace('-', "_") == call.start.krate
                && mode == mode_of(&call.start)
        }
    }
}

/// The hash of the unit that `call` compiled, if `snapshot` has it.
pub(super) fn hash_of(snapshot: &Snapshot, call: &Call) -> Option<UnitHash> {
    let is_it = |record: &&UnitRecord| match call.start.hash {
        Some(hash) => record.hash == hash.0,
        None => {
            let in_same_profile = || {
                let profile = &snapshot.dirs[record.dir].path;
                Utf8Path::new(&call.start.out_dir).starts_with(profile)
            };
            Some(&record.package) == call.start.package.as_ref()
                && record.name.crate_name() == call.start.krate
                && (record.name.flavor == Flavor::Test) == call.start.test
                && in_same_profile()
        }
    };
    let newest = |a: &&UnitRecord, b: &&UnitRecord| {
        let ended = |record: &UnitRecord| record.ended_at.unwrap_or(f64::NEG_INFINITY);
        ended(a).total_cmp(&ended(b))
    };
    snapshot.units.iter().filter(is_it).max_by(newest).map(|record| record.hash)
}
