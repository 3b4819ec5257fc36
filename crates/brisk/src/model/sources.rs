//! What the sources of the members name, read as text: no macro is expanded, and every `#[cfg]` is taken for true.

use std::collections::{BTreeMap, BTreeSet};

use super::{PackageIdx, Target};

/// The sources of all members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Ascending by package. A member that is not here was not read.
    pub members: Vec<MemberSources>,
    /// `mod` declarations without a file.
    pub missing_modules: Vec<MissingModule>,
}

/// The sources of one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberSources {
    /// The member.
    pub package: PackageIdx,
    /// Its files, by path: those that its targets reach by `mod`, `#[path]` and `include!`, and all others in the
    /// directories where Cargo looks for targets.
    pub files: Vec<SourceFile>,
    /// Files that could not be read, or are too large, and roots of targets that are not there: nothing may be concluded from what is not named.
    pub unread: Vec<String>,
    /// Whether it includes code that its build script writes, and that is not among the files.
    pub includes_generated: bool,
    /// Names of dependencies of which the manifest says, for another tool, that they are needed although no source shows
    /// it (`package.metadata.cargo-machete.ignored` and its like), as the manifest writes them.
    pub kept: BTreeSet<String>,
}

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path, relative to the workspace root where it lies below it.
    pub path: String,
    /// The targets that reach it; empty where none does by a way that can be read.
    pub reached_by: Vec<Reached>,
    /// What it names of the dependencies that its package declares, and in paths of those that other members declare: by
    /// the name of the crate, as sources write it.
    pub mentions: BTreeMap<String, Vec<Mention>>,
}

/// By which target a file is reached, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// The target.
    pub target: Target,
    /// Under which circumstances.
    pub when: When,
}

/// Under which circumstances code is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// With the test harness only: below `#[cfg(test)]` or `#[test]`.
    pub test: bool,
    /// Perhaps not: below any other `#[cfg]`, or handed to a macro in braces, which may drop it.
    pub perhaps: bool,
}

impl When {
    /// Always.
    pub const ALWAYS: Self = Self { test: false, perhaps: false };

    /// Under the circumstances of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { test: self.test || other.test, perhaps: self.perhaps || other.perhaps }
    }

    /// Under the circumstances of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { test: self.test && other.test, perhaps: self.perhaps && other.perhaps }
    }
}

/// How a crate is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// First segment of a path, in `use` or `extern crate`; also in a text of an attribute (`#[serde(with = "…")]`).
    Path,
    /// Name alone, handed to a macro or an attribute, which may make a path of it.
    Argument,
    /// Any of these in an example of the documentation.
    Doctest,
    /// An identifier of that name, of something else by the look of it.
    Word,
}

/// One way in which a file names a crate; its first line stands for all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// How it is named.
    pub place: Place,
    /// When that code is compiled, its file being so.
    pub when: When,
    /// First line, from 1.
    pub line: u32,
    /// The segments that follow it in paths (`net` of `tokio::net::TcpStream`); `*` where anything may: a glob, or
    /// another name for the crate.
    pub segments: BTreeSet<String>,
}

/// `mod name;` without a file, where the module is part of its target in any case: below no `#[cfg]`, in no macro.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingModule {
    /// The member.
    pub package: PackageIdx,
    /// The target that it is a module of: the first one, where it is one of several.
    pub target: Target,
    /// The file that declares it, relative to the workspace root where it lies below it.
    pub file: String,
    /// Line of the declaration, from 1.
    pub line: u32,
    /// Name of the module.
    pub name: String,
}

impl Sources {
    /// Those of one member.
    pub fn of(&self, package: PackageIdx) -> Option<&MemberSources> {
        self.members.iter().find(|member| member.package == package)
    }
}

impl MemberSources {
    /// Whatever names the crate, with its file.
    pub fn mentions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a SourceFile, &'a Mention)> {
        self.files.iter().flat_map(move |file| {
            let mentions = file.mentions.get(name).into_iter().flatten();
            mentions.map(move |mention| (file, mention))
        })
    }
}
