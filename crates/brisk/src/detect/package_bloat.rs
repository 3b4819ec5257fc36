//! `package-bloat`: what `cargo package` left.

use super::disk::{entries, severity, sum};
use super::words::bytes;
use super::{Basis, Cost, Detector, Effort, Evidence, Finding, Gain, Group, Risk, Threshold};
use crate::model::{DiskEntry, DiskKind, DiskUsage};

pub(super) const DETECTOR: Detector = Detector {
    id: "package-bloat",
    group: Group::Disk,
    claim: "packages that were unpacked to be verified are still there",
    measures: "the bytes of the directories in `target/package`, and apart from them those of the `.crate` files beside them",
    why: "each `cargo package` and `cargo publish` unpacks what it packed to `target/package/<name>-<version>` and builds it \
          there. Cargo removes that directory only when it packs the same version again, so each version that was ever \
          published stays; and before 1.91 each has a `target` of its own, with all dependencies built once more",
    cure: "delete the directories named in the evidence: Cargo reads them for nothing else, and makes them anew when it \
           packs again. The `.crate` files are the result of `cargo package`; keep those that are still to be uploaded",
    wrong_when: "a script takes the unpacked sources from there, or `cargo package` is running",
    unpriced: None,
    thresholds: &[LEAST_MIB],
    find,
};

/// Sources alone have a few mebibytes; this much is there only with builds in it, or with very many versions.
const LEAST_MIB: Threshold =
    Threshold { name: "package-bloat.least-mib", default: 50.0, about: "mebibytes of unpacked packages" };

/// Directories that are named.
const NAMED: usize = 5;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(disk) = &evidence.surroundings.disk else { return Vec::new() };
    let unpacked = unpacked(disk);
    let unpacked_bytes = sum(unpacked.iter().map(|entry| entry.bytes));
    if !evidence.is_large(unpacked_bytes, &LEAST_MIB) {
        return Vec::new();
    }
    vec![finding(disk, &unpacked, unpacked_bytes)]
}

/// The directories in `target/package`, largest first.
fn unpacked(disk: &DiskUsage) -> Vec<&DiskEntry> {
    let top = entries(disk, |entry| entry.kind == DiskKind::Package).into_iter();
    let all = top.flat_map(|package| &package.children).filter(|entry| entry.kind == DiskKind::Package);
    let mut unpacked: Vec<&DiskEntry> = all.flat_map(|entry| &entry.children).collect();
    unpacked.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    unpacked
}

fn finding(disk: &DiskUsage, unpacked: &[&DiskEntry], unpacked_bytes: u64) -> Finding {
    let n_unpacked = unpacked.len();
    let noun = if n_unpacked == 1 { "package takes" } else { "packages take" };
    let title = format!("{n_unpacked} unpacked {noun} {} in `{}/package`", bytes(unpacked_bytes), disk.path);
    let named = unpacked.iter().take(NAMED);
    let mut told: Vec<String> =
        named.map(|entry| format!("`{}/{}` takes {}", disk.path, entry.path, bytes(entry.bytes))).collect();
    if n_unpacked > NAMED {
        let rest = sum(unpacked.iter().skip(NAMED).map(|entry| entry.bytes));
        told.push(format!("{} more beside them take {}", n_unpacked - NAMED, bytes(rest)));
    }
    let packed = entries(disk, |entry| entry.kind == DiskKind::CrateFiles);
    let n_packed = packed.iter().map(|entry| entry.files).fold(0, u64::saturating_add);
    if n_packed > 0 {
        let packed = bytes(sum(packed.iter().map(|entry| entry.bytes)));
        told.push(format!(
            "the {n_packed} `.crate` files take {packed}, which is not counted: they are what was asked for"
        ));
    }
    Finding {
        severity: severity(unpacked_bytes),
        cost: Cost { bytes: Some(unpacked_bytes), ..Cost::default() },
        gain: Gain { bytes: Some(unpacked_bytes), basis: Basis::Counted, ..Gain::UNKNOWN },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        ..Finding::of(&DETECTOR, "package".to_owned(), title)
    }
}
