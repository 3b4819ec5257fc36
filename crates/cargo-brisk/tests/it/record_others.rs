//! `cargo brisk record`: what other Cargos do is not of the recorded command, whether they run inside of it or beside it.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use brisk::model::Build;
use brisk_store::store::{Filter, RunStore};
use brisk_test_support::fixture::TempWorkspace;
use camino::Utf8Path;

use crate::record::{Lab, build_script};

/// A workspace of one package whose build script runs `program` with `args` in the workspace at `dir`.
fn with_build_script(name: &str, body: &str) -> TempWorkspace {
    let workspace = TempWorkspace::empty();
    workspace.write("Cargo.toml", format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"));
    workspace.write("src/lib.rs", "");
    if !body.is_empty() {
        workspace.write("build.rs", format!("fn main() {{\n{body}\n}}\n"));
    }
    workspace
}

/// Rust that runs `program` with `args` in `dir`.
fn call(program: &str, args: &[&str], dir: &Utf8Path) -> String {
    format!(
        "    let status = std::process::Command::new({program:?}).args({args:?}).current_dir({:?}).status().unwrap();\n    \
         assert!(status.success());",
        dir.as_str()
    )
}

/// The run of the workspace at `root`.
#[track_caller]
fn run_of(lab: &Lab, root: &Utf8Path) -> Build {
    let store = RunStore::open(lab.data().join("runs")).unwrap();
    let runs = store.list(Filter::Workspace(root)).unwrap().runs;
    assert_eq!(runs.len(), 1);
    store.get(runs[0].id.as_str(), Filter::All).unwrap().build
}

fn packages(build: &Build) -> Vec<&str> {
    let mut names: Vec<&str> = build.units.iter().map(|unit| unit.package.name.as_str()).collect();
    names.dedup();
    names
}

#[test]
fn a_recording_inside_of_a_build_script_is_of_its_own_cargo() {
    let lab = Lab::fixture("toy");
    let innermost = with_build_script("innermost", "");
    let inner = with_build_script("inner", &call("cargo", &["build"], innermost.root()));
    let brisk = env!("CARGO_BIN_EXE_cargo-brisk");
    build_script(&lab, &call(brisk, &["record", "--", "build"], inner.root()));
    let output = lab.record(&["build"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let of_inner = run_of(&lab, inner.root());
    assert_eq!((packages(&of_inner), of_inner.units.len()), (vec!["inner"], 3));
    assert!(of_inner.units.iter().all(|unit| unit.timing.is_some()));
    let of_outer = run_of(&lab, lab.workspace.root());
    assert_eq!(of_outer.units.len(), 6, "{:?}", packages(&of_outer));
}
