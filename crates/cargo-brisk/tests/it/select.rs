//! Which build is meant: flags, variables and configuration that choose a workspace, a directory, a profile or a target.

use camino::Utf8Path;
use serde_json::Value;

use crate::bench::{BRISK, Bench, host, run};

/// The diagnosis when started in another directory with these variables.
fn from(bench: &Bench, cwd: &Utf8Path, variables: &[(&str, &str)], args: &[&str]) -> Value {
    let args = [args, &["--message-format", "json"]].concat();
    run(bench.command(BRISK, &args).current_dir(cwd).envs(variables.iter().copied())).json()
}

#[track_caller]
fn assert_toy(diagnosis: &Value, n_units: u64) {
    assert_eq!(diagnosis["build"]["units"].as_u64(), Some(n_units), "{}", diagnosis["problems"]);
    assert_eq!(diagnosis["problems"], serde_json::json!([]));
}

#[test]
fn a_workspace_is_found_from_every_directory_in_it() {
    let bench = Bench::built_toy();
    let here = bench.json(&[]);
    for below in ["app", "app/src", "target/debug"] {
        assert_eq!(from(&bench, &bench.root().join(below), &[], &[])["units_list"], here["units_list"], "{below}");
    }
}

#[test]
fn a_manifest_may_be_named_from_elsewhere() {
    let bench = Bench::built_toy();
    for manifest in ["Cargo.toml", "app/Cargo.toml"] {
        let path = bench.root().join(manifest);
        assert_toy(&from(&bench, bench.beside(), &[], &["--manifest-path", path.as_str()]), 6);
    }
    let relative = from(&bench, &bench.root().join("app"), &[], &["diagnose", "--manifest-path", "../Cargo.toml"]);
    assert_toy(&relative, 6);
}

#[test]
fn a_target_directory_may_be_elsewhere() {
    let bench = Bench::fixture("toy");
    let target = bench.beside().join("elsewhere");
    bench.cargo(&["build", "--target-dir", target.as_str()]);
    assert_toy(&bench.json(&["--target-dir", target.as_str()]), 6);
    assert_toy(&from(&bench, bench.root(), &[("CARGO_TARGET_DIR", target.as_str())], &[]), 6);
    assert_toy(&from(&bench, bench.root(), &[("CARGO_BUILD_TARGET_DIR", target.as_str())], &[]), 6);
    let both = &[("CARGO_TARGET_DIR", "/nowhere")];
    assert_toy(&from(&bench, bench.root(), both, &["--target-dir", target.as_str()]), 6);
}

#[test]
fn a_target_directory_may_be_configured() {
    let bench = Bench::fixture("toy");
    bench.workspace.write(".cargo/config.toml", "[build]\ntarget-dir = \"out\"\n");
    bench.cargo(&["build"]);
    let diagnosis = bench.json(&[]);
    assert_toy(&diagnosis, 6);
    assert_eq!(diagnosis["disk"]["path"], bench.root().join("out").as_str());
}

#[test]
fn a_build_directory_may_be_another_than_the_target_directory() {
    let bench = Bench::fixture("toy");
    bench.workspace.write(".cargo/config.toml", "[build]\nbuild-dir = \"between\"\n");
    bench.cargo(&["build"]);
    assert!(bench.root().join("between/debug/.fingerprint").is_dir());
    assert_toy(&bench.json(&[]), 6);
}

#[test]
fn profiles_and_targets_are_selected_as_in_cargo() {
    let bench = Bench::fixture("toy");
    let manifest = bench.workspace.read("Cargo.toml");
    bench.workspace.write("Cargo.toml", format!("{manifest}\n[profile.quick]\ninherits = \"dev\"\ndebug = false\n"));
    bench.cargo(&["build"]);
    bench.cargo(&["build", "--release", "--package", "a"]);
    bench.cargo(&["build", "--profile", "quick", "--package", "b"]);
    bench.cargo(&["build", "--target", &host(), "--package", "a"]);
    let profile_and_units = |args: &[&str]| {
        let build = bench.json(args)["build"].take();
        (build["profile"].as_str().map(str::to_owned), build["units"].as_u64())
    };
    let is = |profile: &str, n_units| (Some(profile.to_owned()), Some(n_units));
    assert_eq!(profile_and_units(&[]), is("dev", 6));
    for args in [&["--release"][..], &["-r"], &["--profile", "release"], &["--profile", "bench"]] {
        assert_eq!(profile_and_units(args), is("release", 2), "{args:?}");
    }
    for args in [&["--profile", "dev"], &["--profile", "test"]] {
        assert_eq!(profile_and_units(args), is("dev", 6), "{args:?}");
    }
    assert_eq!(profile_and_units(&["--profile", "quick"]), is("quick", 1));
    assert_eq!(profile_and_units(&["--target", &host()]), is("dev", 2));
}

#[test]
fn other_builds_are_named_with_the_flags_that_select_them() {
    let bench = Bench::built_toy();
    bench.cargo(&["build", "--release"]);
    let others = bench.json(&[])["other_builds"].take();
    assert_eq!(others[0]["profile"], "release");
    assert_eq!(others.as_array().map(Vec::len), Some(1));
    assert!(bench.brisk(&[]).text().contains("Also release build, "));
    let selected = bench.brisk(&["--release"]);
    assert!(selected.text().contains("(`--profile dev`)"), "{}", selected.stderr);
}

#[test]
fn a_build_that_is_not_there_is_an_error_that_lists_what_is() {
    let bench = Bench::built_toy();
    let said = bench.brisk(&["--release"]);
    let error = said.error(3);
    assert!(
        error.starts_with(&format!("error: no build of profile `release` in `{}/target`", bench.root())),
        "{error}"
    );
    assert!(error.contains("help: there is\n  `--profile dev`: build, 6 units, just now"), "{error}");
    let said = bench.brisk(&["--target", "no-such-triple", "--message-format", "json"]);
    assert!(said.error(3).contains("no build of target `no-such-triple`"), "{}", said.stderr);
}
