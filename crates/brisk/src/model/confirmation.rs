//! What rustc itself says of the members' sources.

use super::{Mode, PackageIdx, PackageTarget, Target, TargetKind, Workspace};

/// The members with all their targets, as rustc saw them in a check that was run to find out.
///
/// The check is one of the workspace as it is configured: default features, the default platform. What that leaves out
/// (targets with features of their own that are off, dependencies of other platforms, code behind `cfg`) has no answer
/// here: see [`Confirmation::unchecked`].
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmation {
    /// The command, for people.
    pub command: String,
    /// Whether it succeeded: otherwise some targets are missing or have no answer.
    pub succeeded: bool,
    /// The directory of its own that it was run in, absolute.
    pub directory: String,
    /// Bytes that the directory takes on disk, where they were counted.
    pub bytes: Option<u64>,
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
    /// [`Mode::Check`], or [`Mode::CheckTest`] where the target was checked as a test (with a test harness of its own
    /// too). A build script is compiled, not checked ([`Mode::Build`]), and so are procedural macros for those who need
    /// them.
    pub mode: Mode,
    /// The names of the crates that Cargo handed over (`--extern`), as the sources write them (`my_crate`, renamed where
    /// the manifest renames), sorted. The package's own library is one of them for all other targets.
    pub externs: Vec<String>,
    /// Those of them that the target does not use, by rustc's lint `unused_crate_dependencies`; `None` if rustc gave no
    /// answer, because the target does not compile.
    pub unused: Option<Vec<String>>,
}

impl Confirmation {
    /// The members' targets of which nobody has an answer: they need features that are off, they do not compile, or the
    /// check did not get there.
    pub fn unchecked<'a>(
        &'a self,
        workspace: &'a Workspace,
    ) -> impl Iterator<Item = (PackageIdx, &'a PackageTarget)> + 'a {
        let targets = workspace.members.iter().flat_map(|&idx| {
            let targets = workspace.package(idx).targets.iter();
            targets.map(move |target| (idx, target))
        });
        targets.filter(|(package, target)| !self.has_answer(*package, target.kind, &target.name))
    }

    fn has_answer(&self, package: PackageIdx, kind: TargetKind, name: &str) -> bool {
        let of_target = |checked: &&CheckedTarget| {
            checked.package == package && checked.target.kind == kind && checked.target.name == name
        };
        let mut checks = self.targets.iter().filter(of_target).peekable();
        checks.peek().is_some() && checks.all(|checked| checked.unused.is_some())
    }
}
