//! Workspaces that Cargo cannot build, or not yet: everything that can be told is told, what is wrong first.

use serde_json::Value;

use crate::bench::{Bench, files, run};

/// Diagnoses the fixture after an attempt to build it. Members and packages are listed, nothing is written, and the first
/// problem has these words in `what` and in `why`.
#[track_caller]
fn check(fixture: &str, members: &[&str], what: &str, why: &str) -> Value {
    let bench = Bench::fixture(fixture);
    check_bench(&bench, members, what, why)
}

#[track_caller]
fn check_bench(bench: &Bench, members: &[&str], what: &str, why: &str) -> Value {
    let before = files(bench.root());
    let diagnosis = bench.json(&[]);
    assert_eq!(files(bench.root()), before);
    assert_eq!(diagnosis["workspace"]["members_list"], serde_json::json!(members));
    assert_eq!(diagnosis["workspace"]["packages"], members.len());
    let first = &diagnosis["problems"][0];
    assert!(first["what"].as_str().is_some_and(|text| text.contains(what)), "{}", diagnosis["problems"]);
    assert!(first["why"].as_str().is_some_and(|text| text.contains(why)), "{}", diagnosis["problems"]);
    let human = bench.brisk(&[]);
    assert!(human.text().starts_with("warning: "), "{}", human.stderr);
    diagnosis
}

/// The first finding of the fixture is this, at this place; and it is not told twice to people.
#[track_caller]
fn check_finding(diagnosis: &Value, key: &str, place: Option<(&str, u32)>) {
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["key"], key, "{}", diagnosis["findings"]);
    let place = place.map(|(file, line)| serde_json::json!({"file": file, "line": line}));
    assert_eq!(finding["locations"], serde_json::json!(place.into_iter().collect::<Vec<_>>()));
}

/// A bench in which `cargo build` has failed.
fn failed(fixture: &str) -> Bench {
    let bench = Bench::fixture(fixture);
    assert_eq!(run(&mut bench.command("cargo", &["build"])).code, 101);
    bench
}

#[test]
fn a_path_dependency_that_is_gone() {
    let why = "restore it, or correct the path in the manifest";
    let diagnosis = check("broken-path-dep", &["broken-path-dep"], "path dependency", why);
    check_finding(&diagnosis, "build-broken:gone", Some(("Cargo.toml", 7)));
}

#[test]
fn a_compiler_wrapper_that_is_not_installed() {
    let what = "the compiler wrapper `a-wrapper-that-is-not-installed` is not installed";
    let why = "install it, or take it out of the configuration";
    let diagnosis = check("missing-wrapper", &["missing-wrapper"], what, why);
    let key = "wrapper-missing:a-wrapper-that-is-not-installed";
    check_finding(&diagnosis, key, Some((".cargo/config.toml", 2)));
}

#[test]
fn a_toolchain_that_is_not_installed() {
    let bench = Bench::fixture("pinned-toolchain");
    // The toolchain that runs the tests would win over the file.
    let mut command = bench.command(crate::bench::BRISK, &["--message-format", "json"]);
    let diagnosis = run(command.env_remove("RUSTUP_TOOLCHAIN")).json();
    let first = &diagnosis["problems"][0];
    assert!(first["what"].as_str().is_some_and(|what| what.starts_with("the toolchain `1.0.0")), "{first}");
    assert!(first["why"].as_str().is_some_and(|why| why.contains("rustup toolchain install 1.0.0")), "{first}");
    assert_eq!(diagnosis["workspace"]["members_list"], serde_json::json!(["pinned-toolchain"]));
    assert_eq!(diagnosis["findings"][0]["id"], "toolchain-missing");
    assert_eq!(diagnosis["findings"][0]["locations"][0]["line"], 2);
    assert_eq!(diagnosis["findings"][0]["fix"]["command"], "rustup toolchain install 1.0.0");
}

#[test]
fn what_is_on_top_of_the_page_is_not_told_again_among_the_findings() {
    let bench = Bench::fixture("missing-wrapper");
    let said = bench.brisk(&["-v"]);
    let text = said.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(text.matches("the compiler wrapper `a-wrapper-that-is-not-installed` is not installed").count(), 1);
}

#[test]
fn where_cargo_does_not_start_for_want_of_a_toolchain_it_does_with_another_one() {
    let bench = Bench::fixture("pinned-toolchain");
    let here = std::env::var("RUSTUP_TOOLCHAIN").unwrap_or_else(|_| "stable".to_owned());
    let bin = camino::Utf8Path::new(crate::bench::BRISK).parent().expect("a program is in a directory");
    let path = format!("{bin}:{}", std::env::var("PATH").expect("a PATH"));
    let cargo = |args: &[&str]| {
        let mut command = bench.command("cargo", args);
        run(command.env_remove("RUSTUP_TOOLCHAIN").env("RUSTUP_AUTO_INSTALL", "0").env("PATH", &path))
    };
    let without = cargo(&["brisk"]);
    assert!(without.code != 0 && without.stderr.contains("is not installed"), "{}", without.stderr);
    let diagnosis = cargo(&[&format!("+{here}"), "brisk", "--message-format", "json"]).json();
    assert_eq!(diagnosis["workspace"]["members_list"], serde_json::json!(["pinned-toolchain"]));
    let whats = crate::bench::whats(&diagnosis);
    assert!(whats[0].starts_with("there is no lockfile"), "{whats:?}");
}

#[test]
fn a_lockfile_that_is_out_of_date() {
    check("stale-lock", &["locked", "unlocked"], "`Cargo.lock` is out of date", "`cargo update --workspace`");
}

#[test]
fn no_lockfile() {
    check("no-lock", &["no-lock"], "there is no lockfile", "`cargo generate-lockfile`");
}

#[test]
fn a_lockfile_that_is_broken() {
    let bench = Bench::fixture("toy");
    bench.cargo(&["build"]);
    bench.workspace.write("Cargo.lock", "version = 4\nversion = = 4\n");
    let diagnosis = check_bench(&bench, &["a", "app", "b"], "Cargo.lock", "line 2");
    assert_eq!(diagnosis["build"]["units"], 6);
    check_finding(&diagnosis, "build-broken:Cargo.lock", Some(("Cargo.lock", 2)));
}

#[test]
fn a_member_that_does_not_compile() {
    let bench = failed("compile-error");
    let what = "the last build of a unit did not finish: the bin `bad` of `bad v0.1.0`";
    let diagnosis = check_bench(&bench, &["bad", "good"], what, "it failed");
    check_finding(&diagnosis, "build-broken:bad", Some(("bad/src/main.rs", 4)));
    let built = diagnosis["units_list"].as_array().expect("a list").iter().filter(|unit| !unit["end_s"].is_null());
    assert_eq!(built.map(|unit| unit["package"].as_str().expect("text")).collect::<Vec<_>>(), ["good"]);
}

#[test]
fn a_build_script_that_does_not_compile() {
    let bench = Bench::fixture("failing-build-script");
    bench.workspace.write("build.rs", "fn main() { no semicolon }");
    assert_eq!(run(&mut bench.command("cargo", &["build"])).code, 101);
    let what = "did not finish: the build script of `failing-build-script v0.1.0`";
    let diagnosis = check_bench(&bench, &["failing-build-script"], what, "it failed");
    check_finding(&diagnosis, "build-broken:failing-build-script", Some(("build.rs", 1)));
}

#[test]
fn a_failure_that_was_mended_since_is_not_told() {
    let bench = failed("compile-error");
    assert_eq!(bench.json(&[])["findings"][0]["key"], "build-broken:bad");
    let file = fs_err::OpenOptions::new().append(true).open(bench.root().join("bad/src/main.rs")).expect("it is there");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    file.file().set_modified(later).expect("times can be set");
    assert_eq!(bench.json(&[])["findings"], serde_json::json!([]));
}

#[test]
fn a_module_without_a_file() {
    let bench = Bench::fixture("no-lock");
    bench.workspace.write("src/lib.rs", "//! Nothing.\n\nmod gone;\n");
    let diagnosis = bench.json(&[]);
    check_finding(&diagnosis, "build-broken:no-lock", Some(("src/lib.rs", 3)));
    assert_eq!(diagnosis["findings"][0]["title"], "no-lock v0.1.0 cannot compile: `mod gone;` has no file");
}

#[test]
fn a_test_that_failed_when_it_was_recorded_until_it_is_built_again() {
    let bench = Bench::fixture("no-lock");
    bench.workspace.write("tests/red.rs", "#[test]\nfn red() {\n    panic!();\n}\n");
    let first = bench.brisk(&["record", "--", "test"]);
    assert_eq!(first.code, 101);
    assert!(first.stderr.contains("tests of no-lock v0.1.0 failed"), "{}", first.stderr);
    check_finding(&bench.json(&[]), "tests-broken:no-lock", None);
    // Now everything is fresh.
    let second = bench.brisk(&["record", "--", "test"]);
    assert_eq!(second.code, 101);
    assert!(second.stderr.contains("nothing: the command compiled no unit; 3 are fresh"), "{}", second.stderr);
    let diagnosis = bench.json(&[]);
    check_finding(&diagnosis, "tests-broken:no-lock", None);
    let title = "tests of no-lock v0.1.0 failed when they were last recorded: test `red`";
    assert_eq!(diagnosis["findings"][0]["title"], title);
    bench.workspace.write("tests/red.rs", "#[test]\nfn red() {}\n");
    bench.cargo(&["test"]);
    assert_eq!(bench.json(&[])["findings"], serde_json::json!([]));
}

#[test]
fn a_build_script_that_fails() {
    let bench = failed("failing-build-script");
    let what = "the run of the build script of `failing-build-script`";
    let diagnosis = check_bench(&bench, &["failing-build-script"], what, "it failed");
    assert_eq!(diagnosis["units_list"][0]["kind"], "custom-build");
}

#[test]
fn a_build_script_that_failed_when_it_was_recorded_until_it_is_changed() {
    let bench = Bench::fixture("failing-build-script");
    assert_eq!(bench.brisk(&["record", "--", "build"]).code, 101);
    let diagnosis = bench.json(&[]);
    check_finding(&diagnosis, "build-broken:failing-build-script", None);
    let title = diagnosis["findings"][0]["title"].as_str().expect("text");
    assert!(title.starts_with("the build script of failing-build-script v0.1.0 fails"), "{title}");
    bench.workspace.write("build.rs", "fn main() {}\n");
    assert_eq!(bench.json(&[])["findings"], serde_json::json!([]));
}

#[test]
fn a_version_that_does_not_exist() {
    let bench = Bench::fixture("toy");
    let manifest = bench.root().join("b/Cargo.toml");
    let text = fs_err::read_to_string(&manifest).expect("it is there");
    bench.workspace.write(
        "b/Cargo.toml",
        format!("{text}\n[target.'cfg(all())'.dependencies.a]\npath = '../a'\nversion = '99'\n"),
    );
    let diagnosis = bench.json(&[]);
    let finding = &diagnosis["findings"][0];
    assert_eq!((&finding["key"], &finding["severity"]), (&"build-broken:b".into(), &"major".into()));
    assert_eq!(finding["title"], "failed to select a version for the requirement `a = \"^99\"`");
    assert_eq!(finding["locations"][0]["file"], "b/Cargo.toml");
}
