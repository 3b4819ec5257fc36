//! What a prediction is compared with, and whether the difference can be told from none.

use brisk::simulate::what_if::{Baseline, Prediction, Range};

/// Whether the prediction is compared with the baseline itself, but for the last digits.
pub(crate) fn is_of_baseline(baseline: &Baseline, prediction: &Prediction) -> bool {
    (prediction.before_wall_s - baseline.wall_s).abs() <= 1e-6 * baseline.wall_s.abs()
}

/// A change that is written as 0 %: half of the last digit (`format::change`).
const NOTHING: f64 = 0.0005;

/// Whether no change at all is within the interval.
pub(crate) fn is_noise(delta: Range) -> bool {
    delta.low < NOTHING && delta.high > -NOTHING
}

/// Half of an interval that is too wide to be called noise: 5 points.
const WIDE: f64 = 0.05;

/// What is said of a change that may be none: that it is within noise, or that nobody knows.
pub(crate) fn undecided(delta: Range) -> &'static str {
    if delta.high - delta.low > 2.0 * WIDE { "not known" } else { "within noise" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_written_as_nothing_is_nothing() {
        let check = |low, high, expected: bool| assert_eq!(is_noise(Range { low, mid: low, high }), expected);
        check(-0.02, 0.02, true);
        check(-0.041, -0.0004, true);
        check(0.0004, 0.02, true);
        check(-0.041, -0.0006, false);
        check(0.01, 0.02, false);
    }
}
