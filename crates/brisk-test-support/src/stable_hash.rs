//! Hashes that are the same in every run and on every machine, for fake unit hashes and fingerprints.

use brisk::model::UnitHash;

/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923): short, and good enough to tell a few thousand units apart.
pub(crate) fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A unit hash made of `text`.
pub(crate) fn unit_hash(text: &str) -> UnitHash {
    format!("{:016x}", stable_hash(text)).parse().expect("16 hexadecimal digits")
}
