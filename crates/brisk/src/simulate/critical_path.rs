//! The longest chain of units that had to wait for each other.

use crate::model::{Build, Graph, Unit, UnitIdx, Wait};

/// A unit on the critical path, with the part of it that the next one waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The unit.
    pub unit: UnitIdx,
    /// Seconds of it on the path: to its metadata if the next step waits only for that, else its whole duration.
    pub on_path_s: f64,
    /// What the next step waits for; the last step's own end.
    pub until: Wait,
}

/// The chain that bounds the build from below on any number of cores, at the durations that the units had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriticalPath {
    /// Its length in seconds.
    pub length_s: f64,
    /// From the first unit to the last.
    pub steps: Vec<Step>,
}

/// How a unit's earliest start came about: the unit it waited for, and for what.
type Cause = Option<(UnitIdx, Wait)>;

/// Earliest moments of a unit with unlimited cores.
#[derive(Clone, Copy)]
struct Earliest {
    metadata_s: f64,
    end_s: f64,
    /// Latest end among the unit and all that it needs, and whose end that is.
    all_ends: (f64, UnitIdx),
    cause: Cause,
    lengths_s: Lengths,
}

impl CriticalPath {
    /// The critical path of `build`. Units without a trusted time count as zero.
    pub fn of(build: &Build, graph: &Graph) -> Self {
        Self::counting(build, graph, |_| true)
    }

    /// The critical path if all units but those that `counts` is true of took no time.
    ///
    /// A unit that links waits for the ends of *all* units below it, as Cargo arranges it
    /// (`core/compiler/job_queue/mod.rs`, `enqueue`): pipelining means that a direct dependency can be ready while
    /// one of its own dependencies is still generating code.
    pub fn counting(build: &Build, graph: &Graph, counts: impl Fn(UnitIdx) -> bool) -> Self {
        let mut earliest: Vec<Option<Earliest>> = vec![None; build.units.len()];
        for idx in graph.topological() {
            let lengths_s = if counts(idx) { lengths_s(build.unit(idx)) } else { (0.0, 0.0) };
            earliest[idx.index()] = Some(Earliest::of(build, graph, &earliest, (idx, lengths_s)));
        }
        let last = build.iter_units().filter_map(|(idx, _)| Some((idx, earliest[idx.index()]?)));
        match last.max_by(|(_, a), (_, b)| a.end_s.total_cmp(&b.end_s)) {
            Some((unit, at)) if at.end_s > 0.0 => Self { length_s: at.end_s, steps: chain(&earliest, unit) },
            _ => Self::default(),
        }
    }
}

impl Earliest {
    fn of(
        build: &Build,
        graph: &Graph,
        done: &[Option<Self>],
        (idx, (front_s, duration_s)): (UnitIdx, Lengths),
    ) -> Self {
        let unit = build.unit(idx);
        let (mut start_s, mut cause, mut all_ends) = (0.0, None, (0.0, idx));
        for &dependency in graph.dependencies(idx) {
            let Some(of_dependency) = &done[dependency.index()] else { continue };
            let (ready_s, waited_for) = of_dependency.ready(unit, build.unit(dependency), dependency);
            if ready_s > start_s {
                (start_s, cause) = (ready_s, Some(waited_for));
            }
            if of_dependency.all_ends.0 > all_ends.0 {
                all_ends = of_dependency.all_ends;
            }
        }
        let end_s = start_s + duration_s;
        let all_ends = if end_s >= all_ends.0 { (end_s, idx) } else { all_ends };
        Self { metadata_s: start_s + front_s, end_s, all_ends, cause, lengths_s: (front_s, duration_s) }
    }

    /// When `dependent` may start as far as this dependency goes, and what it then has waited for.
    fn ready(&self, dependent: &Unit, dependency: &Unit, idx: UnitIdx) -> (f64, (UnitIdx, Wait)) {
        match Wait::of(dependent, dependency) {
            Wait::Metadata => (self.metadata_s, (idx, Wait::Metadata)),
            Wait::End if dependent.links() => (self.all_ends.0, (self.all_ends.1, Wait::End)),
            Wait::End => (self.end_s, (idx, Wait::End)),
        }
    }
}

/// Seconds to metadata, and to the end.
type Lengths = (f64, f64);

fn lengths_s(unit: &Unit) -> Lengths {
    let duration_s = unit.trusted_duration_s().unwrap_or(0.0);
    let front_s = unit.split_s().map_or(duration_s, |(front_s, _, _)| front_s);
    (front_s.min(duration_s), duration_s)
}

/// Follows the causes back from `last`.
fn chain(earliest: &[Option<Earliest>], last: UnitIdx) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = Some((last, Wait::End));
    while let Some((unit, until)) = at {
        let Some(of_unit) = &earliest[unit.index()] else { break };
        let (front_s, duration_s) = of_unit.lengths_s;
        let on_path_s = if until == Wait::Metadata { front_s } else { duration_s };
        steps.push(Step { unit, on_path_s, until });
        at = of_unit.cause;
    }
    steps.reverse();
    steps
}
