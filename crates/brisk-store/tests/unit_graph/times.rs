//! Times, sizes and damage.

use brisk::model::{Confidence, Mode, TargetKind, UnitHash};
use brisk_store::fingerprints::{BuildDirs, Selection, Snapshot, build_of};

use crate::workbench::{Graph, Toolchain, Workbench, files_below};

#[test]
fn units_run_after_what_they_need() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    let build = bench.build();
    let wall_s = build.wall_s.unwrap();
    for unit in &build.units {
        let timing = unit.timing.unwrap();
        assert_eq!(timing.confidence, Confidence::FileTimes);
        assert!(timing.start_s >= 0.0 && timing.start_s <= timing.end_s && timing.end_s <= wall_s, "{timing:?}");
    }
    for edge in &build.edges {
        let [dependent, dependency] = [edge.dependent, edge.dependency].map(|idx| build.unit(idx).timing.unwrap());
        // One tick of a slow kernel clock.
        assert!(dependent.start_s >= dependency.rmeta_s.unwrap_or(dependency.end_s) - 0.01, "{edge:?}");
    }
    assert_eq!(build.started_at, Some(build.sessions[0].started_at));
    assert!(build.machine.rustc.unwrap().starts_with("rustc "));
}

#[test]
fn libraries_have_metadata_and_executables_have_not() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build", "--all-targets"]);
    for unit in bench.build().units {
        let timing = unit.timing.unwrap();
        let is_library = unit.target.kind == TargetKind::Lib && unit.mode == Mode::Build;
        assert_eq!(timing.rmeta_s.is_some(), is_library, "{}", unit.label());
        assert_eq!(unit.outputs.rmeta_bytes.is_some(), is_library, "{}", unit.label());
        assert_eq!(timing.expanded_s.is_some(), unit.mode != Mode::RunBuildScript, "{}", unit.label());
        assert_eq!(unit.outputs.bytes.is_some(), unit.mode != Mode::RunBuildScript, "{}", unit.label());
    }
}

#[test]
fn checks_are_front_end_to_their_end() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["check", "--all-targets"]);
    let build = bench.build();
    let checks: Vec<_> = build.units.iter().filter(|unit| unit.mode.is_check()).collect();
    assert!(checks.iter().any(|unit| unit.target.kind == TargetKind::Lib), "{checks:?}");
    for unit in checks {
        assert_eq!(unit.split_s(), unit.duration_s().map(|duration_s| (duration_s, 0.0, 0.0)), "{}", unit.label());
        // Not known: Cargo sets the file back to the start. An older one leaves when it was written, which is later.
        let timing = unit.timing.unwrap();
        assert!(timing.rmeta_s.is_none_or(|at_s| at_s > timing.start_s), "{}", unit.label());
    }
}

#[test]
fn a_copy_that_lost_the_times_has_units_but_no_measurement() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    let expected = bench.unit_graph(&["build"]);
    let (target, copy) = (bench.root().join("target"), bench.root().join("copy"));
    for file in files_below(&target) {
        let to = copy.join(file.strip_prefix(&target).unwrap());
        fs_err::create_dir_all(to.parent().unwrap()).unwrap();
        fs_err::copy(file, to).unwrap();
    }
    // Git, image layers and caches give all files the same or a random time; here all have the same.
    let now = std::time::SystemTime::now();
    for file in files_below(&copy) {
        fs_err::File::open(file).unwrap().file().set_modified(now).unwrap();
    }
    let build = bench.load_from(&copy, &Selection::default()).unwrap().build;
    assert_eq!(Graph::of(&build), expected);
    assert_eq!(build.wall_s, None);
    assert_eq!(build.problems.len(), 1, "{:?}", build.problems);
    let compiled = build.units.iter().filter(|unit| unit.mode != Mode::RunBuildScript);
    for unit in compiled {
        assert_eq!(unit.timing.unwrap().confidence, Confidence::Doubtful, "{}", unit.label());
    }
}

#[test]
fn damaged_fingerprints_are_one_problem() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build"]);
    let n_units = bench.build().units.len();
    let jsons = files_below(&bench.root().join("target/debug/.fingerprint"));
    let jsons: Vec<_> = jsons.into_iter().filter(|path| path.extension() == Some("json")).collect();
    for (json, text) in jsons.iter().zip(["", "{\"deps\":[[1", "[]", "{\"deps\":7}"].into_iter().cycle()) {
        fs_err::write(json, text).unwrap();
    }
    let build = bench.build();
    assert_eq!(build.units.len(), n_units);
    assert_eq!(build.edges, []);
    let damage: Vec<_> = build.problems.iter().filter(|problem| problem.what.contains("fingerprints")).collect();
    assert_eq!(damage.len(), 1, "{:?}", build.problems);
    assert!(damage[0].what.starts_with(&format!("{} files", jsons.len())), "{damage:?}");
}

#[test]
fn the_units_of_a_command_come_with_what_they_need() {
    let bench = Workbench::new(Toolchain::Stable);
    bench.cargo(&["build", "--all-targets"]);
    let all = bench.build();
    let is_root = |unit: &&brisk::model::Unit| unit.package.name == "macros" && unit.mode == Mode::Build;
    let hashes: std::collections::BTreeSet<UnitHash> =
        all.units.iter().filter(is_root).filter_map(|unit| unit.hash).collect();
    let target = bench.root().join("target");
    let snapshot = Snapshot::read(&BuildDirs { target_dir: target.clone(), build_dir: target }).unwrap();
    let build = build_of(&snapshot, &hashes, &bench.workspace());
    let names: Vec<&str> = build.units.iter().map(|unit| unit.package.name.as_str()).collect();
    assert_eq!(names, ["macros", "shared"]);
    assert_eq!((build.edges.len(), build.sessions.len(), build.profile.as_deref()), (1, 1, Some("dev")));
}
