//! What two builds differ in: a page of its own.
//!
//! 1. The headline, the two builds, and their totals.
//! 2. In what they differ as a whole.
//! 3. Why: the causes, which add up to the change.
//! 4. What has moved onto the critical path or off it.
//! 5. All packages that are not the same, and all units, where everything is asked for.
//! 6. What to do next.

mod head;
mod path;
mod render;
#[cfg(test)]
mod tests;
mod units;
mod why;

pub use render::diff;
