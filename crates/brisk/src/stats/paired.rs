//! Pairs of builds, one of each side right after each other.

use super::Student;

/// One of two things that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// What there is.
    A,
    /// What it is compared with.
    B,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What two builds right after each other took, in one unit (CPU seconds, wall seconds).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// A's.
    pub a: f64,
    /// B's.
    pub b: f64,
    /// Which was built first: the second one of two finds warmer caches, or a hotter processor.
    pub first: Side,
}

impl Pair {
    /// `ln(B / A)`: the logarithm makes `twice` and `half` the same distance from `the same`. `None` where one of them took
    /// no time.
    fn log_ratio(&self) -> Option<f64> {
        (self.a > 0.0 && self.b > 0.0).then(|| (self.b / self.a).ln())
    }
}

/// A relative change with its range: -0.25 is 25 % less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relative {
    /// Low end.
    pub low: f64,
    /// The best guess.
    pub mid: f64,
    /// High end.
    pub high: f64,
}

impl Relative {
    /// Whether all of it is less than nothing, or all of it more.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The end that is nearer to no change; 0 if the range includes it.
    pub fn near_end(&self) -> f64 {
        if self.low > 0.0 { self.low } else { self.high.min(0.0) }
    }
}

/// By how much a pair is off for no reason on a machine of which nothing is known yet, as a share: builds of ripgrep and AIMDS
/// right after each other, on a shared virtual machine, differ by 0.7 to 2.9 % at equal speed and 0.7 to 9 % as they are
/// (`docs/measurements.md`).
const EXPECTED_DEVIATION: f64 = 0.03;
/// To how many degrees of freedom of the pairs themselves that expectation is worth. With more, a machine that is rougher than
/// expected would be believed to be calm for too long (`tests/it/stats.rs`).
const EXPECTED_FREEDOM: u32 = 3;
/// Of fewer pairs than this, the order is not estimated: it is balanced, and nothing would be left to tell the noise from.
const PAIRS_FOR_ORDER: usize = 4;

/// What the differences of pairs say: the mean of `ln(B / A)` without what the order in a pair does to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The mean.
    pub log_ratio: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The standard deviation of one pair.
    pub deviation: f64,
    /// What being second does: `ln(second / first)`.
    pub order: f64,
    student: Student,
}

impl Effect {
    /// Of these pairs. `None` if all have the same order: then the order cannot be told from the sides.
    ///
    /// Least squares of `d = effect ± order`: the effect is the middle of the two orders' means, the variance that within
    /// the orders. It is moderated by what is expected: `(f0 s0² + f s²) / (f0 + f)`, with as many degrees of freedom as in
    /// the denominator (Smyth, "Linear models and empirical Bayes methods", 2004). Without that, two or four pairs that happen
    /// to be alike would claim anything, and could claim nothing if they had to be believed alone.
    pub fn of(pairs: &[Pair]) -> Option<Self> {
        let of_order = |first: Side| -> Option<Vec<f64>> {
            pairs.iter().filter(|pair| pair.first == first).map(Pair::log_ratio).collect()
        };
        let (a_first, b_first) = (of_order(Side::A)?, of_order(Side::B)?);
        let (mean_a, mean_b) = (mean(&a_first)?, mean(&b_first)?);
        let log_ratio = f64::midpoint(mean_a, mean_b);
        let (squares, n_means) = match pairs.len() {
            ..PAIRS_FOR_ORDER => (squares(&a_first, log_ratio) + squares(&b_first, log_ratio), 1),
            _ => (squares(&a_first, mean_a) + squares(&b_first, mean_b), 2),
        };
        let freedom = EXPECTED_FREEDOM + u32::try_from(pairs.len()).ok()?.checked_sub(n_means)?;
        let student = Student::of(freedom)?;
        let expected = f64::from(EXPECTED_FREEDOM) * EXPECTED_DEVIATION.powi(2);
        let variance = (expected + squares) / f64::from(freedom);
        let share = 1.0 / a_first.len() as f64 + 1.0 / b_first.len() as f64;
        Some(Self {
            log_ratio,
            standard_error: (variance * share).sqrt() / 2.0,
            deviation: variance.sqrt(),
            // With A first, B is the second one, so that its being second is part of `ln(B / A)`.
            order: (mean_a - mean_b) / 2.0,
            student,
        })
    }

    /// The relative change of B against A, with a range that holds the true one in `share` of all cases.
    pub fn range(&self, share: f64) -> Relative {
        let reach = self.student.two_sided(share) * self.standard_error;
        let [low, mid, high] = [-reach, 0.0, reach].map(|off| (self.log_ratio + off).exp_m1());
        Relative { low, mid, high }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn squares(values: &[f64], mean: f64) -> f64 {
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: f64, b: f64, first: Side) -> Pair {
        Pair { a, b, first }
    }

    #[test]
    fn what_the_order_does_is_no_part_of_the_effect() {
        // B takes 10 % less, and whoever is second 5 % more.
        let pairs = [
            pair(100.0, 90.0 * 1.05, Side::A),
            pair(100.0 * 1.05, 90.0, Side::B),
            pair(200.0, 180.0 * 1.05, Side::A),
            pair(100.0 * 1.05, 90.0, Side::B),
        ];
        let effect = Effect::of(&pairs).unwrap();
        assert!((effect.range(0.9).mid - -0.1).abs() < 1e-12, "{effect:?}");
        assert!((effect.order - 1.05_f64.ln()).abs() < 1e-12, "{effect:?}");
        // Nothing but what is expected: sqrt(3 * 0.03² / 5) / 2.
        assert!((effect.standard_error - (3.0 * 0.0009 / 5.0_f64).sqrt() / 2.0).abs() < 1e-12, "{effect:?}");
    }

    #[test]
    fn one_order_alone_says_nothing_and_two_pairs_only_what_is_large() {
        let same_order = [pair(1.0, 2.0, Side::A); 5];
        assert_eq!(Effect::of(&same_order), None);
        let range = |b: f64| Effect::of(&[pair(1.0, b, Side::A), pair(1.0, b, Side::B)]).unwrap().range(0.99);
        assert!(range(0.5).excludes_zero(), "{:?}", range(0.5));
        assert!(!range(0.95).excludes_zero(), "{:?}", range(0.95));
        let no_time = [pair(1.0, 2.0, Side::A), pair(0.0, 2.0, Side::B), pair(1.0, 2.0, Side::A)];
        assert_eq!(Effect::of(&no_time), None);
    }

    #[test]
    fn the_range_is_that_of_the_t_distribution() {
        // Differences 0.1 and 0.3 in each order: mean 0.2, squares 4 * 0.01, and 3 * 0.03² that are expected; 5 degrees.
        let of = |log: f64, first| pair(1.0, log.exp(), first);
        let pairs = [of(0.1, Side::A), of(0.3, Side::B), of(0.3, Side::A), of(0.1, Side::B)];
        let effect = Effect::of(&pairs).unwrap();
        let reach = 2.571 * ((0.04 + 0.0027) / 5.0_f64).sqrt() / 2.0;
        let range = effect.range(0.95);
        assert!((range.low - (0.2 - reach).exp_m1()).abs() < 0.001, "{range:?}");
        assert!((range.high - (0.2 + reach).exp_m1()).abs() < 0.001, "{range:?}");
        assert!((range.near_end() - range.low).abs() < f64::EPSILON);
        let wider = effect.range(0.999);
        assert!(!wider.excludes_zero() && wider.near_end().abs() < f64::EPSILON, "{wider:?}");
    }
}
