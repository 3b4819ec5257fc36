//! What editing each member costs.

use brisk::detect::EditCost;
use serde::Serialize;

use super::number::seconds;

/// What an edit of a member has Cargo build anew: its library (its programs, where it has none) and all that depend on it.
#[derive(Clone, Debug, Serialize)]
pub struct EditCostView<'a> {
    /// The member.
    pub package: &'a str,
    /// The packages that are built anew, itself included, by name; empty if it is not part of the build.
    pub packages: &'a [String],
    /// Their units, as positions in `units_list`.
    pub units: Vec<u32>,
    /// Unit seconds of these, at the times that they took when they were last built; `null` if none has a time.
    pub unit_s: Option<f64>,
    /// CPU seconds of these; `null` unless all were measured.
    pub cpu_s: Option<f64>,
    /// Unit seconds of the member's own units among them.
    pub own_s: Option<f64>,
    /// Number of these units that have no time to rely on: all of them together cost more than `unit_s`.
    pub units_without_time: usize,
    /// Wall seconds that the rebuild takes at least, with the jobs of this build; `null` if the jobs or all times are
    /// unknown.
    pub lower_bound_s: Option<f64>,
    /// Whether the times are those of a recorded rebuild; else a rebuild that reuses what did not change takes less.
    pub of_rebuild: bool,
    /// Commits of the last 182 days that changed its sources; `null` if nobody can tell, or nobody asked.
    pub commits: Option<u32>,
}

impl<'a> EditCostView<'a> {
    pub(super) fn of(cost: &'a EditCost) -> Self {
        Self {
            package: &cost.name,
            packages: &cost.packages,
            units: cost.units.iter().map(|idx| idx.0).collect(),
            unit_s: cost.unit_s.and_then(seconds),
            cpu_s: cost.cpu_s.and_then(seconds),
            own_s: cost.own_s.and_then(seconds),
            units_without_time: cost.n_untimed,
            lower_bound_s: cost.bound_s.and_then(seconds),
            of_rebuild: cost.is_of_rebuild,
            commits: cost.commits,
        }
    }
}
