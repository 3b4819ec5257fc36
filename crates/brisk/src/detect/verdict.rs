//! Whether a member uses a dependency: by the text of its sources, and by rustc where it was asked.
//!
//! The text knows all code, on whatever platform and with whatever features it is compiled, but expands no macro and takes
//! a module of the same name for the crate. rustc knows the code of the build it was asked for, exactly: its lint
//! `unused_crate_dependencies` tells which crates of the command line were never resolved
//! (`CStore::report_unused_deps_in_crate` in `rustc_metadata/src/creader.rs`). So rustc is believed where it saw the code,
//! and the text where it did not.

use std::collections::BTreeSet;

use super::Evidence;
use super::dependency::{Declared, is_test_target};
use crate::model::{
    CheckedTarget, Declaration, DependencyKind, MemberSources, Mention, Package, PackageIdx, Place, Reached,
    SourceFile, Target, TargetKind, When, Workspace,
};

/// Who uses a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Nobody.
    None,
    /// Tests, benchmarks, examples, and examples of the documentation.
    Tests,
    /// The library or programs; for a build-dependency the build script.
    Code,
}

/// Who uses it, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Who.
    pub(super) by: Use,
    /// How many targets rustc was asked of that have the crate; `None` if the text alone decided.
    pub(super) n_checked: Option<usize>,
}

/// Who uses the dependency; `None` if that cannot be told.
pub(super) fn verdict(evidence: Evidence<'_>, declared: &Declared<'_>) -> Option<Verdict> {
    let sources = evidence.surroundings.sources.as_ref()?.of(declared.member)?;
    let by_rustc = by_rustc(evidence, declared, sources);
    by_rustc.or_else(|| Some(Verdict { by: by_text(evidence, declared, sources)?, n_checked: None }))
}

/// Who names it. `None` if not all code was read.
fn by_text(evidence: Evidence<'_>, declared: &Declared<'_>, sources: &MemberSources) -> Option<Use> {
    let is_generated = sources.includes_generated && declared.declaration.kind != DependencyKind::Build;
    if is_generated || !sources.unread.is_empty() {
        return None;
    }
    if generated_code_may_name(evidence.workspace, declared, sources) || macros_of_members_may_name(evidence, declared)
    {
        return None;
    }
    Some(named_by(declared, sources, |_, _| true))
}

/// Whether the member uses a procedural macro that belongs to the crate, so that the code which that generates may name
/// it: one that the package needs itself, and so re-exports (`serde` and `serde_derive`), or that has its name in front.
fn generated_code_may_name(workspace: &Workspace, declared: &Declared<'_>, sources: &MemberSources) -> bool {
    let own = &declared.declaration.package;
    let needed = declared.resolved.map(|resolved| resolved.package.declarations.as_slice()).unwrap_or_default();
    let belongs = |declaration: &Declaration| {
        declaration.package != *own
            && (declaration.package.starts_with(own.as_str())
                || needed.iter().any(|needed| needed.package == declaration.package))
    };
    let is_macro = |declaration: &Declaration| match workspace.resolved(declared.member, declaration) {
        Some(idx) => is_proc_macro(workspace.package(idx)),
        None => is_named_like_a_macro(&declaration.package),
    };
    let is_named = |declaration: &Declaration| {
        let name = workspace.crate_name(declared.member, declaration);
        name.is_some_and(|name| sources.mentions(&name).any(|(_, mention)| mention.place != Place::Word))
    };
    let mut others = declared.of.declarations.iter();
    others.any(|other| belongs(other) && is_macro(other) && is_named(other))
}

/// Whether another member that this one needs names the crate in code without declaring it, or is a procedural macro that
/// names it: then a macro of that member may name it where it is used.
fn macros_of_members_may_name(evidence: Evidence<'_>, declared: &Declared<'_>) -> bool {
    let Some(all) = evidence.surroundings.sources.as_ref() else { return false };
    let workspace = evidence.workspace;
    let declares = |member: PackageIdx| {
        let own = workspace.package(member).declarations.iter().filter(|own| own.kind != DependencyKind::Dev);
        own.filter_map(|own| workspace.crate_name(member, own)).any(|name| name == declared.crate_name)
    };
    let names = |member: PackageIdx| {
        let mut mentions = all.of(member).into_iter().flat_map(|sources| sources.mentions(&declared.crate_name));
        mentions.any(|(file, mention)| {
            mention.place == Place::Path && use_of(DependencyKind::Normal, file, mention) == Use::Code
        })
    };
    let may_name = |member: PackageIdx| {
        workspace.package(member).name != declared.declaration.package
            && names(member)
            && (is_proc_macro(workspace.package(member)) || !declares(member))
    };
    needed_members(workspace, declared.member).into_iter().any(may_name)
}

/// The other members that `member` needs: by the resolution, and by name where there is none.
fn needed_members(workspace: &Workspace, member: PackageIdx) -> BTreeSet<PackageIdx> {
    let needs = |of: PackageIdx, other: PackageIdx| {
        let (of, name) = (workspace.package(of), &workspace.package(other).name);
        of.dependencies.contains(&other) || of.declarations.iter().any(|declaration| declaration.package == *name)
    };
    let mut needed = BTreeSet::from([member]);
    let mut to_do = vec![member];
    while let Some(of) = to_do.pop() {
        let others = workspace.members.iter().copied().filter(|&other| needs(of, other));
        to_do.extend(others.filter(|&other| needed.insert(other)));
    }
    needed.remove(&member);
    needed
}

fn is_proc_macro(package: &Package) -> bool {
    package.targets.iter().any(|target| target.kind == TargetKind::ProcMacro)
}

/// Whether the name of a package of which nothing else is known is one that packages of procedural macros have.
fn is_named_like_a_macro(package: &str) -> bool {
    ["derive", "macro", "macros", "attributes", "codegen", "impl"].iter().any(|end| package.ends_with(end))
}

/// Who names it in those mentions that count.
fn named_by(declared: &Declared<'_>, sources: &MemberSources, counts: impl Fn(&SourceFile, &Mention) -> bool) -> Use {
    let mentions = sources.mentions(&declared.crate_name).filter(|(_, mention)| mention.place != Place::Word);
    let uses = mentions.filter(|(file, mention)| counts(file, mention));
    uses.map(|(file, mention)| use_of(declared.declaration.kind, file, mention)).max().unwrap_or(Use::None)
}

/// Who uses the dependency by this mention.
fn use_of(kind: DependencyKind, file: &SourceFile, mention: &Mention) -> Use {
    let by_target = |reached: &Reached| match (kind, reached.target.kind) {
        (DependencyKind::Build, TargetKind::BuildScript) => Use::Code,
        (DependencyKind::Build, _) | (_, TargetKind::BuildScript) => Use::None,
        _ if mention.place == Place::Doctest || is_test_target(&reached.target) => Use::Tests,
        _ if reached.when.and(mention.when).test => Use::Tests,
        _ => Use::Code,
    };
    let unreached = || if kind == DependencyKind::Build { Use::None } else { use_by_unreached(file) };
    file.reached_by.iter().map(by_target).max().unwrap_or_else(unreached)
}

/// What no target reaches may be compiled by a macro that lists a directory, or by a test of what the compiler says.
fn use_by_unreached(file: &SourceFile) -> Use {
    if is_beside_sources(file) { Use::Code } else { Use::Tests }
}

/// Whether it lies where sources of the library and of programs do.
fn is_beside_sources(file: &SourceFile) -> bool {
    file.path.split(['/', '\\']).rev().any(|part| part == "src")
}

/// What rustc says, where it was asked and the text tells of no code that it did not see.
fn by_rustc(evidence: Evidence<'_>, declared: &Declared<'_>, sources: &MemberSources) -> Option<Verdict> {
    let confirmation = evidence.surroundings.confirmation.as_ref()?;
    let all: Vec<&CheckedTarget> =
        confirmation.targets.iter().filter(|checked| checked.package == declared.member).collect();
    let has_it =
        |checked: &&&CheckedTarget| checked.externs.contains(&declared.crate_name) && serves(declared, checked);
    let given: Vec<&CheckedTarget> = all.iter().filter(has_it).copied().collect();
    if given.is_empty() {
        return None;
    }
    let mut by = Use::None;
    for checked in &given {
        if !checked.unused.as_ref()?.contains(&declared.crate_name) {
            by = by.max(use_by(declared.declaration.kind, checked));
        }
    }
    let unseen = named_by(declared, sources, |file, mention| !was_seen(&all, file, mention));
    Some(Verdict { by: by.max(unseen), n_checked: Some(given.len()) })
}

/// Whether the target has the crate by a declaration of this kind.
fn serves(declared: &Declared<'_>, checked: &CheckedTarget) -> bool {
    let is_script = checked.target.kind == TargetKind::BuildScript;
    match declared.declaration.kind {
        DependencyKind::Build => is_script,
        DependencyKind::Normal => !is_script,
        DependencyKind::Dev => !is_script && is_test(checked),
    }
}

fn use_by(kind: DependencyKind, checked: &CheckedTarget) -> Use {
    if kind != DependencyKind::Build && is_test(checked) { Use::Tests } else { Use::Code }
}

fn is_test(checked: &CheckedTarget) -> bool {
    checked.mode.is_test() || is_test_target(&checked.target)
}

/// Whether rustc compiled that code for sure, or nobody does: a file beside the sources that no target reaches would have
/// been seen if a macro did. It compiles no examples of the documentation: rustdoc does.
fn was_seen(checked: &[&CheckedTarget], file: &SourceFile, mention: &Mention) -> bool {
    let compiled = |target: &Target, when: When| {
        let is_same = |checked: &&&CheckedTarget| checked.target == *target && (!when.test || is_test(checked));
        !when.perhaps && checked.iter().any(|checked| is_same(&checked) && checked.unused.is_some())
    };
    let is_compiled = |reached: &Reached| compiled(&reached.target, reached.when.and(mention.when));
    if file.reached_by.is_empty() {
        return is_beside_sources(file);
    }
    mention.place != Place::Doctest && file.reached_by.iter().any(is_compiled)
}
