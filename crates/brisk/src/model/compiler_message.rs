//! What rustc said of a target: warnings and errors.

use super::{Mode, PackageRef, Target};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageLevel {
    /// The target compiles all the same.
    Warning,
    /// The target does not compile.
    Error,
}

/// A place in a source file, a manifest or a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePlace {
    /// Path, relative to the workspace root where it lies below it, absolute elsewhere.
    pub file: String,
    /// Line, from 1, where known.
    pub line: Option<u32>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CompilerMessage {
    /// Warning or error.
    pub level: MessageLevel,
    /// Its code: a lint (`unused_imports`, `clippy::needless_return`) or an error (`E0308`).
    pub code: Option<String>,
    /// The first line of it.
    pub text: String,
    /// Where it points, if anywhere.
    pub place: Option<FilePlace>,
    /// Whether it comes with a suggestion that the compiler itself says may be applied by a program
    /// (`MachineApplicable`), as `cargo fix` does.
    pub fixable: bool,
}

/// How the messages of a target came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageSource {
    /// A check that was run to find out: they are of the sources as they are.
    Check,
    /// What Cargo keeps of the last build of the target: the sources may have changed since.
    LastBuild,
    /// A recorded build that failed.
    Recording,
}

/// All that was said of one target, compiled in one way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetMessages {
    /// Its package.
    pub package: PackageRef,
    /// The target.
    pub target: Target,
    /// How it was compiled.
    pub mode: Mode,
    /// How they came to be known.
    pub source: MessageSource,
    /// Whether it does not compile (or, a build script that is run, fails).
    pub failed: bool,
    /// Warnings and errors, in the compiler's order; those beyond a limit are left out.
    pub messages: Vec<CompilerMessage>,
}

impl TargetMessages {
    /// The errors.
    pub fn errors(&self) -> impl Iterator<Item = &CompilerMessage> {
        self.messages.iter().filter(|message| message.level == MessageLevel::Error)
    }

    /// The warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &CompilerMessage> {
        self.messages.iter().filter(|message| message.level == MessageLevel::Warning)
    }
}
