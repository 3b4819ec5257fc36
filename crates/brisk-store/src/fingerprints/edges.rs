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

    /// Finds units that were rebuilt since, or failed to, by package and name. Entries with the same hash are of the same
    /// unit, and entries of one package with different hashes rather of different ones. What remains in `unresolved` is no
    /// longer there.
    pub(super) fn by_name(&mut self, snapshot: &Snapshot, nodes: &[Node]) {
        let packages = self.learn_packages(snapshot);
        let mut by_package: BTreeMap<&str, Vec<NodeIdx>> = BTreeMap::new();
        for (idx, record) in snapshot.units.iter().enumerate() {
            by_package.entry(&record.package).or_default().push(idx);
        }
        let layout = |idx: NodeIdx| snapshot.dirs[nodes[idx].dir].layout;
        let mut groups: BTreeMap<_, Vec<(NodeIdx, DepFingerprint)>> = BTreeMap::new();
        for (dependent, dep) in std::mem::take(&mut self.unresolved) {
            let key = (layout(dependent), dep.package_id, dep.fingerprint);
            groups.entry(key).or_default().push((dependent, dep));
        }
        let variants = Variants::of(snapshot, nodes);
        let mut taken = BTreeSet::new();
        for ((of_layout, package_id, _), entries) in groups {
            let identity = packages.get(&package_id).map(|learnt| &nodes[*learnt].identity.package);
            let candidates = identity.and_then(|package| by_package.get(package.name.as_str())).into_iter().flatten();
            let fits = |idx: &NodeIdx| {
                Some(&nodes[*idx].identity.package) == identity
                    && layout(*idx) == of_layout
                    && entries.iter().all(|(dependent, dep)| could_depend(nodes, *dependent, *idx, &dep.name))
            };
            let likeness = |idx: &NodeIdx| variants.likeness(&entries, *idx, taken.contains(idx));
            match candidates.copied().filter(fits).max_by_key(likeness) {
                Some(dependency) => {
                    taken.insert(dependency);
                    for (dependent, _) in entries {
                        self.dependencies[dependent].insert(dependency);
                    }
                }
                None => self.unresolved.extend(entries),
            }
        }
    }

    /// Any unit of the package, by the hash of its id: learnt from entries that were found, or from the name in others if
    /// only one package has a library of that name.
    fn learn_packages(&self, snapshot: &Snapshot) -> HashMap<u64, NodeIdx> {
        let mut packages = self.packages.clone();
        let libraries = Libraries::of(snapshot);
        for (dependent, dep) in &self.unresolved {
            let is_script = dep.name.starts_with("build_script");
            let learnt = if is_script { Some(*dependent) } else { libraries.only(&dep.name) };
            if let Some(learnt) = learnt {
                packages.entry(dep.package_id).or_insert(learnt);
            }
        }
        packages
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

/// Of several units with the same hash: in the same layout and directory, not started after the dependent, and not yet used by
/// another dependent (host and target variants of a library each have their own run of the build script).
fn choose(snapshot: &Snapshot, dependent: NodeIdx, candidates: &[NodeIdx], n_uses: &[u32]) -> Option<NodeIdx> {
    // The layouts of a directory are builds apart: with the same Cargo version, both have units with the same hashes.
    let layout = |idx: NodeIdx| snapshot.dirs[snapshot.units[idx].dir].layout;
    let fits = |candidate: &NodeIdx| *candidate != dependent && layout(*candidate) == layout(dependent);
    if let [only] = candidates {
        return Some(*only).filter(fits);
    }
    let of = &snapshot.units[dependent];
    let rank = |candidate: &NodeIdx| {
        let record = &snapshot.units[*candidate];
        let ran_later = record.started_at.zip(of.started_at).is_some_and(|(theirs, ours)| theirs > ours);
        (!is_same_place(snapshot, of, record), ran_later, n_uses[*candidate], *candidate)
    };
    candidates.iter().copied().filter(fits).min_by_key(rank)
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
    let is_own = from.identity.package == to.identity.package;
    match (from.mode, to.target.kind, to.mode) {
        // A run needs its own script compiled, and the runs of the scripts of packages it depends on (`links`), which go by
        // the names of those packages.
        (Mode::RunBuildScript, TargetKind::BuildScript, Mode::Build) => return is_own,
        (Mode::RunBuildScript, TargetKind::BuildScript, _) => return !is_own,
        (Mode::RunBuildScript, ..) => return false,
        (_, TargetKind::BuildScript, Mode::RunBuildScript) => return is_own && name.starts_with("build_script"),
        (_, TargetKind::BuildScript, _) => return false,
        _ => {}
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

/// What tells the variants of a package apart.
struct Variants<'a> {
    snapshot: &'a Snapshot,
    nodes: &'a [Node],
    /// Profiles of build scripts, which are those of everything built for the host's sake.
    host_profiles: BTreeSet<u64>,
}

impl<'a> Variants<'a> {
    fn of(snapshot: &'a Snapshot, nodes: &'a [Node]) -> Self {
        let scripts = snapshot.units.iter().filter(|record| record.name.kind == FileKind::BuildScript);
        let profiles = scripts.filter_map(|record| record.fingerprint.as_ref()).map(|fingerprint| fingerprint.profile);
        Self { snapshot, nodes, host_profiles: profiles.filter(|profile| *profile != 0).collect() }
    }

    /// How likely `candidate` is the unit that `entries` mean: in the dependents' directory, compiled with their profile,
    /// for the own package with the same features, not meant by other entries, newest.
    fn likeness(
        &self,
        entries: &[(NodeIdx, DepFingerprint)],
        candidate: NodeIdx,
        taken: bool,
    ) -> (usize, usize, usize, bool, i64) {
        let node = &self.nodes[candidate];
        let count =
            |is_like: &dyn Fn(NodeIdx) -> bool| entries.iter().filter(|(dependent, _)| is_like(*dependent)).count();
        let is_own = |dependent: &Node| dependent.identity == node.identity && dependent.features == node.features;
        let end = node.interval.map_or(f64::NEG_INFINITY, |interval| interval.end);
        (
            count(&|dependent| self.nodes[dependent].dir == node.dir),
            count(&|dependent| self.has_profile(dependent, candidate)),
            count(&|dependent| is_own(&self.nodes[dependent])),
            !taken,
            milliseconds(end),
        )
    }

    /// A proc macro may have the profile of the members, but what it needs is built for the host's sake.
    fn has_profile(&self, dependent: NodeIdx, candidate: NodeIdx) -> bool {
        let profile =
            |idx: NodeIdx| self.snapshot.units[idx].fingerprint.as_ref().map_or(0, |fingerprint| fingerprint.profile);
        if self.nodes[dependent].target.kind == TargetKind::ProcMacro {
            return self.host_profiles.contains(&profile(candidate));
        }
        profile(dependent) == profile(candidate)
    }
}

/// The packages that have a library of a name: any unit of it.
struct Libraries<'s>(HashMap<String, BTreeMap<&'s str, NodeIdx>>);

impl<'s> Libraries<'s> {
    fn of(snapshot: &'s Snapshot) -> Self {
        let mut libraries: HashMap<String, BTreeMap<&str, NodeIdx>> = HashMap::new();
        for (idx, record) in snapshot.units.iter().enumerate() {
            if record.name.kind == FileKind::Lib && record.name.flavor == Flavor::Plain {
                libraries.entry(record.name.crate_name()).or_default().insert(&record.package, idx);
            }
        }
        Self(libraries)
    }

    fn only(&self, crate_name: &str) -> Option<NodeIdx> {
        let packages = self.0.get(crate_name)?;
        packages.values().next().copied().filter(|_| packages.len() == 1)
    }
}
