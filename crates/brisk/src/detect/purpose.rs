//! What a declaration may be there for although no code uses it.

use std::collections::BTreeSet;

use super::Evidence;
use super::dependency::{Declared, Resolved};
use crate::model::{Declaration, DependencyKind, Package, PackageIdx, TargetKind, Workspace};

/// Whether the declaration has, or may have, a purpose other than that code uses the crate. What only it asks for would be
/// missing elsewhere, and no compiler says so.
pub(super) fn has_another_purpose(evidence: Evidence<'_>, declared: &Declared<'_>) -> bool {
    is_itself(declared)
        || is_kept(evidence, declared)
        || is_never_built(declared.declaration)
        || unifies_features(&declared.declaration.package)
        || tells_the_build_script(declared)
        || (may_be_needed_by_others(evidence.workspace, declared)
            && (declared.declaration.requirement.starts_with('=') || switches_features(evidence.workspace, declared)))
}

/// Whether the member declares itself, so that its tests have it with other features.
fn is_itself(declared: &Declared<'_>) -> bool {
    declared
        .resolved
        .map_or(declared.declaration.package == declared.of.name, |resolved| resolved.idx == declared.member)
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
fn unifies_features(package: &str) -> bool {
    package.ends_with("workspace-hack")
}

/// A build script reads what packages with `links` tell (`DEP_<LINKS>_<KEY>`, The Cargo Book, "The `links` Manifest Key");
/// one that is not known is known by its name (The Cargo Book, "`*-sys` Packages").
fn tells_the_build_script(declared: &Declared<'_>) -> bool {
    let has_links = declared
        .resolved
        .map_or(declared.declaration.package.ends_with("-sys"), |resolved| resolved.package.links.is_some());
    let has_script = declared.of.targets.iter().any(|target| target.kind == TargetKind::BuildScript);
    declared.declaration.kind == DependencyKind::Normal && has_script && has_links
}

/// Whether anything else resolves to the same package.
pub(super) fn is_needed_by_others(workspace: &Workspace, declared: &Declared<'_>) -> bool {
    declared.resolved.is_some_and(|resolved| {
        workspace
            .iter_packages()
            .any(|(idx, package)| idx != declared.member && package.dependencies.contains(&resolved.idx))
    })
}

/// The same, where nothing shows that nobody else needs it.
fn may_be_needed_by_others(workspace: &Workspace, declared: &Declared<'_>) -> bool {
    declared.resolved.is_none() || is_needed_by_others(workspace, declared)
}

/// Whether it asks for features, by name, that nobody else asks for, and for which others may need it
/// (`getrandom = { features = ["js"] }`).
fn switches_features(workspace: &Workspace, declared: &Declared<'_>) -> bool {
    let Some(resolved) = declared.resolved else { return false };
    let asked: BTreeSet<&str> =
        declared.declaration.features.iter().map(String::as_str).chain(forwarded(declared)).collect();
    let by_others = asked_by_others(workspace, declared, resolved);
    let on = closure(resolved.package, by_others);
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

fn asked_by_others<'a>(workspace: &'a Workspace, declared: &Declared<'_>, resolved: Resolved<'_>) -> BTreeSet<&'a str> {
    let mut asked = BTreeSet::new();
    let others = workspace.iter_packages().filter(|(_, package)| package.dependencies.contains(&resolved.idx));
    for (idx, package) in others {
        let all = package.declarations.iter();
        for declaration in all.filter(|declaration| counts(workspace, idx, declaration, declared)) {
            asked.extend(declaration.features.iter().map(String::as_str));
            asked.extend(declaration.default_features.then_some("default"));
        }
    }
    asked
}

/// Whether the declaration turns features on wherever `declared` does.
fn counts(workspace: &Workspace, of: PackageIdx, declaration: &Declaration, declared: &Declared<'_>) -> bool {
    !std::ptr::eq(declaration, declared.declaration)
        && declaration.package == declared.declaration.package
        && (declaration.kind == DependencyKind::Normal || declaration.kind == declared.declaration.kind)
        && workspace.resolved(of, declaration) == declared.resolved.map(|resolved| resolved.idx)
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
