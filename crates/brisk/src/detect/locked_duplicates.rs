//! The part of `duplicate-version` that needs no build: packages of which the lockfile has several versions.

use std::collections::{BTreeMap, BTreeSet};

use super::duplicate_version::Origins;
use super::duplicates::{Duplicate, Version};
use super::requests::{Requests, name, platform_caveat};
use super::way_out::Search;
use super::{Detector, Evidence, Finding, count};
use crate::model::{PackageIdx, PackageSource, Reachable};

/// The subject of the one finding about everything that a build did not need.
const NOT_BUILT: &str = "not-built";

/// A package of which the lockfile has several versions.
struct Locked<'a> {
    name: &'a str,
    /// Ascending.
    versions: Vec<(Version<'a>, PackageIdx)>,
}

impl Locked<'_> {
    fn surplus(&self) -> impl Iterator<Item = PackageIdx> {
        self.versions[..self.versions.len() - 1].iter().map(|(_, idx)| *idx)
    }

    fn versions_in_words(&self) -> String {
        let versions = self.versions.iter().map(|(version, _)| version.to_string());
        versions.collect::<Vec<_>>().join(", ")
    }
}

/// What the lockfile has in several versions, beside what was `built` in several. One finding for each where there is no
/// build; one for all of them where there is one that did not need them.
pub(super) fn findings(detector: &Detector, evidence: Evidence<'_>, built: &[Duplicate]) -> Vec<Finding> {
    let Some(reachable) = &evidence.surroundings.reachable else { return Vec::new() };
    let locked = locked(evidence, reachable, built);
    let requests = Requests::of_lockfile(evidence);
    let surplus: Vec<PackageIdx> = locked.iter().flat_map(Locked::surplus).collect();
    let search = Search { evidence, requests: &requests, all_surplus: &surplus };
    match (locked.is_empty(), evidence.build.units.is_empty()) {
        (true, _) => Vec::new(),
        (false, false) => vec![summary(detector, &search, &locked.iter().collect::<Vec<_>>())],
        (false, true) => without_build(detector, &search, &locked),
    }
}

/// Nothing has a price: those with which most packages would go are told one by one, the others together.
fn without_build(detector: &Detector, search: &Search<'_>, locked: &[Locked<'_>]) -> Vec<Finding> {
    let (consequences, causes): (Vec<&Locked<'_>>, Vec<&Locked<'_>>) =
        locked.iter().partition(|locked| is_consequence(search, locked));
    let mut causes: Vec<(Vec<PackageIdx>, &Locked<'_>)> =
        causes.into_iter().map(|locked| (going_along(search, locked, &consequences), locked)).collect();
    causes.sort_by(|(a, a_locked), (b, b_locked)| b.len().cmp(&a.len()).then(a_locked.name.cmp(b_locked.name)));
    let others: Vec<&Locked<'_>> = causes.iter().skip(MOST_FINDINGS).map(|(_, locked)| *locked).collect();
    let told = causes.iter().take(MOST_FINDINGS).map(|(along, locked)| finding(detector, search, locked, along));
    let mut findings: Vec<Finding> = told.collect();
    if !others.is_empty() {
        findings.push(summary(detector, search, &others));
    }
    findings
}

fn locked<'a>(evidence: Evidence<'a>, reachable: &Reachable, built: &[Duplicate]) -> Vec<Locked<'a>> {
    let built: BTreeSet<&str> = built.iter().map(|duplicate| duplicate.name.as_str()).collect();
    let mut by_name: BTreeMap<&str, Vec<(Version<'a>, PackageIdx)>> = BTreeMap::new();
    let packages = evidence.workspace.iter_packages().filter(|(idx, _)| reachable.packages.contains(idx));
    for (idx, package) in packages.filter(|(_, package)| !built.contains(&*package.name)) {
        by_name.entry(&package.name).or_default().push((Version::parse(&package.version), idx));
    }
    // Of one name, Cargo takes one package of the workspace's own: two are a mistake, and no duplicate.
    let is_local =
        |idx: PackageIdx| matches!(evidence.workspace.package(idx).source, PackageSource::Member | PackageSource::Path);
    let several = by_name.into_iter().filter(|(_, versions)| versions.len() > 1);
    several
        .filter(|(_, versions)| !versions.iter().all(|(_, idx)| is_local(*idx)))
        .map(|(name, mut versions)| {
            // Of two that are the same, the workspace's own stays.
            let is_own = |idx: PackageIdx| evidence.workspace.package(idx).source == PackageSource::Member;
            versions.sort_by(|(a, a_idx), (b, b_idx)| a.cmp(b).then(is_own(*a_idx).cmp(&is_own(*b_idx))));
            Locked { name, versions }
        })
        .collect()
}

/// Whether only surplus versions of other packages ask for its surplus versions, so that it goes when those go.
fn is_consequence(search: &Search<'_>, locked: &Locked<'_>) -> bool {
    let own: Vec<PackageIdx> = locked.versions.iter().map(|(_, idx)| *idx).collect();
    let mut asking = locked.surplus().flat_map(|idx| search.requests.dependents(idx)).peekable();
    asking.peek().is_some() && asking.all(|idx| search.all_surplus.contains(idx) && !own.contains(idx))
}

fn finding(detector: &Detector, search: &Search<'_>, locked: &Locked<'_>, along: &[PackageIdx]) -> Finding {
    let evidence = search.evidence;
    let title =
        format!("{} is locked in {} versions ({})", locked.name, locked.versions.len(), locked.versions_in_words());
    let surplus: Vec<PackageIdx> = locked.surplus().collect();
    let newest = locked.versions.last().map(|(version, _)| version.to_string()).unwrap_or_default();
    let origins = Origins::of(search, &surplus, &newest);
    let mut facts = vec!["there is no build that tells what it costs".to_owned()];
    facts.extend(origins.sentences);
    if !along.is_empty() {
        let names: Vec<String> = along.iter().map(|&idx| name(evidence.workspace.package(idx))).collect();
        facts.push(format!("with it would go {}", names.join(", ")));
    }
    let mut finding = Finding::of(detector, locked.name.to_owned(), title);
    finding.caveats.extend(origins.caveat);
    finding.caveats.extend(platform_caveat(evidence));
    Finding { evidence: facts, locations: origins.locations, command: origins.command, cure: origins.cure, ..finding }
}

/// Surplus versions of other packages that only its surplus versions need.
fn going_along(search: &Search<'_>, locked: &Locked<'_>, consequences: &[&Locked<'_>]) -> Vec<PackageIdx> {
    let mut gone: Vec<PackageIdx> = locked.surplus().collect();
    let n_own = gone.len();
    loop {
        let more: Vec<PackageIdx> = consequences
            .iter()
            .flat_map(|locked| locked.surplus())
            .filter(|idx| !gone.contains(idx) && search.requests.dependents(*idx).iter().all(|by| gone.contains(by)))
            .collect();
        if more.is_empty() {
            break;
        }
        gone.extend(more);
    }
    gone.split_off(n_own)
}

/// Several packages as one finding, without what would end them: they cost nothing here, or little by all that is known.
fn summary(detector: &Detector, search: &Search<'_>, locked: &[&Locked<'_>]) -> Finding {
    let more = count(locked.len(), "more package");
    let verb = if locked.len() == 1 { "is" } else { "are" };
    let unneeded = if search.evidence.build.units.is_empty() { "" } else { " that this build did not need" };
    let title = format!("{more} {verb} locked in several versions{unneeded}");
    let told = locked.iter().map(|locked| {
        let chains = locked.surplus().filter_map(|idx| search.requests.chain(idx));
        let mut chains: Vec<String> = chains.map(|chain| search.requests.chain_in_words(&chain)).collect();
        chains.truncate(1);
        let by = chains.first().map(|chain| format!(": {chain}")).unwrap_or_default();
        format!("{} ({}){by}", locked.name, locked.versions_in_words())
    });
    let mut facts: Vec<String> = told.take(MOST_TOLD).collect();
    let n_more = locked.len() - facts.len();
    if n_more > 0 {
        facts.push(format!("and {n_more} more, which `cargo tree --workspace --duplicates` lists"));
    }
    let mut finding = Finding::of(detector, NOT_BUILT.to_owned(), title);
    if !search.evidence.build.units.is_empty() {
        finding.caveats = vec!["they cost nothing until tests, other features or other targets are built".to_owned()];
    }
    finding.caveats.extend(platform_caveat(search.evidence));
    let command = Some("cargo tree --workspace --duplicates".to_owned());
    Finding { evidence: facts, command, ..finding }
}

/// Packages that have a finding of their own where there is no build, and that are named where several have one: more of
/// them, without a price, would hide what has one.
const MOST_FINDINGS: usize = 8;
const MOST_TOLD: usize = 12;
