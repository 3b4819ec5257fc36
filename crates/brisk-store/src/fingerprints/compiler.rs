//! Which compiler built a unit: the version that rustc writes into every `.rmeta`.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::listing;
use super::node::NodeIdx;
use super::survey::Survey;

/// Files of one compiler that are tried.
const TRIED: usize = 3;

/// What is read of one: the version stands within the first hundred bytes.
const READ: u64 = 256;

/// Parallel to the nodes: the version of the compiler. A run of a build script has that of the script.
pub(super) fn versions(survey: &Survey<'_>) -> Vec<Option<String>> {
    let mut by_hash: BTreeMap<u64, Vec<NodeIdx>> = BTreeMap::new();
    for (idx, node) in survey.nodes.iter().enumerate() {
        if node.rustc != 0 && survey.snapshot.units[idx].artifacts.metadata.is_some() {
            by_hash.entry(node.rustc).or_default().push(idx);
        }
    }
    let metadata = |idx: &NodeIdx| survey.snapshot.units[*idx].artifacts.metadata.as_deref();
    let read = |units: Vec<NodeIdx>| units.iter().filter_map(metadata).take(TRIED).find_map(version);
    let versions: BTreeMap<u64, String> =
        by_hash.into_iter().filter_map(|(hash, units)| Some((hash, read(units)?))).collect();
    let own = |idx: NodeIdx| versions.get(&survey.nodes[idx].rustc).cloned();
    let of_needed = |idx: NodeIdx| {
        let needed: BTreeSet<String> =
            survey.edges.dependencies[idx].iter().filter_map(|needed| own(*needed)).collect();
        needed.first().filter(|_| needed.len() == 1).cloned()
    };
    (0..survey.nodes.len()).map(|idx| if survey.nodes[idx].rustc == 0 { of_needed(idx) } else { own(idx) }).collect()
}

/// `1.95.0 (59807616e 2026-04-14)`.
fn version(metadata: &Utf8Path) -> Option<String> {
    version_in(&listing::read_start(metadata, READ).ok()?)
}

/// After a head (`METADATA_HEADER`: `rust`, three zeros and a number) and a position, the metadata has the words of
/// `rustc --version` (`rustc_version` in `rustc_metadata/src/rmeta/mod.rs`).
fn version_in(bytes: &[u8]) -> Option<String> {
    const BEFORE: &[u8] = b"rustc ";
    bytes.starts_with(b"rust\0\0\0").then_some(())?;
    let at = bytes.windows(BEFORE.len()).position(|window| window == BEFORE)? + BEFORE.len();
    let text: Vec<u8> = bytes[at..].iter().copied().take_while(|byte| (b' '..=b'~').contains(byte)).collect();
    let text = String::from_utf8(text).ok()?;
    let end = text.find(')').map(|end| end + 1).or_else(|| text.find(' ')).unwrap_or(text.len());
    let version = &text[..end];
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_compiler() {
        let told = |text: &str| {
            let bytes = [b"rust\0\0\0\x0a\x12\0\0\0\0\0\0\0".as_slice(), text.as_bytes(), &[0xff, 7]].concat();
            version_in(&bytes)
        };
        let expected = Some("1.95.0 (59807616e 2026-04-14)");
        assert_eq!(told("#rustc 1.95.0 (59807616e 2026-04-14)\u{c1}x").as_deref(), expected);
        assert_eq!(told("rustc 1.95.0 (59807616e 2026-04-14) (Distro 1.95)").as_deref(), expected);
        assert_eq!(told("nothing"), None);
        assert_eq!(version_in(b"!<arch>\nrustc 1.95.0"), None);
    }
}
