//! What numbers mean: whether one way to build is faster than another, from builds that were timed by turns, and since when.
//!
//! 1. [`Student`]: how sure a mean of few numbers is.
//! 2. [`Pair`], [`Effect`]: two builds right after each other, one of each side; what their differences say.
//! 3. [`Rule`], [`Decision`]: when enough pairs were timed, and what may be said then.
//! 4. [`Common`]: what both builds of a pair compiled alike, which tells how fast the machine was.
//! 5. [`TimedPair`], [`Comparison`]: all of that for CPU and wall time of builds, some of which other programs disturbed.
//! 6. [`change_points`]: where a series of builds over time has changed.

mod change_point;
mod common;
mod paired;
mod sequential;
mod student;
mod trial;

pub use change_point::{ChangePoint, MOST_VALUES, change_points};
pub use common::Common;
pub use paired::{Effect, Pair, Relative, Side};
pub use sequential::{Decision, Judgement, Rule, Verdict, judge};
pub use student::Student;
pub use trial::{Comparison, Metric, Speed, Timed, TimedPair, decide};
