//! Totals of a build, and what happened over time in it.

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuBasis, CpuSample, CpuTime, Execution, JobsBasis, Mode, Outcome, Session, Summary, Wait};
use brisk::simulate::{Parallelism, Step, WorkBasis};
use serde::Serialize;

use super::number::{ratio, seconds};

/// Totals of a build.
#[derive(Clone, Debug, Serialize)]
pub struct BuildView<'a> {
    /// Where it was read from: `fingerprints`, `capture`, `timings-html`, `build-analysis`.
    pub source: &'static str,
    /// The profile.
    pub profile: Option<&'a str>,
    /// The Cargo command after `cargo`.
    pub command: Option<&'a [String]>,
    /// Number of units.
    pub units: usize,
    /// Number of edges; `null` where the source does not tell all of them (timings reports, Cargo's log).
    pub edges: Option<usize>,
    /// Wall seconds from the start of the first unit to the end of the last one; `null` also where the units with a time are
    /// of several commands: each of the `sessions` has its own. Bound, critical path and sums are of all units.
    pub wall_s: Option<f64>,
    /// `[start, end]` of the whole command, in seconds since `started_at`: also what Cargo does before and after the units.
    pub command_span_s: Option<[Option<f64>; 2]>,
    /// CPU seconds of the whole command but for the programs in `executions`, or of all units where only those were
    /// measured (see `cpu_basis`).
    pub cpu_s: Option<f64>,
    /// `command` or `units`.
    pub cpu_basis: Option<&'static str>,
    /// CPU seconds that the recording itself took on top; `null` where nothing was recorded.
    pub capture_cpu_s: Option<f64>,
    /// How many units could run at once.
    pub jobs: Option<u32>,
    /// `recorded`, or `assumed` from this machine and its configuration.
    pub jobs_basis: Option<&'static str>,
    /// Length of the critical path.
    pub critical_path_s: Option<f64>,
    /// What no schedule of the same units on the same number of jobs can beat.
    pub lower_bound_s: Option<f64>,
    /// What the work in the bound is counted in: `cpu` or `unit-seconds`.
    pub bound_basis: Option<&'static str>,
    /// What sets the bound: `critical-path` or `work`.
    pub bound_by: Option<&'static str>,
    /// Work over jobs.
    pub work_per_job_s: Option<f64>,
    /// Share of the machine that other programs took meanwhile (0 to 1).
    pub foreign_cpu: Option<f64>,
    /// Seconds since the UNIX epoch; the zero of all times.
    pub started_at: Option<f64>,
    /// `success`, `failed`, `interrupted`, `unknown`.
    pub outcome: &'static str,
    /// Exit code of the command; 128 + n for signal n.
    pub exit_code: Option<i32>,
    /// How many units were fresh, dirty, new.
    pub status: StatusView,
    /// Number of units with a time to rely on.
    pub n_timed: usize,
    /// Sum of the durations of those.
    pub unit_s: Option<f64>,
    /// The same by phase.
    pub phases: Option<PhasesView>,
    /// Units at work over time; `null` if no unit of the main session has a time.
    pub parallelism: Option<ParallelismView>,
    /// The Cargo commands that the times are of, the main one first.
    pub sessions: Vec<SessionView>,
    /// The machine and the toolchain.
    pub machine: MachineView<'a>,
}

/// How many units were fresh, dirty, new, or without a word on it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StatusView {
    /// Nothing to do.
    pub fresh: usize,
    /// Rebuilt.
    pub dirty: usize,
    /// Built for the first time.
    pub new: usize,
    /// The source does not say.
    pub unknown: usize,
}

/// Unit seconds by phase; `null` for a phase that was not observed in any unit.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PhasesView {
    /// Front ends.
    pub front_s: Option<f64>,
    /// Code generation.
    pub back_s: Option<f64>,
    /// Linkers; where nobody watched them, their time is in `back_s` and `unsplit_s`.
    pub link_s: Option<f64>,
    /// Build scripts at run.
    pub script_s: Option<f64>,
    /// rustc calls whose phases were not observed.
    pub unsplit_s: Option<f64>,
}

/// Units at work in the main session.
#[derive(Clone, Debug, Serialize)]
pub struct ParallelismView {
    /// Mean.
    pub mean: Option<f64>,
    /// Most at once.
    pub max: u32,
    /// Seconds with at most one.
    pub alone_s: Option<f64>,
    /// `[from second, units from then on]`, ascending.
    pub steps: Vec<(Option<f64>, u32)>,
}

/// One Cargo command.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SessionView {
    /// Seconds since the UNIX epoch.
    pub started_at: Option<f64>,
    /// Wall seconds.
    pub wall_s: Option<f64>,
    /// Number of units that have their time from it.
    pub n_units: u32,
}

/// The machine and the toolchain.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MachineView<'a> {
    /// Logical processors.
    pub cores: Option<u32>,
    /// Model of the processor.
    pub cpu_model: Option<&'a str>,
    /// Main memory.
    pub memory_bytes: Option<u64>,
    /// `linux`, `macos`, `windows`.
    pub os: Option<&'a str>,
    /// Host triple.
    pub host: Option<&'a str>,
    /// `rustc --version`.
    pub rustc: Option<&'a str>,
    /// `cargo --version`.
    pub cargo: Option<&'a str>,
}

/// A unit on the critical path.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    /// Its position in `units_list`.
    pub unit: u32,
    /// What people call it.
    pub label: String,
    /// Seconds of it on the path.
    pub on_path_s: Option<f64>,
    /// What the next one waits for: `metadata` or `end`.
    pub until: &'static str,
}

/// A program that Cargo ran after building.
#[derive(Clone, Debug, Serialize)]
pub struct ExecutionView<'a> {
    /// The unit that built it, as a position in `units_list`.
    pub unit: Option<u32>,
    /// File name of the executable.
    pub program: &'a str,
    /// Start, in seconds since the build's start.
    pub start_s: Option<f64>,
    /// End.
    pub end_s: Option<f64>,
    /// CPU seconds of it and its children.
    pub cpu_s: Option<f64>,
    /// Largest resident set.
    pub max_rss_bytes: Option<u64>,
    /// Exit code; 128 + n for signal n.
    pub exit_code: Option<i32>,
}

/// Load of the machine in an interval.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CpuSampleView {
    /// End of the interval, in seconds since the build's start; it begins where the one before ends.
    pub at_s: Option<f64>,
    /// Busy processors, all programs together.
    pub busy: Option<f64>,
}

impl<'a> BuildView<'a> {
    /// The totals of `analysis`.
    pub fn of(analysis: &'a Analysis) -> Self {
        let Analysis { build, summary, bound, critical_path, .. } = analysis;
        let timed = summary.n_timed > 0;
        let cpu = summary.cpu.and_then(|(cpu_s, basis)| Some((seconds(cpu_s)?, cpu_basis(basis))));
        let (outcome, exit_code) = outcome(build.outcome);
        Self {
            source: build.source.as_str(),
            profile: build.profile.as_deref(),
            command: build.command.as_deref(),
            units: summary.n_units,
            edges: build.source.tells_all_edges().then_some(summary.n_edges),
            wall_s: build.whole_wall_s().and_then(seconds),
            command_span_s: build.command_span_s.map(|(from_s, to_s)| [seconds(from_s), seconds(to_s)]),
            cpu_s: cpu.map(|(cpu_s, _)| cpu_s),
            cpu_basis: cpu.map(|(_, basis)| basis),
            capture_cpu_s: build.capture_cpu_s.and_then(seconds),
            jobs: build.jobs.map(|jobs| jobs.n),
            jobs_basis: build.jobs.map(|jobs| jobs_basis(jobs.basis)),
            critical_path_s: seconds(critical_path.length_s).filter(|_| timed),
            lower_bound_s: bound.and_then(|bound| seconds(bound.lower_s)),
            bound_basis: bound.map(|bound| bound_basis(bound.basis)),
            bound_by: bound.map(|bound| if bound.by_critical_path { "critical-path" } else { "work" }),
            work_per_job_s: bound.and_then(|bound| bound.work_per_job_s).and_then(seconds),
            foreign_cpu: build.foreign_cpu.and_then(ratio),
            started_at: build.started_at.and_then(seconds),
            outcome,
            exit_code,
            status: StatusView::of(summary),
            n_timed: summary.n_timed,
            unit_s: seconds(summary.unit_s).filter(|_| timed),
            phases: timed.then(|| PhasesView::of(build, summary)),
            parallelism: ParallelismView::of(&analysis.parallelism),
            sessions: build.sessions.iter().map(SessionView::of).collect(),
            machine: MachineView::of(build),
        }
    }
}

pub(super) fn cpu_basis(basis: CpuBasis) -> &'static str {
    match basis {
        CpuBasis::Command => "command",
        CpuBasis::Units => "units",
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

fn jobs_basis(basis: JobsBasis) -> &'static str {
    match basis {
        JobsBasis::Recorded => "recorded",
        JobsBasis::Assumed => "assumed",
    }
}

fn bound_basis(basis: WorkBasis) -> &'static str {
    match basis {
        WorkBasis::Cpu => "cpu",
        WorkBasis::UnitSeconds => "unit-seconds",
    }
}

impl StatusView {
    fn of(summary: &Summary) -> Self {
        let status = summary.status;
        Self { fresh: status.fresh, dirty: status.dirty, new: status.new, unknown: status.unknown }
    }
}

impl PhasesView {
    fn of(build: &Build, summary: &Summary) -> Self {
        let phases = summary.phases;
        let trusted = build.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
        let rustc = trusted.filter(|unit| unit.mode != Mode::RunBuildScript);
        let any_split = rustc.clone().any(|unit| unit.split_s().is_some());
        let any_link = rustc.clone().filter_map(|unit| unit.timing).any(|timing| timing.link_s.is_some());
        Self {
            front_s: seconds(phases.front_s).filter(|_| any_split),
            back_s: seconds(phases.back_s).filter(|_| any_split),
            link_s: seconds(phases.link_s).filter(|_| any_link),
            script_s: seconds(phases.script_s),
            unsplit_s: seconds(phases.unsplit_s),
        }
    }
}

impl ParallelismView {
    fn of(parallelism: &Parallelism) -> Option<Self> {
        (!parallelism.steps.is_empty()).then(|| Self {
            mean: ratio(parallelism.mean),
            max: parallelism.max,
            alone_s: seconds(parallelism.alone_s),
            steps: parallelism.steps.iter().map(|&(at_s, n_units)| (seconds(at_s), n_units)).collect(),
        })
    }
}

impl SessionView {
    fn of(session: &Session) -> Self {
        Self { started_at: seconds(session.started_at), wall_s: seconds(session.wall_s), n_units: session.n_units }
    }
}

impl<'a> MachineView<'a> {
    pub(super) fn of(build: &'a Build) -> Self {
        let machine = &build.machine;
        Self {
            cores: machine.cores,
            cpu_model: machine.cpu_model.as_deref(),
            memory_bytes: machine.memory_bytes,
            os: machine.os.as_deref(),
            host: machine.host.as_deref(),
            rustc: machine.rustc.as_deref(),
            cargo: machine.cargo.as_deref(),
        }
    }
}

impl StepView {
    pub(super) fn of(build: &Build, step: &Step) -> Self {
        Self {
            unit: step.unit.0,
            label: build.unit(step.unit).label(),
            on_path_s: seconds(step.on_path_s),
            until: match step.until {
                Wait::Metadata => "metadata",
                Wait::End => "end",
            },
        }
    }
}

impl<'a> ExecutionView<'a> {
    pub(super) fn of(execution: &'a Execution) -> Self {
        Self {
            unit: execution.unit.map(|idx| idx.0),
            program: &execution.program,
            start_s: seconds(execution.start_s),
            end_s: seconds(execution.end_s),
            cpu_s: execution.cpu.map(CpuTime::total_s).and_then(seconds),
            max_rss_bytes: execution.max_rss_bytes,
            exit_code: execution.exit_code,
        }
    }
}

impl CpuSampleView {
    pub(super) fn of(sample: &CpuSample) -> Self {
        Self { at_s: seconds(sample.at_s), busy: ratio(sample.busy) }
    }
}
