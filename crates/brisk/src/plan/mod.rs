//! What to change, and what came of it.
//!
//! 1. [`Fix`]: a finding whose cure a program can carry out; [`fixes()`] chooses them and puts them into an order.
//! 2. [`Offered`]: whether it is done without being asked for.
//! 3. [`Stage`]: what is tried and proven together.
//! 4. [`smallest()`]: of a set, as little as is enough; for cures that have to be searched for.
//! 5. [`Health`], [`Resolution`]: what a change must not make worse.
//! 6. [`Outcome`]: what was kept, what was dropped, and why.

mod fix;
mod health;
mod offer;
mod outcome;
mod resolution;
mod smallest;

pub use fix::{Fix, NotFixable, Stage, fixes, refuse_unknown_kinds};
pub use health::Health;
pub use offer::{Offered, when_asked};
pub use outcome::{Commit, Outcome, StageOutcome, Status, Tried, Validation};
pub use resolution::{LockChange, LockSize, PublishedLibrary, Resolution, ResolvedPackage};
pub use smallest::{Answer, Smallest, smallest};
