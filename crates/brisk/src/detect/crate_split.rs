//! `crate-split`: a large member that others wait for.

use super::critical_path::matters_somewhere;
use super::declared::{manifest, member};
use super::edit_cost::{EditCost, edit_costs};
use super::price::{Price, severity};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Threshold, count, seconds};
use crate::model::{Mode, PackageSource, TargetKind, Unit, UnitIdx, Wait};
use crate::simulate::Step;

pub(super) const DETECTOR: Detector = Detector {
    id: "crate-split",
    group: Group::TimeLine,
    claim: "a large crate of the workspace holds up others, or its own rebuilds, with its front end",
    measures: "the time of the unit, and which part of it is front end: only where that is at least half. It is told of \
               crates on a critical path that bounds the build with these jobs, or 8, or 16, and of those that are the \
               larger part of what an edit of them builds anew",
    why: "the front end of a crate runs on one processor, and all that depends on the crate waits for its end; several \
          crates have several front ends that run beside each other, and an edit has only that of its own crate run anew. \
          Code generation is spread over free jobs in any case, and takes as long in parts as in one piece",
    cure: "move modules that do not need each other into crates of their own, beginning with what dependants need first, \
           and with what is rarely edited but large; a line of crates of which each needs the one before wins nothing",
    wrong_when: "the modules need each other all around, so that the parts could only be built one after another; or the \
                 work of all crates bounds the build, as it does with few jobs",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_FRONT_SHARE],
    find,
};

/// Splitting a crate is the work of days.
const LEAST_S: Threshold = Threshold { name: "crate-split.least-seconds", default: 5.0, about: "seconds of unit time" };
/// Where code generation is the larger part, crates apart generate the same code: in one measured case the front end was
/// 1 % and LLVM 92 %, and nothing was to be had by a split.
const LEAST_FRONT_SHARE: Threshold =
    Threshold { name: "crate-split.least-front-share", default: 0.5, about: "share of the unit's time" };
/// From this share of what an edit of it builds anew, the crate itself is what makes edits slow.
const DOMINANT_SHARE: f64 = 0.5;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let is_large = |unit: &Unit| unit.trusted_duration_s().is_some_and(|s| s >= evidence.limit(&LEAST_S));
    let large = evidence.build.iter_units().filter(|(_, unit)| is_crate_of_workspace(unit) && is_large(unit));
    let large: Vec<(UnitIdx, &Unit)> = large.collect();
    if large.is_empty() {
        return Vec::new();
    }
    let (costs, path_matters) = (edit_costs(evidence), matters_somewhere(evidence));
    let candidates = large.into_iter().map(|(idx, unit)| Candidate {
        idx,
        unit,
        step: gating(evidence, idx).filter(|_| path_matters),
        edit: dominated(evidence, idx, &costs),
    });
    candidates.filter(|candidate| candidate.may_gain(evidence)).map(|candidate| finding(evidence, &candidate)).collect()
}

fn is_crate_of_workspace(unit: &Unit) -> bool {
    let kinds = [TargetKind::Lib, TargetKind::LinkedLib, TargetKind::ProcMacro, TargetKind::Bin];
    unit.package.source == PackageSource::Member
        && matches!(unit.mode, Mode::Build | Mode::Check)
        && kinds.contains(&unit.target.kind)
}

struct Candidate<'a> {
    idx: UnitIdx,
    unit: &'a Unit,
    /// Its place on the critical path, if something there waits for it, and the one that does.
    step: Option<(Step, UnitIdx)>,
    /// What an edit of its member costs, if it is the larger part of that itself.
    edit: Option<&'a EditCost>,
}

impl Candidate<'_> {
    /// Where nobody knows the phases, only what holds up others is worth finding out.
    fn may_gain(&self, evidence: Evidence<'_>) -> bool {
        match self.front_share() {
            Some(share) => share >= evidence.limit(&LEAST_FRONT_SHARE) && (self.step.is_some() || self.edit.is_some()),
            None => self.step.is_some(),
        }
    }

    fn front_share(&self) -> Option<f64> {
        let (front_s, back_s, link_s) = self.unit.split_s()?;
        Some(front_s / (front_s + back_s + link_s).max(f64::MIN_POSITIVE))
    }
}

/// Its step on the critical path, and the unit of the next one.
fn gating(evidence: Evidence<'_>, idx: UnitIdx) -> Option<(Step, UnitIdx)> {
    let pairs = evidence.critical_path.steps.windows(2);
    pairs.filter(|pair| pair[0].unit == idx).map(|pair| (pair[0], pair[1].unit)).next()
}

/// What an edit of its member costs, where the unit itself is the larger part of that.
fn dominated<'a>(evidence: Evidence<'_>, idx: UnitIdx, costs: &'a [EditCost]) -> Option<&'a EditCost> {
    let unit = evidence.build.unit(idx);
    let own = member(evidence, &unit.package)?;
    let cost = costs.iter().find(|cost| cost.member == own && cost.units.contains(&idx))?;
    let share = unit.trusted_duration_s()? / cost.unit_s?;
    (share >= DOMINANT_SHARE).then_some(cost)
}

fn finding(evidence: Evidence<'_>, candidate: &Candidate<'_>) -> Finding {
    let Candidate { idx, unit, step, edit } = candidate;
    let price = Price::of(evidence, vec![*idx]);
    let name = unit.label();
    let took = seconds(price.known_s());
    let (title, command) = match candidate.front_share() {
        Some(share) => (format!("{name} takes {took}, {:.0} % of it in its front end", 100.0 * share), None),
        None => {
            let title = format!("{name} takes {took}, and others wait for it; whether a split can help is not known");
            (title, Some("cargo brisk record -- build".to_owned()))
        }
    };
    Finding {
        severity: severity(evidence, price.known_s()),
        // What it leaves on disk stays as large in parts.
        cost: Cost { bytes: None, ..price.cost() },
        effort: Effort::Large,
        risk: Risk::Medium,
        evidence: [
            Some(phases(unit)),
            step.map(|(step, next)| waiting(evidence, &step, next)),
            edit.map(rebuild),
            super::on_critical_path(evidence, *idx),
        ]
        .into_iter()
        .flatten()
        .collect(),
        locations: locations(evidence, unit),
        command,
        ..Finding::of(&DETECTOR, super::subject(evidence, *idx), title)
    }
}

/// `its front end takes 4.20 s and runs on one processor; code generation 1.80 s`
fn phases(unit: &Unit) -> String {
    match unit.split_s() {
        Some((front_s, ..)) if unit.mode.is_check() => {
            format!("it is only checked: all of its {} are front end, on one processor", seconds(front_s))
        }
        Some((front_s, back_s, link_s)) => {
            let link = if link_s > 0.0 { format!(", linking {}", seconds(link_s)) } else { String::new() };
            let back = seconds(back_s);
            format!("its front end takes {} and runs on one processor; code generation {back}{link}", seconds(front_s))
        }
        None => {
            "its phases are not known: a recorded build tells how much of it is front end; where that is little, a \
                 split wins nothing"
                .to_owned()
        }
    }
}

fn waiting(evidence: Evidence<'_>, step: &Step, next: UnitIdx) -> String {
    let affected = evidence.graph.affected([step.unit]);
    let n_waiting = affected.iter().filter(|is_affected| **is_affected).count().saturating_sub(1);
    let (units, wait) = (count(n_waiting, "unit"), if n_waiting == 1 { "waits" } else { "wait" });
    let next = evidence.build.unit(next).label();
    let until = match step.until {
        Wait::Metadata => "starts when its front end is over",
        Wait::End => "starts when all of it is done",
    };
    format!("{units} {wait} for it, directly or not; on the longest chain the next one, {next}, {until}")
}

fn rebuild(cost: &EditCost) -> String {
    let all = seconds(cost.unit_s.unwrap_or(0.0));
    let often =
        cost.commits.map(|n| format!("; {} touched it lately", count(n as usize, "commit"))).unwrap_or_default();
    format!(
        "an edit of it builds {} anew in {all} of unit time, most of which is its own{often}",
        count(cost.packages.len(), "crate")
    )
}

fn locations(evidence: Evidence<'_>, unit: &Unit) -> Vec<Location> {
    member(evidence, &unit.package).and_then(|idx| manifest(evidence, idx)).into_iter().collect()
}
