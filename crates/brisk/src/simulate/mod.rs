//! What the unit graph implies about time, and what would happen if it were another one.

mod asking;
mod bound;
mod contention;
mod costs;
mod critical_path;
mod extrapolate;
mod idle;
mod parallelism;
mod queue;
mod schedule;
mod strata;
mod transfer;
pub mod what_if;
mod workload;

pub use asking::Asking;
pub use bound::{Bound, Limits, WorkBasis};
pub use contention::contention;
pub use costs::CostBasis;
use costs::SATURATION;
pub use critical_path::{CriticalPath, Step};
pub use extrapolate::{Extrapolation, PhaseFactors, extrapolate};
pub use idle::{Stretch, idle_stretches};
pub use parallelism::Parallelism;
use schedule::longest_chain_s;
pub use schedule::{Schedule, Span, Ties};
pub use strata::Strata;
pub use transfer::{Match, Transfer};
pub use workload::{Host, Needs, Stage, Task, Workload};
