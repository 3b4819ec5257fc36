//! The lower bound of the wall time: how much is left to win by better scheduling.

use crate::model::{Build, Summary};

use super::CriticalPath;

/// What the work of a build is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkBasis {
    /// CPU seconds of all units, measured.
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
        let (work_s, basis) = match summary.unit_cpu_s {
            Some(cpu_s) => (cpu_s, WorkBasis::Cpu),
            None => (summary.unit_s, WorkBasis::UnitSeconds),
        };
        let work_per_job_s = build.jobs.map(|jobs| work_s / f64::from(jobs.n.max(1)));
        let by_critical_path = work_per_job_s.is_none_or(|work_s| critical_path.length_s >= work_s);
        let lower_s = work_per_job_s.unwrap_or(0.0).max(critical_path.length_s);
        Some(Self { lower_s, work_per_job_s, basis, by_critical_path })
    }
}
