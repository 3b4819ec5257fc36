//! Seconds whose sums are exact.

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

/// Most seconds that are told apart, so that sums of thousands of them cannot overflow: 31 years.
const MOST_S: f64 = 1e9;

/// Seconds, counted in whole microseconds: binary fractions do not add up to what they are parts of, and a clock that is
/// read here tells no less than that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(i64);

impl Micros {
    /// None at all.
    pub const ZERO: Self = Self(0);

    /// The nearest to so many seconds; zero for what is not a number.
    pub fn of_s(seconds: f64) -> Self {
        Self((seconds.clamp(-MOST_S, MOST_S) * 1e6).round() as i64)
    }

    /// As seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Without the sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl Add for Micros {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Micros {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Micros {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let tenth = Micros::of_s(0.1);
        assert_eq!((0..10).map(|_| tenth).sum::<Micros>(), Micros::of_s(1.0));
        assert!((Micros::of_s(-1.25).seconds() + 1.25).abs() < 1e-12);
        assert_eq!(Micros::of_s(-0.000_000_5), -Micros::of_s(0.000_000_5));
    }

    #[test]
    fn what_is_no_amount_of_time_does_no_harm() {
        assert_eq!(Micros::of_s(f64::NAN), Micros::ZERO);
        assert_eq!(Micros::of_s(f64::INFINITY), Micros::of_s(1e30));
        assert_eq!(Micros::of_s(f64::NEG_INFINITY).abs(), Micros::of_s(1e9));
    }
}
