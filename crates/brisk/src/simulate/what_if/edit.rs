//! What an edit had built again, as it was recorded.

use std::collections::BTreeMap;

use crate::model::{Build, Graph, Outcome, Source, TargetKind, UnitHash, UnitIdx};
use crate::simulate::{CostBasis, Task, Workload};

use super::PackageSpec;
use super::base::Base;

/// Share of the units below an edit that a recorded rebuild must have built, so that it is one of that edit: fewer, and
/// something else was changed, or the command was about other targets.
const LEAST_BUILT: f64 = 0.5;

/// A recorded rebuild after an edit.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEdit {
    /// What was edited.
    pub package: PackageSpec,
    /// What was built again, and what it took; ascending.
    pub tasks: Vec<(UnitIdx, Task)>,
}

impl RecordedEdit {
    /// The rebuild among `builds`, the newest first, in which nothing but an edit of `package` was built again.
    pub fn find<'b>(
        base: Base<'_>,
        package: &PackageSpec,
        builds: impl IntoIterator<Item = &'b Build>,
    ) -> Option<Self> {
        let units = base.units_of(package).ok()?.into_iter();
        let edited: Vec<UnitIdx> = units.filter(|&idx| base.unit(idx).target.kind != TargetKind::BuildScript).collect();
        let affected = base.graph.affected(edited.iter().copied());
        let by_hash: BTreeMap<UnitHash, UnitIdx> =
            base.build.iter_units().filter_map(|(idx, unit)| Some((unit.hash?, idx))).collect();
        let of_edit = |build: &Build| {
            let tasks = rebuilt(build, &by_hash)?;
            let is_below = tasks.iter().all(|(idx, _)| affected[idx.index()]);
            let has_edited = tasks.iter().any(|(idx, _)| edited.contains(idx));
            let n_affected = affected.iter().filter(|affected| **affected).count();
            let enough = tasks.len() as f64 >= LEAST_BUILT * n_affected as f64;
            (is_below && has_edited && enough).then_some(tasks)
        };
        let tasks = builds.into_iter().find_map(of_edit)?;
        Some(Self { package: package.clone(), tasks })
    }
}

/// What a recorded command built, in terms of other units of the same hashes; `None` if it built everything, failed, or built
/// something that is not known there.
fn rebuilt(build: &Build, by_hash: &BTreeMap<UnitHash, UnitIdx>) -> Option<Vec<(UnitIdx, Task)>> {
    let is_capture = build.source == Source::Capture && build.outcome == Outcome::Success;
    if !is_capture || CostBasis::of(build) != CostBasis::Cpu {
        return None;
    }
    let workload = Workload::of(build, &Graph::of(build));
    let built = build.units.iter().zip(&workload.tasks).filter(|(_, task)| task.is_work());
    let mut tasks = Vec::new();
    for (unit, task) in built {
        tasks.push((*by_hash.get(&unit.hash?)?, *task));
    }
    tasks.sort_unstable_by_key(|(idx, _)| *idx);
    (!tasks.is_empty() && tasks.len() < build.units.len()).then_some(tasks)
}
