//! `fix` of a broad feature: the parts that are used are found by trying, for each place where it is asked for.

use crate::bench::{BRISK, Bench, functions, run};

const VENDORED: &str = "[source.crates-io]\nreplace-with = 'vendored'\n[source.vendored]\ndirectory = 'vendor'\n";
/// `full` with parts that only add what can be named; one of them brings a package that takes long.
const TOWER: &str = "[package]\nname = 'tower'\nversion = '0.5.0'\nedition = '2021'\n\n\
                     [dependencies]\nweight = { version = '1', optional = true }\n\n\
                     [features]\nfull = ['balance', 'buffer', 'limit', 'load', 'retry', 'util']\nbalance = ['dep:weight']\n\
                     buffer = []\nlimit = []\nload = []\nretry = []\nutil = []\n";

/// `app` has it from the workspace, uses `limit`, and in its tests `retry`, whose module has another name. `tool` asks for it
/// itself and uses `util`, and `app`, which turns on what it uses for both.
fn workspace() -> Bench {
    let bench = Bench::empty();
    bench.write(".cargo/config.toml", VENDORED);
    bench.write("vendor/tower/Cargo.toml", TOWER);
    let modules = [("balance", "a"), ("buffer", "b"), ("limit", "limit"), ("load", "c"), ("retry", "d"), ("util", "e")];
    let gated = modules.map(|(feature, module)| {
        format!("#[cfg(feature = \"{feature}\")]\npub mod {module} {{\n    pub fn f() {{}}\n}}\n")
    });
    bench.write("vendor/tower/src/lib.rs", gated.concat());
    bench.write("vendor/weight/Cargo.toml", "[package]\nname = 'weight'\nversion = '1.0.0'\nedition = '2021'\n");
    bench.write("vendor/weight/src/lib.rs", functions(500));
    for name in ["tower", "weight"] {
        bench.write(&format!("vendor/{name}/.cargo-checksum.json"), "{\"files\":{}}");
    }
    bench.write(
        "Cargo.toml",
        "[workspace]\nresolver = '2'\nmembers = ['app', 'tool']\n\n[workspace.dependencies]\n# all of it\n\
         tower = { version = '0.5', features = ['full'] }   # for now\n",
    );
    bench.write(
        "app/Cargo.toml",
        "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n\n[dependencies]\ntower.workspace = true\n",
    );
    bench.write("app/src/lib.rs", "pub fn f() {\n    tower::limit::f();\n}\n");
    bench.write("app/tests/it.rs", "#[test]\nfn works() {\n    tower::d::f();\n    app::f();\n}\n");
    bench.write(
        "tool/Cargo.toml",
        "[package]\nname = 'tool'\nversion = '0.1.0'\nedition = '2021'\n\n[dependencies]\napp = { path = '../app' }\n\
         tower = { version = '0.5', features = [\n    'full', # everything\n] }\n",
    );
    bench.write("tool/src/main.rs", "fn main() {\n    app::f();\n    tower::e::f();\n}\n");
    bench.cargo(&["generate-lockfile", "--offline"]);
    bench
}

#[test]
fn parts_that_are_used_are_what_is_left_of_a_bundle() {
    let bench = workspace();
    let said = run(&mut bench.command(BRISK, &["fix", "--yes", "--message-format", "json"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let fixed = said.json();
    let change = &fixed["changes"][0];
    assert_eq!(
        (change["key"].as_str(), change["status"].as_str()),
        (Some("broad-features:tower"), Some("kept")),
        "{fixed}"
    );
    assert_eq!(change["told"], "left of full: limit, retry (app); util (tool)");
    let manifest = |path: &str| fs_err::read_to_string(bench.root().join(path)).expect("it is there");
    assert!(
        manifest("Cargo.toml")
            .ends_with("# all of it\ntower = { version = '0.5', features = [\"limit\", \"retry\"] }   # for now\n"),
        "{}",
        manifest("Cargo.toml")
    );
    assert!(manifest("app/Cargo.toml").ends_with("tower.workspace = true\n"), "{}", manifest("app/Cargo.toml"));
    let tool: toml::Table = manifest("tool/Cargo.toml").parse().expect("it is TOML");
    assert_eq!(tool["dependencies"]["tower"]["features"], toml::Value::from(vec!["util"]));
    // A member by itself has only what it asks for.
    let commands: Vec<&str> = change["validation"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|validation| validation["command"].as_str())
        .collect();
    for command in ["cargo check -p app", "cargo check -p app --all-targets", "cargo check -p tool"] {
        assert!(commands.contains(&command), "{commands:?}");
    }
    assert!(!manifest("Cargo.lock").contains("weight"), "{}", manifest("Cargo.lock"));
    bench.cargo(&["test", "--offline", "--locked", "--target-dir", bench.beside().join("t").as_str()]);
}

#[test]
fn what_has_to_be_tried_is_told_in_place_of_a_diff() {
    let bench = workspace();
    let said = run(&mut bench.command(BRISK, &["fix", "--dry-run"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stdout, "# broad-features:tower: which features are used is found out by trying\n");
    assert!(said.stderr.contains("tower of app and tool: only the parts of full that are used"), "{}", said.stderr);
}
