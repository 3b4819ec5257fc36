//! The id of a run: sortable by time, unique without coordination.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// Id of a run, such as `20261121T082451Z-4f3a9c`: the second in which it was created (UTC), and six random
/// hexadecimal digits. The order of ids is the order of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// The text is not a run id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a run id; one looks like `20261121T082451Z-4f3a9c`")]
pub struct BadRunId(String);

impl RunId {
    /// A new id for a run that was created at `created_at` (seconds since the UNIX epoch).
    ///
    /// Ids of two processes differ by 24 random bits; the store picks another one if a file of that name is there.
    /// A moment outside the years 0 to 9999 counts as the epoch.
    pub fn generate(created_at: f64) -> Self {
        // Each `RandomState` has its own keys, which come from the operating system.
        let random = RandomState::new().hash_one(std::process::id()) & 0xff_ffff;
        let time = timestamp(created_at).to_zoned(TimeZone::UTC).strftime(TIME_FORMAT).to_string();
        Self(format!("{time}-{random:06x}"))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A year with more or fewer than four digits would break the order of ids; no run has one.
fn timestamp(created_at: f64) -> Timestamp {
    const YEAR_9999_ENDS: f64 = 253_402_300_799.0;
    let seconds = if (0.0..=YEAR_9999_ENDS).contains(&created_at) { created_at as i64 } else { 0 };
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl FromStr for RunId {
    type Err = BadRunId;

    fn from_str(text: &str) -> Result<Self, BadRunId> {
        let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_id = || {
            let (time, random) = text.split_once('-')?;
            let (date, time) = time.strip_suffix('Z')?.split_once('T')?;
            let is_hex = random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            Some(digits(date, 8) && digits(time, 6) && random.len() == 6 && is_hex)
        };
        if is_id() == Some(true) { Ok(Self(text.to_owned())) } else { Err(BadRunId(text.to_owned())) }
    }
}

impl TryFrom<String> for RunId {
    type Error = BadRunId;

    fn try_from(text: String) -> Result<Self, BadRunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_the_second_and_reads_back() {
        let id = RunId::generate(1_795_249_491.7);
        assert!(id.as_str().starts_with("20261121T082451Z-"), "{id}");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn two_ids_of_the_same_second_differ() {
        let ids: std::collections::BTreeSet<RunId> = (0..50).map(|_| RunId::generate(0.0)).collect();
        assert!(ids.len() > 45, "{} of 50 are different", ids.len());
    }

    #[test]
    fn a_moment_that_no_calendar_has_still_gives_an_id() {
        for odd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert!(RunId::generate(odd).as_str().starts_with("19700101T000000Z-"));
        }
    }

    #[test]
    fn other_texts_are_no_ids() {
        for bad in
            ["", "last", "20261121T082451Z", "20261121T082451Z-4F3A9C", "../../etc-passwd", "20261121T08245éZ-4f3a9c"]
        {
            assert!(bad.parse::<RunId>().is_err(), "{bad}");
        }
    }
}
