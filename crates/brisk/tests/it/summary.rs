//! Totals.

use brisk::model::{Build, CpuBasis, CpuTime, DirtyReason, Status, Summary};
use brisk_test_support::gantt;

use crate::support::{near, with_cpu};

#[test]
fn durations_add_up_by_phase() {
    let summary = Summary::of(&gantt::parse(
        "
        m (proc-macro)                           |FFBL
        a                                        |UUU
        a (build-script)                         |FBL
        a (build-script run) <- a (build-script) |...SS
        app (bin)                                |UULL
        never                                    |
        ",
    ));
    assert_eq!((summary.n_units, summary.n_timed, summary.n_edges), (6, 5, 1));
    let phases = summary.phases;
    let parts = [phases.front_s, phases.back_s, phases.link_s, phases.script_s, phases.unsplit_s];
    let expected = [0.3, 0.2, 0.4, 0.2, 0.5];
    assert!(parts.iter().zip(expected).all(|(part, expected)| near(*part, expected)), "{phases:?}");
    assert!(near(parts.iter().sum(), summary.unit_s));
}

#[test]
fn a_check_is_front_end_whatever_is_known_of_its_metadata() {
    let summary = Summary::of(&gantt::parse("a (lib check) |FFFB\nb (lib check) <- a |....UU"));
    assert!(near(summary.phases.front_s, 0.6), "{summary:?}");
    assert_eq!((summary.phases.back_s, summary.phases.unsplit_s), (0.0, 0.0));
}

#[test]
fn build_scripts_count_their_runs_and_proc_macros_themselves() {
    let summary = Summary::of(&gantt::parse(
        "
        a (build-script)     |FBL
        a (build-script run) |...SS
        b (build-script)     |FBL
        m (proc-macro)       |FFBL
        ",
    ));
    assert!(summary.build_scripts.0 == 1 && near(summary.build_scripts.1, 0.8), "{:?}", summary.build_scripts);
    assert!(summary.proc_macros.0 == 1 && near(summary.proc_macros.1, 0.4), "{:?}", summary.proc_macros);
}

#[test]
fn cpu_time_is_unknown_unless_every_timed_unit_has_it() {
    let build = gantt::parse("a |FF\nb |FF\nnever |");
    assert_eq!(Summary::of(&with_cpu(build.clone(), &[1.0])).unit_cpu_s, None);
    assert_eq!(Summary::of(&with_cpu(build, &[1.0, 2.0])).unit_cpu_s, Some(3.0));
}

#[test]
fn a_run_of_a_build_script_may_be_too_short_to_be_measured() {
    let build = gantt::parse("a (build-script) |FB\na (build-script run) |..S");
    assert_eq!(Summary::of(&with_cpu(build.clone(), &[1.0])).unit_cpu_s, Some(1.0));
    assert_eq!(Summary::of(&with_cpu(build, &[0.0])).unit_cpu_s, None);
}

#[test]
fn the_cpu_time_of_the_command_goes_before_that_of_its_units() {
    let build = with_cpu(gantt::parse("a |FF"), &[1.0]);
    assert_eq!(Summary::of(&build).cpu, Some((1.0, CpuBasis::Units)));
    let cpu = Some(CpuTime { user_s: 2.0, sys_s: 0.5 });
    assert_eq!(Summary::of(&Build { cpu, ..build }).cpu, Some((2.5, CpuBasis::Command)));
    let unmeasured = gantt::parse("a |FF");
    assert_eq!(Summary::of(&unmeasured).cpu, None);
}

#[test]
fn cpu_time_of_a_build_without_times_is_unknown_and_not_zero() {
    assert_eq!(Summary::of(&gantt::parse("a |")).unit_cpu_s, None);
}

#[test]
fn a_doubtful_time_is_in_no_total() {
    let summary = Summary::of(&gantt::parse("a |?????\nb |F"));
    assert_eq!((summary.n_timed, near(summary.unit_s, 0.1)), (1, true));
}

#[test]
fn units_are_counted_by_status() {
    let mut build = gantt::parse("a |\nb |\nc |\nd |");
    let reason = DirtyReason { kind: "file-changed".to_owned(), detail: "src/lib.rs".to_owned(), because_of: None };
    build.units[0].status = Status::Fresh;
    build.units[1].status = Status::Dirty(Some(reason));
    build.units[2].status = Status::New;
    let status = Summary::of(&build).status;
    assert_eq!((status.fresh, status.dirty, status.new, status.unknown), (1, 1, 1, 1));
}
