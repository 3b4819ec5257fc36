//! What the cases of the disk's detectors share.

use brisk::analysis::Analysis;
use brisk::model::{
    Build, DiskEntry, DiskKind, DiskUsage, GitTarget, LeftSession, LeftUnit, Leftovers, PackageRef, PackageSource,
    SessionOf, Source, StoredProfile, Surroundings, Tracked, Unneeded, Workspace,
};

pub(super) const MIB: u64 = 1 << 20;

/// A workspace of which nothing was built, with this around it: disk and git are told without units.
pub(crate) fn around(surroundings: Surroundings) -> Analysis {
    let build = Build::empty(Source::Fingerprints);
    Analysis::of(Workspace::of_build("/ws", &build), build, surroundings, Vec::new())
}

/// A target directory with these parts.
pub(super) fn disk(entries: Vec<DiskEntry>) -> DiskUsage {
    let bytes = entries.iter().map(|entry| entry.bytes).sum();
    DiskUsage { path: "/ws/target".to_owned(), bytes, files: 10, entries }
}

/// A part with parts.
pub(super) fn entry(path: &str, kind: DiskKind, children: Vec<DiskEntry>) -> DiskEntry {
    let bytes = children.iter().map(|entry| entry.bytes).sum();
    DiskEntry { path: path.to_owned(), kind, bytes, files: 5, children }
}

/// A part without parts.
pub(super) fn leaf(path: &str, kind: DiskKind, mib: u64) -> DiskEntry {
    DiskEntry { path: path.to_owned(), kind, bytes: mib * MIB, files: 5, children: Vec::new() }
}

/// One unit in `debug` that is not needed, among two, and nothing else.
pub(super) fn one_unit(why: Unneeded, mib: u64) -> Surroundings {
    let package = PackageRef { name: "a".to_owned(), version: None, source: PackageSource::Member };
    let hash = "00b07be5f55f0da9".parse().expect("a hash");
    let unit = LeftUnit { profile: "debug".to_owned(), hash, package, why, bytes: Some(mib * MIB) };
    let profiles = vec![StoredProfile { profile: "debug".to_owned(), n_units: 2 }];
    with(Leftovers { units: vec![unit], profiles, ..Leftovers::default() })
}

/// One incremental session, and nothing else.
pub(super) fn one_session(of: SessionOf, mib: u64) -> Surroundings {
    let (profile, crate_name, path) = ("debug".to_owned(), "a".to_owned(), "incremental/a-1/s-1-1".to_owned());
    let session = LeftSession { profile, crate_name, path, of, bytes: mib * MIB };
    with(Leftovers { sessions: vec![session], ..Leftovers::default() })
}

fn with(leftovers: Leftovers) -> Surroundings {
    let disk =
        disk(vec![entry("debug", DiskKind::Profile, vec![leaf("debug/incremental", DiskKind::Incremental, 1024)])]);
    Surroundings { leftovers: Some(leftovers), ..Surroundings::of_disk(Some(disk)) }
}

/// A target directory in a repository.
pub(crate) fn git(unignored: bool, n_tracked: u64) -> Surroundings {
    let examples = (n_tracked > 0).then(|| "target/debug/app".to_owned()).into_iter().collect();
    let tracked = Tracked { files: n_tracked, bytes: (n_tracked > 0).then_some(2 * MIB), examples };
    let git_target = Some(GitTarget { path: "target".to_owned(), unignored, tracked });
    Surroundings { git_target, ..Surroundings::default() }
}
