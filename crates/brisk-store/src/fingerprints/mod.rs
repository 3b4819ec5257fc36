//! Tier 0: a build from what Cargo left behind, without running anything.
//!
//! Cargo stores a *fingerprint* of every unit it builds: the features, and the fingerprints of all units it depends on.
//! Together they are the unit graph. The times of those files and of rustc's outputs are the times of the units. This works
//! for any build directory of a stable toolchain, and after the fact.
//!
//! 1. [`Snapshot::read`] reads all units of all profiles and platforms, in Cargo's old and new layout, and concludes
//!    nothing.
//! 2. Each unit is identified: package and version by the crate root in its dep-info, mode by its name and outputs.
//! 3. Dependencies are found by the hashes of fingerprints (`edges`), commands by the gaps between units (`sessions`).
//! 4. One command is chosen as the build that matters, with all units that belong to it now (`view`).
//! 5. [`load()`] puts this into a [`brisk::model::Build`], or [`build_of`] does for units that the caller names.
//! 6. Of all units on disk, `stored` tells which are still needed.
//! 6. What decides whether the units are fresh next time is looked at where somebody asks for it ([`watches`]).
//!
//! What this cannot know: CPU time, link time, why a unit was rebuilt, and any build of a unit but its last.

mod activity;
mod artifacts;
mod build_dirs;
mod compiler;
mod damage;
mod dep_info;
mod doubts;
mod edges;
mod fingerprint;
mod listing;
mod load;
mod messages;
mod node;
mod ownership;
mod packages;
mod problems;
mod record;
mod scenario;
mod sessions;
mod snapshot;
mod stored;
mod survey;
#[cfg(test)]
mod tests;
mod times;
mod unit_name;
mod variants;
mod view;
mod watch;

pub use activity::Activity;
pub use artifacts::Artifacts;
pub use build_dirs::{BuildDirs, Layout, ProfileDir};
pub use damage::Damage;
pub use fingerprint::{DepFingerprint, Fingerprint, LocalFingerprint};
pub use load::{Found, LoadError, build_of, load};
pub use record::UnitRecord;
pub use scenario::Selection;
pub use snapshot::{Snapshot, Stage, Toolchain, Unfinished};
pub use stored::{Stored, StoredUnit};
pub use unit_name::{FileKind, Flavor, UnitName};
pub use watch::{Changed, Circumstances, Watched, watches};
