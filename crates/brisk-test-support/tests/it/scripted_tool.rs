//! Scripted tools, run as any program is.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use brisk_test_support::fixture::TempWorkspace;
use brisk_test_support::{Reply, ScriptedTool};

fn run(tool: &brisk_test_support::InstalledTool, arguments: &[&str]) -> Output {
    Command::new(tool.path()).args(arguments).output().expect("the tool runs")
}

#[test]
fn the_first_rule_whose_words_are_there_in_order_answers() {
    let place = TempWorkspace::empty();
    let tool = ScriptedTool::new(place.root(), "cargo")
        .on(&["build", "--release"], Reply::new().stdout("released\n"))
        .on(&["build"], Reply::new().stdout("built\n").stderr("warning: slow\n").exit(101))
        .install();
    let release = run(&tool, &["build", "-v", "--release"]);
    assert_eq!((release.stdout.as_slice(), release.status.code()), (b"released\n".as_slice(), Some(0)));
    let other = run(&tool, &["--release", "build"]);
    assert_eq!((other.stderr.as_slice(), other.status.code()), (b"warning: slow\n".as_slice(), Some(101)));
}

#[test]
fn a_word_is_a_whole_argument() {
    let place = TempWorkspace::empty();
    let tool = ScriptedTool::new(place.root(), "cargo").on(&["build"], Reply::new()).install();
    let output = run(&tool, &["build-std"]);
    assert_eq!(output.status.code(), Some(97));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "scripted cargo: no reply to: build-std\n");
}

#[test]
fn calls_are_recorded_with_their_arguments() {
    let place = TempWorkspace::empty();
    let tool = ScriptedTool::new(place.root(), "rustc").on(&[], Reply::new()).install();
    run(&tool, &["--crate-name", "a b", "it's\ntwo lines", "*"]);
    run(&tool, &["-vV"]);
    assert_eq!(tool.calls(), [vec!["--crate-name", "a b", "it's\ntwo lines", "*"], vec!["-vV"]]);
}

#[test]
fn a_tool_dies_by_a_signal() {
    let place = TempWorkspace::empty();
    let crash = Reply::new().stderr("error: the compiler unexpectedly panicked\n").signal("SEGV");
    let tool = ScriptedTool::new(place.root(), "rustc").on(&[], crash).install();
    let output = run(&tool, &["src/lib.rs"]);
    assert_eq!((output.status.code(), output.status.signal()), (None, Some(11)));
}

#[test]
fn files_are_written_with_the_scripted_time() {
    let place = TempWorkspace::empty();
    let reply = Reply::new().file("target/debug/deps/liba.rmeta", [1, 2, 3], 1_767_225_600.25);
    let tool = ScriptedTool::new(place.root(), "rustc").on(&[], reply).install();
    assert!(place.command(tool.path()).status().expect("the tool runs").success());
    let metadata = place.root().join("target/debug/deps/liba.rmeta").metadata().expect("the file is there");
    let modified = metadata.modified().expect("the file system keeps times");
    assert_eq!((metadata.len(), modified), (3, SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250)));
}

#[test]
fn a_tool_can_call_another_as_cargo_calls_its_wrapper() {
    let place = TempWorkspace::empty();
    let wrapper = ScriptedTool::new(place.root(), "wrapper").on(&[], Reply::new().exit(7)).install();
    place.write("args", "--crate-name\na\n");
    let call = "\"$RUSTC_WRAPPER\" rustc @args; exit $?";
    let cargo = ScriptedTool::new(place.root(), "cargo").on(&["build"], Reply::new().shell(call)).install();
    let status = place.command(cargo.path()).arg("build").env("RUSTC_WRAPPER", wrapper.path()).status();
    assert_eq!(status.expect("the tool runs").code(), Some(7));
    assert_eq!(wrapper.calls(), [["rustc", "@args"]]);
}

#[test]
fn megabytes_of_output_arrive_whole() {
    let place = TempWorkspace::empty();
    let json = "x".repeat(3_000_000);
    let tool = ScriptedTool::new(place.root(), "cargo").on(&["metadata"], Reply::new().stdout(json.clone())).install();
    assert!(run(&tool, &["metadata"]).stdout == json.as_bytes());
}
