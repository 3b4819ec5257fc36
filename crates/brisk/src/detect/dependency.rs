//! The dependencies that members declare, and what hangs on each declaration.

use super::{Cut, Evidence, Location};
use crate::model::{
    Declaration, DependencyKind, Package, PackageIdx, PackageSource, Target, TargetKind, Unit, UnitIdx, Workspace,
};

/// A declaration whose package is known.
#[derive(Clone, Debug)]
pub(super) struct Declared<'a> {
    /// The member that declares it.
    pub(super) member: PackageIdx,
    /// Its package.
    pub(super) of: &'a Package,
    /// The declaration.
    pub(super) declaration: &'a Declaration,
    /// What it resolves to.
    pub(super) idx: PackageIdx,
    /// The package of that.
    pub(super) package: &'a Package,
    /// The name by which sources use it.
    pub(super) crate_name: String,
}

/// Whose edges a cure takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependents {
    /// All units of the declaration's kind.
    All,
    /// Those that are no tests, benchmarks and examples.
    NotTests,
}

/// All declarations of members that resolve to a library. Those of optional dependencies that are off are not among them.
pub(super) fn declared<'a>(evidence: Evidence<'a>) -> impl Iterator<Item = Declared<'a>> {
    let workspace: &'a Workspace = evidence.workspace;
    workspace.members.iter().flat_map(move |&member| {
        let of = workspace.package(member);
        of.declarations.iter().filter_map(move |declaration| {
            let idx = workspace.resolved(member, declaration)?;
            let crate_name = workspace.crate_name(member, declaration)?;
            Some(Declared { member, of, declaration, idx, package: workspace.package(idx), crate_name })
        })
    })
}

impl Declared<'_> {
    /// Its key in the table of the manifest.
    pub(super) fn key(&self) -> &str {
        self.declaration.rename.as_deref().unwrap_or(&self.declaration.package)
    }

    /// `member:name`, with its table where that is not the usual one.
    pub(super) fn subject(&self) -> String {
        let kind = match self.declaration.kind {
            DependencyKind::Normal => "",
            DependencyKind::Dev => ":dev",
            DependencyKind::Build => ":build",
        };
        let target = self.declaration.target.as_ref().map(|target| format!(":{target}")).unwrap_or_default();
        format!("{}:{}{kind}{target}", self.of.name, self.key())
    }

    /// Whether tests of the member have the crate from another table too.
    pub(super) fn is_declared_for_tests(&self) -> bool {
        let is_same = |other: &&Declaration| {
            other.kind == DependencyKind::Dev
                && other.package == self.declaration.package
                && other.rename == self.declaration.rename
                && other.target.is_none()
        };
        self.declaration.kind == DependencyKind::Normal && self.of.declarations.iter().any(|other| is_same(&other))
    }

    /// The line of the manifest.
    pub(super) fn location(&self, evidence: Evidence<'_>) -> Option<Location> {
        let manifest = Location::of_manifest(evidence.workspace, self.of)?;
        Some(Location { line: self.declaration.line, ..manifest })
    }

    /// Whether it is a member itself, and so built with or without the declaration.
    pub(super) fn is_member(&self) -> bool {
        self.package.source == PackageSource::Member
    }

    /// Whether the build has any unit of the library.
    pub(super) fn is_built(&self, evidence: Evidence<'_>) -> bool {
        evidence.build.iter_units().any(|(idx, _)| self.is_library(evidence, idx))
    }

    /// The edges of the unit graph that go with the declaration, as far as a build is spared by that.
    pub(super) fn cuts(&self, evidence: Evidence<'_>, dependents: Dependents) -> Vec<Cut> {
        if self.is_member() || !evidence.build.source.tells_all_edges() {
            return Vec::new();
        }
        let own = evidence.build.iter_units().filter(|(_, unit)| self.is_dependent(unit, dependents));
        let edges = own.flat_map(|(dependent, _)| {
            let needs = evidence.graph.dependencies(dependent).iter().copied();
            needs.map(move |dependency| Cut { dependent, dependency, instead: None })
        });
        edges.filter(|cut| self.is_library(evidence, cut.dependency)).collect()
    }

    /// Whether the unit of the member has the crate by this declaration.
    fn is_dependent(&self, unit: &Unit, dependents: Dependents) -> bool {
        let is_script = unit.target.kind == TargetKind::BuildScript;
        let is_test = unit.mode.is_test() || is_test_target(&unit.target);
        unit.package.name == self.of.name
            && unit.package.source == PackageSource::Member
            && match self.declaration.kind {
                DependencyKind::Build => is_script,
                DependencyKind::Dev => !is_script && is_test,
                DependencyKind::Normal => !is_script && (dependents == Dependents::All || !is_test),
            }
    }

    fn is_library(&self, evidence: Evidence<'_>, idx: UnitIdx) -> bool {
        let unit = evidence.build.unit(idx);
        let is_version = unit.package.version.as_ref().is_none_or(|version| *version == self.package.version);
        unit.package.name == self.package.name && is_version && is_library_target(&unit.target)
    }
}

/// Whether only tests need what the target needs: it is no part of what the package is for.
pub(super) fn is_test_target(target: &Target) -> bool {
    matches!(target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
}

/// Whether others may use the target as a crate.
pub(super) fn is_library_target(target: &Target) -> bool {
    matches!(target.kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro)
}
