//! The machine contract, version 1: one JSON object per command.
//!
//! Fields may be added, never renamed or given another meaning. Durations are seconds (`…_s`), sizes are bytes, shares
//! are fractions of one. What was not measured is `null`, never 0; a number is always finite. Units are referred to by
//! their position in `units_list`. The structs here belong to the contract alone: the model may change without them.

mod build;
mod confirmation;
mod diagnose;
mod diff;
mod diff_parts;
mod disk;
mod duplicate;
mod edit_cost;
mod finding;
mod fix;
pub(crate) mod number;
mod other_build;
mod prove;
mod record;
mod stored;
mod undo;
mod unit;
mod what_if;

pub use build::{
    BuildView, CpuSampleView, ExecutionView, MachineView, ParallelismView, PhasesView, SessionView, StatusView,
    StepView,
};
pub use confirmation::{CheckedTargetView, ConfirmationView, UncheckedTargetView};
pub use diagnose::{Diagnose, JsonContext, ProblemView, SCHEMA_VERSION, WorkspaceView, diagnose};
pub use diff::{ComparedView, Diff, DifferenceView, GroupView, SpeedView, TotalView, diff};
pub use diff_parts::{CauseView, PackageChangeView, PackageView, SettingView, UnitChangeView};
pub use disk::{DiskEntryView, DiskView};
pub use duplicate::{DuplicateVersionView, DuplicateView, PullerView};
pub use edit_cost::EditCostView;
pub use finding::{CostView, FindingView, FixView, GainView, JointView, LocationView, SuppressedView};
pub use fix::{ChangeView, CommitView, FixedView, LockSizeView, LockView, StageView, ValidationView, fix};
pub(crate) use number::seconds;
pub use other_build::OtherBuildView;
pub use prove::{ContestantView, DeltaView, JudgementView, ProofView, Prove, SampleView, TimedView, prove};
pub use record::{Record, RecordedRunView, record};
pub use stored::{Stored, stored};
pub use undo::{ChangeRow, Undo, changes, undo};
pub use unit::{DirtyReasonView, UnitView};
pub use what_if::{BaseRunView, BaselineView, RangeView, ScenarioView, SpanView, WhatIf, what_if};

#[cfg(test)]
mod tests;
