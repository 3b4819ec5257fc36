//! What both builds took as a whole, and whether the difference means anything.

use super::{Circumstance, Compared, Micros};
use crate::model::{Build, CpuBasis};
use crate::simulate::WorkBasis;
use crate::stats::Common;

/// Within what builds of the same differ at equal speed of the machine, as a share: 0.7 to 2.9 % were measured
/// (`docs/measurements.md`, "Self-prediction" and [`crate::stats::Effect`]).
const NOISE_AT_EQUAL_SPEED: f64 = 0.03;
/// The same as they are: 13.7 % at most of twelve pairs with nothing else at work (`docs/measurements.md`, "Predictions").
const NOISE: f64 = 0.14;
/// The same where other programs were at work: they made a build up to 20 % dearer (`docs/measurements.md`, "What other
/// programs cost").
const NOISE_DISTURBED: f64 = 0.20;

/// By what the seconds of each build are multiplied, so that both count as if the machine had been as fast as in the middle of
/// the two: whichever of the builds comes first, the same is said of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Speed {
    pub(super) a: f64,
    pub(super) b: f64,
}

impl Speed {
    pub(super) fn of(common: Option<Common>) -> Self {
        match common.filter(|common| common.a_s > 0.0 && common.b_s > 0.0) {
            Some(common) => Self { a: (common.b_s / common.a_s).sqrt(), b: (common.a_s / common.b_s).sqrt() },
            None => Self { a: 1.0, b: 1.0 },
        }
    }

    /// B less A at equal speed.
    pub(super) fn change(self, a_s: f64, b_s: f64) -> Micros {
        Micros::of_s(b_s * self.b) - Micros::of_s(a_s * self.a)
    }
}

/// What a change of a whole build means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// B took less, by more than builds of the same differ.
    Less,
    /// Builds of the same differ by as much.
    Nothing,
    /// B took more.
    More,
}

impl Meaning {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::Nothing => "nothing",
            Self::More => "more",
        }
    }

    fn of(share: Option<f64>, noise: f64) -> Self {
        match share {
            // `ln`, so that `twice` and `half` are as far from `the same`.
            Some(share) if share.ln_1p() > noise.ln_1p() => Self::More,
            Some(share) if share.ln_1p() < -noise.ln_1p() => Self::Less,
            _ => Self::Nothing,
        }
    }
}

/// What both builds took in one respect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    /// A's, as it was.
    pub a: Micros,
    /// B's, as it was.
    pub b: Micros,
    /// B less A at equal speed of the machine; as they were, where that is not known.
    pub change: Micros,
    /// The same as a share of A's: -0.25 is a quarter less. `None` where A took no time.
    pub share: Option<f64>,
    /// Up to this share, builds of the same differ.
    pub noise: f64,
    /// What is to be thought of it.
    pub meaning: Meaning,
}

impl Total {
    fn of(a_s: f64, b_s: f64, speed: Speed, noise: f64) -> Self {
        let share = (a_s > 0.0).then(|| (b_s * speed.b) / (a_s * speed.a) - 1.0).filter(|share| share.is_finite());
        Self {
            a: Micros::of_s(a_s),
            b: Micros::of_s(b_s),
            change: speed.change(a_s, b_s),
            share,
            noise,
            meaning: Meaning::of(share, noise),
        }
    }

    /// B less A as they were.
    pub fn raw_change(&self) -> Micros {
        self.b - self.a
    }
}

/// Work of both builds: what it is counted in, where the sums are from, and how much it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Work {
    pub(super) basis: WorkBasis,
    /// What the sums are of: with what Cargo itself did, or of units alone.
    pub(super) of: CpuBasis,
    pub(super) a_s: f64,
    pub(super) b_s: f64,
}

impl Work {
    /// In what both can be counted: CPU time of the whole commands, else of all units, else unit time. `None` if not even
    /// that is known of both.
    pub(super) fn of(a: &Compared, b: &Compared) -> Option<Self> {
        let (x, y) = (&a.summary, &b.summary);
        let commands = a.build.cpu.zip(b.build.cpu).map(|(a, b)| (a.total_s(), b.total_s()));
        if let Some((a_s, b_s)) = commands {
            return Some(Self { basis: WorkBasis::Cpu, of: CpuBasis::Command, a_s, b_s });
        }
        if let Some((a_s, b_s)) = x.unit_cpu_s.zip(y.unit_cpu_s) {
            return Some(Self { basis: WorkBasis::Cpu, of: CpuBasis::Units, a_s, b_s });
        }
        let are_timed = x.n_timed > 0 && y.n_timed > 0;
        let (basis, of) = (WorkBasis::UnitSeconds, CpuBasis::Units);
        are_timed.then_some(Self { basis, of, a_s: x.unit_s, b_s: y.unit_s })
    }

    pub(super) fn total(self, speed: Speed, noise: f64) -> Total {
        Total::of(self.a_s, self.b_s, speed, noise)
    }
}

/// Wall time, where it is known of both.
pub(super) fn wall(a: &Compared, b: &Compared, speed: Speed, noise: f64) -> Option<Total> {
    let (a_s, b_s) = a.wall_s().zip(b.wall_s())?;
    Some(Total::of(a_s, b_s, speed, noise))
}

/// Within what builds of the same differ.
pub(super) fn noise(a: &Build, b: &Build, common: Option<Common>) -> f64 {
    let is_quiet = a.is_quiet() && b.is_quiet();
    match common {
        Some(_) => NOISE_AT_EQUAL_SPEED,
        None if is_quiet => NOISE,
        None => NOISE_DISTURBED,
    }
}

/// What has become of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is built that was not, or in another way, and the difference is that of two builds of the same.
    NoDifference,
    /// Something was changed, but builds of the same differ by as much.
    WithinNoise,
    /// B takes less.
    Less,
    /// B takes more.
    More,
    /// Nobody knows: what was measured of both cannot be compared.
    Unknown,
}

impl Verdict {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDifference => "no-difference",
            Self::WithinNoise => "within-noise",
            Self::Less => "less",
            Self::More => "more",
            Self::Unknown => "unknown",
        }
    }

    /// From the work of both, what of its change is explained by what was changed (`None` if nothing was), and the
    /// circumstances. At unequal speed, what was changed tells more than the sums: units that stayed as they were take
    /// longer on a slower machine.
    pub(super) fn of(
        work: Option<Total>,
        common: Option<Common>,
        explained: Option<Micros>,
        circumstances: &[Circumstance],
    ) -> Self {
        let Some(work) = work else { return Self::Unknown };
        if common.is_none() && circumstances.iter().any(|it| it.respect.spoils_work()) {
            return Self::Unknown;
        }
        match (work.meaning, explained) {
            (Meaning::Less, _) => Self::Less,
            (Meaning::More, _) => Self::More,
            (Meaning::Nothing, None) => Self::NoDifference,
            (Meaning::Nothing, Some(_)) if common.is_some() => Self::WithinNoise,
            (Meaning::Nothing, Some(explained)) => {
                let base_s = work.a.min(work.b).seconds();
                match explained.seconds() / base_s {
                    share if share > NOISE_AT_EQUAL_SPEED => Self::More,
                    share if share < -NOISE_AT_EQUAL_SPEED => Self::Less,
                    _ => Self::WithinNoise,
                }
            }
        }
    }
}
