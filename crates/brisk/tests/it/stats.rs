//! Trials played out: how often builds that differ, or do not, are told apart.
//!
//! The noise is that of shared machines: each build is off by itself, and all are off by something that changes slowly (an
//! autoregressive process), with a spike now and then.

use brisk::stats::{Decision, Pair, Rule, Side, Verdict};

const N_TRIALS: u32 = 2_000;

/// Noise, as shares of a build's time.
#[derive(Clone, Copy)]
struct Noise {
    /// Of each build by itself.
    white: f64,
    /// Of what changes slowly.
    drift: f64,
    /// How often a build takes a quarter longer.
    spikes: f64,
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Of the standard normal distribution (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = ((-2.0 * self.uniform().ln()).sqrt(), std::f64::consts::TAU * self.uniform());
        radius * angle.cos()
    }
}

/// A machine on which builds take 10 s, more or less.
struct Machine {
    random: Random,
    noise: Noise,
    drift: f64,
}

impl Machine {
    /// How much of the drift is left at the next build.
    const MEMORY: f64 = 0.8;

    fn build(&mut self, change: f64) -> f64 {
        let kick = (1.0 - Self::MEMORY * Self::MEMORY).sqrt() * self.noise.drift * self.random.normal();
        self.drift = Self::MEMORY * self.drift + kick;
        let spike = if self.random.uniform() < self.noise.spikes { 0.25 } else { 0.0 };
        let off = self.noise.white * self.random.normal() + self.drift;
        10.0 * (1.0 + change) * off.exp() * (1.0 + spike)
    }

    fn pair(&mut self, first: Side, change: f64) -> Pair {
        match first {
            Side::A => {
                let a = self.build(0.0);
                Pair { a, b: self.build(change), first }
            }
            Side::B => {
                let b = self.build(change);
                Pair { a: self.build(0.0), b, first }
            }
        }
    }
}

/// The verdict of one trial, and how many pairs it took.
fn trial(seed: u64, noise: Noise, change: f64) -> (Verdict, usize) {
    let mut machine = Machine { random: Random(seed), noise, drift: 0.0 };
    let rule = Rule::default();
    let mut first = if machine.random.uniform() < 0.5 { Side::A } else { Side::B };
    let mut pairs = Vec::new();
    loop {
        pairs.push(machine.pair(first, change));
        first = first.other();
        if let Decision::Stop(verdict) = rule.decide(&pairs) {
            return (verdict, pairs.len());
        }
    }
}

/// The share of trials with this verdict.
fn share_of(verdict: Verdict, noise: Noise, change: f64) -> f64 {
    let n = (0..N_TRIALS).filter(|seed| trial(u64::from(*seed) * 7_919, noise, change).0 == verdict).count();
    n as f64 / f64::from(N_TRIALS)
}

const QUIET: Noise = Noise { white: 0.01, drift: 0.0, spikes: 0.0 };
const USUAL: Noise = Noise { white: 0.02, drift: 0.03, spikes: 0.0 };
const ROUGH: Noise = Noise { white: 0.04, drift: 0.04, spikes: 0.05 };

#[test]
fn the_same_against_the_same_is_rarely_told_apart() {
    for (name, noise) in [("quiet", QUIET), ("usual", USUAL), ("rough", ROUGH)] {
        let wrong = share_of(Verdict::Faster, noise, 0.0) + share_of(Verdict::Slower, noise, 0.0);
        assert!(wrong <= 0.025, "{name}: {wrong} of all trials claim what is not there");
    }
}

#[test]
fn five_percent_more_are_found_nine_times_of_ten() {
    for (name, noise) in [("quiet", QUIET), ("usual", USUAL)] {
        let found = share_of(Verdict::Slower, noise, 0.05);
        assert!(found >= 0.9, "{name}: found in {found} of all trials");
    }
}

#[test]
fn a_fifth_less_is_found_on_any_machine_and_soon() {
    for noise in [QUIET, USUAL, ROUGH] {
        assert!(share_of(Verdict::Faster, noise, -0.2) >= 0.99);
    }
    let pairs: usize = (0..N_TRIALS).map(|seed| trial(u64::from(seed), USUAL, -0.2).1).sum();
    assert!(pairs <= 7 * N_TRIALS as usize, "{pairs} pairs in {N_TRIALS} trials");
}

#[test]
fn no_verdict_is_the_opposite_of_the_truth() {
    assert!(share_of(Verdict::Faster, ROUGH, 0.05) <= 0.01);
    assert!(share_of(Verdict::NoChange, USUAL, 0.1) <= 0.001);
}
