//! What came of fixes that were tried.

use super::{Fix, Health, LockChange, Stage};
use crate::model::Problem;
use crate::proof::Proof;

/// What became of one fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is in the workspace now.
    Kept,
    /// It makes nothing faster.
    DroppedNoGain,
    /// Something did not compile with it.
    DroppedBrokeBuild,
    /// A test failed with it.
    DroppedBrokeTests,
    /// Whether it makes anything faster could not be told.
    NotProven,
    /// It was not tried to the end: it cannot be carried out, or brings what it must not bring.
    Skipped,
}

impl Status {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::DroppedNoGain => "dropped-no-gain",
            Self::DroppedBrokeBuild => "dropped-broke-build",
            Self::DroppedBrokeTests => "dropped-broke-tests",
            Self::NotProven => "not-proven",
            Self::Skipped => "skipped",
        }
    }
}

/// A command that was run to see whether everything still works.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// The command.
    pub command: String,
    /// Whether nothing is worse than before.
    pub is_fine: bool,
    /// Its wall time.
    pub seconds: f64,
}

/// A fix that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The fix.
    pub fix: Fix,
    /// What became of it.
    pub status: Status,
    /// Files that it changes, from the root of the workspace.
    pub files: Vec<String>,
    /// What was run to see whether everything still works.
    pub validation: Vec<Validation>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// What was found out by trying, where its cure had to be searched for.
    pub told: Option<String>,
    /// What has to be known of it even if it is kept.
    pub caveats: Vec<String>,
}

impl Tried {
    /// Whether it is kept, as far as it was tried.
    pub fn is_kept(&self) -> bool {
        self.status == Status::Kept
    }

    /// One that is kept unless something speaks against it.
    pub fn begun(fix: &Fix) -> Self {
        Self {
            fix: fix.clone(),
            status: Status::Kept,
            files: Vec::new(),
            validation: Vec::new(),
            reason: None,
            told: None,
            caveats: Vec::new(),
        }
    }

    /// One that was not worth trying: it would take nothing out of the build.
    pub fn useless(fix: &Fix) -> Self {
        let reason = Some("nothing would go: others need it as well".to_owned());
        Self { status: Status::DroppedNoGain, reason, ..Self::begun(fix) }
    }
}

/// What fixes of one kind have brought together.
#[derive(Clone, Debug, PartialEq)]
pub struct StageOutcome {
    /// The kind.
    pub stage: Stage,
    /// What the trial has shown, against everything that was kept before; `None` where there was none.
    pub proof: Option<Proof>,
}

/// A fix that has a commit of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Key of the finding.
    pub key: String,
    /// The commit, as Git names it.
    pub id: String,
    /// The change in the journal.
    pub journal: String,
}

/// What came of all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What the workspace was like before.
    pub health: Health,
    /// Every fix, in the order in which they were tried.
    pub tried: Vec<Tried>,
    /// What those of each kind have brought.
    pub stages: Vec<StageOutcome>,
    /// What all that are kept have brought, against the workspace as it was: one trial for each kind of build.
    pub joint: Vec<Proof>,
    /// The lockfile before and after; `None` where nothing is kept, or it cannot be read.
    pub lock: Option<LockChange>,
    /// The changes in the journal, in their order: one, or one for each fix.
    pub journals: Vec<String>,
    /// Commits of fixes that have one of their own.
    pub commits: Vec<Commit>,
    /// What has to be known about it.
    pub problems: Vec<Problem>,
}

impl Outcome {
    /// That of a workspace in which nothing is to be tried.
    pub fn nothing(useless: &[Fix]) -> Self {
        Self {
            health: Health::green(),
            tried: useless.iter().map(Tried::useless).collect(),
            stages: Vec::new(),
            joint: Vec::new(),
            lock: None,
            journals: Vec::new(),
            commits: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Those that are kept.
    pub fn kept(&self) -> impl Iterator<Item = &Tried> {
        self.tried.iter().filter(|tried| tried.is_kept())
    }
}
