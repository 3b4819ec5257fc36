//! Changes that take edges out of the unit graph.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Cut, Declaration, DependencyKind, Package, TargetKind, UnitIdx};

use super::base::{Base, Impossible, nearest_of};
use super::{DependencySpec, Hypothesis, PackageSpec};

/// Edges that go, and what has to be said of it.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    pub(super) cuts: Vec<Cut>,
    pub(super) caveats: Vec<String>,
    /// Units whose own cost changes in a way that edges do not tell.
    pub(super) trimmed: Vec<Trimmed>,
}

/// A unit that is compiled with less features.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trimmed {
    pub(super) unit: UnitIdx,
    /// Share of its features that stay.
    pub(super) kept: f64,
}

impl Cuts {
    /// Those of `hypothesis`; none where it is about something else.
    pub(super) fn of(base: Base<'_>, hypothesis: &Hypothesis) -> Result<Self, Impossible> {
        match hypothesis {
            Hypothesis::Remove(dependency) | Hypothesis::Optional(dependency) => remove(base, dependency),
            Hypothesis::Unify(package) => unify(base, package),
            Hypothesis::Features(dependency, features) => features_only(base, dependency, features),
            Hypothesis::Cut(from, to) => cut(base, from, to),
            _ => Ok(Self::default()),
        }
    }
}

fn remove(base: Base<'_>, dependency: &DependencySpec) -> Result<Cuts, Impossible> {
    let package = &dependency.package;
    if let Some(from) = &dependency.from {
        let mut cuts = cut(base, &PackageSpec { name: from.clone(), version: None }, package)?;
        cuts.caveats.push(format!("assumes that the sources of {from} can do without {package}"));
        return Ok(cuts);
    }
    let units = base.units_of(package)?;
    let is_own = |cut: &Cut| base.unit(cut.dependent).package == base.unit(cut.dependency).package;
    let by_all: Vec<Cut> =
        units.iter().flat_map(|&unit| Cut::all_to(base.graph, unit, None)).filter(|cut| !is_own(cut)).collect();
    if by_all.is_empty() {
        let what = format!("nothing in the build depends on `{package}`, so that it cannot be removed as a dependency");
        return Err(Impossible::NothingToChange(what));
    }
    let others: BTreeSet<String> = base.strangers_that_need(&units);
    let by_members: Vec<Cut> = by_all.iter().copied().filter(|cut| base.is_of_member(cut.dependent)).collect();
    if by_members.is_empty() {
        let caveat = format!(
            "no member depends on {package} itself: this is what it would be worth if {} could do without",
            listed(&others)
        );
        return Ok(Cuts { cuts: by_all, caveats: vec![caveat], trimmed: Vec::new() });
    }
    let gone = base.graph.vanishing(&by_members);
    let mut caveats = vec![format!("assumes that the members' sources can do without {package}")];
    if !others.is_empty() && !units.iter().all(|unit| gone.contains(unit)) {
        caveats.push(format!("{package} itself stays in the build: {} it too", needs(&others)));
    }
    Ok(Cuts { cuts: by_members, caveats, trimmed: Vec::new() })
}

fn unify(base: Base<'_>, package: &PackageSpec) -> Result<Cuts, Impossible> {
    let named = base.units_of(package)?;
    let versions = base.versions_of(&package.name);
    if versions.len() < 2 {
        let only = versions.keys().next().map(|version| format!(" ({})", version.text)).unwrap_or_default();
        return Err(Impossible::NothingToChange(format!(
            "`{}` is built in one version only{only}: there is nothing to unify",
            package.name
        )));
    }
    // The newest of those that are meant.
    let kept = versions
        .iter()
        .rev()
        .find(|(_, units)| package.version.is_none() || units.iter().any(|unit| named.contains(unit)));
    let Some((kept, kept_units)) = kept else { return Ok(Cuts::default()) };
    let mut cuts = Vec::new();
    let mut surplus_units = Vec::new();
    for (_, units) in versions.iter().filter(|(version, _)| *version != kept) {
        for &old in units {
            cuts.extend(Cut::all_to(base.graph, old, counterpart(base, old, kept_units)));
            surplus_units.push(old);
        }
    }
    cuts.retain(|cut| !surplus_units.contains(&cut.dependent));
    let others = base.strangers_that_need(&surplus_units);
    let mut caveats = Vec::new();
    if !others.is_empty() {
        let ask = if others.len() == 1 { "asks" } else { "ask" };
        caveats.push(format!(
            "{} {ask} for another version than {} and {} not yours: that needs other releases, or a patch",
            listed(&others),
            kept.text,
            if others.len() == 1 { "is" } else { "are" }
        ));
    }
    Ok(Cuts { cuts, caveats, trimmed: Vec::new() })
}

/// The unit of the kept version that could stand in for `old`: same target kind, mode and platform, most features.
fn counterpart(base: Base<'_>, old: UnitIdx, kept: &[UnitIdx]) -> Option<UnitIdx> {
    let old = base.unit(old);
    let same = |idx: &&UnitIdx| {
        let unit = base.unit(**idx);
        unit.target.kind == old.target.kind && unit.mode == old.mode && unit.platform == old.platform
    };
    kept.iter().filter(same).max_by_key(|idx| base.unit(**idx).features.len()).copied()
}

fn cut(base: Base<'_>, from: &PackageSpec, to: &PackageSpec) -> Result<Cuts, Impossible> {
    let (dependents, dependencies) = (base.units_of(from)?, base.units_of(to)?);
    let all = dependencies.iter().flat_map(|&unit| Cut::all_to(base.graph, unit, None));
    let cuts: Vec<Cut> = all.filter(|cut| dependents.contains(&cut.dependent)).collect();
    if cuts.is_empty() {
        let near = base.dependents_of(&dependencies).into_iter().map(|(_, name)| name).collect();
        return Err(Impossible::NothingToChange(format!(
            "`{from}` does not depend on `{to}` directly; {} it",
            needs(&near)
        )));
    }
    Ok(Cuts { cuts, caveats: Vec::new(), trimmed: Vec::new() })
}

fn features_only(base: Base<'_>, dependency: &DependencySpec, features: &[String]) -> Result<Cuts, Impossible> {
    let package = &dependency.package;
    let units = base.units_of(package)?.into_iter();
    let units: Vec<UnitIdx> = units.filter(|&idx| base.unit(idx).target.kind != TargetKind::BuildScript).collect();
    let mut cuts = Cuts::default();
    for unit in units {
        let offered = offered(base, unit);
        known_features(package, offered, features)?;
        let kept = turned_on(offered, features);
        let now = &base.unit(unit).features;
        let n_kept = now.iter().filter(|feature| kept.contains(feature.as_str())).count();
        // What one declaration alone is worth only Cargo can tell: others may ask for the same features.
        if n_kept == now.len() || dependency.from.is_some() {
            continue;
        }
        cuts.trimmed.push(Trimmed { unit, kept: n_kept as f64 / now.len() as f64 });
        cuts.cuts.extend(unneeded_dependencies(base, unit, offered, &kept));
    }
    if cuts.trimmed.is_empty() && dependency.from.is_none() {
        let listed = listed(&features.iter().cloned().collect());
        return Err(Impossible::NothingToChange(format!("`{package}` is built with no feature beyond {listed}")));
    }
    cuts.caveats.extend(who_else_asks(base, package, features).filter(|_| dependency.from.is_none()));
    Ok(cuts)
}

fn known_features(spec: &PackageSpec, offered: Option<&Package>, features: &[String]) -> Result<(), Impossible> {
    let Some(package) = offered else { return Ok(()) };
    match features.iter().find(|name| !offers(package, name)) {
        None => Ok(()),
        Some(bad) => {
            let known = package.features.keys().map(String::as_str);
            let nearest_names = nearest_of(bad, known);
            Err(Impossible::UnknownFeature { package: spec.to_string(), asked: bad.clone(), nearest_names })
        }
    }
}

fn offered<'a>(base: Base<'a>, unit: UnitIdx) -> Option<&'a Package> {
    let of_unit = &base.unit(unit).package;
    base.workspace
        .packages
        .iter()
        .find(|package| package.name == of_unit.name && Some(&package.version) == of_unit.version.as_ref())
}

fn offers(package: &Package, feature: &str) -> bool {
    // Where no manifest could be read, nothing is known of features.
    package.features.is_empty() || package.features.contains_key(feature)
}

/// `features` and all features of the same package that they turn on.
fn turned_on<'f>(package: Option<&'f Package>, features: &'f [String]) -> BTreeSet<&'f str> {
    let mut on = BTreeSet::new();
    let mut stack: Vec<&str> = features.iter().map(String::as_str).collect();
    while let Some(feature) = stack.pop() {
        if on.insert(feature) {
            let more = package.and_then(|package| package.features.get(feature));
            stack.extend(more.into_iter().flatten().map(String::as_str));
        }
    }
    on
}

/// The edges to optional dependencies that only features which are gone turn on.
fn unneeded_dependencies(base: Base<'_>, unit: UnitIdx, package: Option<&Package>, kept: &BTreeSet<&str>) -> Vec<Cut> {
    let Some(package) = package else { return Vec::new() };
    let mut asked: BTreeMap<&str, bool> = BTreeMap::new();
    for declaration in &package.declarations {
        let key = declaration.key();
        let dep = format!("dep:{key}");
        let by_feature =
            |on: &&str| *on == key || *on == dep || on.strip_prefix(key).is_some_and(|rest| rest.starts_with('/'));
        let stays = !declaration.optional || kept.iter().any(by_feature);
        *asked.entry(&declaration.package).or_default() |= stays;
    }
    let dependencies = base.graph.dependencies(unit).iter();
    let goes = |dependency: &&UnitIdx| asked.get(base.unit(**dependency).package.name.as_str()) == Some(&false);
    dependencies.filter(goes).map(|&dependency| Cut { dependent: unit, dependency, instead: None }).collect()
}

/// Which packages that are not the user's need the package in this build, and ask for more of its features.
fn who_else_asks(base: Base<'_>, package: &PackageSpec, features: &[String]) -> Option<String> {
    let offered = base.workspace.packages.iter().find(|it| package.matches(&it.name, Some(&it.version)));
    let kept = turned_on(offered, features);
    let has_default = offered.and_then(|offered| offered.features.get("default")).is_some_and(|on| !on.is_empty());
    let default_is_more = has_default && !kept.contains("default");
    let asks_more = |it: &Declaration| {
        it.package == package.name
            && it.kind != DependencyKind::Dev
            && (it.default_features && default_is_more
                || it.features.iter().any(|feature| !kept.contains(feature.as_str())))
    };
    let strangers = base.strangers_that_need(&base.units_of(package).ok()?);
    let name = |it: &Package| format!("{} v{}", it.name, it.version);
    let asking = base.workspace.packages.iter().filter(|it| strangers.contains(&name(it)));
    let asking: BTreeSet<String> = asking.filter(|it| it.declarations.iter().any(asks_more)).map(name).collect();
    let verb = if asking.len() == 1 { "asks" } else { "ask" };
    let told = || {
        format!(
            "{} {verb} for more features of {package}, and as long as that is so, these stay on: this is what it would be worth \
             if nobody did",
            listed(&asking)
        )
    };
    (!asking.is_empty()).then(told)
}

/// `a`, `a and b`, `a, b and 3 more`.
pub(super) fn listed(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
    }
}

fn needs(names: &BTreeSet<String>) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "needs" } else { "need" })
}
