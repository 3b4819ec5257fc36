//! The lower bound of the wall time: how much is left to win by better scheduling.

use crate::model::{Build, CpuTime, Summary};

use super::CriticalPath;

/// What the work of a build is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkBasis {
    /// CPU seconds, measured: of the whole command without what it ran after building, or of all units.
    Cpu,
    /// Durations of all units: Cargo never runs more than `jobs` units at once, so these bound the wall time too.
    UnitSeconds,
}

/// `max(critical path, work / jobs)`: no schedule of the same units can be faster (Graham 1969, "Bounds on
/// multiprocessing timing anomalies").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Seconds.
    pub lower_s: f64,
    /// `work / jobs`, seconds; `None` if the number of jobs is not known.
    pub work_per_job_s: Option<f64>,
    /// What the work is counted in.
    pub basis: WorkBasis,
    /// Whether the critical path is what bounds it, and not the work.
    pub by_critical_path: bool,
}

impl Bound {
    /// The bound for `build`; `None` when no unit has a time.
    pub fn of(build: &Build, summary: &Summary, critical_path: &CriticalPath) -> Option<Self> {
        if summary.n_timed == 0 {
            return None;
        }
        let (work_s, basis) = match command_cpu_s(build).or(summary.unit_cpu_s) {
            Some(cpu_s) => (cpu_s, WorkBasis::Cpu),
            None => (summary.unit_s, WorkBasis::UnitSeconds),
        };
        let work_per_job_s = build.jobs.map(|jobs| work_s / f64::from(jobs.n.max(1)));
        let by_critical_path = work_per_job_s.is_none_or(|work_s| critical_path.length_s >= work_s);
        let lower_s = work_per_job_s.unwrap_or(0.0).max(critical_path.length_s);
        Some(Self { lower_s, work_per_job_s, basis, by_critical_path })
    }
}

/// CPU seconds of the command that built, without the tests and programs that it ran. `None` if the CPU of the command or
/// of any of those was not measured, or if units of other commands are in the build.
fn command_cpu_s(build: &Build) -> Option<f64> {
    let timed = build.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
    let is_one_command = timed.clone().count() > 0 && timed.clone().all(|unit| build.in_main_session(unit));
    let ran_s: Option<f64> = build.executions.iter().map(|ran| ran.cpu.map(CpuTime::total_s)).sum();
    let cpu = build.cpu.filter(|_| is_one_command)?;
    Some((cpu.total_s() - ran_s?).max(0.0))
}
