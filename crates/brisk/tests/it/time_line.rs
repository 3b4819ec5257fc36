//! Units at work over time.

use brisk::model::SessionIdx;
use brisk::simulate::Parallelism;
use brisk_test_support::gantt;

use crate::support::near;

/// The steps as text: `from second: units`.
fn steps(parallelism: &Parallelism) -> String {
    parallelism.steps.iter().map(|(at_s, n_units)| format!("{at_s}: {n_units}  ")).collect()
}

#[test]
fn units_at_work_are_counted_from_moment_to_moment() {
    let parallelism = Parallelism::of(&gantt::parse("a |FF\nb |.FFF\nc |.....F"));
    assert_eq!(steps(&parallelism).trim(), "0: 1  0.1: 2  0.2: 1  0.4: 0  0.5: 1  0.6: 0");
    assert_eq!(parallelism.max, 2);
    assert!(near(parallelism.mean, 1.0), "{}", parallelism.mean);
    assert!(near(parallelism.alone_s, 0.5), "{}", parallelism.alone_s);
}

#[test]
fn a_unit_that_ends_when_another_starts_is_not_beside_it() {
    assert_eq!(Parallelism::of(&gantt::parse("a |FF\nb |..FF")).max, 1);
}

#[test]
fn times_of_other_sessions_and_doubtful_ones_do_not_count() {
    let mut build = gantt::parse("a |FF\nb |FF\nc |??");
    build.units[1].timing.as_mut().expect("b has a time").session = SessionIdx(1);
    let parallelism = Parallelism::of(&build);
    assert_eq!((parallelism.max, near(parallelism.mean, 1.0)), (1, true));
}

#[test]
fn nothing_is_at_work_in_a_build_without_times() {
    assert_eq!(Parallelism::of(&gantt::parse("a |")), Parallelism::default());
}

#[test]
fn a_unit_whose_end_is_before_its_start_is_at_work_for_no_time() {
    let mut build = gantt::parse("a |FF\nb |..F");
    build.units[1].timing.as_mut().expect("b has a time").end_s = 0.1;
    let parallelism = Parallelism::of(&build);
    assert_eq!(parallelism.steps.last().map(|step| step.1), Some(0));
    assert!(near(parallelism.mean, 1.0), "{parallelism:?}");
}
