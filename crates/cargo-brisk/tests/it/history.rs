//! `cargo brisk history`: the list of runs.

use crate::bench::{BRISK, Bench, run};
use crate::report::store;

/// Ids of the runs that are listed.
fn ids(bench: &Bench, args: &[&str]) -> Vec<String> {
    let listed = bench.json(&[&["history"], args].concat());
    assert_eq!(listed["schema_version"], 1);
    let runs = listed["runs"].as_array().expect("a list").iter();
    runs.map(|run| run["id"].as_str().expect("text").to_owned()).collect()
}

const OLD: &str = "20260101T000000Z-0000aa";
const NEW: &str = "20260102T000000Z-0000bb";
const FOREIGN: &str = "20260103T000000Z-0000cc";

fn stored() -> Bench {
    let bench = Bench::fixture("toy");
    store(&bench, OLD, Some(bench.root()), "a |FF");
    store(&bench, NEW, Some(bench.root()), "a |FF\nb <- a |..FF");
    store(&bench, FOREIGN, Some("/elsewhere".into()), "c |FF");
    bench
}

#[test]
fn an_empty_history_says_how_to_begin_one() {
    let bench = Bench::fixture("toy");
    insta::assert_snapshot!(bench.brisk(&["history"]).text(), @"     History no runs of this workspace are stored; `cargo brisk record -- build` records one; `--all` lists all that are");
    insta::assert_snapshot!(bench.brisk(&["history", "--all"]).text(), @"     History no runs are stored; `cargo brisk record -- build` records one");
    assert_eq!(bench.brisk(&["history", "-q"]).text(), "");
    assert_eq!(ids(&bench, &[]), [] as [&str; 0]);
}

#[test]
fn runs_of_this_workspace_are_listed_newest_first() {
    let bench = stored();
    assert_eq!(ids(&bench, &[]), [NEW, OLD]);
    assert_eq!(ids(&bench, &["--all"]), [FOREIGN, NEW, OLD]);
    let said = bench.brisk(&["history"]);
    assert_eq!((said.code, said.stderr.as_str(), said.stdout.lines().count()), (0, "", 2), "{said:?}");
    assert!(said.stdout.starts_with(NEW), "{}", said.stdout);
    assert!(bench.brisk(&["history", "--all"]).stdout.contains("/elsewhere"));
}

#[test]
fn outside_of_any_workspace_only_all_runs_can_be_listed() {
    let bench = stored();
    let said = run(bench.command(BRISK, &["history"]).current_dir(bench.beside()));
    assert!(said.error(2).contains("help: `--all` lists the runs of all workspaces"), "{}", said.stderr);
    let said = run(bench.command(BRISK, &["history", "--all"]).current_dir(bench.beside()));
    assert_eq!((said.code, said.stdout.lines().count()), (0, 3));
}

#[test]
fn pruning_keeps_what_fits_and_always_the_newest() {
    let bench = stored();
    let said = bench.brisk(&["history", "--all", "--prune"]);
    assert!(said.stderr.contains("Removed 0 files"), "{}", said.stderr);
    assert_eq!(said.stdout.lines().count(), 3);
    let said = bench.brisk(&["history", "--all", "--prune", "0"]);
    assert!(said.stderr.contains("Removed 2 files"), "{}", said.stderr);
    assert_eq!(ids(&bench, &["--all"]), [FOREIGN]);
}

#[test]
fn pruning_leaves_stdout_to_the_data() {
    let bench = stored();
    let said = bench.brisk(&["history", "--prune", "0", "--message-format", "json", "-q"]);
    assert_eq!(said.json()["runs"], serde_json::json!([]));
}

#[test]
fn a_run_file_that_is_damaged_is_a_warning() {
    let bench = stored();
    let runs = bench.data_dir().join("runs");
    let mut files = runs.read_dir_utf8().expect("the store").map(|entry| entry.expect("an entry").into_path());
    let file = files.find(|path| path.as_str().contains(OLD)).expect("the run");
    fs_err::write(&file, "garbage").expect("it can be written");
    let said = bench.brisk(&["history"]);
    assert_eq!((said.code, said.stdout.lines().count()), (0, 1));
    assert!(said.stderr.starts_with("warning: ") && said.stderr.contains(file.as_str()), "{}", said.stderr);
}

#[test]
fn a_data_directory_that_cannot_be_one_is_a_clear_error() {
    let bench = Bench::fixture("toy");
    let file = bench.write_beside("file", "");
    for directory in [file.as_str(), "/dev/null/data"] {
        for args in [&["history"][..], &["history", "--all"], &["history", "--prune"], &["report"]] {
            let said = run(bench.command(BRISK, args).env("BRISK_DATA_DIR", directory));
            let error = said.error(3);
            assert!(error.contains(&format!("`{directory}/runs`")) && error.contains("Caused by:"), "{error}");
        }
        // What needs no history does not mind.
        let said =
            run(bench.command(BRISK, &["-q"]).env("BRISK_DATA_DIR", directory).env("BRISK_CACHE_DIR", directory));
        assert!(!said.text().contains(directory), "{}", said.stderr);
    }
}
