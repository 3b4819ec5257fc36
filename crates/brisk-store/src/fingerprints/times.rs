//! When a unit ran, from the times of its files.
//!
//! | moment | file |
//! |---|---|
//! | start | `dep-<name>` of the fingerprint, whose time Cargo sets back to the start; else `invoked.timestamp` |
//! | macros expanded | rustc's `.d` |
//! | metadata | `.rmeta` |
//! | end | `<name>.json` of the fingerprint, which Cargo writes last |
//! | run of a build script | from its own `invoked.timestamp` to `root-output` or `stderr` |
//!
//! Two traps. When an incremental rebuild leaves a crate's metadata unchanged, rustc links the old `.rmeta` into place, so
//! it is older than the unit's start: the end of the front end is not known then. And file times do not survive every
//! copy (`cp` without `-p`, archives with whole seconds): they contradict each other then, and are no measurement.

use super::record::UnitRecord;
use super::unit_name::Flavor;

/// File times come from the kernel's clock tick (4 ms at 250 Hz, 10 ms at 100 Hz), so two moments may seem swapped by one.
const TICK_S: f64 = 0.010;

/// Whether rustc could have run in this time: it never starts and ends within a tick, but copied files lie that close.
const SHORTEST_RUSTC_S: f64 = 0.005;

/// When a unit ran, in seconds since the UNIX epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) start: f64,
    pub(super) expanded: Option<f64>,
    pub(super) metadata: Option<f64>,
    pub(super) end: f64,
    pub(super) trust: Trust,
}

/// Whether the times may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    Consistent,
    /// They contradict each other.
    Doubtful,
}

impl Interval {
    /// `None` if start or end are not known.
    pub(super) fn of(record: &UnitRecord) -> Option<Self> {
        let (start, end) = record.started_at.zip(record.ended_at)?;
        let inside = |at: &f64| (start - TICK_S..=end + TICK_S).contains(at);
        let expanded = record.artifacts.dep_info_at;
        let metadata = record.artifacts.metadata_at;
        // After a failed rebuild the artifacts are newer than the fingerprint, which tells of the build before.
        let is_finished = record.fingerprint_hash.is_some();
        let is_rustc = record.name.flavor != Flavor::Run;
        let contradicts = end < start - TICK_S
            || has_whole_seconds(start, end)
            || is_rustc && end - start < SHORTEST_RUSTC_S
            || is_finished && expanded.is_some_and(|at| !inside(&at))
            || is_finished && metadata.is_some_and(|at| at > end + TICK_S);
        Some(Self {
            start,
            expanded: expanded.filter(inside).map(|at| at.clamp(start, end.max(start))),
            metadata: metadata.filter(inside).map(|at| at.clamp(start, end.max(start))),
            end: end.max(start),
            trust: if contradicts { Trust::Doubtful } else { Trust::Consistent },
        })
    }

    pub(super) fn duration_s(&self) -> f64 {
        self.end - self.start
    }

    pub(super) fn is_consistent(&self) -> bool {
        self.trust == Trust::Consistent
    }
}

/// Archives and some file systems keep whole seconds; a clock tick hits one by chance once in hundreds of times, and
/// twice in a row hardly ever.
fn has_whole_seconds(start: f64, end: f64) -> bool {
    start.fract() == 0.0 && end.fract() == 0.0
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::fingerprints::artifacts::Artifacts;
    use crate::fingerprints::unit_name::UnitName;

    fn record(start: f64, expanded: f64, metadata: f64, end: f64) -> UnitRecord {
        UnitRecord {
            dir: 0,
            path: Utf8PathBuf::new(),
            package: "a".to_owned(),
            hash: "00b07be5f55f0da9".parse().unwrap(),
            name: UnitName::parse("lib-a").unwrap(),
            fingerprint: None,
            fingerprint_hash: Some(1),
            started_at: Some(start),
            ended_at: Some(end),
            artifacts: Artifacts { dep_info_at: Some(expanded), metadata_at: Some(metadata), ..Artifacts::default() },
            crate_root: None,
        }
    }

    #[test]
    fn the_moments_of_a_unit_are_in_order() {
        let interval = Interval::of(&record(10.5, 10.6, 10.7, 11.0)).unwrap();
        assert_eq!((interval.expanded, interval.metadata), (Some(10.6), Some(10.7)));
        assert!(interval.is_consistent());
    }

    #[test]
    fn metadata_from_the_incremental_cache_does_not_end_the_front_end() {
        let interval = Interval::of(&record(10.5, 10.6, 3.0, 11.0)).unwrap();
        assert_eq!(interval.metadata, None);
        assert!(interval.is_consistent());
    }

    #[test]
    fn copied_files_are_no_measurement() {
        for copied in [
            record(10.5, 10.5, 10.5, 10.5),
            record(10.5, 10.5001, 10.5002, 10.5003),
            record(11.0, 10.6, 10.7, 10.5),
            record(10.0, 10.0, 10.0, 12.0),
            record(10.5, 99.0, 10.7, 11.0),
            record(10.5, 10.6, 99.0, 11.0),
        ] {
            let interval = Interval::of(&copied).unwrap();
            assert!(!interval.is_consistent(), "{interval:?}");
        }
    }

    #[test]
    fn artifacts_of_a_failed_rebuild_do_not_spoil_the_build_before() {
        let failed = UnitRecord { fingerprint_hash: None, ..record(10.5, 99.0, 99.5, 11.0) };
        let interval = Interval::of(&failed).unwrap();
        assert_eq!((interval.expanded, interval.metadata), (None, None));
        assert!(interval.is_consistent());
    }
}
