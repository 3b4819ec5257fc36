//! `cargo brisk record`: how rustc was called, beside the run.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use brisk::model::Mode;
use brisk_store::calls::RustcCall;
use brisk_store::recording::Hash;
use brisk_store::store::RunStore;

use crate::record::{Lab, build_script, path};

/// The calls of the newest run.
fn calls(lab: &Lab) -> Vec<RustcCall> {
    let store = RunStore::open(lab.data().join("runs")).unwrap();
    store.calls(&lab.run().id).unwrap().unwrap_or_default()
}

#[track_caller]
fn recorded(lab: &Lab, args: &[&str], variables: &[(&str, &str)]) -> bool {
    lab.record(args).envs(variables.iter().copied()).output().unwrap().status.success()
}

#[test]
fn every_call_that_succeeded_is_kept_as_it_was() {
    let lab = Lab::fixture("toy");
    assert!(recorded(&lab, &["build"], &[]));
    let (calls, run) = (calls(&lab), lab.run());
    let compiled = run.build.units.iter().filter(|unit| unit.mode != Mode::RunBuildScript);
    let mut hashes: Vec<Hash> = compiled.map(|unit| Hash(unit.hash.unwrap())).collect();
    hashes.sort();
    assert_eq!(calls.iter().map(|call| call.unit).collect::<Vec<_>>(), hashes);
    let binary =
        calls.iter().find(|call| call.args().iter().any(|arg| arg == "bin") && call.args()[1] == "app").unwrap();
    assert!(binary.program()[0].ends_with("rustc") && binary.args().iter().any(|arg| arg == "--out-dir"));
    assert_eq!(binary.cwd, lab.workspace.root().as_str());
    let value = |name: &str| binary.environment[name].as_deref().unwrap();
    assert_eq!((value("CARGO_PKG_NAME"), value("BUILT_BY")), ("app", "build.rs"));
    assert!(value("OUT_DIR").starts_with(path(&lab, "target").as_str()));
}

#[test]
fn what_the_user_has_in_the_environment_is_not_kept() {
    let lab = Lab::fixture("toy");
    let variables = [("CARGO_REGISTRIES_MINE_TOKEN", "t0psecret"), ("GITHUB_TOKEN", "t0psecret")];
    assert!(recorded(&lab, &["build"], &variables));
    let calls = calls(&lab);
    assert!(!calls.is_empty());
    assert!(!format!("{calls:?}").contains("t0psecret"));
    let kept = |name: &str| calls.iter().any(|call| call.environment.contains_key(name));
    assert!(!kept("CARGO_REGISTRIES_MINE_TOKEN") && !kept("GITHUB_TOKEN") && !kept("CARGO_MAKEFLAGS"));
    let own = calls.iter().flat_map(|call| call.environment.keys()).find(|name| name.starts_with("BRISK"));
    assert_eq!(own, None);
}

#[test]
fn calls_that_failed_and_those_of_other_cargos_are_not_kept() {
    let lab = Lab::fixture("toy");
    build_script(
        &lab,
        "    let _ = std::process::Command::new(std::env::var(\"CARGO\").unwrap()).args([\"build\", \
        \"--package\", \"b\", \"--target-dir\", &std::env::var(\"OUT_DIR\").unwrap()]).status();",
    );
    lab.workspace.write("app/src/main.rs", "fn main() { nothing() }");
    assert!(!recorded(&lab, &["build"], &[]));
    let crates: Vec<String> = calls(&lab).iter().map(|call| call.args()[1].clone()).collect();
    let n_of = |name: &str| crates.iter().filter(|krate| *krate == name).count();
    assert_eq!((n_of("b"), n_of("app")), (1, 1), "{crates:?}: the library of `app`, and not its binary");
}
