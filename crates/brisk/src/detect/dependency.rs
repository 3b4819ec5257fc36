//! The dependencies that members declare, and what hangs on each declaration.

use super::{Evidence, Location};
use crate::model::{
    Cut, Declaration, DependencyKind, Package, PackageIdx, PackageSource, Target, TargetKind, Unit, UnitIdx, Workspace,
};

/// A declaration of a library.
#[derive(Clone, Debug)]
pub(super) struct Declared<'a> {
    /// The member that declares it.
    pub(super) member: PackageIdx,
    /// Its package.
    pub(super) of: &'a Package,
    /// The declaration.
    pub(super) declaration: &'a Declaration,
    /// What it resolves to; `None` where the resolution does not have it.
    pub(super) resolved: Option<Resolved<'a>>,
    /// The name by which sources use it.
    pub(super) crate_name: String,
}

/// A package that a declaration resolves to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolved<'a> {
    /// Which one.
    pub(super) idx: PackageIdx,
    /// The package.
    pub(super) package: &'a Package,
}

/// Whose edges a cure takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependents {
    /// All units of the declaration's kind.
    All,
    /// Those that are no tests, benchmarks and examples.
    NotTests,
}

/// All declarations of members, but for those that resolve to a package without a library.
pub(super) fn declared<'a>(evidence: Evidence<'a>) -> impl Iterator<Item = Declared<'a>> {
    let workspace: &'a Workspace = evidence.workspace;
    workspace.members.iter().flat_map(move |&member| {
        let of = workspace.package(member);
        of.declarations.iter().filter_map(move |declaration| {
            let resolved = workspace.resolved(member, declaration);
            let resolved = resolved.map(|idx| Resolved { idx, package: workspace.package(idx) });
            let crate_name = workspace.crate_name(member, declaration)?;
            Some(Declared { member, of, declaration, resolved, crate_name })
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

    /// Features of the member that turn it on or one of its features, and that lose that with the last declaration of the
    /// key (`gc_dep` in Cargo's `src/bin/cargo/commands/remove.rs` and `Features` in "The Cargo Book").
    pub(super) fn named_by_features(&self) -> Vec<&str> {
        let key = self.key();
        let is_last = |other: &Declaration| {
            std::ptr::eq(other, self.declaration) || other.rename.as_deref().unwrap_or(&other.package) != key
        };
        if !self.of.declarations.iter().all(is_last) {
            return Vec::new();
        }
        let names = |on: &String| {
            let on = on.strip_prefix("dep:").unwrap_or(on);
            let on = on.split_once('/').map_or(on, |(name, _)| name.trim_end_matches('?'));
            on == key
        };
        let features = self.of.features.iter().filter(|(feature, on)| *feature != key && on.iter().any(names));
        features.map(|(feature, _)| feature.as_str()).collect()
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
        self.resolved.is_some_and(|resolved| resolved.package.source == PackageSource::Member)
    }

    /// Whether the build tells what hangs on the declaration: it has the library, and the member with an edge to it. The
    /// units of a member that does not compile are not there, so that nobody seems to need what was built for them.
    pub(super) fn is_built(&self, evidence: Evidence<'_>) -> bool {
        let of_kind = |unit: &Unit| {
            self.is_own(unit)
                && (unit.target.kind == TargetKind::BuildScript) == (self.declaration.kind == DependencyKind::Build)
        };
        let needs =
            |idx| evidence.graph.dependencies(idx).iter().any(|&dependency| self.is_library(evidence, dependency));
        let mut units = evidence.build.iter_units();
        if self.is_member() {
            return units.any(|(idx, _)| self.is_library(evidence, idx));
        }
        units.any(|(idx, unit)| of_kind(unit) && needs(idx))
    }

    /// Whether the unit is one of the member.
    fn is_own(&self, unit: &Unit) -> bool {
        unit.package.name == self.of.name && unit.package.source == PackageSource::Member
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
        self.is_own(unit)
            && match self.declaration.kind {
                DependencyKind::Build => is_script,
                DependencyKind::Dev => !is_script && is_test,
                DependencyKind::Normal => !is_script && (dependents == Dependents::All || !is_test),
            }
    }

    fn is_library(&self, evidence: Evidence<'_>, idx: UnitIdx) -> bool {
        let Some(Resolved { package, .. }) = self.resolved else { return false };
        let unit = evidence.build.unit(idx);
        let is_version = unit.package.version.as_ref().is_none_or(|version| *version == package.version);
        unit.package.name == package.name && is_version && is_library_target(&unit.target)
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
