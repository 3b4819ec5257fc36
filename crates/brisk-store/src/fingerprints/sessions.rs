//! Which units were built by the same Cargo command.
//!
//! Nothing on disk says so, but the times do. Commands that build the same profile exclude each other by a lock on its
//! directory, so sessions follow one another, and a new one can only begin where nothing was running. Such a moment is the
//! boundary between two commands if
//!
//! * it is long: Cargo itself does nothing for seconds between two units; or
//! * what starts next is needed by something that ran before: within one command a unit never starts before its
//!   dependency; or
//! * it is longer than Cargo takes to start a unit, and what starts next was not waiting for what just ended. Where nothing
//!   runs, every unit still to come waits for one that just ended, or Cargo would have started it (its job queue starts
//!   whatever is ready while there are free slots, `core/compiler/job_queue/mod.rs`); or
//! * executables are built before it and checked or documented after it, or the other way round: no command does both with
//!   executables (libraries are also built for a check, where build scripts or proc macros need them).
//!
//! Two commands of the same kind that follow each other at once (`cargo build && cargo test`) are one session: what they
//! leave is what one command would have left. Where they can be told apart, it is by when units were planned: a command
//! plans all its units before it starts the first, and creates a directory for each that is new (`compile` in
//! `core/compiler/mod.rs`, `prepare_init` in `core/compiler/fingerprint/mod.rs`). So a unit that was planned after a session
//! had begun is of a later one; and one that was planned right before its beginning is of it, however long Cargo was held up.
//!
//! Each unit has only its last build on disk, so a session of the past lacks what was rebuilt since, and falls apart where
//! nothing else ran beside that.

use std::collections::BTreeSet;

use brisk::model::{Mode, TargetKind};

use super::node::{Node, NodeIdx};
use super::snapshot::Snapshot;
use super::times::{Interval, TICK_S};

/// Nobody's Cargo is idle for this long within one build; people and scripts are.
const LONG_IDLE_S: f64 = 2.0;

/// Cargo starts the next unit within milliseconds; reading a workspace and its fingerprints takes longer than this.
const SHORT_IDLE_S: f64 = 0.15;

/// Units that become ready at the same moment start within this time of each other.
const WAVE_S: f64 = 0.02;

/// A command plans its units within this time: their directories are created before its first unit starts.
const PLAN_S: f64 = 5.0;

/// What counts as having just ended, before an idle moment.
const JUST_ENDED_S: f64 = 0.05;

/// One Cargo command, as far as its units were not rebuilt since.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// Seconds since the UNIX epoch.
    pub(super) start: f64,
    /// The same.
    pub(super) end: f64,
    pub(super) units: Vec<NodeIdx>,
}

/// The sessions of every profile and layout, by start, and the session of each unit. Each layout is built by commands of
/// its own, although they lock the same file.
pub(super) fn cluster(
    snapshot: &Snapshot,
    nodes: &[Node],
    dependencies: &[BTreeSet<NodeIdx>],
) -> (Vec<Cluster>, Vec<Option<usize>>) {
    let place = |dir: usize| (snapshot.dirs[dir].profile.as_str(), snapshot.dirs[dir].layout);
    let places: BTreeSet<_> = (0..snapshot.dirs.len()).map(place).collect();
    let mut clusters: Vec<Cluster> = places
        .into_iter()
        .flat_map(|wanted| {
            let timed = nodes.iter().enumerate().filter(|(_, node)| place(node.dir) == wanted);
            let timed = timed.filter_map(|(idx, node)| Some((idx, node.interval?)));
            of_profile(timed.collect(), dependencies, &|unit| manner_of(&nodes[unit]))
        })
        .collect();
    clusters.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut cluster_of = vec![None; nodes.len()];
    for (idx, cluster) in clusters.iter().enumerate() {
        for unit in &cluster.units {
            cluster_of[*unit] = Some(idx);
        }
    }
    (clusters, cluster_of)
}

/// What a command does with executables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Built,
    Checked,
    Documented,
}

/// `None` for what commands of every manner may need.
fn manner_of(node: &Node) -> Option<Manner> {
    match node.target.kind {
        TargetKind::Bin | TargetKind::Example | TargetKind::Test | TargetKind::Bench => {}
        TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro | TargetKind::BuildScript => return None,
    }
    match node.mode {
        Mode::Build | Mode::Test => Some(Manner::Built),
        Mode::Check | Mode::CheckTest => Some(Manner::Checked),
        Mode::Doc => Some(Manner::Documented),
        Mode::Doctest | Mode::RunBuildScript => None,
    }
}

fn of_profile(
    timed: Vec<(NodeIdx, Interval)>,
    dependencies: &[BTreeSet<NodeIdx>],
    manner_of: &dyn Fn(NodeIdx) -> Option<Manner>,
) -> Vec<Cluster> {
    let (mut consistent, doubtful): (Vec<_>, Vec<_>) =
        timed.into_iter().partition(|(_, interval)| interval.is_consistent());
    consistent.sort_by(|(_, a), (_, b)| a.start.total_cmp(&b.start));
    let mut clusters: Vec<Cluster> = Vec::new();
    let by_manner = boundaries_by_manner(&consistent, manner_of);
    for (position, &(unit, interval)) in consistent.iter().enumerate() {
        let before = clusters.len().checked_sub(2).map_or(f64::NEG_INFINITY, |idx| clusters[idx].end);
        match clusters.last_mut() {
            Some(current)
                if !by_manner.contains(&position)
                    && !is_boundary(before, current, &consistent, position, dependencies) =>
            {
                current.units.push(unit);
                current.end = current.end.max(interval.end);
            }
            _ => clusters.push(Cluster { start: interval.start, end: interval.end, units: vec![unit] }),
        }
    }
    add_doubtful(&mut clusters, &doubtful);
    clusters
}

/// Positions in `sorted` at which another command begins, because executables are treated otherwise from then on: of the
/// idle moments between the last of the one manner and the first of the other, the longest.
fn boundaries_by_manner(
    sorted: &[(NodeIdx, Interval)],
    manner_of: &dyn Fn(NodeIdx) -> Option<Manner>,
) -> BTreeSet<usize> {
    let mut boundaries = BTreeSet::new();
    let mut last: Option<Manner> = None;
    let mut until = f64::NEG_INFINITY;
    let mut longest: Option<(f64, usize)> = None;
    for (position, (unit, interval)) in sorted.iter().enumerate() {
        let idle_s = interval.start - until;
        if position > 0 && idle_s > longest.map_or(0.0, |(idle_s, _)| idle_s) {
            longest = Some((idle_s, position));
        }
        until = until.max(interval.end);
        let Some(manner) = manner_of(*unit) else { continue };
        if last.is_some_and(|last| last != manner) {
            boundaries.extend(longest.map(|(_, position)| position));
        }
        last = Some(manner);
        longest = None;
    }
    boundaries
}

/// Whether `sorted[position]` belongs to another command than `current`, which ends with the unit before. The session
/// before it ended at `before`.
fn is_boundary(
    before: f64,
    current: &Cluster,
    sorted: &[(NodeIdx, Interval)],
    position: usize,
    dependencies: &[BTreeSet<NodeIdx>],
) -> bool {
    let (next, Interval { start, planned, .. }) = sorted[position];
    let idle_s = start - current.end;
    if idle_s <= 0.0 || idle_s > LONG_IDLE_S {
        return idle_s > 0.0;
    }
    let is_planned_later = planned.is_some_and(|planned| planned > current.start + 2.0 * TICK_S);
    if is_planned_later || current.units.iter().any(|earlier| dependencies[*earlier].contains(&next)) {
        return true;
    }
    if idle_s <= SHORT_IDLE_S || planned.is_some_and(|planned| planned > before.max(current.start - PLAN_S)) {
        return false;
    }
    let just_ended = |unit: &NodeIdx| {
        let earlier = sorted[..position].iter().rev().find(|(idx, _)| idx == unit);
        earlier.is_some_and(|(_, interval)| interval.end >= current.end - JUST_ENDED_S)
    };
    let wave: Vec<NodeIdx> =
        sorted[position..].iter().take_while(|(_, other)| other.start <= start + WAVE_S).map(|(idx, _)| *idx).collect();
    let was_waiting =
        |unit: &NodeIdx| dependencies[*unit].iter().any(|needed| wave.contains(needed) || just_ended(needed));
    !wave.iter().all(was_waiting)
}

/// Times that contradict each other do not draw boundaries: each such unit is put to the last session begun before it,
/// and without any consistent time there is one session.
fn add_doubtful(clusters: &mut Vec<Cluster>, doubtful: &[(NodeIdx, Interval)]) {
    let Some(&(_, first)) = doubtful.first() else { return };
    if clusters.is_empty() {
        let widen = |(start, end): (f64, f64), (_, interval): &(NodeIdx, Interval)| {
            (start.min(interval.start), end.max(interval.end))
        };
        let (start, end) = doubtful.iter().fold((first.start, first.end), widen);
        clusters.push(Cluster { start, end, units: doubtful.iter().map(|(unit, _)| *unit).collect() });
        return;
    }
    for (unit, interval) in doubtful {
        let after = clusters.partition_point(|cluster| cluster.start <= interval.end);
        clusters[after.saturating_sub(1)].units.push(*unit);
    }
}

#[cfg(test)]
mod tests {
    use super::super::times::Doubt;
    use super::*;

    /// Units as `(start, end, dependencies)`; the result is the units of each session.
    #[track_caller]
    fn check(units: &[(f64, f64, &[NodeIdx])], expected: &[&[NodeIdx]]) {
        check_all(units, &[], &[], expected);
    }

    /// The same with when units were planned.
    #[track_caller]
    fn check_planned(units: &[(f64, f64, &[NodeIdx])], planned: &[f64], expected: &[&[NodeIdx]]) {
        check_all(units, planned, &[], expected);
    }

    /// The same with the manners of those units that are executables.
    #[track_caller]
    fn check_manners(units: &[(f64, f64, &[NodeIdx])], manners: &[(NodeIdx, Manner)], expected: &[&[NodeIdx]]) {
        check_all(units, &[], manners, expected);
    }

    #[track_caller]
    fn check_all(
        units: &[(f64, f64, &[NodeIdx])],
        planned: &[f64],
        manners: &[(NodeIdx, Manner)],
        expected: &[&[NodeIdx]],
    ) {
        let manner_of = |unit| manners.iter().find(|(executable, _)| *executable == unit).map(|(_, manner)| *manner);
        let timed = units.iter().enumerate().map(|(idx, (start, end, _))| {
            let doubt = (end <= start).then_some(Doubt::Contradiction);
            let planned = planned.get(idx).copied();
            (idx, Interval { planned, start: *start, expanded: None, metadata: None, end: *end, doubt })
        });
        let dependencies: Vec<_> = units.iter().map(|(_, _, needed)| needed.iter().copied().collect()).collect();
        let clusters = of_profile(timed.collect(), &dependencies, &manner_of);
        let found: Vec<&[NodeIdx]> = clusters.iter().map(|cluster| cluster.units.as_slice()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_long_idle_time_divides_sessions() {
        check(&[(0.0, 5.0, &[]), (7.1, 9.0, &[0])], &[&[0], &[1]]);
    }

    #[test]
    fn a_unit_that_waited_for_the_one_before_is_of_the_same_session() {
        check(&[(0.0, 5.0, &[]), (5.5, 9.0, &[0])], &[&[0, 1]]);
    }

    #[test]
    fn a_unit_that_need_not_have_waited_is_of_another_session() {
        check(&[(0.0, 5.0, &[]), (1.0, 2.0, &[]), (5.5, 9.0, &[1])], &[&[0, 1], &[2]]);
        check(&[(0.0, 5.0, &[]), (5.5, 9.0, &[0]), (5.505, 9.0, &[])], &[&[0], &[1, 2]]);
    }

    #[test]
    fn a_chain_that_starts_at_once_is_one_wave() {
        check(&[(0.0, 5.0, &[]), (5.2, 5.205, &[0]), (5.21, 9.0, &[1])], &[&[0, 1, 2]]);
    }

    #[test]
    fn a_short_idle_time_divides_nothing() {
        check(&[(0.0, 5.0, &[]), (5.1, 9.0, &[])], &[&[0, 1]]);
    }

    #[test]
    fn executables_are_not_built_and_checked_by_one_command() {
        use Manner::{Built, Checked};
        // `cargo build`, then `cargo check`: a library and an executable each.
        let units: [(f64, f64, &[NodeIdx]); 4] =
            [(0.0, 5.0, &[]), (5.001, 6.0, &[0]), (6.1, 7.0, &[]), (7.001, 8.0, &[2])];
        check_manners(&units, &[(1, Built), (3, Checked)], &[&[0, 1], &[2, 3]]);
        check_manners(&units, &[(1, Built), (3, Built)], &[&[0, 1, 2, 3]]);
        check_manners(&units, &[(3, Checked)], &[&[0, 1, 2, 3]]);
        // Where something is running all the time, nothing can be said.
        check_manners(&[(0.0, 5.0, &[]), (4.0, 6.0, &[])], &[(0, Built), (1, Checked)], &[&[0, 1]]);
    }

    #[test]
    fn units_planned_together_are_of_one_command_however_long_it_is_held_up() {
        let units: [(f64, f64, &[NodeIdx]); 3] = [(10.0, 12.0, &[]), (10.5, 11.0, &[]), (12.9, 14.0, &[1])];
        check(&units, &[&[0, 1], &[2]]);
        check_planned(&units, &[9.9, 9.9, 9.95], &[&[0, 1, 2]]);
        // Planned by a command long before, and rebuilt: nothing is said.
        check_planned(&units, &[9.9, 9.9, 1.0], &[&[0, 1], &[2]]);
    }

    #[test]
    fn units_planned_after_a_session_began_are_of_the_next_one() {
        let units: [(f64, f64, &[NodeIdx]); 2] = [(10.0, 12.0, &[]), (12.05, 14.0, &[0])];
        check(&units, &[&[0, 1]]);
        check_planned(&units, &[9.9, 12.01], &[&[0], &[1]]);
    }

    #[test]
    fn a_dependency_newer_than_its_dependent_was_rebuilt_by_another_command() {
        check(&[(0.0, 5.0, &[1]), (5.1, 9.0, &[])], &[&[0], &[1]]);
    }

    #[test]
    fn doubtful_times_do_not_divide() {
        check(&[(0.0, 0.0, &[]), (50.0, 50.0, &[])], &[&[0, 1]]);
        check(&[(0.0, 5.0, &[]), (50.0, 50.0, &[]), (99.0, 100.0, &[])], &[&[0, 1], &[2]]);
    }
}
