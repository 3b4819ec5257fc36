//! `low-parallelism`.

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuSample, Jobs, JobsBasis, Session, SessionIdx};
use brisk_test_support::gantt;

use super::Case;
use crate::support::{analyse, slowed};

pub(super) const CASE: Case =
    Case { id: "low-parallelism", positive: || on_jobs(ALONE), silent: || on_jobs(GENERATING) };

/// All wait for the front end of one library.
const ALONE: &str = "
    a v1.0.0           |FFB
    big v1.0.0         |FFFFFFFFF
    b <- a, big        |.........FFB
    c <- a, big        |.........FFB
";

/// The same, but what is alone generates code, which rustc spreads over free jobs.
const GENERATING: &str = "
    a v1.0.0           |FFB
    big v1.0.0 (proc-macro) |FFFBBBBBBB
    b <- a, big        |..........FFB
    c <- a, big        |..........FFB
    d (bin)            |..........UUUUUUUUU
";

fn on_jobs(drawn: &str) -> Analysis {
    analyse(slowed(gantt::parse(drawn), 10.0, 2))
}

fn is_silent(build: Build) -> bool {
    analyse(build).findings.iter().all(|finding| finding.id != CASE.id)
}

#[test]
fn what_everything_waited_for_is_named() {
    let mut build = slowed(gantt::parse(ALONE), 10.0, 2);
    build.cpu_samples = vec![CpuSample { at_s: 5.0, busy: 1.25 }];
    let analysis = analyse(build);
    let finding = analysis.findings.iter().find(|finding| finding.id == CASE.id).expect("it is found");
    insta::assert_snapshot!(finding.title, @"for 6.00 s of 12.0 s (50 %) fewer units than 2 jobs are at work");
    insta::assert_snapshot!(finding.evidence.join("\n"), @"
    6.00 job-seconds of the 24.0 job-seconds that 2 jobs offer are without a unit (25 %)
    6.00 s from 3.00 s on: big is at work in 6.00 s of it; 2 units wait for it, directly or not; 1.2 processors are busy meanwhile, all programs of the machine together
    ");
    assert_eq!(finding.cost.seconds, Some(6.0));
    assert_eq!(finding.command.as_deref(), Some("cargo tree --workspace --invert big@1.0.0"));
}

#[test]
fn a_machine_that_was_busy_meanwhile_had_nothing_to_give() {
    let mut build = slowed(gantt::parse(ALONE), 10.0, 2);
    build.cpu_samples = vec![CpuSample { at_s: 5.0, busy: 1.9 }];
    assert!(is_silent(build));
}

#[test]
fn nothing_is_said_where_jobs_or_times_are_not_certain() {
    let build = || slowed(gantt::parse(ALONE), 10.0, 2);
    assert!(!is_silent(build()));
    assert!(is_silent(Build { jobs: None, ..build() }), "unknown jobs");
    let assumed = |n| Some(Jobs { n, basis: JobsBasis::Assumed });
    assert!(!is_silent(Build { jobs: assumed(2), ..build() }), "two units were at work at once");
    assert!(is_silent(Build { jobs: assumed(4), ..build() }), "perhaps it was built with two");
    let mut doubtful = build();
    let timing = doubtful.units[0].timing.as_mut().expect("it has one");
    timing.confidence = brisk::model::Confidence::Doubtful;
    assert!(is_silent(doubtful), "a doubtful time");
}

#[test]
fn a_unit_that_was_built_again_since_hides_when_it_was_built() {
    let mut build = slowed(gantt::parse(ALONE), 10.0, 2);
    let session = |started_at| Session { started_at, wall_s: 3.0, n_units: 1 };
    let main = build.sessions[0].started_at;
    build.units[0].timing.as_mut().expect("it has one").session = SessionIdx(1);
    build.sessions.truncate(1);
    let at = |started_at: f64| {
        let mut build = build.clone();
        build.sessions.push(session(started_at));
        build
    };
    assert!(is_silent(at(main + 100.0)), "built later");
    assert!(!is_silent(at(main - 100.0)), "fresh in this build");
}
