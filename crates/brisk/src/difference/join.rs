//! Which unit of the one build is which of the other.

use std::collections::{BTreeMap, BTreeSet};

use super::Compared;
use super::packages::{Kinship, Paired};
use super::pairing::{n_apart, nearest};
use crate::model::{Mode, Platform, Target, Unit, UnitHash, UnitIdx, is_of_host};

/// How it is known that two units are the same one. Each step joins what the steps before have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Joined {
    /// Cargo's hash is the same.
    Hash,
    /// All that [`Unit::key`] names is the same.
    Key,
    /// All but the features is: the fewest apart.
    Features,
    /// All but the version or the source of the package is, and perhaps the features: [`super::PackageChange`] tells which
    /// package is which.
    Version,
    /// The target is the same; the profile, the platform, or whether it is compiled or only checked, is not.
    Profile,
}

/// The units of both builds that are the same one, ascending by those of A.
pub(super) type UnitPair = (UnitIdx, UnitIdx, Joined);

/// What has to be the same in a step.
type Key<'a> = (usize, &'a Target, Mode, Option<(&'a Platform, Option<&'a str>)>, Option<&'a [String]>);

/// One side while it is joined.
struct Side<'a> {
    compared: &'a Compared,
    /// For each unit, the pair of packages that its own is part of.
    pairs: &'a [usize],
    /// For each unit, whether it is built for the machine that builds.
    for_host: Vec<bool>,
    /// For each unit, what it needs directly, ascending.
    needs: Vec<Vec<(&'a str, &'a Target)>>,
    used: Vec<bool>,
}

/// Joins the units of `a` and `b`, whose packages are these.
pub(super) fn join(a: &Compared, b: &Compared, packages: &Paired) -> Vec<UnitPair> {
    let (mut a, mut b) = (Side::new(a, &packages.of_units_a), Side::new(b, &packages.of_units_b));
    let mut joined = by_hash(&mut a, &mut b);
    for (step, key) in STEPS {
        for (one, other) in by_key(&mut a, &mut b, key) {
            let kinship = packages.kinships[a.pairs[one.index()]];
            let is_update = kinship == Kinship::Changed && step != Joined::Profile;
            joined.push((one, other, if is_update { Joined::Version } else { step }));
        }
    }
    joined.sort_unstable();
    joined
}

/// What a step joins by.
type Step = (Joined, fn(usize, &Unit) -> Key<'_>);

const STEPS: [Step; 3] = [
    (Joined::Key, |pair, unit| (pair, &unit.target, unit.mode, place(unit), Some(&unit.features))),
    (Joined::Features, |pair, unit| (pair, &unit.target, unit.mode, place(unit), None)),
    (Joined::Profile, |pair, unit| (pair, &unit.target, kind(unit.mode), None, None)),
];

fn place(unit: &Unit) -> Option<(&Platform, Option<&str>)> {
    Some((&unit.platform, unit.profile_dir.as_deref()))
}

/// A check is of the same kind as what it checks.
fn kind(mode: Mode) -> Mode {
    match mode {
        Mode::Check => Mode::Build,
        Mode::CheckTest => Mode::Test,
        other => other,
    }
}

impl<'a> Side<'a> {
    fn new(compared: &'a Compared, pairs: &'a [usize]) -> Self {
        let Compared { build, graph, .. } = compared;
        let of_host = |idx: UnitIdx| is_of_host(build.unit(idx).target.kind, build.unit(idx).mode);
        let needs = |idx: UnitIdx| {
            let needed = graph.dependencies(idx).iter().map(|needed| build.unit(*needed));
            let distinct: BTreeSet<_> = needed.map(|unit| (unit.package.name.as_str(), &unit.target)).collect();
            distinct.into_iter().collect()
        };
        Self {
            compared,
            pairs,
            for_host: graph.for_host(&graph.roots(), of_host),
            needs: build.iter_units().map(|(idx, _)| needs(idx)).collect(),
            used: vec![false; build.units.len()],
        }
    }

    fn unit(&self, idx: UnitIdx) -> &'a Unit {
        self.compared.build.unit(idx)
    }

    fn unused(&self) -> impl Iterator<Item = (UnitIdx, &'a Unit)> {
        self.compared.build.iter_units().filter(|(idx, _)| !self.used[idx.index()])
    }

    fn groups(&self, key: fn(usize, &Unit) -> Key<'_>) -> BTreeMap<Key<'a>, Vec<UnitIdx>> {
        let mut groups: BTreeMap<Key<'a>, Vec<UnitIdx>> = BTreeMap::new();
        for (idx, unit) in self.unused() {
            groups.entry(key(self.pairs[idx.index()], unit)).or_default().push(idx);
        }
        groups
    }
}

fn by_hash(a: &mut Side<'_>, b: &mut Side<'_>) -> Vec<UnitPair> {
    let hashes = |side: &Side<'_>| -> BTreeMap<UnitHash, UnitIdx> {
        // A hash that is there twice says nothing.
        let mut hashes: BTreeMap<UnitHash, Option<UnitIdx>> = BTreeMap::new();
        for (idx, unit) in side.unused() {
            if let Some(hash) = unit.hash {
                hashes.entry(hash).and_modify(|known| *known = None).or_insert(Some(idx));
            }
        }
        hashes.into_iter().filter_map(|(hash, idx)| Some((hash, idx?))).collect()
    };
    let of_b = hashes(b);
    let mut joined = Vec::new();
    for (hash, one) in hashes(a) {
        let Some(&other) = of_b.get(&hash) else { continue };
        if a.unit(one).target == b.unit(other).target && a.pairs[one.index()] == b.pairs[other.index()] {
            (a.used[one.index()], b.used[other.index()]) = (true, true);
            joined.push((one, other, Joined::Hash));
        }
    }
    joined
}

/// Joins units of one key, those first that are built for the same, need the same and have the fewest features apart.
fn by_key(a: &mut Side<'_>, b: &mut Side<'_>, key: fn(usize, &Unit) -> Key<'_>) -> Vec<(UnitIdx, UnitIdx)> {
    let of_b = b.groups(key);
    let mut joined = Vec::new();
    for (key, here) in a.groups(key) {
        let Some(there) = of_b.get(&key) else { continue };
        joined.extend(nearest(&here, there, |one, other| {
            let (x, y) = (one.index(), other.index());
            Some([
                u64::from(a.unit(one).mode != b.unit(other).mode),
                u64::from(a.for_host[x] != b.for_host[y]),
                n_apart(&a.unit(one).features, &b.unit(other).features),
                n_apart(&a.needs[x], &b.needs[y]),
            ])
        }));
    }
    for &(one, other) in &joined {
        (a.used[one.index()], b.used[other.index()]) = (true, true);
    }
    joined
}
