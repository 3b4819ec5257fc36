//! Totals over a build.

use super::{Build, Confidence, CpuTime, Mode, Status, TargetKind, Unit};

/// How many units Cargo found fresh, dirty or new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Fresh units.
    pub fresh: usize,
    /// Rebuilt units.
    pub dirty: usize,
    /// Units built for the first time.
    pub new: usize,
    /// Units of which the source does not say.
    pub unknown: usize,
}

/// Seconds by phase, over all units. Wall seconds of units, so they add up to [`Summary::unit_s`], not to the build's wall time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseTotals {
    /// Front ends.
    pub front_s: f64,
    /// Back ends.
    pub back_s: f64,
    /// Linkers.
    pub link_s: f64,
    /// Build scripts at run.
    pub script_s: f64,
    /// rustc calls whose phases were not observed.
    pub unsplit_s: f64,
}

/// What a CPU time is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpuBasis {
    /// The whole command, see [`Build::cpu`].
    Command,
    /// All units that ran, together.
    Units,
}

/// Totals over all units of a build that have a trustworthy time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Units.
    pub n_units: usize,
    /// Units with a time.
    pub n_timed: usize,
    /// Edges.
    pub n_edges: usize,
    /// Fresh, dirty, new.
    pub status: StatusCounts,
    /// Sum of the durations of all units.
    pub unit_s: f64,
    /// The same by phase.
    pub phases: PhaseTotals,
    /// CPU seconds of all units that ran, as far as they were measured: no more than what was really used. `None` if that of
    /// a compilation was not measured; runs of build scripts may be too short to be seen, and count as zero.
    pub unit_cpu_s: Option<f64>,
    /// CPU seconds of the build, and what they are of: the whole command where that was measured, else
    /// [`Summary::unit_cpu_s`].
    pub cpu: Option<(f64, CpuBasis)>,
    /// Build scripts compiled and run: how many runs, and seconds of both together.
    pub build_scripts: (usize, f64),
    /// Proc macros compiled, and the seconds of it.
    pub proc_macros: (usize, f64),
}

impl Summary {
    /// Adds up `build`.
    pub fn of(build: &Build) -> Self {
        let mut summary = Self { n_units: build.units.len(), n_edges: build.edges.len(), ..Self::default() };
        let mut unit_cpu_s = Some(0.0);
        for unit in &build.units {
            summary.count_status(&unit.status);
            if let Some(duration_s) = unit.trusted_duration_s() {
                summary.add_duration(unit, duration_s);
                unit_cpu_s = unit_cpu_s.zip(unit.measured_cpu_s()).map(|(sum_s, cpu_s)| sum_s + cpu_s);
            }
        }
        summary.unit_cpu_s = unit_cpu_s.filter(|cpu_s| *cpu_s > 0.0);
        let of_command = build.cpu.map(|cpu| (cpu.total_s(), CpuBasis::Command));
        summary.cpu = of_command.or_else(|| Some((summary.unit_cpu_s?, CpuBasis::Units)));
        summary
    }

    fn count_status(&mut self, status: &Status) {
        match status {
            Status::Fresh => self.status.fresh += 1,
            Status::Dirty(_) => self.status.dirty += 1,
            Status::New => self.status.new += 1,
            Status::Unknown => self.status.unknown += 1,
        }
    }

    fn add_duration(&mut self, unit: &Unit, duration_s: f64) {
        self.n_timed += 1;
        self.unit_s += duration_s;
        let phases = &mut self.phases;
        match (unit.mode, unit.split_s()) {
            (Mode::RunBuildScript, _) => phases.script_s += duration_s,
            (_, Some((front_s, back_s, link_s))) => {
                phases.front_s += front_s;
                phases.back_s += back_s;
                phases.link_s += link_s;
            }
            (_, None) => {
                let link_s = unit.timing.and_then(|timing| timing.link_s).map_or(0.0, |(from, to)| to - from);
                let link_s = link_s.clamp(0.0, duration_s);
                phases.link_s += link_s;
                phases.unsplit_s += duration_s - link_s;
            }
        }
        match unit.target.kind {
            TargetKind::BuildScript => {
                self.build_scripts.0 += usize::from(unit.mode == Mode::RunBuildScript);
                self.build_scripts.1 += duration_s;
            }
            TargetKind::ProcMacro => {
                self.proc_macros.0 += 1;
                self.proc_macros.1 += duration_s;
            }
            _ => {}
        }
    }
}

impl Unit {
    /// Its duration, unless the times are known to be wrong.
    pub fn trusted_duration_s(&self) -> Option<f64> {
        let timing = self.timing.filter(|timing| timing.confidence != Confidence::Doubtful)?;
        Some(timing.duration_s())
    }

    fn measured_cpu_s(&self) -> Option<f64> {
        let unseen = (self.mode == Mode::RunBuildScript).then_some(0.0);
        self.cpu.map(CpuTime::total_s).or(unseen)
    }

    /// What it costs: CPU seconds where measured, else the duration in wall seconds. Which of the two it is must be said
    /// beside every sum of these.
    pub fn cost_s(&self) -> Option<f64> {
        self.cpu.map(CpuTime::total_s).or_else(|| self.trusted_duration_s())
    }

    /// CPU seconds of its last build, if that was measured and has a time to rely on.
    pub fn trusted_cpu_s(&self) -> Option<f64> {
        self.trusted_duration_s()?;
        self.cpu.map(CpuTime::total_s)
    }
}
