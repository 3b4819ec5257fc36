//! What reports show.

use brisk::analysis::Analysis;
use brisk::detect::{Basis, Cost, CpuGain, Effort, Finding, Gain, Location, Risk, Severity};
use brisk::model::{Cut, UnitIdx};
use brisk::overview::{BuildsPerDay, Overview, Prospects, Trend, TrendPoint};
use brisk::simulate::what_if::{Base, Baseline};

use super::aimds::STARTED_AT;
use super::outlook::small;

/// The build of three units with a finding that takes one of them out, and twenty such builds of which the last ten take less.
pub(crate) fn overview() -> Overview {
    let mut analysis = small();
    analysis.findings = vec![unused("log", Some(7)), costly("zlib|<b>")];
    let prospects = prospects(&analysis);
    Overview { run: Some(RUN.to_owned()), prospects: Some(prospects), trend: trend(), analysis }
}

const RUN: &str = "20261121T080919Z-2aa664";

fn prospects(analysis: &Analysis) -> Prospects {
    let base = Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace };
    Prospects::of(RUN.to_owned(), base, Baseline::of(base), analysis, Vec::new())
}

fn trend() -> Option<Trend> {
    let point = |i: u32| {
        let cpu_s = if i < 10 { 10.0 } else { 7.0 } + f64::from(i % 3) / 10.0;
        let at = STARTED_AT - f64::from(20 - i) * 3600.0;
        TrendPoint {
            run: format!("run-{i}"),
            at,
            wall_s: Some(cpu_s),
            cpu_s: Some(cpu_s),
            units: 3,
            is_quiet: i.is_multiple_of(2),
        }
    };
    let builds_per_day = BuildsPerDay::of(&[STARTED_AT - 86_400.0, STARTED_AT], STARTED_AT);
    Trend::of("cargo build".to_owned(), (0..20).map(point).collect(), builds_per_day)
}

/// `app` needs the package of unit 0 no more.
pub(crate) fn unused(name: &str, line: Option<u32>) -> Finding {
    Finding {
        id: "unused-dependency",
        key: format!("unused-dependency:app:{name}"),
        title: format!("app uses nothing of {name}"),
        subject: name.to_owned(),
        severity: Severity::Major,
        cost: Cost { seconds: Some(2.0), cpu_seconds: Some(2.0), bytes: Some(3 << 20) },
        seconds_of: "unit time",
        gain: Gain {
            low_s: Some(1.5),
            high_s: Some(2.0),
            cpu: Some(CpuGain { low_s: 2.0, high_s: 2.0, basis: Basis::Measured }),
            bytes: None,
            basis: Basis::Simulated,
        },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: Vec::new(),
        locations: vec![Location { file: "app/Cargo.toml".to_owned(), line }],
        caveats: Vec::new(),
        command: None,
        cure: Vec::new(),
        cuts: vec![Cut { dependent: UnitIdx(2), dependency: UnitIdx(0), instead: None }],
        overlaps: Vec::new(),
    }
}

/// One without a price and a place.
pub(crate) fn costly(name: &str) -> Finding {
    Finding {
        id: "slow-build-script",
        key: format!("slow-build-script:{name}"),
        title: format!("the build script of {name} takes long"),
        severity: Severity::Note,
        cost: Cost::default(),
        gain: Gain::UNKNOWN,
        locations: Vec::new(),
        cuts: Vec::new(),
        ..unused(name, None)
    }
}
