//! Times as people write them.

use std::time::Duration;

/// A time as people write it: `60`, `60s`, `5m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds_of_unit = match &text[digits.len()..] {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("not a time such as `60s` or `5m`".to_owned()),
    };
    let seconds = digits.parse::<f64>().ok().map(|n| n * seconds_of_unit);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "not a time such as `60s` or `5m`".to_owned())
}
