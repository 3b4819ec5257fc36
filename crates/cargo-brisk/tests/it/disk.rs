//! What lies in the target directory, and what git sees of it.

use brisk_test_support::{Layout, TargetDir, gantt};
use serde_json::Value;

use crate::bench::{Bench, files};

fn findings(bench: &Bench) -> Vec<Value> {
    let diagnosis = bench.json(&[]);
    diagnosis["findings"].as_array().expect("a list").clone()
}

fn titles(bench: &Bench) -> Vec<String> {
    findings(bench).iter().map(|finding| finding["title"].as_str().expect("text").to_owned()).collect()
}

/// A library that was built, in a repository.
fn in_repository() -> Bench {
    let bench = Bench::empty();
    for (name, text) in [("Cargo.toml", "[package]\nname = 'app'\nedition = '2021'\n"), ("src/lib.rs", "")] {
        bench.write(name, text);
    }
    TargetDir::new(Layout::V1).write(&gantt::parse("app |FFFBB"), &bench.root().join("target"));
    bench.git(&["init", "--quiet"]);
    bench
}

#[test]
fn git_tells_whether_the_target_directory_is_ignored_and_what_of_it_is_committed() {
    let bench = in_repository();
    assert_eq!(titles(&bench), ["git does not ignore `target`"]);
    bench.git(&["add", "target"]);
    fs_err::write(bench.root().join(".gitignore"), "/target\n").expect("it can be written");
    let before = files(bench.root());
    let [committed] = &findings(&bench)[..] else { panic!("one finding") };
    let title = committed["title"].as_str().expect("text");
    assert!(title.contains(" files below `target` are committed ("), "{title}");
    assert_eq!(committed["fix"]["command"], "git rm -r --cached --quiet target");
    assert_eq!(files(bench.root()), before);
    bench.git(&["rm", "-r", "--cached", "--quiet", "target"]);
    assert_eq!(titles(&bench), [""; 0]);
}

#[test]
fn what_is_unpacked_is_what_deleting_it_frees() {
    let bench = in_repository();
    fs_err::write(bench.root().join(".gitignore"), "/target\n").expect("it can be written");
    let unpacked = bench.root().join("target/package/app-0.1.0");
    fs_err::create_dir_all(unpacked.join("target/debug/deps")).expect("it can be made");
    fs_err::write(unpacked.join("Cargo.toml"), "[package]\nname = 'app'\n").expect("it can be written");
    fs_err::write(unpacked.join("target/debug/deps/libx.rlib"), vec![b'x'; 60_000_000]).expect("it can be written");
    let before = bench.json(&[]);
    let finding = &before["findings"][0];
    assert_eq!((&finding["id"], &finding["gain"]["basis"]), (&"package-bloat".into(), &"counted".into()));
    fs_err::remove_dir_all(&unpacked).expect("it can be deleted");
    let after = bench.json(&[]);
    let bytes = |diagnosis: &Value| diagnosis["disk"]["bytes"].as_u64().expect("a number");
    assert_eq!(finding["gain"]["bytes"].as_u64(), Some(bytes(&before) - bytes(&after)));
    assert_eq!(after["findings"], serde_json::json!([]));
}
