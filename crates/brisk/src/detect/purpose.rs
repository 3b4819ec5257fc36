//! What a declaration may be there for although no code uses it.

use std::collections::BTreeSet;

use super::Evidence;
use super::dependency::Declared;
use crate::model::{Declaration, DependencyKind, Package, PackageIdx, TargetKind, Workspace};

/// Whether the declaration has, or may have, a purpose other than that code uses the crate. What only it asks for would be
/// missing elsewhere, and no compiler says so.
pub(super) fn has_another_purpose(evidence: Evidence<'_>, declared: &Declared<'_>) -> bool {
    declared.member == declared.idx
        || is_kept(evidence, declared)
        || is_never_built(declared.declaration)
        || unifies_features(declared.package)
        || tells_the_build_script(declared)
        || (is_needed_by_others(evidence.workspace, declared)
            && (declared.declaration.requirement.starts_with('=') || switches_features(evidence.workspace, declared)))
}

/// The manifest says so, for another tool.
fn is_kept(evidence: Evidence<'_>, declared: &Declared<'_>) -> bool {
    let sources = evidence.surroundings.sources.as_ref().and_then(|sources| sources.of(declared.member));
    sources.is_some_and(|sources| {
        [declared.key(), &declared.declaration.package, &declared.crate_name]
            .iter()
            .any(|name| sources.kept.contains(*name))
    })
}

/// `[target.'cfg(any())'.dependencies]` restricts the version of what others need, and is never built.
fn is_never_built(declaration: &Declaration) -> bool {
    declaration.target.as_deref() == Some("cfg(any())")
}

/// A package that has no code of its own and is named by convention (docs.rs/cargo-hakari, "workspace-hack").
fn unifies_features(package: &Package) -> bool {
    package.name.ends_with("workspace-hack")
}

/// A build script reads what packages with `links` tell (`DEP_<LINKS>_<KEY>`, The Cargo Book, "The `links` Manifest Key").
fn tells_the_build_script(declared: &Declared<'_>) -> bool {
    let has_script = declared.of.targets.iter().any(|target| target.kind == TargetKind::BuildScript);
    declared.declaration.kind == DependencyKind::Normal && declared.package.links.is_some() && has_script
}

/// Whether anything else resolves to the same package.
pub(super) fn is_needed_by_others(workspace: &Workspace, declared: &Declared<'_>) -> bool {
    workspace
        .iter_packages()
        .any(|(idx, package)| idx != declared.member && package.dependencies.contains(&declared.idx))
}

/// Whether it asks for features, by name, that nobody else asks for, and for which others may need it
/// (`getrandom = { features = ["js"] }`).
fn switches_features(workspace: &Workspace, declared: &Declared<'_>) -> bool {
    let asked: BTreeSet<&str> =
        declared.declaration.features.iter().map(String::as_str).chain(forwarded(declared)).collect();
    let by_others = asked_by_others(workspace, declared);
    let on = closure(declared.package, by_others);
    asked.into_iter().any(|feature| feature != "default" && !on.contains(feature))
}

/// Features of the dependency that features of the member turn on (`x/feature`).
fn forwarded<'a>(declared: &'a Declared<'_>) -> impl Iterator<Item = &'a str> {
    let on = declared.of.features.values().flatten();
    on.filter_map(|on| {
        let (name, feature) = on.split_once('/')?;
        (name.trim_end_matches('?') == declared.key()).then_some(feature)
    })
}

fn asked_by_others<'a>(workspace: &'a Workspace, declared: &Declared<'_>) -> BTreeSet<&'a str> {
    let mut asked = BTreeSet::new();
    for (idx, package) in workspace.iter_packages().filter(|(_, package)| package.dependencies.contains(&declared.idx))
    {
        for declaration in
            package.declarations.iter().filter(|declaration| counts(workspace, idx, declaration, declared))
        {
            asked.extend(declaration.features.iter().map(String::as_str));
            asked.extend(declaration.default_features.then_some("default"));
        }
    }
    asked
}

/// Whether the declaration turns features on wherever `declared` does.
fn counts(workspace: &Workspace, of: PackageIdx, declaration: &Declaration, declared: &Declared<'_>) -> bool {
    !std::ptr::eq(declaration, declared.declaration)
        && declaration.package == declared.package.name
        && (declaration.kind == DependencyKind::Normal || declaration.kind == declared.declaration.kind)
        && workspace.resolved(of, declaration) == Some(declared.idx)
}

/// The features with those that they turn on in the same package.
fn closure<'a>(package: &'a Package, features: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut on = BTreeSet::new();
    let mut to_do: Vec<&str> = features.into_iter().collect();
    while let Some(feature) = to_do.pop() {
        if on.insert(feature) {
            to_do.extend(package.features.get(feature).into_iter().flatten().map(String::as_str));
        }
    }
    on
}
