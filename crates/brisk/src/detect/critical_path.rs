//! `critical-path`: the chain of units that no number of jobs makes shorter.

use std::collections::BTreeSet;

use super::declared::{declarations_of, inverted_tree};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, count, seconds};
use crate::model::{Confidence, JobsBasis, PackageSource, Status, Summary, Unit, UnitIdx, Wait};
use crate::simulate::{CriticalPath, Limits, Step};

pub(super) const DETECTOR: Detector = Detector {
    id: "critical-path",
    group: Group::TimeLine,
    claim: "a chain of units that wait for each other bounds the build, and not the work",
    measures: "the longest chain in the unit graph against all work shared by the jobs, both at the durations that the \
               units had: no schedule is faster than the larger of the two; the price is the part of the chain that lies \
               over the work per job with the jobs of this build, and nothing where the work bounds it",
    why: "more jobs, and less work beside the chain, do not make such a build faster; and as long as the work bounds it, \
          a shorter chain does not either",
    cure: "make the largest units of the chain smaller or take them off it: fewer features, a lighter package, a build \
           script or procedural macro less; in your own crates, let what is needed early not depend on what is slow, so \
           that units wait for less",
    wrong_when: "with more jobs the code generation of a unit on the chain is itself spread over more of them (its front \
                 end is not), so that the chain is somewhat shorter than it was here",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_FACTOR],
    find,
};

/// Nobody waits long for a shorter chain.
const LEAST_S: Threshold =
    Threshold { name: "critical-path.least-seconds", default: 5.0, about: "seconds on the critical path" };
/// Where path and work are nearly alike, which of them is longer is a matter of chance: two builds of the same sources
/// differ by as much.
const LEAST_FACTOR: Threshold = Threshold {
    name: "critical-path.least-factor",
    default: 1.2,
    about: "times the work per job that the path must be, with the jobs of this build, or 8, or 16",
};
/// Numbers of jobs that are looked at beside that of the build: those of common machines.
const OTHER_JOBS: [u32; 2] = [8, 16];
/// Units that are named.
const NAMED: usize = 3;
/// From this share of the bound on, waiting for the path is a good part of the build.
const MAJOR_SHARE: f64 = 0.25;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let relevant = limits(evidence).filter(|limits| limits.path_s >= evidence.limit(&LEAST_S));
    let relevant = relevant.filter(|limits| jobs(evidence).into_iter().any(|n| matters(evidence, limits, n)));
    relevant.map(|limits| finding(evidence, limits)).into_iter().collect()
}

/// Path and work, both in the durations of units: on a machine that does other things as well these are longer, but by the
/// same factor, which CPU seconds are not.
fn limits(evidence: Evidence<'_>) -> Option<Limits> {
    let summary = Summary { unit_cpu_s: None, ..Summary::of(evidence.build) };
    Limits::of(&summary, evidence.critical_path)
}

/// Whether the path clearly bounds the build with so many jobs.
fn matters(evidence: Evidence<'_>, limits: &Limits, jobs: u32) -> bool {
    limits.path_s >= evidence.limit(&LEAST_FACTOR) * limits.work_per_job_s(jobs)
}

/// Whether the path clearly bounds the build with its own number of jobs, or with one that is common.
pub(super) fn matters_somewhere(evidence: Evidence<'_>) -> bool {
    limits(evidence).is_some_and(|limits| jobs(evidence).into_iter().any(|n| matters(evidence, &limits, n)))
}

/// The numbers of jobs that are looked at.
fn jobs(evidence: Evidence<'_>) -> BTreeSet<u32> {
    evidence.build.jobs.map(|jobs| jobs.n).into_iter().chain(OTHER_JOBS).collect()
}

fn finding(evidence: Evidence<'_>, limits: Limits) -> Finding {
    let here = evidence.build.jobs.map(|jobs| jobs.n);
    let over_s = here.map(|n| (limits.path_s - limits.work_per_job_s(n)).max(0.0));
    let steps = largest(evidence);
    let severity = match over_s.unwrap_or(0.0) / limits.path_s {
        share if share >= MAJOR_SHARE => Severity::Major,
        share if share > 0.0 => Severity::Minor,
        _ => Severity::Note,
    };
    Finding {
        severity,
        cost: Cost { seconds: over_s, ..Cost::default() },
        seconds_of: "wall time",
        effort: Effort::Large,
        risk: Risk::Medium,
        evidence: [
            vec![bounds(evidence, limits)],
            steps.iter().map(|step| step_sentence(evidence, step)).collect(),
            [own_crates(evidence), untimed(evidence)].into_iter().flatten().collect(),
        ]
        .concat(),
        locations: locations(evidence, &steps),
        caveats: caveats(evidence),
        command: steps.first().and_then(|step| inverted_tree(evidence, step.unit)),
        ..Finding::of(&DETECTOR, "build".to_owned(), title(limits, here))
    }
}

fn title(limits: Limits, here: Option<u32>) -> String {
    let path = seconds(limits.path_s);
    let from = limits.path_bounds_from().map_or_else(String::new, |n| format!(" from {} on", jobs_in_words(n)));
    let Some(n) = here else { return format!("the longest chain bounds the build{from}: it takes at least {path}") };
    let (jobs, work) = (jobs_in_words(n), seconds(limits.work_per_job_s(n)));
    match limits.is_by_path(n) {
        true => format!("the build takes at least {path}, its longest chain, where the work over {jobs} takes {work}"),
        false => {
            format!("with {jobs} only the work counts ({work}); the longest chain, {path}, bounds the build{from}")
        }
    }
}

fn jobs_in_words(n: u32) -> String {
    count(n as usize, "job")
}

/// What bounds the build with each number of jobs.
fn bounds(evidence: Evidence<'_>, limits: Limits) -> String {
    let assumed = evidence.build.jobs.filter(|jobs| jobs.basis == JobsBasis::Assumed).map(|jobs| jobs.n);
    let number = |n: u32| if assumed == Some(n) { format!("{n} (assumed)") } else { n.to_string() };
    let work = |n: u32| seconds(limits.work_per_job_s(n));
    let (by_path, by_work): (Vec<u32>, Vec<u32>) = jobs(evidence).into_iter().partition(|n| limits.is_by_path(*n));
    let by_work = by_work.into_iter().map(|n| format!("on {} jobs at least {}, by the work", number(n), work(n)));
    let numbers: Vec<String> = by_path.iter().map(|&n| number(n)).collect();
    let alone: Vec<String> = by_path.iter().map(|&n| work(n)).collect();
    let by_path = (!by_path.is_empty()).then(|| {
        let path = seconds(limits.path_s);
        let (numbers, alone) = (numbers.join(", "), alone.join(", "));
        format!("on {numbers} jobs at least {path}, by the chain (the work alone: {alone})")
    });
    let all: Vec<String> = by_work.chain(by_path).collect();
    format!("{}; the work is {} of unit time", all.join("; "), seconds(limits.work_s))
}

/// The steps with the most time on the path, largest first.
fn largest(evidence: Evidence<'_>) -> Vec<Step> {
    let mut steps = evidence.critical_path.steps.clone();
    steps.retain(|step| step.on_path_s > 0.0);
    steps.sort_by(|a, b| b.on_path_s.total_cmp(&a.on_path_s).then(a.unit.cmp(&b.unit)));
    steps.truncate(NAMED);
    steps
}

/// `nalgebra v0.33.3 (front end) is 6.10 s of it (41 %); if it took no time, the longest chain would still take 10.2 s`
fn step_sentence(evidence: Evidence<'_>, step: &Step) -> String {
    let Evidence { build, graph, critical_path, .. } = evidence;
    let without = CriticalPath::counting(build, graph, |idx| idx != step.unit).length_s;
    let percent = 100.0 * step.on_path_s / critical_path.length_s;
    let name = name(evidence, step.unit);
    let part = if step.until == Wait::Metadata { ", up to its metadata," } else { "" };
    format!(
        "{name}{part} is {} of it ({percent:.0} %); if it took no time, the longest chain would still take {}",
        seconds(step.on_path_s),
        seconds(without)
    )
}

/// Its label, with the version where it is not a member.
fn name(evidence: Evidence<'_>, idx: UnitIdx) -> String {
    let unit = evidence.build.unit(idx);
    match (&unit.package.version, &unit.package.source) {
        (_, PackageSource::Member) | (None, _) => unit.label(),
        (Some(version), _) => {
            unit.label().replacen(&unit.package.name, &format!("{} v{version}", unit.package.name), 1)
        }
    }
}

fn own_steps(evidence: Evidence<'_>) -> impl Iterator<Item = &Step> {
    let is_own = move |step: &&Step| evidence.build.unit(step.unit).package.source == PackageSource::Member;
    evidence.critical_path.steps.iter().filter(is_own)
}

/// What of the path is the members' own.
fn own_crates(evidence: Evidence<'_>) -> Option<String> {
    evidence.workspace.known_members()?;
    let mut own: Vec<&Step> = own_steps(evidence).filter(|step| step.on_path_s > 0.0).collect();
    own.sort_by(|a, b| b.on_path_s.total_cmp(&a.on_path_s).then(a.unit.cmp(&b.unit)));
    let total_s: f64 = own.iter().map(|step| step.on_path_s).sum();
    if own.is_empty() {
        return Some("none of it is a crate of the workspace".to_owned());
    }
    let named = own.iter().take(NAMED).map(|step| format!("{} {}", name(evidence, step.unit), seconds(step.on_path_s)));
    let mut named: Vec<String> = named.collect();
    if own.len() > NAMED {
        named.push(format!("{} more", own.len() - NAMED));
    }
    Some(format!("crates of the workspace are {} of it: {}", seconds(total_s), named.join(", ")))
}

/// How many units may be longer than they are counted.
fn untimed(evidence: Evidence<'_>) -> Option<String> {
    let has_none = |unit: &&Unit| match unit.timing {
        Some(timing) => timing.confidence == Confidence::Doubtful,
        None => unit.status != Status::Fresh,
    };
    let n = evidence.build.units.iter().filter(has_none).count();
    (n > 0).then(|| format!("{} without a time to rely on counted as nothing", count(n, "unit")))
}

/// Manifests of the members on the path, and where its largest unit of others comes from.
fn locations(evidence: Evidence<'_>, largest: &[Step]) -> Vec<Location> {
    let own = own_steps(evidence).map(|step| step.unit);
    let units = own.chain(largest.first().map(|step| step.unit));
    let mut places: Vec<Location> = units.flat_map(|unit| declarations_of(evidence, unit)).collect();
    places.sort();
    places.dedup();
    places
}

fn caveats(evidence: Evidence<'_>) -> Vec<String> {
    let edges = "the source of this build does not tell of every unit what that waits for: the chain may be longer";
    let mut caveats = super::words::caveats(&DETECTOR, evidence);
    caveats.extend((!evidence.build.source.tells_all_edges()).then(|| edges.to_owned()));
    caveats
}
