//! What could become of a build, for people.
//!
//! 1. What is predicted from, and how much of it is to be relied on.
//! 2. What was asked for: before and after in figures, as bars, and unit by unit; each of several changes by itself.
//! 3. If nothing was asked for: the cure of each finding, all of them on top of each other, and packages for nothing.
//!
//! A change that may be none at all is within noise: it is said as that, and never as a number alone.

mod asked;
mod figures;
mod head;
mod ranking;
mod render;
mod waterfall;

pub use render::what_if;

#[cfg(test)]
mod tests;
