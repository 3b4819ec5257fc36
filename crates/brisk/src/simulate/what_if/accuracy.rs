//! How far predictions were off: each recorded build, as it would have been predicted from the one before.
//!
//! Whatever was changed between two recorded builds (dependencies, features, jobs), the later one shows what came of it.
//! The costs of its units are taken from the earlier one, its graph and its jobs are its own, and what is played out is
//! compared with what was measured. Where nothing was changed, the error is that of two measurements of the same.

use crate::model::{Build, Graph, Source, Unit};
use crate::simulate::{Match, Schedule, Task, Ties, Transfer, Workload};
use crate::stats::Common;

use super::predict::{host_of, outside_s};

/// Share of a build's CPU time that units may take which the earlier one has not like that: what these would take was never
/// predicted.
const MOST_UNKNOWN: f64 = 0.05;
/// From so many checks on, what they say of the error goes before what is assumed.
const ENOUGH: usize = 8;

/// A recorded build, as predicted from an earlier one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// Position of the build that was predicted.
    pub of: usize,
    /// Position of the one that it was predicted from.
    pub from: usize,
    /// Units that only the earlier one has, and only the later one.
    pub n_gone: usize,
    /// See `n_gone`.
    pub n_new: usize,
    /// Jobs of the earlier one and of the later one.
    pub jobs: (u32, u32),
    /// Change of CPU time from the earlier build to the later one, as predicted: -0.25 is a quarter less.
    pub predicted_cpu: f64,
    /// The same as measured, at equal speed of the machine where the builds have enough in common to tell it ([`Common`]).
    pub measured_cpu: f64,
    /// Wall seconds as predicted and as measured, where nothing disturbed the later one.
    pub wall_s: Option<(f64, f64)>,
}

impl Check {
    /// Predicted less measured, as a share of the earlier build's CPU time.
    pub fn cpu_error(&self) -> f64 {
        self.predicted_cpu - self.measured_cpu
    }

    /// Predicted over measured wall time, less 1.
    pub fn wall_error(&self) -> Option<f64> {
        let (predicted_s, measured_s) = self.wall_s?;
        (measured_s > 0.0).then(|| predicted_s / measured_s - 1.0)
    }
}

/// All checks that `builds` allow, which come oldest first: each with the newest one before it that is of the same profile,
/// machine and compiler.
pub fn checks(builds: &[&Build]) -> Vec<Check> {
    let usable: Vec<usize> = (0..builds.len()).filter(|&at| is_usable(builds[at])).collect();
    let check = |(position, &of): (usize, &usize)| {
        let from = usable[..position].iter().rev().find(|&&from| is_like(builds[from], builds[of]))?;
        check(builds, *from, of)
    };
    usable.iter().enumerate().filter_map(check).collect()
}

/// The nine tenths of these errors that are smallest are no larger than this, of whatever sign; `None` for too few to say.
pub fn nine_tenths(errors: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut errors: Vec<f64> = errors.into_iter().map(f64::abs).collect();
    errors.sort_by(f64::total_cmp);
    let at = (errors.len() * 9).div_ceil(10).checked_sub(1)?;
    (errors.len() >= ENOUGH).then(|| errors[at])
}

fn is_usable(build: &Build) -> bool {
    build.source == Source::Capture
        && build.jobs.is_some()
        && build.cpu.is_some()
        && build.whole_wall_s().is_some()
        && build.is_from_nothing()
}

fn is_like(one: &Build, other: &Build) -> bool {
    let commands = |build: &Build| build.command.as_ref().and_then(|words| words.first().cloned());
    one.profile == other.profile
        && commands(one) == commands(other)
        && one.machine.cpu_model == other.machine.cpu_model
        && one.machine.rustc == other.machine.rustc
}

fn check(builds: &[&Build], from: usize, of: usize) -> Option<Check> {
    let (earlier, later) = (builds[from], builds[of]);
    let costs = Workload::of(earlier, &Graph::of(earlier));
    let mut work = Workload::of(later, &Graph::of(later));
    let transfer = Transfer::between(earlier, later);
    let mut unknown_s = 0.0;
    let mut n_new = 0;
    for (task, found) in work.tasks.iter_mut().zip(&transfer.matches).filter(|(task, _)| task.is_work()) {
        let known = match found {
            Match::Same(idx) => costs.tasks[idx.index()],
            _ => {
                n_new += 1;
                unknown_s += task.cpu_s();
                *task
            }
        };
        *task = Task { needs: task.needs, ..known };
    }
    work.dispatch = costs.dispatch;
    if unknown_s > MOST_UNKNOWN * costs.cpu_s() {
        return None;
    }
    let host = host_of(later);
    let schedule = Schedule::of(&work, host, Ties::default());
    let slower = Common::of(earlier, later).map_or(1.0, |common| common.b_s / common.a_s);
    let (before_s, after_s) = (costs.cpu_s(), later.cpu?.total_s() / slower);
    let outside = outside_s(later);
    let wall_s = later.wall_s.filter(|_| later.is_quiet() && earlier.is_quiet());
    let n_gone = transfer.gone.iter().filter(|idx| is_built(earlier.unit(**idx))).count();
    Some(Check {
        of,
        from,
        n_gone,
        n_new,
        jobs: (host_of(earlier).jobs, host.jobs),
        predicted_cpu: schedule.cpu_s / before_s - 1.0,
        measured_cpu: after_s / before_s - 1.0,
        wall_s: wall_s.map(|wall_s| (schedule.wall_s + outside, wall_s + outside)),
    })
}

fn is_built(unit: &Unit) -> bool {
    unit.trusted_duration_s().is_some()
}
