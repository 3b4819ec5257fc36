//! A job server for one rustc, as it would have from Cargo: by it code generation knows how many threads it may run.
//!
//! Without one rustc makes one of its own, with 32 tokens whatever the machine has (`rustc_data_structures::jobserver`), and
//! its threads would stand in each other's way.

use std::io::{self, PipeReader, PipeWriter, Write as _};
use std::os::fd::{AsFd, AsRawFd as _};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

/// The pipe with the tokens. One that is used by nobody else: what a process that was killed has taken is not given back.
#[derive(Debug)]
pub(super) struct JobServer {
    reader: PipeReader,
    writer: PipeWriter,
}

impl JobServer {
    /// For a process that may use `jobs` processors: one token less than that, as it has one by itself (GNU make, "POSIX
    /// Jobserver").
    pub(super) fn new(jobs: u32) -> io::Result<Self> {
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(&vec![b'+'; jobs.saturating_sub(1) as usize])?;
        for end in [reader.as_fd(), writer.as_fd()] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::empty()))?;
        }
        Ok(Self { reader, writer })
    }

    /// The variable by which Cargo tells rustc of it, and its value.
    pub(super) fn variable(&self) -> (&'static str, String) {
        let (reader, writer) = (self.reader.as_raw_fd(), self.writer.as_raw_fd());
        ("CARGO_MAKEFLAGS", format!("-j --jobserver-fds={reader},{writer} --jobserver-auth={reader},{writer}"))
    }
}
