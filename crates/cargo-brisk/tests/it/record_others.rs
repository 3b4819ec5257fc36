//! `cargo brisk record`: what other Cargos do is not of the recorded command, whether they run inside of it or beside it.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use std::process::Stdio;

use brisk::model::{Build, Status, Unit};
use brisk_store::recording::{Event, Recording};
use brisk_store::store::{Filter, RunStore};
use brisk_test_support::fixture::TempWorkspace;
use camino::Utf8Path;
use nix::unistd::mkfifo;

use crate::record::{Lab, build_script, path};

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

/// The labels of what the command built itself.
fn built(build: &Build) -> Vec<String> {
    let mut labels: Vec<String> = build.units.iter().filter(|unit| unit.timing.is_some()).map(Unit::label).collect();
    labels.sort();
    labels
}

#[test]
fn what_another_cargo_runs_in_another_profile_meanwhile_is_left_out() {
    let lab = Lab::fixture("toy");
    let other = call("cargo", &["build", "--release"], lab.workspace.root());
    build_script(&lab, &format!("    if std::env::var(\"PROFILE\").unwrap() == \"debug\" {{\n{other}\n    }}"));
    let output = lab.record(&["build"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let release = lab.workspace.root().join("target/release/build");
    assert!(release.read_dir_utf8().unwrap().count() >= 2, "its build script was compiled and run");
    let build = lab.run().build;
    assert!(build.units.iter().all(|unit| unit.profile_dir.as_deref() == Some("debug")));
    assert_eq!((built(&build).len(), build.units.len()), (6, 6));
    assert_eq!(build.problems, []);
}

/// A `cargo check` that stands still while it compiles a build script, which uses a proc macro for that, until `go` is
/// written to.
fn halted_check(lab: &Lab) -> std::process::Child {
    for name in ["reached", "go"] {
        mkfifo(path(lab, name).as_std_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    }
    let body = format!(
        "if std::env::var_os(\"HALT\").is_some() && std::env::var(\"CARGO_CRATE_NAME\").unwrap() == \"build_script_build\" \
         {{\n        std::fs::write({:?}, \"\").unwrap();\n        \
         std::fs::read({:?}).unwrap();\n    }}",
        path(lab, "reached").as_str(),
        path(lab, "go").as_str()
    );
    let library = lab.workspace.read("b/src/lib.rs");
    lab.workspace.write("b/src/lib.rs", library.replace("    \"fn answer", &format!("    {body}\n    \"fn answer")));
    let manifest = lab.workspace.read("app/Cargo.toml");
    lab.workspace.write("app/Cargo.toml", format!("{manifest}\n[build-dependencies]\nb = {{ path = \"../b\" }}\n"));
    build_script(lab, "    println!(\"cargo::warning={}\", answer());\n}\n\nb::answer! {");
    let mut command = lab.cargo(&["check", "-p", "app"]);
    let cargo = command.env("HALT", "1").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    fs_err::read(path(lab, "reached")).unwrap();
    cargo
}

/// Waits until a recorded Cargo is running.
fn wait_for_recording(lab: &Lab) {
    let is_cargo = |event: &Event| matches!(event, Event::Cargo(_));
    let dirs = || lab.data().join("recordings").read_dir_utf8().into_iter().flatten().flatten();
    let recordings = || dirs().filter_map(|dir| Recording::read(dir.path()).ok());
    while !recordings().any(|recording| recording.events.iter().any(is_cargo)) {
        std::thread::yield_now();
    }
}

#[test]
fn what_another_cargo_runs_while_the_recorded_one_waits_is_fresh_and_said_to_be_doubtful() {
    let lab = Lab::fixture("toy");
    let mut check = halted_check(&lab);
    let mut command = lab.record(&["build", "-p", "app"]);
    let brisk = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for_recording(&lab);
    // It has taken no lock before the check ends, which has the build script still to run.
    fs_err::write(path(&lab, "go"), "").unwrap();
    assert!(check.wait().unwrap().success() && { brisk }.wait().unwrap().success());
    let build = lab.run().build;
    assert_eq!(built(&build), ["a", "app", "app (bin app)"]);
    let fresh: Vec<String> = build.units.iter().filter(|unit| unit.status == Status::Fresh).map(Unit::label).collect();
    assert_eq!(fresh, ["app build script", "app build script (run)", "b"]);
    let told: Vec<&str> = build.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(told, ["whether this command did it is not known: the run of the build script of `app`"]);
}
