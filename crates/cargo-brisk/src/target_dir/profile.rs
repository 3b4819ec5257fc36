//! The parts of a profile's directory, and whose they are.

use brisk::model::{DiskKind, UnitHash};
use brisk_store::fingerprints::Layout;

use super::holdings::{Holder, hash_in, session_in};
use super::layout::{is_unit, profile_part, unit_kind};
use super::parts::Parts;
use super::walk::{Entry, EntryKind, Size, Walker};

/// The profile's directory, and its path as it is told.
struct Profile<'a> {
    entry: &'a Entry,
    path: &'a str,
}

impl Profile<'_> {
    fn unit(&self, layout: Layout, hash: UnitHash) -> Holder {
        Holder::Unit { profile: self.entry.path.clone(), layout, hash }
    }
}

/// Adds the parts of the profile's directory `entry`, which is told as `path`.
pub(super) fn profile_parts(walker: &mut Walker<'_>, entry: &Entry, path: &str, parts: &mut Parts) {
    let profile = Profile { entry, path };
    parts.add(DiskKind::Artifacts, &format!("{path}/*"), walker.own(entry));
    for entry in walker.entries(&profile.entry.path) {
        if entry.kind == EntryKind::File {
            parts.add(DiskKind::Artifacts, &format!("{path}/*"), walker.own(&entry));
            continue;
        }
        let kind = profile_part(&entry.name);
        let size = match kind {
            DiskKind::BuildScripts => {
                build_parts(walker, &entry, &profile, parts);
                continue;
            }
            DiskKind::Deps | DiskKind::Examples | DiskKind::Fingerprints => units(walker, &entry, &profile),
            DiskKind::Incremental => sessions(walker, &entry, &profile),
            _ => walker.total(&entry),
        };
        parts.add(kind, &format!("{path}/{}", entry.name), size);
    }
}

/// `deps/`, `examples/` and `.fingerprint/`: files and directories whose names end with the hash of their unit.
fn units(walker: &mut Walker<'_>, directory: &Entry, profile: &Profile<'_>) -> Size {
    let mut size = walker.own(directory);
    for entry in walker.entries(&directory.path) {
        size += match hash_in(&entry.name) {
            Some(hash) => walker.total_of(&entry, Some(&profile.unit(Layout::V1, hash))),
            None => walker.total(&entry),
        };
    }
    size
}

/// `incremental/`: a directory for each crate, with its sessions.
fn sessions(walker: &mut Walker<'_>, directory: &Entry, profile: &Profile<'_>) -> Size {
    let mut size = walker.own(directory);
    for of_crate in walker.entries(&directory.path) {
        size += walker.own(&of_crate);
        if of_crate.kind == EntryKind::File {
            continue;
        }
        for entry in walker.entries(&of_crate.path) {
            let holder = |session| Holder::Session {
                profile: profile.entry.path.clone(),
                directory: of_crate.name.clone(),
                session,
            };
            size += match session_in(&entry.name) {
                Some(session) => walker.total_of(&entry, Some(&holder(session))),
                None => walker.total(&entry),
            };
        }
    }
    size
}

/// `build/`: packages with a hash in the older layout, packages with a directory per unit in the newer.
fn build_parts(walker: &mut Walker<'_>, build: &Entry, profile: &Profile<'_>, parts: &mut Parts) {
    let build_scripts = format!("{}/build", profile.path);
    parts.add(DiskKind::BuildScripts, &build_scripts, walker.own(build));
    for package in walker.entries(&build.path) {
        let holder = hash_in(&package.name).map(|hash| profile.unit(Layout::V1, hash));
        parts.add(DiskKind::BuildScripts, &build_scripts, walker.own_of(&package, holder.as_ref()));
        if package.kind == EntryKind::File {
            continue;
        }
        for entry in walker.entries(&package.path) {
            if entry.kind == EntryKind::Directory && is_unit(&entry.name) {
                unit_parts(walker, &entry, profile, parts);
            } else {
                let total = walker.total_of(&entry, holder.as_ref());
                parts.add(DiskKind::BuildScripts, &build_scripts, total);
            }
        }
    }
}

/// A unit's directory in the newer layout.
fn unit_parts(walker: &mut Walker<'_>, unit: &Entry, profile: &Profile<'_>, parts: &mut Parts) {
    let path = profile.path;
    let kind = unit_kind(&unit.path);
    let place = |kind| match kind {
        DiskKind::BuildScripts => format!("{path}/build"),
        DiskKind::Examples => format!("{path}/examples"),
        _ => format!("{path}/build/*/*/out"),
    };
    let holder = unit.name.parse().ok().map(|hash| profile.unit(Layout::V2, hash));
    parts.add(kind, &place(kind), walker.own_of(unit, holder.as_ref()));
    for entry in walker.entries(&unit.path) {
        let total = walker.total_of(&entry, holder.as_ref());
        if entry.name == "fingerprint" {
            parts.add(DiskKind::Fingerprints, &format!("{path}/build/*/*/fingerprint"), total);
        } else {
            parts.add(kind, &place(kind), total);
        }
    }
}
