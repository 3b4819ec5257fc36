//! `duplicate-version`: the same package built in several versions.

use std::collections::BTreeSet;

use super::duplicates::{Duplicate, DuplicateVersion, duplicates};
use super::price::severity;
use super::requests::{Known, Requests};
use super::way_out::{Search, WayOut};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, count, locked_duplicates};
use crate::model::{Cure, Cut, PackageIdx, PackageRef, PackageSource, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "duplicate-version",
    group: Group::Graph,
    claim: "a package is built, or at least locked, in more than one version",
    measures: "the time of the units of every version but the newest, and of all units that only those need; of packages that \
               were not built, only that the lockfile has several versions that this machine can need",
    why: "each version is compiled, and often brings its own versions of its dependencies; \
          what only the surplus version needs goes with it",
    cure: "move the dependants that ask for the old version to the new one: by `cargo update -p NAME@OLD --precise NEW` where \
           the requirements allow it, else by raising the requirement or taking a newer release of the dependant; newer \
           releases are looked up in the registry's index as Cargo last downloaded it",
    wrong_when: "two incompatible versions are both needed and no newer dependant exists; \
                 or a dependant's public interface exposes the old one's types",
    unpriced: None,
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let duplicates = duplicates(evidence);
    let built = Requests::of_build(evidence);
    let known = Known::of(evidence.workspace);
    let surplus: Vec<PackageIdx> =
        duplicates.iter().flat_map(|duplicate| surplus_packages(&known, duplicate)).collect();
    let search = Search { evidence, requests: &built, all_surplus: &surplus };
    let findings = duplicates.iter().map(|duplicate| finding(&search, &surplus_packages(&known, duplicate), duplicate));
    findings.chain(locked_duplicates::findings(&DETECTOR, evidence, &duplicates)).collect()
}

/// The surplus versions as packages of the workspace, as far as it knows them.
fn surplus_packages(known: &Known<'_>, duplicate: &Duplicate) -> Vec<PackageIdx> {
    let packages = duplicate.surplus().iter().filter_map(|version| {
        let source = PackageSource::Unknown;
        known.find(&PackageRef { name: duplicate.name.clone(), version: Some(version.version.clone()), source })
    });
    packages.collect()
}

fn finding(search: &Search<'_>, surplus: &[PackageIdx], duplicate: &Duplicate) -> Finding {
    let evidence = search.evidence;
    let name = &duplicate.name;
    let told = duplicate.versions.iter().map(|version| version_sentence(evidence, name, version));
    let mut facts: Vec<String> = told.collect();
    facts.push(compatibility(duplicate));
    let newest = duplicate.versions.last().map(|version| version.version.as_str()).unwrap_or_default();
    let origins = Origins::of(search, surplus, newest);
    facts.extend(origins.sentences);
    let mut finding = Finding::of(&DETECTOR, name.clone(), title(duplicate));
    finding.caveats.extend(origins.caveat);
    Finding {
        severity: severity(evidence, duplicate.vanishing_s()),
        cost: duplicate.vanishing.cost(),
        effort: if duplicate.compatible { Effort::Small } else { Effort::Medium },
        risk: if duplicate.compatible { Risk::Low } else { Risk::Medium },
        evidence: facts,
        locations: origins.locations,
        command: origins.command,
        cure: origins.cure,
        cuts: cuts(evidence, duplicate),
        ..finding
    }
}

/// With the reason where there is a single one.
fn title(duplicate: &Duplicate) -> String {
    let versions: Vec<&str> = duplicate.versions.iter().map(|version| version.version.as_str()).collect();
    let compatible = if duplicate.compatible { "compatible " } else { "" };
    let mut pullers: Vec<&str> =
        duplicate.surplus().iter().flat_map(|version| &version.pulled_by).map(|puller| &*puller.package).collect();
    pullers.dedup();
    let because = match pullers.as_slice() {
        [only] => format!(", because of {only}"),
        _ => String::new(),
    };
    format!("{} is built in {} {compatible}versions ({}){because}", duplicate.name, versions.len(), versions.join(", "))
}

/// What Cargo makes of the versions.
fn compatibility(duplicate: &Duplicate) -> String {
    if duplicate.compatible {
        return "two of the versions are compatible, so that they come from two sources: a registry and a `[patch]` or git \
                repository; with one source there is one version"
            .to_owned();
    }
    let zero = duplicate.versions.iter().any(|version| version.version.starts_with("0."));
    let why = if zero { "each 0.x is a line of its own" } else { "the major versions differ" };
    format!("no two of the versions are compatible ({why}): what asks for the old one has to ask for the new one")
}

/// Ways from members that are told of one package, and sentences about what would end it; more of them nobody reads.
const MOST_WAYS: usize = 3;
const MOST_SENTENCES: usize = 6;

/// Where surplus versions come from, and what would end that.
#[derive(Default)]
pub(super) struct Origins {
    pub(super) sentences: Vec<String>,
    pub(super) locations: Vec<Location>,
    pub(super) command: Option<String>,
    pub(super) cure: Vec<Cure>,
    pub(super) caveat: Option<String>,
}

impl Origins {
    pub(super) fn of(search: &Search<'_>, surplus: &[PackageIdx], newest: &str) -> Self {
        let mut origins = Self::default();
        let mut ways = Vec::new();
        for &package in surplus {
            origins.trace(search, package);
            ways.push(search.of(package, newest));
        }
        origins.command = command(search, surplus, &ways);
        origins.cure = cure(&ways);
        let index_of = ways.iter().filter_map(|way| way.index_of.clone()).max();
        origins.caveat = index_of
            .map(|day| format!("newer releases are those of the registry's index as Cargo downloaded it until {day}"));
        origins.sentences = at_most(MOST_WAYS, origins.sentences, "such way");
        let is_dead_end = ways.iter().any(|way| way.is_dead_end);
        let (sentences, locations): (Vec<_>, Vec<_>) =
            ways.into_iter().map(|way| (way.sentences, way.locations)).unzip();
        let sentences = sentences.into_iter().flatten().collect();
        origins.sentences.extend(at_most(MOST_SENTENCES, sentences, "such line"));
        if let Some(&first) = surplus.first().filter(|_| is_dead_end) {
            origins.sentences.push(proposals(&search.evidence.workspace.package(first).name));
        }
        origins.locations.extend(locations.into_iter().flatten());
        origins.locations = distinct(origins.locations);
        origins
    }

    /// How members come to need a package: one way for each that asks for it.
    fn trace(&mut self, search: &Search<'_>, package: PackageIdx) {
        let mut origins = Vec::new();
        for &dependent in search.requests.dependents(package) {
            let Some(mut chain) = search.requests.chain(dependent) else { continue };
            chain.push(package);
            let origin = search.requests.origin(&chain);
            // Of a member that asks itself, more is said with what would end it.
            if chain.len() > 2 {
                let place = origin.first().map(|place| format!(", by {}", place.in_words())).unwrap_or_default();
                self.sentences.push(format!("{}{place}", search.requests.chain_in_words(&chain)));
            }
            origins.extend(origin);
        }
        self.locations.extend(origins);
    }
}

/// What is left where no release ends the duplicate. No program decides that.
fn proposals(package: &str) -> String {
    format!(
        "what is left is for people: another package in place of one that asks for the old version; or to keep both, said in \
         `brisk.toml` by `[[diagnose.suppress]]` with `key = \"{}:{package}\"`, a reason and the day on which it expires",
        DETECTOR.id
    )
}

/// The first `n` of what differs, and how many more there are.
fn at_most(n: usize, sentences: Vec<String>, what: &str) -> Vec<String> {
    let mut sentences = distinct(sentences);
    let n_more = sentences.len().saturating_sub(n);
    if n_more > 0 {
        sentences.truncate(n);
        sentences.push(format!("and {} more", count(n_more, what)));
    }
    sentences
}

/// Each once, in the order in which they come first.
fn distinct<T: Ord + Clone>(values: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}

/// What ends the duplicate, if nobody is left who asks for a surplus version. Requirements are raised before the lockfile moves.
fn cure(ways: &[WayOut]) -> Vec<Cure> {
    if ways.iter().any(|way| way.is_blocked) {
        return Vec::new();
    }
    // Moves of the lockfile are in the order in which each makes room for the next one.
    let all = distinct(ways.iter().flat_map(|way| way.cures.clone()).collect());
    let (raised, moved): (Vec<Cure>, Vec<Cure>) = all.into_iter().partition(|cure| matches!(cure, Cure::Manifest(_)));
    raised.into_iter().chain(moved).collect()
}

/// The lockfile updates where they are all there is to do; else what shows who asks for the old version.
fn command(search: &Search<'_>, surplus: &[PackageIdx], ways: &[WayOut]) -> Option<String> {
    let updates: Vec<&str> = ways.iter().flat_map(|way| &way.commands).map(String::as_str).collect();
    if !updates.is_empty() && ways.iter().all(|way| way.by_commands_alone) {
        return Some(updates.join(" && "));
    }
    let package = search.evidence.workspace.package(*surplus.first()?);
    Some(format!("cargo tree --workspace --invert {}@{}", package.name, package.version))
}

/// Who needs a surplus unit would need the one of the newest version that is built for the same platform and purpose.
fn cuts(evidence: Evidence<'_>, duplicate: &Duplicate) -> Vec<Cut> {
    if !evidence.build.source.tells_all_edges() {
        return Vec::new();
    }
    let newest = duplicate.versions.last().map(|version| version.units.as_slice()).unwrap_or_default();
    let instead = |old: UnitIdx| {
        let old = evidence.build.unit(old);
        let likeness = |new: &&UnitIdx| {
            let new = evidence.build.unit(**new);
            (new.target.kind == old.target.kind && new.mode == old.mode, new.platform == old.platform)
        };
        newest.iter().max_by_key(likeness).copied()
    };
    let surplus = duplicate.surplus().iter().flat_map(|version| &version.units);
    surplus.flat_map(|&old| Cut::all_to(evidence.graph, old, instead(old))).collect()
}

fn version_sentence(evidence: Evidence<'_>, name: &str, version: &DuplicateVersion) -> String {
    let mut pullers: Vec<&str> = version.pulled_by.iter().map(|puller| puller.package.as_str()).collect();
    let all_told = evidence.build.source.tells_all_edges();
    match (pullers.is_empty(), all_told) {
        (true, true) => pullers.push("nothing that was built"),
        (true, false) => pullers.push("packages that are not known"),
        (false, true) => {}
        (false, false) => pullers.push("perhaps others"),
    }
    let others = version.vanishing.iter().filter(|&&idx| evidence.build.unit(idx).package.name != name).count();
    let others = if all_told { others.to_string() } else { "an unknown number".to_owned() };
    format!(
        "{name} v{} is asked for by {}; {} of its own and {others} needed by it alone would vanish",
        version.version,
        pullers.join(", "),
        count(version.units.len(), "unit"),
    )
}
