//! A snapshot understood: packages, modes, edges, sessions.

use std::collections::{BTreeSet, HashMap};

use brisk::model::{Mode, Platform, Target, Workspace};

use super::edges::Edges;
use super::node::{self, CheckProfiles, Node, NodeIdx};
use super::packages::{Identity, Packages};
use super::record::UnitRecord;
use super::sessions::{self, Cluster};
use super::snapshot::Snapshot;
use super::times::Interval;
use super::unit_name::Flavor;
use super::{doubts, ownership};

/// A snapshot understood. `nodes` and `dependencies` run parallel to [`Snapshot::units`].
pub(super) struct Survey<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Edges,
    /// Sessions of all profiles, by start.
    pub(super) clusters: Vec<Cluster>,
    /// The cluster of each unit; `None` if nobody knows when it was built.
    pub(super) cluster_of: Vec<Option<usize>>,
    /// The sessions that are of another workspace.
    pub(super) foreign: BTreeSet<usize>,
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
            let is_foreign = ownership::is_foreign(record, &identity, workspace);
            Node { is_foreign, ..node_of(snapshot, &edges, idx, (identity, target, node::mode_of(record, &checks))) }
        };
        let mut nodes: Vec<Node> = identities.into_iter().enumerate().map(node).collect();
        doubts::doubt(snapshot, &mut nodes, &edges.dependencies);
        edges.by_name(snapshot, &nodes);
        edges.add_executables(&nodes, workspace);
        let (clusters, cluster_of) = sessions::cluster(snapshot, &nodes, &edges.dependencies);
        let foreign = ownership::foreign_sessions(&nodes, &clusters);
        Self { snapshot, nodes, edges, clusters, cluster_of, foreign }
    }

    /// Whether any time of the session is one to rely on.
    pub(super) fn is_measured(&self, cluster: &Cluster) -> bool {
        let mut intervals = cluster.units.iter().filter_map(|unit| self.nodes[*unit].interval);
        intervals.any(|interval| interval.is_consistent())
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
        is_foreign: false,
        interval: Interval::of(record, snapshot.read_at),
    }
}

/// The package of every unit: by its crate root; a run by its script's; documentation by another unit of the same crate
/// root (Cargo hashes its path); else the only package of that name.
fn identify(snapshot: &Snapshot, edges: &Edges, workspace: &Workspace) -> Vec<Identity> {
    let mut packages = Packages::of(workspace);
    let mut known: Vec<Option<Identity>> = snapshot
        .units
        .iter()
        .map(|record| packages.identify(&record.package, &record.name, record.crate_root.as_deref()?))
        .collect();
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
