//! What a Cargo build is, what it costs, and why: the pure library behind `cargo brisk`.
//!
//! Nothing here touches files, processes, the clock or the environment; values come in, values go out. The pipeline,
//! each step reading only the values of earlier ones:
//!
//! 1. [`model`]: the [`model::Build`], one build of a workspace as units, edges, times and costs, and the
//!    [`model::Workspace`] that it is a build of. Whoever read them from the outside world puts what could not be
//!    read into [`model::Problem`]s.
//! 2. [`stats`]: what numbers mean: whether one way to build is faster than another.
//! 3. [`simulate`]: what the graph implies: the critical path, the lower bound of the wall time, units at work over time;
//!    and what would happen if the graph, the costs or the machine were others ([`simulate::what_if`]).
//! 4. [`detect`]: what is slow and why, as [`detect::Finding`]s, each with evidence, a price and a place.
//! 5. [`plan`]: what to change, and what came of it.
//! 6. [`analysis`]: all of the above for one workspace, the single value that every view is a function of; and [`outlook`],
//!    what could become of one build; [`difference`], what has become of it since; [`overview`], all that a report shows; and
//!    [`proof`], what a trial of two ways to build has shown.

pub mod analysis;
pub mod detect;
pub mod difference;
pub mod model;
pub mod outlook;
pub mod overview;
pub mod plan;
pub mod proof;
pub mod simulate;
pub mod stats;
