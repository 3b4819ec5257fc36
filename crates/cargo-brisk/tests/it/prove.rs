//! `prove`: two ways to build, timed by turns, without touching anything of the user.

use serde_json::Value;

use crate::bench::{BRISK, Bench, files, functions, run};

/// A crate that takes some tenths of a second, in a repository.
fn workspace() -> Bench {
    let bench = Bench::empty();
    bench.write("Cargo.toml", "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n");
    bench.write("src/lib.rs", functions(400));
    bench.write(".gitignore", "/target\n");
    bench.cargo(&["generate-lockfile"]);
    bench.git(&["init", "--quiet"]);
    bench.git(&["add", "."]);
    bench.git(&["commit", "--quiet", "-m", "first"]);
    bench
}

fn proven(bench: &Bench, args: &[&str]) -> Value {
    let words: Vec<&str> = ["prove", "--message-format", "json"].into_iter().chain(args.iter().copied()).collect();
    let before = files(bench.root());
    let said = run(&mut bench.command(BRISK, &words));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(files(bench.root()), before, "the workspace was touched");
    said.json()
}

#[test]
fn a_revision_is_compared_with_the_files_as_they_are() {
    let bench = workspace();
    fs_err::write(bench.root().join("src/lib.rs"), functions(4)).expect("it can be written");
    let said = proven(&bench, &["HEAD", ".", "--max-pairs", "8"]);
    assert_eq!(said["verdict"], "faster", "{said}");
    assert!(said["cpu"]["delta"]["high"].as_f64().is_some_and(|high| high < -0.2), "{said}");
    assert_eq!(said["samples"].as_array().map(Vec::len), said["pairs"].as_u64().map(|n| n as usize));
    let orders: Vec<&Value> =
        said["samples"].as_array().expect("a list").iter().map(|sample| &sample["first"]).collect();
    assert!(orders.windows(2).all(|two| two[0] != two[1]), "{orders:?}");
    let left = std::fs::read_dir(bench.beside().join("cache/prove")).expect("a directory").flatten();
    let runs = left.flat_map(|own| std::fs::read_dir(own.path()).expect("a directory").flatten());
    let names: Vec<_> = runs.map(|run| run.file_name()).filter(|name| name.to_string_lossy().contains('-')).collect();
    assert!(names.is_empty(), "copies are left: {names:?}");
}

#[test]
fn settings_and_states_are_compared() {
    let bench = workspace();
    let said = proven(&bench, &[".", "profile.dev.opt-level=3", "--max-pairs", "4"]);
    assert_eq!(said["verdict"], "slower", "{said}");
    assert_eq!(said["b"]["command"], serde_json::json!(["--config", "profile.dev.opt-level=3", "build"]));
    let said = proven(&bench, &[".", ".", "--touch", "app", "--max-pairs", "4", "--", "check"]);
    assert_eq!((&said["start"], &said["touched"]), (&"touch".into(), &"app".into()));
    assert_eq!(said["pairs"], 4);
}

#[test]
fn without_time_nothing_is_proven() {
    let bench = workspace();
    let said = proven(&bench, &[".", "profile.dev.opt-level=3", "--budget", "0"]);
    assert_eq!(said["verdict"], "inconclusive");
    assert_eq!(said["cpu"]["delta"], Value::Null);
}

#[test]
fn what_makes_no_sense_is_told_in_one_error() {
    let bench = workspace();
    for (args, code, words) in [
        (&["prove", ".", "no-such-thing"][..], 2, "neither a directory nor a revision"),
        (&["prove", ".", ".", "--touch", "nobody"][..], 2, "no member `nobody`"),
        (&["prove", ".", ".", "--", "build", "--target-dir", "x"][..], 2, "`--target-dir`"),
        (&["prove", ".", "", "--no-op"][..], 2, "a side of a trial"),
        (&["prove", ".", "RUSTFLAGS=--nonsense"][..], 3, "B does not build"),
    ] {
        let said = run(&mut bench.command(BRISK, args));
        assert_eq!(said.code, code, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(words), "{args:?}: {}", said.stderr);
        assert_eq!(said.stderr.matches("error:").count().min(1), 1, "{}", said.stderr);
    }
}
