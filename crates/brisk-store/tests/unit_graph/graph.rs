//! Units and edges, command by command.

use std::time::Duration;

use brisk::model::{Mode, Source, TargetKind};
use brisk_store::fingerprints::{LoadError, Selection};

use crate::workbench::{Graph, Toolchain, Workbench, has_nightly};

/// Time between two commands, so that they are told apart by it.
const LATER: Duration = Duration::from_secs(60);

/// Builds with `args` and compares what is loaded with what Cargo plans for the same command.
#[track_caller]
fn check(toolchain: Toolchain, args: &[&str], selection: &Selection) {
    let bench = Workbench::new(toolchain);
    bench.cargo(args);
    let found = bench.load(selection).unwrap();
    // First what would explain units that are missing.
    assert_eq!(found.build.problems, []);
    assert_eq!(found.others, []);
    assert_eq!(found.build.sessions.len(), 1, "{:?}", found.build.sessions);
    assert_same(&found.build, &bench.unit_graph(args));
    assert_eq!(found.build.source, Source::Fingerprints);
    for unit in &found.build.units {
        // Documentation of a package's targets shares one directory, so its start is not known.
        assert!(unit.timing.is_some() || unit.mode == Mode::Doc, "{}", unit.label());
    }
}

#[track_caller]
fn assert_same(build: &brisk::model::Build, expected: &Graph) {
    let loaded = Graph::of(build);
    assert_eq!(loaded.units, expected.units);
    assert_eq!(loaded.edges, expected.edges);
}

fn profile(dir: &str) -> Selection {
    Selection { profile_dir: Some(dir.to_owned()), triple: None }
}

/// The host triple, as the compiler says.
fn host() -> String {
    let output = std::process::Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
fn a_build_is_cargos_unit_graph() {
    check(Toolchain::Stable, &["build"], &Selection::default());
}

#[test]
fn all_targets_are_cargos_unit_graph() {
    check(Toolchain::Stable, &["build", "--all-targets"], &Selection::default());
}

#[test]
fn tests_wait_for_executables_whose_features_are_on() {
    check(Toolchain::Stable, &["test", "--no-run", "--features", "app/gated"], &Selection::default());
}

#[test]
fn checks_are_cargos_unit_graph() {
    check(Toolchain::Stable, &["check", "--all-targets"], &Selection::default());
}

#[test]
fn documentation_is_cargos_unit_graph() {
    check(Toolchain::Stable, &["doc"], &Selection::default());
}

#[test]
fn release_builds_are_cargos_unit_graph() {
    check(Toolchain::Stable, &["build", "--release"], &Selection::default());
}

#[test]
fn custom_profiles_are_cargos_unit_graph() {
    check(Toolchain::Stable, &["build", "--profile", "quick"], &profile("quick"));
}

#[test]
fn builds_for_a_triple_have_host_units_too() {
    let selection = Selection { profile_dir: None, triple: Some(host()) };
    check(Toolchain::Stable, &["build", "--tests", "--target", &host()], &selection);
    check(Toolchain::Stable, &["build", "--target", &host()], &Selection::default());
}

#[test]
fn the_new_layout_is_read_too() {
    if has_nightly() {
        check(Toolchain::NightlyNewLayout, &["build", "--all-targets"], &Selection::default());
        check(Toolchain::NightlyNewLayout, &["check"], &Selection::default());
    }
}

#[test]
fn later_tests_checks_and_profiles_do_not_change_what_the_build_is() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    let expected = bench.unit_graph(&["build"]);
    for later in [
        &["test", "--no-run", "--package", "shared"][..],
        &["check"],
        &["build", "--release"],
        &["build", "--target", &host()],
    ] {
        bench.let_time_pass(LATER);
        bench.cargo(later);
        assert_same(&bench.build(), &expected);
    }
    let others = bench.load(&Selection::default()).unwrap().others;
    let kinds: Vec<_> = others.iter().map(|other| (other.profile_dir.as_str(), other.triple.is_some())).collect();
    assert!(others.iter().any(|other| other.modes.contains(&Mode::Test)), "{others:?}");
    assert!(others.iter().any(|other| other.modes.contains(&Mode::Check)), "{others:?}");
    assert!(kinds.contains(&("release", false)) && kinds.contains(&("debug", true)), "{others:?}");
    assert!(others.is_sorted_by(|a, b| a.started_at >= b.started_at), "{others:?}");
}

/// Runs the commands one after the other, `pause` apart, and compares what is loaded with the last one's unit graph.
#[track_caller]
fn last_is_shown(commands: &[&[&str]], pause: Duration) {
    let bench = Workbench::new(Toolchain::Stable);
    for command in commands {
        bench.let_time_pass(pause);
        bench.cargo(command);
    }
    let found = bench.load(&Selection::default()).unwrap();
    assert_same(&found.build, &bench.unit_graph(commands[commands.len() - 1]));
    assert!(!found.others.is_empty());
    assert_eq!(found.build.problems, []);
}

#[test]
fn a_build_for_a_triple_after_its_check_is_the_build() {
    let host = host();
    let check = ["check", "--target", &host];
    let check_all = ["check", "--all-targets", "--target", &host];
    let build = ["build", "--target", &host];
    for pause in [LATER, Duration::ZERO] {
        last_is_shown(&[&check, &build], pause);
        last_is_shown(&[&check_all, &build], pause);
    }
    let test_of_one = ["test", "--no-run", "--package", "shared", "--target", &host];
    last_is_shown(&[&test_of_one, &check, &build], LATER);
}

#[test]
fn a_build_that_found_everything_tested_leaves_nothing_and_the_tests_are_the_build() {
    let host = host();
    let bench = Workbench::new(Toolchain::Stable);
    let test = ["test", "--no-run", "--target", &host];
    bench.cargo(&test);
    let expected = bench.unit_graph(&test);
    for later in ["check", "build"] {
        bench.let_time_pass(LATER);
        bench.cargo(&[later, "--target", &host]);
        assert_same(&bench.build(), &expected);
    }
}

#[test]
fn a_check_for_a_triple_after_the_build_does_not_change_what_the_build_is() {
    let host = host();
    let bench = Workbench::new(Toolchain::Stable);
    let build = ["build", "--target", &host];
    bench.cargo(&build);
    let expected = bench.unit_graph(&build);
    for later in [&["check", "--target", &host][..], &["test", "--no-run", "--target", &host]] {
        bench.let_time_pass(LATER);
        bench.cargo(later);
        assert_same(&bench.build(), &expected);
    }
}

#[test]
fn what_was_edited_and_rebuilt_still_belongs_to_the_build() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    bench.let_time_pass(LATER);
    bench.write("app/src/bin/two-words.rs", "fn main() { println!(); app::app() }\n");
    bench.cargo(&["build"]);
    let build = bench.build();
    assert_same(&build, &bench.unit_graph(&["build"]));
    let n_units: Vec<u32> = build.sessions.iter().map(|session| session.n_units).collect();
    assert_eq!((n_units.len(), n_units[1]), (2, 1), "{:?}", build.sessions);
    let edited = build.units.iter().find(|unit| unit.target.name == "two-words").unwrap();
    assert!(!build.in_main_session(edited) && edited.timing.unwrap().start_s > 50.0);
}

#[test]
fn variants_that_nobody_needs_any_more_are_left_out() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    bench.let_time_pass(LATER);
    let manifest = fs_err::read_to_string(bench.root().join("app/Cargo.toml")).unwrap();
    bench.write("app/Cargo.toml", &manifest.replace("[\"target\"]", "[\"target\", \"more\"]"));
    bench.cargo(&["build"]);
    bench.let_time_pass(LATER);
    let manifest = fs_err::read_to_string(bench.root().join("native/Cargo.toml")).unwrap();
    bench.write("native/Cargo.toml", &manifest.replace("1.2.3", "1.2.4"));
    bench.cargo(&["build"]);
    assert_same(&bench.build(), &bench.unit_graph(&["build"]));
}

#[test]
fn a_failed_rebuild_leaves_the_build_before() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    let expected = bench.unit_graph(&["build"]);
    bench.let_time_pass(LATER);
    bench.write("shared/src/lib.rs", "pub fn name() -> &'static str { 7 }\n");
    assert!(!bench.try_cargo(&["build"], &[]).status.success());
    let build = bench.build();
    assert_same(&build, &expected);
    let whats: Vec<&str> = build.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(whats, ["the last builds of 10 units did not finish, first the lib `shared` of `shared v0.1.0`"]);
}

#[test]
fn a_build_script_that_fails_is_a_problem_and_its_compilation_a_unit() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.write("native/make.rs", "fn main() { std::process::exit(3) }\n");
    assert!(!bench.try_cargo(&["build", "--package", "native"], &[]).status.success());
    let build = bench.build();
    assert!(build.units.iter().any(|unit| unit.target.kind == TargetKind::BuildScript), "{:?}", build.units);
    let whats: Vec<&str> = build.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(whats, ["the last build of a unit did not finish: the run of the build script of `native`"]);
}

#[test]
fn a_dependency_rebuilt_with_another_fingerprint_is_found_again() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    bench.let_time_pass(LATER);
    // A new feature that is off changes the fingerprint, but not the hash of the unit.
    let manifest = fs_err::read_to_string(bench.root().join("native/Cargo.toml")).unwrap();
    bench.write("native/Cargo.toml", &format!("{manifest}[features]\nunused = []\n"));
    bench.cargo(&["build", "--package", "native"]);
    let build = bench.build();
    assert_same(&build, &bench.unit_graph(&["build"]));
    assert_eq!(build.problems, []);
}

#[test]
fn nothing_built_is_no_build() {
    let bench = Workbench::new(Toolchain::Stable);
    assert!(matches!(bench.load(&Selection::default()), Err(LoadError::NoBuild { .. })));
    bench.cargo(&["build", "--package", "shared"]);
    let Err(LoadError::NotSelected { others, .. }) = bench.load(&profile("release")) else {
        panic!("there is no release build");
    };
    assert_eq!((others.len(), others[0].n_units), (1, 1));
}
