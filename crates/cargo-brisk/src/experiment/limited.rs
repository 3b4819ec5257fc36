//! Programs that are only looked at, and may take only so long.

use std::io::{self, PipeReader, Read as _};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::arm::{Arm, Run};
use crate::process::Interrupt;

/// How often a program is looked at that says nothing.
const TICK: Duration = Duration::from_millis(20);
/// How long what has been said may take to arrive when the program has ended.
const GRACE: Duration = Duration::from_millis(200);
/// How much of what a program says is kept: more than all tests of any workspace have to say.
const KEPT: usize = 64 * 1024 * 1024;

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its status; `None` if it was stopped because its time was up.
    pub(crate) status: Option<ExitStatus>,
    /// What it wrote, to either stream, in that order.
    pub(crate) said: String,
    /// Seconds from its start to its end.
    pub(crate) wall_s: f64,
}

impl Arm {
    /// Runs a program here as [`Arm::run`] does, but for no longer than `limit`. What it leaves running is stopped: it would
    /// be in the way of what is timed.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(crate) fn run_within(&self, run: &Run<'_>, limit: Duration, interrupt: &Interrupt) -> io::Result<Ended> {
        let (reader, writer) = io::pipe()?;
        let mut command = self.prepared(run.program, run.args, run.target_dir);
        command.envs(run.variables.iter().copied()).stdout(writer.try_clone()?).stderr(writer);
        let started = Instant::now();
        let mut child = interrupt.start(&mut command)?;
        // It holds ends of the pipe that would keep it open.
        drop(command);
        let pieces = read_on(reader);
        let mut said = Vec::new();
        let status = ended(&mut child, started + limit, &pieces, &mut said);
        if let Ok(group) = i32::try_from(child.id()) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let waited = child.wait();
        interrupt.ended(&child);
        let (status, _) = (status?, waited?);
        while let Ok(piece) = pieces.recv_timeout(GRACE) {
            keep(&mut said, &piece);
        }
        let said = String::from_utf8_lossy(&said).into_owned();
        Ok(Ended { status, said, wall_s: started.elapsed().as_secs_f64() })
    }
}

/// Waits until the program ends or its time is up. It may have closed its streams long before, and others may hold them open
/// long after.
fn ended(
    child: &mut Child,
    until: Instant,
    pieces: &Receiver<Vec<u8>>,
    said: &mut Vec<u8>,
) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        match pieces.recv_timeout(TICK) {
            Ok(piece) => keep(said, &piece),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK),
        }
    }
}

fn keep(said: &mut Vec<u8>, piece: &[u8]) {
    let free = KEPT.saturating_sub(said.len());
    said.extend_from_slice(&piece[..piece.len().min(free)]);
}

/// What comes out of the pipe, piece by piece, so that nobody has to wait for its end.
fn read_on(mut reader: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) if sender.send(buffer[..n].to_vec()).is_ok() => {}
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, limit: Duration) -> Ended {
        let dir = tempfile::tempdir().unwrap();
        let own = camino::Utf8PathBuf::from_path_buf(dir.path().join("own")).unwrap();
        let arm = Arm {
            cwd: "/".into(),
            cargo: "cargo".into(),
            command: Vec::new(),
            environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())],
            target_dir: "/nowhere".into(),
        };
        let args = ["-c".into(), script.into()];
        let run = Run { program: "sh".as_ref(), args: &args, target_dir: &arm.target_dir, variables: &[] };
        arm.run_within(&run, limit, &Interrupt::new(own)).unwrap()
    }

    #[test]
    fn both_streams_are_told_in_the_order_in_which_they_were_written() {
        let ended = run("echo 1; echo 2 >&2; echo 3; exit 4", Duration::from_secs(60));
        assert_eq!(ended.said, "1\n2\n3\n");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(4));
    }

    #[test]
    fn what_does_not_end_is_stopped_with_all_that_it_has_started() {
        let ended = run("echo begun; sh -c 'tail -f /dev/null'", Duration::from_secs(2));
        assert_eq!((ended.status, ended.said.as_str()), (None, "begun\n"));
    }

    #[test]
    fn what_is_left_running_is_not_waited_for() {
        let ended = run("tail -f /dev/null & exit 3", Duration::from_secs(600));
        assert_eq!(ended.status.and_then(|status| status.code()), Some(3));
        assert!(ended.wall_s < 300.0, "{}", ended.wall_s);
    }
}
