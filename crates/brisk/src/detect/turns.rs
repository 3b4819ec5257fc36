//! Whether commands with different settings take turns in one build directory.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::model::{Mode, PackageSource, Platform, Target, TargetKind, Unit, UnitIdx, UnitSettings, Variant};

/// A unit of the build or beside it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) unit: &'a Unit,
    pub(super) settings: &'a UnitSettings,
    /// Its place in the build, if it is of it.
    pub(super) built: Option<UnitIdx>,
    /// Whether people ask for it: a target of a member that is not there only for others' sake.
    is_asked_for: bool,
}

impl<'a> Entry<'a> {
    /// What one command builds with the same flags and linker.
    pub(super) fn class(&self) -> (bool, &'a Platform) {
        (self.settings.for_host, &self.unit.platform)
    }

    pub(super) fn base(&self) -> Base<'a> {
        let Unit { package, target, mode, platform, .. } = self.unit;
        (&package.name, package.version.as_deref(), target, *mode, platform)
    }

    pub(super) fn is_compiled(&self) -> bool {
        matches!(self.unit.mode, Mode::Build | Mode::Check | Mode::Test | Mode::CheckTest)
    }
}

/// What a unit is, apart from features and settings.
pub(super) type Base<'a> = (&'a str, Option<&'a str>, &'a Target, Mode, &'a Platform);

/// All units whose settings are known, of the build and beside it, and what they need.
pub(super) struct Units<'a> {
    pub(super) all: Vec<Entry<'a>>,
    /// Parallel to them, by position.
    dependencies: Vec<Vec<usize>>,
}

impl<'a> Units<'a> {
    pub(super) fn of(evidence: Evidence<'a>) -> Self {
        let variants = &evidence.surroundings.rebuilds.variants;
        let may_be_asked_for = |unit: &Unit, settings: &UnitSettings| {
            unit.package.source == PackageSource::Member
                && unit.target.kind != TargetKind::BuildScript
                && !settings.for_host
        };
        let mut units = Self { all: Vec::new(), dependencies: Vec::new() };
        let mut places: BTreeMap<UnitIdx, usize> = BTreeMap::new();
        for ((idx, unit), settings) in evidence.build.iter_units().zip(&variants.built) {
            if let Some(settings) = settings {
                places.insert(idx, units.all.len());
                let is_asked_for = may_be_asked_for(unit, settings);
                units.all.push(Entry { unit, settings, built: Some(idx), is_asked_for });
            }
        }
        let n_built = units.all.len();
        let in_build =
            |needed: &[UnitIdx]| -> Vec<usize> { needed.iter().filter_map(|idx| places.get(idx).copied()).collect() };
        for idx in places.keys() {
            units.dependencies.push(in_build(evidence.graph.dependencies(*idx)));
        }
        for Variant { unit, settings, only_for_tests, needs_beside, needs_built } in &variants.beside {
            let is_asked_for = may_be_asked_for(unit, settings) && !only_for_tests;
            units.all.push(Entry { unit, settings, built: None, is_asked_for });
            let beside = needs_beside.iter().map(|at| n_built + at);
            units.dependencies.push(in_build(needs_built).into_iter().chain(beside).collect());
        }
        units
    }

    /// `root` and everything it needs.
    fn closure(&self, root: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut stack = vec![root];
        while let Some(at) = stack.pop() {
            if at < self.all.len() && reached.insert(at) {
                stack.extend(&self.dependencies[at]);
            }
        }
        reached
    }
}

/// Whether both built something, then the other did, then both again.
pub(super) fn took_turns(ours: &[&UnitSettings], theirs: &[&UnitSettings]) -> bool {
    let starts = |settings: &[&UnitSettings]| -> Vec<f64> {
        settings.iter().filter_map(|settings| settings.started_at).collect()
    };
    let (ours, theirs) = (starts(ours), starts(theirs));
    let is_amid = |some: &[f64], others: &[f64]| {
        let first = others.iter().copied().fold(f64::INFINITY, f64::min);
        let last = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        some.iter().any(|at| first < *at && *at < last)
    };
    is_amid(&ours, &theirs) && is_amid(&theirs, &ours)
}

/// A set of units that takes turns with that of the build.
pub(super) struct Turn<'a> {
    /// The units of the other set that are otherwise in the build.
    pub(super) theirs: Vec<&'a Unit>,
    /// Where the sets differ in what is asked for: theirs, ours.
    pub(super) differing: Vec<(&'a Unit, &'a Unit)>,
    /// The targets that both sets were built for.
    pub(super) roots: BTreeSet<&'a str>,
}

/// The units of commands that take turns with the build. `differs` says whether two units that are otherwise the same differ
/// in what is asked for: theirs, ours.
///
/// A target that was built in both ways tells of turns if the last builds of its two units and those of a unit that the one
/// needs and the other needs otherwise cross: one set was used, then the other, the first one again, and the other one again.
/// That a setting was changed for good does not look like that, because nothing of the old set is built again.
pub(super) fn turns<'a>(units: &Units<'a>, differs: impl Fn(Entry<'a>, Entry<'a>) -> bool) -> Option<Turn<'a>> {
    let mut theirs = BTreeSet::new();
    let mut differing = BTreeMap::new();
    let mut roots = BTreeSet::new();
    for (our_root, their_root) in root_pairs(units) {
        let ours = by_base(units, &units.closure(our_root));
        let needed = units.closure(their_root);
        let of_roots = (units.all[our_root].settings, units.all[their_root].settings);
        let twins = |at: &usize| {
            let twins = ours.get(&units.all[*at].base()).map_or(&[][..], Vec::as_slice);
            if twins.contains(at) { &[] } else { twins }
        };
        let differs = |at: usize, twin: usize| {
            let (theirs, ours) = (units.all[at], units.all[twin]);
            differs(theirs, ours) && cross((ours.settings, of_roots.0), (theirs.settings, of_roots.1))
        };
        let all_differ = |at: &usize| !twins(at).is_empty() && twins(at).iter().all(|twin| differs(*at, *twin));
        let found: Vec<usize> = needed.iter().copied().filter(all_differ).collect();
        if !found.is_empty() {
            differing.extend(found.iter().map(|at| (*at, twins(at)[0])));
            theirs.extend(needed.iter().copied().filter(|at| !twins(at).is_empty() && units.all[*at].is_compiled()));
            roots.insert(units.all[our_root].unit.target.name.as_str());
        }
    }
    let unit = |at: usize| units.all[at].unit;
    (!differing.is_empty()).then(|| Turn {
        theirs: theirs.into_iter().map(unit).collect(),
        differing: differing.into_iter().map(|(theirs, ours)| (unit(theirs), unit(ours))).collect(),
        roots,
    })
}

/// Targets that are asked for and lie there in two ways, one of them in the build: ours, theirs. Commands that followed each
/// other at once are taken for one, and both ways are in the build then: the later one is ours.
fn root_pairs(units: &Units<'_>) -> Vec<(usize, usize)> {
    let asked_for = || units.all.iter().enumerate().filter(|(_, entry)| entry.is_asked_for);
    let pairs = asked_for().filter(|(_, our)| our.built.is_some()).flat_map(|(at, our)| {
        let is_earlier = |their: &Entry<'_>| their.settings.started_at < our.settings.started_at;
        let is_theirs = |their: &Entry<'_>| their.base() == our.base() && (their.built.is_none() || is_earlier(their));
        let theirs = asked_for().filter(|(other, their)| *other != at && is_theirs(their));
        theirs.map(|(other, _)| (at, other)).collect::<Vec<_>>()
    });
    pairs.collect()
}

fn by_base<'a>(units: &Units<'a>, positions: &BTreeSet<usize>) -> BTreeMap<Base<'a>, Vec<usize>> {
    let mut by_base: BTreeMap<Base<'a>, Vec<usize>> = BTreeMap::new();
    for &at in positions.iter().filter(|at| units.all[**at].is_compiled()) {
        by_base.entry(units.all[at].base()).or_default().push(at);
    }
    by_base
}

/// Whether of two pairs of moments each one begins or ends amid the other.
fn cross(ours: (&UnitSettings, &UnitSettings), theirs: (&UnitSettings, &UnitSettings)) -> bool {
    let moments = |(first, last): (&UnitSettings, &UnitSettings)| Some((first.started_at?, last.started_at?));
    let Some(((a, b), (c, d))) = moments(ours).zip(moments(theirs)) else { return false };
    a < c && c < b && b < d || c < a && a < d && d < b
}
