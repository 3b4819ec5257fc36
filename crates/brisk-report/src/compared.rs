//! What a prediction is compared with, and whether the difference can be told from none.

use brisk::simulate::what_if::{Baseline, Prediction, Range};

/// Wall seconds without the change. That is what the baseline takes, unless what is asked is about another situation as a
/// whole, such as a rebuild after an edit: then it is what that takes without the other changes.
pub(crate) fn before_s(baseline: &Baseline, prediction: &Prediction) -> f64 {
    let stays = 1.0 + prediction.wall_delta.mid;
    let before_s = prediction.wall_s.mid / stays;
    if stays > 0.0 && before_s.is_finite() && before_s > 0.0 { before_s } else { baseline.wall_s }
}

/// Whether [`before_s`] is the time of the baseline, but for the last digits.
pub(crate) fn is_of_baseline(baseline: &Baseline, prediction: &Prediction) -> bool {
    (before_s(baseline, prediction) - baseline.wall_s).abs() <= 1e-6 * baseline.wall_s.abs()
}

/// A change that is written as 0 %: half of the last digit (`format::change`).
const NOTHING: f64 = 0.0005;

/// Whether no change at all is within the interval.
pub(crate) fn is_noise(delta: Range) -> bool {
    delta.low < NOTHING && delta.high > -NOTHING
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
