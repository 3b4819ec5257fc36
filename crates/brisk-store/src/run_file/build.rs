//! A build as the run file writes it.

use brisk::model::{
    Build, CpuSample, CpuTime, Edge, Execution, Jobs, JobsBasis, Machine, Outcome, Problem, Session, Source, UnitIdx,
};
use serde::{Deserialize, Serialize};

use super::unit::{CpuTimeFile, UnitFile};

/// Mirror of [`Source`].
#[derive(Serialize, Deserialize)]
#[serde(remote = "Source", rename_all = "kebab-case")]
pub(super) enum SourceFile {
    /// See the model.
    Fingerprints,
    /// See the model.
    Capture,
    /// See the model.
    TimingsHtml,
    /// See the model.
    BuildAnalysis,
}

/// Mirror of [`Outcome`].
#[derive(Serialize, Deserialize)]
#[serde(remote = "Outcome", rename_all = "kebab-case")]
pub(super) enum OutcomeFile {
    /// See the model.
    Unknown,
    /// See the model.
    Success,
    /// See the model.
    Failed(i32),
    /// See the model.
    Interrupted,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "JobsBasis", rename_all = "kebab-case")]
enum JobsBasisFile {
    Recorded,
    Assumed,
}

/// Mirror of [`Build`]. Edges are `[dependent, dependency]`, CPU samples `[at_s, busy]`.
#[derive(Serialize, Deserialize)]
pub(super) struct BuildFile {
    #[serde(with = "SourceFile")]
    source: Source,
    command: Option<Vec<String>>,
    profile: Option<String>,
    started_at: Option<f64>,
    wall_s: Option<f64>,
    command_span_s: Option<(f64, f64)>,
    cpu: Option<CpuTimeFile>,
    capture_cpu_s: Option<f64>,
    jobs: Option<JobsFile>,
    machine: MachineFile,
    foreign_cpu: Option<f64>,
    #[serde(with = "OutcomeFile")]
    outcome: Outcome,
    units: Vec<UnitFile>,
    edges: Vec<(u32, u32)>,
    sessions: Vec<SessionFile>,
    cpu_samples: Vec<(f64, f64)>,
    executions: Vec<ExecutionFile>,
    problems: Vec<ProblemFile>,
}

#[derive(Serialize, Deserialize)]
struct JobsFile {
    n: u32,
    #[serde(with = "JobsBasisFile")]
    basis: JobsBasis,
}

#[derive(Serialize, Deserialize)]
struct MachineFile {
    cores: Option<u32>,
    cpu_model: Option<String>,
    memory_bytes: Option<u64>,
    os: Option<String>,
    host: Option<String>,
    rustc: Option<String>,
    cargo: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SessionFile {
    started_at: f64,
    wall_s: f64,
    n_units: u32,
}

#[derive(Serialize, Deserialize)]
struct ExecutionFile {
    unit: Option<u32>,
    program: String,
    start_s: f64,
    end_s: f64,
    cpu: Option<CpuTimeFile>,
    max_rss_bytes: Option<u64>,
    exit_code: Option<i32>,
}

#[derive(Serialize, Deserialize)]
struct ProblemFile {
    what: String,
    why: String,
    effect: String,
}

impl From<&Build> for BuildFile {
    fn from(build: &Build) -> Self {
        Self {
            source: build.source,
            command: build.command.clone(),
            profile: build.profile.clone(),
            started_at: build.started_at,
            wall_s: build.wall_s,
            command_span_s: build.command_span_s,
            cpu: build.cpu.map(CpuTimeFile::from),
            capture_cpu_s: build.capture_cpu_s,
            jobs: build.jobs.map(|Jobs { n, basis }| JobsFile { n, basis }),
            machine: (&build.machine).into(),
            foreign_cpu: build.foreign_cpu,
            outcome: build.outcome,
            units: build.units.iter().map(UnitFile::from).collect(),
            edges: build.edges.iter().map(|edge| (edge.dependent.0, edge.dependency.0)).collect(),
            sessions: build.sessions.iter().map(SessionFile::from).collect(),
            cpu_samples: build.cpu_samples.iter().map(|sample| (sample.at_s, sample.busy)).collect(),
            executions: build.executions.iter().map(ExecutionFile::from).collect(),
            problems: build.problems.iter().map(ProblemFile::from).collect(),
        }
    }
}

impl BuildFile {
    /// The build, not yet checked; the error says what of it is not valid.
    pub(super) fn into_build(self) -> Result<Build, String> {
        let edge = |(dependent, dependency)| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
        Ok(Build {
            source: self.source,
            command: self.command,
            profile: self.profile,
            started_at: self.started_at,
            wall_s: self.wall_s,
            command_span_s: self.command_span_s,
            cpu: self.cpu.map(CpuTime::from),
            capture_cpu_s: self.capture_cpu_s,
            jobs: self.jobs.map(|JobsFile { n, basis }| Jobs { n, basis }),
            machine: self.machine.into(),
            foreign_cpu: self.foreign_cpu,
            outcome: self.outcome,
            units: self.units.into_iter().map(UnitFile::into_unit).collect::<Result<_, _>>()?,
            edges: self.edges.into_iter().map(edge).collect(),
            sessions: self.sessions.into_iter().map(Session::from).collect(),
            cpu_samples: self.cpu_samples.into_iter().map(|(at_s, busy)| CpuSample { at_s, busy }).collect(),
            executions: self.executions.into_iter().map(Execution::from).collect(),
            problems: self.problems.into_iter().map(|p| Problem::new(p.what, p.why, p.effect)).collect(),
        })
    }
}

impl From<&Machine> for MachineFile {
    fn from(machine: &Machine) -> Self {
        let Machine { cores, cpu_model, memory_bytes, os, host, rustc, cargo } = machine.clone();
        Self { cores, cpu_model, memory_bytes, os, host, rustc, cargo }
    }
}

impl From<MachineFile> for Machine {
    fn from(machine: MachineFile) -> Self {
        let MachineFile { cores, cpu_model, memory_bytes, os, host, rustc, cargo } = machine;
        Self { cores, cpu_model, memory_bytes, os, host, rustc, cargo }
    }
}

impl From<&Session> for SessionFile {
    fn from(session: &Session) -> Self {
        Self { started_at: session.started_at, wall_s: session.wall_s, n_units: session.n_units }
    }
}

impl From<SessionFile> for Session {
    fn from(SessionFile { started_at, wall_s, n_units }: SessionFile) -> Self {
        Self { started_at, wall_s, n_units }
    }
}

impl From<&Execution> for ExecutionFile {
    fn from(execution: &Execution) -> Self {
        Self {
            unit: execution.unit.map(|idx| idx.0),
            program: execution.program.clone(),
            start_s: execution.start_s,
            end_s: execution.end_s,
            cpu: execution.cpu.map(CpuTimeFile::from),
            max_rss_bytes: execution.max_rss_bytes,
            exit_code: execution.exit_code,
        }
    }
}

impl From<ExecutionFile> for Execution {
    fn from(execution: ExecutionFile) -> Self {
        Self {
            unit: execution.unit.map(UnitIdx),
            program: execution.program,
            start_s: execution.start_s,
            end_s: execution.end_s,
            cpu: execution.cpu.map(CpuTime::from),
            max_rss_bytes: execution.max_rss_bytes,
            exit_code: execution.exit_code,
        }
    }
}

impl From<&Problem> for ProblemFile {
    fn from(problem: &Problem) -> Self {
        Self { what: problem.what.clone(), why: problem.why.clone(), effect: problem.effect.clone() }
    }
}
