//! Whether commands with different settings take turns in one build directory.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::model::{Mode, PackageSource, Platform, Target, Unit, UnitIdx, UnitSettings, Variant};

/// A compiled unit of the build or beside it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) unit: &'a Unit,
    pub(super) settings: &'a UnitSettings,
    /// Its place in the build, if it is of it.
    pub(super) built: Option<UnitIdx>,
}

impl<'a> Entry<'a> {
    /// What one command builds with the same flags and linker.
    pub(super) fn class(&self) -> (bool, &'a Platform) {
        (self.settings.for_host, &self.unit.platform)
    }

    pub(super) fn base(&self) -> Base<'a> {
        base(self.unit)
    }
}

/// What a unit is, apart from features and settings.
pub(super) type Base<'a> = (&'a str, Option<&'a str>, &'a Target, Mode, &'a Platform);

fn base(unit: &Unit) -> Base<'_> {
    (&unit.package.name, unit.package.version.as_deref(), &unit.target, unit.mode, &unit.platform)
}

pub(super) fn entries(evidence: Evidence<'_>) -> Vec<Entry<'_>> {
    let variants = &evidence.surroundings.rebuilds.variants;
    let built = evidence.build.iter_units().zip(&variants.built);
    let built = built.filter_map(|((idx, unit), settings)| {
        settings.as_ref().map(|settings| Entry { unit, settings, built: Some(idx) })
    });
    let beside = variants.beside.iter().map(|Variant { unit, settings, .. }| Entry { unit, settings, built: None });
    let is_compiled =
        |entry: &Entry<'_>| matches!(entry.unit.mode, Mode::Build | Mode::Check | Mode::Test | Mode::CheckTest);
    built.chain(beside).filter(is_compiled).collect()
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

/// A set of units beside the build that takes turns with it.
pub(super) struct Turn<'a> {
    /// The units of the other set, by position in the list of those beside the build.
    pub(super) units: BTreeSet<usize>,
    /// Where the sets differ: their unit, ours.
    pub(super) differing: BTreeMap<usize, &'a Unit>,
    /// What both sets were built for.
    pub(super) roots: BTreeSet<&'a str>,
}

/// The sets of units beside the build whose members' targets take turns with the build's own. `differs` says whether two
/// units that are otherwise the same differ in what is asked for.
///
/// A target of a member tells of turns if it was last built after the build's own one, which is newer than a unit that the
/// former needs and the latter needs otherwise, or the other way round: one set was used, the other one, and the first one
/// again. That a setting was changed for good does not look like that, because nothing of the old set is built again.
pub(super) fn turns<'a>(evidence: Evidence<'a>, differs: impl Fn(&Variant, Entry<'_>) -> bool) -> Option<Turn<'a>> {
    let beside = &evidence.surroundings.rebuilds.variants.beside;
    let built = Built::of(evidence);
    let mut turn = Turn { units: BTreeSet::new(), differing: BTreeMap::new(), roots: BTreeSet::new() };
    for (position, root) in beside.iter().enumerate().filter(|(_, variant)| may_tell(variant)) {
        let needed = closure(beside, position);
        for own_root in built.twins(root) {
            let of_own = evidence.graph.closure(own_root.built);
            for &at in &needed {
                let twins = built.twins(&beside[at]).iter();
                let twins = twins.filter(|twin| twin.built.is_some_and(|idx| of_own[idx.index()]));
                let twins: Vec<&Entry<'_>> = twins.collect();
                let theirs = (&beside[at].settings, &root.settings);
                let crossing = twins.iter().find(|twin| cross((twin.settings, own_root.settings), theirs));
                if let Some(twin) = crossing.filter(|_| twins.iter().all(|twin| differs(&beside[at], **twin))) {
                    turn.differing.insert(at, twin.unit);
                    turn.roots.insert(root.unit.target.name.as_str());
                    turn.units.extend(needed.iter().copied().filter(|at| !built.twins(&beside[*at]).is_empty()));
                }
            }
        }
    }
    (!turn.units.is_empty()).then_some(turn)
}

/// Whether people ask for it: a target of a member that is not there only for others' sake.
fn may_tell(variant: &Variant) -> bool {
    variant.unit.package.source == PackageSource::Member && !variant.only_for_tests && !variant.settings.for_host
}

/// The units of the build by what they are.
struct Built<'a>(BTreeMap<Base<'a>, Vec<Entry<'a>>>);

impl<'a> Built<'a> {
    fn of(evidence: Evidence<'a>) -> Self {
        let mut built: BTreeMap<Base<'a>, Vec<Entry<'a>>> = BTreeMap::new();
        for entry in entries(evidence).into_iter().filter(|entry| entry.built.is_some()) {
            built.entry(entry.base()).or_default().push(entry);
        }
        Self(built)
    }

    /// Those that are the same but for features and settings.
    fn twins(&self, variant: &'a Variant) -> &[Entry<'a>] {
        self.0.get(&base(&variant.unit)).map_or(&[], Vec::as_slice)
    }
}

/// Whether of two pairs of moments each one begins or ends amid the other.
fn cross(ours: (&UnitSettings, &UnitSettings), theirs: (&UnitSettings, &UnitSettings)) -> bool {
    let moments = |(first, last): (&UnitSettings, &UnitSettings)| Some((first.started_at?, last.started_at?));
    let Some(((a, b), (c, d))) = moments(ours).zip(moments(theirs)) else { return false };
    a < c && c < b && b < d || c < a && a < d && d < b
}

fn closure(beside: &[Variant], root: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut stack = vec![root];
    while let Some(at) = stack.pop() {
        if at < beside.len() && reached.insert(at) {
            stack.extend(&beside[at].dependencies);
        }
    }
    reached
}
