//! `uninherited-version`: members that each say for themselves which version they want.

use std::collections::{BTreeMap, BTreeSet};

use super::inheritance::inherited;
use super::requests::{external, table};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, count};
use crate::model::{Declaration, DependencyKind, Inheritable, Package, PackageIdx, Workspace};

pub(super) const DETECTOR: Detector = Detector {
    id: "uninherited-version",
    group: Group::Graph,
    claim: "several members declare the same dependency, each with a version of its own",
    measures: "the declarations of members that ask for the same package of a registry or repository without `workspace = true`",
    why: "requirements and features that are written in several places drift apart: two incompatible requirements are two \
          versions to compile, and different features are a rebuild whenever another member is built by itself (`-p`)",
    cure: "one entry in `[workspace.dependencies]` of the root manifest, and `NAME.workspace = true` in the members, which may \
           add features of their own; since Cargo 1.64",
    wrong_when: "members are published from other workspaces as well, or want different versions on purpose",
    unpriced: Some(
        "it costs no time by itself; what it leads to is priced as `duplicate-version` and `duplicate-build`",
    ),
    thresholds: &[],
    find,
};

/// The subject of the one finding about all dependencies whose declarations agree.
const AGREEING: &str = "workspace";

/// A dependency that members declare with a version of their own.
struct Uninherited<'a> {
    name: &'a str,
    declared: Vec<(PackageIdx, &'a Package, &'a Declaration)>,
    /// The entry of `[workspace.dependencies]` that they could inherit.
    offered: Option<&'a Inheritable>,
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let workspace = evidence.workspace;
    let (differing, agreeing): (Vec<_>, Vec<_>) =
        uninherited(workspace).into_iter().partition(|dependency| dependency.differs(workspace));
    let differing = differing.iter().map(|dependency| differing_finding(workspace, dependency));
    differing.chain(agreeing_finding(workspace, &agreeing)).collect()
}

fn uninherited(workspace: &Workspace) -> Vec<Uninherited<'_>> {
    let mut by_name: BTreeMap<&str, Vec<(PackageIdx, &Package, &Declaration)>> = BTreeMap::new();
    // Of a declaration without a line nobody knows whether it is inherited.
    let own = external(workspace).filter(|(.., declaration)| declaration.line.is_some() && !declaration.inherited);
    for (idx, package, declaration) in own {
        by_name.entry(&declaration.package).or_default().push((idx, package, declaration));
    }
    let dependencies = by_name.into_iter().map(|(name, declared)| {
        let offered = workspace.inheritable.iter().find(|entry| entry.package == name);
        Uninherited { name, declared, offered }
    });
    dependencies.filter(|dependency| dependency.n_members() > usize::from(dependency.offered.is_none())).collect()
}

impl Uninherited<'_> {
    fn n_members(&self) -> usize {
        self.declared.iter().map(|(member, ..)| member).collect::<BTreeSet<_>>().len()
    }

    fn requirements(&self) -> BTreeSet<&str> {
        let offered = self.offered.map(|entry| entry.requirement.as_str());
        self.declared.iter().map(|(.., declaration)| declaration.requirement.as_str()).chain(offered).collect()
    }

    /// The versions that the declarations resolve to.
    fn versions<'w>(&self, workspace: &'w Workspace) -> BTreeSet<&'w str> {
        let resolved = self.declared.iter().flat_map(|(_, package, declaration)| {
            let needed = package.dependencies.iter().map(|&idx| workspace.package(idx));
            needed.filter(|needed| needed.name == declaration.package && declaration.accepts(&needed.version))
        });
        resolved.map(|package| package.version.as_str()).collect()
    }

    /// Whether some resolve to another version than others, or some want the default features that others turn off: then a
    /// workspace builds something else than its members say.
    fn differs(&self, workspace: &Workspace) -> bool {
        let versions = self.versions(workspace);
        let unlike_offered = self.offered.is_some_and(|entry| versions.iter().any(|version| !entry.accepts(version)));
        let unresolved = versions.is_empty() && self.requirements().len() > 1;
        versions.len() > 1 || unlike_offered || unresolved || self.defaults_differ()
    }

    /// Whether they resolve to one version, which the root manifest would take as well if it has an entry.
    fn has_one_version(&self, workspace: &Workspace) -> bool {
        let versions = self.versions(workspace);
        versions.len() == 1 && self.offered.is_none_or(|entry| versions.iter().all(|version| entry.accepts(version)))
    }

    fn defaults_differ(&self) -> bool {
        [DependencyKind::Normal, DependencyKind::Dev, DependencyKind::Build].into_iter().any(|kind| {
            let of_kind = self.declared.iter().filter(|(.., declaration)| declaration.kind == kind);
            of_kind.map(|(.., declaration)| declaration.default_features).collect::<BTreeSet<_>>().len() > 1
        })
    }

    fn locations(&self, workspace: &Workspace) -> Vec<Location> {
        let members = self.declared.iter();
        let mut places: Vec<Location> = members
            .filter_map(|(_, package, declaration)| Location::of_declaration(workspace, package, declaration))
            .collect();
        places.extend(self.offered.map(Location::of_inheritable));
        places
    }
}

fn differing_finding(workspace: &Workspace, dependency: &Uninherited<'_>) -> Finding {
    let versions = dependency.versions(workspace);
    let what = match dependency.defaults_differ() {
        true if versions.len() < 2 => "with and without default features",
        _ => "with different requirements",
    };
    let title = match dependency.n_members() {
        1 => format!("{} is declared otherwise than `[workspace.dependencies]` has it", dependency.name),
        n => format!("{} is declared by {n} members {what}", dependency.name),
    };
    let mut facts: Vec<String> = dependency.declared.iter().map(|(_, package, it)| in_words(package, it)).collect();
    if versions.len() > 1 {
        facts.push(format!("they resolve to {}", versions.into_iter().collect::<Vec<_>>().join(", ")));
    }
    if dependency.defaults_differ() {
        let why = "where one of them turns default features on, they are on for all that are built with it: turning them off \
                   has an effect only if all do";
        facts.push(why.to_owned());
    }
    facts.extend(dependency.offered.map(offer_in_words));
    let severity = if dependency.versions(workspace).len() > 1 { Severity::Major } else { Severity::Note };
    Finding {
        severity,
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: facts,
        locations: dependency.locations(workspace),
        command: Some(tree(dependency.name)),
        cure: if dependency.has_one_version(workspace) {
            inherited(workspace, &dependency.declared)
        } else {
            Vec::new()
        },
        ..Finding::of(&DETECTOR, dependency.name.to_owned(), title)
    }
}

/// `app: ^1.0, features full, test-util, in dev-dependencies`
fn in_words(package: &Package, declaration: &Declaration) -> String {
    let mut words = format!("{} asks for {}", package.name, declaration.requirement);
    if !declaration.default_features {
        words.push_str(" without default features");
    }
    if !declaration.features.is_empty() {
        words.push_str(&format!(" with {}", declaration.features.join(", ")));
    }
    if declaration.kind != DependencyKind::Normal {
        words.push_str(&format!(" in `{}`", table(declaration.kind)));
    }
    words
}

fn offer_in_words(entry: &Inheritable) -> String {
    let place = Location::of_inheritable(entry).in_words();
    format!("`[workspace.dependencies]` has it already, with {} at {place}", entry.requirement)
}

fn tree(name: &str) -> String {
    format!("cargo tree --workspace --depth 0 --invert {name}")
}

/// All that agree, as one finding: they cost nothing yet.
fn agreeing_finding(workspace: &Workspace, agreeing: &[Uninherited<'_>]) -> Option<Finding> {
    if agreeing.is_empty() {
        return None;
    }
    let (noun, verb) = if agreeing.len() == 1 { ("dependency", "is") } else { ("dependencies", "are") };
    let n_offered = agreeing.iter().filter(|dependency| dependency.offered.is_some()).count();
    let title = format!("{} {noun} {verb} declared in members with versions of their own", agreeing.len());
    let mut facts: Vec<String> = agreeing.iter().map(agreement).collect();
    if n_offered > 0 {
        facts.push(format!("`[workspace.dependencies]` has {n_offered} of them already"));
    }
    Some(Finding {
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: facts,
        locations: agreeing.iter().flat_map(|dependency| dependency.locations(workspace)).collect(),
        command: Some("cargo tree --workspace --depth 1".to_owned()),
        cure: agreeing.iter().flat_map(|dependency| inherited(workspace, &dependency.declared)).collect(),
        ..Finding::of(&DETECTOR, AGREEING.to_owned(), title)
    })
}

/// `serde: ^1.0, by 4 members`
fn agreement(dependency: &Uninherited<'_>) -> String {
    let requirements: Vec<&str> = dependency.requirements().into_iter().collect();
    let offered = dependency.offered.map(|entry| format!(", which could inherit {}", entry.requirement));
    let members = count(dependency.n_members(), "member");
    format!("{}: {} by {members}{}", dependency.name, requirements.join(" and "), offered.unwrap_or_default())
}
