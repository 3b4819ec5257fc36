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
//! Three traps. When an incremental rebuild leaves a crate's metadata unchanged, rustc links the old `.rmeta` into place, so
//! it is older than the unit's start: the end of the front end is not known then. For the same reason Cargo sets the
//! `.rmeta` of every check back to the unit's start (since 1.90, `rustc` in its `core/compiler/mod.rs`): when it was written
//! is not known then. And file times do not survive every
//! copy (`cp` without `-p`, archives with whole seconds): they contradict each other then, and are no measurement. Neither
//! are times that lie in the future, and those of fingerprints that something else than Cargo wrote ([`Doubt`]).

use super::record::UnitRecord;
use super::unit_name::Flavor;

/// File times come from the kernel's clock tick (4 ms at 250 Hz, 10 ms at 100 Hz), so two moments may seem swapped by one.
pub(super) const TICK_S: f64 = 0.010;

/// rustc takes several times as long for an empty crate, but copied files lie that close.
const SHORTEST_RUSTC_S: f64 = 0.010;

/// When a unit ran, in seconds since the UNIX epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    /// When it was planned for the first time. Not in copies, where all was planned after it had been built.
    pub(super) planned: Option<f64>,
    pub(super) start: f64,
    pub(super) expanded: Option<f64>,
    pub(super) metadata: Option<f64>,
    pub(super) end: f64,
    /// Why the times are no measurement, if they are none.
    pub(super) doubt: Option<Doubt>,
}

/// Why times are no measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// They contradict each other.
    Contradiction,
    /// They lie in the future, or before there was a Cargo.
    Calendar,
    /// Something else than Cargo has written the fingerprint whose time is the end.
    Altered,
}

/// Cargo 1.0 was released on 2015-05-15. Tools that make archives the same every time set all files to a moment between
/// 1970 and 1980.
const FIRST_CARGO_S: f64 = 1_431_648_000.0;

/// How far the clock of a file server may be ahead of this machine's: what Kerberos tolerates
/// (`clockskew` in MIT's krb5.conf).
pub(super) const CLOCK_SKEW_S: f64 = 300.0;

impl Interval {
    /// `None` if start or end are not known. `now` is the present, in seconds since the UNIX epoch.
    pub(super) fn of(record: &UnitRecord, now: Option<f64>) -> Option<Self> {
        let (start, end) = record.started_at.zip(record.ended_at)?;
        let inside = |at: &f64| (start - TICK_S..=end + TICK_S).contains(at);
        let expanded = record.artifacts.dep_info_at;
        let is_set_back = |at: &f64| record.artifacts.only_metadata() && *at <= start;
        let metadata = record.artifacts.metadata_at.filter(|at| !is_set_back(at));
        // After a failed rebuild the artifacts are newer than the fingerprint, which tells of the build before.
        let is_finished = record.fingerprint_hash.is_some();
        // It was started again and has not ended.
        if !is_finished && end < start - TICK_S {
            return None;
        }
        let is_rustc = record.name.flavor != Flavor::Run;
        let contradicts = end < start - TICK_S
            || has_whole_seconds(start, end)
            || is_rustc && end - start < SHORTEST_RUSTC_S
            || is_finished && expanded.is_some_and(|at| !inside(&at))
            || is_finished && metadata.is_some_and(|at| at > end + TICK_S);
        let doubts = [
            (!in_calendar(start, end, now), Doubt::Calendar),
            (record.altered, Doubt::Altered),
            (contradicts, Doubt::Contradiction),
        ];
        let doubt = doubts.into_iter().find_map(|(applies, doubt)| applies.then_some(doubt));
        Some(Self {
            planned: record.planned_at.filter(|planned| *planned <= start + TICK_S),
            start,
            expanded: expanded.filter(inside).map(|at| at.clamp(start, end.max(start))),
            metadata: metadata.filter(inside).map(|at| at.clamp(start, end.max(start))),
            end: end.max(start),
            doubt,
        })
    }

    /// Marks the times as no measurement, unless they are already.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }

    pub(super) fn duration_s(&self) -> f64 {
        self.end - self.start
    }

    /// Whether start and end were set at once or in the wrong order.
    pub(super) fn is_like_a_copy(&self) -> bool {
        self.doubt == Some(Doubt::Contradiction) && self.duration_s() < SHORTEST_RUSTC_S
    }

    pub(super) fn is_consistent(&self) -> bool {
        self.doubt.is_none()
    }
}

fn in_calendar(start: f64, end: f64, now: Option<f64>) -> bool {
    start >= FIRST_CARGO_S && now.is_none_or(|now| end <= now + CLOCK_SKEW_S)
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

    /// A moment at which there was a Cargo.
    const ZERO: f64 = 1_767_225_600.0;

    fn interval(record: &UnitRecord) -> Interval {
        Interval::of(record, Some(ZERO + 1000.0)).unwrap()
    }

    fn record(start: f64, expanded: f64, metadata: f64, end: f64) -> UnitRecord {
        let [start, expanded, metadata, end] = [start, expanded, metadata, end].map(|at| ZERO + at);
        UnitRecord {
            dir: 0,
            path: Utf8PathBuf::new(),
            package: "a".to_owned(),
            hash: "00b07be5f55f0da9".parse().unwrap(),
            name: UnitName::parse("lib-a").unwrap(),
            fingerprint: None,
            planned_at: Some(start - 0.1),
            fingerprint_hash: Some(1),
            started_at: Some(start),
            ended_at: Some(end),
            altered: false,
            artifacts: Artifacts { dep_info_at: Some(expanded), metadata_at: Some(metadata), ..Artifacts::default() },
            crate_root: None,
        }
    }

    #[test]
    fn the_moments_of_a_unit_are_in_order() {
        let interval = interval(&record(10.5, 10.6, 10.7, 11.0));
        assert_eq!((interval.expanded, interval.metadata), (Some(ZERO + 10.6), Some(ZERO + 10.7)));
        assert!(interval.is_consistent());
    }

    #[test]
    fn metadata_from_the_incremental_cache_does_not_end_the_front_end() {
        let interval = interval(&record(10.5, 10.6, 3.0, 11.0));
        assert_eq!(interval.metadata, None);
        assert!(interval.is_consistent());
    }

    #[test]
    fn the_metadata_of_a_check_is_set_back_to_its_start() {
        let check = record(10.5, 10.6, 10.5, 11.0);
        let checked = interval(&check);
        assert_eq!((checked.metadata, checked.is_consistent()), (None, true));
        // Before Cargo 1.90 it tells when it was written.
        assert_eq!(interval(&record(10.5, 10.6, 10.9, 11.0)).metadata, Some(ZERO + 10.9));
        let artifacts = Artifacts { rlib: true, ..check.artifacts.clone() };
        assert_eq!(interval(&UnitRecord { artifacts, ..check }).metadata, Some(ZERO + 10.5));
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
            let interval = interval(&copied);
            assert!(!interval.is_consistent(), "{interval:?}");
        }
    }

    #[test]
    fn artifacts_of_a_failed_rebuild_do_not_spoil_the_build_before() {
        let failed = UnitRecord { fingerprint_hash: None, ..record(10.5, 99.0, 99.5, 11.0) };
        let interval = interval(&failed);
        assert_eq!((interval.expanded, interval.metadata), (None, None));
        assert!(interval.is_consistent());
    }

    #[test]
    fn a_unit_that_was_started_again_and_has_not_ended_has_no_time() {
        let running = UnitRecord { fingerprint_hash: None, ..record(12.0, 12.5, 12.6, 11.0) };
        assert_eq!(Interval::of(&running, None), None);
    }

    #[test]
    fn times_in_the_future_or_before_cargo_are_no_measurement() {
        let now = |at: f64| Interval::of(&record(10.5, 10.6, 10.7, 11.0), Some(ZERO + at)).unwrap().doubt;
        assert_eq!(now(11.0), None);
        // The clock of a file server.
        assert_eq!(now(-200.0), None);
        assert_eq!(now(-4000.0), Some(Doubt::Calendar));
        let in_1970 = record(1.5 - ZERO, 1.6 - ZERO, 1.7 - ZERO, 2.5 - ZERO);
        assert_eq!(interval(&in_1970).doubt, Some(Doubt::Calendar));
    }

    #[test]
    fn the_time_of_an_altered_fingerprint_is_no_end() {
        let altered = UnitRecord { altered: true, ..record(10.5, 10.6, 10.7, 11.0) };
        assert_eq!(interval(&altered).doubt, Some(Doubt::Altered));
    }
}
