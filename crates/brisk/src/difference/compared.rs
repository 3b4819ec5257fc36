//! One of the two builds, and what follows from it alone.

use std::collections::BTreeMap;

use super::{Extent, WallShares};
use crate::model::{Build, Graph, Mode, Status, Summary, Unit, UnitHash, UnitIdx};
use crate::simulate::{CriticalPath, WorkBasis};

/// How rustc was called for each unit, as far as that makes a difference for what it does: `opt-level` and its value, and so
/// on. Empty where nobody kept that.
pub type UnitFlags = BTreeMap<UnitHash, BTreeMap<String, String>>;

/// What a build is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    /// As people name it: the id of a run, or a path.
    pub name: String,
    /// Id of the run, if it is one.
    pub run: Option<String>,
    /// The git commit that was checked out.
    pub revision: Option<String>,
    /// When it was built or recorded, in seconds since the UNIX epoch.
    pub at: Option<f64>,
}

/// One of two builds that are compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What it is called.
    pub label: Label,
    /// The build.
    pub build: Build,
    /// How rustc was called.
    pub flags: UnitFlags,
    /// Its graph.
    pub graph: Graph,
    /// Its totals.
    pub summary: Summary,
    /// Its longest chain.
    pub critical_path: CriticalPath,
    /// What its wall time was spent on; `None` where that is not known, or of several commands.
    pub wall_shares: Option<WallShares>,
}

impl Compared {
    /// A build of that name.
    pub fn of(label: Label, build: Build, flags: UnitFlags) -> Self {
        let graph = Graph::of(&build);
        let summary = Summary::of(&build);
        let critical_path = CriticalPath::of(&build, &graph);
        let wall_shares = WallShares::of(&build, &graph);
        Self { label, build, flags, graph, summary, critical_path, wall_shares }
    }

    /// How many units it has built itself; `None` where none is known to be, nor that all were up to date.
    pub fn n_built(&self) -> Option<usize> {
        let n_built = self.build.units.iter().filter(|unit| is_built(unit)).count();
        let is_no_op = || self.build.units.iter().all(|unit| unit.status == Status::Fresh);
        (n_built > 0 || is_no_op()).then_some(n_built)
    }

    /// How much of it that is, where that is known.
    pub fn extent(&self) -> Option<Extent> {
        Some(Extent::of(self.n_built()?, self.build.units.len()))
    }

    /// Wall seconds, where all of its units are of one command and any of them has a time to rely on.
    pub fn wall_s(&self) -> Option<f64> {
        self.wall_shares.as_ref()?;
        self.build.whole_wall_s()
    }

    /// Seconds of work of a unit: 0 if it was up to date, `None` if nobody knows. Runs of build scripts whose CPU time was
    /// not measured were too short to be seen, and count as 0 as in [`Summary::unit_cpu_s`].
    pub(super) fn work_s(&self, idx: UnitIdx, basis: WorkBasis) -> Option<f64> {
        let unit = self.build.unit(idx);
        if !is_built(unit) {
            return Some(0.0);
        }
        let duration_s = unit.trusted_duration_s()?;
        match (basis, unit.cpu) {
            (WorkBasis::UnitSeconds, _) => Some(duration_s),
            (WorkBasis::Cpu, Some(cpu)) => Some(cpu.total_s()),
            (WorkBasis::Cpu, None) => (unit.mode == Mode::RunBuildScript).then_some(0.0),
        }
    }

    /// Seconds of a unit on the critical path, if it is on it.
    pub(super) fn on_path_s(&self, idx: UnitIdx) -> Option<f64> {
        self.critical_path.steps.iter().find(|step| step.unit == idx).map(|step| step.on_path_s)
    }
}

/// Whether the build has built the unit itself, or tried to.
pub(super) fn is_built(unit: &Unit) -> bool {
    unit.timing.is_some() || unit.unfinished_since_s.is_some()
}
