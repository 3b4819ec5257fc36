//! Unused dependencies, by the text of sources and by rustc.

use crate::bench::Bench;

const MANIFEST: &str = "
[package]
name = 'app'
version = '0.1.0'
edition = '2021'
[features]
extra = []
[dependencies]
doctested = { path = 'libs/doctested' }
gated = { path = 'libs/gated' }
idle = { path = 'libs/idle' }
new-name = { path = 'libs/renamed', package = 'renamed' }
shadow = { path = 'libs/shadow' }
tested = { path = 'libs/tested' }
used = { path = 'libs/used' }
[target.'cfg(windows)'.dependencies]
windows-only = { path = 'libs/windows-only' }
windows-idle = { path = 'libs/windows-idle' }
[dev-dependencies]
dev-idle = { path = 'libs/dev-idle' }
dev-used = { path = 'libs/dev-used' }
[build-dependencies]
script-idle = { path = 'libs/script-idle' }
script-used = { path = 'libs/script-used' }
";

const LIB: &str = "
//! ```
//! doctested::f();
//! ```
mod deep;
mod shadow { pub fn f() {} }
#[cfg(windows)]
use windows_only as _;
#[cfg(feature = \"extra\")]
pub fn extra() { gated::f() }
pub fn f() { shadow::f(); deep::f() }
";

fn app() -> Bench {
    let bench = Bench::empty();
    bench.write("Cargo.toml", MANIFEST);
    bench.write("src/lib.rs", LIB);
    bench.write("src/deep.rs", "pub fn f() { used::f(); println!(\"{}\", \"idle::f()\"); new_name::f() } // idle::f()");
    bench.write("tests/it.rs", "#[test] fn it() { tested::f(); dev_used::f() }");
    bench.write("build.rs", "fn main() { script_used::f(); println!(\"cargo::rerun-if-changed=build.rs\") }");
    for name in [
        "doctested",
        "gated",
        "idle",
        "renamed",
        "shadow",
        "tested",
        "used",
        "windows-only",
        "windows-idle",
        "dev-idle",
        "dev-used",
        "script-idle",
        "script-used",
    ] {
        let manifest = format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n");
        bench.write(&format!("libs/{name}/Cargo.toml"), &manifest);
        bench.write(&format!("libs/{name}/src/lib.rs"), "pub fn f() {}");
    }
    assert_eq!(bench.cargo(&["generate-lockfile", "--offline"]).code, 0);
    bench
}

/// Subjects of the findings, and which of them rustc confirms.
fn found(bench: &Bench, args: &[&str]) -> Vec<String> {
    let diagnosis = bench.json(&[&["--only", "unused-dependency"], args].concat());
    let findings = diagnosis["findings"].as_array().expect("a list").iter();
    let line = |finding: &serde_json::Value| {
        let caveats = finding["caveats"].to_string();
        let confirmed = if caveats.contains("not confirmed") { "" } else { " confirmed" };
        let moves = if finding["title"].to_string().contains("for its tests only") { " moves" } else { "" };
        format!("{}{moves}{confirmed}", finding["subject"].as_str().expect("a text"))
    };
    findings.map(line).collect()
}

#[test]
fn the_text_of_sources_tells_what_nothing_names() {
    assert_eq!(
        found(&app(), &[]),
        [
            "app:dev-idle:dev",
            "app:doctested moves",
            "app:idle",
            "app:script-idle:build",
            "app:tested moves",
            "app:windows-idle:cfg(windows)",
        ]
    );
}

#[cfg(unix)]
#[test]
fn rustc_confirms_what_its_build_has() {
    assert_eq!(
        found(&app(), &["--confirm"]),
        [
            "app:dev-idle:dev confirmed",
            "app:doctested moves confirmed",
            "app:idle confirmed",
            "app:script-idle:build confirmed",
            "app:shadow confirmed",
            "app:tested moves confirmed",
            "app:windows-idle:cfg(windows)",
        ]
    );
}

#[test]
fn what_is_told_can_be_done() {
    let bench = app();
    let diagnosis = bench.json(&["--only", "unused-dependency"]);
    for finding in diagnosis["findings"].as_array().expect("a list") {
        let command = finding["fix"]["command"].as_str().expect("a command");
        if !finding["title"].to_string().contains("for its tests only") {
            let args: Vec<&str> = command.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
            let said = bench.cargo(&[args.as_slice(), &["--offline"]].concat());
            assert_eq!(said.code, 0, "{command}: {}", said.stderr);
        }
    }
    assert_eq!(found(&bench, &[]), ["app:doctested moves", "app:tested moves"]);
    assert_eq!(bench.cargo(&["check", "--workspace", "--all-targets", "--offline"]).code, 0);
}
