//! The unit graph: who waits for whom, and for what.

use super::{Build, Mode, TargetKind, Unit, UnitIdx};

/// `dependent` needs `dependency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The unit that waits.
    pub dependent: UnitIdx,
    /// The unit that is waited for.
    pub dependency: UnitIdx,
}

/// What a dependent waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// The dependency's metadata: pipelining.
    Metadata,
    /// The end of the dependency.
    End,
}

impl Wait {
    /// What `dependent` waits for at `dependency`.
    ///
    /// The rule is Cargo's `BuildRunner::only_requires_rmeta` (`core/compiler/build_runner/mod.rs`): between two library
    /// compilations metadata is enough; whatever links, runs or checks waits for the end.
    pub fn of(dependent: &Unit, dependency: &Unit) -> Self {
        Self::between((dependent.mode, dependent.target.kind), (dependency.mode, dependency.target.kind))
    }

    /// The same of units of which no more is known.
    pub(crate) fn between(dependent: (Mode, TargetKind), dependency: (Mode, TargetKind)) -> Self {
        let is_library = |of: (Mode, TargetKind)| of == (Mode::Build, TargetKind::Lib);
        if is_library(dependent) && is_library(dependency) { Self::Metadata } else { Self::End }
    }
}

/// The edges of a [`Build`] in both directions, as adjacency lists.
#[derive(Clone, Debug)]
pub struct Graph {
    dependencies: Adjacency,
    dependents: Adjacency,
    /// Units that are built whoever needs them, beside those that nobody needs.
    requested: Vec<bool>,
}

impl Graph {
    /// Indexes the edges of `build`.
    pub fn of(build: &Build) -> Self {
        Self::of_edges(build.units.len(), &build.edges)
    }

    /// Indexes edges between `n_units` units, which all of them must point at.
    pub fn of_edges(n_units: usize, edges: &[Edge]) -> Self {
        let pairs = |pick: fn(&Edge) -> (UnitIdx, UnitIdx)| Adjacency::new(n_units, edges.iter().map(pick));
        Self {
            dependencies: pairs(|edge| (edge.dependent, edge.dependency)),
            dependents: pairs(|edge| (edge.dependency, edge.dependent)),
            requested: vec![false; n_units],
        }
    }

    /// The same, where units of this mask are built whoever needs them: see [`Build::requested`].
    #[must_use]
    pub fn requesting(self, requested: Vec<bool>) -> Self {
        if requested.len() == self.n_units() { Self { requested, ..self } } else { self }
    }

    /// Whether the unit is built whoever needs it: it was asked for, as far as that is known, or nobody needs it.
    pub(super) fn is_root(&self, unit: UnitIdx) -> bool {
        self.requested[unit.index()] || self.dependents(unit).is_empty()
    }

    /// How many units the graph has.
    pub fn n_units(&self) -> usize {
        self.dependencies.starts.len() - 1
    }

    /// What `unit` waits for, ascending.
    pub fn dependencies(&self, unit: UnitIdx) -> &[UnitIdx] {
        self.dependencies.of(unit)
    }

    /// What waits for `unit`, ascending.
    pub fn dependents(&self, unit: UnitIdx) -> &[UnitIdx] {
        self.dependents.of(unit)
    }

    /// Units with all dependencies before their dependents. Units on a cycle (impossible in Cargo, possible in a damaged
    /// file) are left out.
    pub fn topological(&self) -> Vec<UnitIdx> {
        let mut missing: Vec<usize> = self.indices().map(|unit| self.dependencies(unit).len()).collect();
        let mut order: Vec<UnitIdx> = self.indices().filter(|unit| missing[unit.index()] == 0).collect();
        let mut next = 0;
        while let Some(&unit) = order.get(next) {
            next += 1;
            for &dependent in self.dependents(unit) {
                missing[dependent.index()] -= 1;
                if missing[dependent.index()] == 0 {
                    order.push(dependent);
                }
            }
        }
        order
    }

    /// `roots` and everything they need, as a mask parallel to the units.
    pub fn closure(&self, roots: impl IntoIterator<Item = UnitIdx>) -> Vec<bool> {
        self.reached(roots, &self.dependencies)
    }

    /// Which units are built for the machine that builds: those that `is_of_host` (proc macros and build scripts) and what
    /// only they need, as a mask parallel to the units. What the `roots` need without them is built for the target, also if
    /// it is the same machine; Cargo's `UnitFor` (`core/profiles.rs`) tells the two apart in the same way.
    pub fn for_host(&self, roots: &[UnitIdx], is_of_host: impl Fn(UnitIdx) -> bool) -> Vec<bool> {
        let mut for_host = vec![true; self.n_units()];
        let mut stack = roots.to_vec();
        while let Some(unit) = stack.pop() {
            if !is_of_host(unit) && std::mem::replace(&mut for_host[unit.index()], false) {
                stack.extend(self.dependencies(unit));
            }
        }
        for_host
    }

    /// The units that no other one needs, ascending.
    pub fn roots(&self) -> Vec<UnitIdx> {
        self.indices().filter(|&unit| self.dependents(unit).is_empty()).collect()
    }

    /// `roots` and everything that needs them, directly or not, as a mask parallel to the units: what Cargo builds anew
    /// when they change.
    pub fn affected(&self, roots: impl IntoIterator<Item = UnitIdx>) -> Vec<bool> {
        self.reached(roots, &self.dependents)
    }

    fn reached(&self, roots: impl IntoIterator<Item = UnitIdx>, along: &Adjacency) -> Vec<bool> {
        let mut reached = vec![false; self.n_units()];
        let mut stack: Vec<UnitIdx> = roots.into_iter().collect();
        while let Some(unit) = stack.pop() {
            if !std::mem::replace(&mut reached[unit.index()], true) {
                stack.extend(along.of(unit));
            }
        }
        reached
    }

    /// What would no longer be built if `removed` were gone: they, and whatever only they need, directly or not.
    ///
    /// Units that are asked for, or that nobody needs, stay, unless they are removed themselves.
    pub fn exclusive_subtree(&self, removed: &[UnitIdx]) -> Vec<UnitIdx> {
        let mut gone = vec![false; self.n_units()];
        for unit in removed {
            gone[unit.index()] = true;
        }
        let roots = self.indices().filter(|unit| self.is_root(*unit) && !gone[unit.index()]);
        let mut kept = vec![false; self.n_units()];
        let mut stack: Vec<UnitIdx> = roots.collect();
        while let Some(unit) = stack.pop() {
            if !gone[unit.index()] && !std::mem::replace(&mut kept[unit.index()], true) {
                stack.extend(self.dependencies(unit));
            }
        }
        self.indices().filter(|unit| !kept[unit.index()]).collect()
    }

    pub(super) fn indices(&self) -> impl Iterator<Item = UnitIdx> + use<> {
        let n_units = u32::try_from(self.n_units()).unwrap_or(u32::MAX);
        (0..n_units).map(UnitIdx)
    }
}

/// Compressed adjacency lists: the neighbours of unit `i` are `items[starts[i]..starts[i + 1]]`.
#[derive(Clone, Debug)]
struct Adjacency {
    starts: Vec<usize>,
    items: Vec<UnitIdx>,
}

impl Adjacency {
    fn new(n_units: usize, pairs: impl Iterator<Item = (UnitIdx, UnitIdx)>) -> Self {
        let mut pairs: Vec<(UnitIdx, UnitIdx)> = pairs.collect();
        pairs.sort_unstable();
        let mut starts = vec![0; n_units + 1];
        for (from, _) in &pairs {
            starts[from.index() + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { starts, items: pairs.into_iter().map(|(_, to)| to).collect() }
    }

    fn of(&self, unit: UnitIdx) -> &[UnitIdx] {
        &self.items[self.starts[unit.index()]..self.starts[unit.index() + 1]]
    }
}
