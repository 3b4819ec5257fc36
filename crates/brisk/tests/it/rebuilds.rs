//! What is built again without need: what counts as a cause, what it costs, and what refutes it.

use brisk::analysis::Analysis;
use brisk::detect::{Finding, Severity};
use brisk::model::{
    DirtyReason, NoOp, PathPlace, PathState, Rebuilds, Rebuilt, SourceTimes, UnitIdx, Watch, WatchScope, WatchedPath,
    WatchedVariable,
};

use crate::cases::always_rerun::{no_op, of, watching, with};

fn keys(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.iter().map(|finding| finding.key.as_str()).collect()
}

#[track_caller]
fn only(analysis: &Analysis) -> &Finding {
    let [finding] = analysis.findings.as_slice() else { panic!("{:?}", keys(analysis)) };
    finding
}

fn rebuilt(unit: u32, kind: &str) -> Rebuilt {
    let reason = DirtyReason { kind: kind.to_owned(), detail: "the file `x` is missing".to_owned(), because_of: None };
    Rebuilt { unit: UnitIdx(unit), reason: Some(reason) }
}

fn path(state: PathState, place: PathPlace) -> WatchedPath {
    WatchedPath { path: "x".to_owned(), state, place, named_at: None }
}

fn watch(unit: u32, scope: WatchScope, path: WatchedPath) -> Rebuilds {
    let watch = Watch { unit: UnitIdx(unit), scope, paths: vec![path], variables: Vec::new() };
    Rebuilds { watches: vec![watch], ..Rebuilds::default() }
}

#[test]
fn what_is_never_fresh_costs_itself_and_all_that_needs_it() {
    let analysis = watching(PathState::Missing { may_be_new: false }, None);
    let finding = only(&analysis);
    assert_eq!(
        finding.title,
        "the build script of app v0.1.0 runs in every build, and 2 units are built again after it"
    );
    let dependents: f64 = [1, 2, 3].map(|idx| analysis.build.units[idx].duration_s().unwrap()).iter().sum();
    assert!(finding.cost.seconds.is_some_and(|cost_s| (cost_s - dependents).abs() < 1e-9), "{:?}", finding.cost);
}

#[test]
fn a_second_build_confirms_what_is_told_from_files() {
    let seen = vec![rebuilt(1, "file-missing"), rebuilt(2, "dependency-rebuilt"), rebuilt(3, "dependency-rebuilt")];
    let analysis = watching(PathState::Missing { may_be_new: false }, Some(seen));
    let evidence = &only(&analysis).evidence;
    assert_eq!(
        evidence[0],
        "`cargo build`, run again with nothing changed, built it and took 0.10 s: the file `x` is missing"
    );
    assert!(evidence[1].starts_with("it watches `none.txt`, which does not exist"), "{evidence:?}");
}

#[test]
fn a_second_build_finds_what_files_do_not_tell() {
    let analysis = watching(PathState::Unremarkable, Some(vec![rebuilt(2, "env-var-changed")]));
    assert!(
        only(&analysis).title.starts_with("lib `app` of app v0.1.0 is compiled in every build"),
        "{:?}",
        analysis.findings
    );
    let for_others_sake = watching(PathState::Unremarkable, Some(vec![rebuilt(2, "dependency-rebuilt")]));
    assert_eq!(keys(&for_others_sake), [""; 0]);
}

#[test]
fn what_was_built_since_a_second_build_is_not_judged_by_it() {
    let early = NoOp { started_at: 0.0, ..no_op(vec![rebuilt(1, "file-missing")]) };
    assert_eq!(keys(&with(Rebuilds { no_op: Some(early.clone()), ..Rebuilds::default() })), [""; 0]);
    let missing = watch(1, WatchScope::Named, path(PathState::Missing { may_be_new: false }, PathPlace::Elsewhere));
    let refuted_before = NoOp { rebuilt: Vec::new(), ..early };
    assert_eq!(keys(&with(Rebuilds { no_op: Some(refuted_before), ..missing })), ["always-rerun:app"]);
}

#[test]
fn what_the_script_writes_is_its_own_doing_only() {
    let written_by = |script: u32| PathState::WrittenBy { script: UnitIdx(script), file: "x".to_owned() };
    assert_eq!(
        keys(&with(watch(1, WatchScope::Named, path(written_by(1), PathPlace::Elsewhere)))),
        ["always-rerun:app"]
    );
    assert_eq!(keys(&with(watch(1, WatchScope::Named, path(written_by(0), PathPlace::Elsewhere)))), [""; 0]);
    // A source that a script writes.
    let sources = watch(2, WatchScope::Sources, path(written_by(1), PathPlace::Elsewhere));
    assert_eq!(keys(&with(sources)), ["spurious-rebuild:app:sources"]);
}

#[test]
fn one_cause_has_one_owner() {
    let written = PathState::WrittenBy { script: UnitIdx(1), file: "x".to_owned() };
    let package = watch(1, WatchScope::Package, path(written.clone(), PathPlace::Elsewhere));
    assert_eq!(keys(&with(package)), ["always-rerun:app"]);
    let holds = watch(1, WatchScope::Named, path(PathState::Unremarkable, PathPlace::HoldsBuildDir));
    assert_eq!(keys(&with(holds)), ["always-rerun:app"]);
    let mut both = watch(1, WatchScope::Package, path(written.clone(), PathPlace::Elsewhere));
    both.watches.extend(watch(2, WatchScope::Sources, path(written, PathPlace::Elsewhere)).watches);
    assert_eq!(keys(&with(both)), ["always-rerun:app"]);
}

#[test]
fn a_wide_watch_in_the_package_is_major_only_if_the_script_is_dear_itself() {
    let cheap = "
        app (build-script)                            |FBL
        app (build-script run) <- app (build-script)  |...S
        app <- app (build-script run)                 |....FFFFFFFFFFFFFFFBBBBBBBBBBBB
    ";
    let wide = |place| watch(1, WatchScope::Named, path(PathState::Unremarkable, place));
    assert_eq!(only(&with(wide(PathPlace::PackageRoot))).severity, Severity::Major);
    assert_eq!(only(&of(cheap, wide(PathPlace::PackageRoot))).severity, Severity::Minor);
    // Commits come and go without an edit of the package.
    assert_eq!(only(&of(cheap, wide(PathPlace::Repository))).severity, Severity::Major);
}

#[test]
fn sources_count_as_checked_out_only_if_all_of_them_are_newer_and_of_one_moment() {
    let times = |n_files, n_newer, span_s| {
        let source_times = Some(SourceTimes { n_files, n_newer, span_s });
        with(Rebuilds { source_times, ..Rebuilds::default() })
    };
    assert_eq!(keys(&times(40, 40, 3.0)), ["spurious-rebuild:times:checkout"]);
    for (n_files, n_newer, span_s) in [(40, 39, 3.0), (40, 40, 90.0), (9, 9, 3.0), (40, 0, 0.0)] {
        assert_eq!(keys(&times(n_files, n_newer, span_s)), [""; 0], "{n_files} {n_newer} {span_s}");
    }
}

#[test]
fn units_that_watch_one_variable_are_one_finding() {
    let variable = WatchedVariable { name: "CC".to_owned(), then: None, now: Some("clang".to_owned()), named_at: None };
    let watch = |unit| Watch {
        unit: UnitIdx(unit),
        scope: WatchScope::Named,
        paths: Vec::new(),
        variables: vec![variable.clone()],
    };
    let analysis = with(Rebuilds { watches: vec![watch(1), watch(2)], ..Rebuilds::default() });
    let finding = only(&analysis);
    assert_eq!(finding.title, "`CC` is not what it was when app v0.1.0 was built: 3 units are built again");
    assert_eq!(finding.evidence[0], "it was not set, and here it is `clang`");
}

#[test]
fn watches_of_units_that_are_not_there_are_left_out() {
    let missing = path(PathState::Missing { may_be_new: false }, PathPlace::Elsewhere);
    assert_eq!(keys(&with(watch(99, WatchScope::Named, missing))), [""; 0]);
    let none = watching(PathState::Unremarkable, Some(vec![rebuilt(99, "file-missing")]));
    assert_eq!(keys(&none), [""; 0]);
}
