//! `cargo brisk report`: stored runs.

use brisk::model::{Build, Source};
use brisk_store::run_file::{Run, RunKind};
use brisk_store::store::RunStore;
use brisk_test_support::gantt;
use camino::Utf8Path;
use serde_json::Value;

use crate::bench::{BRISK, Bench, files, run};

/// Stores a run of `picture` under `id`, as of the workspace in `root`.
pub(crate) fn store(bench: &Bench, id: &str, root: Option<&Utf8Path>, picture: &str) {
    let run = Run {
        id: id.parse().expect("an id"),
        kind: RunKind::Record,
        created_at: gantt::STARTED_AT,
        brisk_version: "0.1.0".to_owned(),
        workspace_root: root.map(Utf8Path::to_owned),
        target_dir: None,
        git_revision: None,
        build: Build { source: Source::Capture, ..gantt::parse(picture) },
    };
    RunStore::open(bench.data_dir().join("runs")).expect("a directory").put(&run).expect("it can be written");
}

const OLD: &str = "20260101T000000Z-0000aa";
const NEW: &str = "20260102T000000Z-0000bb";
const FOREIGN: &str = "20260102T000000Z-0000cc";

/// Two runs of the workspace, and a newer one of another workspace.
fn stored() -> Bench {
    let bench = Bench::fixture("toy");
    store(&bench, OLD, Some(bench.root()), "a |FF");
    store(&bench, NEW, Some(bench.root()), "a |FF\nb <- a |..FF");
    store(&bench, FOREIGN, Some("/elsewhere".into()), "c |FF\nd <- c |..FF\ne <- d |....FF");
    bench
}

#[track_caller]
fn assert_units(bench: &Bench, args: &[&str], n_units: u64) {
    let reported = bench.json(args);
    assert_eq!(
        (&reported["command"], reported["build"]["units"].as_u64()),
        (&"report".into(), Some(n_units)),
        "{args:?}"
    );
}

#[test]
fn the_last_run_is_that_of_this_workspace() {
    let bench = stored();
    assert_units(&bench, &["report"], 2);
    assert_units(&bench, &["report", "last"], 2);
}

#[test]
fn outside_of_any_workspace_the_last_run_is_that_of_all() {
    let bench = stored();
    let mut command = bench.command(BRISK, &["report", "--message-format", "json"]);
    let reported = run(command.current_dir(bench.beside())).json();
    assert_eq!((&reported["build"]["units"], &reported["workspace"]["root"]), (&3.into(), &"/elsewhere".into()));
}

#[test]
fn a_run_is_found_by_its_id_or_the_beginning_of_it() {
    let bench = stored();
    assert_units(&bench, &["report", OLD], 1);
    assert_units(&bench, &["report", "20260101"], 1);
    assert_units(&bench, &["report", FOREIGN], 3);
}

#[test]
fn the_workspace_of_a_run_is_the_one_that_is_there_now() {
    let bench = stored();
    let workspace = bench.json(&["report"])["workspace"].take();
    assert_eq!((&workspace["basis"], &workspace["members"]), (&"cargo-metadata".into(), &3.into()));
    assert_eq!(bench.json(&["report", FOREIGN])["workspace"]["basis"], "build");
    assert!(bench.brisk(&["report"]).text().contains("from a recording"));
}

#[test]
fn a_run_that_is_not_one_is_a_usage_error_with_a_way_out() {
    let bench = stored();
    let said = bench.brisk(&["report", "20260102"]);
    insta::assert_snapshot!(said.error(2), @"
    error: `20260102` is the beginning of 2 runs
      20260102T000000Z-0000cc  on 2026-01-01 00:00 UTC, a recording
      20260102T000000Z-0000bb  on 2026-01-01 00:00 UTC, a recording

    help: `cargo brisk history --all` lists the runs
    ");
    for wanted in ["2019", "no such run", "../../etc/passwd", ""] {
        let said = bench.brisk(&["report", wanted]);
        let error = said.error(2);
        assert!(error.starts_with(&format!("error: there is no run `{wanted}`")), "{error}");
        assert!(error.ends_with("help: `cargo brisk history --all` lists the runs\n"), "{error}");
    }
}

#[test]
fn of_many_runs_with_one_beginning_only_the_newest_are_named() {
    let bench = Bench::fixture("toy");
    for second in 10..32 {
        store(&bench, &format!("20260101T0000{second}Z-0000aa"), Some(bench.root()), "a |FF");
    }
    let said = bench.brisk(&["report", "2026"]);
    insta::assert_snapshot!(said.error(2), @"
    error: `2026` is the beginning of 22 runs
      20260101T000031Z-0000aa  on 2026-01-01 00:00 UTC, a recording
      20260101T000030Z-0000aa  on 2026-01-01 00:00 UTC, a recording
      20260101T000029Z-0000aa  on 2026-01-01 00:00 UTC, a recording
      20260101T000028Z-0000aa  on 2026-01-01 00:00 UTC, a recording
      20260101T000027Z-0000aa  on 2026-01-01 00:00 UTC, a recording
      and 17 more runs

    help: `cargo brisk history --all` lists the runs
    ");
}

#[test]
fn before_anything_is_recorded_what_is_on_disk_is_reported() {
    let bench = Bench::built_toy();
    let reported = bench.json(&["report"]);
    assert_eq!((&reported["command"], &reported["run"]), (&"report".into(), &Value::Null));
    assert_eq!(reported["build"]["source"], "fingerprints");
    let diagnosed = bench.json(&["diagnose"]);
    for part in ["build", "findings", "units_list", "disk"] {
        assert_eq!(reported[part], diagnosed[part], "{part}");
    }
    assert!(bench.brisk(&["report"]).text().contains("from fingerprints"));
}

#[test]
fn where_nothing_was_built_that_is_what_is_reported() {
    let bench = Bench::fixture("toy");
    assert_eq!(bench.json(&["report"])["build"]["units"], 0);
    assert!(bench.brisk(&["report", "--format", "markdown"]).stdout.contains("No build was found"));
}

#[test]
fn a_run_that_is_asked_for_is_not_replaced_by_anything_else() {
    let bench = Bench::built_toy();
    let said = bench.brisk(&["report", "last"]);
    insta::assert_snapshot!(said.error(2), @"
    error: no run of this workspace is stored

    help: `cargo brisk record -- build` records one, and `cargo brisk history --all` lists those of other workspaces
    ");
    let mut elsewhere = bench.command(BRISK, &["report"]);
    let said = run(elsewhere.current_dir(bench.beside()));
    insta::assert_snapshot!(said.error(2), @"
    error: no run is stored

    help: `cargo brisk record -- build` records one
    ");
}

/// The fixture `toy`, after a recorded `cargo build`.
fn recorded() -> Bench {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["-q", "record", "--", "build"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    bench
}

#[test]
fn findings_and_disk_use_are_those_of_the_workspace_as_it_is() {
    let bench = recorded();
    let (reported, diagnosed) = (bench.json(&["report"]), bench.json(&["diagnose"]));
    let keys = |object: &Value| {
        let findings = object["findings"].as_array().expect("a list").iter();
        findings.map(|finding| finding["key"].as_str().expect("text").to_owned()).collect::<Vec<String>>()
    };
    assert_eq!(keys(&reported), keys(&diagnosed));
    assert_eq!(reported["disk"], diagnosed["disk"]);
    assert_eq!(reported["other_builds"], serde_json::json!([]));
}

#[test]
fn a_trace_is_the_json_object_with_events_in_it() {
    let bench = recorded();
    let trace = bench.brisk(&["report", "--format", "trace"]).json();
    let report = bench.json(&["report"]);
    assert_eq!((&trace["schema_version"], &trace["run"]), (&1.into(), &report["run"]));
    let events = trace["traceEvents"].as_array().expect("a list");
    let n_slices = events.iter().filter(|event| event["ph"] == "X" && event["cat"] == "unit").count();
    assert_eq!(Some(n_slices as u64), report["build"]["n_timed"].as_u64());
    let arrows = |ph: &str| events.iter().filter(|event| event["ph"] == ph).count();
    assert!(arrows("s") > 0 && arrows("s") == arrows("f"));
}

#[test]
fn markdown_tells_the_same_in_brief() {
    let bench = recorded();
    let said = bench.brisk(&["report", "--format", "markdown"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.starts_with("# Build report of `cargo build`\n"), "{}", said.stdout);
    for told in ["| Wall | ", "| CPU | ", "| Disk | ", "slowest of", "`cargo brisk prove`"] {
        assert!(said.stdout.contains(told), "{told}: {}", said.stdout);
    }
}

#[test]
fn a_report_goes_where_it_is_told_to() {
    let bench = recorded();
    let before = files(bench.root());
    let path = bench.beside().join("report.md");
    let said = bench.brisk(&["report", "--format", "markdown", "-o", path.as_str()]);
    assert_eq!(said.text().trim(), format!("Wrote {path}"));
    assert!(fs_err::read_to_string(&path).expect("it is there").starts_with("# Build report"));
    let said = bench.brisk(&["report", "--format", "text", "--output", "-"]);
    assert!(said.stdout.contains("Diagnosed") && !said.stdout.contains('\u{1b}'), "{}", said.stdout);
    assert_eq!(files(bench.root()), before, "nothing was written into the workspace");
    let said = bench.brisk(&["report", "--format", "trace", "-o", "no/such/directory/trace.json"]);
    assert!(said.error(2).starts_with("error: cannot write `no/such/directory/trace.json`"), "{}", said.stderr);
}

#[test]
fn what_is_opened_lies_in_the_target_directory_and_is_shown_by_the_browser_of_the_environment() {
    let bench = recorded();
    let report = || bench.command(BRISK, &["report", "--format", "markdown", "--open"]);
    let path = bench.root().join("target/brisk/report.md");
    let said = run(report().env("BROWSER", "true"));
    assert_eq!(said.text().trim(), format!("Wrote {path}"));
    assert!(path.is_file());
    let said = run(report().env("BROWSER", "/no/such/browser").env("PATH", "/nowhere"));
    assert!(said.text().contains("warning: nothing was found to open"), "{}", said.stderr);
    let said = bench.brisk(&["report", "--open", "--output", "-"]);
    assert!(said.error(2).contains("`--open` shows a file"), "{}", said.stderr);
}

#[test]
fn html_is_one_file_below_the_target_directory() {
    let bench = recorded();
    let path = bench.root().join("target/brisk/report.html");
    assert_eq!(bench.brisk(&["report", "--html"]).text().trim(), format!("Wrote {path}"));
    let html = fs_err::read_to_string(&path).expect("it is there");
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"), "{html:.100}");
    assert!(html.contains("Content-Security-Policy") && !html.contains("connect-src"), "nobody is asked for anything");
    let said = bench.brisk(&["report", "--format", "html", "--output", "-"]);
    assert!(said.stdout.starts_with("<!doctype html>"), "{:.100}", said.stdout);
}

#[test]
fn formats_that_contradict_each_other_are_refused() {
    let bench = stored();
    let said = bench.brisk(&["report", "--message-format", "json", "--html"]);
    assert!(said.error(2).contains("ask for different things"), "{}", said.stderr);
    let said = bench.brisk(&["report", "--format", "json", "--html"]);
    assert!(said.error(2).contains("cannot be used with"), "{}", said.stderr);
    let said = bench.brisk(&["report", "--message-format", "json", "--format", "markdown"]);
    assert!(said.error(2).contains("ask for different things"), "{}", said.stderr);
    assert_units(&bench, &["report", "--format", "json"], 2);
    assert_eq!(bench.brisk(&["report", "--format", "json"]).json(), bench.json(&["report"]));
}

#[test]
fn a_run_file_that_is_damaged_is_an_error_that_names_it() {
    let bench = stored();
    let runs = bench.data_dir().join("runs");
    let files = runs.read_dir_utf8().expect("the store").map(|entry| entry.expect("an entry").into_path());
    let file = files.into_iter().find(|path| path.as_str().contains(OLD)).expect("the run");
    let bytes = fs_err::read(&file).expect("it can be read");
    fs_err::write(&file, &bytes[..bytes.len() / 2]).expect("it can be written");
    let said = bench.brisk(&["report", OLD]);
    assert!(said.error(3).contains(file.as_str()), "{}", said.stderr);
}
