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

/// Whether no change at all is within the interval.
pub(crate) fn is_noise(delta: Range) -> bool {
    delta.low <= 0.0 && delta.high >= 0.0
}
