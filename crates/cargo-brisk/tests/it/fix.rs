//! `fix` and `undo`: what pays is kept, what breaks is not, and every byte can be had back.

use serde_json::Value;

use crate::bench::{Bench, files, functions};

/// A workspace whose `app` declares `heavy`, which takes long and which nobody uses, `light`, which a test uses and the
/// library does not, and `needed`.
fn workspace() -> Bench {
    let bench = Bench::empty();
    bench.write("Cargo.toml", "[workspace]\nresolver = '2'\nmembers = ['app']\nexclude = ['libs']\n");
    bench.write(
        "app/Cargo.toml",
        "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n\n[dependencies]\n# nobody needs it\n\
         heavy = { path = '../libs/heavy' }\nlight = { path = '../libs/light' }   # for tests\n\
         needed = { path = '../libs/needed' }\n",
    );
    bench.write("app/src/lib.rs", "pub use needed::f;\n");
    bench.write("app/tests/it.rs", "#[test]\nfn works() {\n    light::g();\n    app::f();\n}\n");
    for (name, text) in
        [("heavy", functions(150)), ("light", "pub fn g() {}\n".to_owned()), ("needed", "pub fn f() {}\n".to_owned())]
    {
        bench.write(
            &format!("libs/{name}/Cargo.toml"),
            format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n"),
        );
        bench.write(&format!("libs/{name}/src/lib.rs"), &text);
    }
    bench.cargo(&["generate-lockfile"]);
    bench
}

/// What every file holds.
fn bytes(bench: &Bench) -> Vec<(String, Option<Vec<u8>>)> {
    files(bench.root()).into_iter().map(|(path, (bytes, _))| (path.to_string(), bytes)).collect()
}

fn statuses(said: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = said["changes"].as_array().expect("a list").iter();
    changes.map(|change| (text(&change["key"]), text(&change["status"]))).collect()
}

#[test]
fn what_pays_is_kept_and_undone_byte_for_byte() {
    let bench = workspace();
    // A dependency of tests that no test uses, and a lockfile that is read-only.
    let manifest = fs_err::read_to_string(bench.root().join("app/Cargo.toml")).expect("it is there");
    bench.write("app/Cargo.toml", manifest + "\n[dev-dependencies]\nspare = { path = '../libs/spare' }\n");
    bench.write("libs/spare/Cargo.toml", "[package]\nname = 'spare'\nversion = '0.1.0'\nedition = '2021'\n");
    bench.write("libs/spare/src/lib.rs", "pub fn h() {}\n");
    bench.cargo(&["generate-lockfile"]);
    let lockfile = bench.root().join("Cargo.lock");
    let mut read_only = fs_err::metadata(&lockfile).expect("it is there").permissions();
    read_only.set_readonly(true);
    fs_err::set_permissions(&lockfile, read_only).expect("it is ours");
    let before = bytes(&bench);
    let said = bench.brisk(&["fix", "--yes", "--message-format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let fixed = said.json();
    let kept = |key: &str| (key.to_owned(), "kept".to_owned());
    assert_eq!(
        statuses(&fixed),
        [
            kept("unused-dependency:app:heavy"),
            kept("unused-dependency:app:light"),
            kept("unused-dependency:app:spare:dev")
        ],
        "{}",
        said.stderr
    );
    assert_eq!(fixed["joint"]["verdict"], "faster", "{fixed}");
    assert!(fixed["joint"]["predicted_cpu"]["mid"].as_f64().is_some_and(|mid| mid < 0.0), "{fixed}");
    assert_eq!(fixed["joint"]["fewer_units"], 2, "{fixed}");
    let manifest = fs_err::read_to_string(bench.root().join("app/Cargo.toml")).expect("it is there");
    assert!(!manifest.contains("heavy") && manifest.contains("[dev-dependencies]\nlight"), "{manifest}");
    bench.cargo(&["test", "--offline", "--locked", "--target-dir", bench.beside().join("t").as_str()]);
    let undone = bench.brisk(&["undo", "--message-format", "json"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert_eq!(undone.json()["id"], fixed["journal"]);
    assert!(bytes(&bench) == before, "not every byte is as it was");
    let again = bench.brisk(&["undo"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("nothing to undo"), "{}", again.stderr);
}

#[test]
fn the_diff_is_shown_and_nothing_is_tried() {
    let bench = workspace();
    let before = files(bench.root());
    let said = bench.brisk(&["fix", "--dry-run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(files(bench.root()) == before, "something was written");
    assert!(said.stdout.contains("--- a/app/Cargo.toml\n+++ b/app/Cargo.toml\n"), "{}", said.stdout);
    assert!(said.stdout.contains("\n-heavy = { path = '../libs/heavy' }\n"), "{}", said.stdout);
}

#[test]
fn what_makes_no_sense_is_told_in_one_error() {
    let bench = workspace();
    let said = bench.brisk(&["fix", "--yes", "unused-dependency:app:heavi"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("there is `unused-dependency:app:heavy`"), "{}", said.stderr);
    let said = bench.brisk(&["fix"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("there is nobody to ask"), "{}", said.stderr);
    let said = bench.brisk(&["undo", "zzz"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

#[test]
fn a_workspace_with_edits_is_refused() {
    let bench = workspace();
    for args in [&["init", "--quiet"][..], &["add", "."], &["commit", "-qm", "x"]] {
        bench.git(args);
    }
    fs_err::write(bench.root().join("app/src/lib.rs"), "pub use needed::f; // edited\n").expect("it can be written");
    let said = bench.brisk(&["fix", "--yes"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("app/src/lib.rs") && said.stderr.contains("--allow-dirty"), "{}", said.stderr);
}

/// The workspace above in a repository, with two more dependencies that nobody uses: a test wants `pinned` to be declared,
/// and a command of the workspace's own wants `guarded`. Another command fails from the start.
fn guarded_workspace() -> Bench {
    let bench = workspace();
    for name in ["pinned", "guarded"] {
        let manifest = format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n");
        bench.write(&format!("libs/{name}/Cargo.toml"), &manifest);
        bench.write(&format!("libs/{name}/src/lib.rs"), functions(20));
    }
    let manifest = fs_err::read_to_string(bench.root().join("app/Cargo.toml")).expect("it is there");
    let more = "pinned = { path = '../libs/pinned' }\nguarded = { path = '../libs/guarded' }\n";
    bench.write("app/Cargo.toml", format!("{manifest}{more}"));
    bench.write(
        "app/tests/it.rs",
        "#[test]\nfn works() {\n    light::g();\n    app::f();\n}\n\n#[test]\nfn is_pinned() {\n    \
         assert!(include_str!(\"../Cargo.toml\").contains(\"pinned\"));\n}\n",
    );
    bench.write("brisk.toml", "[fix]\ncheck = ['grep -q guarded app/Cargo.toml', 'exit 7']\n");
    bench.write(".gitignore", "/target\n");
    bench.cargo(&["generate-lockfile"]);
    bench.git(&["init", "--quiet"]);
    bench.git(&["config", "user.name", "a"]);
    bench.git(&["config", "user.email", "a@b"]);
    bench.git(&["add", "."]);
    bench.git(&["commit", "--quiet", "-m", "first"]);
    bench
}

#[test]
fn what_breaks_something_is_dropped_and_what_is_kept_is_committed_and_summarized() {
    let bench = guarded_workspace();
    let summary = bench.beside().join("summary.md");
    let to_file = format!("--summary={summary}");
    let said = bench.brisk(&["fix", "--yes", "--commit", &to_file, "--message-format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let fixed = said.json();
    let status = |name: &str| {
        let key = format!("unused-dependency:app:{name}");
        let changes = fixed["changes"].as_array().expect("a list");
        let change = changes.iter().find(|change| change["key"] == *key).expect("it was tried");
        (change["status"].as_str().unwrap_or_default(), change["reason"].as_str().unwrap_or_default())
    };
    assert_eq!(status("heavy"), ("kept", ""), "{fixed}");
    assert_eq!(status("pinned"), ("dropped-broke-tests", "the test is_pinned (`--test it`) fails"));
    let (guarded, why) = status("guarded");
    assert_eq!(guarded, "dropped-broke-tests");
    assert!(why.starts_with("`grep -q guarded app/Cargo.toml` fails"), "{why}");
    let problems: Vec<&str> = crate::bench::whats(&fixed);
    assert!(problems.contains(&"`exit 7` does not succeed as it is"), "{problems:?}");
    let commits = fixed["commits"].as_array().expect("a list");
    assert_eq!(commits.len(), statuses(&fixed).iter().filter(|(_, status)| status == "kept").count());
    assert_eq!(bench.git(&["rev-list", "--count", "HEAD"]).trim(), (commits.len() + 1).to_string());
    assert_eq!(bench.git(&["status", "--porcelain"]), "");
    let log = bench.git(&["log", "--format=%B"]);
    assert!(log.contains("app no longer depends on heavy") && log.contains("of the CPU time of"), "{log}");
    let summary = fs_err::read_to_string(summary).expect("it was written");
    assert!(summary.contains("## Kept") && summary.contains("`unused-dependency:app:pinned`: the test"), "{summary}");
    assert!(fixed["scenarios"].as_array().is_some_and(|scenarios| scenarios.len() == 2), "{fixed}");
    assert!(fixed["lock"]["after"]["packages"].as_u64() < fixed["lock"]["before"]["packages"].as_u64(), "{fixed}");
    let undone = bench.brisk(&["undo"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert!(undone.stderr.contains("stays in the history"), "{}", undone.stderr);
    for _ in 1..commits.len() {
        assert_eq!(bench.brisk(&["undo"]).code, 0);
    }
    assert_eq!(bench.git(&["diff", &format!("HEAD~{}", commits.len())]), "", "not every byte is as it was");
}

#[test]
fn nothing_is_tried_where_nothing_can_be_committed() {
    let bench = workspace();
    let said = bench.brisk(&["fix", "--yes", "--commit"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("no Git repository"), "{}", said.stderr);
    bench.git(&["init", "--quiet"]);
    let said = bench.brisk(&["fix", "--yes", "--commit", "--allow-dirty"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("not committed"), "{}", said.stderr);
    let said = bench.brisk(&["fix", "--yes", "--allow-dirty", "--summary", "--message-format", "json"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}
