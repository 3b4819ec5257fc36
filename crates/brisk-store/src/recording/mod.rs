//! Tier 1: a build as it was recorded while it ran.
//!
//! A recording is a directory with one file of [`event`]s, to which the recorder and the tools that it gave to Cargo
//! append. [`Recording::read`] reads what is there, complete or not, and [`build_of`] makes a [`brisk::model::Build`] of
//! it, together with what the fingerprints said before and after.
//!
//! 1. `units`: start, end and links of every rustc are put together.
//! 2. `names`, `uncaptured`: the fingerprints give the units that were fresh, the edges, and what no wrapper sees:
//!    documentation and runs of build scripts.
//! 3. `join`: each unit gets its exact times and costs.
//! 4. `dirty`: why a unit was rebuilt, by comparing its fingerprints [`Before`] and after.
//!
//! [`last_cost`] is for single calls of rustc, made outside of any build.
//!
//! A directory that its recorder has left behind is found by [`abandoned`], and one that it still writes to by
//! [`in_progress`].

mod before;
mod build;
mod dir;
mod dirty;
pub mod event;
mod facts;
mod join;
mod log;
mod names;
mod replayed;
mod uncaptured;
mod units;

pub use before::Before;
pub use build::{Surroundings, build_dirs_of, build_of};
pub use dir::{InProgress, RecordingDir, abandoned, in_progress};
pub use event::{
    Anchor, Begin, CargoProcess, End, Event, Execution, Exit, Hash, Link, Load, MachineFacts, Moment, Script, UnitEnd,
    UnitStart, Usage,
};
pub use log::{EVENTS_FILE, EventWriter, ReadError, Recording};
pub use replayed::last_cost;
