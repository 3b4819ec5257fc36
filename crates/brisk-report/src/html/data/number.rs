//! Times as whole numbers.

/// Ticks in a second: a tenth of a millisecond, below what any source of times is exact to.
const TICKS: f64 = 1e4;

/// A moment or a duration in ticks; `None` if it is not finite. What is not nothing does not become nothing.
pub(super) fn ticks(seconds: f64) -> Option<i64> {
    if !seconds.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, 30 million years from now")]
    let ticks = (seconds * TICKS).round() as i64;
    Some(if ticks == 0 && seconds > 0.0 { 1 } else { ticks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_time_is_not_no_time() {
        assert_eq!([0.0, 1e-9, 0.000_14, -0.1, 2.5].map(ticks), [0, 1, 1, -1000, 25_000].map(Some));
        assert_eq!([f64::NAN, f64::INFINITY].map(ticks), [None, None]);
    }
}
