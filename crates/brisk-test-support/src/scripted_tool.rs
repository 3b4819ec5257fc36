//! A `cargo`, `rustc` or linker that answers from a script: a fake at the process boundary.
//!
//! For what the real tool is too slow for, or cannot be made to do: a missing toolchain, death by a signal, metadata of a
//! thousand packages, files with exact times. It is a POSIX shell script, so it needs `/bin/sh`, `cat`, `cp` and `mkdir`.

use std::fmt::Write as _;
use std::fs::{FileTimes, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

/// Stands before and after every argument where arguments are matched and logged: no argument contains it.
const SEPARATOR: char = '\u{1f}';

/// What the tool does once.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    files: Vec<ScriptedFile>,
    shell: String,
    end: End,
}

#[derive(Clone, Debug)]
struct ScriptedFile {
    path: Utf8PathBuf,
    bytes: Vec<u8>,
    modified: SystemTime,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Exit(u8),
    Signal(&'static str),
}

impl Default for End {
    fn default() -> Self {
        Self::Exit(0)
    }
}

impl Reply {
    /// Says nothing, and exits with 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it prints on standard output.
    #[must_use]
    pub fn stdout(self, stdout: impl Into<Vec<u8>>) -> Self {
        Self { stdout: stdout.into(), ..self }
    }

    /// What it prints on standard error.
    #[must_use]
    pub fn stderr(self, stderr: impl Into<Vec<u8>>) -> Self {
        Self { stderr: stderr.into(), ..self }
    }

    /// A file that it writes, with its directories. A relative path is below the directory that the tool is run in;
    /// `modified_s` is the file's modification time in seconds since the UNIX epoch.
    #[must_use]
    pub fn file(mut self, path: impl Into<Utf8PathBuf>, bytes: impl Into<Vec<u8>>, modified_s: f64) -> Self {
        self.files.push(ScriptedFile { path: path.into(), bytes: bytes.into(), modified: at(modified_s) });
        self
    }

    /// Shell text that it runs after the files are written and before it ends: `"$RUSTC_WRAPPER" rustc @args`.
    #[must_use]
    pub fn shell(self, shell: &str) -> Self {
        Self { shell: shell.to_owned(), ..self }
    }

    /// Ends with this exit code.
    #[must_use]
    pub fn exit(self, code: u8) -> Self {
        Self { end: End::Exit(code), ..self }
    }

    /// Ends by this signal, without `SIG`: `"SEGV"` as rustc after a compiler bug, `"KILL"` as when memory runs out.
    #[must_use]
    pub fn signal(self, name: &'static str) -> Self {
        Self { end: End::Signal(name), ..self }
    }
}

/// The moment `s` seconds after the UNIX epoch.
pub(crate) fn at(s: f64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs_f64(s)
}

/// Writes a file and sets its modification time.
pub(crate) fn write_modified(path: &Utf8Path, bytes: &[u8], modified: SystemTime) {
    let mut file = fs_err::File::create(path).expect("the file can be made");
    file.write_all(bytes).expect("the file can be written");
    file.file().set_times(FileTimes::new().set_modified(modified)).expect("the file system keeps times");
}

/// A program in the making, and once installed the record of its calls.
#[derive(Debug)]
pub struct ScriptedTool {
    directory: Utf8PathBuf,
    name: String,
    replies: Vec<(Vec<String>, Reply)>,
}

impl ScriptedTool {
    /// A tool called `name`, to be installed in `directory` (which may then be put first on a `PATH`).
    pub fn new(directory: impl Into<Utf8PathBuf>, name: &str) -> Self {
        Self { directory: directory.into(), name: name.to_owned(), replies: Vec::new() }
    }

    /// When all of `words` are among the arguments, in this order, give `reply`. The first rule that fits is used; no
    /// words fit every call.
    #[must_use]
    pub fn on(mut self, words: &[&str], reply: Reply) -> Self {
        self.replies.push((words.iter().map(|&word| word.to_owned()).collect(), reply));
        self
    }

    /// Writes the script and its data. A call that no rule fits fails with exit code 97 and says so.
    ///
    /// # Panics
    ///
    /// When the files cannot be written.
    #[must_use]
    pub fn install(self) -> InstalledTool {
        let data = self.directory.join(format!(".{}-script", self.name));
        fs_err::create_dir_all(&data).expect("the directory can be made");
        let mut cases = String::new();
        for (number, (words, reply)) in self.replies.iter().enumerate() {
            let body = write_reply(&data, number, reply);
            writeln!(cases, "{})\n{body};;", pattern(words)).expect("a String takes everything");
        }
        let path = self.directory.join(&self.name);
        let script = script(&self.name, &data.join("calls"), &cases);
        install_executable(&data.join("script"), &path, &script);
        InstalledTool { path, calls: data.join("calls") }
    }
}

fn script(name: &str, calls: &Utf8Path, cases: &str) -> String {
    let calls = quote(calls.as_str());
    format!(
        "#!/bin/sh\n\
         all=$(printf '{SEPARATOR}%s{SEPARATOR}' \"$@\")\n\
         printf '%s\\n' \"$all\" >> {calls}\n\
         case \"$all\" in\n\
         {cases}\
         *) echo \"scripted {name}: no reply to: $*\" >&2; exit 97;;\n\
         esac\n"
    )
}

/// The shell pattern of arguments that hold `words` in order.
fn pattern(words: &[String]) -> String {
    let words = words.iter().map(|word| format!("{}*", quote(&format!("{SEPARATOR}{word}{SEPARATOR}"))));
    format!("*{}", words.collect::<String>())
}

/// Writes the data of a reply, and returns the shell text that gives it.
fn write_reply(data: &Utf8Path, number: usize, reply: &Reply) -> String {
    let mut shell = String::new();
    for (name, bytes, to) in [("stdout", &reply.stdout, ""), ("stderr", &reply.stderr, " >&2")] {
        if !bytes.is_empty() {
            let path = data.join(format!("{number}-{name}"));
            fs_err::write(&path, bytes).expect("the data can be written");
            shell += &format!("cat {}{to}\n", quote(path.as_str()));
        }
    }
    for (i, file) in reply.files.iter().enumerate() {
        let path = data.join(format!("{number}-file-{i}"));
        write_modified(&path, &file.bytes, file.modified);
        let parent = file.path.parent().map_or("", Utf8Path::as_str);
        let parent = if parent.is_empty() { "." } else { parent };
        let (from, to) = (quote(path.as_str()), quote(file.path.as_str()));
        // `cp -p` keeps the time to the nanosecond, `touch -d` is not the same everywhere.
        shell += &format!("mkdir -p {}\ncp -p {from} {to}\n", quote(parent));
    }
    if !reply.shell.is_empty() {
        shell += &format!("{}\n", reply.shell);
    }
    shell
        + &match reply.end {
            End::Exit(code) => format!("exit {code}"),
            End::Signal(name) => format!("ulimit -c 0\nkill -s {name} $$"),
        }
}

/// Puts the script in place by another process: while this one has a file open for writing, a child that another thread
/// forks right then would hold it open too, and running it would fail with "text file busy".
fn install_executable(draft: &Utf8Path, path: &Utf8Path, script: &str) {
    fs_err::write(draft, script).expect("the script can be written");
    fs_err::set_permissions(draft, Permissions::from_mode(0o755)).expect("the script can be made executable");
    let status = Command::new("cp").arg("-p").arg(draft).arg(path).status().expect("cp is installed");
    assert!(status.success(), "cannot copy {draft} to {path}");
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A tool that can be run.
#[derive(Clone, Debug)]
pub struct InstalledTool {
    path: Utf8PathBuf,
    calls: Utf8PathBuf,
}

impl InstalledTool {
    /// The program.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The arguments of every call so far, in order.
    pub fn calls(&self) -> Vec<Vec<String>> {
        let log = fs_err::read_to_string(&self.calls).unwrap_or_default();
        let (between, end) = (format!("{SEPARATOR}{SEPARATOR}"), format!("{SEPARATOR}\n"));
        let calls = log.split_terminator(&end).map(|call| call.trim_start_matches([SEPARATOR, '\n']));
        calls.map(|call| call.split(&between).filter(|word| !word.is_empty()).map(str::to_owned).collect()).collect()
    }
}
