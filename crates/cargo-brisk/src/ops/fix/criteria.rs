//! What has to work: the commands that are run for the workspace as it is, and again with every change.
//!
//! 1. All targets of all members compile.
//! 2. The tests pass: by nextest where the workspace is set up for it (`.config/nextest.toml`) and it is installed, and then
//!    documentation tests by Cargo; else all of them by Cargo.
//! 3. The commands that `brisk.toml` names succeed.
//!
//! All of them build what is locked (`--locked`): what a change does to the lockfile, it has done before.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use brisk::plan::{Health, Validation};
use brisk_report::format;

use super::health::Checks;
use super::test_output::Runner;
use crate::experiment::{Arm, Ended, Run, first_error};
use crate::ops::staging::Side;

/// Nobody waits for a command longer than that, as it has to be run again with every change.
const LONGEST_AT_FIRST: Duration = Duration::from_secs(60 * 60);
/// With a change, a command may take so many times what it took before: it may have to compile what was compiled then.
const TIMES_AS_LONG: f64 = 10.0;
/// And at least that.
const AT_LEAST: Duration = Duration::from_secs(10 * 60);

const CHECK: &[&str] = &["check", "--workspace", "--all-targets", "--locked"];
const TEST: &[&str] = &["test", "--workspace", "--no-fail-fast", "--locked"];
const DOC_TEST: &[&str] = &["test", "--workspace", "--doc", "--no-fail-fast", "--locked"];
/// Whatever its configuration says: failures alone in the summary, and nothing after it.
const NEXTEST: &[&str] = &[
    "nextest",
    "run",
    "--workspace",
    "--no-fail-fast",
    "--locked",
    "--final-status-level",
    "fail",
    "--failure-output",
    "immediate",
    "--success-output",
    "never",
];

/// A command that must not go worse with a change.
#[derive(Clone, Debug)]
pub(super) struct Criterion {
    /// As people write it.
    command: String,
    program: PathBuf,
    args: Vec<OsString>,
    kind: Kind,
    /// When it is stopped.
    limit: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Compiles,
    Tests(Runner),
    /// Of the workspace's own.
    Own,
}

/// What the commands are for this workspace, with those of its own.
pub(super) fn criteria(side: &Side, own: &[String]) -> Vec<Criterion> {
    let cargo = |words: &[&str], kind: Kind| Criterion {
        command: format!("cargo {}", words.join(" ")),
        program: side.arm.cargo.clone(),
        args: words.iter().map(OsString::from).collect(),
        kind,
        limit: LONGEST_AT_FIRST,
    };
    let has_nextest = side.root_in_copy().join(".config/nextest.toml").is_file();
    let mut criteria = vec![cargo(CHECK, Kind::Compiles)];
    if has_nextest && side.find_program("cargo-nextest").is_some() {
        criteria.push(cargo(NEXTEST, Kind::Tests(Runner::Nextest)));
        criteria.push(cargo(DOC_TEST, Kind::Tests(Runner::Cargo)));
    } else {
        criteria.push(cargo(TEST, Kind::Tests(Runner::Cargo)));
    }
    criteria.extend(own.iter().map(|line| Criterion {
        command: line.clone(),
        program: "sh".into(),
        args: vec!["-c".into(), line.into()],
        kind: Kind::Own,
        limit: LONGEST_AT_FIRST,
    }));
    criteria
}

impl Criterion {
    /// Whether it is about compiling alone.
    pub(super) fn is_about_compiling(&self) -> bool {
        self.kind == Kind::Compiles
    }

    /// It with the time that it may take with a change; `None` where it went wrong before in a way that leaves nothing to be
    /// told from it.
    pub(super) fn after(mut self, validation: &Validation, health: &Health) -> Option<Self> {
        self.limit = AT_LEAST.max(Duration::from_secs_f64(validation.seconds * TIMES_AS_LONG));
        (!health.red.contains_key(&self.command)).then_some(self)
    }

    /// Runs it in a copy: what it shows of its part of the workspace.
    ///
    /// # Errors
    ///
    /// If it cannot be run.
    pub(super) fn examine(&self, side: &Side, checks: &Checks<'_>) -> io::Result<Examined> {
        let run = Run { program: &self.program, args: &self.args, target_dir: checks.target_dir, variables: &[] };
        let ended = match self.kind {
            Kind::Compiles | Kind::Tests(_) => side.arm.run_within(&run, self.limit, checks.interrupt)?,
            Kind::Own => {
                let at_root = Arm { cwd: side.root_in_copy(), ..side.arm.clone() };
                at_root.run_within(&run, self.limit, checks.interrupt)?
            }
        };
        let (health, error) = self.health(&ended, &|text: &str| side.copy.without_place(text));
        let is_fine = health.is_green();
        let validation = Validation { command: self.command.clone(), is_fine, seconds: ended.wall_s };
        Ok(Examined { health, error, validation })
    }

    /// What is told of the workspace, and the first error; `own` names places as the user does.
    fn health(&self, ended: &Ended, own: &dyn Fn(&str) -> String) -> (Health, Option<String>) {
        let mut health = Health::green();
        let Some(status) = ended.status else {
            let limit = format::duration(self.limit.as_secs_f64());
            health.red.insert(self.command.clone(), format!("did not end within {limit}"));
            health.compiles = self.kind != Kind::Compiles;
            health.tests_ran = !matches!(self.kind, Kind::Tests(_));
            return (health, None);
        };
        if status.success() {
            return (health, None);
        }
        let error = own(&first_error(&ended.said, status));
        match self.kind {
            Kind::Compiles => health.compiles = false,
            Kind::Own => drop(health.red.insert(self.command.clone(), format!("fails: {error}"))),
            Kind::Tests(runner) if runner.had_no_tests(status.code(), &ended.said) => return (health, None),
            Kind::Tests(runner) => {
                health.failing = runner.failing(&ended.said);
                // Cargo fails as well where a test program could not be compiled.
                health.tests_ran = !health.failing.is_empty();
            }
        }
        (health, Some(error))
    }
}

/// What a command has shown.
pub(super) struct Examined {
    /// Of its part of the workspace.
    pub(super) health: Health,
    /// The first error, if there is one.
    pub(super) error: Option<String>,
    /// The command, and how it ended.
    pub(super) validation: Validation,
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    fn health(kind: Kind, exit_code: Option<i32>, said: &str) -> (Health, Option<String>) {
        let criterion = Criterion {
            command: "just smoke".to_owned(),
            program: "sh".into(),
            args: Vec::new(),
            kind,
            limit: AT_LEAST,
        };
        let status = exit_code.map(|code| ExitStatus::from_raw(code << 8));
        criterion.health(&Ended { status, said: said.to_owned(), wall_s: 1.0 }, &str::to_owned)
    }

    #[test]
    fn a_command_that_fails_is_told_with_its_first_error() {
        let (red, _) = health(Kind::Own, Some(1), "error: no such thing\n");
        assert_eq!(red.worse_than(&Health::green()).as_deref(), Some("`just smoke` fails: error: no such thing"));
        assert!(health(Kind::Own, Some(0), "error: a joke\n").0.is_green());
    }

    #[test]
    fn a_command_that_does_not_end_is_told_as_such() {
        let (hung, _) = health(Kind::Tests(Runner::Cargo), None, "");
        let told = hung.worse_than(&Health::green());
        assert_eq!(told.as_deref(), Some("`just smoke` did not end within 10 min 00 s"));
    }

    #[test]
    fn tests_that_cannot_be_compiled_did_not_run() {
        let (broken, error) = health(Kind::Tests(Runner::Cargo), Some(101), "error: could not compile `app`\n");
        assert!(!broken.tests_ran && broken.failing.is_empty());
        assert_eq!(error.as_deref(), Some("error: could not compile `app`"));
        let (none, _) = health(Kind::Tests(Runner::Nextest), Some(4), "error: no tests to run\n");
        assert!(none.is_green());
    }
}
