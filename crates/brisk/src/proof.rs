//! What a trial of two ways to build has shown: the answer of `cargo brisk prove`, the single value that its views are
//! functions of.

use crate::model::Problem;
use crate::stats::{Comparison, Relative, Rule, Verdict};

/// What each build of a trial started from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// An empty target directory.
    Clean,
    /// Everything built, nothing changed.
    UpToDate,
    /// Everything built, and a source of this member edited.
    Edited(String),
}

impl Start {
    /// The word of the machine contract.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::UpToDate => "no-op",
            Self::Edited(_) => "touch",
        }
    }
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contestant {
    /// As the user named it: `.`, `HEAD~1`, `.,profile.dev.debug=0`.
    pub name: String,
    /// The command that was timed, after `cargo`.
    pub command: Vec<String>,
    /// How many units a build of it compiles or runs; `None` where the builds were not recorded.
    pub n_units: Option<usize>,
    /// What its target directory held after the last build.
    pub target_bytes: Option<u64>,
}

/// What a trial has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What there is.
    pub a: Contestant,
    /// What it was compared with.
    pub b: Contestant,
    /// What each build started from.
    pub start: Start,
    /// What the builds took.
    pub comparison: Comparison,
    /// The change of CPU time that was predicted before anything was timed.
    pub predicted: Option<Relative>,
    /// How many units fewer B compiles, if all that it compiles is compiled in A, too: that is counted, however small the time.
    pub fewer_units: Option<usize>,
    /// When they were enough.
    pub rule: Rule,
    /// The time that the trial was allowed to take, seconds.
    pub budget_s: f64,
    /// The time that it took, seconds.
    pub took_s: f64,
    /// What has to be known about it.
    pub problems: Vec<Problem>,
}

impl Proof {
    /// Whether B is worth having: it is faster, or it compiles a part of what A compiles and is not slower.
    pub fn pays(&self) -> bool {
        match self.comparison.verdict() {
            Verdict::Faster => true,
            Verdict::Slower => false,
            Verdict::NoChange | Verdict::Inconclusive => self.fewer_units.is_some(),
        }
    }

    /// By how much B's target directory is larger, as a share of A's; `None` where either is not known or empty.
    pub fn target_change(&self) -> Option<f64> {
        let (a, b) = (self.a.target_bytes.filter(|bytes| *bytes > 0)?, self.b.target_bytes?);
        Some(b as f64 / a as f64 - 1.0)
    }
}

/// A prediction, and what a trial has shown later: how far predictions can be relied on.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmation {
    /// When the trial ended, in seconds since the UNIX epoch.
    pub at: f64,
    /// What was changed, in words.
    pub what: String,
    /// The change of CPU time as predicted.
    pub predicted: Relative,
    /// The same as measured.
    pub measured: Relative,
    /// What the trial said.
    pub verdict: Verdict,
    /// From so many pairs.
    pub n_pairs: usize,
}

impl Confirmation {
    /// That of a proof of `what`, if there was a prediction, and enough was timed.
    pub fn of(proof: &Proof, what: &str, at: f64) -> Option<Self> {
        let cpu = &proof.comparison.cpu;
        let (predicted, measured) = proof.predicted.zip(cpu.change)?;
        let (verdict, n_pairs) = (cpu.verdict, cpu.n_pairs);
        Some(Self { at, what: what.to_owned(), predicted, measured, verdict, n_pairs })
    }

    /// Predicted less measured, as a share of the CPU time without the change.
    pub fn error(&self) -> f64 {
        self.predicted.mid - self.measured.mid
    }

    /// Whether the range that was predicted, in which nine of ten shall lie, holds what was measured.
    pub fn is_inside(&self) -> bool {
        (self.predicted.low..=self.predicted.high).contains(&self.measured.mid)
    }
}
