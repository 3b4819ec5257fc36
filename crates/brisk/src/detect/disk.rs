//! What the detectors of the disk share: walks over what was measured, limits in bytes, and how much of it matters.

use super::{Evidence, Severity, Threshold};
use crate::model::{DiskEntry, DiskKind, DiskUsage};

/// Bytes of a mebibyte.
const MIB: f64 = 1024.0 * 1024.0;

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// All entries of the tree that `wanted` picks, without looking below those.
pub(super) fn entries(disk: &DiskUsage, wanted: impl Fn(&DiskEntry) -> bool) -> Vec<&DiskEntry> {
    let mut found = Vec::new();
    let mut stack: Vec<&DiskEntry> = disk.entries.iter().collect();
    while let Some(entry) = stack.pop() {
        match wanted(entry) {
            true => found.push(entry),
            false => stack.extend(&entry.children),
        }
    }
    found.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    found
}

/// Bytes of all entries of the kind.
pub(super) fn bytes_of(disk: &DiskUsage, kind: DiskKind) -> u64 {
    sum(entries(disk, |entry| entry.kind == kind).into_iter().map(|entry| entry.bytes))
}

/// Sizes come from files that anybody may have written: no sum of them may overflow.
pub(super) fn sum(bytes: impl Iterator<Item = u64>) -> u64 {
    bytes.fold(0, u64::saturating_add)
}

impl Evidence<'_> {
    /// Whether it is anything, and at least so many mebibytes.
    #[expect(clippy::cast_precision_loss, reason = "a limit")]
    pub(super) fn is_large(&self, bytes: u64, least_mib: &Threshold) -> bool {
        bytes > 0 && bytes as f64 >= self.limit(least_mib) * MIB
    }

    /// A number of days, in seconds.
    pub(super) fn limit_days_s(&self, days: &Threshold) -> f64 {
        self.limit(days) * DAY_S
    }
}

/// Whole days, in words: `under a day`, `12 days`.
pub(super) fn days(seconds: f64) -> String {
    match (seconds / DAY_S).floor() {
        days if days < 1.0 => "under a day".to_owned(),
        days if days < 2.0 => "1 day".to_owned(),
        days => format!("{days:.0} days"),
    }
}

/// Major from 10 GiB: as much as GitHub keeps in the caches of a whole repository, and most of what its hosted runners have
/// free. Minor from 1 GiB.
pub(super) fn severity(bytes: u64) -> Severity {
    match bytes >> 30 {
        10.. => Severity::Major,
        1.. => Severity::Minor,
        0 => Severity::Note,
    }
}
