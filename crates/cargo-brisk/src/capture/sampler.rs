//! Looks at the machine, and at running build scripts, while Cargo works.
//!
//! Cargo starts build scripts itself, and their executables in the target directory are the user's: nobody can stand in
//! for them. Their times are those of files; what they use is read off `/proc` until they are gone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use brisk_store::recording::{Event, EventWriter, Hash, Load, Moment, Script, Usage};

use super::identify::hash_of_out_dir;
use super::machine::{self, ProcessStat};
use super::phases::cpu_of;
use super::process::now;
use crate::process::{CpuTotals, TICK_NS};

/// How often build scripts that run are looked at. A script that runs for less may be missed, and of the others that much
/// is missing at the end. One look costs about 0.1 ms.
const SCRIPTS_EVERY: Duration = Duration::from_millis(20);
/// For how many looks a script may be about to start after another unit has ended: Cargo starts one when its dependencies
/// are done and a job is free, which is the end of another unit, and takes some milliseconds for it.
const LOOKS_AFTER_EVENT: u32 = 4;
/// Every how many looks the load of the machine is taken, and scripts are looked for in any case: 200 ms, of which the
/// kernel's ticks are 5 %.
const LOAD_EVERY: u32 = 10;

/// Looks until `stop` is closed. `cargo` is the process that Brisk started.
pub(crate) fn run(cargo: u32, mut events: EventWriter, stop: &Receiver<()>) {
    let mut scripts = Scripts { cargo, processes: BTreeMap::new() };
    let mut load = LoadMeter::start();
    let mut attention = Attention { written: 0, n_looks: LOOKS_AFTER_EVENT };
    for look in 1_u32.. {
        let is_over = stop.recv_timeout(SCRIPTS_EVERY) != Err(RecvTimeoutError::Timeout);
        let takes_load = is_over || look.is_multiple_of(LOAD_EVERY);
        let may_start = attention.is_due(events.written().ok());
        let mut found = match is_over {
            true => scripts.finish(),
            false if may_start || takes_load || scripts.any_runs() => scripts.look(),
            false => Vec::new(),
        };
        attention.renew(found.len());
        if takes_load {
            found.extend(load.sample(now()));
        }
        for event in &found {
            // Without room for events the recording is poorer, and the build goes on.
            let _ = events.write(event);
        }
        if is_over {
            return;
        }
        if !found.is_empty() {
            attention.pass_over(events.written().ok());
        }
    }
}

/// When a build script may be about to start: wrappers write events when units start and end, and scripts are seen to end.
struct Attention {
    /// Bytes of events when they were looked at last.
    written: u64,
    /// Looks that are still to be taken.
    n_looks: u32,
}

impl Attention {
    /// Whether to look, given how many bytes of events there are now; always where that is not known.
    fn is_due(&mut self, written: Option<u64>) -> bool {
        let Some(written) = written else { return true };
        if written != self.written {
            (self.written, self.n_looks) = (written, LOOKS_AFTER_EVENT);
        }
        let is_due = self.n_looks > 0;
        self.n_looks = self.n_looks.saturating_sub(1);
        is_due
    }

    /// Takes note that so many scripts have ended.
    fn renew(&mut self, n_ended: usize) {
        if n_ended > 0 {
            self.n_looks = LOOKS_AFTER_EVENT;
        }
    }

    /// Passes over events that the sampler itself wrote: now there are so many bytes.
    fn pass_over(&mut self, written: Option<u64>) {
        self.written = written.unwrap_or(self.written);
    }
}

/// Measures how busy the machine was since the last time.
struct LoadMeter {
    last: Option<(Moment, CpuTotals)>,
}

impl LoadMeter {
    fn start() -> Self {
        Self { last: CpuTotals::now().map(|totals| (now(), totals)) }
    }

    fn sample(&mut self, at: Moment) -> Option<Event> {
        let totals = CpuTotals::now()?;
        let (last_at, last) = self.last.replace((at, totals))?;
        let interval_ns = at.0.saturating_sub(last_at.0);
        // Shorter than two ticks, the kernel's own rounding is all there is to see.
        if interval_ns < 2 * TICK_NS {
            return None;
        }
        let busy = totals.since(last).busy_ns as f64 / interval_ns as f64;
        Some(Event::Load(Load { at, busy }))
    }
}

/// The processes that Cargo has started.
struct Scripts {
    cargo: u32,
    processes: BTreeMap<u32, Process>,
}

#[derive(Clone, Copy)]
enum Process {
    /// A Cargo of its own (`cargo clippy` starts one), whose children count too.
    Cargo,
    /// A build script, with what it has used.
    Script { hash: Hash, usage: Usage },
    /// rustc, a test, anything else.
    Other,
}

impl Scripts {
    /// Looks at all build scripts that run now; gives the events of those that are gone.
    fn look(&mut self) -> Vec<Event> {
        let mut seen = BTreeMap::new();
        let mut cargos = vec![self.cargo];
        while let Some(cargo) = cargos.pop() {
            for pid in children_of(cargo) {
                let process =
                    self.processes.remove(&pid).map_or_else(|| classify(pid), |process| look_again(pid, process));
                if matches!(process, Process::Cargo) && !seen.contains_key(&pid) {
                    cargos.push(pid);
                }
                seen.insert(pid, process);
            }
        }
        let gone = std::mem::replace(&mut self.processes, seen);
        events_of(&gone)
    }

    /// Whether a build script was running at the last look. One that has only been forked still looks like its parent.
    fn any_runs(&self) -> bool {
        self.processes.values().any(|process| matches!(process, Process::Script { .. }))
    }

    fn finish(&mut self) -> Vec<Event> {
        events_of(&std::mem::take(&mut self.processes))
    }
}

fn events_of(processes: &BTreeMap<u32, Process>) -> Vec<Event> {
    let event = |(pid, process): (&u32, &Process)| match *process {
        Process::Script { hash, usage } => Some(Event::Script(Script { hash, pid: *pid, usage })),
        Process::Cargo | Process::Other => None,
    };
    processes.iter().filter_map(event).collect()
}

fn look_again(pid: u32, process: Process) -> Process {
    match process {
        // Between fork and exec a process still looks like its parent.
        Process::Cargo => classify(pid),
        Process::Script { hash, usage } => Process::Script { hash, usage: usage_of(pid).unwrap_or(usage) },
        Process::Other => Process::Other,
    }
}

fn classify(pid: u32) -> Process {
    let Ok(executable) = std::fs::read_link(format!("/proc/{pid}/exe")) else { return Process::Cargo };
    let name = executable.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("build-script-") {
        let hash = out_dir_of(pid).and_then(|dir| hash_of_out_dir(&dir));
        // While the kernel still sets it up it has no environment yet: the next look tells.
        return hash.map_or(Process::Cargo, |hash| Process::Script { hash, usage: usage_of(pid).unwrap_or_default() });
    }
    let is_own = std::env::current_exe().is_ok_and(|own| own == executable);
    if !is_own && (name == "cargo" || name.starts_with("cargo-")) { Process::Cargo } else { Process::Other }
}

fn children_of(pid: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let children =
        |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
    let lists: Vec<String> = threads.flatten().map(children).collect();
    lists.iter().flat_map(|list| list.split_whitespace()).filter_map(|pid| pid.parse().ok()).collect()
}

fn out_dir_of(pid: u32) -> Option<PathBuf> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let value = environment.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(b"OUT_DIR="))?;
    Some(PathBuf::from(String::from_utf8_lossy(value).into_owned()))
}

/// What the process has used: its own CPU to the nanosecond, that of children it waited for in ticks.
fn usage_of(pid: u32) -> Option<Usage> {
    let ProcessStat { user, sys, children: (child_user, child_sys), .. } = ProcessStat::of(pid)?;
    let own_ns = cpu_of(pid)?;
    let own_user_ns = own_ns.checked_mul(user).and_then(|ns| ns.checked_div(user + sys)).unwrap_or(own_ns);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = machine::field(&status, "VmHWM").and_then(|peak| peak.strip_suffix(" kB")?.parse::<u64>().ok());
    Some(Usage {
        user_ns: own_user_ns + child_user * TICK_NS,
        sys_ns: own_ns - own_user_ns + child_sys * TICK_NS,
        max_rss: peak.unwrap_or(0) * 1024,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_looked_for_while_events_come_in_and_a_little_longer() {
        let mut attention = Attention { written: 0, n_looks: 0 };
        let due: Vec<bool> = [0, 10, 10, 10, 10, 10, 20, 20].map(|written| attention.is_due(Some(written))).into();
        assert_eq!(due, [false, true, true, true, true, false, true, true]);
        assert!(attention.is_due(None));
    }
}
