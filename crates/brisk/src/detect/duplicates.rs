//! Packages that are built in several versions, and what would vanish with one of each.

use std::collections::BTreeMap;
use std::fmt;

use super::Evidence;
use super::price::Price;
use crate::model::{PackageSource, UnitIdx, compatibility};

/// Who asks for a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Puller {
    /// Package that depends on it, `name v1.2.3`.
    pub package: String,
    /// Whether that is a member of the workspace, so that its manifest can be edited.
    pub member: bool,
}

/// One of the versions.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateVersion {
    /// The version.
    pub version: String,
    /// Its units in this build.
    pub units: Vec<UnitIdx>,
    /// Who asks for it, as far as the source of the build tells ([`Source::tells_all_edges`](crate::model::Source)).
    pub pulled_by: Vec<Puller>,
    /// What would no longer be built without it: its units and whatever only they need. Only its units, and so the least
    /// that would go, where the source does not tell all edges.
    pub vanishing: Vec<UnitIdx>,
    /// Unit seconds of what would vanish.
    pub vanishing_s: f64,
    /// CPU seconds of what would vanish, where all of it was measured.
    pub vanishing_cpu_s: Option<f64>,
}

/// A package that is built in several versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    /// Name of the package.
    pub name: String,
    /// Its versions, ascending.
    pub versions: Vec<DuplicateVersion>,
    /// Whether two of them are semver-compatible. Cargo never resolves two such versions from one source (its resolver
    /// keeps one version per name, source and compatible line, `core/resolver/context.rs`): they come from two sources,
    /// and one `[patch]` entry or changed `git` dependency can unify them.
    pub compatible: bool,
    /// What would vanish if only the newest version stayed.
    pub(super) vanishing: Price,
}

impl Duplicate {
    /// The versions that would go if only the newest stayed.
    pub fn surplus(&self) -> &[DuplicateVersion] {
        &self.versions[..self.versions.len().saturating_sub(1)]
    }

    /// What would no longer be built if only the newest version stayed: the surplus versions and whatever only they
    /// need. More than the versions' own shares together: what two of them share goes with both.
    pub fn vanishing(&self) -> &[UnitIdx] {
        &self.vanishing.units
    }

    /// Unit seconds that vanish if only the newest version stays; 0 if no unit has a time.
    pub fn vanishing_s(&self) -> f64 {
        self.vanishing.unit_s.unwrap_or(0.0)
    }

    /// CPU seconds that vanish if only the newest version stays, where measured.
    pub fn vanishing_cpu_s(&self) -> Option<f64> {
        self.vanishing.cpu_s
    }
}

/// All packages of the build that are there in several versions, dearest first.
pub fn duplicates(evidence: Evidence<'_>) -> Vec<Duplicate> {
    let mut by_name: BTreeMap<&str, BTreeMap<Version<'_>, Vec<UnitIdx>>> = BTreeMap::new();
    for (idx, unit) in evidence.build.iter_units() {
        if let Some(version) = &unit.package.version {
            by_name.entry(&unit.package.name).or_default().entry(Version::parse(version)).or_default().push(idx);
        }
    }
    let several = by_name.into_iter().filter(|(_, versions)| versions.len() > 1);
    let mut duplicates: Vec<Duplicate> = several.map(|(name, versions)| duplicate(evidence, name, versions)).collect();
    duplicates.sort_by(|a, b| b.vanishing_s().total_cmp(&a.vanishing_s()).then_with(|| a.name.cmp(&b.name)));
    duplicates
}

fn duplicate(evidence: Evidence<'_>, name: &str, versions: BTreeMap<Version<'_>, Vec<UnitIdx>>) -> Duplicate {
    let lines: Vec<[u64; 3]> = versions.keys().filter_map(Version::compatibility).collect();
    let compatible = lines.windows(2).any(|pair| pair[0] == pair[1]);
    let newest: Vec<UnitIdx> = versions.values().next_back().cloned().unwrap_or_default();
    let versions: Vec<DuplicateVersion> =
        versions.into_iter().map(|(version, units)| duplicate_version(evidence, &version, units, &newest)).collect();
    let surplus = versions.iter().flat_map(|version| &version.units).filter(|unit| !newest.contains(unit));
    let surplus: Vec<UnitIdx> = surplus.copied().collect();
    let vanishing = Price::when_replaced(evidence, &surplus, &newest);
    Duplicate { name: name.to_owned(), versions, compatible, vanishing }
}

fn duplicate_version(
    evidence: Evidence<'_>,
    version: &Version<'_>,
    units: Vec<UnitIdx>,
    newest: &[UnitIdx],
) -> DuplicateVersion {
    let replacement = if units == newest { &[] } else { newest };
    let vanishing = Price::when_replaced(evidence, &units, replacement);
    DuplicateVersion {
        version: version.to_string(),
        pulled_by: pullers(evidence, &units),
        vanishing_s: vanishing.unit_s.unwrap_or(0.0),
        vanishing_cpu_s: vanishing.cpu_s,
        units,
        vanishing: vanishing.units,
    }
}

/// The packages, other than the one itself, that depend on any of `units` directly.
fn pullers(evidence: Evidence<'_>, units: &[UnitIdx]) -> Vec<Puller> {
    let own = &evidence.build.unit(units[0]).package;
    let dependents = units.iter().flat_map(|&unit| evidence.graph.dependents(unit));
    let packages = dependents.map(|&idx| &evidence.build.unit(idx).package).filter(|package| *package != own);
    let mut pullers: Vec<Puller> = packages
        .map(|package| Puller { package: package.to_string(), member: package.source == PackageSource::Member })
        .collect();
    pullers.sort();
    pullers.dedup();
    pullers
}

/// A version as Cargo compares it. One that does not parse sorts last: nothing is known of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version<'a> {
    Parsed(semver::Version),
    Unparsed(&'a str),
}

impl<'a> Version<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        semver::Version::parse(text).map_or(Self::Unparsed(text), Self::Parsed)
    }

    /// See [`compatibility`]. `None`: nobody knows.
    pub(super) fn compatibility(&self) -> Option<[u64; 3]> {
        let Self::Parsed(version) = self else { return None };
        Some(compatibility(version))
    }
}

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parsed(version) => version.fmt(f),
            Self::Unparsed(text) => f.write_str(text),
        }
    }
}
