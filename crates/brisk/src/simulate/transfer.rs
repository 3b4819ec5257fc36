//! Which unit of a build a planned one is, so that what is known of the one can be said of the other.
//!
//! Units are joined by what they are, never by hash: package, target, mode, platform, features. Where several units are
//! the same in all that (a package built once for the target and once for the host, a check with and without tests), those
//! that also agree in what they are built for, in whether somebody needs them, and in what they need belong together.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use crate::model::{
    Build, Graph, Mode, PackageRef, PlannedUnit, Platform, Target, Unit, UnitGraph, UnitIdx, is_of_host,
};

/// The unit of a build that tells most of a planned one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The same unit.
    Same(UnitIdx),
    /// The same with other features.
    OtherFeatures(UnitIdx),
    /// The same of another version of the package.
    OtherVersion(UnitIdx),
    /// There is none: nothing was ever built that is like it.
    Unknown,
}

impl Match {
    /// The unit of the build.
    pub fn unit(self) -> Option<UnitIdx> {
        match self {
            Self::Same(unit) | Self::OtherFeatures(unit) | Self::OtherVersion(unit) => Some(unit),
            Self::Unknown => None,
        }
    }
}

/// What the units of a plan are in a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Parallel to [`UnitGraph::units`]. Each unit of the build is [`Match::Same`] to at most one; for the others it may
    /// stand in more than once.
    pub matches: Vec<Match>,
    /// Units of the build that are none of the planned ones and stand in for none, ascending.
    pub gone: Vec<UnitIdx>,
}

impl Transfer {
    /// Looks up every unit of `variant` in `build`.
    ///
    /// The same values always give the same answer. Where the source of the build does not tell all edges, what units of
    /// one key are built for is not known, and they are joined in their order.
    pub fn of(build: &Build, variant: &UnitGraph) -> Self {
        Self::joined(&Sides::of_build(build), &Sides::of_plan(variant))
    }

    /// Looks up every unit of `other`, another build, in `build`.
    pub fn between(build: &Build, other: &Build) -> Self {
        Self::joined(&Sides::of_build(build), &Sides::of_build(other))
    }

    fn joined(built: &Sides<'_>, planned: &Sides<'_>) -> Self {
        let mut joined =
            Joined { matches: vec![Match::Unknown; planned.units.len()], used: vec![false; built.units.len()] };
        joined.same(built, planned);
        joined.stand_ins(built, planned, Match::OtherFeatures, Side::without_features);
        joined.stand_ins(built, planned, Match::OtherVersion, Side::without_version);
        let Joined { matches, used } = joined;
        let gone = (0..).map(UnitIdx).zip(used).filter(|(_, used)| !used).map(|(unit, _)| unit).collect();
        Self { matches, gone }
    }

    /// How many planned units are units of the build.
    pub fn n_same(&self) -> usize {
        self.matches.iter().filter(|found| matches!(found, Match::Same(_))).count()
    }

    /// Whether the plan is that of the build: the same units, all of them.
    pub fn is_identity(&self) -> bool {
        self.gone.is_empty() && self.n_same() == self.matches.len()
    }
}

/// A unit of either side, in the same words.
#[derive(Debug)]
struct Side<'a> {
    package: &'a PackageRef,
    target: &'a Target,
    mode: Mode,
    platform: &'a Platform,
    features: &'a [String],
    for_host: bool,
    is_needed: bool,
    /// What it needs directly: package and target, sorted.
    needs: Vec<(&'a str, &'a Target)>,
}

/// What it is, without features and version.
type Key<'a> = (&'a str, Option<&'a str>, Option<&'a [String]>, &'a Target, Mode, &'a Platform);

impl<'a> Side<'a> {
    fn of_unit(unit: &'a Unit) -> Self {
        // As Cargo prints it in its unit graph, see `PlannedUnit::mode`.
        let mode = if unit.mode == Mode::CheckTest { Mode::Check } else { unit.mode };
        let Unit { package, target, platform, features, .. } = unit;
        Self { package, target, mode, platform, features, for_host: false, is_needed: false, needs: Vec::new() }
    }

    fn of_planned(unit: &'a PlannedUnit) -> Self {
        let PlannedUnit { package, target, mode, platform, features, for_host, .. } = unit;
        let (mode, for_host) = (*mode, *for_host);
        Self { package, target, mode, platform, features, for_host, is_needed: false, needs: Vec::new() }
    }

    fn whole(&self) -> Key<'a> {
        let version = self.package.version.as_deref();
        (&self.package.name, version, Some(self.features), self.target, self.mode, self.platform)
    }

    fn without_features(&self) -> Key<'a> {
        let version = self.package.version.as_deref();
        (&self.package.name, version, None, self.target, self.mode, self.platform)
    }

    fn without_version(&self) -> Key<'a> {
        (&self.package.name, None, None, self.target, self.mode, self.platform)
    }

    /// How many features only one of both has.
    fn n_features_apart(&self, other: &Self) -> usize {
        let own: BTreeSet<&String> = self.features.iter().collect();
        own.symmetric_difference(&other.features.iter().collect()).count()
    }

    fn version(&self) -> Option<Version> {
        Version::parse(self.package.version.as_deref()?).ok()
    }
}

/// All units of one side.
struct Sides<'a> {
    units: Vec<Side<'a>>,
}

impl<'a> Sides<'a> {
    fn of_build(build: &'a Build) -> Self {
        let graph = Graph::of(build);
        let of_host = |unit: UnitIdx| is_of_host(build.unit(unit).target.kind, build.unit(unit).mode);
        let for_host = graph.for_host(&graph.roots(), of_host);
        let mut units: Vec<Side<'a>> = build.units.iter().map(Side::of_unit).collect();
        for (unit, for_host) in units.iter_mut().zip(for_host) {
            unit.for_host = for_host;
        }
        Self::new(units, &graph)
    }

    fn of_plan(variant: &'a UnitGraph) -> Self {
        Self::new(variant.units.iter().map(Side::of_planned).collect(), &variant.graph())
    }

    fn new(mut units: Vec<Side<'a>>, graph: &Graph) -> Self {
        let name = |unit: &Side<'a>| (unit.package.name.as_str(), unit.target);
        let names: Vec<_> = units.iter().map(name).collect();
        for (idx, unit) in (0..).map(UnitIdx).zip(&mut units) {
            unit.is_needed = !graph.dependents(idx).is_empty();
            unit.needs = graph.dependencies(idx).iter().map(|needed| names[needed.index()]).collect();
            unit.needs.sort_unstable();
        }
        Self { units }
    }

    fn by<'b>(&'b self, key: impl Fn(&'b Side<'a>) -> Key<'a>) -> BTreeMap<Key<'a>, Vec<usize>> {
        let mut groups: BTreeMap<Key<'a>, Vec<usize>> = BTreeMap::new();
        for (idx, unit) in self.units.iter().enumerate() {
            groups.entry(key(unit)).or_default().push(idx);
        }
        groups
    }
}

/// What has been found so far.
struct Joined {
    matches: Vec<Match>,
    /// Units of the build.
    used: Vec<bool>,
}

impl Joined {
    /// Joins units of one key, those first that agree in most.
    fn same(&mut self, built: &Sides<'_>, planned: &Sides<'_>) {
        let of_build = built.by(Side::whole);
        for (key, planned_here) in planned.by(Side::whole) {
            let Some(built_here) = of_build.get(&key) else { continue };
            for agree in AGREEMENTS {
                self.join(built, planned, (built_here, &planned_here), agree);
            }
        }
    }

    fn join(
        &mut self,
        built: &Sides<'_>,
        planned: &Sides<'_>,
        (built_here, planned_here): (&[usize], &[usize]),
        agree: fn(&Side<'_>, &Side<'_>) -> bool,
    ) {
        for &planned_idx in planned_here {
            if self.matches[planned_idx] != Match::Unknown {
                continue;
            }
            let is_free = |idx: &usize| !self.used[*idx] && agree(&built.units[*idx], &planned.units[planned_idx]);
            if let Some(idx) = built_here.iter().copied().find(is_free) {
                self.used[idx] = true;
                self.matches[planned_idx] = Match::Same(unit_idx(idx));
            }
        }
    }

    /// For what has no match, the unit of the same looser `key` that is most like it; one that nobody else has, if there
    /// is any.
    fn stand_ins<'a>(
        &mut self,
        built: &Sides<'a>,
        planned: &Sides<'a>,
        found: fn(UnitIdx) -> Match,
        key: fn(&Side<'a>) -> Key<'a>,
    ) {
        let of_build = built.by(key);
        for (idx, unit) in planned.units.iter().enumerate() {
            if self.matches[idx] != Match::Unknown {
                continue;
            }
            let candidates = of_build.get(&key(unit)).map(Vec::as_slice).unwrap_or_default();
            let likeness = |candidate: &usize| {
                let other = &built.units[*candidate];
                let newest_first = std::cmp::Reverse(other.version());
                let differs = (other.for_host != unit.for_host, unit.n_features_apart(other));
                (self.used[*candidate], differs, newest_first, *candidate)
            };
            if let Some(best) = candidates.iter().copied().min_by_key(likeness) {
                self.used[best] = true;
                self.matches[idx] = found(unit_idx(best));
            }
        }
    }
}

/// In what units of one key agree, from everything to nothing.
const AGREEMENTS: [fn(&Side<'_>, &Side<'_>) -> bool; 4] = [
    |a, b| a.for_host == b.for_host && a.is_needed == b.is_needed && a.needs == b.needs && is_same_source(a, b),
    |a, b| a.for_host == b.for_host && a.is_needed == b.is_needed,
    |a, b| a.for_host == b.for_host,
    |_, _| true,
];

fn is_same_source(a: &Side<'_>, b: &Side<'_>) -> bool {
    a.package.source == b.package.source
}

fn unit_idx(idx: usize) -> UnitIdx {
    UnitIdx(u32::try_from(idx).expect("builds have fewer than 2^32 units, as their indices say"))
}
