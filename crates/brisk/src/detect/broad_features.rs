//! `broad-features`: a feature that turns on much more than one thing.

use std::collections::{BTreeMap, BTreeSet};

use super::cut::vanishing;
use super::features::{Turned, asked, requested, turned_on};
use super::price::{Price, severity};
use super::requests::{Known, Requests, external, name, written_at};
use super::trim::{Bundle, caveats, is_offered, trim};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, count, seconds};
use crate::model::{
    Cure, Cut, Declaration, DependencyKind, Package, PackageIdx, PackageSource, TargetKind, Unit, UnitIdx, Workspace,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "broad-features",
    group: Group::Graph,
    claim: "a dependency is taken with a feature that turns on many others, or with default features that bring packages",
    measures: "the units of optional packages that only that feature brings: the most that a narrower choice can save, as the \
               parts that are used may need some of them; what else it turns on is counted, not timed",
    why: "a feature such as `full` compiles parts that nobody calls, and optional packages for them; but features are unified: \
          what any other package of the build turns on is compiled anyway, and then trimming saves nothing",
    cure: "ask for the features that are used (`default-features = false` and a list), in all members that ask for the broad \
           one: one that still does turns it on for all. `cargo brisk fix` finds them by trying, by itself for bundles of \
           which each part only adds what can be named (`full` of tokio), for default features and all else where it is \
           asked to by the key of the finding; what is known to change how something works stays in both",
    wrong_when: "most of what it turns on is used, or the parts that are not used are small; a feature may also change how \
                 something behaves, which no compiler tells",
    unpriced: None,
    thresholds: &[LEAST_FEATURES, LEAST_PART, LEAST_SHARE, LEAST_S],
    find,
};

/// A feature that turns on fewer others is one choice with its consequences; `full` of tokio turns on 15, `derive` none.
const LEAST_FEATURES: Threshold =
    Threshold { name: "broad-features.least-features", default: 5.0, about: "features that one feature turns on" };
/// What turns on less than half of what a package has is a part of it, not a bundle of parts.
const LEAST_PART: Threshold = Threshold {
    name: "broad-features.least-part",
    default: 0.5,
    about: "share of the package's features that it turns on",
};
/// Nearly every package has default features, and often they are needed: only those that bring packages of some weight are
/// worth a look.
const LEAST_SHARE: Threshold = Threshold {
    name: "broad-features.least-share",
    default: 0.02,
    about: "share of all unit time that default features bring",
};
const LEAST_S: Threshold = Threshold {
    name: "broad-features.least-seconds",
    default: 1.0,
    about: "seconds of unit time that default features bring",
};

/// The feature that is asked for where nothing is said.
const DEFAULT: &str = "default";
/// Features and packages that are named.
const NAMED: usize = 12;

/// A feature of a package that members ask for, with whatever asks for it.
struct Broad<'a> {
    package: PackageIdx,
    feature: &'a str,
    turned: Turned,
    /// Where members ask for it.
    declared: Vec<(&'a Package, &'a Declaration)>,
}

/// A package that asks for features of another.
struct Asking<'a> {
    package: PackageIdx,
    /// Its own features that are on.
    on: &'a [String],
    /// Whether what it declares for tests counts.
    for_tests: bool,
}

impl<'a> Asking<'a> {
    fn of(known: &Known<'_>, unit: &'a Unit) -> Option<Self> {
        let is_extra = matches!(unit.target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example);
        let for_tests = unit.mode.is_test() || is_extra;
        Some(Self { package: known.find(&unit.package)?, on: &unit.features, for_tests })
    }
}

/// What would be left if no member asked for it.
#[derive(Default)]
struct Trimmed {
    /// Features that would be off.
    off: BTreeSet<String>,
    /// Optional packages that would go.
    packages: BTreeSet<PackageIdx>,
    /// The edges to them.
    cuts: Vec<Cut>,
    /// Other packages that turn on all of it.
    anyway: BTreeSet<String>,
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let known = Known::of(evidence.workspace);
    let locked = Requests::of_lockfile(evidence);
    let broad = broad(evidence);
    broad.iter().filter_map(|broad| finding(evidence, broad, &broad.trimmed(evidence, &known, &locked))).collect()
}

/// The broad features that members ask for; of a package with several, the broadest.
fn broad(evidence: Evidence<'_>) -> Vec<Broad<'_>> {
    let workspace = evidence.workspace;
    let mut found: BTreeMap<(PackageIdx, &str), Vec<(&Package, &Declaration)>> = BTreeMap::new();
    // Without its line, a declaration is one that nobody read in a manifest.
    for (idx, member, declaration) in external(workspace).filter(|(.., declaration)| declaration.line.is_some()) {
        let needed = workspace.package(idx).dependencies.iter().copied();
        let needed = needed.filter(|&needed| workspace.requests(idx, needed).any(|it| it == declaration));
        for package in needed {
            for feature in asked(declaration) {
                found.entry((package, feature)).or_default().push((member, declaration));
            }
        }
    }
    let found = found.into_iter().map(|((package, feature), declared)| {
        let turned = turned_on(workspace.package(package), [feature]);
        Broad { package, feature, turned, declared }
    });
    let mut broadest: BTreeMap<PackageIdx, Broad<'_>> = BTreeMap::new();
    for broad in found.filter(|broad| broad.is_broad(evidence)) {
        let known = broadest.get(&broad.package).map(|known| known.turned.features.len());
        if known.is_none_or(|known| known < broad.turned.features.len()) {
            broadest.insert(broad.package, broad);
        }
    }
    broadest.into_values().collect()
}

impl Broad<'_> {
    fn is_broad(&self, evidence: Evidence<'_>) -> bool {
        let n_all = evidence.workspace.package(self.package).features.len();
        let n_on = self.turned.features.len();
        let is_umbrella = n_on.saturating_sub(1) as f64 >= evidence.limit(&LEAST_FEATURES);
        match self.feature {
            // A few default features are mostly what the package is about.
            DEFAULT => is_umbrella && !self.turned.dependencies.is_empty(),
            _ => is_umbrella && n_on as f64 >= evidence.limit(&LEAST_PART) * n_all as f64,
        }
    }

    /// What would be left without it, in this build; in the lockfile where it was not built.
    fn trimmed(&self, evidence: Evidence<'_>, known: &Known<'_>, locked: &Requests<'_>) -> Trimmed {
        let units = evidence.build.iter_units().filter(|(_, unit)| {
            let is_library = !matches!(unit.target.kind, TargetKind::BuildScript) && !unit.mode.is_test();
            let is_own = known.find(&unit.package) == Some(self.package);
            is_own && is_library && unit.features.iter().any(|on| on == self.feature)
        });
        let mut trimmed = Trimmed::default();
        let mut n_units = 0;
        for (idx, _) in units {
            n_units += 1;
            self.trim_unit(evidence, known, idx, &mut trimmed);
        }
        if n_units == 0 {
            let asking = locked.everywhere(self.package).iter();
            let asking = asking.map(|&package| Asking { package, on: &[], for_tests: true });
            let rest = self.rest(evidence.workspace, asking, &mut trimmed.anyway);
            self.note_what_goes(evidence.workspace, &rest, &mut trimmed);
        }
        if !trimmed.off.is_empty() {
            trimmed.anyway.clear();
        }
        trimmed
    }

    /// What would go with one of its units.
    fn trim_unit(&self, evidence: Evidence<'_>, known: &Known<'_>, unit: UnitIdx, trimmed: &mut Trimmed) {
        let dependents = evidence.graph.dependents(unit).iter().map(|&idx| evidence.build.unit(idx));
        let asking = dependents.filter_map(|unit| Asking::of(known, unit)).filter(|by| by.package != self.package);
        let rest = self.rest(evidence.workspace, asking, &mut trimmed.anyway);
        let gone = self.note_what_goes(evidence.workspace, &rest, trimmed);
        for &dependency in evidence.graph.dependencies(unit) {
            let is_gone = known.find(&evidence.build.unit(dependency).package).is_some_and(|idx| gone.contains(&idx));
            if is_gone {
                trimmed.cuts.push(Cut { dependent: unit, dependency, instead: None });
            }
        }
    }

    /// What all who ask turn on if no local package asks for the broad feature. Who turns it on alone is noted.
    fn rest<'w>(
        &self,
        workspace: &'w Workspace,
        asking: impl Iterator<Item = Asking<'w>>,
        anyway: &mut BTreeSet<String>,
    ) -> Turned {
        let package = workspace.package(self.package);
        let mut all = BTreeSet::new();
        for asking in asking {
            let by = workspace.package(asking.package);
            let is_local = matches!(by.source, PackageSource::Member | PackageSource::Path);
            let requests = requested(workspace, asking.package, self.package, asking.on).into_iter();
            let requests = requests.filter(|it| asking.for_tests || it.declaration.kind != DependencyKind::Dev);
            let requests = requests.map(|request| request.feature);
            let requests: BTreeSet<&str> = requests.filter(|feature| !is_local || *feature != self.feature).collect();
            if !is_local && self.turned.features.is_subset(&turned_on(package, requests.iter().copied()).features) {
                anyway.insert(name(by));
            }
            all.extend(requests);
        }
        turned_on(package, all)
    }

    /// Notes what is on now and would be off; gives the packages that would go.
    fn note_what_goes(&self, workspace: &Workspace, rest: &Turned, trimmed: &mut Trimmed) -> BTreeSet<PackageIdx> {
        let package = workspace.package(self.package);
        let off = self.turned.features.difference(&rest.features).filter(|feature| *feature != self.feature);
        trimmed.off.extend(off.cloned());
        let keys = self.turned.dependencies.difference(&rest.dependencies);
        let declarations = keys.flat_map(|key| package.declarations.iter().filter(move |it| it.key() == key));
        let gone: BTreeSet<PackageIdx> = declarations
            .filter(|declaration| declaration.optional)
            .flat_map(|declaration| {
                let needed = package.dependencies.iter().copied();
                needed.filter(move |&needed| workspace.requests(self.package, needed).any(|it| it == declaration))
            })
            .collect();
        trimmed.packages.extend(&gone);
        gone
    }

    fn bundle(&self) -> Bundle<'_> {
        Bundle { package: self.package, feature: self.feature, turned: &self.turned, declared: &self.declared }
    }

    /// The lines on which members, or the workspace for them, ask for it.
    fn locations(&self, workspace: &Workspace) -> Vec<Location> {
        let places = self.declared.iter().filter_map(|(member, declaration)| {
            match is_offered(workspace, declaration, self.feature) {
                true => written_at(workspace, member, declaration),
                false => Location::of_declaration(workspace, member, declaration),
            }
        });
        let distinct: BTreeSet<Location> = places.collect();
        distinct.into_iter().collect()
    }
}

/// `None` where there is nothing worth telling: default features that bring nothing of weight, and what members ask for one
/// by one beside it.
fn finding(evidence: Evidence<'_>, broad: &Broad<'_>, trimmed: &Trimmed) -> Option<Finding> {
    let workspace = evidence.workspace;
    let package = workspace.package(broad.package);
    let price = (!trimmed.cuts.is_empty()).then(|| Price::of(evidence, vanishing(evidence, &trimmed.cuts)));
    let price = price.filter(|price| !price.units.is_empty());
    let weighs = price.as_ref().is_some_and(|price| price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE));
    let moot_by_members = trimmed.off.is_empty() && trimmed.anyway.is_empty();
    if broad.feature == DEFAULT && !weighs || moot_by_members {
        return None;
    }
    let told = told(evidence, broad, trimmed, price.as_ref());
    let trim = if trimmed.anyway.is_empty() { trim(evidence, &broad.bundle()) } else { None };
    let subject = if several(workspace, package) {
        format!("{}@{}", package.name, package.version)
    } else {
        package.name.clone()
    };
    let finding = Finding::of(&DETECTOR, subject, title(package, broad, trimmed, price.as_ref()));
    Some(Finding {
        severity: seriousness(evidence, broad, price.as_ref()),
        cost: price.as_ref().map(Price::cost).unwrap_or_default(),
        effort: Effort::Medium,
        risk: Risk::Medium,
        evidence: told,
        locations: broad.locations(workspace),
        command: Some(format!("cargo tree --workspace --edges features --invert {}@{}", package.name, package.version)),
        // Default features are no choice that somebody made: that they could go is not to be promised.
        cuts: if broad.feature == DEFAULT { Vec::new() } else { trimmed.cuts.clone() },
        caveats: finding.caveats.iter().cloned().chain(trim.iter().flat_map(caveats)).collect(),
        cure: trim.into_iter().map(Cure::Trim).collect(),
        ..finding
    })
}

/// Whether what it brings is needed is not known, so that it is never the worst there is.
fn seriousness(evidence: Evidence<'_>, broad: &Broad<'_>, price: Option<&Price>) -> Severity {
    match price {
        Some(price) if broad.feature != DEFAULT => severity(evidence, price.known_s()).min(Severity::Minor),
        _ => Severity::Note,
    }
}

fn several(workspace: &Workspace, package: &Package) -> bool {
    workspace.packages.iter().filter(|other| other.name == package.name).count() > 1
}

fn title(package: &Package, broad: &Broad<'_>, trimmed: &Trimmed, price: Option<&Price>) -> String {
    let (name, feature) = (&package.name, words(broad.feature));
    if let Some(by) = trimmed.anyway.first() {
        return format!("trimming {feature} of {name} would not pay: {by} turns it on anyway");
    }
    let s = if broad.feature == DEFAULT { "" } else { "s" };
    let n_others = broad.turned.features.len() - 1;
    match price {
        Some(price) => {
            let took = price.unit_s.map(|s| format!(" and {}", seconds(s))).unwrap_or_default();
            format!("{feature} of {name} bring{s} {}{took} that nothing else needs", count(price.units.len(), "unit"))
        }
        None => format!("{feature} of {name} turn{s} on {}", count(n_others, "other feature")),
    }
}

fn words(feature: &str) -> String {
    if feature == DEFAULT { "the default features".to_owned() } else { format!("feature `{feature}`") }
}

/// The evidence.
fn told(evidence: Evidence<'_>, broad: &Broad<'_>, trimmed: &Trimmed, price: Option<&Price>) -> Vec<String> {
    let others = broad.turned.features.iter().filter(|feature| *feature != broad.feature);
    let asking: BTreeSet<&str> = broad.declared.iter().map(|(member, _)| member.name.as_str()).collect();
    let verb = if asking.len() == 1 { "asks" } else { "ask" };
    let asking: Vec<&str> = asking.into_iter().collect();
    let mut facts =
        vec![format!("{} {verb} for it; it turns on {}", asking.join(", "), list(others.map(String::as_str)))];
    if !trimmed.anyway.is_empty() {
        let s = if trimmed.anyway.len() == 1 { "s" } else { "" };
        let by = list(trimmed.anyway.iter().map(String::as_str));
        facts.push(format!(
            "{by} turn{s} all of it on as well: features are unified, so that nothing less would be built"
        ));
    }
    if !trimmed.off.is_empty() && trimmed.off.len() + 1 < broad.turned.features.len() {
        let off = list(trimmed.off.iter().map(String::as_str));
        facts.push(format!("without it {off} would be off; others turn on the rest"));
    }
    match price {
        Some(price) => {
            let packages = price.units.iter().map(|&idx| evidence.build.unit(idx).package.to_string());
            let packages: BTreeSet<String> = packages.collect();
            facts.push(format!("nothing else needs {}", list(packages.iter().map(String::as_str))));
            facts.extend(brought_by(evidence.workspace, broad, trimmed));
        }
        None if trimmed.off.is_empty() => {}
        None => facts.push(
            "it brings no package that would not be built anyway: less of its own code would be compiled, and how much less \
             is not known before it is tried"
                .to_owned(),
        ),
    }
    facts
}

/// Which of the features bring packages: who needs one of these features keeps what it brings.
fn brought_by(workspace: &Workspace, broad: &Broad<'_>, trimmed: &Trimmed) -> Option<String> {
    let package = workspace.package(broad.package);
    let gone: BTreeSet<&str> = trimmed.packages.iter().map(|&idx| workspace.package(idx).name.as_str()).collect();
    let bringing = broad.turned.features.iter().filter_map(|feature| {
        let values = package.features.get(feature)?.iter();
        let keys =
            values.filter_map(|value| value.strip_prefix("dep:").or_else(|| value.split_once('/').map(|(key, _)| key)));
        let declared = keys.filter_map(|key| package.declarations.iter().find(|it| it.optional && it.key() == key));
        let names: BTreeSet<&str> = declared.map(|it| it.package.as_str()).filter(|it| gone.contains(it)).collect();
        let is_its_name = names.len() == 1 && names.contains(feature.as_str());
        (!names.is_empty() && !is_its_name).then(|| format!("`{feature}` brings {}", list(names.into_iter())))
    });
    let bringing: Vec<String> = bringing.collect();
    (!bringing.is_empty()).then(|| bringing.join("; "))
}

/// The first ones, and how many more there are.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut items: Vec<&str> = items.collect();
    let n_more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
    format!("{}{more}", items.join(", "))
}
