//! What a file claims and cannot be true is dropped here, each kind of it with one [`Problem`]; the rest is kept.
//!
//! Everything downstream may then rely on finite times in order, indices that exist, and a graph without cycles.

use brisk::model::{Build, CpuTime, Edge, Graph, Problem, Status, Timing, Unit};

/// No moment of a build lies further from its start (31 years). Larger numbers are damage, and would overflow the
/// duration types that views format them with.
pub(crate) const MAX_SECONDS: f64 = 1e9;

/// The last second of the year 9999, in seconds since the UNIX epoch: later dates cannot be written as RFC 3339.
const MAX_EPOCH_SECONDS: f64 = 253_402_300_799.0;

/// The earliest moment that a source can speak of, in seconds since the build's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Earliest {
    /// Times count from the start of the command: none is negative.
    CommandStart,
    /// Units of earlier sessions have negative times.
    AnySession,
}

impl Earliest {
    fn limit_s(self) -> f64 {
        match self {
            Self::CommandStart => 0.0,
            Self::AnySession => -MAX_SECONDS,
        }
    }
}

/// How much was dropped.
#[derive(Debug, Default)]
struct Dropped {
    timings: usize,
    numbers: usize,
    references: usize,
    edges_astray: usize,
    edges_on_cycles: usize,
}

/// `build` without what cannot be true.
pub(crate) fn sieve(mut build: Build, earliest: Earliest) -> Build {
    let mut dropped = Dropped::default();
    dropped.units(&mut build, earliest);
    dropped.whole(&mut build);
    dropped.edges(&mut build);
    let mut build = build.checked();
    build.problems.extend(dropped.problems());
    build
}

impl Dropped {
    fn units(&mut self, build: &mut Build, earliest: Earliest) {
        let (n_units, n_sessions) = (build.units.len(), build.sessions.len());
        for unit in &mut build.units {
            let is_true = |timing: &Timing| {
                in_order(timing.start_s, timing.end_s)
                    && timing.start_s >= earliest.limit_s()
                    && (timing.session.0 as usize) < n_sessions
            };
            if unit.timing.is_some_and(|timing| !is_true(&timing)) {
                unit.timing = None;
                self.timings += 1;
            }
            self.numbers_of(unit);
            if let Status::Dirty(Some(reason)) = &mut unit.status
                && reason.because_of.is_some_and(|idx| idx.index() >= n_units)
            {
                reason.because_of = None;
                self.references += 1;
            }
        }
    }

    fn numbers_of(&mut self, unit: &mut Unit) {
        if let Some(timing) = &mut unit.timing {
            for moment in [&mut timing.expanded_s, &mut timing.rmeta_s, &mut timing.codegen_s] {
                self.keep_if(moment, |moment| is_moment(*moment));
            }
            self.keep_if(&mut timing.link_s, |(from, to)| in_order(*from, *to));
        }
        self.keep_if(&mut unit.unfinished_since_s, |since_s| is_moment(*since_s));
        self.keep_if(&mut unit.cpu, is_cpu);
        let phases = &mut unit.phase_cpu;
        for seconds in [&mut phases.front_s, &mut phases.back_s, &mut phases.link_s] {
            self.keep_if(seconds, |seconds| is_length(*seconds));
        }
    }

    /// What is said of the build as a whole.
    fn whole(&mut self, build: &mut Build) {
        self.keep_if(&mut build.started_at, |at| (0.0..=MAX_EPOCH_SECONDS).contains(at));
        self.keep_if(&mut build.wall_s, |wall_s| is_length(*wall_s));
        self.keep_if(&mut build.command_span_s, |(from, to)| in_order(*from, *to));
        self.keep_if(&mut build.cpu, is_cpu);
        self.keep_if(&mut build.foreign_cpu, |share| (0.0..=1.0).contains(share));
        self.keep_if(&mut build.jobs, |jobs| jobs.n > 0);
        let n_before = build.cpu_samples.len() + build.executions.len();
        build.cpu_samples.retain(|sample| is_moment(sample.at_s) && is_length(sample.busy));
        build.executions.retain(|execution| in_order(execution.start_s, execution.end_s));
        self.numbers += n_before - build.cpu_samples.len() - build.executions.len();
        for session in &mut build.sessions {
            let is_true = (0.0..=MAX_EPOCH_SECONDS).contains(&session.started_at) && is_length(session.wall_s);
            if !is_true {
                (session.started_at, session.wall_s) = (0.0, 0.0);
                self.numbers += 1;
            }
        }
        for execution in &mut build.executions {
            self.keep_if(&mut execution.cpu, is_cpu);
            if execution.unit.is_some_and(|idx| idx.index() >= build.units.len()) {
                execution.unit = None;
                self.references += 1;
            }
        }
    }

    fn edges(&mut self, build: &mut Build) {
        let n_units = build.units.len();
        let n_before = build.edges.len();
        build.edges.retain(|edge| {
            edge.dependent.index() < n_units && edge.dependency.index() < n_units && edge.dependent != edge.dependency
        });
        self.edges_astray = n_before - build.edges.len();
        let cyclic = on_cycles(build);
        let n_before = build.edges.len();
        build.edges.retain(|edge| !(cyclic[edge.dependent.index()] && cyclic[edge.dependency.index()]));
        self.edges_on_cycles = n_before - build.edges.len();
    }

    fn keep_if<T>(&mut self, slot: &mut Option<T>, is_true: impl Fn(&T) -> bool) {
        if slot.as_ref().is_some_and(|value| !is_true(value)) {
            *slot = None;
            self.numbers += 1;
        }
    }

    fn problems(self) -> Vec<Problem> {
        let not_known = "those dependencies are not known";
        let told = [
            (
                counted(self.timings, "unit time", "unit times"),
                "with an end before the start, negative or not finite",
                "those units count as not timed",
            ),
            (counted(self.numbers, "figure", "figures"), "out of range", "they count as not measured"),
            (counted(self.references, "cause", "causes"), "not in the file", "those causes are not known"),
            (counted(self.edges_astray, "edge", "edges"), "from or to units that are not in the file", not_known),
            (counted(self.edges_on_cycles, "edge", "edges"), "on dependency cycles", not_known),
        ];
        let why = "the file is damaged or was not written by Cargo or Brisk";
        let problem = |(n, what, effect)| Some(Problem::new(format!("dropped {} {what}", n?), why, effect));
        told.into_iter().filter_map(problem).collect()
    }
}

/// `1 unit`, `2 units`; nothing of nothing.
pub(crate) fn counted(n: usize, singular: &str, plural: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {singular}")),
        _ => Some(format!("{n} {plural}")),
    }
}

fn is_moment(seconds: f64) -> bool {
    seconds.abs() <= MAX_SECONDS
}

fn is_length(seconds: f64) -> bool {
    (0.0..=MAX_SECONDS).contains(&seconds)
}

fn in_order(from: f64, to: f64) -> bool {
    is_moment(from) && is_moment(to) && from <= to
}

fn is_cpu(cpu: &CpuTime) -> bool {
    is_length(cpu.user_s) && is_length(cpu.sys_s)
}

/// Which units lie on a cycle of dependencies, or between two cycles.
///
/// What can be ordered from the dependencies up, or from the dependents down, is on none; the rest is what is asked for.
/// The indices of all edges must be in range.
fn on_cycles(build: &Build) -> Vec<bool> {
    let reversed = Build {
        units: build.units.clone(),
        edges: build.edges.iter().map(|e| Edge { dependent: e.dependency, dependency: e.dependent }).collect(),
        ..Build::empty(build.source)
    };
    let mut cyclic = vec![true; build.units.len()];
    for view in [build, &reversed] {
        for unit in Graph::of(view).topological() {
            cyclic[unit.index()] = false;
        }
    }
    cyclic
}

#[cfg(test)]
mod tests {
    use super::*;
    use brisk::model::{Confidence, DirtyReason, Mode, PackageRef, PackageSource, Platform, Session, SessionIdx};
    use brisk::model::{Outputs, PhaseCpu, Source, Target, TargetKind, UnitIdx};

    fn unit(timing: Option<(f64, f64)>) -> Unit {
        Unit {
            hash: None,
            package: PackageRef { name: "a".to_owned(), version: None, source: PackageSource::Unknown },
            target: Target { kind: TargetKind::Lib, name: "a".to_owned() },
            mode: Mode::Build,
            platform: Platform::Host,
            profile_dir: None,
            features: Vec::new(),
            status: Status::Unknown,
            timing: timing.map(|(start_s, end_s)| Timing {
                start_s,
                expanded_s: None,
                rmeta_s: None,
                codegen_s: None,
                link_s: None,
                end_s,
                confidence: Confidence::Rounded,
                session: SessionIdx(0),
            }),
            cpu: None,
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            unfinished_since_s: None,
            failed: None,
            outputs: Outputs::default(),
        }
    }

    fn build(units: Vec<Unit>, edges: &[(u32, u32)]) -> Build {
        let edge = |&(dependent, dependency)| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
        Build {
            units,
            edges: edges.iter().map(edge).collect(),
            sessions: vec![Session { started_at: 0.0, wall_s: 1.0, n_units: 1 }],
            ..Build::empty(Source::TimingsHtml)
        }
    }

    fn edges_left(edges: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let build = sieve(build(vec![unit(None); 6], edges), Earliest::CommandStart);
        build.edges.iter().map(|edge| (edge.dependent.0, edge.dependency.0)).collect()
    }

    #[test]
    fn a_time_that_cannot_be_true_is_dropped_and_told() {
        for bad in [(-1.0, 2.0), (3.0, 2.0), (f64::NAN, 2.0), (1.0, f64::INFINITY), (0.0, 1e300)] {
            let sieved = sieve(build(vec![unit(Some(bad)), unit(Some((0.5, 1.0)))], &[]), Earliest::CommandStart);
            assert_eq!(sieved.units[0].timing, None, "{bad:?}");
            assert!(sieved.units[1].timing.is_some());
            assert_eq!(sieved.problems.len(), 1, "{bad:?}");
        }
    }

    #[test]
    fn a_unit_of_an_earlier_session_may_have_a_negative_time() {
        let sieved = sieve(build(vec![unit(Some((-9.0, -8.0)))], &[]), Earliest::AnySession);
        assert!(sieved.units[0].timing.is_some());
    }

    #[test]
    fn only_the_edges_of_a_cycle_are_dropped() {
        assert_eq!(edges_left(&[(0, 1), (1, 2), (2, 1), (2, 3), (4, 5)]), [(0, 1), (2, 3), (4, 5)]);
    }

    #[test]
    fn edges_to_nowhere_and_to_oneself_are_dropped() {
        assert_eq!(edges_left(&[(0, 9), (u32::MAX, 0), (1, 1), (1, 0)]), [(1, 0)]);
    }

    #[test]
    fn a_cause_that_is_not_there_is_dropped_and_the_reason_kept() {
        let reason =
            DirtyReason { kind: "dependency-rebuilt".into(), detail: "x".into(), because_of: Some(UnitIdx(7)) };
        let mut dirty = unit(None);
        dirty.status = Status::Dirty(Some(reason.clone()));
        let sieved = sieve(build(vec![dirty], &[]), Earliest::CommandStart);
        assert_eq!(sieved.units[0].status, Status::Dirty(Some(DirtyReason { because_of: None, ..reason })));
    }
}
