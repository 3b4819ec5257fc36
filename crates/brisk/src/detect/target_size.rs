//! `target-size`: what a large target directory is made of.

use super::disk::{bytes_of, entries, severity, sum};
use super::words::{bytes, share_of_bytes};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Threshold};
use crate::model::{DiskEntry, DiskKind, DiskUsage};

pub(super) const DETECTOR: Detector = Detector {
    id: "target-size",
    group: Group::Disk,
    claim: "the target directory is large",
    measures: "the bytes on disk of the target directory, and of the build directory where it is another one, by kind and \
               by profile",
    why: "every profile, triple, feature set, compiler and set of flags has files of its own that Cargo never deletes, \
          with debug information in each that is linked; a large directory is slow to copy, to cache and to back up",
    cure: "see the largest part first: `cargo clean --doc` for documentation, `cargo clean --profile <name>` for a profile \
           that is not built any more, `debug = \"line-tables-only\"` in `[profile.dev]` for smaller outputs, fewer \
           integration-test executables; `package-bloat`, `stale-artifacts` and `incremental-bloat` tell what is not needed",
    wrong_when: "the workspace is simply large, and so is the disk: a size is no fault by itself",
    unpriced: None,
    thresholds: &[LEAST_GIB],
    find,
};

/// A workspace of some hundred units takes one or two gibibytes with all its tests. With 5, two such directories fill the
/// 10 GiB that GitHub keeps in the caches of a repository.
const LEAST_GIB: Threshold = Threshold { name: "target-size.least-gib", default: 5.0, about: "gibibytes of the whole" };

/// Profiles that are named, and share of the whole below which nothing is.
const NAMED: usize = 5;
const LEAST_PERCENT: u64 = 1;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let disk = evidence.surroundings.disk.as_ref();
    disk.filter(|disk| is_large(evidence, disk.bytes)).map(finding).into_iter().collect()
}

#[expect(clippy::cast_precision_loss, reason = "a limit")]
fn is_large(evidence: Evidence<'_>, bytes: u64) -> bool {
    bytes as f64 >= evidence.limit(&LEAST_GIB) * 1024.0 * 1024.0 * 1024.0
}

fn finding(disk: &DiskUsage) -> Finding {
    let kinds = kinds(disk);
    let largest = kinds.first().map(|(size, what, _)| format!(", {} of it {what}", share_of_bytes(*size, disk.bytes)));
    let title = format!("the target directory takes {}{}", bytes(disk.bytes), largest.unwrap_or_default());
    let part = |size: u64, what: &str| format!("{what}: {}, {}", bytes(size), share_of_bytes(size, disk.bytes));
    let mut told: Vec<String> = kinds.iter().map(|(size, what, _)| part(*size, what)).collect();
    let profiles = entries(disk, |entry| entry.kind == DiskKind::Profile);
    let named = profiles.iter().take(NAMED).filter(|entry| is_worth_telling(entry.bytes, disk));
    told.extend(named.map(|entry| part(entry.bytes, &format!("profile directory `{}`", entry.path))));
    let has_doc = kinds.iter().any(|(.., kind)| *kind == DiskKind::Doc);
    Finding {
        severity: severity(disk.bytes),
        cost: Cost { bytes: Some(disk.bytes), ..Cost::default() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        command: has_doc.then(|| "cargo clean --doc".to_owned()),
        ..Finding::of(&DETECTOR, "target".to_owned(), title)
    }
}

/// What the whole is made of, largest first: bytes, words and kind.
fn kinds(disk: &DiskUsage) -> Vec<(u64, &'static str, DiskKind)> {
    const KINDS: [(DiskKind, &str); 11] = [
        (DiskKind::Deps, "compiled crates (`deps/`)"),
        (DiskKind::BuildScripts, "build scripts and what they wrote (`build/`)"),
        (DiskKind::Incremental, "incremental compilation (`incremental/`)"),
        (DiskKind::Fingerprints, "fingerprints"),
        (DiskKind::Examples, "examples"),
        (DiskKind::Artifacts, "programs and libraries put in place"),
        (DiskKind::Package, "unpacked packages (`package/`)"),
        (DiskKind::CrateFiles, "`.crate` files"),
        (DiskKind::Doc, "documentation (`doc/`)"),
        (DiskKind::Timings, "reports of `--timings`"),
        (DiskKind::Other, "files that are not of Cargo's making"),
    ];
    let size = |kind: DiskKind| match kind {
        DiskKind::Package => bytes_of(disk, kind).saturating_sub(bytes_of(disk, DiskKind::CrateFiles)),
        _ => sum(leaves(disk, kind).iter().map(|entry| entry.bytes)),
    };
    let mut kinds: Vec<_> = KINDS.into_iter().map(|(kind, what)| (size(kind), what, kind)).collect();
    kinds.retain(|(size, ..)| is_worth_telling(*size, disk));
    kinds.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    kinds
}

fn leaves(disk: &DiskUsage, kind: DiskKind) -> Vec<&DiskEntry> {
    entries(disk, |entry| entry.kind == kind && entry.children.is_empty())
}

fn is_worth_telling(size: u64, disk: &DiskUsage) -> bool {
    size / LEAST_PERCENT >= disk.bytes / 100
}
