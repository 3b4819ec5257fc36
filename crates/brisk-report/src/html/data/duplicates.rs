//! Packages in several versions, who asks for each of them, and through whom members do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use brisk::analysis::Analysis;
use brisk::detect::{Duplicate, DuplicateVersion, Puller};
use brisk::model::{Cut, Mode, UnitIdx};
use serde::Serialize;

use super::strings::{Strings, Text};
use super::units::Members;
use crate::json::number::seconds;

/// A package in several versions.
#[derive(Debug, Serialize)]
pub(super) struct DuplicateData {
    name: Text,
    /// What goes if only the newest version stays.
    unit_s: Option<f64>,
    cpu_s: Option<f64>,
    versions: Vec<VersionData>,
}

#[derive(Debug, Serialize)]
struct VersionData {
    version: Text,
    n_units: usize,
    n_vanishing: usize,
    unit_s: Option<f64>,
    cpu_s: Option<f64>,
    pulled_by: Vec<PullerData>,
}

#[derive(Debug, Serialize)]
struct PullerData {
    package: Text,
    is_member: bool,
    /// CPU seconds (unit seconds where those were not measured) of what only this request keeps in the build; 0 if somebody
    /// else asks for all of it too.
    cost_s: Option<f64>,
}

/// How members come to need a package that asks for a version.
#[derive(Debug, Serialize)]
pub(super) struct Reach {
    /// Members that need it.
    n: usize,
    /// The shortest ways of some of them: the member, and the packages between.
    ways: Vec<Vec<Text>>,
}

/// Ways that are told of each package: more are no easier to follow.
const MOST_WAYS: usize = 4;

/// All of them, and the ways to those who ask for their versions.
pub(super) fn duplicates(analysis: &Analysis, strings: &mut Strings) -> (Vec<DuplicateData>, BTreeMap<Text, Reach>) {
    let packages = Packages::of(analysis);
    let mut reach: BTreeMap<Text, Reach> = BTreeMap::new();
    let versions = analysis.duplicates.iter().flat_map(|duplicate| &duplicate.versions);
    for puller in versions.flat_map(|version| &version.pulled_by).filter(|puller| !puller.member) {
        let place = strings.of(&puller.package);
        reach.entry(place).or_insert_with(|| packages.reach(&puller.package, strings));
    }
    let duplicate = |duplicate: &Duplicate| DuplicateData::of(analysis, &packages, duplicate, strings);
    (analysis.duplicates.iter().map(duplicate).collect(), reach)
}

impl DuplicateData {
    fn of(analysis: &Analysis, packages: &Packages, duplicate: &Duplicate, strings: &mut Strings) -> Self {
        let versions = &duplicate.versions;
        Self {
            name: strings.of(&duplicate.name),
            unit_s: unit_s(analysis, duplicate.vanishing()),
            cpu_s: duplicate.vanishing_cpu_s().and_then(seconds),
            versions: versions.iter().map(|version| VersionData::of(analysis, packages, version, strings)).collect(),
        }
    }
}

impl VersionData {
    fn of(analysis: &Analysis, packages: &Packages, version: &DuplicateVersion, strings: &mut Strings) -> Self {
        let puller = |puller: &Puller| PullerData {
            package: strings.of(&puller.package),
            is_member: puller.member,
            cost_s: cost_s(analysis, packages, version, &puller.package),
        };
        let pulled_by = version.pulled_by.iter().map(puller).collect();
        Self {
            version: strings.of(&version.version),
            n_units: version.units.len(),
            n_vanishing: version.vanishing.len(),
            unit_s: unit_s(analysis, &version.vanishing),
            cpu_s: version.vanishing_cpu_s.and_then(seconds),
            pulled_by,
        }
    }
}

/// Seconds of these units, at the time that each took; `None` if none has one.
fn unit_s(analysis: &Analysis, units: &[UnitIdx]) -> Option<f64> {
    let timed = || units.iter().filter_map(|&idx| analysis.build.unit(idx).trusted_duration_s());
    timed().next()?;
    seconds(timed().sum())
}

/// What goes with the edges from `package` to the units of `version`, and with nothing else.
fn cost_s(analysis: &Analysis, packages: &Packages, version: &DuplicateVersion, package: &str) -> Option<f64> {
    let build = &analysis.build;
    if !build.source.tells_all_edges() {
        return None;
    }
    let of = packages.places.get(package)?;
    let is_own = |unit: &UnitIdx| packages.of_units[unit.index()] == *of;
    let dependents = |unit: UnitIdx| analysis.graph.dependents(unit).iter().copied();
    let cuts: Vec<Cut> = version
        .units
        .iter()
        .flat_map(|&unit| dependents(unit).filter(is_own).map(move |own| (own, unit)))
        .map(|(dependent, dependency)| Cut { dependent, dependency, instead: None })
        .collect();
    // Whoever else asks for a unit keeps it: what needs a package is never below it.
    let asked_by_others = |unit: UnitIdx| {
        let own_package = packages.of_units[unit.index()];
        dependents(unit).any(|other| !is_own(&other) && packages.of_units[other.index()] != own_package)
    };
    if cuts.iter().all(|cut| asked_by_others(cut.dependency)) {
        return Some(0.0);
    }
    let gone = analysis.graph.vanishing(&cuts);
    if gone.is_empty() {
        return Some(0.0);
    }
    let cpu_s = |idx: &UnitIdx| {
        let unit = build.unit(*idx);
        // Runs of build scripts may be too short to be seen.
        unit.trusted_cpu_s().or((unit.mode == Mode::RunBuildScript).then_some(0.0))
    };
    let measured: Option<f64> = gone.iter().map(cpu_s).sum();
    measured.filter(|_| build.units.iter().any(|unit| unit.cpu.is_some())).and_then(seconds).or(unit_s(analysis, &gone))
}

/// Packages of the build, by `name v1.2.3`, and who needs whom.
struct Packages {
    places: BTreeMap<String, usize>,
    names: Vec<String>,
    is_member: Vec<bool>,
    /// For each unit its package.
    of_units: Vec<usize>,
    /// For each package those that need it, by name.
    dependents: Vec<Vec<usize>>,
}

impl Packages {
    fn of(analysis: &Analysis) -> Self {
        let build = &analysis.build;
        let members = Members::of(analysis);
        let titles: Vec<String> = build.units.iter().map(|unit| unit.package.to_string()).collect();
        let names: Vec<String> = titles.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let places: BTreeMap<String, usize> = names.iter().cloned().zip(0..).collect();
        let of_units: Vec<usize> = titles.iter().map(|title| places[title]).collect();
        let mut is_member = vec![false; names.len()];
        for (unit, place) in build.units.iter().zip(&of_units) {
            is_member[*place] |= members.has(unit);
        }
        let mut dependents = vec![BTreeSet::new(); names.len()];
        for edge in &build.edges {
            let (from, to) = (of_units[edge.dependent.index()], of_units[edge.dependency.index()]);
            if from != to {
                dependents[to].insert(from);
            }
        }
        let dependents = dependents.into_iter().map(|of| of.into_iter().collect()).collect();
        Self { places, names, is_member, of_units, dependents }
    }

    /// The members that need `package`, by their shortest ways.
    fn reach(&self, package: &str, strings: &mut Strings) -> Reach {
        let Some(&start) = self.places.get(package) else { return Reach { n: 0, ways: Vec::new() } };
        let mut towards: Vec<Option<usize>> = vec![None; self.names.len()];
        let mut queue = VecDeque::from([start]);
        let mut members = Vec::new();
        while let Some(at) = queue.pop_front() {
            for &dependent in &self.dependents[at] {
                if dependent == start || towards[dependent].is_some() {
                    continue;
                }
                towards[dependent] = Some(at);
                queue.push_back(dependent);
                if self.is_member[dependent] {
                    members.push(dependent);
                }
            }
        }
        // The search goes from near to far.
        let way = |member: &usize| {
            let steps = std::iter::successors(Some(*member), |at| towards[*at].filter(|next| *next != start));
            steps.map(|at| strings.of(&self.names[at])).collect()
        };
        Reach { n: members.len(), ways: members.iter().take(MOST_WAYS).map(way).collect() }
    }
}
