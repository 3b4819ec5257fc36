//! Which units are *the build*, among all that a build directory has gathered.
//!
//! The headline is about one command, the *main session*: the latest one that is at least half as heavy as the heaviest.
//! Small rebuilds since then are not what a slow build is judged by. The units shown are those of the whole graph as it
//! would be built now:
//!
//! 1. the units of the main session, unless they are stale and replaced,
//! 2. units of members that other sessions built in the same way (the kinds of targets and modes that the main session
//!    built): an edit moves a member's unit to a later session, and it still belongs to the build,
//! 3. everything that those need.
//!
//! A unit is *stale* if it or anything it needs was compiled by another compiler than the newest unit, or is of a package
//! that is not part of the resolution any more.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Mode, TargetKind, Workspace};

use super::node::{Node, NodeIdx};
use super::scenario::Place;
use super::survey::Survey;

/// The units of the build, and the session it is about.
pub(super) struct View {
    /// Parallel to the nodes.
    pub(super) mask: Vec<bool>,
    /// The main session; `None` if no unit has a time.
    pub(super) main: Option<usize>,
}

/// Chooses the build of `place`.
pub(super) fn choose(survey: &Survey<'_>, place: &Place, workspace: &Workspace) -> View {
    let main = main_session(survey, &place.mask);
    let chooser = Chooser { survey, place, main, stale: stale(survey, place, workspace) };
    let mask = survey.closure(chooser.roots(workspace));
    View { mask, main }
}

/// The latest session with at least half the unit seconds of the heaviest.
fn main_session(survey: &Survey<'_>, mask: &[bool]) -> Option<usize> {
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    for (idx, node) in survey.nodes.iter().enumerate().filter(|(idx, _)| mask[*idx]) {
        if let (Some(cluster), Some(interval)) = (survey.cluster_of[idx], node.interval) {
            *weights.entry(cluster).or_default() += interval.duration_s();
        }
    }
    let heaviest = weights.values().copied().fold(0.0, f64::max);
    weights.into_iter().rev().find(|(_, weight)| *weight >= heaviest / 2.0).map(|(cluster, _)| cluster)
}

/// What a command is asked to build: `cargo build` the first of each mode, `--all-targets` all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Normal,
    Examples,
    Tests,
    Benches,
}

/// How it is built, apart from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    Built,
    Checked,
    Documented,
}

/// `None` for build scripts: they are only built for the sake of others.
fn family_of(node: &Node) -> Option<(Manner, Family)> {
    let manner = match node.mode {
        Mode::Build | Mode::Test => Manner::Built,
        Mode::Check | Mode::CheckTest => Manner::Checked,
        Mode::Doc | Mode::Doctest => Manner::Documented,
        Mode::RunBuildScript => return None,
    };
    let family = match node.target.kind {
        TargetKind::BuildScript => return None,
        TargetKind::Bench => Family::Benches,
        TargetKind::Example => Family::Examples,
        TargetKind::Test => Family::Tests,
        _ if node.mode.is_test() => Family::Tests,
        _ => Family::Normal,
    };
    Some((manner, family))
}

struct Chooser<'a> {
    survey: &'a Survey<'a>,
    place: &'a Place,
    main: Option<usize>,
    stale: Vec<bool>,
}

impl Chooser<'_> {
    fn roots(&self, workspace: &Workspace) -> BTreeSet<NodeIdx> {
        let mut roots: BTreeSet<NodeIdx> = self.here().filter(|idx| self.in_main(*idx) && !self.stale[*idx]).collect();
        let families = self.families();
        let mut groups: BTreeMap<_, Vec<NodeIdx>> = BTreeMap::new();
        for idx in self.here() {
            let node = &self.survey.nodes[idx];
            let wanted = family_of(node).is_some_and(|family| families.contains(&family));
            if wanted && node.is_member() && exists(node, workspace) {
                groups.entry(node.key()).or_default().push(idx);
            }
        }
        let main_closure = self.survey.closure(self.here().filter(|idx| self.in_main(*idx)));
        for group in groups.into_values() {
            roots.extend(self.best_of(&group, &main_closure));
        }
        if roots.is_empty() {
            roots.extend(self.here().filter(|idx| self.in_main(*idx)));
        }
        roots
    }

    /// Of the units of one target: those of the main session, or the one of another session that fits it best. A stale one
    /// is only taken where there is no other.
    fn best_of(&self, group: &[NodeIdx], main_closure: &[bool]) -> Vec<NodeIdx> {
        let fresh: Vec<NodeIdx> = group.iter().copied().filter(|idx| !self.stale[*idx]).collect();
        let group = if fresh.is_empty() { group } else { fresh.as_slice() };
        let of_main: Vec<NodeIdx> = group.iter().copied().filter(|idx| self.in_main(*idx)).collect();
        if !of_main.is_empty() {
            return of_main;
        }
        let n_foreign = |idx: NodeIdx| {
            let needed = self.survey.closure([idx]);
            let foreign =
                |other: &NodeIdx| needed[*other] && !main_closure[*other] && !self.survey.nodes[*other].is_member();
            (0..needed.len()).filter(foreign).count()
        };
        let end = |idx: NodeIdx| self.survey.nodes[idx].interval.map_or(f64::NEG_INFINITY, |times| times.end);
        let best = match group {
            [only] => Some(*only),
            _ => group
                .iter()
                .map(|idx| (n_foreign(*idx), end(*idx), *idx))
                .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)))
                .map(|(_, _, idx)| idx),
        };
        best.into_iter().collect()
    }

    /// What the main session built of members. If all of it was rebuilt since, the first session after it tells.
    fn families(&self) -> BTreeSet<(Manner, Family)> {
        let of_session = |session: Option<usize>| {
            let members = self.here().filter(move |idx| self.survey.cluster_of[*idx] == session);
            members.map(|idx| &self.survey.nodes[idx]).filter(|node| node.is_member()).filter_map(family_of).collect()
        };
        let of_main: BTreeSet<_> = of_session(self.main);
        let later = self.main.map_or(0, |main| main + 1)..self.survey.clusters.len();
        let mut candidates = std::iter::once(of_main).chain(later.map(|session| of_session(Some(session))));
        candidates.find(|families| !families.is_empty()).unwrap_or_default()
    }

    fn here(&self) -> impl Iterator<Item = NodeIdx> + '_ {
        (0..self.survey.nodes.len()).filter(|idx| self.place.mask[*idx])
    }

    fn in_main(&self, idx: NodeIdx) -> bool {
        self.survey.cluster_of[idx] == self.main
    }
}

/// Whether the manifest still has the target, as far as it is known.
fn exists(node: &Node, workspace: &Workspace) -> bool {
    let Some(idx) = node.identity.idx else { return true };
    let targets = &workspace.package(idx).targets;
    targets.is_empty()
        || targets.iter().any(|target| target.kind == node.target.kind && target.name == node.target.name)
}

/// Parallel to the nodes: whether the unit or anything it needs is of another compiler or of a package that is not part of
/// the resolution.
fn stale(survey: &Survey<'_>, place: &Place, workspace: &Workspace) -> Vec<bool> {
    let here = || survey.nodes.iter().zip(&place.mask).filter(|(_, here)| **here).map(|(node, _)| node);
    let end = |node: &&Node| node.interval.map_or(f64::NEG_INFINITY, |times| times.end);
    let compiled = here().filter(|node| node.rustc != 0);
    let rustc = compiled.max_by(|a, b| end(a).total_cmp(&end(b))).map(|node| node.rustc);
    let is_stale = |node: &Node| {
        let left =
            !workspace.packages.is_empty() && node.identity.idx.is_none() && node.identity.package.version.is_some();
        left || node.rustc != 0 && rustc.is_some_and(|current| current != node.rustc)
    };
    let mut dependents: Vec<Vec<NodeIdx>> = vec![Vec::new(); survey.nodes.len()];
    for (dependent, needed) in survey.edges.dependencies.iter().enumerate() {
        for dependency in needed {
            dependents[*dependency].push(dependent);
        }
    }
    let mut stale = vec![false; survey.nodes.len()];
    let mut stack: Vec<NodeIdx> = (0..survey.nodes.len()).filter(|idx| is_stale(&survey.nodes[*idx])).collect();
    while let Some(idx) = stack.pop() {
        if !std::mem::replace(&mut stale[idx], true) {
            stack.extend(&dependents[idx]);
        }
    }
    stale
}
