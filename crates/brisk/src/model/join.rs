//! Two views of the same build made one: what the files say, sharpened by what was recorded.

use std::collections::BTreeMap;

use super::{Build, Session, SessionIdx, Source, Status, Timing, Unit, UnitHash, UnitIdx};

/// How far the same moment may lie apart in both views, seconds. Cargo writes a unit's fingerprint some milliseconds after
/// rustc has ended; on a busy machine that gap was seen to grow to tens of milliseconds.
const SAME_MOMENT_S: f64 = 0.5;

impl Build {
    /// This build with the exact times and costs of those units that `recorded` saw being built, in the same session.
    ///
    /// Units are joined by hash, and only if both views agree on when the unit ran; a unit that was rebuilt since keeps
    /// the times of its files. If all units of the main session were joined, the result is a capture: command, CPU,
    /// machine load and outcome are taken over as well.
    #[must_use]
    pub fn sharpened_by(mut self, recorded: &Self) -> Self {
        let (Some(own_zero), Some(other_zero)) = (self.started_at, recorded.started_at) else { return self };
        let shift_s = other_zero - own_zero;
        let by_hash: BTreeMap<UnitHash, &Unit> =
            recorded.units.iter().filter_map(|unit| Some((unit.hash?, unit))).collect();
        let mut n_joined = 0;
        let mut n_main = 0;
        for unit in &mut self.units {
            let is_main = unit.timing.is_some_and(|timing| timing.session == SessionIdx(0));
            let twin = unit.hash.and_then(|hash| by_hash.get(&hash));
            let joined = twin.is_some_and(|twin| unit.take_over(twin, shift_s));
            n_main += usize::from(is_main);
            n_joined += usize::from(is_main && joined);
        }
        self.adopt_causes(recorded);
        if n_main > 0 && n_joined == n_main {
            self.take_over_command(recorded, shift_s);
        }
        self
    }

    /// This build with the costs of those units that it did not build itself, as `earlier`, another build of the same
    /// workspace, has them: their times are of a session of its own.
    ///
    /// Units are joined by hash: same package, version, features, profile, flags and toolchain, whatever the state of the
    /// sources.
    #[must_use]
    pub fn completed_by(mut self, earlier: &Self) -> Self {
        let by_hash: BTreeMap<UnitHash, &Unit> =
            earlier.units.iter().filter_map(|unit| Some((unit.hash?, unit))).collect();
        let session = SessionIdx(u32::try_from(self.sessions.len()).unwrap_or(u32::MAX));
        let mut n_units = 0;
        for unit in self.units.iter_mut().filter(|unit| unit.timing.is_none()) {
            let twin = unit.hash.and_then(|hash| by_hash.get(&hash)).filter(|twin| twin.failed.is_none());
            let Some((twin, timing)) = twin.and_then(|twin| Some((twin, twin.timing?))) else { continue };
            unit.timing = Some(Timing { session, ..timing });
            unit.take_over_costs(twin);
            n_units += 1;
        }
        if n_units > 0 {
            let started_at = earlier.started_at.unwrap_or(0.0);
            self.sessions.push(Session { started_at, wall_s: earlier.wall_s.unwrap_or(0.0), n_units });
        }
        self
    }

    /// Reasons that were taken over name their causing unit by its place in `recorded`; here it has another place.
    fn adopt_causes(&mut self, recorded: &Self) {
        let places: BTreeMap<UnitHash, UnitIdx> =
            self.iter_units().filter_map(|(idx, unit)| Some((unit.hash?, idx))).collect();
        for unit in &mut self.units {
            if let Status::Dirty(Some(reason)) = &mut unit.status {
                let cause = reason.because_of.and_then(|idx| recorded.units.get(idx.index())?.hash);
                reason.because_of = cause.and_then(|hash| places.get(&hash).copied());
            }
        }
    }

    fn take_over_command(&mut self, recorded: &Self, shift_s: f64) {
        self.source = Source::Capture;
        self.command.clone_from(&recorded.command);
        self.profile = recorded.profile.clone().or(self.profile.take());
        self.wall_s = recorded.wall_s.or(self.wall_s);
        self.command_span_s = recorded.command_span_s.map(|(from, to)| (from + shift_s, to + shift_s));
        self.cpu = recorded.cpu;
        self.jobs = recorded.jobs.or(self.jobs);
        self.machine = recorded.machine.clone();
        self.foreign_cpu = recorded.foreign_cpu;
        self.outcome = recorded.outcome;
        self.cpu_samples = recorded.cpu_samples.clone();
        for sample in &mut self.cpu_samples {
            sample.at_s += shift_s;
        }
    }
}

impl Unit {
    /// Takes times and costs from `twin`, whose zero lies `shift_s` after ours, if both tell of the same run of it.
    fn take_over(&mut self, twin: &Self, shift_s: f64) -> bool {
        let (Some(own), Some(other)) = (self.timing, twin.timing) else { return false };
        let other = other.shifted(shift_s);
        let apart_s = (own.start_s - other.start_s).abs().max((own.end_s - other.end_s).abs());
        if apart_s > SAME_MOMENT_S {
            return false;
        }
        self.timing = Some(Timing { session: own.session, ..other });
        self.status.clone_from(&twin.status);
        self.take_over_costs(twin);
        true
    }

    fn take_over_costs(&mut self, twin: &Self) {
        self.cpu = twin.cpu;
        self.phase_cpu = twin.phase_cpu;
        self.max_rss_bytes = twin.max_rss_bytes;
    }
}

impl Timing {
    /// The same moments counted from a zero that lies `by_s` earlier.
    #[must_use]
    pub fn shifted(self, by_s: f64) -> Self {
        let later = |moment_s: f64| moment_s + by_s;
        Self {
            start_s: later(self.start_s),
            expanded_s: self.expanded_s.map(later),
            rmeta_s: self.rmeta_s.map(later),
            codegen_s: self.codegen_s.map(later),
            link_s: self.link_s.map(|(from, to)| (later(from), later(to))),
            end_s: later(self.end_s),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Confidence, CpuTime, Mode, Outputs, PackageRef, PackageSource, PhaseCpu};
    use super::super::{Platform, Target, TargetKind};
    use super::*;

    fn build(source: Source, started_at: f64, start_s: f64, cpu: Option<CpuTime>) -> Build {
        let package = PackageRef { name: "a".to_owned(), version: None, source: PackageSource::Member };
        let timing = Timing {
            start_s,
            expanded_s: None,
            rmeta_s: None,
            codegen_s: None,
            link_s: None,
            end_s: start_s + 1.0,
            confidence: Confidence::Exact,
            session: SessionIdx(0),
        };
        let unit = Unit {
            hash: "0123456789abcdef".parse().ok(),
            package,
            target: Target { kind: TargetKind::Lib, name: "a".to_owned() },
            mode: Mode::Build,
            platform: Platform::Host,
            profile_dir: None,
            features: Vec::new(),
            status: Status::Unknown,
            timing: Some(timing),
            cpu,
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            unfinished_since_s: None,
            failed: None,
            outputs: Outputs::default(),
        };
        Build { started_at: Some(started_at), units: vec![unit], ..Build::empty(source) }
    }

    const CPU: CpuTime = CpuTime { user_s: 0.5, sys_s: 0.25 };

    #[test]
    fn the_same_run_of_a_unit_gets_its_recorded_cost() {
        let on_disk = build(Source::Fingerprints, 1000.0, 0.0, None);
        let joined = on_disk.sharpened_by(&build(Source::Capture, 998.0, 2.1, Some(CPU)));
        assert_eq!(joined.source, Source::Capture);
        assert_eq!(joined.units[0].cpu, Some(CPU));
        let start_s = joined.units[0].timing.map(|timing| timing.start_s);
        assert!(start_s.is_some_and(|start_s| (start_s - 0.1).abs() < 1e-9), "{start_s:?}");
    }

    #[test]
    fn a_later_rebuild_keeps_the_times_of_its_files() {
        let on_disk = build(Source::Fingerprints, 1000.0, 0.0, None);
        let joined = on_disk.clone().sharpened_by(&build(Source::Capture, 900.0, 0.0, Some(CPU)));
        assert_eq!(joined, on_disk);
    }
}
