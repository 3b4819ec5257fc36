//! `edit-cost`: what an edit of a member has Cargo build anew, and how often it is edited.

use std::collections::{BTreeMap, BTreeSet};

use super::price::Price;
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, count, seconds};
use crate::model::{
    Confidence, Edits, History, Package, PackageIdx, PackageRef, PackageSource, Status, TargetKind, Unit, UnitIdx,
};
use crate::simulate::CriticalPath;

pub(super) const DETECTOR: Detector = Detector {
    id: "edit-cost",
    group: Group::TimeLine,
    claim: "an edit of a member that is often edited has much built anew",
    measures: "the time of the member's units and of all that depend on them, at the times that they took when they were \
               last built: the price of one edit; beside it, how many commits of the last six months changed its sources \
               (merges, and changes in tests, benchmarks and examples, not counted)",
    why: "every dependant of a changed crate is built anew, whether the change matters to it or not; each of the commits \
          stands for one such build at least, and mostly for many",
    cure: "move what is edited often into crates that few others depend on, and what all depend on into crates that \
           rarely change; let dependants need a small crate of types instead of the whole; take dependencies that are not \
           needed off the dependants",
    wrong_when: "incremental compilation reuses what an edit does not touch: a real rebuild takes less than these crates \
                 took whole, and commits are not builds",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_TOTAL_S],
    find,
};

/// A shorter rebuild keeps nobody waiting.
const LEAST_S: Threshold =
    Threshold { name: "edit-cost.least-seconds", default: 5.0, about: "seconds of unit time of one rebuild" };
/// Five minutes in half a year, if there was but one build for each commit.
const LEAST_TOTAL_S: Threshold = Threshold {
    name: "edit-cost.least-total-seconds",
    default: 300.0,
    about: "seconds of unit time of one rebuild, times the commits of six months",
};
/// From this on, it is a good part of somebody's day.
const MAJOR_TOTAL_S: f64 = 3600.0;
/// Findings at most: the members at the bottom of a workspace have nearly the same dependants.
const MOST: usize = 3;
/// Where nobody knows which are edited, the dearest one stands for all.
const MOST_UNWEIGHTED: usize = 1;
/// On average.
const DAYS_OF_A_MONTH: f64 = 30.4;
/// Crates that are named.
const NAMED: usize = 3;

/// What an edit of a member costs.
#[derive(Clone, Debug, PartialEq)]
pub struct EditCost {
    /// The member.
    pub member: PackageIdx,
    /// Its name.
    pub name: String,
    /// The units that would be built anew, ascending: those of its library (of its programs, where it has none) and
    /// all that depend on them.
    pub units: Vec<UnitIdx>,
    /// The packages of these units, its own included, by name.
    pub packages: Vec<String>,
    /// Unit seconds; `None` if none of the units has a time.
    pub unit_s: Option<f64>,
    /// CPU seconds; `None` unless each unit's were measured.
    pub cpu_s: Option<f64>,
    /// How many of the units have no time to rely on, so that it costs more.
    pub n_untimed: usize,
    /// Unit seconds of the member's own units among them.
    pub own_s: Option<f64>,
    /// Wall seconds that the rebuild takes at least, with the jobs of this build: the longer of its longest chain and of
    /// its work per job. `None` if the number of jobs or all times are unknown.
    pub bound_s: Option<f64>,
    /// Whether the times are those of a rebuild that was recorded, and not of the first build.
    pub is_of_rebuild: bool,
    /// Commits that changed its sources in the time that was looked back; `None` if nobody can tell.
    pub commits: Option<u32>,
}

impl EditCost {
    /// Unit seconds of all rebuilds, if each commit was built once.
    pub fn total_s(&self) -> Option<f64> {
        Some(self.unit_s? * f64::from(self.commits?))
    }
}

/// What an edit of each member costs: the most often paid first, and then the dearest. Empty where the source of the build
/// does not tell who depends on whom.
pub fn edit_costs(evidence: Evidence<'_>) -> Vec<EditCost> {
    if !evidence.build.source.tells_all_edges() {
        return Vec::new();
    }
    let commits = edits(evidence).map(|edits| edits.by_member(evidence.workspace));
    let units = units_of_members(evidence);
    let members = evidence.workspace.members.iter();
    let mut costs: Vec<EditCost> = members
        .map(|&member| {
            let own = units.get(&member).map(Vec::as_slice).unwrap_or_default();
            let commits = commits.as_ref().and_then(|commits| commits.get(&member).copied());
            EditCost { commits, ..edit_cost(evidence, member, own) }
        })
        .collect();
    costs.sort_by(|a, b| {
        let by = |s: fn(&EditCost) -> Option<f64>| s(b).unwrap_or(0.0).total_cmp(&s(a).unwrap_or(0.0));
        by(EditCost::total_s).then(by(|cost| cost.unit_s)).then_with(|| a.name.cmp(&b.name))
    });
    costs
}

fn edits<'a>(evidence: Evidence<'a>) -> Option<&'a Edits> {
    match &evidence.surroundings.history {
        Some(History::Told(edits)) => Some(edits),
        Some(History::Unknown(_)) | None => None,
    }
}

fn units_of_members(evidence: Evidence<'_>) -> BTreeMap<PackageIdx, Vec<UnitIdx>> {
    let own = |unit: &&PackageRef| unit.source == PackageSource::Member;
    let mut members: BTreeMap<(&str, &str), PackageIdx> = BTreeMap::new();
    for &idx in &evidence.workspace.members {
        let Package { name, version, .. } = evidence.workspace.package(idx);
        members.insert((name, version), idx);
    }
    let mut units: BTreeMap<PackageIdx, Vec<UnitIdx>> = BTreeMap::new();
    for (idx, unit) in evidence.build.iter_units() {
        let package = Some(&unit.package).filter(own);
        let key = package.map(|package| (package.name.as_str(), package.version.as_deref().unwrap_or_default()));
        if let Some(member) = key.and_then(|key| members.get(&key)) {
            units.entry(*member).or_default().push(idx);
        }
    }
    units
}

/// `own`: all units of the member.
fn edit_cost(evidence: Evidence<'_>, member: PackageIdx, own: &[UnitIdx]) -> EditCost {
    let Evidence { build, graph, workspace, .. } = evidence;
    let affected = graph.affected(edited(evidence, own));
    let units: Vec<UnitIdx> = build.iter_units().map(|(idx, _)| idx).filter(|idx| affected[idx.index()]).collect();
    let packages: BTreeSet<&str> = units.iter().map(|&idx| build.unit(idx).package.name.as_str()).collect();
    let own_s = Price::of(evidence, own.iter().copied().filter(|idx| affected[idx.index()]).collect()).unit_s;
    let is_recorded = |idx: &UnitIdx| is_recorded_rebuild(build.unit(*idx));
    let is_untimed = |idx: &&UnitIdx| build.unit(**idx).trusted_duration_s().is_none();
    let price = Price::of(evidence, units.clone());
    let any = !units.is_empty();
    let unit_s = price.unit_s.filter(|_| any);
    let path_s = CriticalPath::counting(build, graph, |idx| affected[idx.index()]).length_s;
    let bound_s = build.jobs.zip(unit_s).map(|(jobs, unit_s)| path_s.max(unit_s / f64::from(jobs.n.max(1))));
    EditCost {
        member,
        name: workspace.package(member).name.clone(),
        packages: packages.into_iter().map(str::to_owned).collect(),
        unit_s,
        cpu_s: price.cpu_s.filter(|_| any),
        n_untimed: units.iter().filter(is_untimed).count(),
        own_s: own_s.filter(|_| any),
        bound_s,
        is_of_rebuild: any && units.iter().all(is_recorded),
        units,
        commits: None,
    }
}

/// The units of a member that an edit of its library changes; of its programs, where it has no library; of its tests, where
/// it has neither.
fn edited(evidence: Evidence<'_>, own: &[UnitIdx]) -> Vec<UnitIdx> {
    let of = |kinds: &[TargetKind]| -> Vec<UnitIdx> {
        own.iter().copied().filter(|&idx| kinds.contains(&evidence.build.unit(idx).target.kind)).collect()
    };
    let choices: [&[TargetKind]; 3] = [
        &[TargetKind::Lib, TargetKind::LinkedLib, TargetKind::ProcMacro],
        &[TargetKind::Bin],
        &[TargetKind::Test, TargetKind::Bench, TargetKind::Example],
    ];
    choices.into_iter().map(of).find(|units| !units.is_empty()).unwrap_or_default()
}

/// Whether its time is that of a build that was not its first, with a clock read when it happened.
fn is_recorded_rebuild(unit: &Unit) -> bool {
    let is_exact = unit.timing.is_some_and(|timing| timing.confidence == Confidence::Exact);
    is_exact && matches!(unit.status, Status::Dirty(_))
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(history) = &evidence.surroundings.history else { return Vec::new() };
    let is_dear = |cost: &EditCost| cost.unit_s.is_some_and(|unit_s| unit_s >= evidence.limit(&LEAST_S));
    let is_often = |cost: &EditCost| match history {
        History::Told(_) => cost.total_s().is_some_and(|total_s| total_s >= evidence.limit(&LEAST_TOTAL_S)),
        // Without numbers of edits, that others depend on it is what can be changed.
        History::Unknown(_) => cost.packages.len() > 1,
    };
    let costs = edit_costs(evidence).into_iter().filter(|cost| is_dear(cost) && is_often(cost));
    let most = if matches!(history, History::Told(_)) { MOST } else { MOST_UNWEIGHTED };
    costs.take(most).map(|cost| finding(evidence, history, &cost)).collect()
}

fn finding(evidence: Evidence<'_>, history: &History, cost: &EditCost) -> Finding {
    let least = if cost.n_untimed > 0 { "at least " } else { "" };
    let took = cost.unit_s.map(|unit_s| format!("{least}{} of unit time", seconds(unit_s))).unwrap_or_default();
    let crates = count(cost.packages.len(), "crate");
    let often = match (history, cost.commits) {
        (History::Told(edits), Some(n)) => often(edits, n),
        (History::Told(_), None) | (History::Unknown(_), _) => "how often that happens is not known".to_owned(),
    };
    let title = format!("editing {} rebuilds {crates}, {took}; {often}", cost.name);
    Finding {
        severity: match cost.total_s() {
            Some(total_s) if total_s >= MAJOR_TOTAL_S => Severity::Major,
            Some(_) => Severity::Minor,
            None => Severity::Note,
        },
        cost: Cost { seconds: cost.unit_s, cpu_seconds: cost.cpu_s, bytes: None },
        effort: Effort::Large,
        risk: Risk::Medium,
        evidence: sentences(evidence, history, cost),
        locations: location(evidence, cost.member).into_iter().collect(),
        command: Some(format!("cargo tree --workspace --edges normal,build --invert {}", cost.name)),
        ..Finding::of(&DETECTOR, cost.name.clone(), title)
    }
}

/// `34 commits touched it in 6 months`
fn often(edits: &Edits, n: u32) -> String {
    if !edits.whole {
        return format!("{n} of the newest {} touched it", count(edits.commits.len(), "commit"));
    }
    let months = (f64::from(edits.days) / DAYS_OF_A_MONTH).round() as usize;
    format!("{} touched it in {}", count(n as usize, "commit"), count(months, "month"))
}

fn sentences(evidence: Evidence<'_>, history: &History, cost: &EditCost) -> Vec<String> {
    let unknown = match history {
        History::Unknown(why) => Some(format!("how often its sources are edited is not known: {why}")),
        History::Told(_) => None,
    };
    let total = cost
        .total_s()
        .map(|total_s| format!("with one build for each commit, that is {} of unit time", seconds(total_s)));
    let untimed = (cost.n_untimed > 0)
        .then(|| format!("{} of them have no time to rely on and count as nothing", count(cost.n_untimed, "unit")));
    let basis = match cost.is_of_rebuild {
        true => "the times are those of a recorded rebuild",
        false => {
            "the times are those of these crates whole, as they were last built; how long a rebuild takes that \
                  reuses what did not change, `cargo brisk record -- build` after an edit tells"
        }
    };
    let shares = [shares(cost), bound(evidence, cost), dependants(evidence, cost), total, unknown, untimed];
    shares.into_iter().flatten().chain([basis.to_owned()]).collect()
}

fn shares(cost: &EditCost) -> Option<String> {
    let (own_s, unit_s) = (cost.own_s?, cost.unit_s?);
    let n_others = cost.packages.len().saturating_sub(1);
    let others = count(n_others, "crate");
    let depend = if n_others == 1 { "depends" } else { "depend" };
    (n_others > 0).then(|| {
        format!(
            "{} is its own time, and {} that of {others} that {depend} on it",
            seconds(own_s),
            seconds(unit_s - own_s)
        )
    })
}

/// What the rebuild takes at least in wall time.
fn bound(evidence: Evidence<'_>, cost: &EditCost) -> Option<String> {
    let (bound_s, jobs) = (cost.bound_s?, evidence.build.jobs?);
    Some(format!("with {} that takes at least {} from start to end", count(jobs.n as usize, "job"), seconds(bound_s)))
}

/// The dearest of the crates that depend on it.
fn dependants(evidence: Evidence<'_>, cost: &EditCost) -> Option<String> {
    let mut by_package: BTreeMap<&str, f64> = BTreeMap::new();
    for unit in cost.units.iter().map(|&idx| evidence.build.unit(idx)).filter(|unit| unit.package.name != cost.name) {
        *by_package.entry(&unit.package.name).or_default() += unit.trusted_duration_s().unwrap_or(0.0);
    }
    let mut dearest: Vec<(&str, f64)> = by_package.into_iter().filter(|(_, s)| *s > 0.0).collect();
    dearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let named: Vec<String> = dearest.iter().take(NAMED).map(|(name, s)| format!("{name} {}", seconds(*s))).collect();
    (!named.is_empty()).then(|| format!("dearest of those: {}", named.join(", ")))
}

/// The member's manifest.
fn location(evidence: Evidence<'_>, member: PackageIdx) -> Option<Location> {
    Location::of_manifest(evidence.workspace, evidence.workspace.package(member))
}
