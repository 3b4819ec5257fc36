//! Builds of a trial that are recorded: what each unit takes tells how fast the machine was.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use brisk::model::Build;
use brisk::stats::Timed;
use brisk_store::store::{Filter, RunStore};
use camino::Utf8PathBuf;
use serde::Deserialize;

use super::arm::{Arm, BuildFailure, Network, Run, first_error};
use crate::process::Interrupt;

/// Records builds in a store of its own.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    /// This program.
    program: PathBuf,
    /// Where the store is.
    data_dir: Utf8PathBuf,
}

/// A build that was recorded.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// What it took: Cargo and everything below it, not what recording took.
    pub(crate) timed: Timed,
    /// Its units.
    pub(crate) build: Build,
}

/// The part of what `record` says that is needed here.
#[derive(Deserialize)]
struct Answer {
    run: StoredRun,
}

#[derive(Deserialize)]
struct StoredRun {
    id: String,
}

impl Recorder {
    /// One whose store is below `dir`.
    ///
    /// # Errors
    ///
    /// If it cannot be found out what program this is.
    pub(crate) fn new(dir: Utf8PathBuf) -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, data_dir: dir })
    }

    /// Builds `arm` once.
    ///
    /// # Errors
    ///
    /// If it does not build, or could not be recorded.
    pub(crate) fn build(&self, arm: &Arm, interrupt: &Interrupt, network: Network) -> Result<Recorded, BuildFailure> {
        let not_run = |source: io::Error| BuildFailure::NotRun { command: arm.words(), source };
        let words = ["record", "--progress", "never", "--message-format", "json", "--"].map(OsString::from);
        let args: Vec<OsString> = words.into_iter().chain(arm.command.iter().cloned()).collect();
        let dir = self.data_dir.as_os_str();
        let mut variables = vec![("CARGO", arm.cargo.as_os_str()), ("BRISK_DATA_DIR", dir), ("BRISK_CACHE_DIR", dir)];
        variables.extend(network.variable());
        let run = Run { program: &self.program, args: &args, target_dir: &arm.target_dir, variables: &variables };
        let ran = arm.run(&run, interrupt).map_err(not_run)?;
        if !ran.status.success() {
            let said = first_error(&ran.stderr, ran.status);
            return Err(BuildFailure::Failed { command: arm.words(), said, stderr: ran.stderr });
        }
        let build = self.read(&ran.stdout).map_err(|error| not_run(io::Error::other(error)))?;
        let timed = timed(&build).ok_or_else(|| not_run(io::Error::other("its recording tells no times")))?;
        Ok(Recorded { timed, build })
    }

    /// The build whose recording was announced.
    fn read(&self, stdout: &str) -> Result<Build, Box<dyn std::error::Error + Send + Sync>> {
        let last = stdout.lines().next_back().unwrap_or_default();
        let answer: Answer = serde_json::from_str(last)?;
        let store = RunStore::open(self.data_dir.join("runs"))?;
        Ok(store.get(&answer.run.id, Filter::All)?.build)
    }
}

/// What a recording says that the build took.
fn timed(build: &Build) -> Option<Timed> {
    let (from_s, to_s) = build.command_span_s?;
    Some(Timed { wall_s: to_s - from_s, cpu_s: build.cpu?.total_s(), foreign_cpu: build.foreign_cpu })
}
