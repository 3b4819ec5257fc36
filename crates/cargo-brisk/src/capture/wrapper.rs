//! The rustc wrapper: runs rustc unchanged and writes down when it did what.
//!
//! 1. What is not a unit (probes, C compilers under a cache's name) is exec'ed at once.
//! 2. rustc is started with its stderr piped; everything else is inherited, the job server's pipe included.
//! 3. Its messages are passed on as they come, byte for byte; the moments of the artifact notifications are noted.
//! 4. The wrapper ends as rustc did.
//!
//! A rustc that links sees another `PATH`, in which linkers are found that tell when they run. A crate that asks for `PATH`
//! at compile time (`env!`) would keep it: such a crate is compiled again with the right one.
//!
//! Trouble of its own never reaches the build: without events it only passes on, and what cannot be piped is exec'ed.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitCode, ExitStatus, Stdio};

use brisk_store::recording::{Event, EventWriter, Moment, UnitEnd, UnitStart};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::calls::KeptCall;
use super::identify::identify;
use super::phases::{Milestone, Milestones, codegen_runs, cpu_of};
use super::process::{self, now};
use super::role::{Call, LINKER_DIR, UNIT};
use crate::process::{own_usage, usage_of_children};

/// How often a rustc that announces no metadata is looked at for signs of code generation at first, milliseconds: the
/// error of that moment. One look costs about 50 µs.
const FIRST_LOOK_MS: u16 = 10;
/// And later: after this share of the time that it has already run, so that the error of its front end stays below 3 %
/// and the number of looks grows with the logarithm of that time only.
const LOOK_SHARE: u64 = 32;

/// Wrappers that hand the work to a server: what their client uses says nothing about rustc.
const CLIENTS: [&str; 2] = ["sccache", "cachepot"];

/// Plays the wrapper.
pub(crate) fn run(call: &Call) -> ExitCode {
    let at = now();
    let chained = call.chained_wrapper();
    let real_command = || real_command(call, chained.as_deref());
    let Some((command, recorded)) = prepare(call, chained.as_deref(), at) else {
        return process::exec(real_command());
    };
    match recorded.run(command, &call.args) {
        Some(End::As(status)) => process::end_as(status),
        // All that it has to say was said the first time.
        Some(End::Again) => process::exec({
            let mut command = real_command();
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        }),
        None => process::exec(real_command()),
    }
}

/// What would run without us: the wrapper that was there before, or the first argument.
pub(super) fn real_command(call: &Call, chained: Option<&Path>) -> Command {
    let mut words = chained.map(|path| path.as_os_str().to_owned()).into_iter().chain(call.args.iter().cloned());
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// How a recorded rustc ended.
enum End {
    /// So.
    As(ExitStatus),
    /// Well, but what it made is not what it would have made without us.
    Again,
}

/// A rustc whose run is written down.
struct Recorded {
    unit: UnitStart,
    events: EventWriter,
    /// Whether rustc runs in the child process itself, so that looking at the child tells something.
    in_child: bool,
    /// Whether it sees another `PATH`.
    with_linkers: bool,
}

fn prepare(call: &Call, chained: Option<&Path>, at: Moment) -> Option<(Command, Recorded)> {
    let unit = identify(&call.args, at)?;
    let events = process::events()?;
    let mut command = real_command(call, chained);
    let path = links(&unit).then(|| path_with_linkers(call, &unit)).flatten();
    let with_linkers = path.is_some();
    if let Some(path) = path {
        command.env("PATH", path).env(UNIT, unit.pid.to_string());
    }
    command.stderr(Stdio::piped());
    let in_child = !chained.is_some_and(is_client);
    Some((command, Recorded { unit, events, in_child, with_linkers }))
}

fn is_client(wrapper: &Path) -> bool {
    wrapper.file_stem().is_some_and(|stem| CLIENTS.iter().any(|client| stem == *client))
}

/// Whether rustc will run a linker.
fn links(unit: &UnitStart) -> bool {
    let linked = ["bin", "cdylib", "dylib", "proc-macro"];
    unit.emit.iter().any(|kind| kind == "link")
        && (unit.test || unit.crate_types.iter().any(|kind| linked.contains(&kind.as_str())))
}

/// `PATH` with the stand-ins for linkers in front. Only a rustc that links sees it.
fn path_with_linkers(call: &Call, unit: &UnitStart) -> Option<OsString> {
    let dir = call.tool.parent()?.with_file_name(LINKER_DIR);
    let path = std::env::var_os("PATH")?;
    if let Some(linker) = unit.linker.as_deref().filter(|linker| !linker.contains('/')) {
        stand_in_for(linker, &dir, &path, &call.tool);
    }
    std::env::join_paths(std::iter::once(dir).chain(std::env::split_paths(&path))).ok()
}

/// Makes the link for a linker that is called by a name of which the recorder did not know. That it is there already, or
/// cannot be made, is no trouble: then this linker runs unseen.
fn stand_in_for(linker: &str, dir: &Path, path: &std::ffi::OsStr, tool: &Path) {
    let link = dir.join(linker);
    if !link.exists()
        && process::find_program(Path::new(linker), path, None).is_some()
        && let Ok(executable) = std::fs::read_link(tool)
    {
        let _ = std::os::unix::fs::symlink(executable, link);
    }
}

impl Recorded {
    /// Runs rustc; `None` if it could not even be started, so that nothing has happened yet.
    fn run(mut self, mut command: Command, args: &[OsString]) -> Option<End> {
        let start = Event::UnitStart(Box::new(self.unit.clone()));
        self.events.write(&start).ok()?;
        let mut child = command.spawn().ok()?;
        // Now, while rustc is at work.
        let kept = KeptCall::of(args, &self.unit);
        let mut milestones = Milestones::default();
        if let Some(stderr) = child.stderr.take() {
            self.forward(stderr, &child, &mut milestones);
        }
        let status = child.wait().ok()?;
        let end = UnitEnd {
            pid: self.unit.pid,
            at: now(),
            expanded: milestones.expanded,
            rmeta: milestones.rmeta,
            codegen: milestones.codegen,
            front_cpu_ns: milestones.front_cpu_ns,
            usage: self.in_child.then(usage_of_children),
            own: own_usage(),
            exit: process::exit_of(status),
        };
        // A full disk must not fail the build.
        let _ = self.events.write(&Event::UnitEnd(end));
        if let Some(kept) = kept.filter(|_| status.success()) {
            kept.keep();
        }
        let keeps_path =
            self.with_linkers && status.success() && milestones.dep_info.as_deref().is_some_and(keeps_path);
        Some(if keeps_path { End::Again } else { End::As(status) })
    }

    /// Passes `stderr` on until rustc closes it.
    fn forward(&self, mut stderr: ChildStderr, child: &Child, milestones: &mut Milestones) {
        let mut out = std::io::stderr().lock();
        let mut buffer = [0; 16 * 1024];
        let mut announces_metadata = self.unit.emit.iter().any(|kind| kind == "metadata");
        loop {
            if !announces_metadata && self.in_child {
                announces_metadata = wait_for_codegen(&stderr, child, self.unit.at, milestones);
            }
            let n_bytes = match stderr.read(&mut buffer) {
                Ok(0) => break,
                Ok(n_bytes) => n_bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let at = now();
            // When Cargo is gone nobody reads: rustc may finish all the same.
            let _ = out.write_all(&buffer[..n_bytes]);
            milestones.read(&buffer[..n_bytes], at, |milestone| {
                let measured = milestone == Milestone::Metadata && self.in_child;
                measured.then(|| cpu_of(child.id())).flatten()
            });
        }
    }
}

/// Whether the crate has asked for `PATH`, by its dep-info: `# env-dep:PATH=…` (`write_out_deps` in
/// `rustc_interface::passes`).
fn keeps_path(dep_info: &Path) -> bool {
    let text = std::fs::read_to_string(dep_info).unwrap_or_default();
    text.lines()
        .any(|line| line.strip_prefix("# env-dep:PATH").is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}

/// Milliseconds until a rustc that was started at `start` is looked at again.
fn look_after_ms(start: Moment, now: Moment) -> u16 {
    let age_ms = now.0.saturating_sub(start.0) / 1_000_000;
    u16::try_from(age_ms / LOOK_SHARE).unwrap_or(u16::MAX).max(FIRST_LOOK_MS)
}

/// Waits until there is something to read. Meanwhile looks whether code generation has begun; returns whether there is
/// nothing more to look for.
fn wait_for_codegen(stderr: &ChildStderr, child: &Child, start: Moment, milestones: &mut Milestones) -> bool {
    loop {
        let mut fds = [PollFd::new(stderr.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::from(look_after_ms(start, now()))) {
            Ok(0) if codegen_runs(child.id()) => {
                milestones.codegen = Some(now());
                milestones.front_cpu_ns = cpu_of(child.id());
                return true;
            }
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => return false,
            Err(_) => return true,
        }
    }
}
