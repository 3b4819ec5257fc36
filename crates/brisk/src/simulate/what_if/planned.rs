//! A build as Cargo itself plans it after a change, with the costs of the recorded one.

use std::collections::BTreeSet;

use crate::model::{Edge, PlannedUnit, UnitGraph, UnitIdx, Wait};
use crate::simulate::{Match, Needs, Task, Transfer, Workload};

use super::Hypothesis;
use super::base::Base;

/// How far the cost of a unit with other features, or of another version, may be from that of the one that was seen, as a
/// share of it. A first setting, to be calibrated.
const STAND_IN_DOUBT: f64 = 0.3;

/// What Cargo would build after changes of manifests.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The changes.
    pub hypotheses: Vec<Hypothesis>,
    /// Its units.
    pub graph: UnitGraph,
}

/// The work of a plan, in the places of the recorded units where these stay.
pub(super) struct PlannedWork {
    pub(super) workload: Workload,
    /// Units of the build that are no longer built.
    pub(super) removed: Vec<UnitIdx>,
    /// What is built beside them, in the order of their tasks.
    pub(super) added: Vec<String>,
    /// CPU seconds by which it may be off.
    pub(super) doubt_s: f64,
    pub(super) caveats: Vec<String>,
}

impl PlannedWork {
    /// The work as it was recorded.
    pub(super) fn unchanged(workload: &Workload) -> Self {
        let workload = workload.clone();
        Self { workload, removed: Vec::new(), added: Vec::new(), doubt_s: 0.0, caveats: Vec::new() }
    }
}

impl Planned {
    /// Its work, with the costs that `workload` has for the units of the build. What rustc would take for units that were
    /// never built is not known.
    pub(super) fn work(&self, base: Base<'_>, workload: &Workload) -> PlannedWork {
        let transfer = Transfer::of(base.build, &self.graph);
        let places = Places::of(&transfer, workload.tasks.len());
        let nothing = |task: &Task| Task { needs: task.needs, ..Task::default() };
        let mut tasks: Vec<Task> = workload.tasks.iter().map(nothing).collect();
        tasks.resize(places.n_tasks, Task::default());
        let mut stand_ins_s: Vec<f64> = Vec::new();
        let (mut unknown, mut other_versions) = (BTreeSet::new(), BTreeSet::new());
        for ((place, found), unit) in places.of_planned.iter().zip(&transfer.matches).zip(&self.graph.units) {
            let known = found.unit().map(|idx| workload.tasks[idx.index()]);
            tasks[place.index()] = Task { needs: Needs::of(unit.mode, unit.target.kind), ..known.unwrap_or_default() };
            match found {
                Match::Same(_) => {}
                Match::OtherFeatures(_) | Match::OtherVersion(_) => {
                    stand_ins_s.push(known.map_or(0.0, |task| task.cpu_s()));
                    other_versions.extend(matches!(found, Match::OtherVersion(_)).then(|| unit.package.to_string()));
                }
                Match::Unknown => {
                    unknown.insert(unit.package.to_string());
                }
            }
        }
        let waits = self.graph.edges.iter().map(|edge| {
            let (dependent, dependency) = (self.graph.unit(edge.dependent), self.graph.unit(edge.dependency));
            let what = |unit: &PlannedUnit| (unit.mode, unit.target.kind);
            let place = |idx: UnitIdx| places.of_planned[idx.index()];
            (
                Edge { dependent: place(edge.dependent), dependency: place(edge.dependency) },
                Wait::between(what(dependent), what(dependency)),
            )
        });
        let mut caveats = Vec::new();
        if !unknown.is_empty() {
            caveats.push(format!(
                "never built here, so that what it takes is not known and not in the prediction: {}",
                super::cuts::listed(&unknown)
            ));
        }
        if !other_versions.is_empty() {
            caveats.push(format!(
                "taken to cost what another version was seen to take: {}",
                super::cuts::listed(&other_versions)
            ));
        }
        let behind =
            places.of_planned.iter().zip(&self.graph.units).filter(|(place, _)| place.index() >= workload.tasks.len());
        PlannedWork {
            added: behind.map(|(_, unit)| format!("{} ({})", unit.package, unit.target.in_words())).collect(),
            workload: Workload { tasks, waits: waits.collect(), dispatch: workload.dispatch },
            removed: transfer.gone,
            doubt_s: stand_ins_s.iter().map(|s| s * STAND_IN_DOUBT).fold(0.0, f64::hypot),
            caveats,
        }
    }
}

/// Where the tasks of planned units go.
struct Places {
    /// Parallel to the planned units.
    of_planned: Vec<UnitIdx>,
    n_tasks: usize,
}

impl Places {
    /// A unit that was recorded keeps its place, and so does what stands in for it, once; all others come behind.
    fn of(transfer: &Transfer, n_units: usize) -> Self {
        let same: BTreeSet<UnitIdx> = transfer
            .matches
            .iter()
            .filter_map(|found| match found {
                Match::Same(unit) => Some(*unit),
                _ => None,
            })
            .collect();
        let mut taken = BTreeSet::new();
        let mut n_tasks = n_units;
        let mut behind = || {
            let place = UnitIdx(u32::try_from(n_tasks).unwrap_or(u32::MAX));
            n_tasks += 1;
            place
        };
        let mut of_planned = Vec::with_capacity(transfer.matches.len());
        for found in &transfer.matches {
            of_planned.push(match found {
                Match::Same(unit) => *unit,
                Match::OtherFeatures(unit) | Match::OtherVersion(unit)
                    if !same.contains(unit) && taken.insert(*unit) =>
                {
                    *unit
                }
                _ => behind(),
            });
        }
        Self { of_planned, n_tasks }
    }
}
