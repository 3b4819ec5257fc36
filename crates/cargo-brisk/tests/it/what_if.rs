//! `cargo brisk what-if`: what a change is worth, from a recorded build.

use serde_json::Value;

use crate::bench::{Bench, files};

/// A package with a dependency that is not a member and has one of its own, after a recorded `cargo build`.
fn with_dependencies() -> Bench {
    let bench = Bench::empty();
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let root = "[dependencies]\nmiddle = { path = \"middle\" }\n[workspace]\nexclude = [\"middle\", \"leaf\"]\n";
    for (path, text) in [
        ("Cargo.toml", package("app", root)),
        ("src/main.rs", "fn main() {}\n".to_owned()),
        ("middle/Cargo.toml", package("middle", "[dependencies]\nleaf = { path = \"../leaf\" }\n")),
        ("middle/src/lib.rs", String::new()),
        ("leaf/Cargo.toml", package("leaf", "")),
        ("leaf/src/lib.rs", String::new()),
    ] {
        bench.workspace.write(path, text);
    }
    let said = bench.brisk(&["-q", "record", "--", "build"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    bench
}

/// The fixture `toy`, after a recorded `cargo build`.
fn recorded() -> Bench {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["-q", "record", "--", "build"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    bench
}

fn what_if(bench: &Bench, args: &[&str]) -> Value {
    bench.json(&[&["what-if"], args].concat())
}

fn scenarios(outlook: &Value) -> &[Value] {
    outlook["scenarios"].as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number: {value}"))
}

/// The units that are gone, without versions.
fn removed(scenario: &Value) -> Vec<&str> {
    let units = scenario["units_removed"].as_array().expect("a list");
    let mut names: Vec<&str> = units.iter().map(|unit| unit.as_str().expect("text")).collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn in_order(range: &Value) {
    let (low, mid, high) = (number(&range["low"]), number(&range["mid"]), number(&range["high"]));
    assert!(low <= mid && mid <= high, "{range}");
}

#[test]
fn without_a_recorded_build_the_command_that_records_one_is_told() {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["what-if", "--jobs", "4"]);
    assert!(said.error(3).contains("`cargo brisk record -- build`"), "{}", said.stderr);
    let bench = recorded();
    let said = bench.brisk(&["what-if", "--profile", "release.codegen-units=16"]);
    assert!(said.error(3).contains("`cargo brisk record -- build --release`"), "{}", said.stderr);
}

#[test]
fn a_name_that_is_not_known_is_told_with_the_nearest_ones() {
    let bench = recorded();
    for (args, wanted) in [
        (&["--remove", "ap"][..], "no package `ap`; did you mean `app`"),
        (&["--unify", "zzz"], "no package `zzz`"),
        (&["--cut", "app->b"], "`app` does not depend on `b` directly; a v0.1.0 needs it"),
        (&["--unify", "a"], "one version only"),
        (&["--remove", "app"], "nothing in the build depends on `app`"),
        (&["--cut", "app"], "two packages"),
        (&["--split", "app=1"], "2 to 64"),
        (&["--cache-hit", "2"], "a share of hits"),
        (&["--profile", "dev.codegenunits=1"], "did you mean `codegen-units`?"),
        (&["--profile", "dev.codegen-units=none"], "a number from 1"),
        (&["--profile", "dev.debug=0", "--profile", "release.debug=0"], "one build has one profile"),
        (&["--linker", "nosuch"], "is not installed"),
    ] {
        let said = bench.brisk(&[&["what-if"], args].concat());
        assert!(said.error(2).contains(wanted), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn a_setting_of_a_profile_belongs_to_what_if_alone() {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["--profile", "release.lto=thin"]);
    assert!(said.error(2).contains("`cargo brisk what-if --profile release.lto=thin`"), "{}", said.stderr);
}

#[test]
fn what_only_a_removed_dependency_needs_goes_with_it() {
    let bench = with_dependencies();
    let outlook = what_if(&bench, &["--remove", "middle"]);
    let [scenario] = scenarios(&outlook) else { panic!("one: {outlook}") };
    assert_eq!(removed(scenario), ["leaf v0.1.0", "middle v0.1.0"]);
    assert_eq!((&scenario["kind"], &scenario["basis"]), (&"asked".into(), &"simulated".into()));
    assert!(number(&scenario["cpu_s"]) < number(&outlook["baseline"]["cpu_s"]));
    for range in ["wall_s", "delta", "cpu_delta", "cpu_range_s"] {
        in_order(&scenario[range]);
    }
    assert_eq!(outlook["problems"], Value::Array(Vec::new()), "Cargo has told what it would build");
}

#[test]
fn a_member_is_built_whoever_needs_it() {
    let outlook = what_if(&recorded(), &["--remove", "a"]);
    assert_eq!(removed(&scenarios(&outlook)[0]), Vec::<&str>::new());
}

#[test]
fn several_changes_are_predicted_together_and_one_by_one() {
    let bench = with_dependencies();
    let outlook = what_if(&bench, &["--cut", "middle->leaf", "--jobs", "1"]);
    let kinds: Vec<&str> = scenarios(&outlook).iter().filter_map(|scenario| scenario["kind"].as_str()).collect();
    assert_eq!(kinds, ["asked", "part", "part"]);
    assert_eq!(removed(&scenarios(&outlook)[0]), ["leaf v0.1.0"]);
    assert_eq!(bench.brisk(&["what-if", "--jobs", "0"]).code, 2);
}

#[test]
fn more_processors_than_any_recorded_build_had_are_not_verified() {
    let bench = recorded();
    let outlook = what_if(&bench, &["--processors", "1000"]);
    let scenario = &scenarios(&outlook)[0];
    assert_eq!(scenario["unverified"], true);
    assert!(scenario["caveats"].to_string().contains("unverified"), "{scenario}");
    assert_eq!(scenarios(&what_if(&bench, &["--jobs", "1"]))[0]["unverified"], false);
}

#[test]
fn other_flags_are_tried_by_calling_rustc_again_and_nothing_else_is_touched() {
    let bench = recorded();
    let before = files(bench.root());
    let outlook = what_if(&bench, &["--profile", "dev.debug=0"]);
    let scenario = &scenarios(&outlook)[0];
    assert_eq!(scenario["basis"], "replayed");
    assert!(number(&scenario["cpu_delta"]["mid"]).abs() < 1.0);
    assert_eq!(files(bench.root()), before);
    // The second time, nothing is run.
    assert_eq!(scenarios(&what_if(&bench, &["--profile", "dev.debug=0"]))[0]["basis"], "replayed");
    let said = bench.brisk(&["what-if", "--profile", "dev.debug=0", "--budget", "0"]);
    assert!(said.error(3).contains("calling rustc again"), "{}", said.stderr);
}

#[test]
fn what_was_not_tried_is_not_called_unchanged() {
    let outlook = what_if(&recorded(), &["--profile", "dev.debug=0", "--budget", "1ms"]);
    let scenario = &scenarios(&outlook)[0];
    let caveats = scenario["caveats"].to_string();
    assert!(caveats.contains("not known") && caveats.contains("not compiled again"), "{caveats}");
    assert!(!caveats.contains("no unit") && !caveats.contains("nothing in the build changes"), "{caveats}");
    let delta = &scenario["cpu_delta"];
    assert!(number(&delta["high"]) - number(&delta["low"]) > 0.05, "{delta}");
}

#[test]
fn what_cannot_be_tried_since_its_inputs_are_gone_is_told() {
    let bench = with_dependencies();
    bench.cargo(&["clean"]);
    let outlook = what_if(&bench, &["--profile", "dev.debug=0"]);
    assert!(scenarios(&outlook)[0]["caveats"].to_string().contains("is gone"), "{outlook}");
    // What is simulated needs none.
    assert_eq!(removed(&scenarios(&what_if(&bench, &["--remove", "middle"]))[0]).len(), 2);
}

#[test]
fn without_a_change_all_findings_and_packages_are_listed() {
    let bench = recorded();
    let outlook = what_if(&bench, &[]);
    let kinds: Vec<&str> = scenarios(&outlook).iter().filter_map(|scenario| scenario["kind"].as_str()).collect();
    assert!(kinds.contains(&"free"), "{outlook}");
    let said = bench.brisk(&["what-if"]);
    assert!(said.text().contains("b v0.1.0"), "{said:?}");
}

#[test]
fn an_edit_has_only_what_depends_on_it_built_again() {
    let bench = recorded();
    let outlook = what_if(&bench, &["--touch", "app"]);
    let scenario = &scenarios(&outlook)[0];
    assert!(number(&scenario["wall_s"]["mid"]) < number(&outlook["baseline"]["wall_s"]));
}

#[test]
fn recorded_builds_check_the_predictions() {
    let bench = recorded();
    let none = bench.json(&["history", "--accuracy"]);
    assert_eq!((&none["checks"], &none["median_cpu_error"]), (&Value::Array(Vec::new()), &Value::Null));
    bench.cargo(&["clean"]);
    assert_eq!(bench.brisk(&["-q", "record", "--", "build", "-j1"]).code, 0);
    let accuracy = bench.json(&["history", "--accuracy"]);
    let check = &accuracy["checks"][0];
    assert_eq!((&check["units_gone"], &check["units_new"], &check["jobs"]), (&0.into(), &0.into(), &1.into()));
    number(&check["predicted_cpu_delta"]);
    number(&accuracy["median_cpu_error"]);
}
