//! `cargo brisk diff`: two builds compared.

use serde_json::Value;

use crate::bench::{BRISK, Bench, run};
use crate::report::store;

const OLD: &str = "20260101T000000Z-0000aa";
const NEW: &str = "20260102T000000Z-0000bb";
const PART: &str = "20260103T000000Z-0000cc";

/// Two builds from nothing, the second with a package more, and a rebuild of one unit.
fn stored() -> Bench {
    let bench = Bench::fixture("toy");
    store(&bench, OLD, Some(bench.root()), "a |FF\napp (bin) <- a |..FF");
    let with_more =
        "a |FF\nleaf v1.0.0 |FFFFFFFFFF\nmiddle v1.0.0 <- leaf |..........FF\napp (bin) <- a, middle |............FF";
    store(&bench, NEW, Some(bench.root()), with_more);
    store(&bench, PART, Some(bench.root()), "a |\nleaf v1.0.0 |\nmiddle v1.0.0 <- leaf |\napp (bin) <- a, middle |FF");
    bench
}

fn runs(difference: &Value) -> [&str; 2] {
    ["a", "b"].map(|side| difference[side]["name"].as_str().expect("text"))
}

fn groups(difference: &Value) -> Vec<&str> {
    let groups = difference["groups"].as_array().expect("a list").iter();
    groups.map(|group| group["group"].as_str().expect("text")).collect()
}

/// What the causes of one kind are about.
fn subjects<'a>(difference: &'a Value, group: &str) -> Vec<&'a str> {
    let causes = difference["causes"].as_array().expect("a list").iter().filter(|cause| cause["group"] == group);
    causes.filter_map(|cause| cause["package"]["name"].as_str()).collect()
}

fn sum(difference: &Value, field: &str) -> f64 {
    let causes = difference["causes"].as_array().expect("a list").iter();
    causes.map(|cause| cause[field].as_f64().expect("a number")).sum()
}

#[test]
fn without_arguments_the_last_two_of_one_kind_are_compared() {
    let bench = stored();
    let difference = bench.json(&["diff"]);
    assert_eq!(runs(&difference), [OLD, NEW], "the newest has built a part only");
    assert_eq!((&difference["command"], &difference["schema_version"]), (&"diff".into(), &1.into()));
    assert_eq!(subjects(&difference, "new-package"), ["middle"]);
    assert!((sum(&difference, "work_s") - difference["work"]["change_s"].as_f64().expect("a number")).abs() < 1e-9);
    let said = bench.brisk(&["diff"]);
    assert!(said.text().contains("`middle v1.0.0` and 1 package with it"), "{}", said.stderr);
}

#[test]
fn one_argument_is_compared_with_the_newest_of_its_kind_and_two_as_they_stand() {
    let bench = stored();
    for one in [OLD, NEW, "20260101"] {
        assert_eq!(runs(&bench.json(&["diff", one])), [OLD, NEW], "{one}");
    }
    assert_eq!(runs(&bench.json(&["diff", NEW, OLD])), [NEW, OLD]);
    let rebuild = bench.json(&["diff", NEW, "last"]);
    assert_eq!(runs(&rebuild), [NEW, PART]);
    assert!(groups(&rebuild).contains(&"rebuilt"), "{rebuild}");
}

#[test]
fn a_run_file_and_a_target_directory_can_be_compared() {
    let bench = stored();
    let file = bench.data_dir().join("runs").join(format!("{OLD}.brisk.json.gz"));
    let difference = bench.json(&["diff", file.as_str(), NEW]);
    assert_eq!(runs(&difference), [file.as_str(), NEW]);
    bench.cargo(&["build"]);
    let difference = bench.json(&["diff", "last", "target"]);
    assert_eq!((&difference["b"]["source"], runs(&difference)[1]), (&"fingerprints".into(), "target"));
}

#[test]
fn what_cannot_be_compared_is_one_error_with_a_way_out() {
    let bench = Bench::fixture("toy");
    insta::assert_snapshot!(bench.brisk(&["diff"]).error(2), @"
    error: no run of this workspace is stored

    help: `cargo brisk record -- build` records one, and `cargo brisk history --all` lists those of other workspaces
    ");
    store(&bench, OLD, Some(bench.root()), "a |FF");
    insta::assert_snapshot!(bench.brisk(&["diff"]).error(2), @"
    error: only one run is stored, `20260101T000000Z-0000aa`: there is nothing to compare it with

    help: `cargo brisk record -- build` records another one; `cargo brisk diff 20260101T000000Z-0000aa FILE` compares it with a file
    ");
    store(&bench, NEW, Some(bench.root()), "a |\nb |FF");
    insta::assert_snapshot!(bench.brisk(&["diff"]).error(2), @"
    error: no two runs are of the same kind: command, profile, and how much was built
      20260102T000000Z-0000bb  on 2026-01-01 00:00 UTC, a recording
      20260101T000000Z-0000aa  on 2026-01-01 00:00 UTC, a recording

    help: `cargo brisk diff A B` compares any two
    ");
    assert!(bench.brisk(&["diff", OLD]).error(2).contains("no other run is of the kind of"));
    for wanted in ["2019", "../nowhere", ""] {
        let said = bench.brisk(&["diff", wanted, NEW]);
        assert!(said.error(2).starts_with(&format!("error: there is no run `{wanted}`")), "{}", said.stderr);
    }
    let said = bench.brisk(&["diff", OLD, "Cargo.toml"]);
    assert!(said.error(2).contains("`") && said.stderr.contains("is neither"), "{}", said.stderr);
    let said = bench.brisk(&["diff", OLD, "app"]);
    assert!(said.error(2).contains("nothing was built in"), "{}", said.stderr);
}

#[test]
fn the_summary_is_markdown_on_stdout_or_in_a_file() {
    let bench = stored();
    let said = bench.brisk(&["-q", "diff", "--summary"]);
    assert!(said.code == 0 && said.stdout.starts_with("# "), "{said:?}");
    assert!(said.stdout.contains("| cause |"), "{}", said.stdout);
    let file = bench.beside().join("summary.md");
    assert_eq!(bench.brisk(&["-q", "diff", &format!("--summary={file}")]).code, 0);
    assert_eq!(fs_err::read_to_string(&file).expect("it was written"), said.stdout);
    let said = bench.brisk(&["diff", "--summary", "--message-format", "json"]);
    assert!(said.error(2).contains("`--summary=FILE` writes a file"), "{}", said.stderr);
}

#[test]
fn outside_of_any_workspace_all_runs_are_meant() {
    let bench = stored();
    let mut command = bench.command(BRISK, &["diff", "--message-format", "json"]);
    assert_eq!(runs(&run(command.current_dir(bench.beside())).json()), [OLD, NEW]);
}

/// A package with a dependency that is not a member, and another one that it does not depend on.
fn with_dependencies() -> Bench {
    let bench = Bench::empty();
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let root = "[dependencies]\nmiddle = { path = \"middle\" }\n[workspace]\nexclude = [\"middle\", \"leaf\"]\n";
    for (path, text) in [
        ("Cargo.toml", package("app", root)),
        ("src/main.rs", "fn main() {}\n".to_owned()),
        ("middle/Cargo.toml", package("middle", "[features]\nextra = []\n")),
        ("middle/src/lib.rs", String::new()),
        ("leaf/Cargo.toml", package("leaf", "")),
        ("leaf/src/lib.rs", String::new()),
    ] {
        bench.write(path, text);
    }
    bench
}

fn record(bench: &Bench, args: &[&str]) {
    bench.cargo(&["clean"]);
    let said = bench.brisk(&[&["-q", "record", "--", "build"], args].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn two_recordings_of_the_same_differ_in_nothing_that_anybody_changed() {
    let bench = with_dependencies();
    record(&bench, &[]);
    record(&bench, &[]);
    let difference = bench.json(&["diff"]);
    let is_known = |group: &&str| ["same", "cargo", "machine", "unattributed"].contains(group);
    assert!(groups(&difference).iter().all(is_known), "{difference}");
    assert_eq!((&difference["packages"], &difference["problems"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn a_new_dependency_is_told_with_the_line_that_asks_for_it() {
    let bench = with_dependencies();
    record(&bench, &[]);
    let package = "[package]\nname = \"middle\"\nversion = \"0.2.0\"\nedition = \"2021\"\n";
    bench.write("middle/Cargo.toml", format!("{package}[dependencies]\nleaf = {{ path = \"../leaf\" }}\n"));
    record(&bench, &[]);
    let difference = bench.json(&["diff"]);
    assert_eq!(subjects(&difference, "new-package"), ["leaf"]);
    assert_eq!(subjects(&difference, "version"), ["middle"]);
    let packages = difference["packages"].as_array().expect("a list").iter();
    let leaf = packages.clone().find(|package| package["after"]["name"] == "leaf").expect("it is new");
    let chain: Vec<&str> =
        leaf["pulled_by"].as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(chain, ["app", "middle", "leaf"]);
    assert_eq!(leaf["location"], serde_json::json!({ "file": "Cargo.toml", "line": 6 }));
}

#[test]
fn other_flags_are_named() {
    let bench = with_dependencies();
    record(&bench, &[]);
    record(&bench, &["--config", "profile.dev.opt-level=1"]);
    let difference = bench.json(&["diff", &first_run(&bench), "last"]);
    let causes = difference["causes"].as_array().expect("a list").iter();
    let settings: Vec<&Value> = causes.filter(|cause| cause["group"] == "settings").collect();
    assert!(settings.iter().any(|cause| cause["settings"].to_string().contains("opt-level")), "{difference}");
    let what: Vec<&str> =
        difference["differences"].as_array().expect("a list").iter().filter_map(|it| it["what"].as_str()).collect();
    assert!(what.contains(&"command"), "{difference}");
}

fn first_run(bench: &Bench) -> String {
    let listed = bench.json(&["history"]);
    let oldest = listed["runs"].as_array().expect("a list").last().expect("a run");
    oldest["id"].as_str().expect("text").to_owned()
}
