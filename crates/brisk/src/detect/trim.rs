//! The cure of `broad-features`: the parts of a broad feature, and where it is asked for.
//!
//! What code names is what rustc can tell, and that is all that a part of a bundle such as `full` of tokio adds. Parts of
//! default features often are something else: formats that are read, libraries that are used within, how fast it is. So
//! those are only tried where somebody asks for that very finding, and what is known to be of that kind stays in any case.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use super::behaviour::{changed_by, is_of_gates};
use super::features::{Turned, asked, requested, turned_on};
use crate::model::{
    Consent, Declaration, DependencyKind, Package, PackageIdx, PackageSource, Part, Place, Reached, TargetKind, Trim,
    TrimPlace, Workspace,
};

/// A feature that members ask for, and that turns on many others.
pub(super) struct Bundle<'a> {
    /// The package that has it.
    pub(super) package: PackageIdx,
    /// The feature.
    pub(super) feature: &'a str,
    /// All that it turns on.
    pub(super) turned: &'a Turned,
    /// Where members ask for it.
    pub(super) declared: &'a [(&'a Package, &'a Declaration)],
}

/// What can be tried; `None` where not all who ask for it can be changed, or what they need cannot be seen here, as of a
/// dependency of single platforms.
pub(super) fn trim(evidence: Evidence<'_>, bundle: &Bundle<'_>) -> Option<Trim> {
    let workspace = evidence.workspace;
    evidence.surroundings.sources.as_ref()?;
    let is_of_platform = bundle.declared.iter().any(|(_, declaration)| declaration.target.is_some());
    if is_of_platform || bundle.is_asked_for_elsewhere(workspace) {
        return None;
    }
    let package = workspace.package(bundle.package);
    let parts = parts(package, bundle.feature);
    let kept = bundle.kept(package, &parts);
    let places = bundle.places(evidence, &kept, &parts);
    let consent = if is_of_gates(&package.name, bundle.feature) { Consent::NotNeeded } else { Consent::Needed };
    let trim = Trim { package: package.name.clone(), feature: bundle.feature.to_owned(), parts, places, consent };
    (!trim.open().is_empty()).then_some(trim)
}

/// What has to be known of such a cure.
pub(super) fn caveats(trim: &Trim) -> Vec<String> {
    let kept: BTreeSet<&String> = trim.places.iter().flat_map(|place| &place.kept).collect();
    let stays = kept.into_iter().filter_map(|kept| Some((kept, changed_by(&trim.package, kept)?)));
    let stays = stays
        .map(|(kept, what)| format!("`cargo brisk fix` keeps `{kept}`: it decides {what}, which no compiler tells"));
    let asked_for = (trim.consent == Consent::Needed).then(|| {
        format!(
            "`cargo brisk fix` tries it only where it is asked to by the key of this finding: what a part of `{}` does \
             beside adding names is not seen by compiling without it",
            trim.feature
        )
    });
    let elsewhere = "what only other platforms compile is not seen by trying it here: `cargo brisk fix` keeps the parts that \
                     any code names, and can miss others";
    stays.chain(asked_for).chain([elsewhere.to_owned()]).collect()
}

impl Bundle<'_> {
    /// Whether somebody else turns it on whom no edit of a declaration reaches: a package that is here but no member, or a
    /// feature of a member (`own = ["dependency/full"]`).
    fn is_asked_for_elsewhere(&self, workspace: &Workspace) -> bool {
        workspace.iter_packages().any(|(idx, by)| match by.source {
            PackageSource::Path => {
                workspace.requests(idx, self.package).flat_map(asked).any(|feature| feature == self.feature)
            }
            PackageSource::Member => {
                let all: Vec<String> = by.features.keys().cloned().collect();
                let requests = requested(workspace, idx, self.package, &all);
                requests.iter().any(|request| request.because.is_some() && request.feature == self.feature)
            }
            PackageSource::Registry | PackageSource::Git | PackageSource::Unknown => false,
        })
    }

    /// What stays everywhere, as it changes more than what can be named. What a part that stays turns on is not named again.
    fn kept(&self, package: &Package, parts: &[Part]) -> Vec<String> {
        let is_known = |feature: &str| changed_by(&package.name, feature).is_some();
        let known: Vec<&Part> = parts.iter().filter(|part| is_known(&part.feature)).collect();
        let is_implied = |feature: &String| known.iter().any(|part| part.turns_on.contains(feature));
        let inner = self.turned.features.iter().filter(|feature| {
            *feature != self.feature && is_known(feature) && !is_implied(feature) && !feature.starts_with('_')
        });
        let inner: BTreeSet<&String> = inner.collect();
        inner.into_iter().cloned().collect()
    }

    /// Each declaration of its own is a place, and each entry of the workspace that several inherit. Members that others need
    /// come last: what both could ask for is better asked for by the one that nobody needs.
    fn places(&self, evidence: Evidence<'_>, kept: &[String], parts: &[Part]) -> Vec<TrimPlace> {
        let workspace = evidence.workspace;
        let mut places: BTreeMap<(Option<&str>, &str), (usize, TrimPlace)> = BTreeMap::new();
        for (member, declaration) in self.declared {
            let Some(idx) = workspace.iter_members().find(|(_, it)| it.name == member.name).map(|(idx, _)| idx) else {
                continue;
            };
            let is_offered = is_offered(workspace, declaration, self.feature);
            let owner = (!is_offered).then_some(member.name.as_str());
            let key = declaration.key();
            let new = TrimPlace { members: Vec::new(), key: key.to_owned(), kept: kept.to_vec() };
            let (n_needed, place) = places.entry((owner, key)).or_insert((usize::MAX, new));
            *n_needed = (*n_needed).min(n_needed_by(workspace, idx));
            place.members.push((member.name.clone(), declaration.kind));
            let named = named(evidence, idx, declaration);
            let of_code =
                parts.iter().map(|part| &part.feature).filter(|it| named.contains(it.replace('-', "_").as_str()));
            place.kept.extend(of_code.cloned());
        }
        let mut places: Vec<(usize, TrimPlace)> = places.into_values().collect();
        places.sort_by(|(a, _), (b, _)| b.cmp(a));
        for (_, place) in &mut places {
            place.kept.sort_unstable();
            place.kept.dedup();
            place.members.sort_unstable();
            place.members.dedup();
        }
        places.into_iter().map(|(_, place)| place).collect()
    }
}

/// How many packages a package needs, directly or not.
fn n_needed_by(workspace: &Workspace, idx: PackageIdx) -> usize {
    let mut seen = BTreeSet::from([idx]);
    let mut stack = vec![idx];
    while let Some(idx) = stack.pop() {
        stack.extend(workspace.package(idx).dependencies.iter().copied().filter(|needed| seen.insert(*needed)));
    }
    seen.len()
}

/// What code of a member names of a dependency: the names that follow its own in paths. Modules are mostly called like the
/// feature that they are behind, and what is named is needed, also where no code that is compiled here names it. What only
/// tests name is not needed in another table than theirs.
fn named<'a>(evidence: Evidence<'a>, member: PackageIdx, declaration: &Declaration) -> BTreeSet<&'a str> {
    let name = evidence.workspace.crate_name(member, declaration);
    let sources = evidence.surroundings.sources.as_ref().and_then(|sources| sources.of(member));
    let Some((sources, name)) = sources.zip(name) else { return BTreeSet::new() };
    let is_for_tests = declaration.kind == DependencyKind::Dev;
    let is_of_test = |reached: &Reached| {
        reached.when.test || matches!(reached.target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
    };
    let files = sources
        .files
        .iter()
        .filter(|file| is_for_tests || file.reached_by.is_empty() || !file.reached_by.iter().all(is_of_test));
    let mentions = files.filter_map(|file| file.mentions.get(&name)).flatten();
    let in_code = mentions.filter(|mention| mention.place == Place::Path && (is_for_tests || !mention.when.test));
    in_code.flat_map(|mention| mention.segments.iter().map(String::as_str)).collect()
}

/// Whether the workspace asks for it, and the member inherits that.
pub(super) fn is_offered(workspace: &Workspace, declaration: &Declaration, feature: &str) -> bool {
    let offered = workspace.inheritable(declaration.key()).filter(|_| declaration.inherited);
    offered.is_some_and(|entry| match feature {
        "default" => entry.default_features,
        feature => entry.features.iter().any(|offered| offered == feature),
    })
}

/// The features that a feature names, or where that is a single one, those that it names. Names with `_` in front are no
/// part of what a package offers.
fn parts(package: &Package, feature: &str) -> Vec<Part> {
    let mut at = feature;
    let mut seen = BTreeSet::new();
    loop {
        seen.insert(at);
        let named = package.features.get(at).into_iter().flatten();
        let named: Vec<&String> =
            named.filter(|it| package.features.contains_key(*it) && !it.starts_with('_')).collect();
        match named.as_slice() {
            [only] if !seen.contains(only.as_str()) && !package.features[*only].is_empty() => at = only.as_str(),
            named => return named.iter().map(|feature| part(package, feature)).collect(),
        }
    }
}

fn part(package: &Package, feature: &str) -> Part {
    let turned = turned_on(package, [feature]).features.into_iter();
    Part { feature: feature.to_owned(), turns_on: turned.filter(|other| other != feature).collect() }
}
