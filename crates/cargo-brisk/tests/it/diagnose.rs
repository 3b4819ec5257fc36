//! `cargo brisk diagnose` on a workspace that was built by the real Cargo.

use std::collections::BTreeSet;

use brisk_test_support::{Layout, Redactions, Reply, ScriptedTool, TargetDir, gantt};
use camino::Utf8Path;
use serde_json::Value;

use crate::bench::{BRISK, Bench, files, run, whats};

/// What Cargo itself plans to build: units as `package kind mode`, edges between them.
fn planned(bench: &Bench, args: &[&str]) -> Graph {
    let args = [args, &["--unit-graph", "-Zunstable-options"]].concat();
    // The flag is unstable; it builds nothing.
    let said = run(bench.command("cargo", &args).env("RUSTC_BOOTSTRAP", "1"));
    let graph: Value = serde_json::from_str(&said.stdout).expect("a unit graph");
    let units = graph["units"].as_array().expect("units");
    let name = |unit: &Value| {
        let id = unit["pkg_id"].as_str().expect("an id").rsplit(['/', '#']).nth(1).expect("a directory").to_owned();
        format!(
            "{id} {} {}",
            unit["target"]["kind"][0].as_str().expect("a kind"),
            unit["mode"].as_str().expect("a mode")
        )
    };
    let edges = units.iter().flat_map(|unit| {
        let needed = unit["dependencies"].as_array().expect("a list").iter();
        let needed = needed.map(|needed| usize::try_from(needed["index"].as_u64().expect("an index")).expect("small"));
        needed.map(|needed| (name(unit), name(&units[needed])))
    });
    Graph { units: sorted(units.iter().map(name)), edges: edges.collect() }
}

#[derive(Debug, PartialEq, Eq)]
struct Graph {
    units: Vec<String>,
    edges: BTreeSet<(String, String)>,
}

fn diagnosed(diagnosis: &Value) -> Graph {
    let text = |unit: &Value, field: &str| unit[field].as_str().expect("text").to_owned();
    let name = |unit: &Value| format!("{} {} {}", text(unit, "package"), text(unit, "kind"), text(unit, "mode"));
    let units = diagnosis["units_list"].as_array().expect("units");
    let unit = |idx: &Value| name(&units[usize::try_from(idx.as_u64().expect("an index")).expect("small")]);
    let edges = diagnosis["edges_list"].as_array().expect("edges").iter();
    Graph { units: sorted(units.iter().map(name)), edges: edges.map(|edge| (unit(&edge[0]), unit(&edge[1]))).collect() }
}

fn sorted(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items
}

#[test]
fn units_and_edges_are_those_of_cargos_own_unit_graph() {
    let bench = Bench::built_toy();
    let diagnosis = bench.json(&[]);
    assert_eq!(diagnosed(&diagnosis), planned(&bench, &["build"]));
    assert_eq!(whats(&diagnosis), Vec::<&str>::new());
}

#[test]
fn the_object_has_the_fields_of_the_contract() {
    let bench = Bench::built_toy();
    let said = bench.brisk(&["--message-format", "json"]);
    assert_eq!(said.stderr, "");
    let diagnosis = said.json();
    assert_eq!(diagnosis["schema_version"], 1);
    assert_eq!(diagnosis["command"], "diagnose");
    assert_eq!(diagnosis["workspace"]["root"], bench.root().as_str());
    assert_eq!(diagnosis["workspace"]["members_list"], serde_json::json!(["a", "b", "app"]));
    assert_eq!((&diagnosis["workspace"]["members"], &diagnosis["workspace"]["packages"]), (&3.into(), &3.into()));
    let build = &diagnosis["build"];
    assert_eq!((&build["source"], &build["profile"]), (&"fingerprints".into(), &"dev".into()));
    assert_eq!((&build["units"], &build["n_timed"]), (&6.into(), &6.into()));
    assert_eq!(build["edges"].as_u64().map(|n| n as usize), diagnosis["edges_list"].as_array().map(Vec::len));
    // What nobody measured is unknown.
    assert_eq!((&build["cpu_s"], &build["foreign_cpu"]), (&Value::Null, &Value::Null));
    assert_eq!(build["jobs_basis"], "assumed");
    for field in ["wall_s", "critical_path_s", "lower_bound_s", "started_at", "unit_s"] {
        assert!(build[field].as_f64().is_some_and(|seconds| seconds > 0.0), "{field}: {}", build[field]);
    }
    assert!(diagnosis["disk"]["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{}", diagnosis["disk"]);
    assert_eq!(diagnosis["other_builds"], serde_json::json!([]));
}

/// What `cargo build` of the fixture compiles and runs, with times that are the same on every machine.
const TOY: &str = "
    b (proc-macro)                                              |FFL
    a                      <- b                                 |...FFB
    app (build-script)                                          |FBL
    app (build-script run) <- app (build-script)                |...S
    app                    <- a, app (build-script run)         |.....FFB
    app (bin)              <- a, app, app (build-script run)    |........FL
";

#[test]
fn people_read_the_whole_report_at_80_columns() {
    let bench = Bench::fixture("toy");
    TargetDir::new(Layout::V1).write(&gantt::parse(TOY), &bench.root().join("target"));
    let said = run(bench.command(BRISK, &[]).env("CARGO_BUILD_JOBS", "2"));
    let redacted = Redactions::new().path(bench.root(), "[ROOT]").apply(said.text());
    // How long ago the picture was built depends on the day.
    let is_moment = |line: &&str| !line.trim_start().starts_with("Built ");
    let text = redacted.lines().filter(is_moment).collect::<Vec<_>>().join("\n");
    // How many blocks a file takes depends on the file system.
    let (text, rest) = text.split_once("\n\nDisk (").expect("there is a target directory");
    assert!(rest.contains("\n\n        Next `cargo brisk record -- build` adds CPU time"), "{rest}");
    insta::assert_snapshot!(text, @"
       Diagnosed ws (3 members, 3 packages), dev profile, from fingerprints
            Wall 1.00 s with 2 jobs (assumed); 1.5 units at work on average, at most
                 one for 0.50 s
             CPU not measured: `cargo brisk record -- build` measures it
           Bound 1.00 s with 2 jobs or more (critical path)
           Spent 1.50 s of unit time: 53 % rustc not split by phase, 27 % front
                 ends, 13 % code generation, 7 % build script runs; 100 % in the
                 workspace's own packages

    Slowest units (6 of 6)  █ front end  ▒ code generation  ◆ build script run
       ■ rustc, not split  * critical path
            wall    unit
          0.30 s  * a v0.1.0                       ██████████████████████▒▒▒▒▒▒▒▒▒▒▒
          0.30 s  * app v0.1.0                     ██████████████████████▒▒▒▒▒▒▒▒▒▒▒
          0.30 s    app v0.1.0 build script        ■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
          0.30 s  * b v0.1.0                       ■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
          0.20 s  * app v0.1.0 (bin app)           ■■■■■■■■■■■■■■■■■■■■■■
          0.10 s    app v0.1.0 build script (run)  ◆◆◆◆◆◆◆◆◆◆◆

    Time line (6 of 6 units)
                                  ╷0.0 s    ╷0.2 s    ╷0.4 s    ╷0.6 s    ╷0.8 s
      app v0.1.0 build script     ■■■■■■■■■■■■■■■ 0.30 s
    * b v0.1.0                    ■■■■■■■■■■■■■■■ 0.30 s
    * a v0.1.0                                   ██████████▒▒▒▒▒ 0.30 s
      app build script (run)                     ◆◆◆◆◆ 0.10 s
    * app v0.1.0                                           ██████████▒▒▒▒▒ 0.30 s
    * app v0.1.0 (bin app)                                         0.20 s ■■■■■■■■■■
      units at work, 2 = █        ████████████████████▄▄▄▄▄█████▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄

    Critical path (1.00 s of 1.00 s wall, 4 units)
      b 0.30 s (30 %) → a 0.20 s front (20 %) → app 0.30 s (30 %) →
      app (bin app) 0.20 s (20 %)
    ");
}

#[test]
fn no_line_of_a_real_report_is_wider_than_the_terminal() {
    let bench = Bench::built_toy();
    for (columns, args) in [("80", &["-v"][..]), ("40", &[]), ("200", &["-v"])] {
        let said = run(bench.command(BRISK, args).env("COLUMNS", columns));
        let widest = said.text().lines().map(|line| line.chars().count()).max().expect("lines");
        let columns: usize = columns.parse().expect("a number");
        assert!(widest <= columns && widest > columns / 2, "{widest} of {columns}");
    }
}

#[test]
fn without_a_terminal_there_are_80_columns_and_no_colours() {
    let bench = Bench::built_toy();
    let said = bench.brisk(&["-v"]);
    assert!(said.text().lines().all(|line| line.chars().count() <= 80), "{}", said.stderr);
    assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
    let unusable = run(bench.command(BRISK, &["-v"]).env("COLUMNS", "none"));
    assert_eq!(unusable.text().lines().count(), said.stderr.lines().count());
}

#[test]
fn more_is_said_with_v_and_less_with_q() {
    let bench = Bench::built_toy();
    let [quiet, normal, verbose] = [&["-q"][..], &[], &["-v"]].map(|args| bench.brisk(args).text().lines().count());
    assert!(quiet < normal && normal < verbose, "{quiet} {normal} {verbose}");
}

#[test]
fn every_way_to_start_it_says_the_same() {
    let bench = Bench::built_toy();
    let expected = bench.json(&[]);
    for args in [&["diagnose"][..], &["brisk"], &["brisk", "diagnose"]] {
        let args = [args, &["--message-format", "json"]].concat();
        assert_eq!(bench.brisk(&args).json(), expected, "{args:?}");
    }
    // Cargo finds its subcommands on the PATH.
    let bin = Utf8Path::new(BRISK).parent().expect("a program is in a directory");
    let path = format!("{bin}:{}", std::env::var("PATH").expect("a PATH"));
    let by_cargo = run(bench.command("cargo", &["brisk", "--message-format", "json"]).env("PATH", path));
    assert_eq!(by_cargo.json(), expected);
}

#[test]
fn colours_are_for_those_who_want_them() {
    let bench = Bench::built_toy();
    let is_coloured = |args: &[&str], variables: &[(&str, &str)]| {
        let said = run(bench.command(BRISK, args).envs(variables.iter().copied()));
        said.text().contains('\u{1b}')
    };
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_coloured(&[], &[("CARGO_TERM_COLOR", "always")]));
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&["--color", "auto"], &[]));
    assert!(!is_coloured(&["--color", "never"], &[("CARGO_TERM_COLOR", "always")]));
    assert!(!is_coloured(&[], &[("CARGO_TERM_COLOR", "never")]));
    assert!(!is_coloured(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
}

#[test]
fn colours_change_no_word() {
    let bench = Bench::fixture("toy");
    let plain = bench.brisk(&[]);
    let coloured = bench.brisk(&["--color", "always"]);
    assert_eq!(anstream::adapter::strip_str(coloured.text()).to_string(), plain.text());
}

#[test]
fn rustc_is_never_started_after_a_plain_build() {
    let bench = Bench::fixture("toy");
    let rustc = ScriptedTool::new(bench.beside().join("rustc"), "rustc")
        .on(&[], Reply::new().shell("exec \"$REAL_RUSTC\" \"$@\""))
        .install();
    let sysroot = run(&mut bench.command("rustc", &["--print", "sysroot"])).stdout;
    let real = format!("{}/bin/rustc", sysroot.trim());
    let with_rustc = |program: &str, args: &[&str]| {
        run(bench.command(program, args).env("RUSTC", rustc.path()).env("REAL_RUSTC", &real))
    };
    assert_eq!(with_rustc("cargo", &["build"]).code, 0);
    let n_calls = rustc.calls().len();
    assert!(n_calls > 0);
    let diagnosis = with_rustc(BRISK, &["--message-format", "json"]).json();
    assert_eq!(diagnosis["workspace"]["basis"], "cargo-metadata");
    assert_eq!(diagnosis["build"]["units"], 6);
    assert_eq!(rustc.calls()[n_calls..], [] as [Vec<String>; 0]);
}

#[test]
fn nothing_is_written_into_the_workspace() {
    let bench = Bench::built_toy();
    let before = files(bench.root());
    for args in [&[][..], &["-v"], &["--release"], &["--message-format", "json"], &["history"], &["report"]] {
        bench.brisk(args);
    }
    assert_eq!(files(bench.root()), before);
}

#[test]
fn a_workspace_that_was_never_built_is_described_all_the_same() {
    let bench = Bench::fixture("toy");
    let before = files(bench.root());
    let diagnosis = bench.json(&[]);
    assert_eq!(whats(&diagnosis), [format!("nothing was built in `{}/target` yet", bench.root())]);
    assert_eq!(diagnosis["workspace"]["members_list"], serde_json::json!(["a", "b", "app"]));
    assert_eq!((&diagnosis["build"]["units"], &diagnosis["build"]["wall_s"]), (&0.into(), &Value::Null));
    assert!(bench.brisk(&[]).text().contains("cargo brisk record -- build"));
    assert_eq!(files(bench.root()), before);
}

#[test]
fn with_record_it_builds_first_and_knows_what_that_used() {
    let bench = Bench::fixture("toy");
    let said = bench.brisk(&["--record", "--release", "--message-format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let diagnosis: Value = serde_json::from_str(&said.stdout).unwrap();
    let build = &diagnosis["build"];
    assert_eq!((build["source"].as_str(), build["profile"].as_str()), (Some("capture"), Some("release")));
    assert!(build["cpu_s"].as_f64().is_some_and(|cpu_s| cpu_s > 0.0), "{build}");
}

#[test]
fn with_record_a_build_that_fails_ends_like_cargo() {
    let bench = Bench::fixture("compile-error");
    let said = bench.brisk(&["diagnose", "--record"]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""), "{}", said.stderr);
}

#[test]
fn in_a_target_directory_that_workspaces_share_each_is_told_its_own_build() {
    let (ours, theirs) = (Bench::fixture("toy"), Bench::fixture("links"));
    let shared = ours.beside().join("shared");
    let in_shared = |bench: &Bench, program: &str, args: &[&str]| {
        run(bench.command(program, args).env("CARGO_TARGET_DIR", &shared))
    };
    let json = ["--message-format", "json"];
    assert_eq!(in_shared(&theirs, "cargo", &["build"]).code, 0);
    let before = in_shared(&ours, BRISK, &json).json();
    assert_eq!(before["build"]["units"], 0);
    assert!(whats(&before)[0].starts_with(&format!("nothing of this workspace was built in `{shared}`")), "{before}");
    assert_eq!(in_shared(&ours, "cargo", &["build"]).code, 0);
    let expected = diagnosed(&in_shared(&ours, BRISK, &json).json());
    assert_eq!(expected, planned(&ours, &["build"]));
    fs_err::remove_dir_all(&shared).unwrap();
    assert_eq!(in_shared(&ours, "cargo", &["build"]).code, 0);
    assert_eq!(in_shared(&theirs, "cargo", &["build"]).code, 0);
    let after = in_shared(&ours, BRISK, &json).json();
    assert_eq!(diagnosed(&after), expected);
    assert_eq!(after["other_builds"], serde_json::json!([]));
}

#[test]
#[cfg(unix)]
fn while_a_build_is_running_that_is_what_is_told() {
    use std::os::unix::fs::OpenOptionsExt;
    let bench = Bench::built_toy();
    // The build script waits until somebody has written to the pipe.
    let script = r#"fn main() {
        std::fs::read(std::env::var_os("PIPE").unwrap()).unwrap();
        println!("cargo::rustc-env=BUILT_BY=build.rs");
    }"#;
    bench.workspace.write("app/build.rs", script);
    let pipe = bench.beside().join("pipe");
    nix::unistd::mkfifo(pipe.as_std_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut cargo = bench.command("cargo", &["build", "-q"]).env("PIPE", &pipe).spawn().unwrap();
    let writer = loop {
        assert!(cargo.try_wait().unwrap().is_none(), "the build waits for the pipe");
        // Fails until there is a reader.
        let mut options = std::fs::OpenOptions::new();
        if let Ok(writer) = options.write(true).custom_flags(nix::libc::O_NONBLOCK).open(&pipe) {
            break writer;
        }
        std::thread::yield_now();
    };
    let diagnosis = bench.json(&[]);
    drop(writer);
    assert!(cargo.wait().unwrap().success());
    let target = bench.root().join("target/debug");
    assert_eq!(whats(&diagnosis).len(), 1, "{}", diagnosis["problems"]);
    assert!(whats(&diagnosis)[0].starts_with(&format!("a build is running in `{target}`: ")), "{diagnosis}");
    assert_eq!(whats(&bench.json(&[])), Vec::<&str>::new());
}

#[test]
fn outputs_without_fingerprints_are_told_of() {
    let bench = Bench::built_toy();
    fs_err::remove_dir_all(bench.root().join("target/debug/.fingerprint")).unwrap();
    let diagnosis = bench.json(&[]);
    let expected = format!("there are no fingerprints beside what was built in `{}/target/debug`", bench.root());
    assert_eq!(whats(&diagnosis), [expected]);
    assert!(diagnosis["disk"]["files"].as_u64().is_some_and(|n_files| n_files > 0));
}

#[test]
fn a_copy_without_its_times_has_no_moments() {
    let bench = Bench::built_toy();
    let target = bench.root().join("target");
    let now = std::time::SystemTime::now();
    for file in files(&target).into_keys().filter(|path| path.is_file()) {
        fs_err::File::open(file).unwrap().file().set_modified(now).unwrap();
    }
    let diagnosis = bench.json(&[]);
    let build = &diagnosis["build"];
    assert_eq!((&build["started_at"], &build["wall_s"]), (&Value::Null, &Value::Null));
    assert_eq!(build["sessions"], serde_json::json!([]));
    for unit in diagnosis["units_list"].as_array().expect("units") {
        assert_eq!((&unit["start_s"], &unit["end_s"], &unit["session"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(unit["confidence"], "doubtful");
    }
    let said = bench.brisk(&[]);
    assert_eq!(said.stderr.matches("contradict each other").count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains("Built at an unknown time: 6 units, none with a time"), "{}", said.stderr);
}
