//! CPU time that a cure saves.

use super::price::Price;
use super::{Basis, CpuGain, Evidence};
use crate::model::Unit;

/// Least CPU seconds in a second of unit time, while no more units are at work than there are processors. Of recorded
/// builds on two processors, any five units together took 0.89 to 0.97 CPU seconds for each of their seconds
/// (`docs/measurements.md`, "CPU time from unit time"); the rest is waiting for files and for other programs.
const LEAST_CPU_SHARE: f64 = 0.85;

/// What the estimate cannot know.
pub(super) const CAVEAT: &str = "other programs were at work beside the build: then its CPU time is less than the estimate, which is made from unit time";

/// The CPU time of what would vanish: measured, or else estimated from unit time where the whole build's times are known.
///
/// The estimate's high end: all units together had at most `jobs` processors for the build's wall time, so that on average
/// a second of unit time took no more than `jobs * wall / unit seconds` CPU seconds, and at least one thread's worth.
pub(super) fn gain(evidence: Evidence<'_>, price: &Price) -> Option<CpuGain> {
    if let Some(cpu_s) = price.cpu_s {
        return Some(CpuGain { low_s: cpu_s, high_s: cpu_s, basis: Basis::Measured });
    }
    let unit_s = price.unit_s?;
    let (wall_s, jobs) = (evidence.build.whole_wall_s()?, evidence.build.jobs?);
    let all_s: f64 = evidence.build.units.iter().filter_map(Unit::trusted_duration_s).sum();
    let most = (f64::from(jobs.n) * wall_s / all_s.max(f64::MIN_POSITIVE)).max(1.0);
    let own = 1.0 - evidence.build.foreign_cpu.unwrap_or(0.0).clamp(0.0, 1.0);
    Some(CpuGain { low_s: LEAST_CPU_SHARE * own * unit_s, high_s: most * unit_s, basis: Basis::Estimated })
}
