//! How much dearer work gets while more processors are busy.

use std::collections::BTreeMap;

use crate::model::{Build, Unit, UnitHash};

/// Least CPU seconds that two builds must share, so that their ratio says anything.
const LEAST_SHARED_S: f64 = 5.0;
/// Least difference in busy processors.
const LEAST_APART: f64 = 0.3;

/// By how much the CPU time of the same units grows with each further processor that is busy, from two builds of which one
/// kept more of them busy: 0.02 is 2 %. `None` where the two do not tell: other machines or compilers, disturbed by other
/// programs, too few units in common, or as many processors busy in both. Never negative.
pub fn contention(one: &Build, other: &Build) -> Option<f64> {
    let same = one.machine.cpu_model == other.machine.cpu_model
        && one.machine.cores == other.machine.cores
        && one.machine.rustc == other.machine.rustc;
    if !same || !one.is_quiet() || !other.is_quiet() {
        return None;
    }
    let (fewer, more) = if busy(one)? <= busy(other)? { (one, other) } else { (other, one) };
    let apart = busy(more)? - busy(fewer)?;
    let (fewer_s, more_s) = shared_cpu_s(fewer, more);
    if apart < LEAST_APART || fewer_s < LEAST_SHARED_S {
        return None;
    }
    // cost(b) = c (1 + k (b - 1)), at b and b + apart.
    let growth = more_s / fewer_s - 1.0;
    let beside = (busy(fewer)? - 1.0).max(0.0);
    let per_processor = growth / (apart - growth * beside).max(f64::MIN_POSITIVE);
    Some(per_processor.clamp(0.0, 1.0))
}

/// Busy processors on average, its own only.
fn busy(build: &Build) -> Option<f64> {
    let wall_s = build.whole_wall_s().filter(|wall_s| *wall_s > 0.0)?;
    Some(build.units.iter().filter_map(Unit::trusted_cpu_s).sum::<f64>() / wall_s)
}

/// CPU seconds of the units that both have built, in each of them.
fn shared_cpu_s(one: &Build, other: &Build) -> (f64, f64) {
    let by_hash: BTreeMap<UnitHash, f64> =
        other.units.iter().filter_map(|unit| Some((unit.hash?, unit.trusted_cpu_s()?))).collect();
    let pairs = one.units.iter().filter_map(|unit| Some((unit.trusted_cpu_s()?, *by_hash.get(&unit.hash?)?)));
    pairs.fold((0.0, 0.0), |(a, b), (one_s, other_s)| (a + one_s, b + other_s))
}
