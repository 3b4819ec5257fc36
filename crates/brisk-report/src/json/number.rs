//! Numbers as the contract has them.

/// Seconds to the microsecond: below that, no clock that is read here tells the truth, and the digits are noise of binary
/// fractions. `None` if the number is not finite.
pub(crate) fn seconds(seconds: f64) -> Option<f64> {
    let rounded = (seconds * 1e6).round() / 1e6;
    if rounded.is_finite() { Some(rounded + 0.0) } else { Some(seconds).filter(|seconds| seconds.is_finite()) }
}

/// A share or ratio; `None` if it is not finite.
pub(crate) fn ratio(ratio: f64) -> Option<f64> {
    seconds(ratio)
}
