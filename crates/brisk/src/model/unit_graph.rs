//! The units that Cargo would build, as it plans them without building anything (`cargo build --unit-graph`).

use super::{DebugInfo, Edge, Graph, Lto, Mode, PackageRef, Platform, Strip, Target, TargetKind, UnitIdx};

/// What Cargo plans for one command.
///
/// Documentation tests are left out: they are run, not built. Invariants, kept by [`UnitGraph::checked`]: edges and roots
/// point at existing units, in ascending order, none twice and no edge at its own unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitGraph {
    /// All units, in Cargo's order.
    pub units: Vec<PlannedUnit>,
    /// Who needs whom. The indices are positions in [`UnitGraph::units`], not in those of any build.
    pub edges: Vec<Edge>,
    /// The units that the command asks for; all others are there because these need them.
    pub roots: Vec<UnitIdx>,
}

/// A unit that would be built.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedUnit {
    /// Its package.
    pub package: PackageRef,
    /// Its target.
    pub target: Target,
    /// What is done. Cargo prints checks with and without the test harness alike: both are [`Mode::Check`] here.
    pub mode: Mode,
    /// What it is compiled for.
    pub platform: Platform,
    /// Features that are on, sorted.
    pub features: Vec<String>,
    /// How.
    pub profile: PlannedProfile,
    /// Whether only build scripts and proc macros need it, or it is one: see [`Graph::for_host`].
    pub for_host: bool,
}

/// The settings of a unit, with everything that overrides them.
///
/// The fields of Cargo's `Profile` (`core/profiles.rs`) that change what rustc has to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedProfile {
    /// Its name (`dev`, `release`, …).
    pub name: String,
    /// `0` to `3`, `s` or `z`.
    pub opt_level: String,
    /// Debug information.
    pub debug: DebugInfo,
    /// `split-debuginfo`, where something is set.
    pub split_debuginfo: Option<String>,
    /// Code generation units; `None` for what rustc takes by itself: 256 with incremental compilation, else 16.
    pub codegen_units: Option<u32>,
    /// Optimisation across crates.
    pub lto: Lto,
    /// Whether it is compiled incrementally.
    pub incremental: bool,
    /// Whether debug assertions are on.
    pub debug_assertions: bool,
    /// Whether overflow checks are on.
    pub overflow_checks: bool,
    /// `unwind`, `abort` or another strategy.
    pub panic: String,
    /// What is taken out of what was linked.
    pub strip: Strip,
}

impl UnitGraph {
    /// The graph with its invariants restored and [`PlannedUnit::for_host`] filled in.
    #[must_use]
    pub fn checked(mut self) -> Self {
        let n_units = self.units.len();
        let exists = |unit: UnitIdx| unit.index() < n_units;
        self.edges
            .retain(|edge| exists(edge.dependent) && exists(edge.dependency) && edge.dependent != edge.dependency);
        self.roots.retain(|&root| exists(root));
        self.edges.sort_unstable();
        self.edges.dedup();
        self.roots.sort_unstable();
        self.roots.dedup();
        let for_host = self.graph().for_host(&self.roots, |unit| self.unit(unit).is_of_host());
        for (unit, for_host) in self.units.iter_mut().zip(for_host) {
            unit.for_host = for_host;
        }
        self
    }

    /// The unit at `idx`.
    pub fn unit(&self, idx: UnitIdx) -> &PlannedUnit {
        &self.units[idx.index()]
    }

    /// All units with their index.
    pub fn iter_units(&self) -> impl Iterator<Item = (UnitIdx, &PlannedUnit)> {
        (0..).map(UnitIdx).zip(&self.units)
    }

    /// Its edges in both directions.
    pub fn graph(&self) -> Graph {
        Graph::of_edges(self.units.len(), &self.edges)
    }
}

impl PlannedUnit {
    /// Whether it is something that runs on the machine that builds: a proc macro, or a build script being compiled.
    pub fn is_of_host(&self) -> bool {
        is_of_host(self.target.kind, self.mode)
    }
}

/// Whether a unit is something that runs while others are built: a proc macro, or a build script being compiled.
pub(crate) fn is_of_host(kind: TargetKind, mode: Mode) -> bool {
    match kind {
        TargetKind::ProcMacro => true,
        TargetKind::BuildScript => mode != Mode::RunBuildScript,
        TargetKind::Lib
        | TargetKind::LinkedLib
        | TargetKind::Bin
        | TargetKind::Example
        | TargetKind::Test
        | TargetKind::Bench => false,
    }
}
