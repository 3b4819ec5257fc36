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
    assert_eq!(ids(&bench.json(&[])), ["test-binaries"]);
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
