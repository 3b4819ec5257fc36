//! A finding: one cause of slowness, with evidence, price and place.

use super::Detector;
use crate::model::{Cure, Cut, Declaration, FilePlace, Inheritable, Package, Workspace};

/// How much it matters on this workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth doing when near.
    Minor,
    /// Worth doing.
    Major,
}

/// Work for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// Minutes.
    Small,
    /// Hours.
    Medium,
    /// Days.
    Large,
}

impl Effort {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing that a build would not show.
    Low,
    /// Behaviour may change; tests must show.
    Medium,
    /// The public interface or shipped behaviour changes.
    High,
}

impl Risk {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How a number came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Timed on this machine.
    Measured,
    /// From re-running single compilations.
    Replayed,
    /// From the simulator.
    Simulated,
    /// Counted, not timed.
    Counted,
    /// Worked out from another measurement.
    Estimated,
    /// There is no number.
    None,
}

/// What it costs now. `None`: not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Unit seconds (wall time of the units concerned, added up).
    pub seconds: Option<f64>,
    /// CPU seconds.
    pub cpu_seconds: Option<f64>,
    /// Bytes on disk.
    pub bytes: Option<u64>,
}

impl Cost {
    /// Both together. What was measured of only one of them is not known of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let add = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
        Self {
            seconds: add(self.seconds, other.seconds),
            cpu_seconds: add(self.cpu_seconds, other.cpu_seconds),
            bytes: self.bytes.zip(other.bytes).map(|(a, b)| a.saturating_add(b)),
        }
    }
}

/// What its cure would save, as an interval. `None`: not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// Wall seconds, low end.
    pub low_s: Option<f64>,
    /// Wall seconds, high end.
    pub high_s: Option<f64>,
    /// CPU seconds.
    pub cpu: Option<CpuGain>,
    /// Bytes on disk.
    pub bytes: Option<u64>,
    /// How wall seconds and bytes came about.
    pub basis: Basis,
}

impl Gain {
    /// Nobody has found out.
    pub const UNKNOWN: Self = Self { low_s: None, high_s: None, cpu: None, bytes: None, basis: Basis::None };
}

/// CPU seconds that would be saved, as an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CpuGain {
    /// Low end.
    pub low_s: f64,
    /// High end; the same where they were measured.
    pub high_s: f64,
    /// How it came about.
    pub basis: Basis,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path, relative to the workspace root where it lies below it.
    pub file: String,
    /// Line, from 1, where known.
    pub line: Option<u32>,
}

impl Location {
    /// The manifest of `package`, where it is on this machine.
    pub fn of_manifest(workspace: &Workspace, package: &Package) -> Option<Self> {
        let path = package.manifest_path.as_deref()?;
        let below = path.strip_prefix(workspace.root.as_str()).map(|path| path.trim_start_matches('/'));
        Some(Self { file: below.unwrap_or(path).to_owned(), line: None })
    }

    /// Where `package` declares a dependency. What is inherited stands there as well: its features and whether it is
    /// wanted at all are the package's own.
    pub fn of_declaration(workspace: &Workspace, package: &Package, declaration: &Declaration) -> Option<Self> {
        Some(Self { line: declaration.line, ..Self::of_manifest(workspace, package)? })
    }

    /// Where the root manifest offers a dependency to all members.
    pub fn of_inheritable(entry: &Inheritable) -> Self {
        Self { file: "Cargo.toml".to_owned(), line: entry.line }
    }

    /// `a/Cargo.toml:7`, or the file alone where no line is known.
    pub fn in_words(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

impl From<&FilePlace> for Location {
    fn from(place: &FilePlace) -> Self {
        Self { file: place.file.clone(), line: place.line }
    }
}

/// One cause of slowness.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the detector.
    pub id: &'static str,
    /// Stable across runs: `duplicate-version:dashmap`.
    pub key: String,
    /// One line.
    pub title: String,
    /// What it is about: a package, a target, a setting.
    pub subject: String,
    /// How much it matters.
    pub severity: Severity,
    /// Its price.
    pub cost: Cost,
    /// What the seconds of the price are of, in words.
    pub seconds_of: &'static str,
    /// What a cure would bring.
    pub gain: Gain,
    /// Work.
    pub effort: Effort,
    /// Danger.
    pub risk: Risk,
    /// Facts, one sentence each.
    pub evidence: Vec<String>,
    /// Where to look.
    pub locations: Vec<Location>,
    /// When it does not apply.
    pub caveats: Vec<String>,
    /// A command to run next: one that looks closer, or one that cures.
    pub command: Option<String>,
    /// What cures it and can be done by a program; all of it together. Empty where people have to decide, or to edit sources.
    pub cure: Vec<Cure>,
    /// What its cure would take out of the unit graph; empty where it takes nothing out, or that is not known.
    pub cuts: Vec<Cut>,
    /// Keys of other findings whose cures would take out some of the same units, so that costs may not be added up.
    pub overlaps: Vec<String>,
}

impl Finding {
    /// What `detector` has to say of `subject`: a note of medium effort and risk, with the detector's own caveat. Price,
    /// place and evidence are the caller's to add.
    pub(super) fn of(detector: &Detector, subject: String, title: String) -> Self {
        Self {
            id: detector.id,
            key: format!("{}:{subject}", detector.id),
            title,
            subject,
            severity: Severity::Note,
            cost: Cost::default(),
            seconds_of: "unit time",
            gain: Gain::UNKNOWN,
            effort: Effort::Medium,
            risk: Risk::Medium,
            evidence: Vec::new(),
            locations: Vec::new(),
            caveats: vec![detector.wrong_when.to_owned()],
            command: None,
            cure: Vec::new(),
            cuts: Vec::new(),
            overlaps: Vec::new(),
        }
    }

    /// What findings are sorted by: the gain where known, else the cost.
    pub fn rank_s(&self) -> f64 {
        let cost_s = self.cost.cpu_seconds.or(self.cost.seconds);
        self.gain.low_s.or(cost_s).unwrap_or(0.0)
    }
}
