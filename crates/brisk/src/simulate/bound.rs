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
        let limits = Limits::of(summary, critical_path)?;
        let work_per_job_s = build.jobs.map(|jobs| limits.work_per_job_s(jobs.n));
        let by_critical_path = build.jobs.is_none_or(|jobs| limits.is_by_path(jobs.n));
        let lower_s = work_per_job_s.unwrap_or(0.0).max(limits.path_s);
        Some(Self { lower_s, work_per_job_s, basis: limits.basis, by_critical_path })
    }
}

/// The two numbers of which one bounds a build, at any number of jobs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Length of the critical path, seconds.
    pub path_s: f64,
    /// All work, seconds.
    pub work_s: f64,
    /// What the work is counted in.
    pub basis: WorkBasis,
}

impl Limits {
    /// Those of a build with this summary and critical path; `None` when no unit has a time.
    pub fn of(summary: &Summary, critical_path: &CriticalPath) -> Option<Self> {
        let (work_s, basis) = match summary.unit_cpu_s {
            Some(cpu_s) => (cpu_s, WorkBasis::Cpu),
            None => (summary.unit_s, WorkBasis::UnitSeconds),
        };
        (summary.n_timed > 0).then_some(Self { path_s: critical_path.length_s, work_s, basis })
    }

    /// Work over jobs, seconds.
    pub fn work_per_job_s(&self, jobs: u32) -> f64 {
        self.work_s / f64::from(jobs.max(1))
    }

    /// What no schedule on so many jobs can beat, seconds.
    pub fn lower_s(&self, jobs: u32) -> f64 {
        self.path_s.max(self.work_per_job_s(jobs))
    }

    /// Whether the critical path bounds a build with so many jobs, and not the work.
    pub fn is_by_path(&self, jobs: u32) -> bool {
        self.path_s >= self.work_per_job_s(jobs)
    }

    /// The fewest jobs with which the critical path bounds the build; `None` without a path.
    pub fn path_bounds_from(&self) -> Option<u32> {
        let jobs = (self.work_s / self.path_s).ceil();
        (1.0..=f64::from(u32::MAX)).contains(&jobs.max(1.0)).then(|| jobs.max(1.0) as u32)
    }
}
