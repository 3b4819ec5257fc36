//! What calls of rustc cost when they were made again, as they were and with other flags.

use super::UnitIdx;

/// What one call of rustc cost: CPU seconds of it and its children, by phase.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseCost {
    /// All of it.
    pub cpu_s: f64,
    /// Up to metadata, or up to the first sign of code generation; `None` if that moment was not seen.
    pub front_s: Option<f64>,
    /// From there to the end, without the linker; `None` if it cannot be told from the others.
    pub back_s: Option<f64>,
    /// The linker and its children, 0 where none is run; `None` if it was not seen at work.
    pub link_s: Option<f64>,
    /// Wall seconds from start to end.
    pub wall_s: f64,
}

impl PhaseCost {
    /// Front end, back end and linker, if all are known.
    pub fn phases(&self) -> Option<[f64; 3]> {
        Some([self.front_s?, self.back_s?, self.link_s?])
    }
}

/// A unit whose call of rustc was made twice, right after each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayedUnit {
    /// The unit.
    pub unit: UnitIdx,
    /// The call as it was recorded. Only this may be compared with `changed`: the recording was made at another time, under
    /// another load.
    pub control: PhaseCost,
    /// The call with the change.
    pub changed: PhaseCost,
    /// Whether both were measured by an earlier replay.
    pub from_cache: bool,
}
