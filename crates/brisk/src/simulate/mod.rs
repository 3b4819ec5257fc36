//! What the unit graph implies about time.

mod bound;
mod critical_path;
mod extrapolate;
mod idle;
mod parallelism;
mod strata;

pub use bound::{Bound, Limits, WorkBasis};
pub use critical_path::{CriticalPath, Step};
pub use extrapolate::{Extrapolation, PhaseFactors, extrapolate};
pub use idle::{Stretch, idle_stretches};
pub use parallelism::Parallelism;
pub use strata::Strata;
