//! `dependency-count`: more dependencies than anybody can keep an eye on.

use std::collections::{BTreeMap, BTreeSet};

use super::price::Price;
use super::requests::{Known, external, name, platform_caveat, written_at};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Threshold, count, seconds};
use crate::model::{PackageIdx, PackageSource, UnitIdx, WorkspaceBasis};

pub(super) const DETECTOR: Detector = Detector {
    id: "dependency-count",
    group: Group::Graph,
    claim: "the workspace has very many dependencies",
    measures: "the packages from outside that members declare, and all packages that this machine can need of the lockfile; for \
               each declared one, what only it brings",
    why: "a clean build compiles all of them, and each is one more to update, to trust and to keep in one version; the price \
          is not in their number but in what each brings with it, so that those which bring most are named",
    cure: "begin with the dearest ones: is it used at all (`unused-dependency`), only for tests, only for one feature of the \
           program that could be optional, or with features that nobody needs (`broad-features`)",
    wrong_when: "the program does that much: many dependencies that are all used are no fault",
    unpriced: None,
    thresholds: &[MOST_DIRECT, MOST_PACKAGES],
    find,
};

/// The limit that a workspace of some 40 members set for itself after a study of its build; the well-kept programs
/// that Brisk is tried on have from 10 (ripgrep) to 60 (cargo-nextest).
const MOST_DIRECT: Threshold =
    Threshold { name: "dependency-count.most-direct", default: 75.0, about: "declared packages from outside" };
/// Programs of some size have 150 to 350 packages (bat 223 units, cargo-nextest 360); only the largest workspaces have 500.
const MOST_PACKAGES: Threshold =
    Threshold { name: "dependency-count.most-packages", default: 400.0, about: "packages from outside, all in all" };

/// Dependencies that are named.
const NAMED: usize = 5;

/// A dependency that members declare, and what only it brings.
struct Direct {
    package: PackageIdx,
    price: Price,
    /// Packages from outside that would no longer be needed without it, itself included.
    n_packages: usize,
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let workspace = evidence.workspace;
    if workspace.basis == WorkspaceBasis::Build {
        return Vec::new();
    }
    let Some(reachable) = &evidence.surroundings.reachable else { return Vec::new() };
    let is_outside =
        |idx: &PackageIdx| !matches!(workspace.package(*idx).source, PackageSource::Member | PackageSource::Path);
    let packages: BTreeSet<PackageIdx> = reachable.packages.iter().copied().filter(is_outside).collect();
    let declared: BTreeSet<&str> = external(workspace).map(|(.., declaration)| declaration.package.as_str()).collect();
    let too_many =
        declared.len() as f64 > evidence.limit(&MOST_DIRECT) || packages.len() as f64 > evidence.limit(&MOST_PACKAGES);
    if !too_many {
        return Vec::new();
    }
    let members = workspace.iter_members();
    let direct: BTreeSet<PackageIdx> = members
        .flat_map(|(_, member)| member.dependencies.iter().copied())
        .filter(|idx| packages.contains(idx))
        .collect();
    let mut direct = priced(evidence, &direct, &packages);
    direct.sort_by(|a, b| {
        b.price
            .known_s()
            .total_cmp(&a.price.known_s())
            .then(b.n_packages.cmp(&a.n_packages))
            .then(a.package.cmp(&b.package))
    });
    direct.truncate(NAMED);
    vec![finding(evidence, (declared.len(), packages.len()), &direct)]
}

/// What each of them brings: in this build, and in the lockfile.
fn priced(evidence: Evidence<'_>, direct: &BTreeSet<PackageIdx>, packages: &BTreeSet<PackageIdx>) -> Vec<Direct> {
    let known = Known::of(evidence.workspace);
    let mut units: BTreeMap<PackageIdx, Vec<UnitIdx>> = BTreeMap::new();
    for (unit, package) in evidence.build.iter_units().filter_map(|(idx, unit)| Some((idx, known.find(&unit.package)?)))
    {
        units.entry(package).or_default().push(unit);
    }
    let direct = direct.iter().map(|&package| {
        let own = units.get(&package).map(Vec::as_slice).unwrap_or_default();
        let price = if own.is_empty() { Price::default() } else { Price::when_removed(evidence, own) };
        Direct { package, price, n_packages: n_brought(evidence, package, packages) }
    });
    direct.collect()
}

/// Packages that members no longer reach without `gone`.
fn n_brought(evidence: Evidence<'_>, gone: PackageIdx, packages: &BTreeSet<PackageIdx>) -> usize {
    let workspace = evidence.workspace;
    let mut reached = vec![false; workspace.packages.len()];
    let mut stack: Vec<PackageIdx> = workspace.members.clone();
    while let Some(idx) = stack.pop() {
        if idx != gone && !std::mem::replace(&mut reached[idx.0 as usize], true) {
            stack.extend(&workspace.package(idx).dependencies);
        }
    }
    packages.iter().filter(|idx| !reached[idx.0 as usize]).count()
}

fn finding(evidence: Evidence<'_>, (n_direct, n_packages): (usize, usize), dearest: &[Direct]) -> Finding {
    let title = format!("members declare {n_direct} packages from outside, which are {n_packages} with all they need");
    let limits = (evidence.limit(&MOST_DIRECT), evidence.limit(&MOST_PACKAGES));
    let mut facts = vec![format!("the limits are {} and {}", limits.0, limits.1)];
    facts.extend(dearest.iter().map(|direct| sentence(evidence, direct)));
    let costs = dearest.iter().filter(|direct| !direct.price.units.is_empty()).map(|direct| direct.price.cost());
    let mut finding = Finding::of(&DETECTOR, "workspace".to_owned(), title);
    finding.caveats.extend(platform_caveat(evidence));
    finding.caveats.push("the cost is that of the named ones".to_owned());
    Finding {
        cost: costs.reduce(Cost::plus).unwrap_or_default(),
        effort: Effort::Large,
        risk: Risk::Medium,
        evidence: facts,
        locations: dearest.iter().flat_map(|direct| places(evidence, direct.package)).collect(),
        command: Some("cargo tree --workspace --depth 1 --edges normal".to_owned()),
        ..finding
    }
}

/// `tokio v1.38.0 brings 12 packages that nothing else needs, 8.20 s of unit time`
fn sentence(evidence: Evidence<'_>, direct: &Direct) -> String {
    let brought = match direct.n_packages.saturating_sub(1) {
        0 => "brings only itself".to_owned(),
        n => format!("brings {} that nothing else needs", count(n, "package")),
    };
    let time = match (direct.price.unit_s, direct.price.units.len()) {
        (Some(s), n) if n > 0 => format!(": {} and {} of unit time", count(n, "unit"), seconds(s)),
        _ => ", and was not built".to_owned(),
    };
    format!("{} {brought}{time}", name(evidence.workspace.package(direct.package)))
}

/// Where members declare it.
fn places(evidence: Evidence<'_>, package: PackageIdx) -> BTreeSet<Location> {
    let workspace = evidence.workspace;
    let members = workspace.iter_members().filter(|(_, member)| member.dependencies.contains(&package));
    let declared = members.flat_map(|(idx, member)| workspace.requests(idx, package).map(move |it| (member, it)));
    declared.filter_map(|(member, declaration)| written_at(workspace, member, declaration)).collect()
}
