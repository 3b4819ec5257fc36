//! A workspace, the program beside it, and directories of its own for Cargo and Brisk.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use brisk_test_support::fixture::{self, TempWorkspace};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

/// The program under test.
pub(crate) const BRISK: &str = env!("CARGO_BIN_EXE_cargo-brisk");

/// A workspace in a temporary directory, and what the program needs beside it.
pub(crate) struct Bench {
    pub(crate) workspace: TempWorkspace,
    home: TempWorkspace,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    /// The fixture of that name.
    pub(crate) fn fixture(name: &str) -> Self {
        Self::of(fixture::copy(name))
    }

    /// No workspace at all.
    pub(crate) fn empty() -> Self {
        Self::of(TempWorkspace::empty())
    }

    fn of(workspace: TempWorkspace) -> Self {
        Self { workspace, home: TempWorkspace::empty() }
    }

    /// The fixture `toy`, after a plain `cargo build`.
    pub(crate) fn built_toy() -> Self {
        let bench = Self::fixture("toy");
        bench.cargo(&["build"]);
        bench
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        self.workspace.root()
    }

    /// A directory for files that are not of the workspace. It has neither a Cargo home in use nor a workspace above it.
    pub(crate) fn beside(&self) -> &Utf8Path {
        self.home.root()
    }

    /// Where Brisk keeps its runs.
    pub(crate) fn data_dir(&self) -> Utf8PathBuf {
        self.beside().join("data")
    }

    /// `program` in the root of the workspace, in this bench's environment.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = self.workspace.command(program);
        command.args(args).stdin(Stdio::null()).env_remove("CARGO_TERM_COLOR").env_remove("COLUMNS");
        // A Cargo home of its own: no waiting for the locks of other tests, and no configuration of the developer.
        command.env("CARGO_HOME", self.beside().join("cargo")).env("RUST_BACKTRACE", "0").env("TERM", "xterm");
        command.env("BRISK_DATA_DIR", self.data_dir()).env("BRISK_CACHE_DIR", self.beside().join("cache"));
        command
    }

    /// Runs `cargo`, which must succeed.
    pub(crate) fn cargo(&self, args: &[&str]) -> Said {
        let said = run(&mut self.command("cargo", args));
        assert_eq!(said.code, 0, "cargo {args:?}: {}", said.stderr);
        said
    }

    /// Runs `cargo-brisk` without a terminal, so at 80 columns and without colours.
    pub(crate) fn brisk(&self, args: &[&str]) -> Said {
        run(&mut self.command(BRISK, args))
    }

    /// Runs `cargo-brisk --message-format json`, which must succeed.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        self.brisk(&[&["--message-format", "json"], args].concat()).json()
    }

    /// Writes a file of the workspace, with its directories.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        self.workspace.write(path, text);
    }

    /// Runs git, which must succeed, as somebody, whatever is configured on this machine; what it writes to stdout.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"];
        let mut command = self.command("git", &[&identity[..], &["-c", "init.defaultBranch=main"], args].concat());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let said = run(&mut command);
        assert_eq!(said.code, 0, "git {args:?}: {}", said.stderr);
        said.stdout
    }

    /// Writes a file beside the workspace.
    pub(crate) fn write_beside(&self, name: &str, bytes: impl AsRef<[u8]>) -> Utf8PathBuf {
        self.home.write(name, bytes);
        self.beside().join(name)
    }
}

impl Said {
    /// The one JSON object on stdout of a command that succeeded. People may be told something, but no JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert!(self.code == 0 && !self.stderr.contains('{'), "{self:?}");
        assert_eq!(self.stdout.matches('\n').count(), 1, "one line: {}", self.stdout);
        let value: Value = serde_json::from_str(&self.stdout).expect("stdout is JSON");
        assert!(value.is_object(), "{value}");
        value
    }

    /// The text on stderr of a command that succeeded and had no data to print.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (0, ""), "{self:?}");
        &self.stderr
    }

    /// The text on stderr of a command that failed with `code`: one error, and nothing on stdout.
    #[track_caller]
    pub(crate) fn error(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        assert_eq!(self.stderr.matches("error: ").count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        &self.stderr
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().expect("the program can be started");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Said { code: status.code().expect("no signal ended it"), stdout: text(stdout), stderr: text(stderr) }
}

/// Source of so many functions for which code has to be generated.
pub(crate) fn functions(n: usize) -> String {
    let function = |i: usize| {
        format!(
            "pub fn f{i}(x: &[u64]) -> Option<u64> {{ x.iter().map(|y| y.wrapping_mul({i})).filter(|y| y % 3 == 0).max() }}\n"
        )
    };
    (0..n).map(function).collect()
}

/// The host triple, as the compiler says.
pub(crate) fn host() -> String {
    let said = run(Command::new("rustc").arg("-vV"));
    said.stdout.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

/// What each problem says happened.
pub(crate) fn whats(diagnosis: &Value) -> Vec<&str> {
    let problems = diagnosis["problems"].as_array().expect("a list");
    problems.iter().map(|problem| problem["what"].as_str().expect("text")).collect()
}

/// All files and directories below `directory`, with content and modification time: to show that nothing was written.
pub(crate) fn files(directory: &Utf8Path) -> BTreeMap<Utf8PathBuf, (Option<Vec<u8>>, SystemTime)> {
    let mut files = BTreeMap::new();
    let mut stack = vec![directory.to_owned()];
    while let Some(path) = stack.pop() {
        let modified = path.metadata().and_then(|metadata| metadata.modified()).expect("a file has a time");
        let content = if path.is_dir() {
            let entries = path.read_dir_utf8().expect("a directory can be listed");
            stack.extend(entries.map(|entry| entry.expect("an entry can be read").into_path()));
            None
        } else {
            Some(fs_err::read(&path).expect("a file can be read"))
        };
        files.insert(path, (content, modified));
    }
    files
}
