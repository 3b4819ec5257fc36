//! `fix` of what makes no build faster: some of it is done without being asked for, and some only if it is.

use serde_json::Value;

use crate::bench::Bench;

/// Two members that declare the same package of a registry, each for itself; one of them has a warning that the compiler
/// knows how to mend, and the release profile is slow. The registry is a directory, so that nobody needs a network.
fn workspace() -> Bench {
    let bench = Bench::empty();
    bench.write(
        "Cargo.toml",
        "[workspace]\nresolver = '2'\nmembers = ['a', 'b']\n\n[profile.release]\ncodegen-units = 1 # small\n",
    );
    bench.write(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = 'here'\n[source.here]\ndirectory = 'vendor'\n",
    );
    bench.write(
        "vendor/far/Cargo.toml",
        "[package]\nname = 'far'\nversion = '1.2.0'\nedition = '2021'\n[features]\ndefault = ['f']\nf = []\n",
    );
    bench.write("vendor/far/src/lib.rs", "pub fn far() {}\n");
    bench.write("vendor/far/.cargo-checksum.json", "{\"files\":{}}");
    let package =
        |name: &str| format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n\n[dependencies]\n");
    bench.write("a/Cargo.toml", format!("{}# far away\nfar = '1'\n", package("a")));
    bench.write("a/src/lib.rs", "use std::fmt; // surplus\npub fn a() { far::far() }\n");
    bench.write("b/Cargo.toml", format!("{}far = {{ version = '1.1', default-features = false }}\n", package("b")));
    bench.write("b/src/lib.rs", "pub fn b() { far::far() }\n");
    bench.cargo(&["generate-lockfile"]);
    bench.cargo(&["check"]);
    bench
}

fn text(bench: &Bench, path: &str) -> String {
    fs_err::read_to_string(bench.root().join(path)).expect("it is there")
}

const FILES: [&str; 6] =
    ["Cargo.toml", "Cargo.lock", "a/Cargo.toml", "a/src/lib.rs", "b/Cargo.toml", ".cargo/config.toml"];

fn statuses(fixed: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = fixed["changes"].as_array().expect("a list").iter();
    changes.map(|change| format!("{} {}", text(&change["key"]), text(&change["status"]))).collect()
}

#[test]
fn what_has_to_be_asked_for_is_named_and_not_tried() {
    let bench = workspace();
    let said = bench.brisk(&["fix", "--dry-run", "--verbose"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let told = said.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "3 more cures are only tried when asked for (`cargo brisk fix KEY`): fixable-warnings:a, \
                    release-codegen:release and uninherited-version:far";
    assert!(told.contains(expected), "{}", said.stderr);
    assert!(!said.stdout.contains("+++"), "{}", said.stdout);
}

#[test]
fn what_is_asked_for_is_kept_if_nothing_breaks_and_can_be_undone() {
    let bench = workspace();
    let before = FILES.map(|path| text(&bench, path));
    let said = bench.brisk(&["fix", "--yes", "uninherited-version", "fixable-warnings:a", "--message-format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let fixed = said.json();
    assert_eq!(statuses(&fixed), ["fixable-warnings:a kept", "uninherited-version:far kept"], "{}", said.stderr);
    assert_eq!(fixed["joint"], Value::Null, "nothing was timed");
    assert_eq!(text(&bench, "a/src/lib.rs"), " // surplus\npub fn a() { far::far() }\n");
    let offered = "\n[workspace.dependencies]\nfar = { version = \"1.1\", default-features = false }\n";
    assert_eq!(text(&bench, "Cargo.toml"), before[0].replace("'b']\n", &format!("'b']\n{offered}")));
    assert!(
        text(&bench, "a/Cargo.toml").ends_with("# far away\nfar = { workspace = true, default-features = true }\n")
    );
    assert!(text(&bench, "b/Cargo.toml").ends_with("far = { workspace = true }\n"), "{}", text(&bench, "b/Cargo.toml"));
    assert_eq!(text(&bench, "Cargo.lock"), before[1]);
    let undone = bench.brisk(&["undo"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert_eq!(FILES.map(|path| text(&bench, path)), before);
}

#[test]
fn a_profile_that_the_build_does_not_use_is_refused_with_the_command_that_does() {
    let bench = workspace();
    let said = bench.brisk(&["fix", "--yes", "release-codegen"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("does not use the profile `release`"), "{}", said.stderr);
    assert!(said.stderr.contains("`cargo brisk fix release-codegen:release -- build --release`"), "{}", said.stderr);
    let said = bench.brisk(&["fix", "--dry-run", "release-codegen", "--", "build", "--release"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("\n-codegen-units = 1 # small\n+codegen-units = 16 # small\n"), "{}", said.stdout);
}

#[test]
fn the_rule_for_git_comes_without_being_asked_for() {
    let bench = workspace();
    for args in [
        &["init", "--quiet"][..],
        &["add", "Cargo.toml", "Cargo.lock", "a", "b", "vendor", ".cargo"],
        &["commit", "-qm", "x"],
    ] {
        bench.git(args);
    }
    let said = bench.brisk(&["fix", "--yes", "--message-format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(statuses(&said.json()).contains(&"target-not-ignored:target kept".to_owned()), "{}", said.stdout);
    assert_eq!(text(&bench, ".gitignore"), "/target\n");
    assert_eq!(bench.brisk(&["undo"]).code, 0);
    assert!(!bench.root().join(".gitignore").exists());
}
