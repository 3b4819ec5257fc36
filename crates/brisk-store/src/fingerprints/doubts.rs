//! Times that only their neighbours show to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Mode, TargetKind};

use super::node::{Node, NodeIdx};
use super::snapshot::Snapshot;
use super::times::{Doubt, Interval, TICK_S};

/// Within this time of each other, units are copied one after the other. Who restores a target directory and builds in it
/// at once needs about as long to start Cargo.
const COPYING_S: f64 = 0.1;

/// Marks those times as no measurement. `dependencies` are those that were found by hash: then the dependent was built
/// with what is on disk now, or that was rebuilt later.
pub(super) fn doubt(snapshot: &Snapshot, nodes: &mut [Node], dependencies: &[BTreeSet<NodeIdx>]) {
    doubt_late_ends(snapshot, nodes, dependencies);
    doubt_copies(snapshot, nodes);
    doubt_runs(nodes);
}

/// Files of a unit are copied or unpacked in any order, and so some units of a copy look as if they had run. But no unit runs
/// while others are copied.
fn doubt_copies(snapshot: &Snapshot, nodes: &mut [Node]) {
    let place = |node: &Node| (snapshot.dirs[node.dir].profile.as_str(), snapshot.dirs[node.dir].layout);
    let mut copied: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.mode != Mode::RunBuildScript) {
        if let Some(interval) = node.interval.filter(Interval::is_like_a_copy) {
            copied.entry(place(node)).or_default().push(interval.start);
        }
    }
    for moments in copied.values_mut() {
        moments.sort_by(f64::total_cmp);
    }
    for node in nodes.iter_mut() {
        let Some(moments) = copied.get(&place(node)) else { continue };
        if let Some(interval) = &mut node.interval {
            let from = interval.start - COPYING_S;
            let next = moments.get(moments.partition_point(|moment| *moment < from));
            if next.is_some_and(|moment| *moment <= interval.end + COPYING_S) {
                interval.doubt(Doubt::Contradiction);
            }
        }
    }
}

/// A unit that was started before a dependent of it cannot have ended after that began, if the dependent had to wait for
/// the end. The end is what is wrong: a file that somebody touches gets a later time, not an earlier one.
fn doubt_late_ends(snapshot: &Snapshot, nodes: &mut [Node], dependencies: &[BTreeSet<NodeIdx>]) {
    let times = |idx: NodeIdx| nodes[idx].interval.filter(Interval::is_consistent);
    let is_finished = |idx: NodeIdx| snapshot.units[idx].fingerprint_hash.is_some();
    let mut late: BTreeSet<NodeIdx> = BTreeSet::new();
    for dependent in (0..nodes.len()).filter(|idx| is_finished(*idx)) {
        let Some(began) = times(dependent).map(|times| times.start + TICK_S) else { continue };
        for needed in awaited(nodes, dependencies, dependent) {
            let is_late = times(needed).is_some_and(|times| times.start <= began && times.end > began);
            if is_late && nodes[needed].mode != Mode::RunBuildScript {
                late.insert(needed);
            }
        }
    }
    for idx in late {
        if let Some(interval) = &mut nodes[idx].interval {
            interval.doubt(Doubt::Contradiction);
        }
    }
}

/// The units whose end `dependent` waited for: all below it if a linker runs in it, else those of its own dependencies that
/// are linked (`enqueue` in Cargo's `core/compiler/job_queue/mod.rs`).
fn awaited(nodes: &[Node], dependencies: &[BTreeSet<NodeIdx>], dependent: NodeIdx) -> BTreeSet<NodeIdx> {
    if !links(&nodes[dependent]) {
        return dependencies[dependent].iter().copied().filter(|needed| links(&nodes[*needed])).collect();
    }
    let mut awaited = BTreeSet::new();
    let mut stack: Vec<NodeIdx> = dependencies[dependent].iter().copied().collect();
    while let Some(needed) = stack.pop() {
        if awaited.insert(needed) {
            stack.extend(&dependencies[needed]);
        }
    }
    awaited
}

/// See [`brisk::model::Unit::links`].
fn links(node: &Node) -> bool {
    match node.mode {
        Mode::Check | Mode::CheckTest | Mode::Doc | Mode::RunBuildScript => false,
        Mode::Test | Mode::Doctest => true,
        Mode::Build => node.target.kind != TargetKind::Lib,
    }
}

/// A build script may run in less than a tick of the clock, so its times look right even where all others show that times
/// were lost.
fn doubt_runs(nodes: &mut [Node]) {
    let mut of_dirs: BTreeMap<usize, Option<Doubt>> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.mode != Mode::RunBuildScript) {
        if let Some(Interval { doubt, .. }) = node.interval {
            // One measurement is enough.
            of_dirs.entry(node.dir).and_modify(|of_dir| *of_dir = of_dir.and(doubt)).or_insert(doubt);
        }
    }
    for node in nodes.iter_mut().filter(|node| node.mode == Mode::RunBuildScript) {
        if let (Some(interval), Some(Some(doubt))) = (&mut node.interval, of_dirs.get(&node.dir)) {
            interval.doubt(*doubt);
        }
    }
}
