//! Findings about profiles and configuration, with Cargo's own files.

use serde_json::{Value, json};

use crate::bench::Bench;

const PACKAGE: &str = "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n";

fn package(profiles: &str) -> Bench {
    let bench = Bench::empty();
    for (path, text) in [("Cargo.toml", format!("{PACKAGE}{profiles}")), ("src/main.rs", "fn main() {}".to_owned())] {
        fs_err::create_dir_all(bench.root().join("src")).expect("it can be made");
        fs_err::write(bench.root().join(path), text).expect("it can be written");
    }
    bench
}

fn findings(bench: &Bench, args: &[&str]) -> Value {
    bench.json(args)["findings"].take()
}

#[test]
fn a_setting_is_told_with_its_line_before_the_first_build_and_after_it() {
    let bench = package("[profile.release]\nlto = true\ncodegen-units = 1\n");
    let only = &["--only", "release-codegen"];
    let before = findings(&bench, only);
    assert_eq!(before[0]["id"], "release-codegen");
    assert_eq!(before[0]["severity"], "note");
    assert_eq!(
        before[0]["locations"],
        json!([{ "file": "Cargo.toml", "line": 7 }, { "file": "Cargo.toml", "line": 6 }])
    );
    bench.cargo(&["build", "--release"]);
    let after = findings(&bench, only);
    assert_eq!((&after[0]["id"], &after[0]["cost"]["seconds"]), (&json!("release-codegen"), &Value::Null));
}

#[test]
fn a_small_workspace_with_cargos_defaults_has_no_such_finding() {
    let bench = package("");
    bench.cargo(&["build"]);
    bench.cargo(&["build", "--release"]);
    let settings =
        "build-override,compiler-cache,debuginfo,incremental-setting,linker,missing-dev-profile,release-codegen";
    assert_eq!(findings(&bench, &["--only", settings]), json!([]));
}

#[test]
fn a_linker_that_is_not_installed_is_told_with_the_line_that_asks_for_it() {
    let bench = package("");
    bench.cargo(&["build"]);
    fs_err::create_dir_all(bench.root().join(".cargo")).expect("it can be made");
    let flags = "[build]\nrustflags = ['-Clink-arg=-fuse-ld=none-such']\n";
    fs_err::write(bench.root().join(".cargo/config.toml"), flags).expect("it can be written");
    let found = findings(&bench, &["--only", "linker"]);
    assert_eq!(found[0]["key"], "linker:none-such");
    assert_eq!(found[0]["locations"], json!([{ "file": ".cargo/config.toml", "line": 2 }]));
}
