//! `incremental-bloat`: incremental sessions that no build reads again.

use std::collections::BTreeMap;

use super::disk::{bytes_of, days, severity, sum};
use super::stale_artifacts::is_stale;
use super::words::{bytes, count, share_of_bytes};
use super::{Basis, Cost, Detector, Effort, Evidence, Finding, Gain, Group, Risk, Threshold};
use crate::model::{DiskKind, LeftSession, SessionOf};

pub(super) const DETECTOR: Detector = Detector {
    id: "incremental-bloat",
    group: Group::Disk,
    claim: "the incremental cache keeps what no build reads again",
    measures: "the bytes of incremental sessions of units that are not needed or not there any more, and of sessions of a \
               crate that has two newer ones; without files that have a name elsewhere",
    why: "for each crate of the workspace, in each variant, rustc keeps all it needs to compile only what changed: often more \
          than the crate's own outputs. It deletes a crate's older sessions when it compiles that variant again; those of \
          variants that are never compiled again (another compiler, other flags, a renamed crate) stay for good",
    cure: "delete the directories in `incremental/` of those crates, or the whole of `incremental/`: the next build of each \
           member then compiles it once from scratch, and no dependency. Where nothing is ever built twice, as in CI, \
           `CARGO_INCREMENTAL=0` writes none",
    wrong_when: "a variant is used in turns with another, without being changed in between, or from another branch; a session \
                 of a unit that is not there any more would be read if that unit were built again",
    unpriced: None,
    thresholds: &[LEAST_MIB, DAYS],
    find,
};

/// Below this nobody would look for it.
const LEAST_MIB: Threshold =
    Threshold { name: "incremental-bloat.least-mib", default: 200.0, about: "mebibytes of such sessions" };

/// As for the units themselves: within a week of work nearly every workspace changes.
const DAYS: Threshold = Threshold {
    name: "incremental-bloat.days",
    default: 7.0,
    about: "days by which another variant must be younger to have replaced one",
};

/// Crates that are named.
const NAMED: usize = 3;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(leftovers) = &evidence.surroundings.leftovers else { return Vec::new() };
    let days_s = evidence.limit_days_s(&DAYS);
    let (stale, doubtful): (Vec<&LeftSession>, Vec<&LeftSession>) =
        leftovers.sessions.iter().partition(|session| is_over(&session.of, days_s));
    let size = total(&stale);
    if !evidence.is_large(size, &LEAST_MIB) {
        return Vec::new();
    }
    let all = evidence.surroundings.disk.as_ref().map(|disk| (bytes_of(disk, DiskKind::Incremental), disk.bytes));
    let share = all.map(|(all, _)| format!(", {} of `incremental/`", share_of_bytes(size, all)));
    let noun = if stale.len() == 1 {
        "session that no build reads again takes"
    } else {
        "sessions that no build reads again take"
    };
    let title = format!("{} incremental {noun} {}{}", stale.len(), bytes(size), share.unwrap_or_default());
    let of_target = all.map(|(all, disk)| {
        format!(
            "`incremental/` of all profiles takes {}, {} of the target directory",
            bytes(all),
            share_of_bytes(all, disk)
        )
    });
    let mut told = by_reason(&stale);
    told.extend(by_crate(&stale));
    told.extend(of_target);
    told.extend(not_counted(&doubtful, days_s));
    vec![Finding {
        severity: severity(size),
        cost: Cost { bytes: Some(size), ..Cost::default() },
        gain: Gain { bytes: Some(size), basis: Basis::Counted, ..Gain::UNKNOWN },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        ..Finding::of(&DETECTOR, "target".to_owned(), title)
    }]
}

fn is_over(of: &SessionOf, days_s: f64) -> bool {
    match of {
        SessionOf::LeftUnit(why) => is_stale(why, days_s),
        SessionOf::NoUnit { after_s } => *after_s >= days_s,
        SessionOf::Older => true,
    }
}

fn total(sessions: &[&LeftSession]) -> u64 {
    sum(sessions.iter().map(|session| session.bytes))
}

fn by_reason(stale: &[&LeftSession]) -> Vec<String> {
    let of_kind = |wanted: fn(&SessionOf) -> bool| -> Vec<&LeftSession> {
        stale.iter().copied().filter(|session| wanted(&session.of)).collect()
    };
    let kinds = [
        (of_kind(|of| matches!(of, SessionOf::LeftUnit(_))), "of units that are not needed any more"),
        (of_kind(|of| matches!(of, SessionOf::NoUnit { .. })), "of no unit that is on disk"),
        (of_kind(|of| matches!(of, SessionOf::Older)), "beside two newer sessions of the same unit"),
    ];
    let there = kinds.iter().filter(|(sessions, _)| !sessions.is_empty());
    there
        .map(|(sessions, what)| format!("{} ({}) {what}", count(sessions.len(), "session"), bytes(total(sessions))))
        .collect()
}

/// The crates with most of them.
fn by_crate(stale: &[&LeftSession]) -> Option<String> {
    let mut crates: BTreeMap<(&str, &str), Vec<&LeftSession>> = BTreeMap::new();
    for &session in stale {
        crates.entry((&session.profile, &session.crate_name)).or_default().push(session);
    }
    let mut crates: Vec<_> = crates.into_iter().map(|(of, sessions)| (total(&sessions), of, sessions.len())).collect();
    crates.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let named: Vec<String> = crates
        .iter()
        .take(NAMED)
        .map(|(size, (profile, name), n)| {
            format!("`{name}` in `{profile}` ({}, {})", count(*n, "session"), bytes(*size))
        })
        .collect();
    (!named.is_empty()).then(|| format!("most of it is of {}", named.join(", ")))
}

fn not_counted(doubtful: &[&LeftSession], days_s: f64) -> Option<String> {
    let size = total(doubtful);
    (size > 0).then(|| {
        format!(
            "not counted: {} ({}) of variants of which others were built less than {} later",
            count(doubtful.len(), "session"),
            bytes(size),
            days(days_s)
        )
    })
}
