//! A snapshot understood: packages, modes, edges, sessions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use brisk::model::{Mode, Platform, Problem, Target, Workspace};

use super::edges::Edges;
use super::node::{self, CheckProfiles, Node, NodeIdx};
use super::packages::{Identity, Packages};
use super::record::UnitRecord;
use super::sessions::{self, Cluster};
use super::snapshot::Snapshot;
use super::times::{Interval, Trust};
use super::unit_name::Flavor;

/// A snapshot understood. `nodes` and `dependencies` run parallel to [`Snapshot::units`].
pub(super) struct Survey<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Edges,
    /// Sessions of all profiles, by start.
    pub(super) clusters: Vec<Cluster>,
    /// The cluster of each unit; `None` if nobody knows when it was built.
    pub(super) cluster_of: Vec<Option<usize>>,
}

impl<'s> Survey<'s> {
    /// Understands `snapshot` with what is known of the workspace.
    pub(super) fn of(snapshot: &'s Snapshot, workspace: &Workspace) -> Self {
        let mut edges = Edges::by_hash(snapshot);
        let identities = identify(snapshot, &edges, workspace);
        let checks = CheckProfiles::of(&snapshot.units);
        let node = |(idx, identity): (NodeIdx, Identity)| {
            let record = &snapshot.units[idx];
            let target = node::target_of(record, &identity, workspace);
            node_of(snapshot, &edges, idx, (identity, target, node::mode_of(record, &checks)))
        };
        let mut nodes: Vec<Node> = identities.into_iter().enumerate().map(node).collect();
        doubt_runs(&mut nodes);
        edges.by_name(snapshot, &nodes);
        edges.add_executables(&nodes, workspace);
        let (clusters, cluster_of) = sessions::cluster(snapshot, &nodes, &edges.dependencies);
        Self { snapshot, nodes, edges, clusters, cluster_of }
    }

    /// `roots` and everything they need, as a mask parallel to the nodes.
    pub(super) fn closure(&self, roots: impl IntoIterator<Item = NodeIdx>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut stack: Vec<NodeIdx> = roots.into_iter().collect();
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                stack.extend(&self.edges.dependencies[node]);
            }
        }
        reached
    }

    /// What is uncertain about the units in `mask`.
    pub(super) fn problems(&self, mask: &[bool]) -> Vec<Problem> {
        let mut problems = self.snapshot.problems();
        problems.extend(self.unfinished(mask));
        problems.extend(self.missing_dependencies(mask));
        problems.extend(self.doubtful_times(mask));
        problems
    }

    /// Cargo empties the files with the hashes of all units that are to be built, and fills each when its unit is built (`prepare_target` in its
    /// `core/compiler/fingerprint/mod.rs`).
    fn unfinished(&self, mask: &[bool]) -> Option<Problem> {
        let shown = || (0..self.nodes.len()).filter(|idx| mask[*idx]);
        let dirs: BTreeSet<usize> = shown().map(|idx| self.nodes[idx].dir).collect();
        let is_unfinished = |idx: &NodeIdx| self.snapshot.units[*idx].fingerprint_hash.is_none();
        let unit = |idx: NodeIdx| {
            let Node { target, identity, .. } = &self.nodes[idx];
            format!("the {} of `{}`", target.in_words(), identity.package)
        };
        let runs = self.snapshot.unfinished_runs.iter().filter(|(dir, _)| dirs.contains(dir));
        let runs = runs.map(|(_, package)| format!("the run of the build script of `{package}`"));
        // Those that wait for another one of them are not where it failed.
        let waits = |idx: &NodeIdx| self.edges.dependencies[*idx].iter().any(&is_unfinished);
        let mut units: Vec<NodeIdx> = shown().filter(is_unfinished).collect();
        units.sort_by_key(waits);
        let unfinished: Vec<String> = units.into_iter().map(unit).chain(runs).collect();
        let first = unfinished.first()?;
        let what = match unfinished.len() {
            1 => format!("the last build of a unit did not finish: {first}"),
            n => format!("the last builds of {n} units did not finish, first {first}"),
        };
        Some(Problem::new(
            what,
            "it failed, was interrupted, or is still running; the Cargo command that builds it tells the error",
            "what is known of it is of the build before, and units that wait for it may be missing",
        ))
    }

    fn missing_dependencies(&self, mask: &[bool]) -> Option<Problem> {
        let mut missing = self.edges.unresolved.iter().filter(|(dependent, _)| mask[*dependent]);
        let (dependent, first) = missing.next()?;
        let n_missing = 1 + missing.count();
        Some(Problem::new(
            format!(
                "{n_missing} dependencies of units were not found, first `{}` of `{}`",
                first.name, self.nodes[*dependent].identity.package
            ),
            "their files were deleted, or they failed to build",
            "the edges to them are missing",
        ))
    }

    fn doubtful_times(&self, mask: &[bool]) -> Option<Problem> {
        let timed = || self.nodes.iter().zip(mask).filter(|(_, shown)| **shown).filter_map(|(node, _)| node.interval);
        let n_doubtful = timed().filter(|interval| !interval.is_consistent()).count();
        (n_doubtful > 0).then(|| {
            Problem::new(
                format!("the file times of {n_doubtful} of {} units contradict each other", timed().count()),
                "the target directory was copied or unpacked without keeping the times; a build on this machine sets them",
                "the times of these units are not used",
            )
        })
    }
}

fn node_of(
    snapshot: &Snapshot,
    edges: &Edges,
    idx: NodeIdx,
    (identity, target, mode): (Identity, Target, Mode),
) -> Node {
    let record = &snapshot.units[idx];
    let fingerprint = record.fingerprint.as_ref();
    // Fingerprints of runs do not have the features; those of the compiled script do.
    let featured = match record.name.flavor {
        Flavor::Run => compiled_script(snapshot, edges, idx).and_then(|idx| snapshot.units[idx].fingerprint.as_ref()),
        Flavor::Plain | Flavor::Test | Flavor::Doc => fingerprint,
    };
    let platform = match &snapshot.dirs[record.dir].triple {
        Some(triple) => Platform::Triple(triple.clone()),
        None => Platform::Host,
    };
    Node {
        hash: record.hash,
        dir: record.dir,
        target,
        identity,
        mode,
        platform,
        features: featured.map(|fingerprint| fingerprint.features()).unwrap_or_default(),
        rustc: fingerprint.map_or(0, |fingerprint| fingerprint.rustc),
        interval: Interval::of(record),
    }
}

/// A build script may run in less than a tick of the clock, so its times look right even where all others show that times
/// were lost.
fn doubt_runs(nodes: &mut [Node]) {
    let mut measured: BTreeMap<usize, bool> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.mode != Mode::RunBuildScript) {
        if let Some(interval) = node.interval {
            *measured.entry(node.dir).or_default() |= interval.is_consistent();
        }
    }
    for node in nodes.iter_mut().filter(|node| measured.get(&node.dir) == Some(&false)) {
        if let Some(interval) = &mut node.interval {
            interval.trust = Trust::Doubtful;
        }
    }
}

/// The package of every unit: by its crate root; a run by its script's; documentation by another unit of the same crate
/// root (Cargo hashes its path); else the only package of that name.
fn identify(snapshot: &Snapshot, edges: &Edges, workspace: &Workspace) -> Vec<Identity> {
    let mut packages = Packages::of(workspace);
    let mut known: Vec<Option<Identity>> =
        snapshot.units.iter().map(|record| packages.identify(&record.package, record.crate_root.as_deref()?)).collect();
    let mut by_path: HashMap<(&str, u64), Identity> = HashMap::new();
    for (record, identity) in snapshot.units.iter().zip(&known) {
        if let (Some(path), Some(identity)) = (path_hash(record), identity) {
            by_path.entry((&record.package, path)).or_insert_with(|| identity.clone());
        }
    }
    for (idx, record) in snapshot.units.iter().enumerate() {
        if known[idx].is_none() {
            let of_script = compiled_script(snapshot, edges, idx).and_then(|script| known[script].clone());
            let of_path = || by_path.get(&(record.package.as_str(), path_hash(record)?)).cloned();
            known[idx] = of_script.or_else(of_path).or_else(|| packages.only(&record.package));
        }
    }
    let unknown = |(record, identity): (&UnitRecord, Option<Identity>)| {
        identity.unwrap_or_else(|| Packages::unknown(&record.package))
    };
    snapshot.units.iter().zip(known).map(unknown).collect()
}

fn path_hash(record: &UnitRecord) -> Option<u64> {
    record.fingerprint.as_ref().map(|fingerprint| fingerprint.path).filter(|path| *path != 0)
}

/// The unit that compiled the build script which `run` ran.
fn compiled_script(snapshot: &Snapshot, edges: &Edges, run: NodeIdx) -> Option<NodeIdx> {
    let record = &snapshot.units[run];
    let is_script = |idx: &&NodeIdx| {
        let dependency = &snapshot.units[**idx];
        dependency.package == record.package
            && dependency.name.target == record.name.target
            && dependency.name.flavor == Flavor::Plain
    };
    (record.name.flavor == Flavor::Run).then(|| edges.dependencies[run].iter().find(is_script).copied())?
}
