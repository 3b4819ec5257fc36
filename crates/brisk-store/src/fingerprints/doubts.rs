//! Times that only their neighbours show to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Mode, TargetKind};

use super::node::{Node, NodeIdx};
use super::snapshot::Snapshot;
use super::times::{Doubt, Interval, TICK_S};

/// Marks those times as no measurement. `dependencies` are those that were found by hash: then the dependent was built
/// with what is on disk now, or that was rebuilt later.
pub(super) fn doubt(snapshot: &Snapshot, nodes: &mut [Node], dependencies: &[BTreeSet<NodeIdx>]) {
    doubt_late_ends(snapshot, nodes, dependencies);
    doubt_runs(nodes);
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
