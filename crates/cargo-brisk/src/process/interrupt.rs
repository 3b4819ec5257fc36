//! What happens when somebody stops us: every rustc at work is stopped too, and the directory of all removed.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use camino::Utf8PathBuf;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::signals;

/// Stands by until it is dropped.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// The process groups at work. Whoever holds the lock keeps others from starting or stopping one.
    at_work: Arc<Mutex<BTreeSet<Pid>>>,
    listener: Option<(Handle, JoinHandle<()>)>,
}

impl Interrupt {
    /// Removes `dir` when we are stopped. Where signals cannot be listened to, they do what they do by default.
    pub(crate) fn new(dir: Utf8PathBuf) -> Self {
        let at_work = Arc::new(Mutex::new(BTreeSet::new()));
        let signals = Signals::new(signals::heeded(&[SIGHUP, SIGINT, SIGTERM])).ok();
        let listener = signals.map(|mut signals| {
            let at_work = Arc::clone(&at_work);
            let handle = signals.handle();
            let thread = std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let at_work = lock(&at_work);
                    for group in at_work.iter() {
                        let _ = killpg(*group, Signal::SIGKILL);
                    }
                    let _ = std::fs::remove_dir_all(&dir);
                    // With the lock held: nothing is started any more.
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            });
            (handle, thread)
        });
        Self { at_work, listener }
    }

    /// Starts `command`, the leader of a process group of its own.
    pub(crate) fn start(&self, command: &mut Command) -> io::Result<Child> {
        let mut at_work = lock(&self.at_work);
        let child = command.spawn()?;
        at_work.extend(group_of(&child));
        Ok(child)
    }

    /// The process has ended.
    pub(crate) fn ended(&self, child: &Child) {
        if let Some(group) = group_of(child) {
            lock(&self.at_work).remove(&group);
        }
    }
}

/// The process group that a process leads.
fn group_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().map(Pid::from_raw)
}

/// Process ids are valid whatever happened to who wrote them.
fn lock(at_work: &Mutex<BTreeSet<Pid>>) -> MutexGuard<'_, BTreeSet<Pid>> {
    at_work.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.listener.take() {
            handle.close();
            let _ = thread.join();
        }
    }
}
