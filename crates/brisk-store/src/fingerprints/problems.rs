//! What is uncertain about the units that are shown, as problems.

use std::collections::BTreeSet;

use brisk::model::{Problem, UnitHash};

use super::activity::Activity;
use super::node::{Node, NodeIdx};
use super::snapshot::Stage;
use super::survey::Survey;
use super::times::Doubt;

/// All that is uncertain about the units in `mask`, of which the caller knows how the last build of `told` ended.
pub(super) fn problems(survey: &Survey<'_>, mask: &[bool], told: &BTreeSet<UnitHash>) -> Vec<Problem> {
    let is_told = |idx: &NodeIdx| {
        let record = &survey.snapshot.units[*idx];
        record.fingerprint_hash.is_none() && told.contains(&record.hash)
    };
    let shown: Vec<NodeIdx> = (0..survey.nodes.len()).filter(|idx| mask[*idx] && !is_told(idx)).collect();
    let shown = Shown { survey, units: &shown, is_recorded: !told.is_empty() };
    let mut problems = survey.snapshot.problems();
    problems.extend(shown.running().or_else(|| shown.unfinished()));
    problems.extend(shown.missing_dependencies(mask));
    problems.extend(shown.doubtful_times());
    problems
}

struct Shown<'a> {
    survey: &'a Survey<'a>,
    units: &'a [NodeIdx],
    /// Whether the caller saw itself which calls of rustc failed.
    is_recorded: bool,
}

impl Shown<'_> {
    fn dirs(&self) -> BTreeSet<usize> {
        self.units.iter().map(|idx| self.survey.nodes[*idx].dir).collect()
    }

    /// Cargo empties the files with the hashes of all units that are to be built, and fills each when its unit is built
    /// (`prepare_target` in its `core/compiler/fingerprint/mod.rs`).
    fn is_unfinished(&self, idx: NodeIdx) -> bool {
        self.survey.snapshot.units[idx].fingerprint_hash.is_none()
    }

    fn running(&self) -> Option<Problem> {
        let snapshot = self.survey.snapshot;
        let is_built_in = |dir: &usize| snapshot.activity.get(*dir) == Some(&Activity::Building);
        let dirs = self.dirs();
        let dir = dirs.iter().copied().find(is_built_in)?;
        let nodes = self.survey.nodes.iter().enumerate();
        let known = nodes.filter(|(idx, node)| dirs.contains(&node.dir) && self.is_unfinished(*idx)).count();
        let n_units = known + snapshot.unfinished.iter().filter(|unit| dirs.contains(&unit.dir)).count();
        let units = if n_units == 1 { "1 unit is" } else { &format!("{n_units} units are") };
        Some(Problem::new(
            format!("a build is running in `{}`: {units} not done", snapshot.dirs[dir].path),
            "a Cargo command has the directory locked",
            "units that were never built are missing, and of the others the build before is told; ask again when it is over",
        ))
    }

    fn unfinished(&self) -> Option<Problem> {
        let Survey { nodes, edges, snapshot, .. } = self.survey;
        let dirs = self.dirs();
        let unit = |idx: NodeIdx| {
            let Node { target, identity, .. } = &nodes[idx];
            format!("the {} of `{}`", target.in_words(), identity.package)
        };
        let unnamed = snapshot.unfinished.iter().filter(|unit| dirs.contains(&unit.dir));
        let unnamed = unnamed.filter_map(|unit| match unit.stage {
            Stage::Ran(_) => Some(format!("the run of the build script of `{}`", unit.package)),
            Stage::Started(at) => {
                (!self.is_recorded && self.is_recent(unit.dir, at)).then(|| format!("a unit of `{}`", unit.package))
            }
            Stage::Planned => None,
        });
        // Those that wait for another one of them are not where it failed.
        let waits = |idx: &NodeIdx| edges.dependencies[*idx].iter().any(|needed| self.is_unfinished(*needed));
        let mut units: Vec<NodeIdx> = self.units.iter().copied().filter(|idx| self.is_unfinished(*idx)).collect();
        units.sort_by_key(waits);
        let had_builds = !units.is_empty();
        let unfinished: Vec<String> = units.into_iter().map(unit).chain(unnamed).collect();
        let first = unfinished.first()?;
        let what = match unfinished.len() {
            1 => format!("the last build of a unit did not finish: {first}"),
            n => format!("the last builds of {n} units did not finish, first {first}"),
        };
        let is_idle = |dir: &usize| snapshot.activity.get(*dir) == Some(&Activity::Idle);
        let cause = if dirs.iter().all(is_idle) {
            "it failed or was interrupted"
        } else {
            "it failed, was interrupted, or is still running"
        };
        let effect = match had_builds {
            true => "what is known of it is of the build before, and units that wait for it may be missing",
            false => "it is missing here, and units that wait for it may be",
        };
        Some(Problem::new(what, format!("{cause}; the Cargo command that builds it tells the error"), effect))
    }

    /// Whether the newest session of the directory was begun before: a unit that was started and given up long ago may be
    /// one that no command builds any more.
    fn is_recent(&self, dir: usize, started_at: f64) -> bool {
        let Survey { nodes, clusters, .. } = self.survey;
        let here = clusters.iter().filter(|cluster| cluster.units.iter().any(|unit| nodes[*unit].dir == dir));
        here.map(|cluster| cluster.start).all(|start| start <= started_at)
    }

    fn missing_dependencies(&self, mask: &[bool]) -> Option<Problem> {
        let Survey { nodes, edges, .. } = self.survey;
        let mut missing = edges.unresolved.iter().filter(|(dependent, _)| mask[*dependent]);
        let (dependent, first) = missing.next()?;
        let n_missing = 1 + missing.count();
        Some(Problem::new(
            format!(
                "{n_missing} dependencies of units were not found, first `{}` of `{}`",
                first.name, nodes[*dependent].identity.package
            ),
            "their files were deleted, or they failed to build",
            "the edges to them are missing",
        ))
    }

    /// One problem for each reason why times are no measurement.
    fn doubtful_times(&self) -> Vec<Problem> {
        let n_timed = self.units.iter().filter(|idx| self.survey.nodes[**idx].interval.is_some()).count();
        let counted =
            [Doubt::Contradiction, Doubt::Calendar, Doubt::Altered].map(|doubt| (doubt, self.n_doubtful(doubt)));
        let counted = counted.into_iter().filter(|(_, n_units)| *n_units > 0);
        counted.map(|(doubt, n_units)| doubtful(doubt, n_units, n_timed)).collect()
    }

    /// Fingerprints that are no JSON are a problem of their own.
    fn n_doubtful(&self, doubt: Doubt) -> usize {
        let is_told = |idx: &&NodeIdx| {
            let record = &self.survey.snapshot.units[**idx];
            let is_apart = doubt == Doubt::Altered && (record.fingerprint.is_none() || !record.altered);
            self.survey.nodes[**idx].interval.is_some_and(|interval| interval.doubt == Some(doubt)) && !is_apart
        };
        self.units.iter().filter(is_told).count()
    }
}

fn doubtful(doubt: Doubt, n_units: usize, n_timed: usize) -> Problem {
    let (what, why) = match doubt {
        Doubt::Contradiction => (
            format!("the file times of {n_units} of {n_timed} units contradict each other"),
            "the target directory was copied, restored from an archive or cache, or touched; a build sets the times of what it builds",
        ),
        Doubt::Calendar => (
            format!("the file times of {n_units} of {n_timed} units lie in the future or before there was a Cargo"),
            "a clock was wrong, or the target directory was restored from an archive or cache; a build sets the times of what it builds",
        ),
        Doubt::Altered => (
            format!("the fingerprints of {n_units} of {n_timed} units were changed after Cargo wrote them"),
            "an editor or another program wrote to Cargo's `.json` files, so their times are not the ends of the units",
        ),
    };
    Problem::new(what, why, "these times are no measurement: they count in no sum and are not drawn")
}
