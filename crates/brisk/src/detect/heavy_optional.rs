//! `heavy-optional`: a dear dependency that only a small part of a member uses.

use std::collections::BTreeSet;

use super::dependency::{Declared, Dependents, declared, is_library_target, is_test_target};
use super::price::{Price, severity};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, count, seconds};
use crate::model::{
    DependencyKind, MemberSources, Mention, Package, PackageIdx, Place, SourceFile, Target, TargetKind, Workspace,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "heavy-optional",
    group: Group::Graph,
    claim: "a dependency that is dear to build is used by few files of a library, or by one program beside it",
    measures: "the time of all units that would no longer be built without the dependency, and the files whose code names \
               it; without a build, the packages that nothing else brings",
    why: "everybody who builds the library builds the dependency as well, whether or not that part of it is wanted: other \
          members, its tests, and users of the published package",
    cure: "declare it `optional = true`, give it a feature (`[features] name = [\"dep:name\"]`), and put \
           `#[cfg(feature = \"name\")]` at the modules that use it; a program that alone needs it gets \
           `required-features`, or becomes a member of its own",
    wrong_when: "everybody who uses the library needs that part of it, so that the feature would always be on; a feature \
                 that is on by default keeps today's users as they are, and spares only those who turn it off",
    unpriced: None,
    thresholds: &[LEAST_SHARE, LEAST_S, LEAST_PACKAGES, MOST_FILES, LEAST_OTHER_FILES],
    find,
};

/// Cheaper ones are not worth a feature, which has to be tested both ways from then on.
const LEAST_SHARE: Threshold =
    Threshold { name: "heavy-optional.least-share", default: 0.05, about: "share of all unit time" };
const LEAST_S: Threshold =
    Threshold { name: "heavy-optional.least-seconds", default: 2.0, about: "seconds of unit time" };
/// Without a build: a package takes about half a second of unit time in the median of the builds that were measured.
const LEAST_PACKAGES: Threshold = Threshold {
    name: "heavy-optional.least-packages",
    default: 25.0,
    about: "packages that nothing else brings, where there is no build",
};
/// More files than that are more than one part of a library.
const MOST_FILES: Threshold =
    Threshold { name: "heavy-optional.most-files", default: 2.0, about: "files of the library that name it" };
/// A library of a few files is one part, whatever it uses.
const LEAST_OTHER_FILES: Threshold = Threshold {
    name: "heavy-optional.least-other-files",
    default: 6.0,
    about: "files of the library that do not name it",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    declared(evidence).filter_map(|declared| finding(evidence, &declared)).collect()
}

fn finding(evidence: Evidence<'_>, declared: &Declared<'_>) -> Option<Finding> {
    let declaration = declared.declaration;
    if declaration.kind != DependencyKind::Normal || declaration.optional || declared.is_member() {
        return None;
    }
    let sources = evidence.surroundings.sources.as_ref()?.of(declared.member)?;
    let part = Part::of(evidence, declared, sources)?;
    let weight = Weight::of(evidence, declared)?;
    let title =
        format!("{} uses {} in {} only; {}", declared.of.name, declared.key(), part.in_words(), weight.in_words());
    let places = part.places.iter().map(|(file, line)| Location { file: file.clone(), line: Some(*line) });
    Some(Finding {
        // What it could be is for people to say: it is never as sure as something that nobody uses.
        severity: weight.price.unit_s.map_or(Severity::Note, |s| severity(evidence, s)).min(Severity::Minor),
        cost: weight.price.cost(),
        effort: Effort::Medium,
        risk: Risk::High,
        evidence: facts(declared, &part),
        locations: declared.location(evidence).into_iter().chain(places).collect(),
        command: Some(format!("cargo tree --package {} --invert {}", declared.of.name, spec(declared))),
        cuts: declared.cuts(evidence, Dependents::All),
        ..Finding::of(&DETECTOR, declared.subject(), title)
    })
}

/// The part of a member that uses a dependency.
struct Part {
    /// The only program, where the library does not use it.
    program: Option<Target>,
    /// Its files, with the first line that names it.
    places: BTreeSet<(String, u32)>,
    /// Files of the library, or of all programs where there is none.
    n_files: usize,
}

impl Part {
    /// The part, where it is a small one.
    fn of(evidence: Evidence<'_>, declared: &Declared<'_>, sources: &MemberSources) -> Option<Self> {
        if sources.includes_generated || !sources.unread.is_empty() {
            return None;
        }
        let named: Vec<(&SourceFile, &Mention)> = sources.mentions(&declared.crate_name).filter(is_code).collect();
        let users: BTreeSet<&Target> = named.iter().flat_map(|(file, _)| targets(file)).collect();
        let places: BTreeSet<(String, u32)> =
            named.iter().map(|(file, mention)| (file.path.clone(), mention.line)).collect();
        let files: BTreeSet<&String> = places.iter().map(|(file, _)| file).collect();
        let n_files_named = files.len();
        let n_files = sources.files.iter().filter(|file| targets(file).any(is_library_target)).count();
        let first_lines = |places: BTreeSet<(String, u32)>| {
            let mut seen = BTreeSet::new();
            places.into_iter().filter(|(file, _)| seen.insert(file.clone())).collect()
        };
        let library_uses = users.iter().any(|target| is_library_target(target));
        if !library_uses && n_files > 0 && users.len() == 1 {
            let program = users.into_iter().next().cloned();
            return Some(Self { program, places: first_lines(places), n_files });
        }
        let is_small = library_uses
            && is_for_others(evidence.workspace.package(declared.member))
            && n_files_named as f64 <= evidence.limit(&MOST_FILES)
            && (n_files - n_files_named.min(n_files)) as f64 >= evidence.limit(&LEAST_OTHER_FILES)
            && named.iter().all(|(file, _)| !is_root(evidence.workspace, declared.member, file));
        is_small.then(|| Self { program: None, places: first_lines(places), n_files })
    }

    fn in_words(&self) -> String {
        match &self.program {
            Some(program) => format!("the program {}", program.name),
            None => format!("{} of {}", self.places.len(), count(self.n_files, "file")),
        }
    }
}

/// Whether the library is there for other packages, and not only to hold the code of programs beside it.
fn is_for_others(package: &Package) -> bool {
    package.targets.iter().all(|target| target.kind != TargetKind::Bin)
}

/// Whether code names it that is no test: only that is what a feature would be for.
fn is_code((file, mention): &(&SourceFile, &Mention)) -> bool {
    matches!(mention.place, Place::Path | Place::Argument)
        && file
            .reached_by
            .iter()
            .any(|reached| !is_test_target(&reached.target) && !reached.when.and(mention.when).test)
}

/// The library and the programs that a file belongs to.
fn targets(file: &SourceFile) -> impl Iterator<Item = &Target> {
    let reached = file.reached_by.iter().filter(|reached| !reached.when.test).map(|reached| &reached.target);
    reached.filter(|target| !is_test_target(target) && target.kind != TargetKind::BuildScript)
}

/// Whether the file is the root of the library: what is used there is used by all of it.
fn is_root(workspace: &Workspace, member: PackageIdx, file: &SourceFile) -> bool {
    let targets = &workspace.package(member).targets;
    targets.iter().any(|target| target.src_path.ends_with(&format!("/{}", file.path)) || target.src_path == file.path)
}

/// What a dependency brings.
struct Weight {
    price: Price,
    n_packages: usize,
}

impl Weight {
    /// The weight, where it is a heavy one.
    fn of(evidence: Evidence<'_>, declared: &Declared<'_>) -> Option<Self> {
        if !evidence.build.units.is_empty() && evidence.build.source.tells_all_edges() {
            let price = Price::of_cuts(evidence, &declared.cuts(evidence, Dependents::All));
            let is_heavy = price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE);
            return is_heavy.then_some(Self { price, n_packages: 0 });
        }
        let n_packages = brought(evidence.workspace, declared);
        let is_heavy = n_packages as f64 >= evidence.limit(&LEAST_PACKAGES);
        is_heavy.then(|| Self { price: Price::default(), n_packages })
    }

    fn in_words(&self) -> String {
        match self.price.unit_s {
            Some(unit_s) => format!("it brings {} of {}", count(self.price.units.len(), "unit"), seconds(unit_s)),
            None => format!("it brings {}", count(self.n_packages, "package")),
        }
    }
}

/// How many packages would not be needed without the declaration, for any platform.
fn brought(workspace: &Workspace, declared: &Declared<'_>) -> usize {
    let Some(resolved) = declared.resolved else { return 0 };
    let with = needed(workspace, None);
    let without = needed(workspace, Some((declared.member, resolved.idx)));
    with.difference(&without).count()
}

/// All packages that members need, but for one edge.
fn needed(workspace: &Workspace, without: Option<(PackageIdx, PackageIdx)>) -> BTreeSet<PackageIdx> {
    let mut needed = BTreeSet::new();
    let mut to_do = workspace.members.clone();
    while let Some(idx) = to_do.pop() {
        if needed.insert(idx) {
            let dependencies = workspace.package(idx).dependencies.iter().copied();
            to_do.extend(dependencies.filter(|&dependency| without != Some((idx, dependency))));
        }
    }
    needed
}

fn facts(declared: &Declared<'_>, part: &Part) -> Vec<String> {
    let key = declared.key();
    let mut facts =
        vec![format!("as a feature: `[features] {key} = [\"dep:{key}\"]`, with `optional = true` at {key}")];
    match &part.program {
        Some(program) => facts.push(format!(
            "`required-features = [\"{key}\"]` at the `[[bin]]` {}: the library is then built without it",
            program.name
        )),
        None => facts.push(format!("`#[cfg(feature = \"{key}\")]` at the modules that are these files")),
    }
    facts
}

/// The package as `cargo tree` wants it named, which must be one.
fn spec(declared: &Declared<'_>) -> String {
    let version = declared.resolved.map(|resolved| format!("@{}", resolved.package.version));
    format!("{}{}", declared.declaration.package, version.unwrap_or_default())
}
