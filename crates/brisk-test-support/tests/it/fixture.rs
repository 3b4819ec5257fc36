//! Fixtures, with the real Cargo where that is quick.

use brisk_test_support::fixture::{self, TempWorkspace};

fn metadata_succeeds(workspace: &TempWorkspace) -> bool {
    let mut cargo = workspace.cargo();
    cargo.args(["metadata", "--format-version=1", "--offline"]);
    cargo.output().expect("cargo is installed").status.success()
}

fn check(workspace: &TempWorkspace) -> (bool, String) {
    let output = workspace.cargo().arg("check").output().expect("cargo is installed");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_copy_is_armed_and_the_original_is_not() {
    let workspace = fixture::copy("toy");
    assert!(workspace.root().join("a/Cargo.toml").is_file());
    assert!(!fixture::directory().join("toy/a/Cargo.toml").exists());
}

#[test]
fn files_in_target_are_no_contents() {
    let workspace = fixture::copy("no-lock");
    let before = workspace.contents();
    workspace.write("target/debug/x", "x");
    assert_eq!(workspace.contents(), before);
    workspace.write("Cargo.lock", "");
    assert_ne!(workspace.contents(), before);
}

#[test]
#[should_panic(expected = "no fixture is called `toys`; there are broken-path-dep,")]
fn an_unknown_fixture_is_refused_with_the_known_ones() {
    fixture::copy("toys");
}

#[test]
fn cargo_resolves_every_fixture_but_those_that_are_broken_on_purpose() {
    let broken: Vec<String> =
        fixture::names().into_iter().filter(|name| !metadata_succeeds(&fixture::copy(name))).collect();
    assert_eq!(broken, ["broken-path-dep", "missing-wrapper"]);
}

#[test]
fn the_toy_compiles_without_network() {
    let (success, stderr) = check(&fixture::copy("toy"));
    assert!(success, "{stderr}");
}

#[test]
fn each_failing_fixture_fails_for_its_own_reason() {
    for (name, cause) in [
        ("compile-error", "error[E0308]: mismatched types"),
        ("failing-build-script", "the native library is not installed"),
        ("missing-wrapper", "a-wrapper-that-is-not-installed"),
    ] {
        let (success, stderr) = check(&fixture::copy(name));
        assert!(!success && stderr.contains(cause), "{name}: {stderr}");
    }
}

#[test]
fn the_stale_lockfile_is_refused_when_locked() {
    let workspace = fixture::copy("stale-lock");
    let mut cargo = workspace.cargo();
    let output = cargo.args(["metadata", "--format-version=1", "--locked"]).output().expect("cargo is installed");
    assert!(!output.status.success());
}
