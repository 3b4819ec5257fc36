//! A build as text, for snapshots.

use std::fmt::Write as _;

use brisk::model::{Build, Status, Timing, Unit};

/// The build's head, a line for each unit, and its problems.
pub(super) fn draw(build: &Build) -> String {
    let mut text = String::new();
    let jobs = build.jobs.map(|jobs| jobs.n);
    writeln!(text, "profile {:?}, jobs {jobs:?}, cores {:?}", build.profile, build.machine.cores).unwrap();
    writeln!(text, "{:?} on {:?}", build.machine.rustc, build.machine.host).unwrap();
    let [started_at, wall_s] = [build.started_at, build.wall_s].map(|s| s.map(|s| format!("{s:.3}")));
    writeln!(text, "started {started_at:?}, wall {wall_s:?}, command {:?}", build.command_span_s).unwrap();
    writeln!(text, "{:?}, {:?}", build.outcome, build.cpu_samples.iter().map(|s| (s.at_s, s.busy)).collect::<Vec<_>>())
        .unwrap();
    for (idx, unit) in build.iter_units() {
        let needs: Vec<u32> = build.edges.iter().filter(|e| e.dependent == idx).map(|e| e.dependency.0).collect();
        writeln!(text, "{} {}{}{} needs {needs:?}", idx.0, name(unit), status(unit), timing(unit)).unwrap();
    }
    for problem in &build.problems {
        writeln!(text, "! {}", problem.what).unwrap();
    }
    text
}

/// Its edges: dependent, dependency.
pub(super) fn edges(build: &Build) -> Vec<(u32, u32)> {
    build.edges.iter().map(|edge| (edge.dependent.0, edge.dependency.0)).collect()
}

/// What its problems say happened.
pub(super) fn told(build: &Build) -> Vec<&str> {
    build.problems.iter().map(|problem| problem.what.as_str()).collect()
}

fn name(unit: &Unit) -> String {
    let features = if unit.features.is_empty() { String::new() } else { format!(" +{}", unit.features.join(",")) };
    format!("{} {} `{}`{features}", unit.package, unit.target.kind.as_str(), unit.label())
}

fn status(unit: &Unit) -> String {
    match &unit.status {
        Status::Fresh => " fresh".to_owned(),
        Status::New => " new".to_owned(),
        Status::Unknown => String::new(),
        Status::Dirty(None) => " dirty".to_owned(),
        Status::Dirty(Some(reason)) => {
            let because_of = reason.because_of.map_or_else(String::new, |idx| format!(" by {}", idx.0));
            format!(" dirty ({}{because_of}: {})", reason.kind, reason.detail)
        }
    }
}

fn timing(unit: &Unit) -> String {
    let Some(Timing { start_s, rmeta_s, codegen_s, link_s, end_s, .. }) = unit.timing else { return String::new() };
    let mark = |name: &str, at: Option<f64>| at.map_or_else(String::new, |at| format!(" {name} {at:.2}"));
    let link = link_s.map_or_else(String::new, |(from, to)| format!(" link {from:.2}-{to:.2}"));
    format!(" {start_s:.2}{}{}{link} to {end_s:.2}", mark("rmeta", rmeta_s), mark("codegen", codegen_s))
}
