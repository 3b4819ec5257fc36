//! Which units are *the build*, among all that a build directory has gathered.
//!
//! The headline is about one command, the *main session*: of those at least half as heavy (in unit seconds) as the
//! heaviest, the latest that built most of what it needed itself, and rather one that generated code than a check (editors
//! check all the time). What a command found because one of another kind had built it (a build after a check finds the proc
//! macros) counts as its own. Sessions of another workspace that shares the directory do not count. Small rebuilds are not
//! what a slow build is judged by, and a heavy `cargo test` after `cargo build` continues that build, it does not replace
//! it. The units shown are those of the whole graph as it would be built now:
//!
//! 1. the targets of members of the kinds and in the modes that the main session built, each as it was built last: an edit
//!    moves a unit to a later session, and a changed manifest replaces it by another,
//! 2. everything that those need.
//!
//! What else the main session built is left over from manifests that have changed since. (Without members, all of the main
//! session is shown; where damaged fingerprints hide what units need, also all dependencies that nothing seems to need.)
//!
//! A unit is *stale* if it or anything it needs was compiled by another compiler than the newest unit, or is of a package
//! that is not part of the resolution any more.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Mode, TargetKind, Workspace};

use super::node::{Node, NodeIdx};
use super::scenario::Place;
use super::survey::Survey;
use super::times::Interval;

/// Share of its unit seconds that a session may take from earlier ones and still count as a build of its own. A full
/// rebuild finds next to nothing; tests after a build find about half.
const MOST_REUSED: f64 = 0.25;

/// The units of the build, and the session it is about.
pub(super) struct View {
    /// Parallel to the nodes.
    pub(super) mask: Vec<bool>,
    /// The main session; `None` if no unit has a time.
    pub(super) main: Option<usize>,
}

/// Chooses the build of `place`.
pub(super) fn choose(survey: &Survey<'_>, place: &Place, workspace: &Workspace) -> View {
    let stale = stale(survey, place, workspace);
    let main = main_session(survey, place, &stale);
    let chooser = Chooser { survey, place, main, stale, serves: serving(survey) };
    let mask = survey.closure(chooser.roots(workspace));
    View { mask, main }
}

/// The units of one session that count towards its weight.
struct Candidate {
    session: usize,
    units: Vec<NodeIdx>,
    /// What it needed and found, because a command of another kind had built it.
    inherited: BTreeSet<NodeIdx>,
    weight_s: f64,
}

/// Of the sessions at least half as heavy as the heaviest: the latest that built most of what it needed and generated code,
/// else the latest that built most of what it needed, else the latest.
fn main_session(survey: &Survey<'_>, place: &Place, stale: &[bool]) -> Option<usize> {
    let here = || (0..survey.nodes.len()).filter(|idx| place.mask[*idx]);
    let current: Vec<NodeIdx> = here().filter(|idx| !stale[*idx] && survey.nodes[*idx].interval.is_some()).collect();
    let mut candidates = candidates(survey, if current.is_empty() { here().collect() } else { current });
    if candidates.iter().any(|candidate| !survey.foreign.contains(&candidate.session)) {
        candidates.retain(|candidate| !survey.foreign.contains(&candidate.session));
    }
    let heaviest_s = candidates.iter().map(|candidate| candidate.weight_s).fold(0.0, f64::max);
    candidates.retain(|candidate| candidate.weight_s >= heaviest_s / 2.0);
    let rank = |candidate: &&Candidate| {
        let whole = built_most(survey, candidate);
        (whole, whole && CommandKind::of(survey, candidate.session).manner == Manner::Built, candidate.session)
    };
    candidates.iter().max_by_key(rank).map(|candidate| candidate.session)
}

/// By session.
fn candidates(survey: &Survey<'_>, units: Vec<NodeIdx>) -> Vec<Candidate> {
    let mut sessions: BTreeMap<usize, Vec<NodeIdx>> = BTreeMap::new();
    for idx in units {
        if let Some(session) = survey.cluster_of[idx] {
            sessions.entry(session).or_default().push(idx);
        }
    }
    let kinds: BTreeMap<usize, CommandKind> =
        sessions.keys().map(|session| (*session, CommandKind::of(survey, *session))).collect();
    let mut taken: BTreeSet<(&CommandKind, NodeIdx)> = BTreeSet::new();
    let mut candidates = Vec::with_capacity(sessions.len());
    for (&session, units) in &sessions {
        let kind = &kinds[&session];
        // Edits have moved some of its units to later sessions, but it was the first that needed them.
        let moved =
            sessions.range(session + 1..).filter(|(later, _)| kinds[later] == *kind).flat_map(|(_, units)| units);
        let is_planned = |idx: &&NodeIdx| planned_by(survey, **idx, session);
        let needed = survey.closure(units.iter().chain(moved.filter(is_planned)).copied());
        let is_inherited = |idx: &NodeIdx| {
            let earlier = survey.cluster_of[*idx].filter(|earlier| needed[*idx] && *earlier < session);
            earlier.and_then(|earlier| kinds.get(&earlier)).is_some_and(|of_earlier| of_earlier != kind)
        };
        let inherited: BTreeSet<NodeIdx> =
            (0..needed.len()).filter(is_inherited).filter(|idx| taken.insert((kind, *idx))).collect();
        let weight_s = weight_s(survey, units.iter().chain(&inherited).copied());
        candidates.push(Candidate { session, units: units.clone(), inherited, weight_s });
    }
    candidates
}

/// Whether the unit was planned for the first time before the session ended.
fn planned_by(survey: &Survey<'_>, idx: NodeIdx, session: usize) -> bool {
    let planned = survey.nodes[idx].interval.and_then(|interval| interval.planned);
    planned.is_some_and(|planned| planned <= survey.clusters[session].end)
}

fn weight_s(survey: &Survey<'_>, units: impl Iterator<Item = NodeIdx>) -> f64 {
    let intervals = units.filter_map(|idx| survey.nodes[idx].interval);
    intervals.filter(Interval::is_consistent).map(|interval| interval.duration_s()).sum()
}

fn built_most(survey: &Survey<'_>, candidate: &Candidate) -> bool {
    let needed = survey.closure(candidate.units.iter().copied());
    let is_earlier = |idx: &NodeIdx| survey.cluster_of[*idx].is_some_and(|session| session < candidate.session);
    let needed = || (0..needed.len()).filter(|idx| needed[*idx]);
    let reused = needed().filter(is_earlier).filter(|idx| !candidate.inherited.contains(idx));
    weight_s(survey, reused) <= MOST_REUSED * weight_s(survey, needed())
}

/// What commands have in common that build the same units. Those of different kinds share units all the same: what is
/// built for the host's sake (build scripts, proc macros) serves checks and builds for any target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CommandKind<'s> {
    manner: Manner,
    /// The `--target` triples.
    triples: BTreeSet<&'s str>,
}

impl<'s> CommandKind<'s> {
    fn of(survey: &Survey<'s>, session: usize) -> Self {
        let nodes = || survey.clusters[session].units.iter().map(|idx| &survey.nodes[*idx]);
        let triple = |node: &Node| survey.snapshot.dirs[node.dir].triple.as_deref();
        // `cargo check` and `cargo doc` have units that no `cargo build` has, and `cargo doc` some that neither has.
        let manner = nodes().filter_map(|node| manner_of(node.mode)).max().unwrap_or(Manner::Built);
        Self { manner, triples: nodes().filter_map(triple).collect() }
    }
}

/// What a command is asked to build: `cargo build` the first of each mode, `--all-targets` all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Normal,
    Examples,
    Tests,
    Benches,
}

/// How it is built, apart from what. A command of a later one of these has units of the earlier ones too, for the sake of
/// its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    Built,
    Checked,
    Documented,
}

/// `None` for runs of build scripts.
fn manner_of(mode: Mode) -> Option<Manner> {
    match mode {
        Mode::Build | Mode::Test => Some(Manner::Built),
        Mode::Check | Mode::CheckTest => Some(Manner::Checked),
        Mode::Doc | Mode::Doctest => Some(Manner::Documented),
        Mode::RunBuildScript => None,
    }
}

/// What a command built of members.
type Families = BTreeSet<(Manner, Family)>;

/// `None` for build scripts: they are only built for the sake of others.
fn family_of(node: &Node) -> Option<(Manner, Family)> {
    let manner = manner_of(node.mode)?;
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
    /// Parallel to the nodes: whether a build script, a proc macro or documentation needs it, or it is one of the former.
    serves: Vec<bool>,
}

impl Chooser<'_> {
    fn roots(&self, workspace: &Workspace) -> BTreeSet<NodeIdx> {
        let families = self.families(self.main).unwrap_or_default();
        let mut groups: BTreeMap<_, Vec<NodeIdx>> = BTreeMap::new();
        for idx in self.here() {
            let node = &self.survey.nodes[idx];
            let wanted = family_of(node).is_some_and(|family| families.contains(&family));
            if wanted && node.is_member() && exists(node, workspace) {
                groups.entry(node.key()).or_default().push(idx);
            }
        }
        let of_main = || self.here().filter(|idx| self.in_main(*idx));
        if groups.is_empty() {
            return of_main().collect();
        }
        let mut wanted = groups.values().flatten().copied().chain(of_main());
        if wanted.any(|idx| self.survey.snapshot.units[idx].lost_fingerprint()) {
            return groups.into_values().flatten().chain(of_main()).chain(self.unneeded()).collect();
        }
        let newest: Vec<Vec<NodeIdx>> = groups.values().map(|group| self.newest_of(group, &families)).collect();
        let all: BTreeSet<NodeIdx> = newest.iter().flatten().copied().collect();
        let kept = groups.values().zip(&newest).filter(|(group, newest)| !self.is_beside(group, newest, &all));
        kept.flat_map(|(_, newest)| newest.iter().copied()).collect()
    }

    /// The variants that the last command built, rather of commands that built the same kinds of targets as the main session
    /// (tests have variants of their own), and a stale one only if there is no other.
    fn newest_of(&self, group: &[NodeIdx], families: &Families) -> Vec<NodeIdx> {
        let rank = |idx: &NodeIdx| {
            let session = self.survey.cluster_of[*idx];
            (!self.stale[*idx], self.built_in(session).is_subset(families), session)
        };
        let best = group.iter().map(rank).max();
        group.iter().copied().filter(|idx| Some(rank(idx)) == best).collect()
    }

    /// Whether the other roots need another variant of the target and not this one: then this one was built by a command
    /// for a part of the workspace (`--package`), which chose other features, and the build has the other.
    fn is_beside(&self, group: &[NodeIdx], newest: &[NodeIdx], roots: &BTreeSet<NodeIdx>) -> bool {
        if group.len() == newest.len() {
            return false;
        }
        let needed = self.survey.closure(roots.iter().copied().filter(|idx| !newest.contains(idx)));
        let is_needed = |idx: &NodeIdx| needed[*idx];
        !newest.iter().any(is_needed) && group.iter().any(|idx| needed[*idx] && !self.stale[*idx])
    }

    /// What the main session built of members. If all of it was rebuilt since, the first session after it tells.
    fn families(&self, main: Option<usize>) -> Option<Families> {
        let later = main.map_or(0, |main| main + 1)..self.survey.clusters.len();
        let mut sessions = std::iter::once(main).chain(later.map(Some)).map(|session| self.built_in(session));
        sessions.find(|families| !families.is_empty())
    }

    /// What the session built of members, without what it may have built only for the sake of others: where it checked, what
    /// build scripts and proc macros need; where it documented, also what documentation needs.
    fn built_in(&self, session: Option<usize>) -> Families {
        let manner = session.map(|session| CommandKind::of(self.survey, session).manner);
        let is_asked_for = |idx: &NodeIdx| {
            let node = &self.survey.nodes[*idx];
            let of_same_manner = manner.is_none() || manner_of(node.mode) == manner;
            node.is_member() && (of_same_manner || !self.serves[*idx])
        };
        let here = self.here().filter(|idx| self.survey.cluster_of[*idx] == session);
        here.filter(is_asked_for).filter_map(|idx| family_of(&self.survey.nodes[idx])).collect()
    }

    /// Dependencies, in the versions of the resolution, that no unit needs as far as fingerprints tell: one that cannot be
    /// read may need them.
    fn unneeded(&self) -> impl Iterator<Item = NodeIdx> + '_ {
        let needed: BTreeSet<NodeIdx> = self.survey.edges.dependencies.iter().flatten().copied().collect();
        let is_dependency = |node: &Node| node.identity.idx.is_some() && !node.is_member();
        self.here()
            .filter(move |idx| !needed.contains(idx) && !self.stale[*idx] && is_dependency(&self.survey.nodes[*idx]))
    }

    fn here(&self) -> impl Iterator<Item = NodeIdx> + '_ {
        (0..self.survey.nodes.len()).filter(|idx| self.place.mask[*idx])
    }

    fn in_main(&self, idx: NodeIdx) -> bool {
        self.survey.cluster_of[idx] == self.main
    }
}

/// See [`Chooser::serves`].
fn serving(survey: &Survey<'_>) -> Vec<bool> {
    let is_of_host = |idx: &NodeIdx| {
        let node = &survey.nodes[*idx];
        matches!(node.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript) && node.mode == Mode::Build
    };
    let documented = survey.nodes.iter().zip(&survey.edges.dependencies).filter(|(node, _)| node.mode == Mode::Doc);
    let needed = documented.flat_map(|(_, dependencies)| dependencies.iter().copied());
    survey.closure((0..survey.nodes.len()).filter(is_of_host).chain(needed))
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
