//! What has become of each package, and who pulls what is new or gone.

use std::collections::BTreeSet;

use super::packages::{Kinship, PackageAt, Packages, Paired, is_same};
use super::{Compared, Micros, UnitChange};
use crate::detect::Location;
use crate::model::{PackageRef, PackageSource, Unit, Workspace};

/// Who needs a package, in the build that has it: in B, but of packages that are gone in A.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// A shortest way from a member: the member first, the package last.
    pub chain: Vec<PackageRef>,
    /// Where the member asks for the next one on the way, as its manifest is now; where it asks for it no more, the manifest.
    pub place: Option<Location>,
}

/// A package that is not the same in both builds.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageChange {
    /// What A has.
    pub before: Option<PackageRef>,
    /// What B has.
    pub after: Option<PackageRef>,
    /// Features that are on in any of its units in B and in none in A, ascending.
    pub features_on: Vec<String>,
    /// The same the other way round.
    pub features_off: Vec<String>,
    /// By how much its own units change the work of the whole.
    pub work: Micros,
    /// The same of wall time, where that is told.
    pub wall: Option<Micros>,
    /// Its units, as positions in [`super::Difference::units`].
    pub units: Vec<usize>,
    /// Who needs it; `None` if no member is known to.
    pub pulled: Option<Pulled>,
    /// Position of the package that has pulled it or has taken it along: of those that are new (or gone) with it the first on
    /// the way to it. Its own, if it is that. `None` unless it is new or gone.
    pub root: Option<usize>,
}

impl PackageChange {
    /// Whether only B has it.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether only A has it.
    pub fn is_gone(&self) -> bool {
        self.after.is_none()
    }

    /// Whether both have it, and not the same version from the same source.
    pub fn is_update(&self) -> bool {
        self.before.as_ref().zip(self.after.as_ref()).is_some_and(|(before, after)| !is_same(before, after))
    }

    /// Whether only its features are others.
    pub fn is_of_features(&self) -> bool {
        !self.is_new() && !self.is_gone() && !self.is_update()
    }

    /// What it is in B; in A if it is gone.
    pub fn package(&self) -> &PackageRef {
        self.after.as_ref().or(self.before.as_ref()).expect("one of the builds has it, or it would not be here")
    }
}

/// One side, for all that is told of packages.
#[derive(Clone, Copy)]
pub(super) struct PackagesOf<'a> {
    pub(super) compared: &'a Compared,
    pub(super) packages: &'a Packages<'a>,
}

/// All packages that are not the same in both builds.
pub(super) fn package_changes(
    a: PackagesOf<'_>,
    b: PackagesOf<'_>,
    paired: &Paired,
    units: &[UnitChange],
    workspace: &Workspace,
) -> Vec<PackageChange> {
    let mut of_pairs: Vec<Vec<usize>> = vec![Vec::new(); paired.pairs.len()];
    for (at, unit) in units.iter().enumerate() {
        let of_a = unit.a.map(|idx| paired.of_units_a[idx.index()]);
        let of_b = || unit.b.map(|idx| paired.of_units_b[idx.index()]);
        if let Some(pair) = of_a.or_else(of_b) {
            of_pairs[pair].push(at);
        }
    }
    let mut changes: Vec<PackageChange> = Vec::new();
    // For each pair its position among the changes, and which package it is on the side that has it.
    let mut places: Vec<Option<usize>> = vec![None; paired.pairs.len()];
    for (pair, (&(one, other), at)) in paired.pairs.iter().zip(of_pairs).enumerate() {
        let kinship = paired.kinships[pair];
        let [off, on] = features(one.map(|one| (a, one)), other.map(|other| (b, other)));
        if kinship == Kinship::Same && on.is_empty() && off.is_empty() {
            continue;
        }
        let (side, package) = match (one, other) {
            (_, Some(other)) => (b, other),
            (Some(one), None) => (a, one),
            (None, None) => continue,
        };
        places[pair] = Some(changes.len());
        let of_one = |side: PackagesOf<'_>, package: Option<PackageAt>| package.map(|at| side.packages.of[at].clone());
        changes.push(PackageChange {
            before: of_one(a, one),
            after: of_one(b, other),
            features_on: if kinship == Kinship::OnlyB { Vec::new() } else { on },
            features_off: if kinship == Kinship::OnlyA { Vec::new() } else { off },
            work: at.iter().map(|&at| units[at].work).sum(),
            wall: at.iter().map(|&at| units[at].wall).sum(),
            units: at,
            pulled: pulled(side.packages, package, workspace),
            root: None,
        });
    }
    find_roots(&mut changes, (a, b), paired, &places);
    changes
}

/// Features that only A has on, and only B.
fn features(a: Option<(PackagesOf<'_>, PackageAt)>, b: Option<(PackagesOf<'_>, PackageAt)>) -> [Vec<String>; 2] {
    let (of_a, of_b) = (features_of(a), features_of(b));
    let only = |of: &BTreeSet<&str>, other: &BTreeSet<&str>| -> Vec<String> {
        of.difference(other).map(|feature| (*feature).to_owned()).collect()
    };
    [only(&of_a, &of_b), only(&of_b, &of_a)]
}

/// The features of all units of a package.
fn features_of<'a>(of: Option<(PackagesOf<'a>, PackageAt)>) -> BTreeSet<&'a str> {
    let Some((side, package)) = of else { return BTreeSet::new() };
    let all: &'a [Unit] = &side.compared.build.units;
    let units = all.iter().zip(&side.packages.of_units).filter(|(_, at)| **at == package);
    units.flat_map(|(unit, _)| &unit.features).map(String::as_str).collect()
}

fn find_roots(
    changes: &mut [PackageChange],
    (a, b): (PackagesOf<'_>, PackagesOf<'_>),
    paired: &Paired,
    places: &[Option<usize>],
) {
    for (side, kinship, pick) in [
        (a, Kinship::OnlyA, (|pair| pair.0) as fn(&(Option<PackageAt>, Option<PackageAt>)) -> Option<PackageAt>),
        (b, Kinship::OnlyB, |pair| pair.1),
    ] {
        let mut pair_of: Vec<Option<usize>> = vec![None; side.packages.of.len()];
        for (pair, packages) in paired.pairs.iter().enumerate() {
            if let Some(package) = pick(packages) {
                pair_of[package] = Some(pair);
            }
        }
        let is_alone = |package: PackageAt| pair_of[package].is_some_and(|pair| paired.kinships[pair] == kinship);
        for (package, pair) in pair_of.iter().enumerate().filter(|(package, _)| is_alone(*package)) {
            let root = side.packages.root(package, is_alone);
            let place = |pair: Option<usize>| pair.and_then(|pair| places[pair]);
            if let (Some(own), root) = (place(*pair), place(pair_of[root])) {
                changes[own].root = root;
            }
        }
    }
}

/// Who needs the package.
pub(super) fn pulled(packages: &Packages<'_>, package: PackageAt, workspace: &Workspace) -> Option<Pulled> {
    let chain: Vec<PackageRef> = packages.chain(package).into_iter().map(|at| packages.of[at].clone()).collect();
    let place = place(chain.first()?, chain.get(1), workspace);
    Some(Pulled { chain, place })
}

/// Where `member` asks for `needed`.
fn place(member: &PackageRef, needed: Option<&PackageRef>, workspace: &Workspace) -> Option<Location> {
    let mut members = workspace.packages.iter().filter(|package| package.source == PackageSource::Member);
    let package = members.find(|package| package.name == member.name)?;
    let asks = |needed: &PackageRef| {
        let named = || package.declarations.iter().filter(|declaration| declaration.package == needed.name);
        let accepts = |version: &str| named().find(|declaration| declaration.accepts(version));
        let declaration = needed.version.as_deref().and_then(accepts).or_else(|| named().next())?;
        Location::of_declaration(workspace, package, declaration)
    };
    needed.and_then(asks).or_else(|| Location::of_manifest(workspace, package))
}
