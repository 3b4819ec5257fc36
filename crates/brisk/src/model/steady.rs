//! The costs of units, steadied by other builds of the same.

use std::collections::BTreeMap;

use super::{Build, CpuTime, Source, Unit, UnitHash};

/// Least CPU seconds that two builds must share, so that their units can be compared.
const LEAST_SHARED_S: f64 = 1.0;
/// The share of the machine at which the CPU times of a build are worth half of those of one that nothing disturbed. Not
/// measured: it only has to make disturbed builds count clearly less.
const HALF_WORTH: f64 = 0.05;

impl Build {
    /// This build with the CPU time of each unit averaged with what it took in `others`, whose units are of the same hashes:
    /// a single measurement of a small unit scatters by a tenth and more. How dear each build was as a whole is evened out
    /// first, so that the sum stays that of this build; a build that was disturbed by other programs counts less. Times on
    /// the clock stay as they are.
    #[must_use]
    pub fn steadied_by<'b>(mut self, others: impl IntoIterator<Item = &'b Self>) -> Self {
        let like = |other: &&Self| {
            other.source == Source::Capture
                && other.machine.cpu_model == self.machine.cpu_model
                && other.machine.rustc == self.machine.rustc
        };
        let samples: Vec<Sample> =
            others.into_iter().filter(like).filter_map(|other| Sample::of(&self, other)).collect();
        let own_worth = worth(&self);
        for unit in &mut self.units {
            let (Some(hash), Some(own_s)) = (unit.hash, unit.trusted_cpu_s().filter(|own_s| *own_s > 0.0)) else {
                continue;
            };
            let (mut sum, mut all_worth) = (own_worth * own_s, own_worth);
            for sample in &samples {
                if let Some(other_s) = sample.cpu_s.get(&hash) {
                    sum += sample.worth * sample.scale * other_s;
                    all_worth += sample.worth;
                }
            }
            unit.scale_cpu(sum / all_worth / own_s);
        }
        self
    }
}

/// What another build has to say.
struct Sample {
    cpu_s: BTreeMap<UnitHash, f64>,
    /// CPU seconds of the one build over those of the other, of the units that both have built.
    scale: f64,
    worth: f64,
}

impl Sample {
    fn of(build: &Build, other: &Build) -> Option<Self> {
        let pairs = other.units.iter().filter_map(|unit| Some((unit.hash?, unit.trusted_cpu_s()?)));
        let known: BTreeMap<UnitHash, f64> = pairs.collect();
        let shared = build.units.iter().filter_map(|unit| Some((unit.trusted_cpu_s()?, *known.get(&unit.hash?)?)));
        let (own_s, other_s) = shared.fold((0.0, 0.0), |(a, b), (own_s, other_s)| (a + own_s, b + other_s));
        let is_enough = own_s >= LEAST_SHARED_S && other_s >= LEAST_SHARED_S;
        is_enough.then(|| Self { cpu_s: known, scale: own_s / other_s, worth: worth(other) })
    }
}

/// How much the CPU times of a build count: 1 if nothing disturbed it.
fn worth(build: &Build) -> f64 {
    HALF_WORTH / (HALF_WORTH + build.foreign_cpu.unwrap_or(1.0).clamp(0.0, 1.0))
}

impl Unit {
    fn scale_cpu(&mut self, factor: f64) {
        let scaled = |seconds: Option<f64>| seconds.map(|seconds| seconds * factor);
        self.cpu = self.cpu.map(|cpu| CpuTime { user_s: cpu.user_s * factor, sys_s: cpu.sys_s * factor });
        self.phase_cpu.front_s = scaled(self.phase_cpu.front_s);
        self.phase_cpu.back_s = scaled(self.phase_cpu.back_s);
        self.phase_cpu.link_s = scaled(self.phase_cpu.link_s);
    }
}
