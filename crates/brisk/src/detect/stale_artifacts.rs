//! `stale-artifacts`: units on disk that no build needs.

use std::collections::{BTreeMap, BTreeSet};

use super::disk::{days, severity, sum};
use super::words::{bytes, count, share_of_bytes};
use super::{Basis, Cost, Detector, Effort, Evidence, Finding, Gain, Group, Risk, Threshold};
use crate::model::{LeftUnit, Leftovers, Unneeded};

pub(super) const DETECTOR: Detector = Detector {
    id: "stale-artifacts",
    group: Group::Disk,
    claim: "the target directory keeps what no build needs any more",
    measures: "the bytes of all files of units whose compiler is not installed any more, whose versions the lockfile does not \
               have, or which were replaced by other variants that long ago; without files that have a name elsewhere",
    why: "each combination of version, features, profile, flags and compiler has files of its own, and Cargo deletes \
          none: after `rustup update` or `cargo update` everything concerned is built beside what was there. It costs disk, \
          and time where the directory is walked: caches of CI that are packed and sent, backups, images",
    cure: "clean the profile (`cargo clean --profile <name>`) where it holds nothing else; else `cargo clean`, which costs one full build; \
           in CI a cache key that names the compiler and the lockfile",
    wrong_when: "another branch still uses those versions or flags: units are judged by the lockfile, the compilers and the \
                 builds that are here now; what was built once for several variants, and is used in turns without being \
                 changed, seems replaced",
    unpriced: None,
    thresholds: &[LEAST_MIB, DAYS],
    find,
};

/// Below this nobody would look for it.
const LEAST_MIB: Threshold =
    Threshold { name: "stale-artifacts.least-mib", default: 200.0, about: "mebibytes of such files" };

/// Fresh units are used without a trace, so that variants which are used in turns are only told from replaced ones by being
/// built again: within a week of work nearly every workspace changes.
const DAYS: Threshold = Threshold {
    name: "stale-artifacts.days",
    default: 7.0,
    about: "days by which another variant must be younger to have replaced a unit",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(leftovers) = &evidence.surroundings.leftovers else { return Vec::new() };
    let days_s = evidence.limit_days_s(&DAYS);
    let (stale, doubtful): (Vec<&LeftUnit>, Vec<&LeftUnit>) =
        leftovers.units.iter().filter(|unit| unit.bytes.is_some()).partition(|unit| is_stale(&unit.why, days_s));
    let total = total(&stale);
    if !evidence.is_large(total, &LEAST_MIB) {
        return Vec::new();
    }
    let n_units: usize = leftovers.profiles.iter().map(|profile| profile.n_units).sum();
    let of_disk = evidence.surroundings.disk.as_ref();
    let share = of_disk.map(|disk| format!(", {} of the target directory", share_of_bytes(total, disk.bytes)));
    let title = format!(
        "{} of {} on disk that no build needs take {}{}",
        stale.len(),
        count(n_units, "unit"),
        bytes(total),
        share.unwrap_or_default()
    );
    let emptied = emptied(leftovers, &stale);
    let mut told = by_reason(&stale);
    told.extend(by_profile(&stale, &emptied));
    told.extend(not_counted(&doubtful, days_s));
    told.extend(leftovers.undecided.iter().map(|why| format!("not counted: {why}")));
    vec![Finding {
        severity: severity(total),
        cost: Cost { bytes: Some(total), ..Cost::default() },
        gain: Gain { bytes: Some(total), basis: Basis::Counted, ..Gain::UNKNOWN },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        command: command(&emptied),
        ..Finding::of(&DETECTOR, "target".to_owned(), title)
    }]
}

/// Whether it counts; variants only when they were replaced that long ago.
pub(super) fn is_stale(why: &Unneeded, days_s: f64) -> bool {
    match why {
        Unneeded::CompilerGone(_) | Unneeded::LeftResolution => true,
        Unneeded::Replaced { after_s } => *after_s >= days_s,
    }
}

fn total(units: &[&LeftUnit]) -> u64 {
    sum(units.iter().filter_map(|unit| unit.bytes))
}

fn by_reason(stale: &[&LeftUnit]) -> Vec<String> {
    let mut reasons: BTreeMap<(u8, &str), Vec<&LeftUnit>> = BTreeMap::new();
    for &unit in stale {
        let key = match &unit.why {
            Unneeded::CompilerGone(version) => (0, version.as_str()),
            Unneeded::LeftResolution => (1, ""),
            Unneeded::Replaced { .. } => (2, ""),
        };
        reasons.entry(key).or_default().push(unit);
    }
    let sentence = |((kind, version), units): ((u8, &str), Vec<&LeftUnit>)| {
        let (number, size) = (count(units.len(), "unit"), bytes(total(&units)));
        match kind {
            0 => format!("{number} ({size}) of rustc {version}, which is not installed any more"),
            1 => format!(
                "{number} ({size}) of versions that the lockfile does not have, and of what was built with them"
            ),
            _ => format!(
                "{number} ({size}) of variants of which others were built {} later or more",
                days(least_s(&units))
            ),
        }
    };
    reasons.into_iter().map(sentence).collect()
}

/// The smallest number of seconds after which one of them was replaced.
fn least_s(units: &[&LeftUnit]) -> f64 {
    let after = units.iter().filter_map(|unit| match unit.why {
        Unneeded::Replaced { after_s } => Some(after_s),
        Unneeded::CompilerGone(_) | Unneeded::LeftResolution => None,
    });
    after.reduce(f64::min).unwrap_or(0.0)
}

/// Profiles of which nothing is needed.
fn emptied<'a>(leftovers: &'a Leftovers, stale: &[&LeftUnit]) -> BTreeSet<&'a str> {
    let n_stale = |profile: &str| stale.iter().filter(|unit| unit.profile == profile).count();
    let all = leftovers.profiles.iter().filter(|profile| n_stale(&profile.profile) == profile.n_units);
    all.map(|profile| profile.profile.as_str()).collect()
}

fn by_profile(stale: &[&LeftUnit], emptied: &BTreeSet<&str>) -> Vec<String> {
    let mut profiles: BTreeMap<&str, Vec<&LeftUnit>> = BTreeMap::new();
    for &unit in stale {
        profiles.entry(&unit.profile).or_default().push(unit);
    }
    let sentence = |(profile, units): (&str, Vec<&LeftUnit>)| {
        let all = if emptied.contains(profile) { ", and nothing else is there" } else { "" };
        format!("{} in `{profile}`: {}{all}", count(units.len(), "unit"), bytes(total(&units)))
    };
    profiles.into_iter().map(sentence).collect()
}

fn not_counted(doubtful: &[&LeftUnit], days_s: f64) -> Option<String> {
    let size = total(doubtful);
    (size > 0).then(|| {
        format!(
            "not counted: {} ({}) of variants of which others were built less than {} later",
            count(doubtful.len(), "unit"),
            bytes(size),
            days(days_s)
        )
    })
}

/// Deletes a whole profile of which nothing is needed, in the directories of all triples.
fn command(emptied: &BTreeSet<&str>) -> Option<String> {
    let [only] = emptied.iter().collect::<Vec<_>>()[..] else { return None };
    let is_host = !only.contains('/');
    // Cargo builds `dev` and `test` in `debug`, `release` and `bench` in `release`.
    let profile = if *only == "debug" { "dev" } else { only };
    is_host.then(|| format!("cargo clean --profile {profile}"))
}
