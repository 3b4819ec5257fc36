//! Findings that are chosen, accepted, and added up.

use brisk::analysis::Analysis;
use brisk::detect::{Basis, Expiry, Policy, Suppression};
use brisk::model::{Fault, FaultKind, Jobs, JobsBasis, Problem, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use crate::support::{analyse, labels, near};

/// Two packages in two versions each; the old one of `a` needs the old one of `b`, which something else needs, too.
const TWO: &str = "
    b v1.0.0                            |FFFF
    b v2.0.0                            |FFFFF
    a v1.0.0 <- b v1.0.0                |....FFF
    a v2.0.0 <- b v2.0.0                |.....FF
    app <- a v1.0.0, a v2.0.0           |.......FF
";

fn suppressed(key: &str, expiry: Expiry) -> Policy {
    let (key, reason, origin) = (key.to_owned(), "it waits".to_owned(), "brisk.toml:3".to_owned());
    Policy { suppressions: vec![Suppression { key, reason, expiry, origin }], ..Policy::default() }
}

fn keys(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.iter().map(|finding| finding.key.as_str()).collect()
}

fn two() -> Analysis {
    analyse(gantt::parse(TWO))
}

#[test]
fn an_accepted_finding_is_not_told_and_not_added_up() {
    let all = two();
    assert_eq!(keys(&all), ["duplicate-version:a", "duplicate-version:b"]);
    let joint = all.joint.as_ref().unwrap();
    assert_eq!(labels(&all.build, joint.units.iter().copied()), ["b v1.0.0", "a v1.0.0"]);

    let kept = two().under(&suppressed("duplicate-version:a", Expiry::On("2099-01-01".into())));
    assert_eq!(keys(&kept), ["duplicate-version:b"]);
    assert_eq!((kept.joint, kept.problems.len()), (None, 0));
    assert_eq!(kept.findings[0].overlaps, Vec::<String>::new());
    let accepted: Vec<_> = kept.suppressed.iter().map(|s| (s.finding.key.as_str(), s.expires.as_deref())).collect();
    assert_eq!(accepted, [("duplicate-version:a", Some("2099-01-01"))]);

    let kept = two().under(&suppressed("duplicate-version", Expiry::Never));
    assert_eq!((keys(&kept).len(), kept.suppressed.len()), (0, 2));
}

#[test]
fn an_expired_suppression_is_reported_and_hides_nothing() {
    let analysis = two().under(&suppressed("duplicate-version:a", Expiry::Over("2020-01-01".into())));
    assert_eq!((keys(&analysis).len(), analysis.suppressed.len()), (2, 0));
    let problem = &analysis.problems[0];
    assert_eq!(problem.what, "the suppression of `duplicate-version:a` expired on 2020-01-01 (brisk.toml:3)");
}

#[test]
fn a_suppression_that_matches_nothing_is_reported_if_its_detector_is_asked() {
    let stale = suppressed("duplicate-version:gone", Expiry::Never);
    let analysis = two().under(&stale);
    assert_eq!(analysis.problems[0].what, "the suppression of `duplicate-version:gone` is not needed (brisk.toml:3)");
    let other = Policy { only: vec!["slow-link".into()], ..stale.clone() };
    assert_eq!(two().under(&other).problems, []);
    // Where nothing was built, most detectors have nothing to look at.
    assert_eq!(analyse(gantt::parse("")).under(&stale).problems, []);
}

#[test]
fn what_is_skipped_is_not_told() {
    let policy = Policy { skip: vec!["duplicate-version".into()], ..Policy::default() };
    let analysis = two().under(&policy);
    assert_eq!((analysis.findings, analysis.duplicates), (vec![], vec![]));
}

#[test]
fn what_several_findings_take_out_is_added_up_once() {
    let analysis = two();
    let joint = analysis.joint.unwrap();
    assert_eq!(joint.keys, ["duplicate-version:a", "duplicate-version:b"]);
    // `b` v1 is needed by `a` v1 alone: it goes with either.
    assert!(near(joint.cost.seconds.unwrap(), 0.7) && near(joint.sum.seconds.unwrap(), 1.1), "{joint:?}");
    assert_eq!(analysis.findings[0].overlaps, ["duplicate-version:b"]);
    assert_eq!(analysis.findings[1].overlaps, ["duplicate-version:a"]);
}

#[test]
fn cpu_time_is_estimated_from_unit_time_where_the_number_of_jobs_is_known() {
    assert_eq!(two().findings[0].gain.cpu, None);
    let mut build = gantt::parse(TWO);
    build.jobs = Some(Jobs { n: 2, basis: JobsBasis::Assumed });
    let cpu = analyse(build).findings[0].gain.cpu.unwrap();
    assert_eq!(cpu.basis, Basis::Estimated);
    // 1.6 s of unit time in 0.9 s with two jobs: at most 1.8 / 1.6 processors for a unit on average.
    assert!(near(cpu.low_s, 0.85 * 0.7) && near(cpu.high_s, 0.7 * 1.8 / 1.6), "{cpu:?}");
}

#[test]
fn nothing_is_said_twice_of_findings_that_a_policy_lets_through() {
    let mut build = gantt::parse(TWO);
    build.jobs = Some(Jobs { n: 2, basis: JobsBasis::Assumed });
    let all = analyse(build.clone());
    assert_eq!(analyse(build).under(&Policy::default()).findings, all.findings);
}

#[test]
fn no_command_of_cargo_is_offered_where_cargo_would_refuse() {
    let build = gantt::parse(TWO);
    let with = |kind: FaultKind| {
        let fault = Fault { kind, subject: "Cargo.toml".to_owned(), places: Vec::new(), command: None };
        let problem = Problem::new("`Cargo.toml` is broken", "", "").with_fault(Some(fault));
        let surroundings = Surroundings { faults: vec![problem], ..Surroundings::default() };
        let analysis = Analysis::of(workspace_of(&build), build.clone(), surroundings, Vec::new());
        let told = analysis.findings.iter().find(|finding| finding.key == "duplicate-version:a").unwrap();
        told.command.clone()
    };
    assert_eq!(with(FaultKind::Workspace), None);
    assert!(with(FaultKind::Program).is_some_and(|command| command.starts_with("cargo ")));
}
