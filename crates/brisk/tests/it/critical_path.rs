//! The longest chain, and the bound that it gives.

use brisk::model::{Build, Jobs, JobsBasis};
use brisk::simulate::WorkBasis;
use brisk_test_support::gantt;

use crate::support::{analyse, near, with_cpu};

/// The critical path as text: units, what of them is on the path, and the length.
fn path(picture: &str) -> String {
    let analysis = analyse(gantt::parse(picture));
    let steps = analysis.critical_path.steps.iter();
    let lines = steps.map(|step| {
        format!("{} {:.1} s to its {:?}\n", analysis.build.unit(step.unit).label(), step.on_path_s, step.until)
    });
    format!("{}= {:.1} s", lines.collect::<String>(), analysis.critical_path.length_s)
}

fn with_jobs(build: Build, n: u32) -> Build {
    Build { jobs: Some(Jobs { n, basis: JobsBasis::Recorded }), ..build }
}

#[test]
fn a_library_starts_at_its_dependencys_metadata() {
    insta::assert_snapshot!(path(
        "
        a      |FFBBBB
        b <- a |..FFBB
        "
    ), @"
    a 0.2 s to its Metadata
    b 0.4 s to its End
    = 0.6 s
    ");
}

#[test]
fn a_program_waits_for_the_end_of_its_dependency() {
    insta::assert_snapshot!(path(
        "
        a            |FFBBBB
        app (bin) <- a |......FBL
        "
    ), @"
    a 0.6 s to its End
    app (bin app) 0.3 s to its End
    = 0.9 s
    ");
}

#[test]
fn a_program_waits_for_all_code_below_it() {
    // `deep` still generates code when `lib`, which needed only its metadata, is long done.
    insta::assert_snapshot!(path(
        "
        deep           |FBBBBBBBB
        lib <- deep    |.FB
        app (bin) <- lib |.........FL
        "
    ), @"
    deep 0.9 s to its End
    app (bin app) 0.2 s to its End
    = 1.1 s
    ");
}

#[test]
fn a_library_does_not_wait_for_code_below_it() {
    insta::assert_snapshot!(path(
        "
        deep         |FBBBBBBBB
        lib <- deep  |.FB
        top <- lib   |..FB
        "
    ), @"
    deep 0.9 s to its End
    = 0.9 s
    ");
}

#[test]
fn a_library_waits_for_the_end_of_a_proc_macro() {
    insta::assert_snapshot!(path(
        "
        m (proc-macro) |FFFBBL
        lib <- m       |......F
        "
    ), @"
    m 0.6 s to its End
    lib 0.1 s to its End
    = 0.7 s
    ");
}

#[test]
fn a_check_waits_for_ends() {
    insta::assert_snapshot!(path(
        "
        a (lib check)                  |FFFF
        b (lib check) <- a (lib check) |....FF
        "
    ), @"
    a (lib check) 0.4 s to its End
    b (lib check) 0.2 s to its End
    = 0.6 s
    ");
}

#[test]
fn a_build_script_is_compiled_then_run_then_its_library_starts() {
    insta::assert_snapshot!(path(
        "
        a (build-script)                              |FBL
        a (build-script run) <- a (build-script)      |...SS
        a                    <- a (build-script run)  |.....FB
        "
    ), @"
    a build script 0.3 s to its End
    a build script (run) 0.2 s to its End
    a 0.2 s to its End
    = 0.7 s
    ");
}

#[test]
fn a_unit_without_known_phases_is_on_the_path_whole() {
    insta::assert_snapshot!(path(
        "
        a      |UUUU
        b <- a |....U
        "
    ), @"
    a 0.4 s to its Metadata
    b 0.1 s to its End
    = 0.5 s
    ");
}

#[test]
fn a_time_that_is_not_trusted_counts_as_none() {
    insta::assert_snapshot!(path(
        "
        a      |???????
        b <- a |.......FF
        c      |F
        "
    ), @"
    b 0.2 s to its End
    = 0.2 s
    ");
}

#[test]
fn a_cycle_is_left_out() {
    insta::assert_snapshot!(path(
        "
        a <- b |FFFFFF
        b <- a |FFFFFF
        c      |FF
        "
    ), @"
    c 0.2 s to its End
    = 0.2 s
    ");
}

#[test]
fn a_build_without_times_has_no_path_and_no_bound() {
    let analysis = analyse(gantt::parse("a |\nb <- a |"));
    assert_eq!((analysis.critical_path.steps.len(), analysis.critical_path.length_s), (0, 0.0));
    assert_eq!(analysis.bound, None);
}

#[test]
fn work_bounds_a_wide_build_and_the_path_bounds_a_narrow_one() {
    let wide = "a |FFFF\nb |FFFF\nc |FFFF";
    let bound = analyse(with_jobs(gantt::parse(wide), 2)).bound.expect("there are times");
    assert!(near(bound.lower_s, 0.6) && !bound.by_critical_path, "{bound:?}");
    let bound = analyse(with_jobs(gantt::parse(wide), 4)).bound.expect("there are times");
    assert!(near(bound.lower_s, 0.4) && bound.by_critical_path, "{bound:?}");
}

#[test]
fn measured_cpu_time_is_the_work_and_durations_stand_in_for_it() {
    let build = with_jobs(gantt::parse("a |FFFF\nb |FFFF"), 1);
    let bound = analyse(build.clone()).bound.expect("there are times");
    assert_eq!((bound.basis, near(bound.lower_s, 0.8)), (WorkBasis::UnitSeconds, true));
    let bound = analyse(with_cpu(build, &[1.0, 2.0])).bound.expect("there are times");
    assert_eq!((bound.basis, near(bound.lower_s, 3.0)), (WorkBasis::Cpu, true));
}

#[test]
fn without_a_number_of_jobs_the_path_alone_bounds() {
    let bound = analyse(gantt::parse("a |FF\nb |FF")).bound.expect("there are times");
    assert_eq!((bound.work_per_job_s, bound.by_critical_path, near(bound.lower_s, 0.2)), (None, true, true));
}

#[test]
fn a_build_script_too_short_to_be_seen_does_not_hide_the_cpu_of_the_others() {
    let build = with_jobs(gantt::parse("a |FFFF\nb (build-script run) |S"), 1);
    let mut build = with_cpu(build, &[3.0]);
    build.units[1].cpu = None;
    let bound = analyse(build.clone()).bound.unwrap();
    assert_eq!((bound.basis, near(bound.lower_s, 3.0)), (WorkBasis::Cpu, true), "{bound:?}");
    build.units[0].cpu = None;
    assert_eq!(analyse(build).bound.unwrap().basis, WorkBasis::UnitSeconds);
}
