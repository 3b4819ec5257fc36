//! Changes of the work itself: crates that are split, built already, or found in a cache.

use crate::model::{Edge, Mode, TargetKind, Unit, UnitIdx, Wait};
use crate::simulate::{Needs, Stage, Task, Workload};

use super::base::{Base, Impossible, is_library};
use super::{PackageSpec, Range, RecordedEdit};

/// How long a rebuild of a crate with incremental compilation takes, as a share of its clean build: seen were 0.39 to 0.58
/// for small edits of libraries near the root of a workspace (`docs/measurements.md`, "Rebuilds after an edit"). An edit
/// that changes much comes near 1.
pub(super) const INCREMENTAL: Range = Range { low: 0.3, mid: 0.5, high: 1.0 };

/// Turns for which units a cache has what is asked of it: enough for the ends of nine tenths.
pub(super) const DRAWS: u32 = 19;

/// How the parts of a split crate need each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// Not at all.
    Apart,
    /// Each needs the one before it.
    Chained,
}

/// The library of the package in so many parts of equal work. Each part also takes what the smallest crates take.
pub(super) fn split(
    base: Base<'_>,
    workload: &mut Workload,
    package: &PackageSpec,
    n_parts: u32,
    parts: Parts,
) -> Result<(), Impossible> {
    let units = base.units_of(package)?;
    let libraries: Vec<UnitIdx> = units
        .into_iter()
        .filter(|&idx| is_splittable(base.unit(idx)) && workload.tasks[idx.index()].is_work())
        .collect();
    if libraries.is_empty() {
        return Err(Impossible::NothingToChange(format!("`{package}` has no library that could be split")));
    }
    let least = least_of_a_crate(base, workload, &libraries);
    for library in libraries {
        split_task(workload, library, n_parts, parts, least);
    }
    Ok(())
}

fn is_splittable(unit: &Unit) -> bool {
    is_library(unit) && unit.target.kind != TargetKind::ProcMacro
}

fn split_task(workload: &mut Workload, whole: UnitIdx, n_parts: u32, parts: Parts, least: Task) {
    let part = workload.tasks[whole.index()].times(1.0 / f64::from(n_parts));
    let part = Task {
        front: Stage::new(part.front.cpu_s.max(least.front.cpu_s), part.front.idle_s.max(least.front.idle_s)),
        ..part
    };
    workload.tasks[whole.index()] = part;
    let waits = workload.waits.clone();
    let mut before = whole;
    for _ in 1..n_parts {
        let Ok(next) = u32::try_from(workload.tasks.len()) else { return };
        let next = UnitIdx(next);
        workload.tasks.push(part);
        // What the whole needs, each part needs; who needs the whole needs all parts.
        workload.waits.extend(waits.iter().filter_map(|&(edge, wait)| match edge {
            Edge { dependent, dependency } if dependent == whole => Some((Edge { dependent: next, dependency }, wait)),
            Edge { dependent, dependency } if dependency == whole => Some((Edge { dependent, dependency: next }, wait)),
            _ => None,
        }));
        if parts == Parts::Chained {
            let wait = if part.needs == Needs::Metadata { Wait::Metadata } else { Wait::End };
            workload.waits.push((Edge { dependent: next, dependency: before }, wait));
        }
        before = next;
    }
}

/// What a crate takes however little is in it: the twentieth of the other libraries that takes least.
fn least_of_a_crate(base: Base<'_>, workload: &Workload, split: &[UnitIdx]) -> Task {
    let others = base.build.iter_units().filter(|(idx, _)| !split.contains(idx));
    let libraries = others.filter(|(_, unit)| is_splittable(unit));
    let mut tasks: Vec<Task> = libraries.map(|(idx, _)| workload.tasks[idx.index()]).filter(Task::is_work).collect();
    tasks.sort_by(|a, b| a.cpu_s().total_cmp(&b.cpu_s()));
    tasks.get(tasks.len() / 20).copied().unwrap_or_default()
}

/// Only what is not of a member is built already.
pub(super) fn warm_dependencies(base: Base<'_>, workload: &mut Workload) {
    for (idx, _) in base.build.iter_units().filter(|(idx, _)| !base.is_of_member(*idx)) {
        done_already(&mut workload.tasks[idx.index()]);
    }
}

/// The package takes no time.
pub(super) fn free(base: Base<'_>, workload: &mut Workload, package: &PackageSpec) -> Result<(), Impossible> {
    for unit in base.units_of(package)? {
        done_already(&mut workload.tasks[unit.index()]);
    }
    Ok(())
}

/// Only what an edit of the package's sources has built again: it, and all that need it. Those that rustc compiles
/// incrementally take `share` of what they take from scratch.
pub(super) fn touch(
    base: Base<'_>,
    workload: &mut Workload,
    package: &PackageSpec,
    share: f64,
) -> Result<(), Impossible> {
    let edited =
        base.units_of_member(package)?.into_iter().filter(|&idx| base.unit(idx).target.kind != TargetKind::BuildScript);
    let affected = base.graph.affected(edited);
    for (idx, unit) in base.build.iter_units() {
        let task = &mut workload.tasks[idx.index()];
        if !affected[idx.index()] {
            done_already(task);
        } else if is_incremental(base, idx, unit) {
            *task = Task { front: task.front.times(share), back: task.back.times(share), ..*task };
        }
    }
    Ok(())
}

/// What was built again when such an edit was recorded, at what it took then; everything else is fresh.
pub(super) fn touch_as_recorded(workload: &mut Workload, recorded: &RecordedEdit) {
    let is_there: Vec<bool> = workload.tasks.iter().map(Task::is_work).collect();
    workload.tasks.iter_mut().for_each(done_already);
    for &(idx, task) in &recorded.tasks {
        // What another change takes out is not built again either.
        if let Some(place) = workload.tasks.get_mut(idx.index()).filter(|_| is_there[idx.index()]) {
            *place = task;
        }
    }
}

/// Cargo compiles members incrementally in profiles that do not optimise (`incremental` of the dev and test profiles).
fn is_incremental(base: Base<'_>, idx: UnitIdx, unit: &Unit) -> bool {
    base.is_of_member(idx) && unit.profile_dir.as_deref() == Some("debug") && unit.mode != Mode::RunBuildScript
}

fn done_already(task: &mut Task) {
    *task = Task { needs: task.needs, ..Task::default() };
}

/// A cache has a share of all library compilations: then rustc only finds out what the crate is made of, up to the end of
/// macro expansion, as a cache must know all of its files. Which ones is drawn, in turn `draw`.
pub(super) fn cache_hits(base: Base<'_>, workload: &mut Workload, share: f64, draw: u32) {
    for (idx, unit) in base.build.iter_units() {
        let is_cached = is_library(unit) && unit.mode == Mode::Build && unit.target.kind == TargetKind::Lib;
        if is_cached && drawn(idx, draw) < share {
            let task = &mut workload.tasks[idx.index()];
            *task = Task {
                front: task.front.times(expanding(unit)),
                back: Stage::default(),
                link: Stage::default(),
                ..*task
            };
        }
    }
}

/// Share of the front end's time up to the end of macro expansion; a third where that was not seen.
fn expanding(unit: &Unit) -> f64 {
    let seen = unit.timing.and_then(|timing| {
        let front_s = unit.front_end_s()? - timing.start_s;
        (front_s > 0.0).then_some((timing.expanded_s? - timing.start_s) / front_s)
    });
    seen.map_or(1.0 / 3.0, |share| share.clamp(0.0, 1.0))
}

/// A number from 0 to 1 for the unit in this turn: evenly spread over the turns, as multiples of the golden ratio are
/// (Weyl 1916), from a start of the unit's own.
fn drawn(idx: UnitIdx, draw: u32) -> f64 {
    let start = f64::from(idx.0.wrapping_mul(0x9e37_79b9)) / f64::from(u32::MAX);
    (start + f64::from(draw) * 0.618_033_988_749_894_9).fract()
}
