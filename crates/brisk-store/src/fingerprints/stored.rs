//! Which of all units on disk are still needed.
//!
//! Nothing on disk says when a unit was last *used*: Cargo reads fresh units without a trace, and access times are kept too
//! coarsely (`relatime`) or not at all. What files do tell is what was built after it, and for whom:
//!
//! * A unit of a version that is not part of the resolution is not found by any command, and neither is what needs it: the
//!   versions of all dependencies are in a unit's hash (`compute_metadata` in Cargo's
//!   `core/compiler/build_runner/compilation_files.rs`).
//! * Another compiler does not find it either, as the compiler's version is in the hash too.
//! * Other flags, features or dependencies make another unit of the same target, beside it. It counts as replaced by so many
//!   seconds as the newest such variant ended after it; and something that several need, by the smallest of their
//!   numbers: 0 if anything needs it that nothing replaced.
//!
//! Whatever is doubtful counts as needed: units without a time to rely on, those that are being built or failed, and where
//! a fingerprint cannot be read or another workspace uses the directory too, all that this could be about.

use std::collections::BTreeMap;

use brisk::model::{Mode, PackageRef, PackageSource, Target, UnitHash, Unneeded, Workspace, WorkspaceBasis};
use camino::{Utf8Path, Utf8PathBuf};

use super::build_dirs::Layout;
use super::compiler;
use super::node::{Node, NodeIdx};
use super::survey::Survey;

/// A unit on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredUnit {
    /// The directory of its profile.
    pub profile_dir: Utf8PathBuf,
    /// The same, relative to the build directory.
    pub profile: String,
    /// How that is laid out.
    pub layout: Layout,
    /// Its hash, with which the names of its files end.
    pub hash: UnitHash,
    /// Its package.
    pub package: PackageRef,
    /// Its name in rustc's spelling.
    pub crate_name: String,
    /// What rustc was called to do: `false` for the runs of build scripts and documentation.
    pub is_compiled: bool,
    /// Start and end of its last build, in seconds since the UNIX epoch, if they are to be relied on.
    pub built: Option<(f64, f64)>,
    /// Version of its compiler, where that is told.
    pub compiler: Option<String>,
    /// Why it is not needed, as far as can be told without knowing which compilers are installed.
    pub unneeded: Option<Unneeded>,
}

/// All units on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// By profile directory, package and hash.
    pub units: Vec<StoredUnit>,
    /// What kept some from being judged, one sentence each.
    pub undecided: Vec<String>,
}

impl Stored {
    pub(super) fn of(survey: &Survey<'_>, workspace: &Workspace) -> Self {
        let mut undecided = Vec::new();
        let replaced = match survey.snapshot.units.iter().any(|record| record.lost_fingerprint()) {
            true => {
                undecided
                    .push("some fingerprints cannot be read, so that it is not known what those units need".to_owned());
                vec![None; survey.nodes.len()]
            }
            false => replaced(survey),
        };
        let left = left_resolution(survey, workspace, &mut undecided);
        let compilers = compiler::versions(survey);
        let unneeded = |idx: NodeIdx| match replaced[idx] {
            _ if left[idx] => Some(Unneeded::LeftResolution),
            Some(after_s) if after_s > 0.0 => Some(Unneeded::Replaced { after_s }),
            _ => None,
        };
        let unit = |(idx, node): (NodeIdx, &Node)| StoredUnit {
            profile_dir: survey.snapshot.dirs[node.dir].path.clone(),
            profile: below(&survey.snapshot.build_dir, &survey.snapshot.dirs[node.dir].path),
            layout: survey.snapshot.dirs[node.dir].layout,
            hash: node.hash,
            package: node.identity.package.clone(),
            crate_name: survey.snapshot.units[idx].name.crate_name(),
            is_compiled: !matches!(node.mode, Mode::RunBuildScript | Mode::Doc),
            built: node.interval.filter(|interval| interval.is_consistent()).map(|times| (times.start, times.end)),
            compiler: compilers[idx].clone(),
            unneeded: unneeded(idx),
        };
        Self { units: survey.nodes.iter().enumerate().map(unit).collect(), undecided }
    }
}

fn below(build_dir: &Utf8Path, path: &Utf8Path) -> String {
    path.strip_prefix(build_dir).unwrap_or(path).as_str().replace('\\', "/")
}

/// Parallel to the nodes: by how many seconds whatever needs it was replaced, see the head of this file.
fn replaced(survey: &Survey<'_>) -> Vec<Option<f64>> {
    let ages = ages(survey);
    let mut is_needed = vec![false; survey.nodes.len()];
    for needed in survey.edges.dependencies.iter().flatten() {
        is_needed[*needed] = true;
    }
    let is_root = |idx: &NodeIdx| !is_needed[*idx] || survey.nodes[*idx].is_member() || survey.nodes[*idx].is_foreign;
    let mut roots: Vec<NodeIdx> = (0..survey.nodes.len()).filter(is_root).collect();
    roots.sort_by(|a, b| ages[*a].total_cmp(&ages[*b]));
    let mut replaced: Vec<Option<f64>> = vec![None; survey.nodes.len()];
    for root in roots {
        let mut stack = vec![root];
        while let Some(idx) = stack.pop() {
            if replaced[idx].is_none() {
                replaced[idx] = Some(ages[root]);
                stack.extend(&survey.edges.dependencies[idx]);
            }
        }
    }
    replaced
}

/// Parallel to the nodes: how many seconds the newest variant of the same target ended after it; 0 if it is the newest, or
/// nobody knows.
fn ages(survey: &Survey<'_>) -> Vec<f64> {
    let end = |idx: NodeIdx| {
        let is_finished = survey.snapshot.units[idx].fingerprint_hash.is_some();
        survey.nodes[idx].interval.filter(|interval| is_finished && interval.is_consistent()).map(|times| times.end)
    };
    let mut newest: BTreeMap<Variant<'_>, f64> = BTreeMap::new();
    for (idx, node) in survey.nodes.iter().enumerate() {
        if let Some(end) = end(idx) {
            let newest = newest.entry(variant(survey, node)).or_insert(end);
            *newest = newest.max(end);
        }
    }
    let age = |(idx, node): (NodeIdx, &Node)| Some(newest.get(&variant(survey, node))? - end(idx)?);
    survey.nodes.iter().enumerate().map(|pair| age(pair).unwrap_or(0.0)).collect()
}

/// What variants have in common: package, target, mode, profile and triple. Several versions of a dependency are needed side
/// by side; a member has one.
type Variant<'s> = (&'s str, Option<&'s str>, &'s Target, Mode, &'s str, Option<&'s str>);

fn variant<'s>(survey: &'s Survey<'_>, node: &'s Node) -> Variant<'s> {
    let dir = &survey.snapshot.dirs[node.dir];
    let package = &node.identity.package;
    let version = package.version.as_deref().filter(|_| !node.is_member());
    (&package.name, version, &node.target, node.mode, &dir.profile, dir.triple.as_deref())
}

/// Parallel to the nodes: whether it, or anything that it was built with, is of a fetched package in a version that is not
/// part of the resolution.
fn left_resolution(survey: &Survey<'_>, workspace: &Workspace, undecided: &mut Vec<String>) -> Vec<bool> {
    let mut left = vec![false; survey.nodes.len()];
    let is_resolved = workspace.basis != WorkspaceBasis::Build && workspace.packages.len() > workspace.members.len();
    let has_left = |node: &Node| {
        let package = &node.identity.package;
        let is_fetched = matches!(package.source, PackageSource::Registry | PackageSource::Git);
        node.identity.idx.is_none() && package.version.is_some() && is_fetched
    };
    if !is_resolved || !survey.nodes.iter().any(has_left) {
        return left;
    }
    if survey.nodes.iter().any(|node| node.is_foreign) {
        undecided.push(
            "packages that this workspace does not have are built there too: units of versions that its lockfile does not \
             have may be theirs"
                .to_owned(),
        );
        return left;
    }
    let dependents = exact_dependents(survey);
    let mut stack: Vec<NodeIdx> = (0..left.len()).filter(|idx| has_left(&survey.nodes[*idx])).collect();
    while let Some(idx) = stack.pop() {
        if !std::mem::replace(&mut left[idx], true) {
            stack.extend(&dependents[idx]);
        }
    }
    left
}

/// For each node those whose fingerprints name its own, so that it is no guess that they were built with it.
fn exact_dependents(survey: &Survey<'_>) -> Vec<Vec<NodeIdx>> {
    let units = &survey.snapshot.units;
    let mut dependents = vec![Vec::new(); units.len()];
    for (dependent, needed) in survey.edges.dependencies.iter().enumerate() {
        let Some(fingerprint) = &units[dependent].fingerprint else { continue };
        for &dependency in needed {
            let hash = units[dependency].fingerprint_hash;
            if fingerprint.deps.iter().any(|dep| Some(dep.fingerprint) == hash) {
                dependents[dependency].push(dependent);
            }
        }
    }
    dependents
}

#[cfg(test)]
mod tests {
    use brisk_test_support::Layout;

    use super::super::tests::Place;
    use super::{Stored, StoredUnit, Unneeded};

    const OURS: &str = "
        serde v1.0.0              |FFFBB
        a          <- serde       |...FFFFBB
        app (bin)  <- a           |.........FFBL
    ";

    const MONTH_S: f64 = 30.0 * 86_400.0;

    /// The same with other hashes: those of pictures are of names and lines.
    fn variant(picture: &str) -> String {
        format!("\n\n\n{picture}")
    }

    /// `package: why` of all units that are not needed, sorted; months are whole.
    fn unneeded(place: &Place) -> Vec<String> {
        let told = |unit: &StoredUnit| {
            let why = match unit.unneeded.as_ref()? {
                Unneeded::Replaced { after_s } => format!("replaced after {:.0} months", after_s / MONTH_S),
                other => format!("{other:?}"),
            };
            Some(format!("{}: {why}", unit.package))
        };
        let mut all: Vec<String> = stored(place).units.iter().filter_map(told).collect();
        all.sort();
        all
    }

    fn stored(place: &Place) -> Stored {
        place.load().unwrap().stored.unwrap()
    }

    #[test]
    fn all_of_the_only_build_is_needed() {
        let place = Place::empty();
        place.build(OURS, Layout::V1, 0.0);
        assert_eq!(unneeded(&place), [""; 0]);
        assert_eq!((stored(&place).units.len(), stored(&place).undecided), (3, Vec::new()));
    }

    #[test]
    fn a_variant_is_replaced_by_one_that_was_built_later_in_either_layout() {
        for (layout, later) in [(Layout::V1, Layout::V1), (Layout::V2, Layout::V2), (Layout::V1, Layout::V2)] {
            let place = Place::empty();
            place.build(OURS, layout, 0.0);
            place.build(&variant(OURS), later, MONTH_S);
            let expected =
                ["a v0.1.0", "app v0.1.0", "serde v1.0.0"].map(|name| format!("{name}: replaced after 1 months"));
            assert_eq!(unneeded(&place), expected, "{layout:?}");
        }
    }

    #[test]
    fn what_a_newer_variant_needs_is_needed_however_old() {
        let place = Place::empty();
        place.build("\nserde v1.0.0 |\n\n\na <- serde |...FFFFBB\napp (bin) <- a |.........FFBL", Layout::V1, MONTH_S);
        place.build(OURS.trim_start_matches(' '), Layout::V1, 0.0);
        let expected = ["a v0.1.0", "app v0.1.0"].map(|name| format!("{name}: replaced after 1 months"));
        assert_eq!(unneeded(&place), expected);
    }

    #[test]
    fn a_version_that_left_the_resolution_takes_along_what_was_built_with_it() {
        let place = Place::empty();
        place.build(&variant(&OURS.replace("serde v1.0.0", "serde v0.9.0")), Layout::V1, 0.0);
        place.build(OURS, Layout::V1, 60.0);
        let expected = ["a v0.1.0", "app v0.1.0", "serde v0.9.0"].map(|name| format!("{name}: LeftResolution"));
        assert_eq!(unneeded(&place), expected);
    }

    #[test]
    fn in_a_shared_directory_no_version_has_left() {
        let place = Place::empty();
        place.build("\n\n\n\nsyn v2.0.0 |FFFF\nother <- syn |....FFFB", Layout::V1, 0.0);
        place.build(OURS, Layout::V1, 60.0);
        assert_eq!(unneeded(&place), [""; 0]);
        assert_eq!(stored(&place).undecided.len(), 1);
    }

    #[test]
    fn where_a_fingerprint_cannot_be_read_nothing_is_replaced() {
        let place = Place::empty();
        place.build(OURS, Layout::V1, 0.0);
        let json = place.file(".fingerprint/a-", "lib-a.json");
        place.build(&variant(OURS), Layout::V1, MONTH_S);
        fs_err::write(&json, "{").unwrap();
        assert_eq!(unneeded(&place), [""; 0]);
        assert_eq!(stored(&place).undecided.len(), 1);
    }
}
