//! What a build is. Values only: made once by a loader, never changed after.
//!
//! # Glossary
//!
//! Cargo's own words, used in Cargo's sense:
//!
//! * *package*: a directory with a manifest, in one version from one source.
//! * *target*: something a package builds: library, proc macro, binary, example, test, benchmark, build script.
//! * *unit*: one target compiled (or one build script run) in one way: mode, profile, features, platform.
//! * *edge*: one unit needs another one's output before it may start.
//! * *fingerprint*: what Cargo stores of a unit to decide whether it is *fresh* or *dirty*.
//! * *front end*: rustc up to the crate's metadata (`.rmeta`); dependents of a library may start then (*pipelining*).
//! * *back end*: code generation by LLVM; *link*: the time in which the linker runs.
//! * *session*: one Cargo command that built something; the word of Cargo's own build log.

mod build;
mod compiled;
mod compiler_message;
mod configuration;
mod confirmation;
mod cure;
mod cut;
mod disk;
mod fault;
mod graph;
mod history;
mod ignored;
mod join;
mod leftovers;
mod linked;
mod machine;
mod manifest_edit;
mod no_op;
mod other_build;
mod problem;
mod profile;
mod reachable;
mod rebuilds;
mod registry_index;
mod replay;
mod requested;
mod requirement;
mod resolve;
mod sources;
mod steady;
mod summary;
mod surroundings;
mod test_failure;
mod timing;
mod trim;
mod unit;
mod unit_graph;
mod variant;
mod watch;
mod workspace;

pub use build::{Build, CpuSample, DISTURBED_FROM, Execution, Jobs, JobsBasis, Outcome, Session, Source};
pub use compiled::fewer_units;
pub use compiler_message::{CompilerMessage, FilePlace, MessageLevel, MessageSource, TargetMessages};
pub use configuration::{Configuration, Flags, LinkerChoice, Origin, Setting, Toolchain, Wrapper};
pub use confirmation::{CheckedTarget, Confirmation};
pub use cure::{ConfigEdit, ConfigValue, Cure, LockMove};
pub use cut::{Cut, Replacements};
pub use disk::{DiskEntry, DiskKind, DiskUsage};
pub use fault::{Fault, FaultKind};
pub use graph::{Edge, Graph, Wait};
pub use history::{Edits, History};
pub use ignored::{GitTarget, Tracked};
pub use leftovers::{LeftSession, LeftUnit, Leftovers, SessionOf, StoredProfile, Unneeded};
pub use linked::Linked;
pub use machine::Machine;
pub use manifest_edit::{
    DependencyChange, DependencyEdit, InheritEdit, ManifestEdit, Members, Narrowing, ProfileEdit, ProfilePart,
    ProfileValue,
};
pub use no_op::{NoOp, Rebuilt};
pub use other_build::OtherBuild;
pub use problem::{Problem, Weight};
pub use profile::{DebugInfo, Lto, Profile, ProfileRoot, ProfileSettings, Strip, profile_dir};
pub use reachable::{Reachable, ReachablePlatform};
pub use rebuilds::Rebuilds;
pub use registry_index::{IndexedPackage, RegistryIndex, Release, ReleaseDependency};
pub use replay::{PhaseCost, ReplayedUnit};
pub use requirement::strictest_requirement;
pub(crate) use resolve::compatibility;
pub use sources::{MemberSources, Mention, MissingModule, Place, Reached, SourceFile, Sources, When};
pub use summary::{CpuBasis, PhaseTotals, StatusCounts, Summary};
pub use surroundings::Surroundings;
pub use test_failure::TestFailure;
pub use timing::{Confidence, CpuTime, Phase, PhaseCpu, SessionIdx, Timing};
pub use trim::{Consent, Part, PartAt, Trim, TrimPlace};
pub use unit::{
    BadUnitHash, DirtyReason, Mode, Outputs, PackageRef, PackageSource, Platform, Status, Target, TargetKind, Unit,
    UnitHash, UnitIdx,
};
pub(crate) use unit_graph::is_of_host;
pub use unit_graph::{PlannedProfile, PlannedUnit, UnitGraph};
pub use variant::{UnitSettings, Variant, Variants};
pub use watch::{PathPlace, PathState, SourceLine, SourceTimes, Watch, WatchScope, WatchedPath, WatchedVariable};
pub use workspace::{
    Declaration, DependencyKind, Inheritable, Package, PackageIdx, PackageTarget, Workspace, WorkspaceBasis,
};
