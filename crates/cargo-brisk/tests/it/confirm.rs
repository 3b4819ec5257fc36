//! `--confirm`: rustc is asked, in a directory of its own, and whatever goes wrong is told.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::bench::{BRISK, Bench, files, run, whats};

/// A workspace in which `app` uses one of its two dependencies, in its library alone, and nothing anywhere else.
fn workspace() -> Bench {
    let bench = Bench::empty();
    write(
        &bench,
        &[
            ("Cargo.toml", "[workspace]\nresolver = '2'\nmembers = ['app', 'needed', 'spare', 'derive']\n"),
            (
                "app/Cargo.toml",
                "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n\n[dependencies]\nneeded = { path = '../needed' }\n\
                 other = { path = '../spare', package = 'spare' }\n\n[build-dependencies]\nneeded = { path = '../needed' }\n\n\
                 [features]\nextra = []\n\n[[bin]]\nname = 'tool'\npath = 'src/tool.rs'\nrequired-features = ['extra']\n\n\
                 [lints.rust]\nunused_crate_dependencies = 'deny'\n",
            ),
            ("app/build.rs", "fn main() {}\n"),
            ("app/src/lib.rs", "#![deny(unused_crate_dependencies)]\npub use needed::f;\n"),
            ("app/src/tool.rs", "fn main() {}\n"),
            ("app/tests/it.rs", "#[test]\nfn works() {\n    app::f();\n}\n"),
            ("needed/Cargo.toml", "[package]\nname = 'needed'\nversion = '0.1.0'\nedition = '2021'\n"),
            ("needed/src/lib.rs", "pub fn f() {}\n"),
            ("spare/Cargo.toml", "[package]\nname = 'spare'\nversion = '0.1.0'\nedition = '2021'\n"),
            ("spare/src/lib.rs", ""),
            (
                "derive/Cargo.toml",
                "[package]\nname = 'derive'\nversion = '0.1.0'\nedition = '2021'\n\n[lib]\nproc-macro = true\n\n\
                 [dependencies]\nspare = { path = '../spare' }\n",
            ),
            ("derive/src/lib.rs", ""),
        ],
    );
    bench.cargo(&["generate-lockfile"]);
    bench
}

fn write(bench: &Bench, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = bench.root().join(path);
        fs_err::create_dir_all(path.parent().expect("a directory")).expect("it can be made");
        fs_err::write(path, text).expect("it can be written");
    }
}

/// What `--confirm` says, without a file of the workspace being touched.
#[track_caller]
fn confirmed(bench: &Bench) -> Value {
    let before = files(bench.root());
    let said = run(bench.command(BRISK, &["--confirm", "--message-format", "json"]).env("RUSTFLAGS", "-Dwarnings"));
    assert_eq!(files(bench.root()), before);
    said.json()
}

/// `package kind target mode: unused crates`, of all targets that were checked.
fn answers(diagnosis: &Value) -> Vec<String> {
    let targets = diagnosis["confirmation"]["targets"].as_array().expect("a list").iter();
    let words = |target: &Value| {
        let names = ["package", "kind", "target", "mode"].map(|field| target[field].as_str().expect("text"));
        let unused =
            target["unused"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        format!("{}: {}", names.join(" "), unused.map_or("?".to_owned(), |names| names.join(" ")))
    };
    targets.map(words).collect()
}

fn keys(diagnosis: &Value) -> Vec<&str> {
    let findings = diagnosis["findings"].as_array().expect("a list").iter();
    let is_health = |finding: &&Value| {
        let id = finding["id"].as_str().unwrap_or_default();
        ["build-broken", "fixable-warnings", "tests-broken", "toolchain-missing", "wrapper-missing"].contains(&id)
    };
    findings.filter(is_health).filter_map(|finding| finding["key"].as_str()).collect()
}

const ANSWERS: [&str; 10] = [
    "app lib app check: other",
    "app lib app check-test: other",
    "app test it check-test: needed other",
    "app custom-build build-script-build build: needed",
    "derive proc-macro derive check: spare",
    "derive proc-macro derive check-test: spare",
    "needed lib needed check: ",
    "needed lib needed check-test: ",
    "spare lib spare check: ",
    "spare lib spare check-test: ",
];

/// The answers but for `needed` as it is compiled for the build script.
fn without_host(answers: Vec<String>) -> Vec<String> {
    answers.into_iter().filter(|answer| answer != "needed lib needed build: ").collect()
}

#[test]
fn rustc_names_what_each_target_does_not_use_and_no_denied_warning_fails_the_check() {
    let bench = workspace();
    let first = confirmed(&bench);
    assert_eq!(without_host(answers(&first)), ANSWERS);
    assert_eq!(first["confirmation"]["succeeded"], true);
    assert_eq!(keys(&first), Vec::<&str>::new());
    let tool = json!([{"package": "app", "kind": "bin", "target": "tool", "required_features": ["extra"]}]);
    assert_eq!(first["confirmation"]["unchecked"], tool);
    let directory = first["confirmation"]["directory"].as_str().expect("a path");
    assert!(directory.starts_with(bench.beside().join("cache/confirm").as_str()), "{directory}");
    assert!(first["confirmation"]["bytes"].as_u64().is_some_and(|bytes| bytes > 0));
    // Cargo finds everything fresh, and starts no wrapper.
    assert_eq!(answers(&confirmed(&bench)), answers(&first));
    // One crate is compiled again.
    write(&bench, &[("derive/src/lib.rs", "extern crate spare;\n")]);
    let third = answers(&confirmed(&bench));
    assert!(third.contains(&"derive proc-macro derive check: ".to_owned()), "{third:?}");
    assert_eq!(third.len(), answers(&first).len());
}

#[test]
fn people_are_told_where_it_was_checked() {
    let bench = workspace();
    let said = bench.brisk(&["--confirm", "-q"]);
    let text = said.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let asked = "Asked rustc about 6 targets, by `cargo check --workspace --all-targets --locked --keep-going` in";
    assert!(text.contains(asked), "{text}");
    assert!(
        text.contains("1 target without an answer, as they do not compile or need features that are off"),
        "{text}"
    );
}

#[test]
fn a_crate_that_does_not_compile_is_named_and_the_others_are_answered() {
    let bench = workspace();
    write(&bench, &[("spare/src/lib.rs", "fn f() -> u8 {\n    \"\"\n}\n")]);
    let diagnosis = confirmed(&bench);
    assert_eq!(diagnosis["confirmation"]["succeeded"], false);
    let answers = answers(&diagnosis);
    assert!(answers.contains(&"spare lib spare check: ?".to_owned()), "{answers:?}");
    assert!(answers.contains(&"needed lib needed check: ".to_owned()), "{answers:?}");
    // What waits for it is not told.
    assert_eq!(keys(&diagnosis), ["build-broken:spare"]);
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["locations"], json!([{"file": "spare/src/lib.rs", "line": 2}]));
    assert_eq!(finding["title"], "spare v0.1.0 does not compile: mismatched types");
}

#[test]
fn a_test_that_does_not_compile_breaks_the_tests_alone() {
    let bench = workspace();
    write(&bench, &[("app/tests/it.rs", "#[test]\nfn works() {\n    app::g();\n}\n")]);
    let diagnosis = confirmed(&bench);
    assert_eq!(keys(&diagnosis), ["tests-broken:app"]);
    assert_eq!(diagnosis["findings"][0]["locations"], json!([{"file": "app/tests/it.rs", "line": 3}]));
    assert!(answers(&diagnosis).contains(&"app lib app check: other".to_owned()));
}

#[test]
fn a_build_script_that_fails_is_told_with_what_it_said() {
    let bench = workspace();
    write(&bench, &[("app/build.rs", "fn main() {\n    panic!(\"no libx here\");\n}\n")]);
    let diagnosis = confirmed(&bench);
    assert_eq!(keys(&diagnosis), ["build-broken:app"]);
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["title"], "the build script of app v0.1.0 fails: no libx here");
    assert_eq!(finding["locations"], json!([{"file": "app/build.rs", "line": 2}]));
}

#[test]
fn a_lockfile_that_is_missing_is_told_and_not_made() {
    let bench = workspace();
    fs_err::remove_file(bench.root().join("Cargo.lock")).expect("it is there");
    let diagnosis = confirmed(&bench);
    assert_eq!(diagnosis["confirmation"], Value::Null);
    let whats = whats(&diagnosis);
    assert!(whats[0].starts_with("there is no lockfile"), "{whats:?}");
    assert!(whats.contains(&"rustc could not be asked"), "{whats:?}");
}

#[test]
fn a_wrapper_that_is_not_installed_is_left_out_of_the_check() {
    let bench = Bench::fixture("missing-wrapper");
    run(bench.command("cargo", &["generate-lockfile"]).env("RUSTC_WRAPPER", ""));
    let diagnosis = confirmed(&bench);
    assert_eq!(diagnosis["confirmation"]["succeeded"], true);
    assert_eq!(keys(&diagnosis), ["wrapper-missing:a-wrapper-that-is-not-installed"]);
    assert_eq!(diagnosis["findings"][0]["locations"], json!([{"file": ".cargo/config.toml", "line": 2}]));
}

#[test]
fn wrappers_that_are_configured_go_on_working() {
    let bench = workspace();
    let log = bench.beside().join("log");
    let wrapper = |name: &str| {
        let script = format!("#!/bin/sh\necho {name} $CARGO_CRATE_NAME >> '{log}'\nexec \"$@\"\n");
        let path = bench.write_beside(name, script);
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is there");
        path
    };
    let mut command = bench.command(BRISK, &["--confirm", "--message-format", "json"]);
    command.env("RUSTC_WRAPPER", wrapper("outer")).env("RUSTC_WORKSPACE_WRAPPER", wrapper("inner"));
    assert_eq!(without_host(answers(&run(&mut command).json())), ANSWERS);
    let log = fs_err::read_to_string(log).expect("it was written");
    for line in ["outer app", "inner app", "outer needed"] {
        assert!(log.lines().any(|logged| logged == line), "{line}: {log}");
    }
}

#[test]
fn without_a_cargo_there_is_no_answer_and_no_failure() {
    let bench = workspace();
    let mut command = bench.command(BRISK, &["--confirm", "--message-format", "json"]);
    let diagnosis = run(command.env("CARGO", bench.beside().join("no-cargo"))).json();
    assert_eq!((&diagnosis["confirmation"], &diagnosis["workspace"]["members"]), (&Value::Null, &4.into()));
    assert_eq!(keys(&diagnosis), ["toolchain-missing:cargo"]);
}

#[test]
fn to_confirm_does_not_go_with_another_verb_or_a_list() {
    let bench = Bench::empty();
    assert!(bench.brisk(&["--confirm", "history"]).error(2).contains("`--confirm` goes with"));
    assert_eq!(bench.brisk(&["--confirm", "--list"]).code, 2);
}

#[test]
fn warnings_of_the_last_build_that_a_program_can_mend_are_counted_until_the_file_changes() {
    let bench = workspace();
    let text = "use std::fmt;\nuse std::io;\npub fn f() {}\nfn unused() {}\n";
    write(&bench, &[("needed/src/lib.rs", text)]);
    bench.cargo(&["build", "-p", "needed"]);
    let diagnosis = bench.json(&[]);
    assert_eq!(keys(&diagnosis), ["fixable-warnings:needed"]);
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["title"], "`cargo fix` can mend 2 warnings of needed");
    assert_eq!(finding["fix"]["command"], "cargo fix -p needed --lib");
    let lines = [1, 2].map(|line| json!({"file": "needed/src/lib.rs", "line": line}));
    assert_eq!(finding["locations"], json!(lines));
    let path = bench.root().join("needed/src/lib.rs");
    let file = fs_err::OpenOptions::new().append(true).open(&path).expect("it is there");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    file.file().set_modified(later).expect("times can be set");
    assert_eq!(keys(&bench.json(&[])), Vec::<&str>::new());
}
