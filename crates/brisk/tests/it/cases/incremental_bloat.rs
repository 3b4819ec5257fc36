//! `incremental-bloat`.

use brisk::model::{SessionOf, Unneeded};

use super::Case;
use super::disk::{around, one_session};

pub(super) const CASE: Case = Case {
    id: "incremental-bloat",
    positive: || around(one_session(SessionOf::LeftUnit(Unneeded::Replaced { after_s: 30.0 * DAY_S }), 300)),
    // The unit's directory may have been removed a moment ago, to build it again.
    silent: || around(one_session(SessionOf::NoUnit { after_s: DAY_S }, 300)),
};

const DAY_S: f64 = 86_400.0;

#[test]
fn the_crate_and_the_share_are_told() {
    let [finding] = &(CASE.positive)().findings[..] else { panic!("one finding") };
    insta::assert_snapshot!(format!("{}\n{}", finding.title, finding.evidence.join("\n")), @"
    1 incremental session that no build reads again takes 300 MiB, 29 % of `incremental/`
    1 session (300 MiB) of units that are not needed any more
    most of it is of `a` in `debug` (1 session, 300 MiB)
    `incremental/` of all profiles takes 1.00 GiB, 100 % of the target directory
    ");
}

#[test]
fn a_session_with_two_newer_ones_counts_at_once() {
    assert_eq!(around(one_session(SessionOf::Older, 300)).findings.len(), 1);
    assert_eq!(around(one_session(SessionOf::Older, 100)).findings, []);
}
