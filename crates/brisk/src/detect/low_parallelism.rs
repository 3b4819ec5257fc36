//! `low-parallelism`: stretches of the build with fewer units at work than jobs.

use super::declared::{declarations_of, inverted_tree};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, count, seconds};
use crate::model::{Build, Confidence, JobsBasis, SessionIdx, Unit, UnitIdx};
use crate::simulate::{Parallelism, Stretch, idle_stretches};

pub(super) const DETECTOR: Detector = Detector {
    id: "low-parallelism",
    group: Group::TimeLine,
    claim: "for a good part of the build fewer units are at work than there are jobs",
    measures: "job-seconds without a unit in the last whole build, where none of the units at work generates code or may \
               (rustc spreads that over free jobs; of executables only a recorded build tells the phases); the price is \
               those of all stretches of 0.1 s and more in which processors were free, as far as that was watched",
    why: "a unit can only start when all that it needs is there: while all the rest waits for one unit, the other \
          jobs have nothing to do, and more processors do not help",
    cure: "make the unit that all wait for smaller, or let fewer units depend on it; split what waits, so that parts which \
           do not need it can be built meanwhile",
    wrong_when: "what was alone is a build script that itself uses several processors; or memory, and not what waits for \
                 what, limits how much can run at a time",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_SHARE],
    find,
};

/// Below this, or below that share of what all jobs could have done, the processors had enough to do.
const LEAST_S: Threshold =
    Threshold { name: "low-parallelism.least-seconds", default: 4.0, about: "job-seconds without a unit" };
const LEAST_SHARE: Threshold = Threshold {
    name: "low-parallelism.least-share",
    default: 0.1,
    about: "share of the job-seconds of the whole build that are without a unit",
};
/// Shorter ones are what Cargo takes to start units (6 to 8 ms each), and chance.
const LEAST_STRETCH_S: f64 = 0.1;
/// From this many busy processors for each job on, by whatever programs, another unit would not have helped.
const BUSY: f64 = 0.9;
/// Stretches that are named.
const NAMED: usize = 4;
/// File times are off by some milliseconds, so that a unit may seem to start before the one whose job it took has ended.
const MOST_BEYOND: f64 = 0.02;
/// From this share of all job-seconds on, it is a good part of the build.
const MAJOR_SHARE: f64 = 0.25;

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(scene) = Scene::of(evidence.build) else { return Vec::new() };
    let idle_s = scene.idle_s();
    let is_much = idle_s >= evidence.limit(&LEAST_S) && idle_s >= evidence.limit(&LEAST_SHARE) * scene.capacity_s();
    if is_much { vec![finding(evidence, &scene)] } else { Vec::new() }
}

/// The main session, where it is whole and its number of jobs is known.
struct Scene {
    jobs: u32,
    basis: JobsBasis,
    wall_s: f64,
    stretches: Vec<Stretch>,
}

impl Scene {
    fn of(build: &Build) -> Option<Self> {
        let (jobs, wall_s) = (build.jobs?, build.wall_s?);
        let parallelism = Parallelism::of(build);
        let fits = match jobs.basis {
            JobsBasis::Recorded => true,
            // With fewer jobs than are assumed, all of the build would seem idle.
            JobsBasis::Assumed => parallelism.max >= jobs.n && beyond_s(&parallelism, jobs.n) <= MOST_BEYOND * wall_s,
        };
        let mut stretches = idle_stretches(build, jobs.n);
        let is_used = |stretch: &Stretch| busy(build, stretch).is_some_and(|busy| busy >= BUSY * f64::from(jobs.n));
        stretches.retain(|stretch| stretch.length_s() >= LEAST_STRETCH_S && !is_used(stretch));
        stretches.sort_by(|a, b| b.idle_s.total_cmp(&a.idle_s));
        let scene = Self { jobs: jobs.n, basis: jobs.basis, wall_s, stretches };
        (fits && is_whole(build)).then_some(scene)
    }

    fn idle_s(&self) -> f64 {
        self.stretches.iter().map(|stretch| stretch.idle_s).sum()
    }

    fn capacity_s(&self) -> f64 {
        f64::from(self.jobs) * self.wall_s
    }
}

/// Seconds in which more units were at work than that.
fn beyond_s(parallelism: &Parallelism, jobs: u32) -> f64 {
    let pairs = parallelism.steps.windows(2).filter(|pair| pair[0].1 > jobs);
    pairs.map(|pair| pair[1].0 - pair[0].0).sum()
}

/// Whether everything that was at work in the main session is known: no time is doubtful, nothing broke off, and no unit
/// has been built again since, which would hide that it was built then.
fn is_whole(build: &Build) -> bool {
    let started_at = |session: SessionIdx| build.sessions.get(session.0 as usize).map(|session| session.started_at);
    let main = started_at(SessionIdx(0));
    let is_known = |unit: &Unit| match unit.timing {
        None => unit.unfinished_since_s.is_none(),
        Some(timing) if timing.confidence == Confidence::Doubtful => false,
        Some(timing) => timing.session == SessionIdx(0) || started_at(timing.session) < main,
    };
    build.units.iter().all(is_known)
}

fn finding(evidence: Evidence<'_>, scene: &Scene) -> Finding {
    let (idle_s, length_s) = (scene.idle_s(), scene.stretches.iter().map(Stretch::length_s).sum::<f64>());
    let share = idle_s / scene.capacity_s();
    let main = scene.stretches.first().and_then(|stretch| at_work(evidence, stretch)).map(|(idx, _)| idx);
    let jobs = count(scene.jobs as usize, "job");
    let percent = 100.0 * length_s / scene.wall_s;
    let wall = seconds(scene.wall_s);
    let title = format!("for {} of {wall} ({percent:.0} %) fewer units than {jobs} are at work", seconds(length_s));
    let basis = if scene.basis == JobsBasis::Assumed { " (assumed, and reached)" } else { "" };
    let summary = format!(
        "{} of the {} that {jobs}{basis} offer are without a unit ({:.0} %)",
        job_seconds(idle_s),
        job_seconds(scene.capacity_s()),
        100.0 * share
    );
    Finding {
        severity: if share >= MAJOR_SHARE { Severity::Major } else { Severity::Minor },
        cost: Cost { seconds: Some(idle_s), ..Cost::default() },
        seconds_of: "idle job time",
        effort: Effort::Large,
        risk: Risk::Medium,
        evidence: [vec![summary], scene.stretches.iter().take(NAMED).map(|s| sentence(evidence, s)).collect()].concat(),
        locations: main.map(|idx| declarations_of(evidence, idx)).unwrap_or_default(),
        command: main.and_then(|idx| inverted_tree(evidence, idx)),
        caveats: super::words::caveats(&DETECTOR, evidence),
        ..Finding::of(&DETECTOR, "build".to_owned(), title)
    }
}

/// `12.5 job-seconds`
fn job_seconds(s: f64) -> String {
    seconds(s).replace(" s", " job-seconds")
}

/// The unit of the main session that was at work for most of the stretch, and for how long.
fn at_work(evidence: Evidence<'_>, stretch: &Stretch) -> Option<(UnitIdx, f64)> {
    let Evidence { build, .. } = evidence;
    let units = build.iter_units().filter(|(_, unit)| build.in_main_session(unit));
    let overlap_s = |unit: &Unit| {
        let timing = unit.timing?;
        Some(timing.end_s.min(stretch.to_s) - timing.start_s.max(stretch.from_s)).filter(|s| *s > 0.0)
    };
    units.filter_map(|(idx, unit)| Some((idx, overlap_s(unit)?))).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// `5.67 s from 17.2 s on: syn is at work in 5.67 s of it; 12 units wait for it, directly or not`
fn sentence(evidence: Evidence<'_>, stretch: &Stretch) -> String {
    let when = format!("{} from {} on", seconds(stretch.length_s()), seconds(stretch.from_s.max(0.0)));
    let Some((idx, overlap_s)) = at_work(evidence, stretch) else { return when };
    let unit = evidence.build.unit(idx);
    let affected = evidence.graph.affected([idx]);
    let waiting = evidence
        .build
        .iter_units()
        .filter(|(other, unit)| *other != idx && affected[other.index()] && evidence.build.in_main_session(unit));
    let n_waiting = waiting.count();
    let waits = match (n_waiting, evidence.build.source.tells_all_edges()) {
        (_, false) => String::new(),
        (0, true) => "; nothing waits for it".to_owned(),
        (1, true) => "; 1 unit waits for it, directly or not".to_owned(),
        (n, true) => format!("; {n} units wait for it, directly or not"),
    };
    let busy = busy(evidence.build, stretch).map_or_else(String::new, |busy| {
        format!("; {busy:.1} processors are busy meanwhile, all programs of the machine together")
    });
    format!("{when}: {} is at work in {} of it{waits}{busy}", unit.label(), seconds(overlap_s))
}

/// Busy processors in the stretch, on average, where they were watched.
fn busy(build: &Build, stretch: &Stretch) -> Option<f64> {
    let samples = build.cpu_samples.iter().filter(|sample| (stretch.from_s..=stretch.to_s).contains(&sample.at_s));
    let busy: Vec<f64> = samples.map(|sample| sample.busy).collect();
    (!busy.is_empty()).then(|| busy.iter().sum::<f64>() / busy.len() as f64)
}
