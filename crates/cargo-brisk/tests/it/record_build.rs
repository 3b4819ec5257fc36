//! `cargo brisk record`: the build that it makes of a command.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use std::time::{Duration, SystemTime};

use brisk::model::{Build, Confidence, Mode, Outcome, Source, Status, TargetKind, Unit};
use brisk_test_support::fixture::{TempWorkspace, scrub};

use crate::record::{Lab, build_script, path};

#[track_caller]
fn recorded(lab: &Lab, args: &[&str]) -> Build {
    let output = lab.record(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lab.run().build
}

fn unit<'a>(build: &'a Build, label: &str) -> &'a Unit {
    let labels = || build.units.iter().map(Unit::label).collect::<Vec<_>>();
    build.units.iter().find(|unit| unit.label() == label).unwrap_or_else(|| panic!("no `{label}` in {:?}", labels()))
}

#[test]
fn a_clean_build_is_known_exactly() {
    let lab = Lab::fixture("toy");
    let build = recorded(&lab, &["build"]);
    assert_eq!((build.source, build.outcome), (Source::Capture, Outcome::Success));
    assert_eq!((build.units.len(), build.edges.len()), (6, 7));
    assert_eq!(build.problems, []);
    assert_eq!(build.jobs.map(|jobs| jobs.n), Some(1));
    let (from_s, to_s) = build.command_span_s.unwrap();
    for unit in &build.units {
        let timing = unit.timing.unwrap_or_else(|| panic!("{} has no time", unit.label()));
        assert!(from_s <= timing.start_s && timing.start_s <= timing.end_s && timing.end_s <= to_s, "{timing:?}");
        assert_eq!(unit.status, Status::New, "{}", unit.label());
        if unit.mode != Mode::RunBuildScript {
            assert_eq!(timing.confidence, Confidence::Exact);
            assert!(unit.cpu.is_some() && unit.max_rss_bytes > Some(1 << 20), "{}", unit.label());
        }
    }
    let unit_cpu_s: f64 = build.units.iter().filter_map(|unit| unit.cpu).map(|cpu| cpu.total_s()).sum();
    assert!(unit_cpu_s > 0.0 && unit_cpu_s <= build.cpu.unwrap().total_s());
}

#[test]
#[cfg(target_os = "linux")]
fn libraries_announce_metadata_and_what_links_runs_a_linker() {
    let lab = Lab::fixture("toy");
    let build = recorded(&lab, &["build"]);
    let library = unit(&build, "a");
    let timing = library.timing.unwrap();
    let moments = [Some(timing.start_s), timing.expanded_s, timing.rmeta_s, Some(timing.end_s)].map(Option::unwrap);
    assert!(moments.is_sorted(), "{moments:?}");
    assert_eq!(timing.link_s, None);
    let phases = library.phase_cpu;
    assert!(phases.front_s.unwrap() > 0.0 && phases.back_s.is_some() && phases.link_s.is_none());
    for label in ["b", "app (bin app)", "app build script"] {
        let linked = unit(&build, label);
        let (from_s, to_s) = linked.timing.and_then(|timing| timing.link_s).unwrap_or_else(|| panic!("{label}"));
        let timing = linked.timing.unwrap();
        assert!(timing.start_s < from_s && from_s < to_s && to_s < timing.end_s, "{timing:?}");
        assert!(linked.phase_cpu.link_s.unwrap() > 0.0);
    }
}

#[test]
fn the_graph_is_that_of_the_files() {
    let lab = Lab::fixture("toy");
    let build = recorded(&lab, &["build"]);
    let label = |idx: brisk::model::UnitIdx| build.unit(idx).label();
    let edge = |edge: &brisk::model::Edge| format!("{} -> {}", label(edge.dependent), label(edge.dependency));
    let mut edges: Vec<String> = build.edges.iter().map(edge).collect();
    edges.sort();
    insta::assert_snapshot!(edges.join("\n"), @r"
    a -> b
    app (bin app) -> a
    app (bin app) -> app
    app (bin app) -> app build script (run)
    app -> a
    app -> app build script (run)
    app build script (run) -> app build script
    ");
}

#[test]
fn what_was_not_rebuilt_is_fresh_and_has_no_time() {
    let lab = Lab::fixture("toy");
    recorded(&lab, &["build"]);
    touch(&lab, "app/src/main.rs");
    let again = recorded(&lab, &["build"]);
    let (fresh, built): (Vec<_>, Vec<_>) = again.units.iter().partition(|unit| unit.status == Status::Fresh);
    assert!(!fresh.is_empty() && fresh.iter().all(|unit| unit.timing.is_none()), "{fresh:?}");
    assert!(!built.is_empty() && built.iter().all(|unit| unit.timing.is_some()), "{built:?}");
    assert_eq!(again.outcome, Outcome::Success);
}

/// Makes the file newer than everything that was built, without waiting.
fn touch(lab: &Lab, name: &str) {
    let file = fs_err::File::options().append(true).open(path(lab, name)).unwrap();
    let later = SystemTime::now() + Duration::from_secs(5);
    file.file().set_modified(later).unwrap();
}

#[track_caller]
fn reason(build: &Build, label: &str) -> String {
    match &unit(build, label).status {
        Status::Dirty(Some(reason)) => {
            let cause = reason.because_of.map(|idx| format!(" [{}]", build.unit(idx).label()));
            format!("{}: {}{}", reason.kind, reason.detail, cause.unwrap_or_default())
        }
        status => panic!("`{label}` is {status:?}"),
    }
}

#[test]
fn a_changed_file_is_named_and_so_are_its_consequences() {
    let lab = Lab::fixture("toy");
    recorded(&lab, &["build"]);
    touch(&lab, "a/src/lib.rs");
    let build = recorded(&lab, &["build"]);
    let told = ["a", "app", "app (bin app)"].map(|label| reason(&build, label));
    insta::assert_snapshot!(told.join("\n"), @r"
    file-changed: the file `a/src/lib.rs` has changed
    dependency-rebuilt: the dependency `a` was rebuilt [a]
    dependency-rebuilt: the dependency `a` was rebuilt [a]
    ");
    for label in ["b", "app build script", "app build script (run)"] {
        assert_eq!(unit(&build, label).status, Status::Fresh, "{label}");
    }
}

/// Records a command that fails.
#[track_caller]
fn failed(lab: &Lab, args: &[&str]) -> Build {
    let output = lab.record(args).output().unwrap();
    assert_eq!(output.status.code(), Some(101), "{}", String::from_utf8_lossy(&output.stderr));
    lab.run().build
}

#[test]
fn a_unit_that_fails_in_its_first_build_is_new() {
    let lab = Lab::fixture("compile-error");
    for source in [None, Some("fn main() {")] {
        lab.clean();
        if let Some(source) = source {
            lab.workspace.write("bad/src/main.rs", source);
        }
        let build = failed(&lab, &["build"]);
        let bad = unit(&build, "bad (bin bad)");
        assert_eq!((&bad.status, bad.failed), (&Status::New, Some(1)));
        assert_eq!(bad.profile_dir.as_deref(), Some("debug"));
        assert!(bad.timing.is_some() && bad.cpu.is_some());
        assert_eq!(build.problems, []);
    }
}

#[test]
fn a_unit_that_fails_after_it_was_built_before_is_dirty() {
    let lab = Lab::fixture("toy");
    recorded(&lab, &["build"]);
    lab.workspace.write("a/src/lib.rs", "pub fn twice() -> u32 {");
    touch(&lab, "a/src/lib.rs");
    let build = failed(&lab, &["build"]);
    assert_eq!(reason(&build, "a"), "file-changed: the file `a/src/lib.rs` has changed");
    assert_eq!(unit(&build, "a").failed, Some(1));
    assert_eq!(unit(&build, "b").status, Status::Fresh);
    assert_eq!(build.problems, []);
}

#[test]
fn what_a_build_script_watches_is_named() {
    let lab = Lab::fixture("toy");
    build_script(
        &lab,
        "    println!(\"cargo::rerun-if-env-changed=WATCHED\");\n    println!(\"cargo::rerun-if-changed=data.txt\");",
    );
    lab.workspace.write("app/data.txt", "1");
    recorded(&lab, &["build"]);
    touch(&lab, "app/data.txt");
    let run = "app build script (run)";
    let told = |watched: &str| {
        assert!(lab.record(&["build"]).env("WATCHED", watched).output().unwrap().status.success());
        reason(&lab.run().build, run)
    };
    let by_file = reason(&recorded(&lab, &["build"]), run);
    let by_variable = told("1");
    fs_err::remove_file(path(&lab, "app/data.txt")).unwrap();
    insta::assert_snapshot!([by_file, by_variable, told("1")].join("\n"), @r"
    file-changed: the file `app/data.txt` has changed
    env-var-changed: the environment variable `WATCHED` changed from unset to `1`
    file-missing: the file `app/data.txt` is missing
    ");
}

#[test]
fn changed_settings_are_named() {
    let lab = Lab::fixture("toy");
    recorded(&lab, &["build", "-p", "a"]);
    let manifest = lab.workspace.read("a/Cargo.toml");
    lab.workspace.write("a/Cargo.toml", format!("{manifest}\n[features]\nextra = []\n"));
    let by_declaration = reason(&recorded(&lab, &["build", "-p", "a"]), "a");
    lab.workspace
        .write("a/Cargo.toml", format!("{manifest}\n[features]\nextra = []\n\n[lints.rust]\nunused = \"deny\"\n"));
    let by_lints = reason(&recorded(&lab, &["build", "-p", "a"]), "a");
    insta::assert_snapshot!([by_declaration, by_lints].join("\n"), @r"
    declared-features-changed: the list of features that the package declares changed
    profile-changed: the profile or the lints changed
    ");
}

#[test]
fn tests_are_units_and_executions() {
    let lab = Lab::fixture("toy");
    let build = recorded(&lab, &["test", "-p", "app", "--tests"]);
    assert_eq!(build.profile.as_deref(), Some("dev"));
    let label = |run: &brisk::model::Execution| run.unit.map(|idx| build.unit(idx).label()).unwrap_or_default();
    let runs: Vec<String> = build.executions.iter().map(label).collect();
    assert_eq!(runs, ["app (lib test)", "app (bin app test)", "app (test smoke test)"]);
    assert!(build.executions.iter().all(|run| run.exit_code == Some(0)));
    let last_unit_s = build.units.iter().filter_map(|unit| unit.timing).map(|timing| timing.end_s).fold(0.0, f64::max);
    assert!(build.executions.iter().all(|run| run.start_s >= last_unit_s && run.cpu.is_some()));
}

#[test]
fn documentation_is_known_by_its_files() {
    let lab = Lab::fixture("toy");
    let build = recorded(&lab, &["doc", "--no-deps", "-p", "a"]);
    let documented = unit(&build, "a (lib doc)");
    assert_eq!(documented.timing.map(|timing| timing.confidence), Some(Confidence::FileTimes));
    assert_eq!(documented.status, Status::New);
}

#[test]
fn units_without_a_hash_of_their_own_are_recorded() {
    let lab = Lab::fixture("targets");
    let build = recorded(&lab, &["build", "--workspace"]);
    let shared: Vec<&Unit> = build.units.iter().filter(|unit| unit.target.kind == TargetKind::LinkedLib).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].timing.map(|timing| timing.confidence), Some(Confidence::Exact));
    assert!(shared[0].cpu.is_some());
}

#[test]
fn a_cargo_that_a_build_script_runs_is_another_build() {
    let lab = Lab::fixture("toy");
    let inner = TempWorkspace::empty();
    inner.write("Cargo.toml", "[package]\nname = \"inner\"\nedition = \"2024\"\n");
    inner.write("src/lib.rs", "");
    build_script(
        &lab,
        &format!(
            "    let cargo = std::env::var(\"CARGO\").unwrap();\n    \
             let status = std::process::Command::new(cargo).arg(\"build\").current_dir({:?}).status().unwrap();\n    \
             assert!(status.success());",
            inner.root().as_str()
        ),
    );
    let build = recorded(&lab, &["build"]);
    assert!(inner.root().join("target/debug/libinner.rlib").exists());
    assert_eq!(build.units.len(), 6);
    assert!(build.units.iter().all(|unit| unit.package.name != "inner"));
}

/// Rust that runs until it has used 0.20 s, which is long enough to be seen.
const BUSY: &str = "    let cpu = || std::fs::read_to_string(\"/proc/self/stat\").unwrap().rsplit_once(\") \").unwrap().1\n        \
                    .split(' ').nth(11).unwrap().parse::<u64>().unwrap();\n    while cpu() < 20 {}";

#[test]
#[cfg(target_os = "linux")]
fn build_scripts_that_run_long_enough_are_measured() {
    let lab = Lab::fixture("toy");
    build_script(&lab, BUSY);
    let build = recorded(&lab, &["build"]);
    let cpu = unit(&build, "app build script (run)").cpu.unwrap();
    // At most one look is missing.
    assert!(cpu.total_s() > 0.10, "{cpu:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_build_script_that_fails_when_it_runs_again_has_only_a_start() {
    let lab = Lab::fixture("toy");
    let fails = "    println!(\"cargo::rerun-if-env-changed=FAIL\");\n    \
                 if std::env::var_os(\"FAIL\").is_some() { std::process::exit(3); }";
    build_script(&lab, &format!("{BUSY}\n{fails}"));
    recorded(&lab, &["build"]);
    let output = lab.record(&["build"]).env("FAIL", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(101));
    let build = lab.run().build;
    let run = unit(&build, "app build script (run)");
    assert!(run.timing.is_none() && run.unfinished_since_s.is_some() && run.cpu.is_some(), "{run:?}");
    assert!(matches!(run.status, Status::Dirty(_)));
    assert_eq!(build.problems[0].what, "1 unit was unfinished: `app build script (run)`");
    let output = lab.brisk(&["report", "last"]).env("COLUMNS", "200").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.starts_with("error: the command failed with exit code 101\n"), "{text}");
}

#[test]
fn several_profiles_and_platforms_are_told_apart() {
    let lab = Lab::fixture("toy");
    recorded(&lab, &["build"]);
    let release = recorded(&lab, &["build", "--release"]);
    assert_eq!(release.profile.as_deref(), Some("release"));
    assert!(release.units.iter().all(|unit| unit.profile_dir.as_deref() == Some("release")));
    // Nothing was compiled, and nobody says which units the command would have needed.
    assert_eq!(recorded(&lab, &["build"]).units, []);
}

#[test]
fn an_environment_without_a_home_is_no_reason_not_to_build() {
    let lab = Lab::fixture("toy");
    let mut command = lab.record(&["build", "-p", "a"]);
    scrub(&mut command);
    command.env("BRISK_DATA_DIR", lab.data()).env_remove("BRISK_CACHE_DIR");
    assert!(command.output().unwrap().status.success());
    assert_eq!(lab.run().build.units.len(), 2);
}

#[test]
fn what_tests_use_is_theirs_and_not_the_builds() {
    let lab = Lab::fixture("toy");
    let burn = "let start = std::time::Instant::now();\n    while start.elapsed().as_secs() < 1 {}\n";
    lab.workspace.write("app/tests/smoke.rs", format!("#[test]\nfn burns() {{\n    {burn}}}\n"));
    assert!(lab.cargo(&["test", "--no-run"]).output().unwrap().status.success());
    let build = recorded(&lab, &["test", "-p", "app", "--test", "smoke"]);
    let of_test = build.executions[0].cpu.unwrap();
    // Cargo has only looked whether everything is fresh.
    assert!(build.cpu.unwrap().total_s() < of_test.total_s(), "{:?} {of_test:?}", build.cpu);
}
