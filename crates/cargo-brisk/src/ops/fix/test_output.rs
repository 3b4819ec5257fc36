//! Which tests failed, by what test programs and those who run them say.
//!
//! What is read here is both streams as one: Cargo names a test program on stderr before it starts it, and says on stderr
//! that it failed, with the arguments that run it again; the program names its tests on stdout.

use std::collections::BTreeSet;

/// Who runs the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    /// `cargo test`.
    Cargo,
    /// `cargo nextest run`.
    Nextest,
}

impl Runner {
    /// The tests that failed, each with the test program that it is in; a program that failed without naming a test stands
    /// for itself.
    pub(super) fn failing(self, said: &str) -> BTreeSet<String> {
        match self {
            Self::Cargo => of_cargo(said),
            Self::Nextest => of_nextest(said),
        }
    }

    /// Whether that is the end of a run that had nothing to run.
    pub(super) fn had_no_tests(self, exit_code: Option<i32>, said: &str) -> bool {
        match self {
            // `cargo test --doc` of a workspace without a library.
            Self::Cargo => said.contains("error: no library targets found in package"),
            // `NextestExitCode::NO_TESTS_RUN`.
            Self::Nextest => exit_code == Some(4),
        }
    }
}

/// A test program that is running.
#[derive(Default)]
struct Program {
    /// As Cargo announced it.
    name: String,
    failing: BTreeSet<String>,
}

fn of_cargo(said: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut program = Program::default();
    let mut is_listed = false;
    for line in said.lines() {
        // Below `failures:`, libtest lists their names, indented.
        let listed = line.strip_prefix("    ").filter(|_| is_listed);
        is_listed = line == "failures:" || listed.is_some();
        if let Some(name) = announced(line) {
            program.end(None, &mut all);
            program = Program { name, failing: BTreeSet::new() };
        } else if let Some(arguments) = blamed(line) {
            program.end(Some(arguments), &mut all);
        } else if let Some(test) = failed(line).or(listed) {
            program.failing.insert(test.to_owned());
        }
    }
    program.end(None, &mut all);
    all
}

impl Program {
    /// Its failures into `all`; Cargo may tell how to run it again.
    fn end(&mut self, arguments: Option<&str>, all: &mut BTreeSet<String>) {
        let name = arguments.unwrap_or(&self.name);
        let failing = std::mem::take(&mut self.failing);
        if failing.is_empty() && arguments.is_some() {
            // A harness of its own, or a crash.
            all.insert(format!("`{name}`"));
        }
        all.extend(failing.into_iter().map(|test| format!("{test} (`{name}`)")));
    }
}

/// The program in `     Running unittests src/lib.rs (target/debug/deps/app-0123456789abcdef)` or `   Doc-tests app`, without
/// what differs from copy to copy.
fn announced(line: &str) -> Option<String> {
    if let Some(library) = line.strip_prefix("   Doc-tests ") {
        return Some(format!("--doc {library}"));
    }
    let (source, file) = line.strip_prefix("     Running ")?.strip_suffix(')')?.rsplit_once(" (")?;
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".exe");
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    Some(format!("{name} {source}"))
}

/// The arguments in ``error: test failed, to rerun pass `-p app --test it` `` (`ops/cargo_test.rs`, `report_test_error`).
fn blamed(line: &str) -> Option<&str> {
    let (what, arguments) = line.strip_prefix("error: ")?.split_once(" failed, to rerun pass `")?;
    matches!(what, "test" | "doctest" | "bench").then_some(arguments)?.strip_suffix('`')
}

/// The test in `test module::name ... FAILED`. What it printed may stand before the last word where that is not captured: the
/// list at the end has it then.
fn failed(line: &str) -> Option<&str> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(name.strip_suffix(" - should panic").unwrap_or(name))
}

/// Of nextest only the summary: `        FAIL [   0.005s] (3/9) app::it module::name`. With `--final-status-level fail` it
/// lists nothing but failures, whatever word they have (`TIMEOUT`, `SIGSEGV`, `TRY 3 FAIL`).
fn of_nextest(said: &str) -> BTreeSet<String> {
    let lines = said.lines().skip_while(|line| !line.trim_start().starts_with("Summary [")).skip(1);
    lines.filter_map(summarized).collect()
}

fn summarized(line: &str) -> Option<String> {
    let (status, rest) = line.split_once('[')?;
    let (duration, rest) = rest.split_once(']')?;
    let is_status = !status.trim().is_empty() && !status.contains(|c: char| c.is_ascii_lowercase());
    let is_duration = duration.ends_with('s') && duration.contains(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start();
    let test = match rest.strip_prefix('(') {
        Some(numbered) => numbered.split_once(')')?.1.trim_start(),
        None => rest,
    };
    let (program, name) = test.split_once(' ')?;
    (is_status && is_duration).then(|| format!("{} (`{program}`)", name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(runner: Runner, said: &str) -> Vec<String> {
        runner.failing(said).into_iter().collect()
    }

    #[test]
    fn tests_of_one_name_in_two_programs_are_two_tests() {
        let said = "   Compiling app v0.1.0 (/a/app)
    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.38s
     Running unittests src/lib.rs (target/debug/deps/app-0d4ad5dd94e0fb22)

running 2 tests
test works ... FAILED
test fine ... ok

failures:

---- works stdout ----
thread 'works' panicked at src/lib.rs:1:1:
test nobody ... ok

failures:
    works

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass `-p app --lib`
     Running tests/it.rs (target/debug/deps/it-b4ad5dd94e0fb220)

running 1 test
test works - should panic ... FAILED

failures:

failures:
    works

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass `-p app --test it`
   Doc-tests app

running 1 test
test src/lib.rs - f (line 3) ... FAILED

failures:
    src/lib.rs - f (line 3)

error: doctest failed, to rerun pass `-p app --doc`
error: 3 targets failed:
    `-p app --lib`
    `-p app --test it`
    `-p app --doc`
";
        assert_eq!(
            failing(Runner::Cargo, said),
            ["src/lib.rs - f (line 3) (`-p app --doc`)", "works (`-p app --lib`)", "works (`-p app --test it`)"]
        );
    }

    #[test]
    fn a_program_that_names_no_test_stands_for_itself() {
        let said = "     Running tests/own.rs (target/debug/deps/own-0d4ad5dd94e0fb22)
error: test failed, to rerun pass `--test own`

Caused by:
  process didn't exit successfully: `/a/own-0d4ad5dd94e0fb22` (signal: 11, SIGSEGV: invalid memory reference)
";
        assert_eq!(failing(Runner::Cargo, said), ["`--test own`"]);
    }

    #[test]
    fn tests_that_print_are_known_by_the_list_at_the_end_and_a_run_that_was_cut_by_the_program() {
        let said = "     Running tests/it.rs (target/debug/deps/it-b4ad5dd94e0fb220)
test loud ... here I am
FAILED

failures:
    loud

";
        assert_eq!(failing(Runner::Cargo, said), ["loud (`it tests/it.rs`)"]);
        assert_eq!(failing(Runner::Cargo, "error: could not compile `app`\n"), Vec::<String>::new());
    }

    #[test]
    fn nextest_lists_failures_in_its_summary() {
        let said = "────────────
    Starting 4 tests across 2 binaries
        FAIL [   0.005s] (1/4) app works
────────────
     Summary [   1.021s] 4 tests run: 1 passed, 3 failed, 0 skipped
        FAIL [   0.005s] (1/4) app works
     TIMEOUT [   1.000s] app::it a::b
  TRY 3 FAIL [   0.002s] (3/4) app::bin/app works
error: test run failed
";
        assert_eq!(failing(Runner::Nextest, said), ["a::b (`app::it`)", "works (`app::bin/app`)", "works (`app`)"]);
    }

    #[test]
    fn a_workspace_without_tests_is_fine() {
        let said = "error: no library targets found in packages: `a`, `b`\n";
        assert!(Runner::Cargo.had_no_tests(Some(101), said));
        assert!(!Runner::Cargo.had_no_tests(Some(101), "error: could not compile\n"));
        assert!(Runner::Nextest.had_no_tests(Some(4), "") && !Runner::Nextest.had_no_tests(Some(100), ""));
    }
}
