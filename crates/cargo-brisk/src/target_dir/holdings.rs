//! Whose the bytes are: how much would be free without a unit's files, or without an incremental session.
//!
//! A file with several names is only free when all of them are gone. What Cargo puts in place for the user (`debug/app`) is
//! a hard link to the unit's own file in `deps/`, and rustc links files between the sessions of a crate.

use std::collections::BTreeMap;
use std::path::PathBuf;

use brisk::model::UnitHash;
use brisk_store::fingerprints::Layout;

use super::walk::Entry;

/// Who holds files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holder {
    /// A unit of the profile with this directory.
    Unit {
        /// Absolute, without symbolic links.
        profile: PathBuf,
        /// How the profile is laid out: both layouts may stand in one directory, with units of the same hashes.
        layout: Layout,
        /// Its hash.
        hash: UnitHash,
    },
    /// An incremental session.
    Session {
        /// As in `Unit`.
        profile: PathBuf,
        /// Directory of the crate: `<name>-<hash>`.
        directory: String,
        /// `s-<time>-<random>`.
        session: String,
    },
}

/// Bytes by who holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    by_holder: BTreeMap<Holder, Held>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    bytes: u64,
    /// Names that were not met yet, and bytes, of files with several names; by device and inode.
    linked: BTreeMap<(u64, u64), (u64, u64)>,
}

impl Holdings {
    /// Notes that the entry, without what is in it, is the holder's.
    pub(super) fn note(&mut self, holder: &Holder, entry: &Entry) {
        if !self.by_holder.contains_key(holder) {
            self.by_holder.insert(holder.clone(), Held::default());
        }
        if let Some(held) = self.by_holder.get_mut(holder) {
            held.add(entry);
        }
    }

    /// Bytes that would be free without the files of the holder; `None` if it has none.
    pub(super) fn bytes(&self, holder: &Holder) -> Option<u64> {
        self.by_holder.get(holder).map(|held| held.bytes)
    }

    /// All holders with their bytes, sorted.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Holder, u64)> {
        self.by_holder.iter().map(|(holder, held)| (holder, held.bytes))
    }
}

impl Held {
    fn add(&mut self, entry: &Entry) {
        let bytes = entry.bytes_on_disk();
        let Some((file, n_names)) = entry.names() else {
            self.bytes = self.bytes.saturating_add(bytes);
            return;
        };
        let (left, _) = self.linked.entry(file).or_insert((n_names, bytes));
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.bytes = self.bytes.saturating_add(bytes);
        }
    }
}

/// The hash with which the name of a unit's file or directory ends, before its first dot: `libserde-<hash>.rlib`,
/// `app-<hash>`, `app-<hash>.app.<part>.rcgu.o`.
pub(super) fn hash_in(name: &str) -> Option<UnitHash> {
    let stem = name.split('.').next().unwrap_or_default();
    stem.rsplit_once('-')?.1.parse().ok()
}

/// `s-<time>-<random>` of the directory `s-<time>-<random>-<hash>` or the lock `s-<time>-<random>.lock` (module docs of
/// `rustc_incremental/src/persist/fs.rs`).
pub(super) fn session_in(name: &str) -> Option<String> {
    let stem = name.strip_suffix(".lock").unwrap_or(name);
    let mut parts = stem.strip_prefix("s-")?.split('-');
    Some(format!("s-{}-{}", parts.next()?, parts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_units_end_with_their_hash() {
        let hash = Some("00b07be5f55f0da9".parse().unwrap());
        for name in ["libserde_json-00b07be5f55f0da9.rlib", "app-00b07be5f55f0da9", "a-00b07be5f55f0da9.a.1f-cgu.0.o"] {
            assert_eq!(hash_in(name), hash, "{name}");
        }
        for name in ["libplugin.so", "serde-json", "00b07be5f55f0da9"] {
            assert_eq!(hash_in(name), None, "{name}");
        }
    }

    #[test]
    fn a_session_and_its_lock_have_one_name() {
        let expected = Some("s-hod2kzlvcu-1r4ufke".to_owned());
        assert_eq!(session_in("s-hod2kzlvcu-1r4ufke-3cwyznyuu4aesals6r568peh0"), expected);
        assert_eq!(session_in("s-hod2kzlvcu-1r4ufke-working"), expected);
        assert_eq!(session_in("s-hod2kzlvcu-1r4ufke.lock"), expected);
        assert_eq!(session_in("dep-graph.bin"), None);
    }
}
