//! A build of thousands of units, with everything that a page can show of it.

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk::model::{
    Build, CpuSample, CpuTime, Edge, Jobs, JobsBasis, Mode, PackageSource, PhaseCpu, Source, Surroundings, TargetKind,
    Unit, UnitIdx,
};
use brisk::outlook::{Outlook, Scenario, ScenarioKind};
use brisk::overview::{Combination, Overview, Prospects, Switch, Switchboard};
use brisk::simulate::what_if::{Base, Baseline, Hypothesis, Range, Supposition};

use super::aimds::STARTED_AT;
use super::overview::unused;
use super::{main_session, timing, unit, workspace};

/// Jobs of the build, and seconds from one start to the next.
const JOBS: u32 = 8;
const STEP_S: f64 = 0.137;
/// Findings, and switches of some of them.
const N_FINDINGS: usize = 250;
const N_SWITCHES: usize = 6;

/// A recorded build of so many units of a workspace with 26 members.
pub(crate) fn large(n_units: u32) -> Overview {
    let names: Vec<String> = (0..26).map(|i| format!("member-{i}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut analysis = Analysis::of(workspace(&members), build(n_units), Surroundings::default(), Vec::new());
    analysis.findings = (0..N_FINDINGS).map(finding).collect();
    let prospects = prospects(&analysis);
    Overview { run: Some("20261121T080919Z-2aa664".to_owned()), prospects: Some(prospects), trend: None, analysis }
}

fn build(n_units: u32) -> Build {
    let units: Vec<Unit> = (0..n_units).map(nth).collect();
    let edges = (1..n_units).flat_map(|dependent| {
        let needed = [dependent / 2, dependent * 3 / 4, dependent.saturating_sub(7)];
        needed.map(|dependency| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) })
    });
    let wall_s = f64::from(n_units) * STEP_S + 2.0;
    let samples = (1..4000).map(|i| CpuSample { at_s: wall_s * f64::from(i) / 4000.0, busy: f64::from(i % 8) });
    Build {
        command: Some(vec!["build".into(), "--workspace".into(), "--all-targets".into()]),
        profile: Some("dev".into()),
        started_at: Some(STARTED_AT),
        wall_s: Some(wall_s),
        command_span_s: Some((-0.5, wall_s + 0.2)),
        cpu: Some(CpuTime { user_s: wall_s * 6.0, sys_s: wall_s }),
        jobs: Some(Jobs { n: JOBS, basis: JobsBasis::Recorded }),
        foreign_cpu: Some(0.01),
        edges: edges.collect(),
        sessions: vec![main_session(STARTED_AT, wall_s, units.len())],
        cpu_samples: samples.collect(),
        units,
        ..Build::empty(Source::Capture)
    }
    .checked()
}

/// Most are libraries of the registry; every fifth is a build script or its run.
fn nth(i: u32) -> Unit {
    let (kind, mode) = match i % 10 {
        4 => (TargetKind::BuildScript, Mode::Build),
        9 => (TargetKind::BuildScript, Mode::RunBuildScript),
        7 => (TargetKind::ProcMacro, Mode::Build),
        _ => (TargetKind::Lib, Mode::Build),
    };
    let version = format!("{}.{}.{}", i % 3, i % 17, i % 101);
    // Two of thirty have the name of another one.
    let name = if i % 30 < 3 { i / 30 * 30 } else { i };
    let mut unit = unit(&format!("package-with-a-name-{name}"), &version, kind, mode);
    if i.is_multiple_of(80) {
        (unit.package.name, unit.package.source) = (format!("member-{}", i / 80), PackageSource::Member);
    }
    let start_s = f64::from(i) * STEP_S;
    let length_s = 0.2 + f64::from(i * 7919 % 1000) / 500.0;
    unit.timing = Some(timing(start_s, Some(start_s + length_s * 0.6), start_s + length_s));
    unit.cpu = Some(CpuTime { user_s: length_s * 0.9, sys_s: length_s * 0.05 });
    unit.phase_cpu = PhaseCpu { front_s: Some(length_s * 0.55), back_s: Some(length_s * 0.4), link_s: None };
    unit.features = (0..i % 6).map(|n| format!("feature-{n}")).collect();
    unit.max_rss_bytes = Some(u64::from(i) * 123_457 + 30_000_000);
    unit.outputs.bytes = Some(u64::from(i) * 54_321 + 1_000);
    unit
}

fn finding(i: usize) -> Finding {
    let name = format!("package-with-a-name-{i}");
    Finding {
        evidence: (0..4)
            .map(|n| format!("{name} is asked for by another package, in the {n}th place of all"))
            .collect(),
        caveats: vec!["the dependency is declared for what it does and not for a name in it".to_owned()],
        command: Some(format!("cargo remove --package member-1 {name}")),
        cuts: Vec::new(),
        ..unused(&name, u32::try_from(i).ok())
    }
}

/// As if every finding had been played out; each combination is the same schedule, a little shorter.
fn prospects(analysis: &Analysis) -> Prospects {
    let base = Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace };
    let baseline = Baseline::of(base);
    let fewer_jobs = Supposition::of(vec![Hypothesis::Jobs(JOBS / 2)]);
    let prediction = baseline.predict(base, "with fewer jobs".to_owned(), &fewer_jobs).expect("possible");
    let scenario = |finding: &Finding| {
        let kind = ScenarioKind::Finding(finding.key.clone());
        Scenario { kind, prediction: prediction.clone() }
    };
    let scenarios = analysis.findings.iter().take(60).map(scenario).collect();
    let combination = |mask: u32| {
        let left = 1.0 - f64::from(mask.count_ones()) * 0.05;
        let mut spans = baseline.schedule.spans.clone();
        for span in spans.iter_mut().flatten() {
            (span.start_s, span.front_end_s, span.end_s) =
                (span.start_s * left, span.front_end_s * left, span.end_s * left);
        }
        let around = |mid: f64| Range::around(mid * left, mid * 0.05, mid * 0.05);
        Combination { wall_s: around(baseline.wall_s), cpu_s: around(baseline.cpu_s), spans }
    };
    let switch = |finding: &Finding| Switch { key: finding.key.clone(), title: finding.title.clone() };
    let switchboard = Switchboard {
        switches: analysis.findings.iter().take(N_SWITCHES).map(switch).collect(),
        combinations: (0..1 << N_SWITCHES).map(combination).collect(),
    };
    let run = "20261121T080919Z-2aa664".to_owned();
    let outlook = Outlook::of(run, analysis.build.clone(), baseline, scenarios, Vec::new());
    Prospects { outlook, switchboard }
}
