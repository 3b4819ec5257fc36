//! What is looked for, chosen and denied.

use serde_json::Value;

use crate::bench::Bench;

/// A package with four integration tests, all built.
fn four_tests() -> Bench {
    let bench = Bench::empty();
    for (name, text) in [
        ("Cargo.toml", "[package]\nname = 'app'\nedition = '2021'\n"),
        ("src/lib.rs", ""),
        ("tests/a.rs", "#[test] fn a() {}"),
        ("tests/b.rs", "#[test] fn b() {}"),
        ("tests/c.rs", "#[test] fn c() {}"),
        ("tests/d.rs", "#[test] fn d() {}"),
    ] {
        let path = bench.root().join(name);
        fs_err::create_dir_all(path.parent().expect("a directory")).expect("it can be made");
        fs_err::write(path, text).expect("it can be written");
    }
    assert_eq!(bench.cargo(&["test", "--no-run"]).code, 0);
    bench
}

fn ids(diagnosis: &Value) -> Vec<&str> {
    diagnosis["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["id"].as_str()).collect()
}

#[test]
fn findings_are_chosen_and_denied() {
    let bench = four_tests();
    let deny = |args: &[&str]| bench.brisk(&[&["-q"], args].concat());
    assert!(ids(&bench.json(&[])).contains(&"test-binaries"));
    assert_eq!(ids(&bench.json(&["--only", "slow-link,test-binaries"])), ["test-binaries"]);
    assert_eq!(ids(&bench.json(&["--only", "slow-link"])), Vec::<&str>::new());
    assert_eq!(ids(&bench.json(&["--skip", "test-binaries"])), Vec::<&str>::new());

    assert_eq!(deny(&["--deny", "slow-link"]).code, 0);
    assert_eq!(deny(&["--deny", "note", "--skip", "test-binaries"]).code, 0);
    for of in ["test-binaries", "note", "slow-link,note"] {
        let said = deny(&["--deny", of]);
        let title = "error: denied: the integration tests of app are 4 executables";
        assert!(said.code == 1 && said.stderr.contains(title), "{}", said.stderr);
    }
    let said = bench.brisk(&["--deny", "note", "--message-format", "json"]);
    let diagnosis: Value = serde_json::from_str(&said.stdout).expect("one object");
    assert_eq!((said.code, ids(&diagnosis)), (1, vec!["test-binaries"]));
}

#[test]
fn what_is_looked_for_is_told_anywhere() {
    let bench = Bench::empty();
    let list = bench.brisk(&["--list"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    let listed: Vec<&str> = list.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(listed.contains(&"duplicate-version"), "{listed:?}");
    for id in listed {
        let page = bench.brisk(&["--explain", id]);
        assert_eq!((page.code, page.stderr.as_str()), (0, ""));
        assert!(page.stdout.starts_with(&format!("{id}: ")), "{}", page.stdout);
    }
    let explained = bench.json(&["--explain", "slow-link"]);
    assert_eq!(explained["detectors"][0]["id"], "slow-link");
    assert!(bench.brisk(&["--explain", "slow-lnik"]).error(2).contains("'slow-link'"));
}

#[test]
fn a_workspace_decides_in_brisk_toml() {
    let bench = four_tests();
    let decide = |text: &str| fs_err::write(bench.root().join("brisk.toml"), text).expect("it can be written");
    let only = &["--only", "test-binaries"][..];

    decide("[diagnose.thresholds]\ntest-binaries.least = 5\n");
    assert_eq!(ids(&bench.json(only)), Vec::<&str>::new());

    decide("[diagnose]\nskip = ['test-binaries']\n");
    assert!(!ids(&bench.json(&[])).contains(&"test-binaries"));
    assert_eq!(ids(&bench.json(only)), ["test-binaries"], "asked for by name");

    decide("[diagnose]\ndeny = ['test-binaries']\n");
    assert_eq!(bench.brisk(&["-q"]).code, 1);

    decide("[[diagnose.suppress]]\nkey = 'test-binaries:app'\nreason = 'one process each'\nexpires = 2999-12-31\n");
    let diagnosis = bench.json(only);
    assert_eq!(ids(&diagnosis), Vec::<&str>::new());
    assert_eq!(diagnosis["suppressed"][0]["reason"], "one process each");

    decide("[[diagnose.suppress]]\nkey = 'test-binaries:app'\nreason = 'one process each'\nexpires = 1999-12-31\n");
    let diagnosis = bench.json(only);
    assert_eq!(ids(&diagnosis), ["test-binaries"]);
    let what = "the suppression of `test-binaries:app` expired on 1999-12-31 (brisk.toml:2)";
    assert!(diagnosis["problems"].as_array().expect("a list").iter().any(|problem| problem["what"] == what));

    decide("[diagnose]\nskip = ['test-binary']\n");
    let said = bench.brisk(&[]).error(2).to_owned();
    assert!(said.contains("brisk.toml` line 2: there is no finding `test-binary`"), "{said}");
    assert!(said.contains("help: did you mean `test-binaries`?"), "{said}");
}
