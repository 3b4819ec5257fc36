//! The object of `fix`.

use brisk::plan::{Commit, LockChange, LockSize, Outcome, StageOutcome, Tried, Validation};
use serde::Serialize;

use super::number::seconds;
use super::prove::ProofView;
use super::{JsonContext, ProblemView, SCHEMA_VERSION};
use crate::before_after::proof_of;

/// What came of fixes.
#[derive(Clone, Debug, Serialize)]
pub struct FixedView<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: &'a str,
    /// The verb that wrote it.
    pub command: &'a str,
    /// Every fix, in the order in which they were tried.
    pub changes: Vec<ChangeView<'a>>,
    /// What fixes of one kind have brought, against everything that was kept before.
    pub stages: Vec<StageView<'a>>,
    /// What all that are kept have brought, against the workspace as it was: the command that was asked for; `null` if
    /// nothing is kept that a build can show.
    pub joint: Option<ProofView<'a>>,
    /// The same for every kind of build that was timed: `joint`, and a release build where that may have changed.
    pub scenarios: Vec<ProofView<'a>>,
    /// The lockfile; `null` if nothing is kept, or there is none.
    pub lock: Option<LockView>,
    /// Id of the change in the journal, for `undo`; of the last one, where each fix has one of its own; `null` if nothing was
    /// changed.
    pub journal: Option<&'a str>,
    /// All of them, in their order.
    pub journals: &'a [String],
    /// What was committed, in that order: with `--commit`, a fix each.
    pub commits: Vec<CommitView<'a>>,
    /// What has to be known about it.
    pub problems: Vec<ProblemView<'a>>,
}

/// A fix that was tried.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView<'a> {
    /// Key of the finding.
    pub key: &'a str,
    /// `kept`, `dropped-no-gain`, `dropped-broke-build`, `dropped-broke-tests`, `not-proven` or `skipped`.
    pub status: &'static str,
    /// Files that it changes, from the root of the workspace.
    pub files: &'a [String],
    /// What was run to see whether everything still works.
    pub validation: Vec<ValidationView<'a>>,
    /// What the trial of all fixes of its kind has shown; `null` where there was none.
    pub verdict: Option<&'static str>,
    /// Why it was dropped.
    pub reason: Option<&'a str>,
    /// What was found out by trying, as which features are left; `null` where nothing had to be.
    pub told: Option<&'a str>,
    /// What has to be known of it even if it is kept.
    pub caveats: &'a [String],
}

/// The lockfile before and after.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LockView {
    /// Before all changes.
    pub before: LockSizeView,
    /// With those that are kept.
    pub after: LockSizeView,
}

/// How large a lockfile is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LockSizeView {
    /// Its packages.
    pub packages: usize,
    /// Versions beyond the first one of each package that no caret requirement takes for another one.
    pub duplicates: usize,
}

/// A fix that has a commit of its own.
#[derive(Clone, Debug, Serialize)]
pub struct CommitView<'a> {
    /// Key of the finding.
    pub key: &'a str,
    /// The commit, as Git names it.
    pub id: &'a str,
    /// Id of its change in the journal, for `undo`.
    pub journal: &'a str,
}

/// A command that was run.
#[derive(Clone, Debug, Serialize)]
pub struct ValidationView<'a> {
    /// The command.
    pub command: &'a str,
    /// Whether it succeeded, or failed no worse than before.
    pub ok: bool,
    /// Its wall time.
    pub seconds: Option<f64>,
}

/// A trial of fixes of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct StageView<'a> {
    /// The kind, in words.
    pub name: &'static str,
    /// The trial; `null` where there was none.
    pub proof: Option<ProofView<'a>>,
}

/// The object of `fix` in one line, without a line feed.
pub fn fix(outcome: &Outcome, context: JsonContext<'_>) -> String {
    let object = FixedView {
        schema_version: SCHEMA_VERSION,
        brisk_version: context.brisk_version,
        command: context.command,
        changes: outcome.tried.iter().map(|tried| ChangeView::of(outcome, tried)).collect(),
        stages: outcome.stages.iter().map(StageView::of).collect(),
        joint: outcome.joint.first().map(ProofView::of),
        scenarios: outcome.joint.iter().map(ProofView::of).collect(),
        lock: outcome.lock.map(LockView::of),
        journal: outcome.journals.last().map(String::as_str),
        journals: &outcome.journals,
        commits: outcome.commits.iter().map(CommitView::of).collect(),
        problems: outcome.problems.iter().map(ProblemView::of).collect(),
    };
    serde_json::to_string(&object).expect("the structs have string keys and finite numbers only")
}

impl<'a> ChangeView<'a> {
    fn of(outcome: &'a Outcome, tried: &'a Tried) -> Self {
        Self {
            key: &tried.fix.key,
            status: tried.status.as_str(),
            files: &tried.files,
            validation: tried.validation.iter().map(ValidationView::of).collect(),
            verdict: proof_of(outcome, tried).map(|proof| proof.comparison.verdict().as_str()),
            reason: tried.reason.as_deref(),
            told: tried.told.as_deref(),
            caveats: &tried.caveats,
        }
    }
}

impl LockView {
    fn of(lock: LockChange) -> Self {
        let size = |size: LockSize| LockSizeView { packages: size.n_packages, duplicates: size.n_duplicates };
        Self { before: size(lock.before), after: size(lock.after) }
    }
}

impl<'a> CommitView<'a> {
    fn of(commit: &'a Commit) -> Self {
        Self { key: &commit.key, id: &commit.id, journal: &commit.journal }
    }
}

impl<'a> ValidationView<'a> {
    fn of(validation: &'a Validation) -> Self {
        Self { command: &validation.command, ok: validation.is_fine, seconds: seconds(validation.seconds) }
    }
}

impl<'a> StageView<'a> {
    fn of(stage: &'a StageOutcome) -> Self {
        Self { name: stage.stage.as_str(), proof: stage.proof.as_ref().map(ProofView::of) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::fix;

    fn object(outcome: &Outcome) -> Value {
        let text = fix(outcome, JsonContext { brisk_version: "0.1.0", command: "fix" });
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_object_tells_changes_scenarios_lockfile_and_commits() {
        let value = object(&fix::outcome());
        assert_eq!(value["changes"][1]["status"], "dropped-broke-tests");
        assert_eq!(value["changes"][0]["caveats"].as_array().map(Vec::len), Some(1));
        assert_eq!(value["changes"][0]["verdict"], "faster");
        assert_eq!(value["scenarios"][1]["a"]["command"], json!(["build", "--release"]));
        assert_eq!((&value["joint"], &value["joint"]["b"]["units"]), (&value["scenarios"][0], &json!(180)));
        assert_eq!(value["lock"]["before"], json!({ "packages": 312, "duplicates": 12 }));
        assert_eq!(value["commits"][0]["key"], "unused-dependency:app:heavy");
    }

    #[test]
    fn where_nothing_is_kept_there_is_nothing_to_compare() {
        let value = object(&fix::nothing());
        let fields = ["joint", "lock", "journal"].map(|name| value[name].clone());
        assert_eq!(fields, [Value::Null, Value::Null, Value::Null]);
        assert_eq!((&value["scenarios"], &value["commits"]), (&json!([]), &json!([])));
    }
}
