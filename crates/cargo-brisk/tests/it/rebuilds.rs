//! What the real Cargo builds again without need, one small workspace for each cause, and one with none.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::bench::{BRISK, Bench, host, run};

/// The detectors of this kind.
const ALL: &str = "always-rerun,spurious-rebuild,flag-thrash";

/// Age of the files of a new workspace.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// A package `app` with a library, an executable and this build script.
fn with_script(script: &str) -> Bench {
    workspace(&[
        ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("build.rs", script),
        ("src/lib.rs", "pub fn app() {}\n"),
        ("src/main.rs", "fn main() { app::app() }\n"),
    ])
}

/// A library, a proc macro, and two packages that use the library, one of them with a feature.
fn of_four() -> Bench {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let app = "[dependencies]\nleaf = { path = \"../leaf\" }\nmacros = { path = \"../macros\" }\n";
    let other = "[dependencies]\nleaf = { path = \"../leaf\", features = [\"more\"] }\n";
    workspace(&[
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"leaf\", \"macros\", \"other\"]\n"),
        ("leaf/Cargo.toml", &package("leaf", "[features]\nmore = []\n")),
        ("leaf/src/lib.rs", "pub fn leaf() {}\n"),
        ("macros/Cargo.toml", &package("macros", "[lib]\nproc-macro = true\n")),
        (
            "macros/src/lib.rs",
            "#[proc_macro]\npub fn nothing(_: proc_macro::TokenStream) -> proc_macro::TokenStream { Default::default() }\n",
        ),
        ("app/Cargo.toml", &package("app", app)),
        ("app/src/main.rs", "macros::nothing!();\nfn main() { leaf::leaf() }\n"),
        ("other/Cargo.toml", &package("other", other)),
        ("other/src/main.rs", "fn main() { leaf::leaf() }\n"),
    ])
}

fn workspace(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::empty();
    for (path, text) in files {
        bench.workspace.write(path, text);
        set_time(&bench, path, SystemTime::now() - LONG_AGO);
    }
    bench
}

fn set_time(bench: &Bench, path: &str, to: SystemTime) {
    let file = fs_err::OpenOptions::new().write(true).open(bench.root().join(path)).expect("it is there");
    file.file().set_modified(to).expect("times can be set");
}

/// Which layout of the build directory Cargo uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Old,
    New,
}

impl Layout {
    /// Those that the installed toolchains know.
    fn all() -> Vec<Self> {
        let nightly = Command::new("rustup").args(["run", "nightly", "cargo", "--version"]).output();
        let has_nightly = nightly.is_ok_and(|output| output.status.success());
        if has_nightly { vec![Self::Old, Self::New] } else { vec![Self::Old] }
    }

    /// Runs `cargo build` with these variables, which must succeed: what it says of each unit.
    fn build(self, bench: &Bench, variables: &[(&str, &str)]) -> String {
        let mut command = match self {
            Self::Old => bench.command("cargo", &["build", "--verbose"]),
            Self::New => {
                let args = ["run", "nightly", "cargo", "-Zbuild-dir-new-layout", "build", "--verbose"];
                bench.command("rustup", &args)
            }
        };
        if self == Self::New {
            for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC"] {
                command.env_remove(name);
            }
        }
        let said = run(command.envs(variables.iter().copied()));
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.stderr
    }
}

fn findings(diagnosis: &Value) -> Vec<&Value> {
    diagnosis["findings"].as_array().expect("a list").iter().collect()
}

fn texts<'a>(finding: &'a Value, field: &str) -> Vec<&'a str> {
    finding[field].as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

/// The only finding, which has this key.
#[track_caller]
fn only(diagnosis: &Value, key: &str) -> Value {
    let found = findings(diagnosis);
    assert!(found.len() == 1 && found[0]["key"] == key, "{key}: {found:#?}");
    found[0].clone()
}

/// The script is run in every build, as Cargo itself shows, and the only finding says so with these words.
#[track_caller]
fn always_runs(script: &str, words: &str) {
    for layout in Layout::all() {
        let bench = with_script(script);
        layout.build(&bench, &[]);
        for _ in 0..2 {
            let finding = only(&bench.json(&["--only", ALL]), "always-rerun:app");
            assert!(texts(&finding, "evidence").iter().any(|text| text.contains(words)), "{layout:?}: {finding:#}");
            assert!(
                finding["title"].as_str().is_some_and(|title| title.ends_with("and 2 units are built again after it"))
            );
            assert!(finding["cost"]["seconds"].as_f64().is_some_and(|unit_s| unit_s > 0.0), "{finding:#}");
            assert!(layout.build(&bench, &[]).contains("Dirty app"), "{layout:?}");
        }
    }
}

/// A script whose `main` is this.
fn main_of(body: &str) -> String {
    format!("fn main() {{ {body} }}\n")
}

/// Writes a file until its time is another one than that of what was there before, as after a longer run.
fn writing(path: &str) -> String {
    format!(
        "let path = {path}; std::fs::write(&path, \"\").unwrap(); \
         let time = || std::fs::metadata(&path).unwrap().modified().unwrap(); let first = time(); \
         while time() == first {{ std::fs::write(&path, \"\").unwrap(); }}"
    )
}

#[test]
fn a_clean_workspace_has_none_of_it() {
    for layout in Layout::all() {
        let bench = with_script(&main_of(
            "println!(\"cargo:rerun-if-changed=build.rs\"); println!(\"cargo:rerun-if-env-changed=FLAVOR\"); \
             std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/x\", \"\").unwrap();",
        ));
        layout.build(&bench, &[]);
        assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0], "{layout:?}");
        assert!(!layout.build(&bench, &[]).contains("Dirty"), "{layout:?}");
        bench.workspace.write("src/lib.rs", "pub fn app() { }\n");
        assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0], "{layout:?}");
        layout.build(&bench, &[]);
        assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0], "{layout:?}");
    }
}

#[test]
fn a_watched_file_that_does_not_exist_makes_the_script_run_always() {
    let script = "fn main() {\n    println!(\"cargo:rerun-if-changed=data/none.txt\");\n}\n";
    always_runs(script, "it watches `data/none.txt` (build.rs:2), which does not exist");
}

#[test]
fn in_cargos_home_missing_files_do_not_count() {
    let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n");
    let manifest = "[package]\nname = \"fetched\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    bench.write_beside("cargo/registry/src/fetched/Cargo.toml", manifest);
    let script = "fn main() { println!(\"cargo:rerun-if-changed=none.txt\"); }\n";
    bench.write_beside("cargo/registry/src/fetched/build.rs", script);
    let root = bench.write_beside("cargo/registry/src/fetched/src/lib.rs", "");
    let fetched = root.ancestors().nth(2).unwrap();
    let manifest = bench.workspace.read("Cargo.toml");
    bench.workspace.write("Cargo.toml", format!("{manifest}[dependencies]\nfetched = {{ path = \"{fetched}\" }}\n"));
    bench.cargo(&["build"]);
    assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0]);
    assert!(!bench.cargo(&["build", "--verbose"]).stderr.contains("Dirty"));
}

#[test]
fn a_script_that_writes_what_it_watches_runs_always() {
    let script = main_of(&format!("println!(\"cargo:rerun-if-changed=made.txt\"); {}", writing("\"made.txt\"")));
    always_runs(&script, "it watches `made.txt` (build.rs:1), which was written while it ran");
    let out = "std::env::var(\"OUT_DIR\").unwrap() + \"/made.txt\"";
    let script = main_of(&format!("println!(\"cargo:rerun-if-changed={{}}\", {out}); {}", writing(out)));
    always_runs(&script, "made.txt` (build.rs:1), which was written while it ran");
}

#[test]
fn a_script_that_writes_into_a_directory_it_watches_runs_always() {
    let write = writing("\"data/made.txt\"");
    let script = main_of(&format!(
        "std::fs::create_dir_all(\"data\").unwrap(); println!(\"cargo:rerun-if-changed=data\"); {write}"
    ));
    always_runs(&script, "it watches the directory `data` (build.rs:1), and `data");
}

#[test]
fn a_script_that_names_nothing_and_writes_into_its_package_runs_always() {
    always_runs(&main_of(&writing("\"src/made.rs\"")), "it names no file to watch, so that all of its package count");
}

#[test]
fn a_watched_directory_with_the_build_directory_in_it_makes_the_script_run_always() {
    always_runs(&main_of("println!(\"cargo:rerun-if-changed=.\");"), "which holds the build directory");
}

#[test]
fn a_second_build_shows_what_is_never_fresh() {
    let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=none.txt\"); }\n");
    let said = bench.brisk(&["--record", "--only", ALL, "--message-format", "json"]);
    let finding = only(&serde_json::from_str(&said.stdout).unwrap(), "always-rerun:app");
    let evidence = texts(&finding, "evidence").join("\n");
    assert!(evidence.starts_with("`cargo build`, run again with nothing changed, built it"), "{evidence}");
    assert!(evidence.contains("the file `none.txt` is missing"), "{evidence}");
    assert!(said.stderr.contains("Checked 3 units built once more, in "), "{}", said.stderr);
    // Both runs are in the store and tell the same later.
    let evidence = texts(&only(&bench.json(&["--only", ALL]), "always-rerun:app"), "evidence").join("\n");
    assert!(evidence.starts_with("`cargo build`, run again with nothing changed, built it"), "{evidence}");
}

#[test]
fn a_second_build_with_nothing_to_do_leaves_no_run_behind() {
    let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n");
    let said = bench.brisk(&["--record", "--only", ALL, "--message-format", "json"]);
    assert!(said.stderr.contains("Checked 0 units built once more, in "), "{}", said.stderr);
    assert_eq!(findings(&serde_json::from_str(&said.stdout).unwrap()), [&Value::Null; 0]);
    assert_eq!(bench.json(&["history"])["runs"].as_array().map(Vec::len), Some(1));
    // Nothing is to be built now, so that one build is enough.
    let again = bench.brisk(&["--record", "--only", ALL]);
    assert!(again.code == 0 && !again.stderr.contains("Checking"), "{}", again.stderr);
}

#[test]
fn a_script_that_names_nothing_watches_its_whole_package() {
    for layout in Layout::all() {
        let bench = with_script("fn main() {}\n");
        layout.build(&bench, &[]);
        let finding = only(&bench.json(&["--only", ALL]), "spurious-rebuild:app");
        assert!(finding["title"].as_str().unwrap().contains("watches its whole package"), "{finding:#}");
        assert_eq!(finding["locations"][0]["file"], "build.rs");
        bench.workspace.write("README.md", "more\n");
        assert!(layout.build(&bench, &[]).contains("Dirty app"), "{layout:?}");
    }
}

#[test]
fn a_script_that_watches_the_repository_runs_after_each_commit() {
    let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=.git\"); }\n");
    bench.workspace.write(".git/HEAD", "ref: refs/heads/main\n");
    bench.cargo(&["build"]);
    let finding = only(&bench.json(&["--only", ALL]), "spurious-rebuild:app");
    assert!(finding["title"].as_str().unwrap().contains("watches `.git`: a commit"), "{finding:#}");
    assert_eq!(finding["locations"][0], serde_json::json!({ "file": "build.rs", "line": 1 }));
    let head = with_script("fn main() { println!(\"cargo:rerun-if-changed=.git/HEAD\"); }\n");
    head.workspace.write(".git/HEAD", "ref: refs/heads/main\n");
    head.cargo(&["build"]);
    assert_eq!(findings(&head.json(&["--only", ALL])), [&Value::Null; 0]);
}

#[test]
fn a_source_with_a_time_in_the_future_is_never_fresh() {
    for layout in Layout::all() {
        let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n");
        set_time(&bench, "src/lib.rs", SystemTime::now() + 48 * LONG_AGO);
        layout.build(&bench, &[]);
        let finding = only(&bench.json(&["--only", ALL]), "spurious-rebuild:times:future");
        let title = "1 source file has a time in the future, and 2 units are built again in every build until then";
        assert_eq!(finding["title"], title);
        assert_eq!(finding["locations"][0]["file"], "src/lib.rs");
        assert!(layout.build(&bench, &[]).contains("Dirty app"), "{layout:?}");
    }
}

#[test]
fn sources_that_were_all_checked_out_after_the_build_are_built_again() {
    let bench = with_script("fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n");
    let modules: Vec<String> = (0..9).map(|n| format!("src/m{n}.rs")).collect();
    let declared: String = (0..9).map(|n| format!("pub mod m{n};\n")).collect();
    bench.workspace.write("src/lib.rs", format!("{declared}pub fn app() {{}}\n"));
    modules.iter().for_each(|path| bench.workspace.write(path, ""));
    bench.cargo(&["build"]);
    assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0]);
    let sources: Vec<&str> =
        modules.iter().map(String::as_str).chain(["build.rs", "src/lib.rs", "src/main.rs"]).collect();
    sources[1..].iter().for_each(|path| set_time(&bench, path, SystemTime::now()));
    assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0], "one is as old as it was");
    set_time(&bench, sources[0], SystemTime::now());
    let finding = only(&bench.json(&["--only", ALL]), "spurious-rebuild:times:checkout");
    assert!(finding["title"].as_str().unwrap().starts_with("all 12 source files are newer"), "{finding:#}");
    assert!(bench.cargo(&["build", "--verbose"]).stderr.contains("Dirty app"));
    assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0]);
}

#[test]
fn a_variable_that_is_otherwise_here_makes_its_watchers_dirty() {
    let watching = "fn main() { println!(\"cargo:rerun-if-env-changed=FLAVOR\"); }\n";
    let quiet = "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n";
    for layout in Layout::all() {
        for (script, source, n_units) in
            [(watching, "pub fn app() {}\n", 3), (quiet, "pub fn app() { option_env!(\"FLAVOR\"); }\n", 2)]
        {
            let bench = with_script(script);
            bench.workspace.write("src/lib.rs", source);
            layout.build(&bench, &[("FLAVOR", "sweet")]);
            let here = bench.json(&["--only", ALL]);
            let finding = only(&here, "spurious-rebuild:env:FLAVOR");
            let title =
                format!("`FLAVOR` is not what it was when app v0.1.0 was built: {n_units} units are built again");
            assert_eq!(finding["title"], title);
            assert_eq!(texts(&finding, "evidence")[0], "it was `sweet`, and here it is not set");
            let mut same = bench.command(BRISK, &["--only", ALL, "--message-format", "json"]);
            assert_eq!(findings(&run(same.env("FLAVOR", "sweet")).json()), [&Value::Null; 0]);
            bench.workspace.write(".cargo/config.toml", "[env]\nFLAVOR = \"sweet\"\n");
            assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0]);
            assert!(!layout.build(&bench, &[]).contains("Dirty"));
            fs_err::remove_file(bench.root().join(".cargo/config.toml")).unwrap();
            assert!(layout.build(&bench, &[]).contains("Dirty app"));
        }
    }
}

#[test]
fn a_script_that_writes_sources_makes_other_profiles_dirty() {
    let bench = with_script(&main_of(&format!(
        "println!(\"cargo:rerun-if-changed=build.rs\"); {}",
        writing("\"src/made.rs\"")
    )));
    bench.workspace.write("src/lib.rs", "mod made;\npub fn app() {}\n");
    bench.cargo(&["build"]);
    let finding = only(&bench.json(&["--only", ALL]), "spurious-rebuild:app:sources");
    assert_eq!(finding["title"], "the build script of app v0.1.0 writes `src/made.rs` into the sources");
    assert_eq!(finding["locations"][0], serde_json::json!({ "file": "build.rs", "line": 1 }));
    assert!(!bench.cargo(&["build", "--verbose"]).stderr.contains("Dirty"));
    bench.cargo(&["build", "--release"]);
    assert!(bench.cargo(&["build", "--verbose"]).stderr.contains("Dirty app"));
}

/// Two commands, as arguments and variables.
type Commands<'a> = [(&'a [&'a str], &'a [(&'a str, &'a str)]); 2];

/// Sets the times of all files below a directory back by a minute, of hard links once: what comes next comes a minute
/// later, and nothing changes for Cargo, which compares times.
fn grow_older(dir: &Path, seen: &mut BTreeSet<u64>) {
    for entry in fs_err::read_dir(dir).expect("it can be listed").flatten() {
        if entry.file_type().expect("it is there").is_dir() {
            grow_older(&entry.path(), seen);
            continue;
        }
        let file = std::fs::File::open(entry.path()).expect("it can be opened");
        let metadata = file.metadata().expect("it is open");
        if seen.insert(metadata.ino()) {
            let modified = metadata.modified().expect("there are times");
            file.set_modified(modified - Duration::from_mins(1)).expect("times can be set");
        }
    }
}

/// Runs both commands in turn, `turns` times with an edit in between.
fn take_turns(bench: &Bench, commands: &Commands<'_>, turns: usize) {
    for turn in 0..turns {
        if turn > 0 {
            set_time(bench, "app/src/main.rs", SystemTime::now());
        }
        for (args, variables) in commands {
            let said = run(bench.command("cargo", args).envs(variables.iter().copied()));
            assert_eq!(said.code, 0, "{}", said.stderr);
            grow_older(bench.root().as_ref(), &mut BTreeSet::new());
        }
    }
}

/// The commands thrash if they take turns twice, and only then.
#[track_caller]
fn thrash(commands: &Commands<'_>, key: &str) -> Value {
    let once = of_four();
    take_turns(&once, commands, 1);
    assert_eq!(findings(&once.json(&["--only", ALL])), [&Value::Null; 0], "{key}");
    let bench = of_four();
    take_turns(&bench, commands, 2);
    let finding = only(&bench.json(&["--only", ALL]), &format!("flag-thrash:{key}"));
    assert!(finding["cost"]["seconds"].as_f64().is_some_and(|unit_s| unit_s > 0.0), "{finding:#}");
    finding
}

#[test]
fn other_rustflags_keep_units_of_their_own() {
    let finding = thrash(&[(&["build"], &[]), (&["build"], &[("RUSTFLAGS", "--cfg=other")])], "rustflags");
    let sides = ["the build has `--cfg=other`, the others none", "the build has none, the others `--cfg=other`"];
    assert!(sides.contains(&texts(&finding, "evidence")[0]), "{finding:#}");
    assert!(finding["cost"]["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{finding:#}");
}

#[test]
fn one_package_alone_has_other_features_than_all_together() {
    let finding = thrash(&[(&["build"], &[]), (&["build", "--package", "app"], &[])], "features");
    assert_eq!(
        texts(&finding, "evidence")[0],
        "leaf v0.1.0 is built with more for one of them, and without for the other"
    );
}

#[test]
fn other_profile_settings_keep_units_of_their_own() {
    thrash(&[(&["build"], &[]), (&["build"], &[("CARGO_PROFILE_DEV_DEBUG", "0")])], "profile");
}

#[test]
fn another_linker_builds_what_is_shared_again() {
    let variable = format!("CARGO_TARGET_{}_LINKER", host().to_uppercase().replace('-', "_"));
    let finding = thrash(&[(&["build"], &[]), (&["check"], &[(&variable, "cc")])], "linker");
    assert!(finding["title"].as_str().unwrap().ends_with("each turn builds 2 units again"), "{finding:#}");
}

#[test]
fn builds_checks_tests_and_releases_in_turn_are_no_thrash() {
    let bench = of_four();
    take_turns(&bench, &[(&["build"], &[]), (&["check"], &[])], 2);
    take_turns(&bench, &[(&["test", "--no-run"], &[]), (&["build", "--release"], &[])], 2);
    assert_eq!(findings(&bench.json(&["--only", ALL])), [&Value::Null; 0]);
}
