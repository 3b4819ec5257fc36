//! Who depends on whom.
//!
//! A fingerprint names its dependencies by the hash of *their* fingerprints ([`DepFingerprint`]), so each entry finds the
//! unit with that hash. Three things complicate it:
//!
//! * A dependency that was rebuilt later has another hash by now. The hash of its package id is still the same, and which
//!   package that is can be learnt from entries that were found.
//! * Runs of build scripts without `rerun-if` lines have the same hash for host and target (`Precalculated`).
//! * Cargo leaves executables out of fingerprints (`calculate_normal`: `!dep.unit.target.is_bin()`), although integration
//!   tests and benchmarks wait for all executables of their package (`compute_deps` in
//!   `core/compiler/unit_dependencies.rs`). It leaves out nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use brisk::model::{Mode, TargetKind, Workspace};

use super::fingerprint::DepFingerprint;
use super::node::{Node, NodeIdx};
use super::record::UnitRecord;
use super::snapshot::Snapshot;
use super::unit_name::{FileKind, Flavor};

/// The dependencies of every unit of a snapshot.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges {
    /// For each unit, what it needs, ascending.
    pub(super) dependencies: Vec<BTreeSet<NodeIdx>>,
    /// Entries whose unit was not found by hash, with the dependent.
    pub(super) unresolved: Vec<(NodeIdx, DepFingerprint)>,
    /// Which package an id is of, and by which name, learnt from the entries that were found: any unit of it.
    packages: HashMap<u64, NodeIdx>,
}

impl Edges {
    /// Finds what can be found by hash.
    pub(super) fn by_hash(snapshot: &Snapshot) -> Self {
        let mut by_hash: HashMap<u64, Vec<NodeIdx>> = HashMap::new();
        for (node, record) in snapshot.units.iter().enumerate() {
            if let Some(hash) = record.fingerprint_hash {
                by_hash.entry(hash).or_default().push(node);
            }
        }
        let mut edges = Self { dependencies: vec![BTreeSet::new(); snapshot.units.len()], ..Self::default() };
        let mut n_uses = vec![0_u32; snapshot.units.len()];
        for (dependent, record) in snapshot.units.iter().enumerate() {
            for dep in record.fingerprint.iter().flat_map(|fingerprint| &fingerprint.deps) {
                let candidates = by_hash.get(&dep.fingerprint).map_or(&[][..], Vec::as_slice);
                let Some(dependency) = choose(snapshot, dependent, candidates, &n_uses) else {
                    edges.unresolved.push((dependent, dep.clone()));
                    continue;
                };
                n_uses[dependency] += 1;
                edges.packages.insert(dep.package_id, dependency);
                edges.dependencies[dependent].insert(dependency);
            }
        }
        edges
    }

    /// Finds units that were rebuilt since, by package and name. What remains in `unresolved` is no longer there.
    pub(super) fn by_name(&mut self, snapshot: &Snapshot, nodes: &[Node]) {
        let mut by_package: BTreeMap<&str, Vec<NodeIdx>> = BTreeMap::new();
        for (idx, node) in nodes.iter().enumerate() {
            by_package.entry(&node.identity.package.name).or_default().push(idx);
        }
        let by_crate_name = ByCrateName::of(snapshot);
        for (dependent, dep) in std::mem::take(&mut self.unresolved) {
            let package = self.packages.get(&dep.package_id).map(|learnt| &nodes[*learnt].identity);
            let candidates = match package {
                Some(identity) => by_package.get(identity.package.name.as_str()),
                None => by_crate_name.only_package(&dep.name).and_then(|package| by_package.get(package)),
            };
            let fits = |idx: &&NodeIdx| {
                package.is_none_or(|identity| nodes[**idx].identity.package == identity.package)
                    && could_depend(nodes, dependent, **idx, &dep.name)
            };
            let newest = candidates.into_iter().flatten().filter(fits).max_by(|a, b| {
                let rank = |idx: NodeIdx| {
                    let node = &nodes[idx];
                    (node.dir == nodes[dependent].dir, node.interval.map_or(f64::NEG_INFINITY, |times| times.end))
                };
                let (here_a, end_a) = rank(**a);
                let (here_b, end_b) = rank(**b);
                here_a.cmp(&here_b).then(end_a.total_cmp(&end_b))
            });
            match newest {
                Some(dependency) => {
                    self.dependencies[dependent].insert(*dependency);
                }
                None => self.unresolved.push((dependent, dep)),
            }
        }
    }

    /// Adds what fingerprints leave out: integration tests and benchmarks wait for the executables of their package,
    /// because they may run them (`CARGO_BIN_EXE_<name>`), except for those whose required features are off.
    pub(super) fn add_executables(&mut self, nodes: &[Node], workspace: &Workspace) {
        let mut executables: BTreeMap<_, Vec<NodeIdx>> = BTreeMap::new();
        for (idx, node) in nodes.iter().enumerate() {
            if node.target.kind == TargetKind::Bin && node.mode == Mode::Build {
                executables.entry((node.dir, &node.identity.package)).or_default().push(idx);
            }
        }
        for (dependent, node) in nodes.iter().enumerate() {
            if node.mode != Mode::Test || !matches!(node.target.kind, TargetKind::Test | TargetKind::Bench) {
                continue;
            }
            let all = executables.get(&(node.dir, &node.identity.package)).map_or(&[][..], Vec::as_slice);
            let mut best: BTreeMap<&str, NodeIdx> = BTreeMap::new();
            for &executable in all.iter().filter(|idx| features_allow(node, &nodes[**idx], workspace)) {
                let kept = best.entry(&nodes[executable].target.name).or_insert(executable);
                if nearness(node, &nodes[executable]) > nearness(node, &nodes[*kept]) {
                    *kept = executable;
                }
            }
            self.dependencies[dependent].extend(best.into_values());
        }
    }
}

/// Of several units with the same hash: in the same directory, not started after the dependent, and not yet used by
/// another dependent (host and target variants of a library each have their own run of the build script).
fn choose(snapshot: &Snapshot, dependent: NodeIdx, candidates: &[NodeIdx], n_uses: &[u32]) -> Option<NodeIdx> {
    if let [only] = candidates {
        return (*only != dependent).then_some(*only);
    }
    let of = &snapshot.units[dependent];
    let rank = |candidate: &NodeIdx| {
        let record = &snapshot.units[*candidate];
        let ran_later = record.started_at.zip(of.started_at).is_some_and(|(theirs, ours)| theirs > ours);
        (!is_same_place(snapshot, of, record), ran_later, n_uses[*candidate], *candidate)
    };
    candidates.iter().copied().filter(|candidate| *candidate != dependent).min_by_key(rank)
}

fn is_same_place(snapshot: &Snapshot, a: &UnitRecord, b: &UnitRecord) -> bool {
    let (a, b) = (&snapshot.dirs[a.dir], &snapshot.dirs[b.dir]);
    (a.layout, &a.profile, &a.triple) == (b.layout, &b.profile, &b.triple)
}

/// Whether Cargo could have made `dependency` a dependency of `dependent` under the name `name`.
fn could_depend(nodes: &[Node], dependent: NodeIdx, dependency: NodeIdx, name: &str) -> bool {
    let (from, to) = (&nodes[dependent], &nodes[dependency]);
    if dependent == dependency {
        return false;
    }
    if to.target.kind == TargetKind::BuildScript {
        // The package's own script is compiled, run, and then used; the run of another package's script is needed by
        // runs only (`links`).
        let compiles = from.mode == Mode::RunBuildScript && from.identity.package == to.identity.package;
        let expected = if compiles { Mode::Build } else { Mode::RunBuildScript };
        return name.starts_with("build_script") && to.mode == expected;
    }
    let expected =
        if from.mode.is_check() && to.target.kind != TargetKind::ProcMacro { Mode::Check } else { Mode::Build };
    to.is_library() && (to.mode == expected || from.mode == Mode::Doc && matches!(to.mode, Mode::Doc | Mode::Check))
}

fn features_allow(test: &Node, executable: &Node, workspace: &Workspace) -> bool {
    let Some(idx) = executable.identity.idx else { return true };
    let targets = &workspace.package(idx).targets;
    let declared =
        targets.iter().find(|target| target.kind == TargetKind::Bin && target.name == executable.target.name);
    declared.is_none_or(|target| target.required_features.iter().all(|feature| test.features.contains(feature)))
}

/// Of several variants of an executable the test waits for the one with its own compiler and features, the newest.
fn nearness(test: &Node, executable: &Node) -> (bool, bool, i64) {
    let end = executable.interval.map_or(f64::NEG_INFINITY, |interval| interval.end);
    (test.rustc == executable.rustc, test.features == executable.features, milliseconds(end))
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and this only orders")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1e3) as i64
}

/// The packages that have a library of a name.
struct ByCrateName<'s>(HashMap<String, BTreeSet<&'s str>>);

impl<'s> ByCrateName<'s> {
    fn of(snapshot: &'s Snapshot) -> Self {
        let mut packages: HashMap<String, BTreeSet<&str>> = HashMap::new();
        for record in &snapshot.units {
            if record.name.kind == FileKind::Lib && record.name.flavor == Flavor::Plain {
                packages.entry(record.name.crate_name()).or_default().insert(&record.package);
            }
        }
        Self(packages)
    }

    fn only_package(&self, crate_name: &str) -> Option<&'s str> {
        let packages = self.0.get(crate_name)?;
        packages.first().copied().filter(|_| packages.len() == 1)
    }
}
