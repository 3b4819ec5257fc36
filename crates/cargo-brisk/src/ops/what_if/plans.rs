//! What Cargo would build after changes of manifests.

use std::collections::BTreeSet;

use brisk::model::{
    DependencyChange, DependencyEdit, ManifestEdit, Members, Package, PackageSource, UnitGraph, UnitIdx,
};
use brisk::simulate::Asking;
use brisk::simulate::what_if::{Base, DependencySpec, Hypothesis, PackageSpec, Planned};

use crate::ops::variants::{Baseline, Variants};

/// At most so many changes are also planned one by one: Cargo takes about half a second for each.
const MOST_ALONE: usize = 4;
/// A feature that turns on at least so many others asks for more than its name says.
const BROAD: usize = 3;

/// What came of asking.
pub(super) struct Plans {
    /// The plans.
    pub(super) planned: Vec<Planned>,
    /// Why there is none, where one was wanted.
    pub(super) why_not: Option<String>,
}

/// Plans of all hypotheses that are about manifests, together and one by one.
pub(super) fn plans(base: Base<'_>, variants: &Variants<'_>, now: &Baseline, hypotheses: &[Hypothesis]) -> Plans {
    let of_manifests: Vec<Hypothesis> = hypotheses.iter().filter(|it| it.is_of_manifests()).cloned().collect();
    let mut sets = vec![of_manifests.clone()];
    if (2..=MOST_ALONE).contains(&of_manifests.len()) {
        sets.extend(of_manifests.into_iter().map(|hypothesis| vec![hypothesis]));
    }
    let mut plans = Plans { planned: Vec::new(), why_not: None };
    for set in sets {
        let edits: Option<Vec<ManifestEdit>> = set.iter().map(|it| edit_of(base, &now.graph, it)).collect();
        let Some(edits) = edits else { continue };
        match variants.unit_graph(&now.command, &edits) {
            Ok(graph) => plans.planned.push(Planned { hypotheses: set, graph }),
            Err(why) => plans.why_not = Some(why.to_string()),
        }
    }
    plans
}

/// How manifests would be edited for it; `None` where that is not for members to do.
fn edit_of(base: Base<'_>, now: &UnitGraph, hypothesis: &Hypothesis) -> Option<ManifestEdit> {
    match hypothesis {
        Hypothesis::Remove(dependency) => of_members(base, dependency, DependencyChange::Remove),
        Hypothesis::Optional(dependency) => of_members(base, dependency, DependencyChange::MakeOptional),
        Hypothesis::Require(package, requirement) => {
            let change = DependencyChange::Require(requirement.clone());
            Some(ManifestEdit::of_all(&package.name, change))
        }
        Hypothesis::Unify(package) => unify(base, package),
        Hypothesis::Features(dependency, features) => {
            let change = DependencyChange::Features(features.clone());
            Some(match &dependency.from {
                Some(from) if is_member(base, from) => ManifestEdit::of_member(from, &dependency.package.name, change),
                from => ManifestEdit::Dependency(DependencyEdit {
                    members: Members::AllAnd(match from {
                        Some(stranger) => vec![stranger.clone()],
                        None => broad_askers(base, now, &dependency.package, features),
                    }),
                    kind: None,
                    dependency: dependency.package.name.clone(),
                    change,
                }),
            })
        }
        _ => None,
    }
}

fn is_member(base: Base<'_>, name: &str) -> bool {
    base.workspace.iter_members().any(|(_, package)| package.name == name)
}

fn of_members(base: Base<'_>, dependency: &DependencySpec, change: DependencyChange) -> Option<ManifestEdit> {
    let name = &dependency.package.name;
    match &dependency.from {
        Some(from) => is_member(base, from).then(|| ManifestEdit::of_member(from, name, change)),
        None => {
            let declares = |package: &Package| package.declarations.iter().any(|it| it.package == *name);
            let declared = base.workspace.iter_members().any(|(_, package)| declares(package));
            (declared && dependency.package.version.is_none()).then(|| ManifestEdit::of_all(name, change))
        }
    }
}

/// The members ask for the newest version that is built, or the one that is named; only where nobody else asks for others.
fn unify(base: Base<'_>, package: &PackageSpec) -> Option<ManifestEdit> {
    let units: Vec<(UnitIdx, &str)> = base
        .build
        .iter_units()
        .filter(|(_, unit)| unit.package.name == package.name)
        .filter_map(|(idx, unit)| Some((idx, unit.package.version.as_deref()?)))
        .collect();
    let is_named = |version: &&str| package.matches(&package.name, Some(version));
    let kept = units.iter().map(|(_, version)| *version).filter(is_named);
    let kept = kept.max_by_key(|version| semver::Version::parse(version).ok())?;
    let surplus: BTreeSet<UnitIdx> =
        units.iter().filter(|(_, version)| *version != kept).map(|(idx, _)| *idx).collect();
    let dependents = surplus.iter().flat_map(|&unit| base.graph.dependents(unit)).filter(|idx| !surplus.contains(idx));
    let mut sources = dependents.map(|&idx| &base.build.unit(idx).package.source);
    sources
        .all(|source| *source == PackageSource::Member)
        .then(|| ManifestEdit::of_all(&package.name, DependencyChange::Require(kept.to_owned())))
}

/// Packages that are not members and ask for the default features, or for one that turns on many others.
fn broad_askers(base: Base<'_>, now: &UnitGraph, package: &PackageSpec, features: &[String]) -> Vec<String> {
    let offered = base.workspace.packages.iter().filter(|it| package.matches(&it.name, Some(&it.version)));
    let offered: Vec<&Package> = offered.collect();
    let turns_on_many = |feature: &str| {
        let turned_on = |package: &&Package| package.features.get(feature).map_or(0, Vec::len);
        !features.iter().any(|kept| kept == feature) && offered.iter().any(|package| turned_on(package) >= BROAD)
    };
    let has_default = offered.iter().any(|package| package.features.get("default").is_some_and(|on| !on.is_empty()));
    let keeps_default = features.iter().any(|feature| feature == "default");
    let is_broad = |asking: &Asking| {
        asking.default_features && has_default && !keeps_default
            || asking.features.iter().any(|feature| turns_on_many(feature))
    };
    let askers = Asking::of(base.workspace, now, &package.name).into_iter();
    let strangers = askers.filter(|asking| asking.by.source != PackageSource::Member && is_broad(asking));
    strangers.map(|asking| asking.by.name).collect()
}
