//! What the unit graph implies about time.

mod bound;
mod critical_path;
mod parallelism;

pub use bound::{Bound, WorkBasis};
pub use critical_path::{CriticalPath, Step};
pub use parallelism::Parallelism;
