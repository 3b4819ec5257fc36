//! What could become of the build.

use brisk::outlook::{Outlook, Scenario, ScenarioKind};
use brisk::simulate::CostBasis;
use brisk::simulate::what_if::{Baseline, Range};
use serde::Serialize;

use super::strings::{Strings, Text};
use crate::json::number::{ratio, seconds};

/// Low end, middle, high end.
pub(super) type Three = [Option<f64>; 3];

/// The recorded build, played out, and what changes would bring.
#[derive(Debug, Serialize)]
pub(super) struct OutlookData<'a> {
    run: &'a str,
    jobs: u32,
    processors: u32,
    wall_s: Option<f64>,
    measured_wall_s: Option<f64>,
    bound_s: Option<f64>,
    foreign_cpu: Option<f64>,
    is_disturbed: bool,
    /// `cpu` or `unit-seconds`.
    cost_basis: &'static str,
    scenarios: Vec<ScenarioData>,
    problems: Vec<Text>,
}

#[derive(Debug, Serialize)]
struct ScenarioData {
    /// `asked`, `part`, `finding`, `cumulative`, `free`.
    kind: &'static str,
    name: Text,
    wall_s: Option<Three>,
    wall_delta: Option<Three>,
    cpu_delta: Option<Three>,
    basis: &'static str,
    n_removed: usize,
    is_unverified: bool,
    caveats: Vec<Text>,
}

impl<'a> OutlookData<'a> {
    pub(super) fn of(outlook: &'a Outlook, strings: &mut Strings) -> Self {
        let Outlook { build, run, baseline, scenarios, problems } = outlook;
        Self {
            run,
            jobs: baseline.host.jobs,
            processors: baseline.host.processors,
            wall_s: seconds(baseline.wall_s),
            measured_wall_s: baseline.measured_wall_s(build).and_then(seconds),
            bound_s: seconds(baseline.bound_s),
            foreign_cpu: baseline.foreign_cpu.and_then(ratio),
            is_disturbed: baseline.is_disturbed(),
            cost_basis: if counts_cpu(baseline) { "cpu" } else { "unit-seconds" },
            scenarios: scenarios.iter().map(|scenario| ScenarioData::of(baseline, scenario, strings)).collect(),
            problems: problems.iter().map(|problem| strings.of(&problem.what)).collect(),
        }
    }
}

impl ScenarioData {
    fn of(baseline: &Baseline, scenario: &Scenario, strings: &mut Strings) -> Self {
        let prediction = &scenario.prediction;
        Self {
            kind: match &scenario.kind {
                ScenarioKind::Asked => "asked",
                ScenarioKind::Part => "part",
                ScenarioKind::Finding(_) => "finding",
                ScenarioKind::Cumulative(_) => "cumulative",
                ScenarioKind::Free(_) => "free",
            },
            name: strings.of(&prediction.name),
            wall_s: three(prediction.wall_s),
            wall_delta: three(prediction.wall_delta),
            cpu_delta: Some(prediction.cpu_delta).filter(|_| counts_cpu(baseline)).and_then(three),
            basis: prediction.basis.as_str(),
            n_removed: prediction.removed.len(),
            is_unverified: prediction.is_unverified,
            caveats: strings.all(&prediction.caveats),
        }
    }
}

/// Whether its costs are CPU seconds: else nothing is said of CPU time.
pub(super) fn counts_cpu(baseline: &Baseline) -> bool {
    baseline.cost_basis == CostBasis::Cpu
}

/// All three, or none if one of them is no number.
pub(super) fn three(range: Range) -> Option<Three> {
    let three = [range.low, range.mid, range.high].map(seconds);
    three.iter().all(Option::is_some).then_some(three)
}
