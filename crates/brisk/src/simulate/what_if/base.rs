//! What is predicted from, and what of it a name means.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Build, Graph, Mode, PackageSource, TargetKind, Unit, UnitIdx, Workspace};

use super::PackageSpec;

/// How many names are offered where one is not known.
const MOST_NAMES: usize = 3;
/// Least similarity (Jaro-Winkler) of a name that is offered: at 0.7, `tokoi` still finds `tokio`.
const LEAST_SIMILARITY: f64 = 0.7;

/// A recorded build of a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// The build.
    pub build: &'a Build,
    /// Its graph.
    pub graph: &'a Graph,
    /// The workspace.
    pub workspace: &'a Workspace,
}

/// What is asked for cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No unit of the build is of such a package.
    #[error("the build has no package `{asked}`{}", nearest(nearest_names))]
    UnknownPackage {
        /// What was asked for.
        asked: String,
        /// Names like it, nearest first.
        nearest_names: Vec<String>,
    },
    /// The package has no such feature.
    #[error("`{package}` has no feature `{asked}`{}", nearest(nearest_names))]
    UnknownFeature {
        /// The package.
        package: String,
        /// What was asked for.
        asked: String,
        /// Names like it, nearest first.
        nearest_names: Vec<String>,
    },
    /// There is nothing that the change would change.
    #[error("{0}")]
    NothingToChange(String),
}

fn nearest(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [first @ .., last] => format!("; did you mean {} or {last}?", first.join(", ")),
    }
}

/// The names most like `asked`, nearest first.
pub(super) fn nearest_of<'n>(asked: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let names: BTreeSet<&str> = names.collect();
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let alike = names.into_iter().map(|name| (strsim::jaro_winkler(&plain(asked), &plain(name)), name));
    let mut alike: Vec<(f64, &str)> = alike.filter(|(alike, _)| *alike >= LEAST_SIMILARITY).collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.truncate(MOST_NAMES);
    alike.into_iter().map(|(_, name)| name.to_owned()).collect()
}

impl<'a> Base<'a> {
    /// The units of the package, ascending.
    pub(super) fn units_of(self, spec: &PackageSpec) -> Result<Vec<UnitIdx>, Impossible> {
        let is_meant = |unit: &Unit| spec.matches(&unit.package.name, unit.package.version.as_deref());
        let units: Vec<UnitIdx> =
            self.build.iter_units().filter(|(_, unit)| is_meant(unit)).map(|(idx, _)| idx).collect();
        if units.is_empty() { Err(self.unknown(spec)) } else { Ok(units) }
    }

    /// The units of the package, which must be a member: nobody edits the sources of others.
    pub(super) fn units_of_member(self, spec: &PackageSpec) -> Result<Vec<UnitIdx>, Impossible> {
        let units = self.units_of(spec)?;
        match units.iter().any(|&idx| self.is_of_member(idx)) {
            true => Ok(units),
            false => Err(Impossible::NothingToChange(format!(
                "`{spec}` is no member of the workspace, so that nobody edits it here"
            ))),
        }
    }

    /// The error for a package that is not there: other versions of it, else names like it.
    fn unknown(self, spec: &PackageSpec) -> Impossible {
        let packages = || self.build.units.iter().map(|unit| &unit.package);
        let same_name = packages().filter(|package| package.name == spec.name);
        let versions: BTreeSet<String> =
            same_name.filter_map(|package| Some(format!("{}@{}", package.name, package.version.as_deref()?))).collect();
        let nearest_names = match versions.is_empty() {
            true => nearest_of(&spec.name, packages().map(|package| package.name.as_str())),
            false => versions.into_iter().rev().take(MOST_NAMES).collect(),
        };
        Impossible::UnknownPackage { asked: spec.to_string(), nearest_names }
    }

    /// The versions of the package that are built, ascending, with their units.
    pub(super) fn versions_of(self, name: &str) -> BTreeMap<Version, Vec<UnitIdx>> {
        let mut versions: BTreeMap<Version, Vec<UnitIdx>> = BTreeMap::new();
        for (idx, unit) in self.build.iter_units().filter(|(_, unit)| unit.package.name == name) {
            versions.entry(Version::of(unit)).or_default().push(idx);
        }
        versions
    }

    pub(super) fn unit(self, idx: UnitIdx) -> &'a Unit {
        self.build.unit(idx)
    }

    /// Whether the unit belongs to a member of the workspace.
    pub(super) fn is_of_member(self, idx: UnitIdx) -> bool {
        self.unit(idx).package.source == PackageSource::Member
    }

    /// Those packages that need one of `units` and belong to no member.
    pub(super) fn strangers_that_need(self, units: &[UnitIdx]) -> BTreeSet<String> {
        let dependents = self.dependents_of(units).into_iter();
        dependents.filter(|(is_stranger, _)| *is_stranger).map(|(_, name)| name).collect()
    }

    /// The packages that need one of `units`, without themselves: `serde v1.0.0`, members first.
    pub(super) fn dependents_of(self, units: &[UnitIdx]) -> BTreeSet<(bool, String)> {
        let dependents = units.iter().flat_map(|&unit| self.graph.dependents(unit));
        let other =
            dependents.filter(|&&idx| units.iter().all(|&unit| self.unit(unit).package != self.unit(idx).package));
        other.map(|&idx| (!self.is_of_member(idx), self.unit(idx).package.to_string())).collect()
    }
}

/// A version in semver order; what is none comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    parsed: Option<semver::Version>,
    pub(super) text: String,
}

impl Version {
    fn of(unit: &Unit) -> Self {
        let text = unit.package.version.clone().unwrap_or_default();
        Self { parsed: semver::Version::parse(&text).ok(), text }
    }
}

/// Whether the unit is a library that is compiled, whole or in metadata only.
pub(super) fn is_library(unit: &Unit) -> bool {
    let kind = matches!(unit.target.kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro);
    kind && matches!(unit.mode, Mode::Build | Mode::Check)
}
