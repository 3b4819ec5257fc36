//! What keeps Cargo from building, in so far as it is known before anything is compiled.

use super::FilePlace;

/// What is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A manifest, the lockfile, Cargo's configuration, a directory: Cargo does not get as far as to compile.
    Workspace,
    /// The toolchain, or a part of it, is not installed.
    Toolchain,
    /// A program that the configuration names is not installed.
    Program,
}

/// What is at fault; the [`super::Problem`] that it belongs to says it in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// The same whenever the same is at fault: a file relative to the workspace, a toolchain, a program.
    pub subject: String,
    /// The line that is wrong, or that asks for what is missing; none if that is not known.
    pub places: Vec<FilePlace>,
    /// A command that mends it, or looks closer.
    pub command: Option<String>,
}
