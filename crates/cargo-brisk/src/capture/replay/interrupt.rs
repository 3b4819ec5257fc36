//! What happens when somebody stops us: the rustc at work is stopped too, and its directory removed.

use std::io;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use camino::Utf8PathBuf;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use crate::capture::signals;

/// Stands by until it is dropped.
#[derive(Debug)]
pub(super) struct Interrupt {
    /// The process group at work. Whoever holds the lock keeps the other from starting or stopping one.
    at_work: Arc<Mutex<Option<Pid>>>,
    listener: Option<(Handle, JoinHandle<()>)>,
}

impl Interrupt {
    /// Removes `dir` when we are stopped. Where signals cannot be listened to, they do what they do by default.
    pub(super) fn new(dir: Utf8PathBuf) -> Self {
        let at_work = Arc::new(Mutex::new(None));
        let signals = Signals::new(signals::heeded(&[SIGHUP, SIGINT, SIGTERM])).ok();
        let listener = signals.map(|mut signals| {
            let at_work = Arc::clone(&at_work);
            let handle = signals.handle();
            let thread = std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let at_work = lock(&at_work);
                    if let Some(group) = *at_work {
                        let _ = killpg(group, Signal::SIGKILL);
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
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Child> {
        let mut at_work = lock(&self.at_work);
        let child = command.spawn()?;
        *at_work = i32::try_from(child.id()).ok().map(Pid::from_raw);
        Ok(child)
    }

    /// The process has ended.
    pub(super) fn ended(&self) {
        *lock(&self.at_work) = None;
    }
}

/// A process id is valid whatever happened to who wrote it.
fn lock(at_work: &Mutex<Option<Pid>>) -> MutexGuard<'_, Option<Pid>> {
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
