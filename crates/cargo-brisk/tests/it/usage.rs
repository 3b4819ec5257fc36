//! Command lines that cannot be, help, and places where there is nothing to look at.

use crate::bench::{BRISK, Bench, run};

#[test]
fn what_no_verb_takes_is_a_usage_error() {
    let bench = Bench::fixture("toy");
    for args in
        [&["--no-such-flag"][..], &["no-such-verb"], &["-q", "-v"], &["--release", "--profile", "dev"], &["import"]]
    {
        let said = bench.brisk(args);
        assert!(said.error(2).contains("Usage: cargo brisk"), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn help_and_version_are_data() {
    let bench = Bench::empty();
    for verb in ["", "diagnose", "import", "report", "serve", "history"] {
        let args: Vec<&str> = [verb, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let said = bench.brisk(&args);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{verb}");
        assert!(said.stdout.contains(&format!("Usage: cargo brisk {verb}").trim_end().to_owned()), "{}", said.stdout);
    }
    let version = bench.brisk(&["--version"]);
    assert_eq!(version.stdout, format!("cargo-brisk {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_names_the_selectors_that_the_verb_heeds() {
    let bench = Bench::empty();
    let selectors = |verb: &str| {
        let help = bench.brisk(&[verb, "--help"]).stdout;
        let names = |name: &str| help.lines().any(|line| line.trim().trim_start_matches("-r, ").starts_with(name));
        ["--manifest-path", "--target-dir", "--profile", "--release", "--target "].map(names)
    };
    assert_eq!(selectors("diagnose"), [true; 5]);
    for verb in ["report", "serve", "history"] {
        assert_eq!(selectors(verb), [true, false, false, false, false], "{verb}");
    }
    assert_eq!([selectors("record"), selectors("import")], [[false; 5]; 2]);
}

#[test]
fn outside_of_any_workspace_there_is_one_clear_error() {
    let bench = Bench::empty();
    let said = bench.brisk(&[]);
    insta::assert_snapshot!(said.error(2).replace(bench.root().as_str(), "[ROOT]"), @"error: could not find `Cargo.toml` in `[ROOT]` or any parent directory");
    assert_eq!(bench.brisk(&["--message-format", "json"]).error(2), said.stderr);
}

#[test]
fn a_manifest_that_is_not_there_is_named() {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["--manifest-path", "gone/Cargo.toml"]);
    assert!(said.error(2).contains("gone/Cargo.toml"), "{}", said.stderr);
    let said = bench.brisk(&["--manifest-path", "app"]);
    assert!(said.error(2).contains("app"), "{}", said.stderr);
}

#[test]
fn a_root_manifest_that_is_broken_is_an_error_with_its_line() {
    let bench = Bench::fixture("toy");
    bench.workspace.write("Cargo.toml", "[workspace]\nmembers = = 1\n");
    let said = bench.brisk(&[]);
    assert!(said.error(2).contains("Cargo.toml` line 2"), "{}", said.stderr);
}

#[test]
fn a_working_directory_that_is_gone_is_one_clear_error() {
    let bench = Bench::empty();
    let script = format!("mkdir gone && cd gone && rmdir ../gone && exec {BRISK}");
    let said = run(&mut bench.command("sh", &["-c", &script]));
    assert!(said.error(2).contains("working directory"), "{}", said.stderr);
}

#[test]
fn a_command_that_builds_nothing_outside_of_any_workspace_is_not_recorded() {
    let bench = Bench::empty();
    let said = bench.brisk(&["record", "--", "build"]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""), "{}", said.stderr);
    let last = said.stderr.lines().last().expect("a line");
    let warning = "warning: this build is not recorded: the command compiled nothing, and there is no workspace here";
    assert_eq!(last, warning);
    assert_eq!(bench.json(&["history", "--all"])["runs"], serde_json::json!([]));
    let left = bench.data_dir().join("recordings").read_dir_utf8().expect("it was made").count();
    assert_eq!(left, 0, "nothing is left to recover");
}

#[test]
fn on_the_narrowest_terminals_the_report_has_40_columns() {
    let bench = Bench::built_toy();
    let at = |columns: &str| {
        let said = run(bench.command(BRISK, &["-v"]).env("COLUMNS", columns));
        let text = said.text().to_owned();
        let widest = text.lines().map(|line| line.chars().count()).max().expect("a line");
        (widest, text)
    };
    let (widest, narrow) = at("40");
    assert!((30..=40).contains(&widest), "{narrow}");
    // As copied to a shell, the command is the one that it was meant to be.
    assert!(narrow.lines().any(|line| line.trim() == "`cargo brisk record -- build`"), "{narrow}");
    for columns in ["1", "39"] {
        assert_eq!(at(columns).1, narrow, "{columns}");
    }
    for (columns, limit) in [("0", 80), ("-1", 80), ("wide", 80), ("99999", 200)] {
        let (widest, text) = at(columns);
        assert!(widest > 40 && widest <= limit, "{columns}: {text}");
    }
}

#[test]
fn a_selector_before_the_recorded_command_is_refused_with_the_right_line() {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["record", "--release", "build"]);
    insta::assert_snapshot!(said.error(2), @"
    error: `--release` belongs to the Cargo command, behind `--`

    help: `cargo brisk record -- build --release`
    ");
    assert!(!bench.root().join("target").exists());
}
