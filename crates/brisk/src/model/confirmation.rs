//! What rustc itself says of the members' sources.

use super::{Mode, PackageIdx, Target};

/// The members with all their targets, as rustc saw them in a check that was run to find out.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmation {
    /// The command, for people.
    pub command: String,
    /// Whether it succeeded: otherwise some targets are missing or have no answer.
    pub succeeded: bool,
    /// The members' targets that were checked.
    pub targets: Vec<CheckedTarget>,
}

/// One check of one target of a member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckedTarget {
    /// The member.
    pub package: PackageIdx,
    /// Its target, `build.rs` included.
    pub target: Target,
    /// [`Mode::Check`], or [`Mode::CheckTest`] where the target was checked with its test harness. A build script is
    /// compiled, not checked ([`Mode::Build`]), and so are procedural macros.
    pub mode: Mode,
    /// The names of the crates that Cargo handed over (`--extern`), as the sources write them (`my_crate`, renamed where
    /// the manifest renames).
    pub externs: Vec<String>,
    /// Those of them that the target does not use, by rustc's lint `unused_crate_dependencies`; `None` if rustc gave no
    /// answer, because the target does not compile.
    pub unused: Option<Vec<String>>,
}
