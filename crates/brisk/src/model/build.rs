//! One build of a workspace.

use super::{CpuTime, Edge, Machine, Problem, SessionIdx, Status, Unit, UnitIdx};

/// Where the knowledge of a build comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Cargo's fingerprints and the times of its files (tier 0).
    Fingerprints,
    /// `cargo brisk record` (tier 1).
    Capture,
    /// A `cargo-timing*.html`.
    TimingsHtml,
    /// Cargo's own `-Zbuild-analysis` log.
    BuildAnalysis,
}

impl Source {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprints => "fingerprints",
            Self::Capture => "capture",
            Self::TimingsHtml => "timings-html",
            Self::BuildAnalysis => "build-analysis",
        }
    }

    /// Whether it tells of every unit what that depends on. A timings report has only, for each unit, which units its end
    /// let start (`unlocked_units` in `core/compiler/timings/mod.rs`), and Cargo's log has no dependencies.
    pub fn tells_all_edges(self) -> bool {
        matches!(self, Self::Fingerprints | Self::Capture)
    }
}

/// How a build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The source does not say, as a recording that broke off before Cargo ended.
    Unknown,
    /// Exit code 0.
    Success,
    /// Another exit code (128 + n for signal n).
    Failed(i32),
    /// Cargo was stopped: what is there is true, the rest is missing.
    Interrupted,
}

/// How the number of jobs is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobsBasis {
    /// The build itself said so.
    Recorded,
    /// What this machine and its configuration would use now.
    Assumed,
}

/// How many units Cargo may run at once (`-j`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// The number, at least 1.
    pub n: u32,
    /// How it is known.
    pub basis: JobsBasis,
}

/// One Cargo command that built some of the units.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Seconds since the UNIX epoch at which its first unit started (or the command itself, where that is known).
    pub started_at: f64,
    /// Wall seconds from its start to the end of its last unit (or of the command).
    pub wall_s: f64,
    /// How many of the build's units have their timing from it.
    pub n_units: u32,
}

/// How busy the whole machine was at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CpuSample {
    /// Seconds since the build's start: end of the sampling interval.
    pub at_s: f64,
    /// Busy processors in the interval, all programs together.
    pub busy: f64,
}

/// A test binary, benchmark or program that Cargo ran after building.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// The unit that built it, when known.
    pub unit: Option<UnitIdx>,
    /// File name of the executable.
    pub program: String,
    /// Start and end, seconds since the build's start.
    pub start_s: f64,
    /// See `start_s`.
    pub end_s: f64,
    /// CPU of it and its children.
    pub cpu: Option<CpuTime>,
    /// Largest resident set in bytes.
    pub max_rss_bytes: Option<u64>,
    /// Its exit code; 128 + n for signal n.
    pub exit_code: Option<i32>,
}

/// One build: units, edges, times, machine, and the problems met while reading.
///
/// Invariants, kept by [`Build::checked`]: edges point at existing units, never twice, never at themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// Where it was read from.
    pub source: Source,
    /// The Cargo command after `cargo`, where known.
    pub command: Option<Vec<String>>,
    /// Name of the profile (`dev`, `release`, …), where known.
    pub profile: Option<String>,
    /// Seconds since the UNIX epoch; the zero of all `_s` times of the units. `None` if only relative times are known.
    pub started_at: Option<f64>,
    /// Wall seconds of the main session: from the start of its first unit to the end of its last one. What Cargo does
    /// before (resolving, checking fingerprints) and after (running tests) is not in it; see `command_span_s`. That of all
    /// units is [`Build::whole_wall_s`].
    pub wall_s: Option<f64>,
    /// Start and end of the whole command, seconds since `started_at`, where that was observed.
    pub command_span_s: Option<(f64, f64)>,
    /// CPU of the whole command: Cargo, rustc, build scripts, linkers, and of what it ran after building all that is not
    /// in `executions` (a program that Cargo became, documentation tests). Not what recording it took.
    pub cpu: Option<CpuTime>,
    /// CPU seconds that recording took while the command ran, as the recorder and its tools measured themselves. Their
    /// start and end as processes, about a third of a millisecond each, is not in it.
    pub capture_cpu_s: Option<f64>,
    /// How many units could run at once.
    pub jobs: Option<Jobs>,
    /// The machine and toolchain.
    pub machine: Machine,
    /// Share of the machine's capacity that other programs took while the main session ran (0 to 1).
    pub foreign_cpu: Option<f64>,
    /// How it ended.
    pub outcome: Outcome,
    /// All units, fresh ones included where the source has them.
    pub units: Vec<Unit>,
    /// Who waits for whom.
    pub edges: Vec<Edge>,
    /// The sessions that the timings are of. The first one is the main session, which the headline is about.
    pub sessions: Vec<Session>,
    /// Machine load over the main session, in time order.
    pub cpu_samples: Vec<CpuSample>,
    /// What was run after building, in time order.
    pub executions: Vec<Execution>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Share of its units that a build must have built itself to be one from nothing. Not all: a few may have no time to rely on.
const NEARLY_ALL: f64 = 0.9;

/// Above this share of the machine, wall times of a build no longer speak of the build alone: an idle desktop or CI
/// runner stays below it, one more busy program on 16 processors is above it.
pub const DISTURBED_FROM: f64 = 0.05;

impl Build {
    /// Whether it is known that other programs hardly disturbed it.
    pub fn is_quiet(&self) -> bool {
        self.foreign_cpu.is_some_and(|share| share <= DISTURBED_FROM)
    }

    /// Whether it has no unit, or was recorded while all of them were fresh.
    pub fn compiled_nothing(&self) -> bool {
        let is_fresh = |unit: &Unit| unit.status == Status::Fresh && unit.timing.is_none();
        self.units.is_empty() || (self.source == Source::Capture && self.units.iter().all(is_fresh))
    }

    /// Whether it succeeded and built nearly all of its units itself, so that what it took is what the whole takes.
    pub fn is_from_nothing(&self) -> bool {
        let n_built = self.units.iter().filter(|unit| unit.trusted_duration_s().is_some()).count();
        self.outcome == Outcome::Success && n_built > 0 && n_built as f64 >= NEARLY_ALL * self.units.len() as f64
    }

    /// An empty build of `source`: a loader fills in what it knows with struct update syntax.
    pub fn empty(source: Source) -> Self {
        Self {
            source,
            command: None,
            profile: None,
            started_at: None,
            wall_s: None,
            command_span_s: None,
            cpu: None,
            capture_cpu_s: None,
            jobs: None,
            machine: Machine::default(),
            foreign_cpu: None,
            outcome: Outcome::Unknown,
            units: Vec::new(),
            edges: Vec::new(),
            sessions: Vec::new(),
            cpu_samples: Vec::new(),
            executions: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Drops what breaks the invariants (edges to units that are not there, edges twice, a unit that waits for itself)
    /// and sorts the edges, so that everybody downstream may rely on them.
    #[must_use]
    pub fn checked(mut self) -> Self {
        let n_units = self.units.len();
        self.edges.retain(|edge| {
            edge.dependent.index() < n_units && edge.dependency.index() < n_units && edge.dependent != edge.dependency
        });
        self.edges.sort_unstable();
        self.edges.dedup();
        self
    }

    /// The unit at `idx`.
    pub fn unit(&self, idx: UnitIdx) -> &Unit {
        &self.units[idx.index()]
    }

    /// All units with their index.
    pub fn iter_units(&self) -> impl Iterator<Item = (UnitIdx, &Unit)> {
        (0..).map(UnitIdx).zip(&self.units)
    }

    /// Wall seconds of all units that have a time to rely on: [`Build::wall_s`], unless some of them are of other sessions.
    /// Only this may be compared with bound, critical path and sums, which are of all units.
    pub fn whole_wall_s(&self) -> Option<f64> {
        let mut timed = self.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
        self.wall_s.filter(|_| timed.all(|unit| self.in_main_session(unit)))
    }

    /// Whether the unit's timing is of the main session, so that it may stand on the main time line.
    pub fn in_main_session(&self, unit: &Unit) -> bool {
        unit.timing.is_some_and(|timing| timing.session == SessionIdx(0))
    }
}
