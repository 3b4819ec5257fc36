//! What could become of builds.

use brisk::analysis::Analysis;
use brisk::model::{CpuTime, Graph, Jobs, JobsBasis, PackageSource, Source, TargetKind, Timing};
use brisk::outlook::{self, Outlook, Scenario};
use brisk::simulate::what_if::{Base, Baseline, Hypothesis, Impossible, PackageSpec, Range, Supposition};
use proptest::option::of;
use proptest::prelude::*;

use super::aimds::{STARTED_AT, aimds};
use super::{analysis, arbitrary_analysis, build, lib, timing};

/// The build of AIMDS as if it had been recorded: rustc computed for 19 of 20 seconds.
pub(crate) fn recorded_aimds() -> Analysis {
    let analysis = aimds();
    let mut build = analysis.build;
    build.source = Source::Capture;
    build.machine.cores = Some(2);
    build.foreign_cpu = Some(0.03);
    for unit in &mut build.units {
        unit.cpu = unit.duration_s().map(|duration_s| CpuTime { user_s: duration_s * 0.95, sys_s: 0.0 });
    }
    Analysis::of(analysis.workspace, build, analysis.surroundings, Vec::new())
}

/// What becomes of it if `hypotheses` hold; of its findings, where there are none.
pub(crate) fn outlook(analysis: &Analysis, hypotheses: Vec<Hypothesis>) -> Outlook {
    try_outlook(analysis, hypotheses).expect("possible")
}

/// The same of what may be impossible.
pub(crate) fn try_outlook(analysis: &Analysis, hypotheses: Vec<Hypothesis>) -> Result<Outlook, Impossible> {
    let graph = Graph::of(&analysis.build);
    let base = Base { build: &analysis.build, graph: &graph, workspace: &analysis.workspace };
    let baseline = Baseline::of(base);
    let scenarios: Vec<Scenario> = match hypotheses.is_empty() {
        true => outlook::of_findings(analysis, base, &baseline),
        false => outlook::asked(base, &baseline, &Supposition::of(hypotheses))?,
    };
    let run = "20261121T080919Z-2aa664".to_owned();
    Ok(Outlook { build: analysis.build.clone(), run, baseline, scenarios, problems: analysis.problems.clone() })
}

/// A recorded build of three units, in which the program needs both libraries.
pub(crate) fn small() -> Analysis {
    let mut app = lib("app", "0.1.0", Timing { link_s: Some((6.5, 7.0)), ..timing(4.0, Some(6.0), 7.0) });
    (app.target.kind, app.package.source) = (TargetKind::Bin, PackageSource::Member);
    let units =
        vec![lib("log", "0.4.28", timing(0.0, Some(1.0), 2.0)), lib("zlib", "1.3.1", timing(2.0, Some(3.0), 4.0)), app];
    let mut build = build(units, &[(2, 0), (2, 1)]);
    build.source = Source::Capture;
    build.command = Some(vec!["build".into()]);
    build.started_at = Some(STARTED_AT);
    build.profile = Some("dev".into());
    build.jobs = Some(Jobs { n: 1, basis: JobsBasis::Recorded });
    build.machine.cores = Some(1);
    build.foreign_cpu = Some(0.01);
    for unit in &mut build.units {
        unit.cpu = unit.duration_s().map(|duration_s| CpuTime { user_s: duration_s, sys_s: 0.0 });
    }
    analysis(build)
}

/// `app` no longer needs `log`.
pub(crate) fn without_log() -> Hypothesis {
    Hypothesis::Cut(package("app"), package("log"))
}

/// `name` or `name@version`
pub(crate) fn package(text: &str) -> PackageSpec {
    PackageSpec::parse(text)
}

/// What may become of any build, with numbers in it that no simulation gives.
pub(crate) fn arbitrary_outlook() -> impl Strategy<Value = Outlook> {
    let asked = (any::<bool>(), 1_u32..20, any::<bool>());
    let delta = of((any::<f64>(), any::<f64>(), any::<f64>()));
    (arbitrary_analysis(), asked, delta, any::<String>()).prop_map(
        |(analysis, (is_asked, jobs, is_split), delta, text)| {
            let first = analysis.build.units.first().map(|unit| package(&unit.package.name));
            let change =
                first.map(|first| if is_split { Hypothesis::Split(first, 3) } else { Hypothesis::Free(first) });
            let hypotheses = change.into_iter().chain([Hypothesis::Jobs(jobs)]).filter(|_| is_asked).collect();
            let outlook = try_outlook(&analysis, hypotheses);
            let mut outlook = outlook.unwrap_or_else(|_| outlook_of_jobs(&analysis, jobs));
            if let (Some(scenario), Some((low, mid, high))) = (outlook.scenarios.first_mut(), delta) {
                scenario.prediction.wall_delta = Range { low, mid, high };
                scenario.prediction.wall_s = Range { low: high, mid: low, high: mid };
                scenario.prediction.caveats.push(text.clone());
                scenario.prediction.name = text;
            }
            outlook
        },
    )
}

fn outlook_of_jobs(analysis: &Analysis, jobs: u32) -> Outlook {
    outlook(analysis, vec![Hypothesis::Jobs(jobs)])
}
