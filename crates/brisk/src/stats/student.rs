//! Student's t distribution, as far as intervals need it.

use std::f64::consts::FRAC_2_PI;

/// The t distribution with so many degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Student {
    /// Degrees of freedom, at least 1.
    freedom: u32,
}

impl Student {
    /// Nobody needs a `t` beyond this: with one degree of freedom, 0.01 % of the distribution lie there.
    const FAR: f64 = 10_000.0;

    /// `None` without any degree of freedom.
    pub fn of(freedom: u32) -> Option<Self> {
        (freedom > 0).then_some(Self { freedom })
    }

    /// How much of the distribution lies between `-t` and `t`.
    ///
    /// The finite sums of Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
    pub fn within(self, t: f64) -> f64 {
        let angle = (t / f64::from(self.freedom).sqrt()).atan();
        let (sin, cos) = angle.sin_cos();
        let is_odd = self.freedom % 2 == 1;
        // Each term is the one before times k / (k + 1) * cos^2, where k goes up by two.
        let first = if is_odd { cos } else { 1.0 };
        let n_terms = if is_odd { (self.freedom - 1) / 2 } else { self.freedom / 2 };
        let start = if is_odd { 2 } else { 1 };
        let factor = |n: u32| f64::from(start + 2 * n) / f64::from(start + 2 * n + 1) * cos * cos;
        let terms = (0..n_terms).scan(first, |term, n| {
            let this = *term;
            *term *= factor(n);
            Some(this)
        });
        let sum: f64 = terms.sum();
        if is_odd { FRAC_2_PI * (angle + sin * sum) } else { sin * sum }
    }

    /// The `t` for which `share` of the distribution lies between `-t` and `t`.
    pub fn two_sided(self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, Self::FAR);
        // Each step halves what is left: after 60 there is nothing left to tell apart.
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.within(middle) < share { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two-sided critical values as printed in tables (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
    #[test]
    fn quantiles_are_those_of_printed_tables() {
        let table = [
            (1, 0.90, 6.314),
            (1, 0.95, 12.706),
            (2, 0.95, 4.303),
            (3, 0.99, 5.841),
            (4, 0.95, 2.776),
            (5, 0.99, 4.032),
            (10, 0.95, 2.228),
            (13, 0.90, 1.771),
            (14, 0.99, 2.977),
            (30, 0.95, 2.042),
            (100, 0.99, 2.626),
        ];
        for (freedom, share, expected) in table {
            let t = Student::of(freedom).unwrap().two_sided(share);
            assert!((t - expected).abs() < 0.001, "{freedom} degrees, {share}: {t}");
        }
        assert_eq!(Student::of(0), None);
    }
}
