//! `cargo brisk record`: whatever happens to Brisk, the build goes on; whatever happens to Cargo, what was seen is kept.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};

use brisk::model::{Outcome, Status, Unit};
use brisk_store::recording::{Begin, Event, EventWriter, Recording, RecordingDir, event};
use brisk_store::run_file::RunId;
use brisk_store::store::{Filter, RunStore};
use brisk_test_support::{Reply, ScriptedTool};
use camino::Utf8PathBuf;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, mkfifo};

use crate::record::{Lab, build_script, path};

#[test]
fn a_store_that_cannot_be_made_costs_one_warning() {
    let lab = Lab::fixture("toy");
    let file = path(&lab, "in-the-way");
    fs_err::write(&file, "").unwrap();
    let output = lab.record(&["build", "-p", "a"]).env("BRISK_DATA_DIR", file.join("data")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let warnings: Vec<&str> = stderr.lines().filter(|line| line.starts_with("warning")).collect();
    assert_eq!(warnings.len(), 1, "{stderr}");
    assert!(warnings[0].starts_with("warning: this build is not recorded: "), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

#[test]
fn without_a_store_the_exit_code_is_still_cargos() {
    let lab = Lab::fixture("compile-error");
    fs_err::write(lab.data(), "").unwrap();
    let output = lab.record(&["build"]).output().unwrap();
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn a_program_that_is_missing_is_cargos_to_complain_about() {
    let lab = Lab::fixture("toy");
    for (variable, role) in [
        ("RUSTC_WRAPPER", "rustc wrapper"),
        ("RUSTC", "compiler"),
        ("RUSTC_WORKSPACE_WRAPPER", "rustc wrapper for workspace members"),
    ] {
        let of = |mut command: Command| command.env(variable, "nonesuch").output().unwrap();
        let (plain, recorded) = (of(lab.cargo(&["build"])), of(lab.record(&["build"])));
        assert_eq!(plain.status.code(), recorded.status.code());
        let stderr = String::from_utf8_lossy(&recorded.stderr);
        let warning = format!("warning: this build is not recorded: the {role} `nonesuch` was not found\n");
        assert_eq!(stderr.strip_prefix(&warning), Some(&*String::from_utf8_lossy(&plain.stderr)));
    }
}

/// The link by which Cargo calls the wrapper.
fn wrapper(lab: &Lab) -> Utf8PathBuf {
    let tools = lab.data().join("tools");
    let tool = tools.read_dir_utf8().unwrap().next().unwrap().unwrap();
    tool.path().join("brisk-wrapper/brisk-rustc")
}

/// The arguments by which a unit is known.
const UNIT: [&str; 7] = [
    "--crate-name",
    "unit",
    "--json=artifacts",
    "-C",
    "metadata=0123456789abcdef",
    "-C",
    "extra-filename=-fedcba9876543210",
];

/// A lab in which the tools have been laid out, with a scripted rustc.
fn with_rustc(reply: Reply) -> (Lab, Utf8PathBuf) {
    let lab = Lab::fixture("toy");
    assert!(lab.record(&["--version"]).output().unwrap().status.success());
    let rustc = ScriptedTool::new(path(&lab, "bin"), "rustc").on(&[], reply).install().path().to_owned();
    (lab, rustc)
}

#[test]
fn without_room_for_events_rustc_runs_all_the_same() {
    let (lab, rustc) = with_rustc(Reply::new().stdout("out").stderr("err").exit(3));
    let full = path(&lab, "full");
    fs_err::create_dir(&full).unwrap();
    std::os::unix::fs::symlink("/dev/full", full.join("events.jsonl")).unwrap();
    for dir in [full, path(&lab, "nowhere")] {
        let output = Command::new(wrapper(&lab)).arg(&rustc).args(UNIT).env("BRISK_CAPTURE_DIR", dir).output().unwrap();
        assert_eq!((output.stdout, output.stderr, output.status.code()), (b"out".to_vec(), b"err".to_vec(), Some(3)));
    }
}

#[test]
fn in_an_empty_environment_the_wrapper_still_passes_on() {
    let (lab, rustc) = with_rustc(Reply::new().shell("exit 5"));
    let status = Command::new(wrapper(&lab)).arg(&rustc).arg("-vV").env_clear().env("PATH", "/bin:/usr/bin").status();
    assert_eq!(status.unwrap().code(), Some(5));
}

fn events(lab: &Lab) -> (Utf8PathBuf, EventWriter) {
    let dir = path(lab, "recording");
    fs_err::create_dir(&dir).unwrap();
    let mut writer = EventWriter::create(&dir).unwrap();
    writer.write(&Event::Begin(Box::new(Begin { format: event::FORMAT, ..Begin::default() }))).unwrap();
    (dir, writer)
}

#[test]
fn a_unit_in_a_file_of_arguments_is_recorded() {
    let (lab, rustc) = with_rustc(Reply::new().stderr("no newline at the end"));
    let (dir, _) = events(&lab);
    fs_err::write(path(&lab, "args"), UNIT.join("\n")).unwrap();
    let argument = format!("@{}", path(&lab, "args"));
    let output = Command::new(wrapper(&lab)).args([rustc.as_str(), &argument]).env("BRISK_CAPTURE_DIR", &dir).output();
    assert_eq!(String::from_utf8_lossy(&output.unwrap().stderr), "no newline at the end");
    let recording = Recording::read(&dir).unwrap();
    let names: Vec<&str> = recording
        .events
        .iter()
        .map(|event| match event {
            Event::UnitStart(start) => start.krate.as_str(),
            Event::UnitEnd(end) if end.exit.success() => "ended",
            _ => "other",
        })
        .collect();
    assert_eq!(names, ["unit", "ended"]);
}

#[test]
fn the_wrapper_dies_as_rustc_did() {
    use std::os::unix::process::ExitStatusExt as _;
    let (lab, rustc) = with_rustc(Reply::new().signal("ABRT"));
    let (dir, _) = events(&lab);
    let status = Command::new(wrapper(&lab)).arg(&rustc).args(UNIT).env("BRISK_CAPTURE_DIR", &dir).status().unwrap();
    assert_eq!(status.signal(), Some(6));
}

/// A build that stands still in the middle, in the build script of `app`, until it is told to go on.
struct Halted {
    lab: Lab,
    brisk: Child,
}

impl Halted {
    /// Starts it, with a complete run before it, and waits until it stands still.
    fn start() -> Self {
        Self::start_by(|command| command)
    }

    /// The same, where `make` makes the command that starts it.
    fn start_by(make: impl FnOnce(Command) -> Command) -> Self {
        let lab = Lab::fixture("toy");
        assert!(lab.record(&["build", "-p", "b"]).output().unwrap().status.success());
        for name in ["reached", "go"] {
            mkfifo(path(&lab, name).as_std_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        }
        // To open a pipe for reading waits for somebody who writes, and the other way round.
        build_script(
            &lab,
            &format!(
                "    std::fs::write({:?}, \"\").unwrap();\n    std::fs::read({:?}).unwrap();",
                path(&lab, "reached").as_str(),
                path(&lab, "go").as_str()
            ),
        );
        let mut command = make(lab.record(&["build"]));
        let brisk = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        fs_err::read(path(&lab, "reached")).unwrap();
        Self { lab, brisk }
    }

    fn go(&self) {
        fs_err::write(path(&self.lab, "go"), "").unwrap();
    }

    /// The same where the build script may be dead: then nobody ever reads.
    fn go_unless_over(&mut self) {
        let go = path(&self.lab, "go");
        let is_read = || {
            let flags = nix::fcntl::OFlag::O_WRONLY | nix::fcntl::OFlag::O_NONBLOCK;
            nix::fcntl::open(go.as_std_path(), flags, nix::sys::stat::Mode::empty()).is_ok()
        };
        while !is_read() && self.brisk.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
    }

    fn kill_brisk(&self, signal: Signal) {
        kill(pid(self.brisk.id()), signal).unwrap();
    }

    fn cargo(&self) -> Pid {
        let recordings = self.lab.data().join("recordings");
        let dir = recordings.read_dir_utf8().unwrap().next().unwrap().unwrap();
        let recording = Recording::read(dir.path()).unwrap();
        let cargo = recording.events.iter().find_map(|event| match event {
            Event::Cargo(process) => Some(process.pid),
            _ => None,
        });
        pid(cargo.unwrap())
    }

    /// Waits until everybody has closed the standard output that Brisk was given: Cargo too.
    fn wait_for_all(&mut self) -> ExitStatus {
        let mut rest = String::new();
        self.brisk.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        self.brisk.wait().unwrap()
    }

    fn n_runs(&self) -> usize {
        RunStore::open(self.lab.data().join("runs")).unwrap().list(Filter::All).unwrap().runs.len()
    }
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(id.try_into().unwrap())
}

#[test]
fn when_brisk_is_killed_cargo_goes_on_and_the_next_brisk_keeps_what_was_seen() {
    let mut halted = Halted::start();
    halted.kill_brisk(Signal::SIGKILL);
    halted.brisk.wait().unwrap();
    // As long as Cargo works, its recording is left alone.
    assert!(halted.lab.brisk(&["history"]).output().unwrap().status.success());
    assert_eq!(halted.n_runs(), 1);
    halted.go();
    halted.wait_for_all();
    assert!(halted.lab.workspace.root().join("target/debug/app").exists());
    // Cargo has closed its output, and is about to end.
    let mut outputs = (0..100).map(|_| halted.lab.brisk(&["history"]).output().unwrap());
    let output = outputs.find(|_| halted.n_runs() == 2).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let build = halted.lab.run().build;
    assert_eq!(build.outcome, Outcome::Unknown);
    assert!(build.units.iter().all(|unit| unit.timing.is_some() || unit.status == Status::Fresh));
    assert!(build.units.iter().any(|unit| unit.label() == "app (bin app)" && unit.cpu.is_some()));
    let told: Vec<&str> = build.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(told, ["the recording broke off"]);
    let text = |args: &[&str]| String::from_utf8(halted.lab.brisk(args).output().unwrap().stderr).unwrap();
    let (report, history) = (text(&["report", "last"]), String::from_utf8(output.stdout).unwrap());
    assert!(history.contains("recording broke off") && !history.contains("interrupted"), "{history}");
    assert!(report.contains("warning: the recording broke off") && !report.contains("error"), "{report}");
    assert!(!halted.lab.data().join("recordings").read_dir_utf8().unwrap().any(|_| true));
}

#[test]
fn a_recording_that_cannot_be_read_is_put_aside_with_one_warning() {
    let lab = Lab::fixture("toy");
    let recordings = lab.data().join("recordings");
    let dir = RecordingDir::create(&recordings, RunId::generate(0.0)).unwrap();
    let newer = Event::Begin(Box::new(Begin { format: event::FORMAT + 1, ..Begin::default() }));
    EventWriter::create(dir.path()).unwrap().write(&newer).unwrap();
    let path = dir.path().to_owned();
    let warnings = || {
        let output = lab.brisk(&["history"]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        stderr.lines().filter(|line| line.starts_with("warning")).map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(warnings(), [""; 0], "its recorder lives");
    drop(dir);
    let first = warnings();
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].ends_with(&format!("use a newer brisk; it is kept as `{path}.unreadable`")), "{}", first[0]);
    assert_eq!(warnings(), [""; 0]);
    assert!(Utf8PathBuf::from(format!("{path}.unreadable")).join("events.jsonl").exists());
}

#[test]
fn when_cargo_is_killed_what_was_seen_is_kept() {
    let mut halted = Halted::start();
    kill(halted.cargo(), Signal::SIGKILL).unwrap();
    let status = halted.brisk.wait().unwrap();
    assert_eq!(status.code(), Some(128 + 9));
    halted.go();
    halted.wait_for_all();
    assert_eq!(halted.n_runs(), 2);
    let build = halted.lab.run().build;
    assert_eq!(build.outcome, Outcome::Failed(128 + 9));
    assert!(build.units.iter().any(|unit| unit.package.name == "app" && unit.cpu.is_some()));
}

/// A build in which rustc stands still in the library `a`, in a proc macro, with Brisk and all that it has started in a
/// process group of their own, as a terminal has it.
fn halted_rustc() -> (Lab, Child) {
    let lab = Lab::fixture("toy");
    for name in ["reached", "go"] {
        mkfifo(path(&lab, name).as_std_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    }
    let body = format!(
        "std::fs::write({:?}, \"\").unwrap();\n    std::fs::read({:?}).unwrap();",
        path(&lab, "reached").as_str(),
        path(&lab, "go").as_str()
    );
    let library = lab.workspace.read("b/src/lib.rs");
    lab.workspace.write("b/src/lib.rs", library.replace("    \"fn answer", &format!("    {body}\n    \"fn answer")));
    let mut command = lab.record(&["build"]);
    let brisk = command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    fs_err::read(path(&lab, "reached")).unwrap();
    (lab, brisk)
}

/// Sends `signal` to all of them, and waits until they are gone.
fn kill_all(mut brisk: Child, signal: Signal) {
    killpg(pid(brisk.id()), signal).unwrap();
    let mut rest = String::new();
    brisk.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    brisk.wait().unwrap();
}

#[test]
fn a_unit_at_work_when_the_command_is_stopped_is_unfinished() {
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let (lab, brisk) = halted_rustc();
        kill_all(brisk, signal);
        // Makes a run of the recording whose recorder was killed.
        assert!(lab.brisk(&["history"]).output().unwrap().status.success());
        let build = lab.run().build;
        let broke_off = signal == Signal::SIGKILL;
        assert_eq!(build.outcome, if broke_off { Outcome::Unknown } else { Outcome::Interrupted });
        let unfinished: Vec<&Unit> = build.units.iter().filter(|unit| unit.unfinished_since_s.is_some()).collect();
        assert_eq!(unfinished.iter().map(|unit| unit.label()).collect::<Vec<_>>(), ["a"], "{signal}");
        let finished = build.units.iter().find(|unit| unit.label() == "b").unwrap();
        assert!(unfinished[0].unfinished_since_s >= finished.timing.map(|timing| timing.end_s));
        assert_eq!((unfinished[0].timing, unfinished[0].failed), (None, None));
        let status = if signal == Signal::SIGINT { Status::New } else { Status::Unknown };
        assert_eq!((&unfinished[0].status, &finished.status), (&status, &status));
        let told: Vec<&str> = build.problems.iter().map(|problem| problem.what.as_str()).collect();
        let expected = ["the recording broke off", "1 unit was unfinished: `a`"];
        assert_eq!(told, if broke_off { &expected[..] } else { &expected[1..] });
        let output = lab.brisk(&["report", "last"]).env("COLUMNS", "200").output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains("1 unit was unfinished: `a`") && text.contains("; 1 unfinished"), "{text}");
    }
}

#[test]
fn a_signal_to_brisk_ends_cargo_and_completes_the_recording() {
    for (signal, code) in [(Signal::SIGTERM, 128 + 15), (Signal::SIGHUP, 128 + 1)] {
        let mut halted = Halted::start();
        halted.kill_brisk(signal);
        let status = halted.brisk.wait().unwrap();
        assert_eq!(status.code(), Some(code));
        halted.go();
        halted.wait_for_all();
        assert_eq!(halted.lab.run().build.outcome, Outcome::Interrupted);
    }
}

/// `command` as `nohup` and shell scripts start it in the background: in a process group of its own, which ignores `signals`.
fn ignoring(signals: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' {signals}; exec \"$@\""), "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.process_group(0).stdin(Stdio::null()).current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn a_signal_that_was_ignored_from_the_start_ends_nobody() {
    let mut halted = Halted::start_by(|command| ignoring("HUP INT TERM", &command));
    for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        killpg(pid(halted.brisk.id()), signal).unwrap();
    }
    halted.go_unless_over();
    assert_eq!(halted.wait_for_all().code(), Some(0));
    assert!(halted.lab.workspace.root().join("target/debug/app").exists());
    assert_eq!(halted.lab.run().build.outcome, Outcome::Success);
}
