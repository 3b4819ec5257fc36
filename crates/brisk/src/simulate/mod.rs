//! What the unit graph implies about time.

mod asking;
mod bound;
mod critical_path;
mod idle;
mod parallelism;
mod transfer;

pub use asking::Asking;
pub use bound::{Bound, Limits, WorkBasis};
pub use critical_path::{CriticalPath, Step};
pub use idle::{Stretch, idle_stretches};
pub use parallelism::Parallelism;
pub use transfer::{Match, Transfer};
