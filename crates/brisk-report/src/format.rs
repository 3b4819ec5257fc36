//! How Brisk writes numbers for people: the one place where durations, sizes, counts, shares and moments become text.
//!
//! Everything takes plain numbers and gives plain text; nothing here knows of colours, widths or clocks.

use jiff::Timestamp;

/// Sizes are written as the findings write them.
pub use brisk::detect::bytes;

/// Seconds in a minute, an hour, a day.
const MINUTE_S: f64 = 60.0;
const HOUR_S: f64 = 3600.0;
const DAY_S: f64 = 86_400.0;

/// A duration in seconds: `<0.01 s`, `0.84 s`, `12.3 s`, `1 min 12 s`, `2 h 05 min`.
///
/// Three significant digits are what a build's own noise leaves meaningful.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "unknown".to_owned();
    }
    if seconds < 0.0 {
        return format!("-{}", duration(-seconds));
    }
    if seconds == 0.0 {
        return "0 s".to_owned();
    }
    // The limits are those at which rounding would add a digit.
    match seconds {
        s if s < 0.005 => "<0.01 s".to_owned(),
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 59.95 => format!("{s:.1} s"),
        s if s < HOUR_S - 0.5 => format!("{} min {:02} s", whole(s) / 60, whole(s) % 60),
        s => {
            let minutes = whole(s / MINUTE_S);
            format!("{} h {:02} min", minutes / 60, minutes % 60)
        }
    }
}

/// A change in seconds: `+31.0 s`, `-0.84 s`; `0 s` for what no clock tells from nothing.
pub fn signed_duration(seconds: f64) -> String {
    match seconds {
        s if s.abs() < 0.005 => "0 s".to_owned(),
        s if s > 0.0 => format!("+{}", duration(s)),
        s => duration(s),
    }
}

/// A moment on a time axis whose marks are `step_s` apart: `0.25 s`, `10 s`, or `1:30` and `1:02:00` where the axis
/// reaches `last_s` of a minute or more.
pub fn axis_moment(seconds: f64, step_s: f64, last_s: f64) -> String {
    let negative = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    let total = whole(seconds);
    if last_s.abs() < MINUTE_S || step_s < 1.0 {
        let decimals = if step_s < 0.1 { 2 } else { usize::from(step_s < 1.0) };
        return format!("{negative}{seconds:.decimals$} s");
    }
    let (minutes, seconds) = (total / 60, total % 60);
    if last_s.abs() < HOUR_S {
        return format!("{negative}{minutes}:{seconds:02}");
    }
    format!("{negative}{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
}

/// The nearest whole number that is not negative; saturates.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped, and `as` saturates")]
fn whole(number: f64) -> u64 {
    number.round().max(0.0) as u64
}

/// A whole number with a comma between thousands: `12,345`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of a thing whose plural ends in `s`: `1 unit`, `1,234 units`.
pub fn count(n: usize, noun: &str) -> String {
    count_irregular(n, noun, &format!("{noun}s"))
}

/// So many of a thing whose plural does not follow the rule: `1 entry`, `2 entries`.
pub fn count_irregular(n: usize, one: &str, many: &str) -> String {
    let noun = if n == 1 { one } else { many };
    format!("{} {noun}", number(n as u64))
}

/// A place in an order: `1st`, `2nd`, `11th`.
pub fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// A share of one: `0 %`, `<1 %`, `41 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "unknown".to_owned();
    }
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.5 { "<1 %".to_owned() } else { format!("{:.0} %", percent + 0.0) }
}

/// A relative change: `-13 %`, `+2.6 %`, `0 %`. Below ten percent there is a digit more.
pub fn change(share: f64) -> String {
    if share.is_finite() { format!("{} %", signed_percent(share)) } else { "unknown".to_owned() }
}

/// An interval of relative changes: `-16 to -11 %`.
pub fn change_range(low: f64, high: f64) -> String {
    if !low.is_finite() || !high.is_finite() {
        return "unknown".to_owned();
    }
    format!("{} to {} %", signed_percent(low), signed_percent(high))
}

fn signed_percent(share: f64) -> String {
    let percent = share * 100.0;
    // The limit is that at which rounding would add a digit.
    let decimals = usize::from(percent.abs() < 9.95);
    let text = format!("{percent:+.decimals$}");
    if matches!(text.as_str(), "+0.0" | "-0.0") { "0".to_owned() } else { text }
}

/// An interval of durations: `75.9 to 85.3 s`, `55.0 s to 1 min 12 s`.
pub fn duration_range(low_s: f64, high_s: f64) -> String {
    let (low, high) = (duration(low_s), duration(high_s));
    if low == high {
        return low;
    }
    match (bare_seconds(&low), bare_seconds(&high)) {
        (Some(low), Some(_)) => format!("{low} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

/// The number of a duration in seconds alone.
fn bare_seconds(duration: &str) -> Option<&str> {
    duration.strip_suffix(" s").filter(|number| !number.contains(' '))
}

/// A ratio, such as the mean number of units at work: `1.9`.
pub fn ratio(number: f64) -> String {
    if number.is_finite() { format!("{number:.1}") } else { "unknown".to_owned() }
}

/// A moment as people say it: `just now`, `5 minutes ago`, `2 hours ago`, `3 days ago`; before 30 days ago, after `now`,
/// or without a `now`: `on 2026-11-21 08:09 UTC`. Both in seconds since the UNIX epoch; `None` for a moment that no
/// calendar has.
pub fn moment(at_s: f64, now_s: Option<f64>) -> Option<String> {
    let age_s = now_s.map(|now_s| now_s - at_s);
    // Clocks of file systems and machines differ by a little: a moment slightly ahead is still "just now".
    let ago = match age_s {
        Some(age_s) if (-2.0..MINUTE_S).contains(&age_s) => return Some("just now".to_owned()),
        Some(age_s) if (0.0..HOUR_S).contains(&age_s) => Some((age_s / MINUTE_S, "minute")),
        Some(age_s) if (0.0..DAY_S).contains(&age_s) => Some((age_s / HOUR_S, "hour")),
        Some(age_s) if (0.0..30.0 * DAY_S).contains(&age_s) => Some((age_s / DAY_S, "day")),
        _ => None,
    };
    match ago {
        Some((n, noun)) => Some(format!("{} ago", count(usize::try_from(whole(n.floor())).unwrap_or(0), noun))),
        None => calendar(at_s).map(|date| format!("on {date}")),
    }
}

/// `2026-11-21 08:09 UTC`; `None` for a moment that no calendar has.
pub fn calendar(at_s: f64) -> Option<String> {
    if !at_s.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and jiff refuses what is out of range")]
    let timestamp = Timestamp::from_second(at_s.floor() as i64).ok()?;
    Some(timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// A list in prose: `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A Cargo command line that a shell understands as it was meant: `cargo build --config 'env.X="1"'`. The words are those
/// behind `cargo`.
pub fn command(words: &[String]) -> String {
    std::iter::once("cargo".to_owned()).chain(words.iter().map(|word| shell_word(word))).collect::<Vec<_>>().join(" ")
}

/// The word in single quotes, in which a POSIX shell leaves everything alone but the quote itself; as it is, if all its
/// characters are harmless.
fn shell_word(word: &str) -> String {
    let is_harmless = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_harmless) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_fitting_units() {
        let check = |seconds: f64, expected: &str| assert_eq!(duration(seconds), expected, "{seconds}");
        check(0.0, "0 s");
        check(0.004, "<0.01 s");
        check(0.005, "0.01 s");
        check(0.84, "0.84 s");
        check(9.994, "9.99 s");
        check(9.996, "10.0 s");
        check(12.34, "12.3 s");
        check(59.94, "59.9 s");
        check(59.96, "1 min 00 s");
        check(72.0, "1 min 12 s");
        check(3599.4, "59 min 59 s");
        check(3599.6, "1 h 00 min");
        check(7500.0, "2 h 05 min");
        check(-1.5, "-1.50 s");
        check(f64::NAN, "unknown");
        check(f64::INFINITY, "unknown");
    }

    #[test]
    fn a_change_has_its_sign() {
        let all = [31.04, -0.84, 0.004, -0.004, 72.0, f64::NAN].map(signed_duration);
        assert_eq!(all, ["+31.0 s", "-0.84 s", "0 s", "0 s", "+1 min 12 s", "unknown"]);
    }

    #[test]
    fn an_axis_counts_seconds_below_a_minute_and_clock_time_above() {
        assert_eq!(axis_moment(0.25, 0.05, 1.0), "0.25 s");
        assert_eq!(axis_moment(0.5, 0.5, 3.0), "0.5 s");
        assert_eq!(axis_moment(10.0, 5.0, 54.0), "10 s");
        assert_eq!(axis_moment(90.0, 30.0, 200.0), "1:30");
        assert_eq!(axis_moment(3720.0, 600.0, 7200.0), "1:02:00");
        assert_eq!(axis_moment(-10.0, 5.0, 54.0), "-10 s");
    }

    #[test]
    fn sizes_are_binary_with_three_digits() {
        let check = |size: u64, expected: &str| assert_eq!(bytes(size), expected, "{size}");
        check(0, "0 B");
        check(1023, "1023 B");
        check(1024, "1.00 KiB");
        check(104 * 1024, "104 KiB");
        check(9_762_000, "9.31 MiB");
        check(849 * 1024 * 1024, "849 MiB");
        check(1023 * 1024 * 1024, "1.00 GiB");
        check(4_939_212_390, "4.60 GiB");
        check(u64::MAX, "16.0 EiB");
    }

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!(count(0, "unit"), "0 units");
        assert_eq!(count(1, "unit"), "1 unit");
        assert_eq!(count(12_345, "unit"), "12,345 units");
        assert_eq!(count_irregular(2, "entry", "entries"), "2 entries");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000_000), "1,000,000");
    }

    #[test]
    fn ordinals_have_their_ending() {
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal);
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }

    #[test]
    fn a_small_share_is_not_nothing() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(-0.0), "0 %");
        assert_eq!(percent(0.004), "<1 %");
        assert_eq!(percent(0.414), "41 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(f64::NAN), "unknown");
    }

    #[test]
    fn changes_have_their_sign_and_two_digits_that_mean_something() {
        let all = [-0.134, 0.0264, -0.0995, -0.0994, 0.0, -0.0001, 1.5].map(change);
        assert_eq!(all, ["-13 %", "+2.6 %", "-10 %", "-9.9 %", "0 %", "0 %", "+150 %"]);
        assert_eq!(change(f64::NAN), "unknown");
        assert_eq!(change_range(-0.16, 0.011), "-16 to +1.1 %");
        assert_eq!(change_range(f64::NAN, 0.0), "unknown");
    }

    #[test]
    fn an_interval_has_its_unit_once_where_it_is_the_same() {
        let check = |low_s, high_s, expected: &str| assert_eq!(duration_range(low_s, high_s), expected);
        check(75.0, 90.0, "1 min 15 s to 1 min 30 s");
        check(55.0, 59.0, "55.0 to 59.0 s");
        check(55.0, 72.0, "55.0 s to 1 min 12 s");
        check(0.0, 0.001, "0 to <0.01 s");
    }

    #[test]
    fn moments_are_relative_while_that_helps() {
        let built = 1_795_248_559.0;
        let check = |age: f64, expected: &str| {
            assert_eq!(moment(built, Some(built + age)).as_deref(), Some(expected), "{age}");
        };
        check(-1.0, "just now");
        check(59.0, "just now");
        check(60.0, "1 minute ago");
        check(7199.0, "1 hour ago");
        check(2.0 * 86_400.0, "2 days ago");
        check(31.0 * 86_400.0, "on 2026-11-21 08:09 UTC");
        check(-3600.0, "on 2026-11-21 08:09 UTC");
        assert_eq!(moment(built, None).as_deref(), Some("on 2026-11-21 08:09 UTC"));
        assert_eq!(moment(f64::MAX, None), None);
        assert_eq!(moment(f64::NAN, Some(0.0)), None);
    }

    #[test]
    fn a_command_can_be_copied_to_a_shell() {
        let check = |words: &[&str], expected: &str| {
            assert_eq!(command(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()), expected);
        };
        check(
            &["+nightly", "build", "--features=a,b/c", "-p", "x@1.0"],
            "cargo +nightly build --features=a,b/c -p x@1.0",
        );
        check(&["build", "--config", "env.X=\"a  b\""], "cargo build --config 'env.X=\"a  b\"'");
        check(&["run", "--", "it's", "", "$HOME", "*"], r"cargo run -- 'it'\''s' '' '$HOME' '*'");
        check(&["test", "größe"], "cargo test größe");
    }

    #[test]
    fn lists_read_as_prose() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&items[..0]), "");
        assert_eq!(list(&items[..1]), "a");
        assert_eq!(list(&items[..2]), "a and b");
        assert_eq!(list(&items), "a, b and c");
    }
}
