//! How declarations of several members become one that they inherit, where nothing is built differently by that.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Cure, Declaration, Inheritable, Package, PackageIdx, PackageSource, Workspace, strictest_requirement,
};

/// Declarations of one package, each with its member.
pub(super) type Declarations<'a> = [(PackageIdx, &'a Package, &'a Declaration)];

/// One cure for each key that several members declare the package under, or that `[workspace.dependencies]` has already.
/// None where it does not come from a registry, or nobody can say which requirement is the strictest.
pub(super) fn inherited(workspace: &Workspace, declared: &Declarations<'_>) -> Vec<Cure> {
    if !declared.iter().all(|(_, package, declaration)| is_of_registry(workspace, package, declaration)) {
        return Vec::new();
    }
    let mut by_key: BTreeMap<&str, Vec<(PackageIdx, &Declaration)>> = BTreeMap::new();
    for (member, _, declaration) in declared {
        by_key.entry(declaration.key()).or_default().push((*member, declaration));
    }
    by_key.into_iter().filter_map(|(key, declared)| of_key(key, &declared, workspace.inheritable(key))).collect()
}

fn of_key(key: &str, declared: &[(PackageIdx, &Declaration)], offered: Option<&Inheritable>) -> Option<Cure> {
    let n_members = declared.iter().map(|(member, _)| member).collect::<BTreeSet<_>>().len();
    if n_members < 2 && offered.is_none() {
        return None;
    }
    // What it offers is added to what a member asks for by itself.
    let takes = |entry: &Inheritable, declaration: &Declaration| {
        entry.package == declaration.package && entry.features.iter().all(|it| declaration.features.contains(it))
    };
    if offered.is_some_and(|entry| !declared.iter().all(|(_, declaration)| takes(entry, declaration))) {
        return None;
    }
    let requirements = declared.iter().map(|(_, declaration)| declaration.requirement.as_str());
    let strictest = strictest_requirement(requirements.chain(offered.map(|entry| entry.requirement.as_str())))?;
    Some(Cure::of_inheritance(key, &strictest))
}

fn is_of_registry(workspace: &Workspace, package: &Package, declaration: &Declaration) -> bool {
    let needed = package.dependencies.iter().map(|&idx| workspace.package(idx));
    let mut meant =
        needed.filter(|needed| needed.name == declaration.package && declaration.accepts(&needed.version)).peekable();
    meant.peek().is_some() && meant.all(|needed| needed.source == PackageSource::Registry)
}
