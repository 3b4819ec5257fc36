//! A trial: builds of two sides that were timed by turns, and what they say.

use super::{Common, Decision, Judgement, Pair, Rule, Side, Verdict, judge};
use crate::model::DISTURBED_FROM;

/// What one build took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// Wall time, seconds.
    pub wall_s: f64,
    /// CPU time of Cargo and everything below it, seconds.
    pub cpu_s: f64,
    /// What other programs took meanwhile, as a share of all processors; `None` where the kernel does not tell.
    pub foreign_cpu: Option<f64>,
}

impl Timed {
    /// Whether other programs were in the way of it.
    pub fn is_disturbed(&self) -> bool {
        self.foreign_cpu.is_some_and(|share| share > DISTURBED_FROM)
    }
}

/// Two builds right after each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedPair {
    /// A's.
    pub a: Timed,
    /// B's.
    pub b: Timed,
    /// Which was built first.
    pub first: Side,
    /// What both have compiled alike, if they were recorded and it is enough to go by.
    pub common: Option<Common>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// CPU time: three to four times steadier than wall time on a shared machine.
    #[default]
    Cpu,
    /// Wall time, of builds that nothing disturbed.
    Wall,
}

impl TimedPair {
    /// Its numbers for a metric; `None` where they say nothing.
    fn of(&self, metric: Metric, speed: Speed) -> Option<Pair> {
        // How much slower the machine was while B was built.
        let slower = match (speed, self.common) {
            (Speed::Equal, Some(common)) => common.b_s / common.a_s,
            (Speed::Equal, None) | (Speed::AsItWas, _) => 1.0,
        };
        let pair = |value: fn(&Timed) -> f64| Pair { a: value(&self.a), b: value(&self.b) / slower, first: self.first };
        match metric {
            Metric::Cpu => Some(pair(|timed| timed.cpu_s)),
            Metric::Wall => (!self.is_disturbed()).then(|| pair(|timed| timed.wall_s)),
        }
    }

    /// Whether other programs were in the way of either build.
    pub fn is_disturbed(&self) -> bool {
        self.a.is_disturbed() || self.b.is_disturbed()
    }
}

/// At which speed of the machine builds are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// At that of each build.
    AsItWas,
    /// At that of A's, by what both have compiled alike: a machine that is shared, or gets hot, is not as fast at one moment
    /// as at another, which is most of what builds of the same differ by.
    Equal,
}

impl Speed {
    /// That at which `pairs` can be compared.
    pub fn of(pairs: &[TimedPair]) -> Self {
        let is_equal = !pairs.is_empty() && pairs.iter().all(|pair| pair.common.is_some());
        if is_equal { Self::Equal } else { Self::AsItWas }
    }
}

/// What a trial has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What the verdict is about.
    pub metric: Metric,
    /// Of CPU time.
    pub cpu: Judgement,
    /// Of wall time, of those pairs that nothing disturbed.
    pub wall: Judgement,
    /// All pairs, in their order.
    pub pairs: Vec<TimedPair>,
}

impl Comparison {
    /// Of these pairs, when no more will come.
    pub fn of(rule: &Rule, metric: Metric, pairs: Vec<TimedPair>) -> Self {
        let judged = |metric: Metric| judge(rule, &of(metric, &pairs));
        Self { metric, cpu: judged(Metric::Cpu), wall: judged(Metric::Wall), pairs }
    }

    /// What the trial is for.
    pub fn verdict(&self) -> Verdict {
        self.judgement().verdict
    }

    /// The judgement that the verdict is from.
    pub fn judgement(&self) -> &Judgement {
        match self.metric {
            Metric::Cpu => &self.cpu,
            Metric::Wall => &self.wall,
        }
    }

    /// At which speed of the machine the pairs are compared.
    pub fn speed(&self) -> Speed {
        Speed::of(&self.pairs)
    }

    /// What both sides compile alike, as a share of the CPU time of the side of which that is less: the least of all pairs.
    /// `None` if they are compared as they were.
    pub fn common_share(&self) -> Option<f64> {
        let shares: Option<Vec<f64>> = self.pairs.iter().map(|pair| Some(pair.common?.share)).collect();
        shares?.into_iter().min_by(f64::total_cmp)
    }

    /// The median of a number of one side; `None` without pairs.
    pub fn median(&self, side: Side, value: impl Fn(&Timed) -> f64) -> Option<f64> {
        median(self.pairs.iter().map(|pair| value(if side == Side::A { &pair.a } else { &pair.b })).collect())
    }

    /// What other programs took while the pairs were timed: the median of all builds, and the most.
    pub fn foreign_cpu(&self) -> Option<(f64, f64)> {
        let shares: Option<Vec<f64>> =
            self.pairs.iter().flat_map(|pair| [pair.a.foreign_cpu, pair.b.foreign_cpu]).collect();
        let shares = shares?;
        let most = shares.iter().copied().max_by(f64::total_cmp)?;
        Some((median(shares)?, most))
    }

    /// How many pairs were disturbed.
    pub fn n_disturbed(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.is_disturbed()).count()
    }
}

/// Whether `pairs` are enough for a verdict on `metric`.
pub fn decide(rule: &Rule, metric: Metric, pairs: &[TimedPair]) -> Decision {
    rule.decide(&of(metric, pairs))
}

fn of(metric: Metric, pairs: &[TimedPair]) -> Vec<Pair> {
    let speed = Speed::of(pairs);
    pairs.iter().filter_map(|pair| pair.of(metric, speed)).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[half - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: Side, b_cpu_s: f64, foreign: f64) -> TimedPair {
        let a = Timed { wall_s: 10.0, cpu_s: 20.0, foreign_cpu: Some(0.0) };
        let b = Timed { wall_s: 10.0 + 100.0 * foreign, cpu_s: b_cpu_s, foreign_cpu: Some(foreign) };
        TimedPair { a, b, first, common: None }
    }

    #[test]
    fn at_equal_speed_a_slower_machine_is_no_slower_build() {
        let slower = |first: Side, factor: f64| TimedPair {
            common: Some(Common { a_s: 10.0, b_s: 10.0 * factor, share: 0.5 }),
            ..pair(first, 20.0 * factor, 0.0)
        };
        let pairs = vec![slower(Side::A, 1.3), slower(Side::B, 1.1), slower(Side::A, 0.8), slower(Side::B, 1.2)];
        let as_they_were: Vec<TimedPair> = pairs.iter().map(|pair| TimedPair { common: None, ..*pair }).collect();
        let of = |pairs| Comparison::of(&Rule::default(), Metric::Cpu, pairs);
        let equal = of(pairs.clone());
        assert!(equal.cpu.change.is_some_and(|change| change.mid.abs() < 1e-9), "{equal:?}");
        assert_eq!((equal.speed(), equal.common_share()), (Speed::Equal, Some(0.5)));
        let plain = of(as_they_were);
        assert!(plain.cpu.change.is_some_and(|change| change.mid > 0.05), "{plain:?}");
        assert_eq!((plain.speed(), plain.common_share()), (Speed::AsItWas, None));
        // One pair that cannot be had at equal speed leaves all of them as they were.
        let mixed = of([&pairs[..3], &plain.pairs[3..]].concat());
        assert_eq!(mixed.speed(), Speed::AsItWas);
    }

    #[test]
    fn wall_time_of_disturbed_builds_does_not_count() {
        let orders = [Side::A, Side::B, Side::A, Side::B];
        let quiet = orders.iter().map(|first| pair(*first, 18.0, 0.0));
        let pairs: Vec<TimedPair> = quiet.chain([pair(Side::A, 18.0, 0.5)]).collect();
        let comparison = Comparison::of(&Rule::default(), Metric::Cpu, pairs);
        assert_eq!(comparison.cpu.n_pairs, 5);
        assert_eq!(comparison.wall.n_pairs, 4);
        assert_eq!(comparison.wall.change.map(|change| change.mid.abs() < 1e-9), Some(true));
        assert_eq!(comparison.verdict(), Verdict::Faster);
        assert_eq!((comparison.n_disturbed(), comparison.foreign_cpu()), (1, Some((0.0, 0.5))));
        assert_eq!(comparison.median(Side::B, |timed| timed.cpu_s), Some(18.0));
    }
}
