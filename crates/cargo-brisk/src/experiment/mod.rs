//! Times two ways to build against each other.
//!
//! 1. [`Arm`]: one way: a directory, a Cargo command, an environment, and a target directory of Brisk's own.
//! 2. [`Preparation`]: what is done before each build, and is not timed: nothing, everything removed, or a source edited.
//! 3. [`Recorder`]: records builds, so that they can be compared at equal speed of the machine.
//! 4. [`Trial`]: builds of both arms by turns, in changing order, until a rule says that it is enough or the time is up.
//!
//! The user's own target directory is never used.

mod arm;
mod limited;
mod preparation;
mod recorder;
mod trial;

pub(crate) use arm::{Arm, BuildFailure, Network, Ran, Run, first_error};
pub(crate) use limited::Ended;
pub(crate) use preparation::Preparation;
pub(crate) use recorder::Recorder;
pub(crate) use trial::{Broken, Enough, Progress, Protocol, Trial, WarmUp};
