//! `cargo brisk record`: what the user sees is what Cargo alone would show.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use brisk_store::run_file::Run;
use brisk_store::store::{Filter, RunStore};
use brisk_test_support::fixture::{TempWorkspace, copy};
use brisk_test_support::{Redactions, Reply, ScriptedTool};
use camino::{Utf8Path, Utf8PathBuf};

/// A workspace, and a home for Cargo and Brisk of its own: no waiting for the locks of other tests.
pub(crate) struct Lab {
    pub(crate) workspace: TempWorkspace,
    home: TempWorkspace,
}

impl Lab {
    pub(crate) fn new(workspace: TempWorkspace) -> Self {
        Self { workspace, home: TempWorkspace::empty() }
    }

    pub(crate) fn fixture(name: &str) -> Self {
        Self::new(copy(name))
    }

    /// Brisk's data.
    pub(crate) fn data(&self) -> Utf8PathBuf {
        self.home.root().join("data")
    }

    fn in_lab(&self, mut command: Command, args: &[&str]) -> Command {
        command.args(args).stdin(Stdio::null());
        command
            .env("CARGO_HOME", self.home.root().join("cargo"))
            .env("CARGO_BUILD_JOBS", "1")
            .env("RUST_BACKTRACE", "0");
        command.env("BRISK_DATA_DIR", self.data()).env("BRISK_CACHE_DIR", self.home.root().join("cache"));
        command
    }

    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        self.in_lab(self.workspace.cargo(), args)
    }

    /// With the report on stdout, where it is one line.
    pub(crate) fn record(&self, args: &[&str]) -> Command {
        let brisk = self.workspace.command(env!("CARGO_BIN_EXE_cargo-brisk"));
        let words = [&["brisk", "record", "--message-format", "json", "--"], args].concat();
        self.in_lab(brisk, &words)
    }

    pub(crate) fn brisk(&self, args: &[&str]) -> Command {
        self.in_lab(self.workspace.command(env!("CARGO_BIN_EXE_cargo-brisk")), args)
    }

    pub(crate) fn clean(&self) {
        let target = self.workspace.root().join("target");
        if target.exists() {
            fs_err::remove_dir_all(target).unwrap();
        }
    }

    /// The newest run. (Ids of runs in the same second are in no order.)
    pub(crate) fn run(&self) -> Run {
        let store = RunStore::open(self.data().join("runs")).unwrap();
        let runs = store.list(Filter::All).unwrap().runs;
        let newest = runs.iter().max_by(|a, b| a.created_at.total_cmp(&b.created_at)).unwrap();
        store.get(newest.id.as_str(), Filter::All).unwrap()
    }
}

/// What was printed, with all that differs between two runs of the same command taken out, line by line in alphabetical
/// order: Cargo starts what is ready in no fixed order.
fn lines(output: &[u8]) -> Vec<String> {
    let text = Redactions::new().durations().apply(&String::from_utf8_lossy(output));
    let mut lines: Vec<String> = text.lines().map(without_thread_id).collect();
    lines.sort();
    lines
}

/// `thread 'main' (4711) panicked at`: the number is that of the kernel.
fn without_thread_id(line: &str) -> String {
    match (line.split_once("' ("), line.split_once(") panicked")) {
        (Some((before, _)), Some((_, after))) => format!("{before}' panicked{after}"),
        _ => line.to_owned(),
    }
}

/// What stood on stdout before the report, and the empty line that may be in front of it.
fn without_report(stdout: &[u8]) -> Vec<String> {
    let begins = |at: &usize| stdout[*at..].starts_with(b"{\"run\":");
    let Some(at) = (0..stdout.len()).rev().find(begins) else { return lines(stdout) };
    lines(stdout[..at].strip_suffix(b"\n").unwrap_or(&stdout[..at]))
}

/// Runs a command with and without recording, each from the same state, and compares all that it says.
#[track_caller]
fn check_same(lab: &Lab, plain: impl Fn() -> Command, recorded: impl Fn() -> Command) -> Output {
    lab.clean();
    let plain = plain().output().unwrap();
    lab.clean();
    let recorded = recorded().output().unwrap();
    assert_eq!(lines(&recorded.stderr), lines(&plain.stderr));
    assert_eq!(without_report(&recorded.stdout), lines(&plain.stdout));
    assert_eq!(recorded.status.code(), plain.status.code());
    recorded
}

#[track_caller]
fn check(lab: &Lab, args: &[&str]) -> Output {
    check_same(lab, || lab.cargo(args), || lab.record(args))
}

#[test]
fn a_successful_build_looks_the_same() {
    check(&Lab::fixture("toy"), &["build"]);
}

#[test]
fn a_verbose_build_does_not_show_the_wrapper() {
    let output = check(&Lab::fixture("toy"), &["build", "-v"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Running `"));
}

#[test]
fn a_very_verbose_build_does_not_show_the_wrapper_of_build_scripts_either() {
    check(&Lab::fixture("toy"), &["build", "-vv"]);
}

#[test]
fn a_quiet_build_stays_quiet() {
    let output = check(&Lab::fixture("toy"), &["build", "-q"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn messages_for_programs_are_the_same() {
    check(&Lab::fixture("toy"), &["build", "--message-format", "json"]);
}

#[test]
fn a_compile_error_looks_the_same() {
    let lab = Lab::fixture("compile-error");
    let output = check(&lab, &["build"]);
    assert_eq!(output.status.code(), Some(101));
    let run = lab.run();
    assert_eq!(run.build.outcome, brisk::model::Outcome::Failed(101));
    let failed: Vec<&str> =
        run.build.units.iter().filter(|unit| unit.failed == Some(1)).map(|unit| unit.package.name.as_str()).collect();
    assert_eq!(failed, ["bad"]);
}

#[test]
fn a_failing_build_script_looks_the_same() {
    let output = check(&Lab::fixture("failing-build-script"), &["build"]);
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn a_failing_test_looks_the_same() {
    let lab = Lab::fixture("toy");
    lab.workspace.write("app/tests/smoke.rs", "#[test]\nfn fails() {\n    assert_eq!(app::line(), \"\");\n}\n");
    let output = check_same(
        &lab,
        || lab.cargo(&["test", "-p", "app", "--", "--test-threads=1"]),
        || lab.record(&["test", "-p", "app", "--", "--test-threads=1"]),
    );
    assert_eq!(output.status.code(), Some(101));
    let codes: Vec<Option<i32>> = lab.run().build.executions.iter().map(|run| run.exit_code).collect();
    assert_eq!(codes.last(), Some(&Some(101)));
}

#[test]
fn a_test_that_dies_looks_the_same() {
    let lab = Lab::fixture("toy");
    lab.workspace.write("app/tests/smoke.rs", "#[test]\nfn dies() {\n    std::process::abort();\n}\n");
    check(&lab, &["test", "-p", "app", "--test", "smoke"]);
}

#[test]
fn documentation_tests_are_run() {
    let lab = Lab::fixture("toy");
    lab.workspace.write(
        "a/src/lib.rs",
        "/// ```\n/// assert_eq!(a::twice(), 84);\n/// ```\npub fn twice() -> u32 {\n    84\n}\n",
    );
    check(&lab, &["test", "-p", "a"]);
    let output = check(&lab, &["test", "-p", "a", "-v"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--test-run-directory"));
}

#[test]
fn a_program_gets_its_arguments_and_its_input() {
    let lab = Lab::fixture("toy");
    let main = "fn main() {\n    let input = std::io::read_to_string(std::io::stdin()).unwrap();\n    \
                println!(\"{input} {:?}\", std::env::args().skip(1).collect::<Vec<_>>());\n    std::process::exit(7);\n}\n";
    lab.workspace.write("app/src/main.rs", main);
    let args = ["run", "-p", "app", "--", "-v", "two words", "--release"];
    let with_input = |mut command: Command| {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"from outside").unwrap();
        child.wait_with_output().unwrap()
    };
    let plain = with_input(lab.cargo(&args));
    lab.clean();
    let recorded = with_input(lab.record(&args));
    assert_eq!(String::from_utf8_lossy(&plain.stdout), "from outside [\"-v\", \"two words\", \"--release\"]\n");
    assert_eq!(without_report(&recorded.stdout), lines(&plain.stdout));
    assert_eq!(lines(&recorded.stderr), lines(&plain.stderr));
    assert_eq!((recorded.status.code(), plain.status.code()), (Some(7), Some(7)));
}

#[test]
fn the_report_begins_on_a_line_of_its_own_whatever_the_program_prints() {
    let lab = Lab::fixture("toy");
    for printed in ["", "no end of line", "line\n", "two lines\n\n"] {
        lab.workspace.write("app/src/main.rs", format!("fn main() {{\n    print!({printed:?});\n}}\n"));
        let output = lab.record(&["run", "-q"]).output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let document = stdout.strip_prefix(printed).unwrap();
        assert_eq!(document.lines().last().map(|line| line.starts_with(r#"{"run":"#)), Some(true), "{stdout}");
        assert!(serde_json::from_str::<serde_json::Value>(document).is_ok(), "{stdout}");
    }
}

#[test]
fn checks_lints_and_documentation_look_the_same() {
    let lab = Lab::fixture("toy");
    lab.workspace.write("a/src/lib.rs", "pub fn twice() -> u32 {\n    let unused = 1;\n    return 84;\n}\n");
    for args in [&["check"][..], &["clippy"], &["doc", "--no-deps"]] {
        check(&lab, args);
    }
}

#[test]
fn commands_that_build_nothing_are_passed_on() {
    let lab = Lab::fixture("toy");
    for args in [&["--version"][..], &["no-such-command"], &["metadata", "--format-version", "1", "--no-deps"]] {
        check(&lab, args);
    }
}

/// Names of the packages that are compiled or run.
fn rebuilt(output: &Output) -> Vec<String> {
    lines(&output.stderr).into_iter().filter(|line| line.contains("Compiling") || line.contains("Running")).collect()
}

#[test]
fn nothing_is_rebuilt_when_recording_is_switched_on_and_off() {
    let lab = Lab::fixture("toy");
    // The variables that recording may set are watched by a build script.
    lab.workspace.write(
        "app/build.rs",
        "fn main() {\n    println!(\"cargo::rerun-if-env-changed=RUSTC_WRAPPER\");\n    \
         println!(\"cargo::rustc-env=BUILT_BY=build.rs\");\n}\n",
    );
    assert!(lab.cargo(&["build"]).output().unwrap().status.success());
    for command in [lab.record(&["build", "-v"]), lab.cargo(&["build", "-v"]), lab.record(&["build", "-v"])] {
        let output = { command }.output().unwrap();
        assert_eq!(rebuilt(&output), [""; 0]);
    }
}

/// Makes the toy's build script watch `variables`.
fn watch(lab: &Lab, variables: &[&str]) {
    let lines = variables.iter().map(|name| format!("    println!(\"cargo::rerun-if-env-changed={name}\");"));
    build_script(lab, &lines.collect::<Vec<String>>().join("\n"));
}

#[test]
fn a_wrapper_in_a_variable_that_a_build_script_watches_costs_the_recording_and_no_build() {
    let lab = Lab::fixture("toy");
    watch(&lab, &["RUSTC_WRAPPER"]);
    let tool = wrapper(&lab, "my-wrapper");
    let with = |mut command: Command| {
        command.env("RUSTC_WRAPPER", tool.path());
        command
    };
    assert!(with(lab.cargo(&["build"])).output().unwrap().status.success());
    let recorded = with(lab.record(&["build", "-v"])).output().unwrap();
    let plain = with(lab.cargo(&["build", "-v"])).output().unwrap();
    assert_eq!((rebuilt(&recorded), rebuilt(&plain)), (vec![], vec![]));
    let stderr = String::from_utf8_lossy(&recorded.stderr);
    let warnings: Vec<&str> = stderr.lines().filter(|line| line.starts_with("warning")).collect();
    assert_eq!(warnings.len(), 1, "{stderr}");
    let why = "warning: this build is not recorded: the build script of `app` would run again, because it watches \
               RUSTC_WRAPPER, which recording has to set";
    assert!(warnings[0].starts_with(why), "{stderr}");
    // As the warning says, it can be recorded with the wrapper in a configuration file.
    lab.workspace.write(".cargo/config.toml", format!("build.rustc-wrapper='{}'", tool.path()));
    assert!(lab.cargo(&["build"]).output().unwrap().status.success());
    for command in [lab.record(&["build", "-v"]), lab.cargo(&["build", "-v"])] {
        assert_eq!(rebuilt(&{ command }.output().unwrap()), [""; 0]);
    }
    assert_eq!(lab.run().build.units.len(), 0);
}

#[test]
fn whichever_of_its_variables_a_build_script_watches_nothing_is_rebuilt() {
    let lab = Lab::fixture("toy");
    let arch = std::env::consts::ARCH.to_uppercase();
    watch(&lab, &["CARGO_BUILD_RUSTC_WRAPPER", &format!("CARGO_TARGET_{arch}_UNKNOWN_LINUX_GNU_RUNNER")]);
    assert!(lab.cargo(&["test", "--no-run"]).output().unwrap().status.success());
    for command in [lab.record(&["test", "--no-run", "-v"]), lab.cargo(&["test", "--no-run", "-v"])] {
        assert_eq!(rebuilt(&{ command }.output().unwrap()), [""; 0]);
    }
    assert!(lab.record(&["test", "-p", "a"]).output().unwrap().status.success());
    lab.workspace.write("a/src/lib.rs", "pub fn twice() -> u32 {\n    84\n}\n\n");
    assert!(lab.record(&["build"]).output().unwrap().status.success());
    assert!(lab.run().build.units.iter().any(|unit| unit.label() == "a" && unit.cpu.is_some()), "it is recorded");
}

#[test]
fn that_a_build_script_turns_out_to_watch_the_variable_of_the_wrapper_is_told() {
    let lab = Lab::fixture("toy");
    watch(&lab, &["RUSTC_WRAPPER"]);
    let tool = wrapper(&lab, "my-wrapper");
    let output = lab.record(&["build"]).env("RUSTC_WRAPPER", tool.path()).output().unwrap();
    assert!(output.status.success());
    let told: Vec<String> = lab.run().build.problems.into_iter().map(|problem| problem.what).collect();
    assert_eq!(told, ["the next build without recording will run the build script of `app` again"]);
}

#[test]
fn a_crate_that_keeps_path_keeps_the_right_one() {
    let lab = Lab::fixture("toy");
    let main = "fn main() {\n    let unused = 1;\n    println!(\"{}\", env!(\"PATH\"));\n}\n";
    lab.workspace.write("app/src/main.rs", main);
    check(&lab, &["run"]);
    assert_eq!(rebuilt(&lab.cargo(&["build", "-v"]).output().unwrap()), [""; 0]);
}

/// A wrapper that only passes on, as `name`.
fn wrapper(lab: &Lab, name: &str) -> brisk_test_support::InstalledTool {
    ScriptedTool::new(lab.data().with_file_name("bin"), name).on(&[], Reply::new().shell("\"$@\" || exit $?")).install()
}

#[test]
fn a_chained_wrapper_is_called_and_seen_by_its_name() {
    let lab = Lab::fixture("toy");
    let sccache = wrapper(&lab, "sccache");
    lab.workspace.write(
        "app/build.rs",
        "fn main() {\n    let wrapper = std::env::var(\"RUSTC_WRAPPER\").unwrap();\n    \
         let name = std::path::Path::new(&wrapper).file_name().unwrap().to_str().unwrap();\n    \
         println!(\"cargo::rerun-if-changed=build.rs\");\n    println!(\"cargo::rustc-env=BUILT_BY={name}\");\n    \
         let status = std::process::Command::new(&wrapper).args([\"echo\", \"by the wrapper\"]).status().unwrap();\n    \
         assert!(status.success());\n}\n",
    );
    let with = |mut command: Command| {
        command.env("RUSTC_WRAPPER", sccache.path());
        command
    };
    let run = check_same(&lab, || with(lab.cargo(&["run", "-q"])), || with(lab.record(&["run", "-q"])));
    assert!(String::from_utf8_lossy(&run.stdout).starts_with("84 by sccache\n"));
    let calls = sccache.calls();
    let of_units = calls.iter().filter(|call| call.iter().any(|word| word == "--out-dir")).count();
    assert_eq!(of_units, 2 * 5, "five units, twice");
    assert_eq!(calls.iter().filter(|call| call.first().is_some_and(|word| word == "echo")).count(), 2);
    // What a client uses says nothing about rustc.
    let build = lab.run().build;
    assert!(build.problems.iter().any(|problem| problem.what.contains("sccache")), "{:?}", build.problems);
    let toggled = [with(lab.record(&["build", "-v"])), with(lab.cargo(&["build", "-v"]))];
    for mut command in toggled {
        assert_eq!(rebuilt(&command.output().unwrap()), [""; 0]);
    }
}

#[test]
fn a_wrapper_from_the_configuration_is_chained_wherever_it_is_written() {
    let lab = Lab::fixture("toy");
    let tool = wrapper(&lab, "my-wrapper");
    let line = format!("build.rustc-wrapper='{}'", tool.path());
    check(&lab, &["build", "-v", "-p", "a", "--config", &line]);
    let n_calls = || tool.calls().iter().filter(|call| call.iter().any(|word| word == "--out-dir")).count();
    assert_eq!(n_calls(), 2 * 2, "two units, twice");
    lab.workspace.write(".cargo/config.toml", &line);
    check(&lab, &["build", "-v", "-p", "a"]);
    assert_eq!(n_calls(), 4 * 2);
    // It runs rustc as its child, so that everything is measured.
    assert!(lab.run().build.units.iter().all(|unit| unit.cpu.is_some() && unit.timing.is_some()));
}

#[test]
fn a_rustc_that_dies_looks_the_same() {
    let lab = Lab::fixture("toy");
    let dying = ScriptedTool::new(lab.data().with_file_name("bin"), "dying")
        .on(&["--crate-name", "a", "--edition=2024"], Reply::new().signal("SEGV"))
        .on(&[], Reply::new().shell("exec \"$@\""))
        .install();
    let with = |mut command: Command| {
        command.env("RUSTC_WRAPPER", dying.path());
        command
    };
    let output =
        check_same(&lab, || with(lab.cargo(&["build", "-p", "a"])), || with(lab.record(&["build", "-p", "a"])));
    assert!(String::from_utf8_lossy(&output.stderr).contains("signal: 11"));
    let build = lab.run().build;
    let codes: Vec<Option<i32>> =
        build.units.iter().filter(|unit| unit.package.name == "a").map(|unit| unit.failed).collect();
    assert_eq!(codes, [Some(128 + 11)]);
}

#[test]
fn a_configured_runner_is_left_alone() {
    let lab = Lab::fixture("toy");
    let runner = wrapper(&lab, "runner");
    lab.workspace.write(".cargo/config.toml", format!("[target.'cfg(unix)']\nrunner = '{}'\n", runner.path()));
    check(&lab, &["test", "-p", "app", "--test", "smoke"]);
    assert_eq!(runner.calls().len(), 2);
    assert_eq!(lab.run().build.executions, []);
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn a_runner_from_the_environment_is_chained() {
    let lab = Lab::fixture("toy");
    let runner = wrapper(&lab, "runner");
    let with = |mut command: Command| {
        let arch = std::env::consts::ARCH.to_uppercase();
        command.env(format!("CARGO_TARGET_{arch}_UNKNOWN_LINUX_GNU_RUNNER"), format!("{} --", runner.path()));
        command
    };
    let args = ["test", "-p", "app", "--test", "smoke"];
    let output = with(lab.record(&args)).output().unwrap();
    // The scripted runner does not know what `--` means, which shows that it was called as it is configured.
    assert!(!output.status.success());
    assert_eq!(runner.calls()[0][0], "--");
    assert_eq!(lab.run().build.executions.len(), 1);
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn a_runner_from_the_environment_is_found_and_shown_as_without_recording() {
    let lab = Lab::fixture("toy");
    lab.workspace.write("a/src/lib.rs", "/// ```\n/// a::twice();\n/// ```\npub fn twice() {}\n");
    // The tests run in the directory of their package, not in the one that the path is relative to.
    let with = |mut command: Command| {
        let arch = std::env::consts::ARCH.to_uppercase();
        command.env(format!("CARGO_TARGET_{arch}_UNKNOWN_LINUX_GNU_RUNNER"), "./bin/sh -x");
        command
    };
    let script = lab.workspace.root().join("bin/sh");
    fs_err::create_dir(lab.workspace.root().join("bin")).unwrap();
    fs_err::write(&script, "#!/bin/sh\ntest \"$1\" = -x && shift && exec \"$@\"\n").unwrap();
    fs_err::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let args = ["test", "-v", "-p", "a"];
    let output = check_same(&lab, || with(lab.cargo(&args)), || with(lab.record(&args)));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("bin/sh --test-runtool-arg -x") && stderr.contains("bin/sh -x "), "{stderr}");
}

#[test]
fn a_test_does_not_see_that_it_is_recorded() {
    let lab = Lab::fixture("toy");
    lab.workspace.write(
        "app/tests/smoke.rs",
        "#[test]\nfn env() {\n    let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();\n    \
         names.sort();\n    panic!(\"{}\", names.join(\"\\n\"));\n}\n",
    );
    check(&lab, &["test", "-p", "app", "--test", "smoke"]);
}

/// Puts `lines` before `main` of the toy's build script.
pub(crate) fn build_script(lab: &Lab, body: &str) {
    let script = format!(
        "fn main() {{\n    println!(\"cargo::rerun-if-changed=build.rs\");\n    \
         println!(\"cargo::rustc-env=BUILT_BY=build.rs\");\n{body}\n}}\n"
    );
    lab.workspace.write("app/build.rs", script);
}

/// The path of a file below the workspace's root.
pub(crate) fn path(lab: &Lab, name: &str) -> Utf8PathBuf {
    Utf8Path::new(lab.workspace.root()).join(name)
}
