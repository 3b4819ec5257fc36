//! Which package of the one build is which of the other, and who pulls it.
//!
//! Packages of one name belong together in this order:
//!
//! 1. those of the same version and source, or where one of the sources is not known;
//! 2. those of the same version from another source (a patch, a directory);
//! 3. of the rest those whose versions are nearest: compatible ones first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use semver::Version;

use super::pairing::{Distance, nearest};
use crate::model::{Build, PackageRef, PackageSource, compatibility};

/// Position of a package in [`Packages::of`] of its build.
pub(super) type PackageAt = usize;

/// The packages of one build.
pub(super) struct Packages<'a> {
    /// The packages, ascending.
    pub(super) of: Vec<&'a PackageRef>,
    /// For each unit, its package.
    pub(super) of_units: Vec<PackageAt>,
    /// For each package, the one that pulls it on a shortest way from a member.
    parents: Vec<Option<PackageAt>>,
    /// For each package, whether any way leads to it, its own end included.
    reached: Vec<bool>,
}

impl<'a> Packages<'a> {
    pub(super) fn of(build: &'a Build) -> Self {
        let distinct: BTreeSet<&PackageRef> = build.units.iter().map(|unit| &unit.package).collect();
        let of: Vec<&PackageRef> = distinct.into_iter().collect();
        let places: BTreeMap<&PackageRef, PackageAt> = of.iter().copied().zip(0..).collect();
        let of_units: Vec<PackageAt> = build.units.iter().map(|unit| places[&unit.package]).collect();
        let mut needs: Vec<BTreeSet<PackageAt>> = vec![BTreeSet::new(); of.len()];
        for edge in &build.edges {
            needs[of_units[edge.dependent.index()]].insert(of_units[edge.dependency.index()]);
        }
        let (parents, reached) = ways(&of, &needs);
        Self { of, of_units, parents, reached }
    }

    /// The way to a package from the member that pulls it: the member first, the package last. Empty if no member is known to
    /// need it.
    pub(super) fn chain(&self, package: PackageAt) -> Vec<PackageAt> {
        if !self.reached[package] {
            return Vec::new();
        }
        let mut chain: Vec<PackageAt> = std::iter::successors(Some(package), |at| self.parents[*at]).collect();
        chain.reverse();
        chain
    }

    /// The first on the way to `package` from which on all are `new`; itself at the least, if it is new.
    pub(super) fn root(&self, package: PackageAt, is_new: impl Fn(PackageAt) -> bool) -> PackageAt {
        let up = std::iter::successors(Some(package), |at| self.parents[*at].filter(|parent| is_new(*parent)));
        up.last().unwrap_or(package)
    }
}

/// Shortest ways from the members to everything they need.
fn ways(packages: &[&PackageRef], needs: &[BTreeSet<PackageAt>]) -> (Vec<Option<PackageAt>>, Vec<bool>) {
    let mut parents = vec![None; packages.len()];
    let mut reached: Vec<bool> = packages.iter().map(|package| package.source == PackageSource::Member).collect();
    let mut queue: VecDeque<PackageAt> = (0..packages.len()).filter(|at| reached[*at]).collect();
    while let Some(at) = queue.pop_front() {
        for &needed in &needs[at] {
            if !std::mem::replace(&mut reached[needed], true) {
                parents[needed] = Some(at);
                queue.push_back(needed);
            }
        }
    }
    (parents, reached)
}

/// A package of A and what it is in B; one of them is there.
pub(super) type PackagePair = (Option<PackageAt>, Option<PackageAt>);

/// What a pair of packages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinship {
    /// The same package.
    Same,
    /// Another version, or from another source.
    Changed,
    /// Only A has it.
    OnlyA,
    /// Only B has it.
    OnlyB,
}

/// The packages of both builds.
pub(super) struct Paired {
    /// Each once, by name.
    pub(super) pairs: Vec<PackagePair>,
    /// What each pair is.
    pub(super) kinships: Vec<Kinship>,
    /// For each unit of A, the pair of its package.
    pub(super) of_units_a: Vec<usize>,
    /// The same of B.
    pub(super) of_units_b: Vec<usize>,
}

impl Paired {
    pub(super) fn of(a: &Packages<'_>, b: &Packages<'_>) -> Self {
        let pairs = pairs(a, b);
        let kinship = |pair: &PackagePair| match *pair {
            (Some(one), Some(other)) if is_same(a.of[one], b.of[other]) => Kinship::Same,
            (Some(_), Some(_)) => Kinship::Changed,
            (_, None) => Kinship::OnlyA,
            (None, Some(_)) => Kinship::OnlyB,
        };
        let of_units = |packages: &Packages<'_>, side: fn(&PackagePair) -> Option<PackageAt>| -> Vec<usize> {
            let at: BTreeMap<PackageAt, usize> =
                pairs.iter().enumerate().filter_map(|(at, pair)| Some((side(pair)?, at))).collect();
            packages.of_units.iter().map(|package| at[package]).collect()
        };
        Self {
            kinships: pairs.iter().map(kinship).collect(),
            of_units_a: of_units(a, |pair| pair.0),
            of_units_b: of_units(b, |pair| pair.1),
            pairs,
        }
    }
}

fn pairs(a: &Packages<'_>, b: &Packages<'_>) -> Vec<PackagePair> {
    let (by_name_a, by_name_b) = (by_name(a), by_name(b));
    let names: BTreeSet<&str> = by_name_a.keys().chain(by_name_b.keys()).copied().collect();
    let mut pairs = Vec::new();
    for name in names {
        let of_a = by_name_a.get(name).map(Vec::as_slice).unwrap_or_default();
        let of_b = by_name_b.get(name).map(Vec::as_slice).unwrap_or_default();
        let together = nearest(of_a, of_b, |one, other| Some(distance(a.of[one], b.of[other])));
        let only_a = of_a.iter().filter(|one| !together.iter().any(|(paired, _)| paired == *one));
        let only_b = of_b.iter().filter(|one| !together.iter().any(|(_, paired)| paired == *one));
        pairs.extend(together.iter().map(|&(one, other)| (Some(one), Some(other))));
        pairs.extend(only_a.map(|one| (Some(*one), None)));
        pairs.extend(only_b.map(|one| (None, Some(*one))));
    }
    pairs
}

fn by_name<'a>(packages: &Packages<'a>) -> BTreeMap<&'a str, Vec<PackageAt>> {
    let mut by_name: BTreeMap<&str, Vec<PackageAt>> = BTreeMap::new();
    for (at, package) in packages.of.iter().enumerate() {
        by_name.entry(&package.name).or_default().push(at);
    }
    by_name
}

/// Whether both are the same version from the same place, as far as that is known.
pub(super) fn is_same(a: &PackageRef, b: &PackageRef) -> bool {
    a.version == b.version && is_same_source(a, b)
}

fn is_same_source(a: &PackageRef, b: &PackageRef) -> bool {
    let is_known = |package: &PackageRef| package.source != PackageSource::Unknown;
    a.source == b.source || !is_known(a) || !is_known(b)
}

fn distance(a: &PackageRef, b: &PackageRef) -> Distance {
    if a.version == b.version {
        return [u64::from(a.source != b.source), 0, 0, 0];
    }
    let parse = |package: &PackageRef| Version::parse(package.version.as_deref()?).ok();
    match parse(a).zip(parse(b)) {
        None => [4, 0, 0, 0],
        Some((a, b)) => {
            let is_compatible = compatibility(&a) == compatibility(&b);
            let apart = [a.major.abs_diff(b.major), a.minor.abs_diff(b.minor), a.patch.abs_diff(b.patch)];
            [if is_compatible { 2 } else { 3 }, apart[0], apart[1], apart[2]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Mode, Outputs, PhaseCpu, Platform, Source, Status, Target, TargetKind, Unit};

    fn build(packages: &[&str]) -> Build {
        let unit = |text: &&str| {
            let (name, version) = text.split_once(' ').unwrap();
            Unit {
                hash: None,
                package: PackageRef {
                    name: name.to_owned(),
                    version: Some(version.to_owned()),
                    source: PackageSource::Registry,
                },
                target: Target { kind: TargetKind::Lib, name: name.to_owned() },
                mode: Mode::Build,
                platform: Platform::Host,
                profile_dir: None,
                features: Vec::new(),
                status: Status::New,
                timing: None,
                unfinished_since_s: None,
                cpu: None,
                phase_cpu: PhaseCpu::default(),
                max_rss_bytes: None,
                failed: None,
                outputs: Outputs::default(),
            }
        };
        Build { units: packages.iter().map(unit).collect(), ..Build::empty(Source::Capture) }
    }

    fn check(a: &[&str], b: &[&str], expected: &[&str]) {
        let (a, b) = (build(a), build(b));
        let (a, b) = (Packages::of(&a), Packages::of(&b));
        let name = |packages: &Packages<'_>, at: Option<PackageAt>| {
            at.map_or_else(|| "-".to_owned(), |at| packages.of[at].to_string())
        };
        let told: Vec<String> =
            pairs(&a, &b).iter().map(|(one, other)| format!("{} = {}", name(&a, *one), name(&b, *other))).collect();
        assert_eq!(told, expected);
        let mut exchanged: Vec<PackagePair> = pairs(&b, &a).iter().map(|(one, other)| (*other, *one)).collect();
        let mut plain = pairs(&a, &b);
        exchanged.sort_unstable();
        plain.sort_unstable();
        assert_eq!(exchanged, plain, "whichever comes first");
    }

    #[test]
    fn an_update_is_no_package_gone_and_one_new() {
        check(
            &["serde 1.0.1", "syn 1.0.5"],
            &["serde 1.0.2", "syn 1.0.5"],
            &["serde v1.0.1 = serde v1.0.2", "syn v1.0.5 = syn v1.0.5"],
        );
    }

    #[test]
    fn of_several_versions_the_nearest_belong_together() {
        check(&["syn 1.0.5", "syn 2.0.1"], &["syn 2.0.7"], &["syn v2.0.1 = syn v2.0.7", "syn v1.0.5 = -"]);
        check(&["syn 1.0.5"], &["syn 2.0.7"], &["syn v1.0.5 = syn v2.0.7"]);
        check(
            &["h 0.14.5", "h 0.15.0"],
            &["h 0.15.1", "h 0.16.0"],
            &["h v0.14.5 = h v0.16.0", "h v0.15.0 = h v0.15.1"],
        );
        check(&["a 1.0.0"], &["b 1.0.0"], &["a v1.0.0 = -", "- = b v1.0.0"]);
    }
}
