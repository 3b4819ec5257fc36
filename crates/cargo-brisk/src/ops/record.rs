//! `cargo brisk record`: runs a Cargo command unchanged, and keeps what it cost.
//!
//! 1. The configuration says what stands between Cargo and rustc already; the tools are laid out, and a directory for the
//!    events is made. If any of that cannot be, the command runs without us.
//! 2. The fingerprints are read as they are before.
//! 3. The command runs under capture.
//! 4. Events and fingerprints together make the build.
//! 5. The run goes into the store; its events are not needed any more.

use std::ffi::{OsStr, OsString};
use std::process::{ExitStatus, Stdio};

use brisk::model::{Build, Workspace};
use brisk_store::fingerprints::BuildDirs;
use brisk_store::recording::{Before, Begin, Recording, RecordingDir, event};
use brisk_store::run_file::RunId;
use brisk_store::store::RunStore;
use camino::Utf8PathBuf;

use super::build_dirs::build_dirs;
use super::recordings::{Loading, Places, chain, first_line, is_of_a_build, keep, workspace_of, workspace_options};
use crate::capture::{
    CaptureEnv, CargoCommand, Configured, Progress, Recorded, Recorder, RunnerSetting, Tools, When, WrapperSetting,
    anchor, machine_facts, plain_cargo, shell_code,
};
use crate::console::Console;
use crate::error::{Error, Result};
use crate::workspace::{self, Settings, WorkspaceOptions};

/// What to record, and where to.
#[derive(Debug)]
pub(crate) struct RecordOptions {
    /// The command line after `cargo`.
    pub(crate) command: Vec<OsString>,
    /// When progress is told.
    pub(crate) progress: When,
    /// Brisk's own directories.
    pub(crate) places: Places,
}

/// How the command ended, and the run if there is one.
#[derive(Debug)]
pub(crate) struct RecordedCommand {
    /// Cargo's exit code; 128 + n for signal n.
    pub(crate) exit_code: u8,
    /// The run.
    pub(crate) run: Option<StoredCommand>,
    /// Where it has left stdout.
    pub(crate) stdout: Stdout,
}

/// Where a command has left stdout, which it shares with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// At the beginning of a line.
    LineStart,
    /// Perhaps in the middle of one, as with a program whose output does not end in a line feed.
    Unknown,
}

impl Stdout {
    fn after(command: &CargoCommand) -> Self {
        if command.ends_its_lines() { Self::LineStart } else { Self::Unknown }
    }
}

/// A command that is in the store.
#[derive(Debug)]
pub(crate) struct StoredCommand {
    /// Its id.
    pub(crate) id: RunId,
    /// Its file.
    pub(crate) path: Utf8PathBuf,
    /// What was built.
    pub(crate) build: Build,
    /// The workspace.
    pub(crate) workspace: Workspace,
}

/// Runs and records the command.
///
/// # Errors
///
/// If Cargo itself cannot be started.
pub(crate) fn record(options: RecordOptions, console: Console) -> Result<RecordedCommand> {
    let command = CargoCommand::new(options.command);
    let preparation = match Preparation::of(&command, &options.places) {
        Ok(preparation) => preparation,
        Err(why) => return without_us(&command, &why, console),
    };
    if let RunnerSetting::Watched(why) = &preparation.runner
        && command.runs_tests()
    {
        console.warn(&format!("runs of tests are not measured: {why}"));
    }
    let begin = preparation.begin(&command);
    let recorder = Recorder { command: &command, env: &preparation.env, dir: &preparation.dir };
    let when = if command.is_quiet() && options.progress == When::Auto { When::Never } else { options.progress };
    let progress = Progress::start(when, console, preparation.dir.path());
    let recorded = recorder.run(begin);
    progress.finish();
    match recorded {
        Recorded::NotStarted(error) => without_us(&command, &error.to_string(), console),
        Recorded::NoCargo(error) => Err(no_cargo(&command, &error)),
        Recorded::Ended(status) => {
            let run =
                preparation.into_run(&command, &options.places).inspect_err(|why| not_recorded(why, console)).ok();
            Ok(RecordedCommand { exit_code: shell_code(status), run, stdout: Stdout::after(&command) })
        }
    }
}

/// The command as the user would have run it.
fn without_us(command: &CargoCommand, why: &str, console: Console) -> Result<RecordedCommand> {
    not_recorded(why, console);
    let status: ExitStatus = plain_cargo(command).status().map_err(|error| no_cargo(command, &error))?;
    Ok(RecordedCommand { exit_code: shell_code(status), run: None, stdout: Stdout::after(command) })
}

fn not_recorded(why: &str, console: Console) {
    console.warn(&format!("this build is not recorded: {why}"));
}

fn no_cargo(command: &CargoCommand, error: &std::io::Error) -> Error {
    let cargo = plain_cargo(command).get_program().to_string_lossy().into_owned();
    Error::could_not_measure(format!("cannot run `{cargo}`")).because(error)
}

/// Everything that is there before Cargo starts.
struct Preparation {
    settings: Settings,
    env: CaptureEnv,
    runner: RunnerSetting,
    chained_wrapper: Option<String>,
    dir: RecordingDir,
    /// Where the command should build; none if the paths are not UTF-8.
    expected: Option<BuildDirs>,
    before: Vec<Before>,
    workspace: WorkspaceOptions,
}

impl Preparation {
    fn of(command: &CargoCommand, places: &Places) -> std::result::Result<Self, String> {
        let cwd = std::env::current_dir().map_err(|error| error.to_string())?;
        let workspace = workspace_options(command, cwd, places);
        let settings = workspace::configured(&workspace);
        compiler_is_there(&settings, &workspace)?;
        let runner_platforms: Vec<&str> = settings.runners.iter().map(|runner| runner.platform.as_str()).collect();
        let expected = build_dirs(&settings.directories).ok();
        let before: Vec<Before> = expected.iter().filter_map(|dirs| Before::read(dirs).ok()).collect();
        let configured = Configured {
            wrapper: settings.rustc_wrapper.as_ref().map(|program| program.path.as_path()),
            runner_platforms: &runner_platforms,
            environment: &|name| workspace.environment.get(name).map(OsStr::to_owned),
            watcher: &|name| before.iter().find_map(|before| before.watcher(name)).map(str::to_owned),
            cwd: &workspace.cwd,
        };
        let wrapper = WrapperSetting::of(command, configured)?;
        let runner = RunnerSetting::of(command, configured);
        let chained = wrapper.chained.as_ref().map(|chained| chained.path.as_path());
        // A store that cannot take the run in the end is found out before anything is done.
        RunStore::open(places.runs.clone()).map_err(|error| chain(&error))?;
        let tools = Tools::prepare(&places.tools, chained).map_err(|error| chain(&error))?;
        let id = RunId::generate(anchor().real_ns as f64 / 1e9);
        let dir = RecordingDir::create(&places.recordings, id).map_err(|error| chain(&error))?;
        let env = CaptureEnv::new(command, dir.path(), tools, &wrapper, &runner);
        let chained_wrapper = wrapper.chained.map(|chained| chained.shown);
        Ok(Self { settings, env, runner, chained_wrapper, dir, expected, before, workspace })
    }

    fn begin(&self, command: &CargoCommand) -> Begin {
        Begin {
            format: event::FORMAT,
            brisk: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.words().to_vec(),
            cwd: self.workspace.cwd.to_string_lossy().into_owned(),
            anchor: anchor(),
            profile_dir: Some(command.profile_dir().to_owned()),
            jobs: Some(command.jobs().unwrap_or(self.settings.jobs)),
            target_dir: self.expected.as_ref().map(|dirs| dirs.target_dir.to_string()),
            build_dirs: self.expected.iter().map(|dirs| dirs.build_dir.to_string()).collect(),
            chained_wrapper: self.chained_wrapper.clone(),
            variables: self.env.meaningful(),
            machine: machine_facts(),
        }
    }

    /// Reads the events, and puts the run into the store.
    fn into_run(self, command: &CargoCommand, places: &Places) -> std::result::Result<StoredCommand, String> {
        let recording = Recording::read(self.dir.path()).map_err(|error| chain(&error))?;
        let workspace = workspace_of(&self.workspace);
        let cargo = cargo_version(command);
        let loading = Loading { recording: &recording, before: &self.before, cargo: cargo.as_deref() };
        let run = loading.run(self.dir.id().clone(), &workspace);
        if !is_of_a_build(&run) {
            // Where it stays behind, the next Brisk removes it.
            let _ = self.dir.remove();
            return Err("the command compiled nothing, and there is no workspace here".to_owned());
        }
        let stored = keep(self.dir, &run, places)?;
        // Outside of any workspace the build itself tells of its packages.
        let workspace = if workspace.known_root().is_some() { workspace } else { Workspace::of_build("", &run.build) };
        Ok(StoredCommand { id: stored.id, path: stored.path, build: run.build, workspace })
    }
}

/// Without a compiler Cargo fails, and what it says then would name our wrapper where it should name the compiler.
fn compiler_is_there(settings: &Settings, workspace: &WorkspaceOptions) -> std::result::Result<(), String> {
    let programs =
        [("compiler", &settings.rustc), ("rustc wrapper for workspace members", &settings.rustc_workspace_wrapper)];
    let is_there = |path| workspace.environment.find_program(path).is_some();
    let missing = programs.iter().find_map(|(role, program)| {
        let path = &program.as_ref().filter(|program| !is_there(&program.path))?.path;
        Some(format!("the {role} `{}` was not found", path.display()))
    });
    missing.map_or(Ok(()), Err)
}

fn cargo_version(command: &CargoCommand) -> Option<String> {
    let toolchain = command.args().first().filter(|_| command.names_toolchain()).cloned();
    let mut cargo = plain_cargo(&CargoCommand::new(toolchain.into_iter().chain([OsString::from("-V")]).collect()));
    first_line(cargo.stdin(Stdio::null()))
}
