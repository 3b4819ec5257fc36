//! Version requirements of several who ask for the same.

use std::collections::BTreeSet;

use semver::{Op, Version, VersionReq};

/// The requirement that asks for the newest version, as people write it (without a caret): what satisfies it satisfies all of
/// them. `None` where they differ and are not all of the simple form `1.2`, or no version satisfies all.
pub fn strictest_requirement<'a>(requirements: impl Iterator<Item = &'a str>) -> Option<String> {
    let distinct: BTreeSet<&str> = requirements.map(|it| it.trim().trim_start_matches('^')).collect();
    if distinct.len() == 1 {
        return distinct.first().map(|only| (*only).to_owned());
    }
    let parsed: Option<Vec<_>> = distinct.into_iter().map(|it| Some((least(it)?, it))).collect();
    let parsed = parsed?;
    let (newest, text) = parsed.iter().max()?;
    let is_accepted = |(_, it): &(Version, &str)| VersionReq::parse(it).is_ok_and(|it| it.matches(newest));
    parsed.iter().all(is_accepted).then(|| (*text).to_owned())
}

/// The least version of a requirement of the form `1`, `1.2` or `1.2.3`.
fn least(requirement: &str) -> Option<Version> {
    let parsed = VersionReq::parse(requirement).ok()?;
    match parsed.comparators.as_slice() {
        [only] if only.op == Op::Caret && only.pre.is_empty() => {
            Some(Version::new(only.major, only.minor.unwrap_or(0), only.patch.unwrap_or(0)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_requirement_is_that_of_the_newest_version() {
        let of = |requirements: &[&str]| strictest_requirement(requirements.iter().copied());
        assert_eq!(of(&["^1.0", "1.0"]).as_deref(), Some("1.0"));
        assert_eq!(of(&["^1.2", "1", "^1.10.0"]).as_deref(), Some("1.10.0"));
        assert_eq!(of(&["=1.2.3", "=1.2.3"]).as_deref(), Some("=1.2.3"));
        assert_eq!(of(&["=1.2.3", "1"]), None);
        assert_eq!(of(&["*", "1"]), None);
        assert_eq!((of(&["1.0", "2.0"]), of(&["0.4", "0.5"]), of(&[])), (None, None, None));
    }
}
