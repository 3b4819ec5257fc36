//! Who asks for which package, from the members down, and on which line.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Evidence, Location};
use crate::model::{
    Declaration, DependencyKind, Package, PackageIdx, PackageRef, PackageSource, ReachablePlatform, Workspace,
};

/// The packages of a workspace, with who needs each of them.
pub(super) struct Requests<'a> {
    workspace: &'a Workspace,
    /// Parallel to the packages, ascending.
    dependents: Vec<Vec<PackageIdx>>,
    /// The same for all that the lockfile has, whatever it is needed for.
    everywhere: Vec<Vec<PackageIdx>>,
}

impl<'a> Requests<'a> {
    /// What was built for what. Where the source of the build does not tell all edges, some are missing.
    pub(super) fn of_build(evidence: Evidence<'a>) -> Self {
        let known = Known::of(evidence.workspace);
        let package = |unit| known.find(&evidence.build.unit(unit).package);
        let edges = evidence.build.edges.iter();
        let pairs = edges.filter_map(|edge| Some((package(edge.dependency)?, package(edge.dependent)?)));
        Self::new(evidence.workspace, pairs)
    }

    /// What the lockfile resolves, as far as this machine can need it.
    pub(super) fn of_lockfile(evidence: Evidence<'a>) -> Self {
        let reachable = evidence.surroundings.reachable.as_ref();
        let packages = evidence.workspace.iter_packages();
        let asking = packages.filter(|(idx, _)| reachable.is_none_or(|known| known.packages.contains(idx)));
        let pairs = asking.flat_map(|(idx, package)| package.dependencies.iter().map(move |&needed| (needed, idx)));
        Self::new(evidence.workspace, pairs)
    }

    /// Of pairs of a package and one that needs it.
    fn new(workspace: &'a Workspace, pairs: impl Iterator<Item = (PackageIdx, PackageIdx)>) -> Self {
        let lists = |pairs: &mut dyn Iterator<Item = (PackageIdx, PackageIdx)>| -> Vec<Vec<PackageIdx>> {
            let mut sets = vec![BTreeSet::new(); workspace.packages.len()];
            for (needed, dependent) in pairs.filter(|(needed, dependent)| needed != dependent) {
                sets[needed.0 as usize].insert(dependent);
            }
            sets.into_iter().map(|of| of.into_iter().collect()).collect()
        };
        let locked = workspace.iter_packages();
        let mut locked = locked.flat_map(|(idx, package)| package.dependencies.iter().map(move |&it| (it, idx)));
        Self { workspace, dependents: lists(&mut { pairs }), everywhere: lists(&mut locked) }
    }

    /// Who asks for the package in the lockfile, ascending: also for another platform, and what was not built.
    pub(super) fn everywhere(&self, package: PackageIdx) -> &[PackageIdx] {
        &self.everywhere[package.0 as usize]
    }

    /// Who needs the package directly, ascending.
    pub(super) fn dependents(&self, package: PackageIdx) -> &[PackageIdx] {
        &self.dependents[package.0 as usize]
    }

    /// The shortest way from a member to the package, both included; `None` if no member is known to need it.
    pub(super) fn chain(&self, to: PackageIdx) -> Option<Vec<PackageIdx>> {
        let mut next: BTreeMap<PackageIdx, Option<PackageIdx>> = BTreeMap::from([(to, None)]);
        let mut queue = VecDeque::from([to]);
        while let Some(package) = queue.pop_front() {
            if self.workspace.package(package).source == PackageSource::Member {
                return Some(std::iter::successors(Some(package), |at| next[at]).collect());
            }
            for &dependent in self.dependents(package) {
                next.entry(dependent).or_insert_with(|| {
                    queue.push_back(dependent);
                    Some(package)
                });
            }
        }
        None
    }

    /// `app -> user v1.0.0 -> dep v2.0.0`
    pub(super) fn chain_in_words(&self, chain: &[PackageIdx]) -> String {
        let names = chain.iter().map(|&idx| name(self.workspace.package(idx)));
        names.collect::<Vec<_>>().join(" -> ")
    }

    /// Where the member at the beginning of the chain asks for what follows it.
    pub(super) fn origin(&self, chain: &[PackageIdx]) -> Vec<Location> {
        let [member, needed, ..] = chain else { return Vec::new() };
        let package = self.workspace.package(*member);
        let requests = self.workspace.requests(*member, *needed);
        let mut places: Vec<Location> =
            requests.filter_map(|request| Location::of_declaration(self.workspace, package, request)).collect();
        if places.is_empty() {
            places.extend(Location::of_manifest(self.workspace, package));
        }
        places.truncate(1);
        places
    }
}

/// The workspace's packages by what builds say of them.
pub(super) struct Known<'a>(BTreeMap<(&'a str, &'a str), PackageIdx>);

impl<'a> Known<'a> {
    pub(super) fn of(workspace: &'a Workspace) -> Self {
        Self(workspace.iter_packages().map(|(idx, package)| ((&*package.name, &*package.version), idx)).collect())
    }

    pub(super) fn find(&self, package: &PackageRef) -> Option<PackageIdx> {
        self.0.get(&(&*package.name, package.version.as_deref()?)).copied()
    }
}

/// `app`, or `dep v1.0.0`: of a member the version does not matter.
pub(super) fn name(package: &Package) -> String {
    match package.source {
        PackageSource::Member => package.name.clone(),
        _ => format!("{} v{}", package.name, package.version),
    }
}

/// The package as Cargo's commands take it.
pub(super) fn spec(package: &PackageRef) -> String {
    match &package.version {
        Some(version) => format!("{}@{version}", package.name),
        None => package.name.clone(),
    }
}

/// Where the requirement of a declaration is written: in the root manifest if it is inherited.
pub(super) fn written_at(workspace: &Workspace, package: &Package, declaration: &Declaration) -> Option<Location> {
    let inherited = declaration.inherited.then(|| workspace.inheritable(declaration.key())).flatten();
    match inherited {
        Some(entry) => Some(Location::of_inheritable(entry)),
        None => Location::of_declaration(workspace, package, declaration),
    }
}

/// The declarations of members that ask for packages from outside of this machine.
pub(super) fn external(workspace: &Workspace) -> impl Iterator<Item = (PackageIdx, &Package, &Declaration)> {
    let members = workspace.iter_members();
    members.flat_map(move |(idx, package)| {
        let declarations = package.declarations.iter();
        declarations
            .filter(move |declaration| is_external(workspace, package, declaration))
            .map(move |it| (idx, package, it))
    })
}

/// Whether it resolves to a package of a registry or of a git repository. One that resolves to nothing (an optional one, or
/// one of a broken lockfile) is external unless the workspace has a local package of its name.
fn is_external(workspace: &Workspace, package: &Package, declaration: &Declaration) -> bool {
    let is_local = |package: &Package| matches!(package.source, PackageSource::Member | PackageSource::Path);
    let named = |candidate: &&Package| candidate.name == declaration.package;
    let resolved = package.dependencies.iter().map(|&idx| workspace.package(idx)).filter(named);
    let mut resolved = resolved.filter(|candidate| declaration.accepts(&candidate.version)).peekable();
    if resolved.peek().is_some() {
        return resolved.any(|candidate| !is_local(candidate));
    }
    !workspace.packages.iter().filter(named).any(is_local)
}

/// What to say where packages that only other platforms need could not be left out.
pub(super) fn platform_caveat(evidence: Evidence<'_>) -> Option<String> {
    let reachable = evidence.surroundings.reachable.as_ref()?;
    (reachable.platform == ReachablePlatform::Any).then(|| {
        "packages that only other platforms need are counted as well: which one is built for is not known".into()
    })
}

/// The table's name as in a manifest.
pub(super) fn table(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::Normal => "dependencies",
        DependencyKind::Dev => "dev-dependencies",
        DependencyKind::Build => "build-dependencies",
    }
}
