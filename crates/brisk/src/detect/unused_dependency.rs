//! `unused-dependency`: a dependency that no code of the member needs, or only its tests do.

use super::dependency::{Declared, Dependents, Resolved, declared};
use super::price::{Price, severity};
use super::purpose::{has_another_purpose, is_needed_by_others};
use super::verdict::{Use, Verdict, verdict};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, count, seconds};
use crate::model::{Cure, DependencyChange, DependencyKind, MemberSources, PackageSource, Place};

pub(super) const DETECTOR: Detector = Detector {
    id: "unused-dependency",
    group: Group::Graph,
    claim: "a member declares a dependency that none of its code uses, or that only its tests use",
    measures: "the time of all units that would no longer be built without the declaration. Candidates are crates that \
               no source of the member names: in paths, attributes, what is handed to macros, examples of the \
               documentation. Where rustc was asked (`--confirm`), its lint `unused_crate_dependencies` decides for each \
               library, program, test, example, benchmark and build script that was given the crate, and the text only for \
               code which that build leaves out",
    why: "whatever is declared is built, with all that it needs, before the member itself may begin; and each new version \
          of it makes the member be built again",
    cure: "remove the declaration with `cargo remove`, or move it to `[dev-dependencies]` where only tests, examples or \
           benchmarks use it; then let `cargo check --workspace --all-targets`, the tests and `cargo test --doc` say \
           whether anything is missed",
    wrong_when: "the dependency is declared for what it does and not for a name in it: for a feature that it turns on in a \
                 package that others use too, for a version that it holds, or for a library that it links; name it in \
                 `package.metadata.cargo-machete.ignored`, which is heeded here too",
    unpriced: None,
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    declared(evidence).filter_map(|declared| finding(evidence, &declared)).collect()
}

fn finding(evidence: Evidence<'_>, declared: &Declared<'_>) -> Option<Finding> {
    let verdict = verdict(evidence, declared)?;
    let is_superfluous = match declared.declaration.kind {
        DependencyKind::Normal => {
            verdict.by < Use::Code && !(declared.declaration.optional && verdict.by == Use::Tests)
        }
        DependencyKind::Dev | DependencyKind::Build => verdict.by == Use::None,
    };
    if !is_superfluous || has_another_purpose(evidence, declared) {
        return None;
    }
    let remains_for_tests = verdict.by == Use::Tests || declared.is_declared_for_tests();
    let dependents = if remains_for_tests { Dependents::NotTests } else { Dependents::All };
    let cuts = declared.cuts(evidence, dependents);
    let price = if declared.is_built(evidence) { Price::of_cuts(evidence, &cuts) } else { Price::default() };
    let finding = Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Small,
        risk: if verdict.n_checked.is_some() && !declared.declaration.optional { Risk::Low } else { Risk::Medium },
        evidence: facts(evidence, declared, verdict, &price),
        locations: locations(evidence, declared, verdict),
        command: Some(command(declared, verdict)),
        cure: cure(declared, verdict),
        cuts,
        ..Finding::of(&DETECTOR, declared.subject(), title(declared, verdict, &price))
    };
    Some(with_caveats(finding, declared, verdict))
}

/// Whether tests use it and have it from no other table.
fn is_to_be_moved(declared: &Declared<'_>, verdict: Verdict) -> bool {
    verdict.by == Use::Tests && !declared.is_declared_for_tests()
}

fn title(declared: &Declared<'_>, verdict: Verdict, price: &Price) -> String {
    let (member, key) = (&declared.of.name, declared.key());
    let what = match (declared.declaration.kind, is_to_be_moved(declared, verdict)) {
        (_, true) => format!("{member} needs {key} for its tests only"),
        (DependencyKind::Build, _) => format!("the build script of {member} does not use {key}"),
        (DependencyKind::Dev, _) => format!("no test of {member} uses {key}"),
        (DependencyKind::Normal, _) => format!("{member} does not use {key}"),
    };
    match (price.units.len(), price.unit_s) {
        (0, _) => what,
        (n_units, None) => format!("{what}; {} would go", count(n_units, "unit")),
        (n_units, Some(unit_s)) => format!("{what}; {} of {} would go", count(n_units, "unit"), seconds(unit_s)),
    }
}

fn facts(evidence: Evidence<'_>, declared: &Declared<'_>, verdict: Verdict, price: &Price) -> Vec<String> {
    let mut facts = Vec::new();
    let sources = evidence.surroundings.sources.as_ref().and_then(|sources| sources.of(declared.member));
    let places = sources.map(|sources| places(declared, sources)).unwrap_or_default();
    match verdict.n_checked {
        Some(n) if verdict.by == Use::None => {
            facts.push(format!(
                "rustc says so of {} that {} given it",
                count(n, "target"),
                if n == 1 { "is" } else { "are" }
            ));
        }
        Some(_) => facts.push("rustc says that neither the library nor a program uses it".to_owned()),
        None => {
            let n_files = sources.map_or(0, |sources| sources.files.len());
            let whose = if verdict.by == Use::Tests { "outside of tests none" } else { "none" };
            facts.push(format!("{whose} of its {} names {}", count(n_files, "source file"), declared.crate_name));
        }
    }
    if verdict.by == Use::Tests && !places.is_empty() {
        facts.push(format!("it is used in {}", some(&places)));
    }
    if verdict.by == Use::Tests && declared.is_declared_for_tests() {
        facts.push("tests have it from [dev-dependencies] already".to_owned());
    }
    let is_free = price.units.is_empty() && price.unit_s.is_some();
    if is_free && is_needed_by_others(evidence.workspace, declared) {
        facts.push(format!(
            "{} is needed by others too, so that this declaration alone costs nothing",
            declared.declaration.package
        ));
    }
    facts
}

/// Files that name the crate, with the line of the first time.
fn places(declared: &Declared<'_>, sources: &MemberSources) -> Vec<Location> {
    let mentions = sources.mentions(&declared.crate_name).filter(|(_, mention)| mention.place != Place::Word);
    let mut places: Vec<Location> =
        mentions.map(|(file, mention)| Location { file: file.path.clone(), line: Some(mention.line) }).collect();
    places.sort();
    places.dedup_by(|a, b| a.file == b.file);
    places
}

/// The first of them by name.
fn some(places: &[Location]) -> String {
    const NAMED: usize = 3;
    let named: Vec<&str> = places.iter().take(NAMED).map(|place| place.file.as_str()).collect();
    match places.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        n_more => format!("{} and {}", named.join(", "), count(n_more, "more file")),
    }
}

/// The declaration, then where tests use it.
fn locations(evidence: Evidence<'_>, declared: &Declared<'_>, verdict: Verdict) -> Vec<Location> {
    let sources = evidence.surroundings.sources.as_ref().and_then(|sources| sources.of(declared.member));
    let uses = match verdict.by {
        Use::Tests => sources.map(|sources| places(declared, sources)).unwrap_or_default(),
        Use::None | Use::Code => Vec::new(),
    };
    declared.location(evidence).into_iter().chain(uses).collect()
}

/// What rustc has confirmed can be done without asking; what the text alone says is a guess. An optional dependency is part of
/// what users of the package see.
fn cure(declared: &Declared<'_>, verdict: Verdict) -> Vec<Cure> {
    if verdict.n_checked.is_none() || declared.declaration.optional {
        return Vec::new();
    }
    let is_moved = is_to_be_moved(declared, verdict);
    let change = if is_moved { DependencyChange::MoveToDev } else { DependencyChange::Remove };
    vec![Cure::of_declaration(&declared.of.name, declared.declaration.kind, declared.key(), change)]
}

/// How to remove it, and before that to declare it for tests, where that can be said in one line.
fn command(declared: &Declared<'_>, verdict: Verdict) -> String {
    let (member, key) = (&declared.of.name, declared.key());
    let table = match declared.declaration.kind {
        DependencyKind::Normal => "",
        DependencyKind::Dev => " --dev",
        DependencyKind::Build => " --build",
    };
    let target = declared.declaration.target.as_ref().map(|target| format!(" --target '{target}'")).unwrap_or_default();
    let remove = format!("cargo remove --package {member}{table}{target} {key}");
    match is_to_be_moved(declared, verdict).then(|| added_for_tests(declared)).flatten() {
        Some(add) => format!("{add} && {remove}"),
        None => remove,
    }
}

/// `cargo add`, for what comes from a registry by its own name and is there on all platforms.
fn added_for_tests(declared: &Declared<'_>) -> Option<String> {
    let declaration = declared.declaration;
    let is_of_registry = |resolved: Resolved<'_>| resolved.package.source == PackageSource::Registry;
    let is_plain = declared.resolved.is_some_and(is_of_registry)
        && declaration.rename.is_none()
        && declaration.target.is_none()
        && !declaration.inherited;
    is_plain.then(|| {
        let mut add = format!("cargo add --package {} --dev {}", declared.of.name, declaration.package);
        add += &format!("@{}", declaration.requirement.trim_start_matches('^'));
        if !declaration.default_features {
            add += " --no-default-features";
        }
        if !declaration.features.is_empty() {
            add += &format!(" --features {}", declaration.features.join(","));
        }
        add
    })
}

fn with_caveats(mut finding: Finding, declared: &Declared<'_>, verdict: Verdict) -> Finding {
    if verdict.n_checked.is_none() {
        finding.caveats.push(
            "not confirmed: code that a macro of another package generates may name it; rustc knows \
             (`cargo brisk --confirm`)"
                .to_owned(),
        );
    }
    if declared.resolved.is_none() {
        finding.caveats.push(unresolved(declared));
    }
    let features = if verdict.by == Use::None { declared.named_by_features() } else { Vec::new() };
    if !features.is_empty() {
        finding.caveats.push(format!(
            "`cargo remove` takes it out of the {} {} too, which users of the package may turn on",
            if features.len() == 1 { "feature" } else { "features" },
            features.join(", ")
        ));
    }
    if declared.declaration.optional {
        finding
            .caveats
            .push("it is optional: the feature that turns it on is part of what users of the package see".to_owned());
    }
    finding
}

/// What is not known of a package that `Cargo.lock` does not have.
fn unresolved(declared: &Declared<'_>) -> String {
    let package = &declared.declaration.package;
    let whose_name = match declared.declaration.rename {
        Some(_) => String::new(),
        None => format!(", its library is taken to be called {}", declared.crate_name),
    };
    let for_whom = if declared.declaration.features.is_empty() { "" } else { ", and for whom it turns features on" };
    format!("no lockfile says what {package} resolves to: what it costs is not known{for_whom}{whose_name}")
}
