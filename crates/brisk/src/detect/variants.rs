//! Why one version of a package is built several times.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::features::{requested, turned_on};
use super::requests::{Known, name, written_at};
use super::{Evidence, Location};
use crate::model::{Declaration, PackageIdx, PackageSource, TargetKind, Unit, UnitIdx, Workspace};

/// Features whose requesters are named; who is to make the others alike finds them in the same places.
const MOST_FEATURES: usize = 4;
/// How far up features that turn on features of dependencies are followed. Chains are short in practice (`rc` of `serde` to
/// `rc` of `serde_core`); cycles are cut.
const DEEPEST: usize = 4;

/// Why the units differ, and the lines of members that make them differ.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    pub(super) sentences: Vec<String>,
    pub(super) locations: Vec<Location>,
}

impl Reasons {
    /// The reasons for these units of one package and target kind.
    pub(super) fn of(evidence: Evidence<'_>, units: &[UnitIdx]) -> Self {
        let mut reasons = Self::default();
        reasons.features(evidence, units);
        reasons.purposes(evidence, units);
        reasons.alike(evidence, units);
        let mut seen = BTreeSet::new();
        reasons.locations.retain(|location| seen.insert(location.clone()));
        reasons
    }

    /// Who asks for the features that not all have.
    fn features(&mut self, evidence: Evidence<'_>, units: &[UnitIdx]) {
        let all: Vec<&[String]> = units.iter().map(|&idx| evidence.build.unit(idx).features.as_slice()).collect();
        let known = Known::of(evidence.workspace);
        let mut told: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (&unit, own) in units.iter().zip(&all) {
            let special = own.iter().filter(|feature| !all.iter().all(|other| other.contains(feature)));
            for feature in special {
                told.entry(feature).or_default().extend(self.requesters(evidence, &known, (unit, feature), 0));
            }
        }
        for (feature, by) in told.into_iter().filter(|(_, by)| !by.is_empty()).take(MOST_FEATURES) {
            let by: Vec<String> = by.into_iter().collect();
            self.sentences.push(format!("feature `{feature}` is asked for by {}", by.join(", ")));
        }
    }

    /// Who, at the end, asks for the feature of `unit`: its dependents, or who asks for the features of theirs that do.
    fn requesters(
        &mut self,
        evidence: Evidence<'_>,
        known: &Known<'_>,
        (unit, feature): (UnitIdx, &str),
        depth: usize,
    ) -> BTreeSet<String> {
        let workspace = evidence.workspace;
        let Some(of) = known.find(&evidence.build.unit(unit).package) else { return BTreeSet::new() };
        let mut by = BTreeSet::new();
        for &dependent in evidence.graph.dependents(unit) {
            let on = &evidence.build.unit(dependent).features;
            let Some(asking) = known.find(&evidence.build.unit(dependent).package).filter(|it| *it != of) else {
                continue;
            };
            let turns_on = |asked: &str| turned_on(workspace.package(of), [asked]).features.contains(feature);
            for request in requested(workspace, asking, of, on).into_iter().filter(|request| turns_on(request.feature))
            {
                let because = request.because.filter(|_| depth < DEEPEST);
                let above = because.map(|own| self.requesters(evidence, known, (dependent, own), depth + 1));
                match above.filter(|above| !above.is_empty()) {
                    Some(above) => by.extend(above),
                    None => {
                        by.insert(self.requester(workspace, asking, request.declaration));
                    }
                }
            }
        }
        by
    }

    /// `app at app/Cargo.toml:7`, or `dep v1.0.0`
    fn requester(&mut self, workspace: &Workspace, asking: PackageIdx, declaration: &Declaration) -> String {
        let package = workspace.package(asking);
        let is_local = matches!(package.source, PackageSource::Member | PackageSource::Path);
        let place = is_local.then(|| written_at(workspace, package, declaration)).flatten();
        let at = place.as_ref().map(|place| format!(" at {}", place.in_words())).unwrap_or_default();
        self.locations.extend(place);
        format!("{}{at}", name(package))
    }

    /// That some are for build scripts and macros, and others for the program.
    fn purposes(&mut self, evidence: Evidence<'_>, units: &[UnitIdx]) {
        let tools: Vec<Option<String>> = units.iter().map(|&unit| only_for_tool(evidence, unit)).collect();
        let mixed = tools.iter().any(Option::is_some) && tools.iter().any(Option::is_none);
        if !mixed {
            return;
        }
        let tools: BTreeSet<String> = tools.into_iter().flatten().collect();
        let tools: Vec<String> = tools.into_iter().collect();
        self.sentences.push(format!(
            "one is for what runs while building ({}), another for what is built: with resolver 2 and newer these do not \
             share features",
            tools.join(", ")
        ));
    }

    /// Why units that are themselves alike are not one: what they depend on differs, or the profile.
    fn alike(&mut self, evidence: Evidence<'_>, units: &[UnitIdx]) {
        let unit = |idx: &UnitIdx| evidence.build.unit(*idx);
        let first = unit(&units[0]);
        let is_alike = |other: &Unit| other.features == first.features && other.platform == first.platform;
        if !units.iter().map(unit).all(is_alike) {
            return;
        }
        let below = several(evidence, units);
        self.sentences.push(if below.is_empty() {
            "features, platform and dependencies are the same, so that the settings of the profile differ: \
             `build-override` and `[profile.*.package]`, or the flags"
                .to_owned()
        } else {
            format!("it is itself the same, but what it depends on is built several times: {}", below.join(", "))
        });
    }
}

/// The packages below these units that are built several times for them.
fn several(evidence: Evidence<'_>, units: &[UnitIdx]) -> Vec<String> {
    let mut by_name: BTreeMap<String, BTreeSet<UnitIdx>> = BTreeMap::new();
    for &idx in units.iter().flat_map(|&unit| evidence.graph.dependencies(unit)) {
        let unit = evidence.build.unit(idx);
        if unit.target.kind != TargetKind::BuildScript {
            by_name.entry(unit.package.to_string()).or_default().insert(idx);
        }
    }
    by_name.into_iter().filter(|(_, units)| units.len() > 1).map(|(name, _)| name).collect()
}

/// The nearest build script or procedural macro above the unit, if nothing else needs it.
fn only_for_tool(evidence: Evidence<'_>, unit: UnitIdx) -> Option<String> {
    let mut seen = vec![false; evidence.build.units.len()];
    let mut queue = VecDeque::from([unit]);
    let mut nearest = None;
    while let Some(idx) = queue.pop_front() {
        if std::mem::replace(&mut seen[idx.index()], true) {
            continue;
        }
        let unit = evidence.build.unit(idx);
        match unit.target.kind {
            TargetKind::BuildScript => {
                nearest = nearest.or_else(|| Some(format!("the build script of {}", unit.package)));
            }
            TargetKind::ProcMacro => nearest = nearest.or_else(|| Some(format!("the macros of {}", unit.package))),
            _ if evidence.graph.dependents(idx).is_empty() => return None,
            _ => queue.extend(evidence.graph.dependents(idx)),
        }
    }
    nearest
}
