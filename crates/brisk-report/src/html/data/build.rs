//! The build as a whole, its machine, and the workspace.

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuBasis, CpuTime, DISTURBED_FROM, JobsBasis, Outcome, WorkspaceBasis};
use brisk::simulate::WorkBasis;
use serde::Serialize;

use crate::format;
use crate::json::number::{ratio, seconds};
use crate::text::record_command;

/// The workspace.
#[derive(Debug, Serialize)]
pub(super) struct WorkspaceData {
    members: Option<usize>,
    packages: usize,
    basis: &'static str,
}

/// Totals of the build.
#[derive(Debug, Serialize)]
pub(super) struct BuildData<'a> {
    source: &'static str,
    /// The command, for a shell.
    command: Option<String>,
    /// The command that records such a build.
    record: String,
    profile: Option<&'a str>,
    outcome: &'static str,
    exit_code: Option<i32>,
    started_at: Option<f64>,
    /// Of the main session.
    wall_s: Option<f64>,
    /// Of all units; `None` where those are of several sessions.
    whole_wall_s: Option<f64>,
    cpu_s: Option<f64>,
    /// `command` or `units`.
    cpu_basis: Option<&'static str>,
    user_s: Option<f64>,
    sys_s: Option<f64>,
    capture_cpu_s: Option<f64>,
    /// Processors that worked for the command, on average.
    busy: Option<f64>,
    jobs: Option<u32>,
    is_jobs_assumed: bool,
    foreign_cpu: Option<f64>,
    is_disturbed: bool,
    n_timed: usize,
    /// Units on the main time line.
    n_main: usize,
    tells_all_edges: bool,
    status: StatusData,
    bound: Option<BoundData>,
    parallelism: Option<ParallelismData>,
    machine: MachineData<'a>,
    sessions: Vec<SessionData>,
}

#[derive(Debug, Serialize)]
struct StatusData {
    fresh: usize,
    dirty: usize,
    new: usize,
}

#[derive(Debug, Serialize)]
struct BoundData {
    lower_s: Option<f64>,
    path_s: Option<f64>,
    /// `cpu` or `unit-seconds`.
    basis: &'static str,
    /// `critical-path` or `work`.
    by: &'static str,
}

#[derive(Debug, Serialize)]
struct ParallelismData {
    mean: Option<f64>,
    max: u32,
    alone_s: Option<f64>,
}

#[derive(Debug, Serialize)]
struct MachineData<'a> {
    cores: Option<u32>,
    cpu_model: Option<&'a str>,
    memory_bytes: Option<u64>,
    host: Option<&'a str>,
    rustc: Option<&'a str>,
    cargo: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct SessionData {
    wall_s: Option<f64>,
    n_units: u32,
}

impl WorkspaceData {
    pub(super) fn of(analysis: &Analysis) -> Self {
        let workspace = &analysis.workspace;
        let basis = match workspace.basis {
            WorkspaceBasis::CargoMetadata => "cargo-metadata",
            WorkspaceBasis::Files => "files",
            WorkspaceBasis::Build => "build",
        };
        Self { members: workspace.known_members().map(<[_]>::len), packages: workspace.packages.len(), basis }
    }
}

impl<'a> BuildData<'a> {
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        let Analysis { build, summary, .. } = analysis;
        let (outcome, exit_code) = outcome(build.outcome);
        let main = build.units.iter().filter(|unit| build.in_main_session(unit) && unit.trusted_duration_s().is_some());
        Self {
            source: build.source.as_str(),
            command: build.command.as_deref().map(format::command),
            record: record_command(build).trim_matches('`').to_owned(),
            profile: build.profile.as_deref(),
            outcome,
            exit_code,
            started_at: build.started_at.and_then(seconds),
            wall_s: build.wall_s.and_then(seconds).filter(|_| summary.n_timed > 0),
            whole_wall_s: build.whole_wall_s().and_then(seconds).filter(|_| summary.n_timed > 0),
            cpu_s: summary.cpu.and_then(|(cpu_s, _)| seconds(cpu_s)),
            cpu_basis: summary.cpu.map(|(_, basis)| if basis == CpuBasis::Command { "command" } else { "units" }),
            user_s: build.cpu.and_then(|cpu| seconds(cpu.user_s)),
            sys_s: build.cpu.and_then(|cpu| seconds(cpu.sys_s)),
            capture_cpu_s: build.capture_cpu_s.and_then(seconds),
            busy: busy(build).and_then(ratio),
            jobs: build.jobs.map(|jobs| jobs.n),
            is_jobs_assumed: build.jobs.is_some_and(|jobs| jobs.basis == JobsBasis::Assumed),
            foreign_cpu: build.foreign_cpu.and_then(ratio),
            is_disturbed: summary.n_timed > 0 && build.foreign_cpu.is_some_and(|share| share > DISTURBED_FROM),
            n_timed: summary.n_timed,
            n_main: main.count(),
            tells_all_edges: build.source.tells_all_edges(),
            status: StatusData { fresh: summary.status.fresh, dirty: summary.status.dirty, new: summary.status.new },
            bound: BoundData::of(analysis),
            parallelism: ParallelismData::of(analysis),
            machine: MachineData::of(build),
            sessions: SessionData::all(build),
        }
    }
}

fn outcome(outcome: Outcome) -> (&'static str, Option<i32>) {
    match outcome {
        Outcome::Unknown => ("unknown", None),
        Outcome::Success => ("success", Some(0)),
        Outcome::Failed(code) => ("failed", Some(code)),
        Outcome::Interrupted => ("interrupted", None),
    }
}

/// CPU seconds over the seconds in which they were used: those of the command, without the programs that it ran and that were
/// measured for themselves.
fn busy(build: &Build) -> Option<f64> {
    let cpu_s = build.cpu.map(CpuTime::total_s)?;
    let ran_s: f64 = build.executions.iter().map(|run| (run.end_s - run.start_s).max(0.0)).sum();
    let span_s = build.command_span_s.map(|(from_s, to_s)| to_s - from_s - ran_s).or(build.wall_s)?;
    (span_s > 0.0).then_some(cpu_s / span_s)
}

impl BoundData {
    fn of(analysis: &Analysis) -> Option<Self> {
        let bound = analysis.bound.as_ref()?;
        Some(Self {
            lower_s: seconds(bound.lower_s),
            path_s: seconds(analysis.critical_path.length_s),
            basis: if bound.basis == WorkBasis::Cpu { "cpu" } else { "unit-seconds" },
            by: if bound.by_critical_path { "critical-path" } else { "work" },
        })
    }
}

impl ParallelismData {
    fn of(analysis: &Analysis) -> Option<Self> {
        let parallelism = &analysis.parallelism;
        let is_known = !parallelism.steps.is_empty();
        is_known.then(|| Self {
            mean: ratio(parallelism.mean),
            max: parallelism.max,
            alone_s: seconds(parallelism.alone_s),
        })
    }
}

impl<'a> MachineData<'a> {
    fn of(build: &'a Build) -> Self {
        let machine = &build.machine;
        Self {
            cores: machine.cores,
            cpu_model: machine.cpu_model.as_deref(),
            memory_bytes: machine.memory_bytes,
            host: machine.host.as_deref(),
            rustc: machine.rustc.as_deref(),
            cargo: machine.cargo.as_deref(),
        }
    }
}

impl SessionData {
    fn all(build: &Build) -> Vec<Self> {
        let session =
            |session: &brisk::model::Session| Self { wall_s: seconds(session.wall_s), n_units: session.n_units };
        build.sessions.iter().map(session).collect()
    }
}
