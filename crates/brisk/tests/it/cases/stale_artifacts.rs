//! `stale-artifacts`.

use brisk::detect::{Basis, Finding};
use brisk::model::{LeftUnit, Surroundings, Unneeded};

use super::Case;
use super::disk::{around, one_unit};

pub(super) const CASE: Case = Case {
    id: "stale-artifacts",
    positive: || around(one_unit(Unneeded::LeftResolution, 300)),
    // Another variant was built a day later: perhaps they are used in turns.
    silent: || around(one_unit(Unneeded::Replaced { after_s: DAY_S }, 300)),
};

const DAY_S: f64 = 86_400.0;

/// Nothing in `debug` is needed: by these reasons, 150 MiB each.
fn of(reasons: &[Unneeded]) -> Surroundings {
    let mut surroundings = one_unit(Unneeded::LeftResolution, 150);
    let leftovers = surroundings.leftovers.as_mut().expect("leftovers");
    let unit = leftovers.units.remove(0);
    leftovers.units = reasons.iter().map(|why| LeftUnit { why: why.clone(), ..unit.clone() }).collect();
    leftovers.profiles[0].n_units = reasons.len();
    surroundings
}

fn found(surroundings: Surroundings) -> Finding {
    let findings = around(surroundings).findings;
    findings.into_iter().find(|finding| finding.id == CASE.id).expect("a finding")
}

#[test]
fn each_reason_has_its_own_bytes() {
    let replaced = |days: f64| Unneeded::Replaced { after_s: days * DAY_S };
    let gone = Unneeded::CompilerGone("1.94.0 (4a4ef493e 2026-03-02)".to_owned());
    let finding = found(of(&[gone, Unneeded::LeftResolution, replaced(30.0), replaced(9.5), replaced(6.0)]));
    insta::assert_snapshot!(format!("{}\n{}", finding.title, finding.evidence.join("\n")), @"
    4 of 5 units on disk that no build needs take 600 MiB, 59 % of the target directory
    1 unit (150 MiB) of rustc 1.94.0 (4a4ef493e 2026-03-02), which is not installed any more
    1 unit (150 MiB) of versions that the lockfile does not have, and of what was built with them
    2 units (300 MiB) of variants of which others were built 9 days later or more
    4 units in `debug`: 600 MiB
    not counted: 1 unit (150 MiB) of variants of which others were built less than 7 days later
    ");
    assert_eq!((finding.gain.bytes, finding.gain.basis), (Some(600 << 20), Basis::Counted));
    assert_eq!(finding.command, None);
}

#[test]
fn a_profile_of_which_nothing_is_needed_can_be_cleaned() {
    let finding = found(of(&[Unneeded::LeftResolution, Unneeded::LeftResolution]));
    assert_eq!(finding.command.as_deref(), Some("cargo clean --profile dev"));
}

#[test]
fn units_whose_files_were_not_found_do_not_count() {
    let mut surroundings = one_unit(Unneeded::LeftResolution, 300);
    surroundings.leftovers.as_mut().expect("leftovers").units[0].bytes = None;
    assert_eq!(around(surroundings).findings, []);
}
