//! By how much the cost of units changes.

use crate::model::UnitIdx;
use crate::simulate::{Stage, Task};

/// By what the CPU time of a unit's stages is multiplied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// The unit.
    pub unit: UnitIdx,
    /// Front end.
    pub front: f64,
    /// Code generation.
    pub back: f64,
    /// Linking.
    pub link: f64,
    /// Codegen units from now on, where they change.
    pub codegen_units: Option<u32>,
}

/// What was learned of a change of flags by running rustc with and without it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Factors {
    /// Of all units that the change is about.
    pub of_units: Vec<Factor>,
    /// Standard error of the CPU seconds that the change adds or takes in all, from the spread within the sample.
    pub standard_error_s: f64,
    /// Share of the CPU seconds of these units that was run again, 0 to 1.
    pub share_replayed: f64,
    /// What has to be said of it.
    pub caveats: Vec<String>,
}

impl Factor {
    /// The task as it would be.
    pub(super) fn applied(&self, task: Task) -> Task {
        let times = |stage: Stage, factor: f64| stage.times(factor.max(0.0));
        Task {
            front: times(task.front, self.front),
            back: times(task.back, self.back),
            link: times(task.link, self.link),
            codegen_units: self.codegen_units.unwrap_or(task.codegen_units),
            ..task
        }
    }
}
