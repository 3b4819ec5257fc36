//! What rustc said of the members, where it was asked.

use brisk::model::{CheckedTarget, Confirmation, PackageIdx, PackageTarget, Workspace};
use serde::Serialize;

/// A check in which rustc was asked.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmationView<'a> {
    /// The command, as people would write it.
    pub command: &'a str,
    /// Whether it succeeded: otherwise some targets have no answer.
    pub succeeded: bool,
    /// The directory of its own that it was run in.
    pub directory: &'a str,
    /// Bytes that this directory takes on disk.
    pub bytes: Option<u64>,
    /// The members' targets that were checked.
    pub targets: Vec<CheckedTargetView<'a>>,
    /// The members' targets without an answer.
    pub unchecked: Vec<UncheckedTargetView<'a>>,
}

/// A target that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedTargetView<'a> {
    /// Name of its package.
    pub package: &'a str,
    /// Kind of target, in Cargo's words.
    pub kind: &'static str,
    /// Its name.
    pub target: &'a str,
    /// Cargo's word for what was done: `check`, `check-test`, `build`.
    pub mode: &'static str,
    /// The crates that it was given, by the names that its sources use.
    pub externs: &'a [String],
    /// Those that it does not use; `null` if it does not compile.
    pub unused: Option<&'a [String]>,
}

/// A target without an answer.
#[derive(Clone, Debug, Serialize)]
pub struct UncheckedTargetView<'a> {
    /// Name of its package.
    pub package: &'a str,
    /// Kind of target, in Cargo's words.
    pub kind: &'static str,
    /// Its name.
    pub target: &'a str,
    /// Features without which it is not compiled.
    pub required_features: &'a [String],
}

impl<'a> ConfirmationView<'a> {
    pub(super) fn of(workspace: &'a Workspace, confirmation: &'a Confirmation) -> Self {
        let unchecked = confirmation.unchecked(workspace);
        Self {
            command: &confirmation.command,
            succeeded: confirmation.succeeded,
            directory: &confirmation.directory,
            bytes: confirmation.bytes,
            targets: confirmation.targets.iter().map(|target| CheckedTargetView::of(workspace, target)).collect(),
            unchecked: unchecked.map(|(idx, target)| UncheckedTargetView::of(workspace, idx, target)).collect(),
        }
    }
}

impl<'a> CheckedTargetView<'a> {
    fn of(workspace: &'a Workspace, checked: &'a CheckedTarget) -> Self {
        Self {
            package: &workspace.package(checked.package).name,
            kind: checked.target.kind.as_str(),
            target: &checked.target.name,
            mode: checked.mode.as_str(),
            externs: &checked.externs,
            unused: checked.unused.as_deref(),
        }
    }
}

impl<'a> UncheckedTargetView<'a> {
    fn of(workspace: &'a Workspace, idx: PackageIdx, target: &'a PackageTarget) -> Self {
        Self {
            package: &workspace.package(idx).name,
            kind: target.kind.as_str(),
            target: &target.name,
            required_features: &target.required_features,
        }
    }
}
