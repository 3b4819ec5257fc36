//! `cargo brisk import`: builds that were recorded elsewhere.

use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bench::{BRISK, Bench, run};

/// The samples of what Cargo writes.
fn samples(kind: &str) -> Vec<Utf8PathBuf> {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = here.join("../brisk-store/fixtures").join(kind);
    let entries = directory.read_dir_utf8().expect("the samples are there");
    entries.map(|entry| entry.expect("an entry can be read").into_path()).collect()
}

#[test]
fn every_sample_is_imported_and_kept() {
    for source in ["timings-html", "build-analysis"] {
        for sample in samples(source) {
            let bench = Bench::empty();
            let imported = bench.json(&["import", sample.as_str()]);
            assert_eq!(
                (&imported["command"], &imported["build"]["source"]),
                (&"import".into(), &source.into()),
                "{sample}"
            );
            assert!(imported["build"]["n_timed"].as_u64() > Some(0), "{sample}: {}", imported["build"]);
            let reported = bench.json(&["report", "last"]);
            assert_eq!(reported["units_list"], imported["units_list"], "{sample}");
            let runs = bench.json(&["history", "--all"])["runs"].take();
            assert_eq!((runs.as_array().map(Vec::len), &runs[0]["units"]), (Some(1), &imported["build"]["units"]));
        }
    }
}

#[test]
fn a_report_that_does_not_tell_of_its_workspace_is_not_said_to_have_an_empty_one() {
    let bench = Bench::empty();
    let sample = &samples("timings-html")[0];
    let workspace = bench.json(&["import", sample.as_str()])["workspace"].take();
    assert!(["root", "members", "members_list"].iter().all(|name| workspace[name].is_null()), "{workspace}");
    let said = bench.brisk(&["import", sample.as_str()]);
    let diagnosed = said.text().lines().find(|line| line.contains("Diagnosed")).expect("a headline");
    assert_eq!(diagnosed, "   Diagnosed 4 packages, dev profile, from a timings report");
}

#[test]
fn programs_are_told_under_which_id_the_run_is_kept() {
    let bench = Bench::empty();
    let sample = &samples("timings-html")[0];
    let imported = bench.json(&["import", sample.as_str()]);
    let kept = &imported["run"];
    let id = kept["id"].as_str().expect("an id");
    assert_eq!(kept["path"], bench.data_dir().join("runs").join(format!("{id}.brisk.json.gz")).as_str());
    assert_eq!(bench.json(&["report", id])["run"], *kept);
    let args = ["import", sample.as_str(), "--message-format", "json"];
    let not_kept = run(bench.command(BRISK, &args).env("BRISK_DATA_DIR", "/dev/null/data"));
    let shown: serde_json::Value = serde_json::from_str(&not_kept.stdout).expect("stdout is JSON");
    assert_eq!(shown.get("run"), Some(&serde_json::Value::Null));
}

#[test]
fn the_last_run_is_the_one_imported_last_even_within_a_second() {
    let bench = Bench::empty();
    for sample in samples("build-analysis") {
        let imported = bench.json(&["import", sample.as_str()]);
        assert_eq!(bench.json(&["report", "last"])["units_list"], imported["units_list"], "{sample}");
        assert_eq!(bench.json(&["history", "--all"])["runs"][0]["units"], imported["build"]["units"], "{sample}");
    }
}

#[test]
fn people_are_told_under_which_id_the_run_is_kept() {
    let bench = Bench::empty();
    let said = bench.brisk(&["import", samples("timings-html")[0].as_str()]);
    let first = said.text().lines().next().expect("a line");
    assert!(first.starts_with("    Imported ") && first.contains(".html as "), "{first}");
    let id = first.rsplit(' ').next().expect("a word");
    assert_eq!(bench.brisk(&["report", id]).code, 0);
}

#[test]
fn a_run_of_another_machine_is_imported_under_its_own_id() {
    let (here, there) = (Bench::empty(), Bench::empty());
    let imported = there.json(&["import", samples("build-analysis")[0].as_str()]);
    let runs = there.data_dir().join("runs");
    let file = runs.read_dir_utf8().expect("the store").next().expect("a run").expect("an entry").into_path();
    for _ in 0..2 {
        assert_eq!(here.json(&["import", file.as_str()])["units_list"], imported["units_list"]);
    }
    let ids = |bench: &Bench| {
        let runs = bench.json(&["history", "--all"])["runs"].take();
        runs.as_array().expect("a list").iter().map(|run| run["id"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&here), ids(&there));
}

#[test]
fn what_cannot_be_imported_is_one_error_that_names_the_file_and_the_cause() {
    let bench = Bench::empty();
    let newer = gzipped(
        br#"{"format":"brisk-run","format_version":99,"brisk_version":"9.9.9","id":"20261121T082451Z-4f3a9c"}"#,
    );
    let cut = std::fs::read(&samples("timings-html")[0]).expect("the sample is there");
    let cases: [(&str, &[u8], &str); 8] = [
        ("empty", b"", "neither a"),
        ("garbage.html", b"\x00\xff\xfe garbage", "neither a"),
        ("page.html", b"<html><title>Cargo Build Timings</title></html>", "page.html"),
        ("data.html", b"<html>\nconst UNIT_DATA = [{\"i\": ", "UNIT_DATA"),
        ("cut.html", &cut[..cut.len() / 2], "cut.html"),
        ("log.jsonl", b"{\"reason\":\"something\"}\n", "log.jsonl"),
        ("damaged.gz", &[0x1f, 0x8b, 8, 0, 1, 2, 3], "damaged"),
        (
            "newer.gz",
            &newer,
            "format 99, and this Brisk reads formats up to 1; Brisk 9.9.9, which wrote it, can read it",
        ),
    ];
    for (name, bytes, cause) in cases {
        let file = bench.write_beside(name, bytes);
        let said = bench.brisk(&["import", file.as_str()]);
        let error = said.error(2);
        assert!(error.contains(&format!("`{file}`")) && error.contains(cause), "{name}: {error}");
    }
    assert!(!bench.data_dir().exists());
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory does not refuse to be written to");
    encoder.finish().expect("memory does not refuse to be written to")
}

#[test]
fn a_file_that_cannot_be_read_is_one_error_with_the_systems_words() {
    let bench = Bench::empty();
    let said = bench.brisk(&["import", "gone.html"]);
    insta::assert_snapshot!(said.error(2), @"
    error: cannot read `gone.html`

    Caused by:
      No such file or directory (os error 2)
    ");
    let said = bench.brisk(&["import", bench.beside().as_str()]);
    let error = said.error(2);
    assert!(error.contains(bench.beside().as_str()) && error.contains("directory"), "{error}");
}

#[test]
fn no_name_of_a_file_reaches_the_terminal_as_an_escape_sequence() {
    let bench = Bench::empty();
    let file = bench.write_beside("\u{1b}[31mred", "garbage");
    for args in [["import", file.as_str()], ["import", "\u{1b}[2Jgone"], ["report", "\u{1b}[2J"]] {
        let said = bench.brisk(&args);
        let escapes = ["\u{1b}[31m", "\u{1b}[2J"].map(|escape| said.stderr.contains(escape));
        assert_eq!((said.code, escapes), (2, [false, false]), "{}", said.stderr.escape_debug());
    }
}

#[test]
fn a_build_that_cannot_be_kept_is_shown_all_the_same() {
    let bench = Bench::empty();
    let sample = &samples("timings-html")[0];
    let args = ["import", sample.as_str(), "--message-format", "json"];
    let expected = bench.brisk(&args).json();
    let said = run(bench.command(BRISK, &args).env("BRISK_DATA_DIR", "/dev/null/data"));
    assert_eq!(said.code, 0);
    assert!(said.stderr.starts_with("warning: the run is not kept: "), "{}", said.stderr);
    assert!(said.stderr.contains("/dev/null/data/runs"), "{}", said.stderr);
    let shown: serde_json::Value = serde_json::from_str(&said.stdout).expect("stdout is JSON");
    assert_eq!(shown["units_list"], expected["units_list"]);
}
