//! `slow-build-script`: a build script that runs for long.

use super::declared::{declarations_of, inverted_tree, root_file};
use super::price::{Price, severity};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Threshold, count, seconds};
use crate::model::{Cut, Mode, Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "slow-build-script",
    group: Group::TimeLine,
    claim: "a build script runs for a second or more",
    measures: "the time of the script's run, and beside it what it costs to compile the script with all that only it needs",
    why: "what depends on the package waits until its script is done; scripts that compile C code or generate bindings do \
          what a system library or committed output would save",
    cure: "link a library of the system or a prebuilt one where the package offers a feature for it, or choose features \
           that need no script; for a script of your own: generate once and commit the output, or do less",
    wrong_when: "the script runs beside other work that takes longer anyway, or its output differs on every machine",
    unpriced: None,
    thresholds: &[LEAST_S],
    find,
};

/// Shorter runs are not worth anybody's time: most scripts only ask rustc for its version, in about 0.1 s.
const LEAST_S: Threshold =
    Threshold { name: "slow-build-script.least-seconds", default: 1.0, about: "seconds of unit time" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let runs = evidence.build.iter_units().filter(|(_, unit)| unit.mode == Mode::RunBuildScript);
    let slow = runs.filter_map(|(idx, unit)| Some((idx, unit, unit.trusted_duration_s()?)));
    slow.filter(|(.., run_s)| *run_s >= evidence.limit(&LEAST_S))
        .map(|(idx, unit, run_s)| finding(evidence, idx, unit, run_s))
        .collect()
}

fn finding(evidence: Evidence<'_>, idx: UnitIdx, unit: &Unit, run_s: f64) -> Finding {
    let subject = super::subject(evidence, idx);
    let title = format!("the build script of {} runs for {}", unit.package, seconds(run_s));
    Finding {
        severity: severity(evidence, run_s),
        cost: Price::of(evidence, vec![idx]).cost(),
        effort: Effort::Medium,
        risk: Risk::Medium,
        evidence: [compiling(evidence, idx), super::on_critical_path(evidence, idx), super::needed_by(evidence, idx)]
            .into_iter()
            .flatten()
            .collect(),
        locations: match root_file(evidence, idx) {
            Some(file) => vec![file],
            None => declarations_of(evidence, idx),
        },
        command: inverted_tree(evidence, idx),
        cuts: Cut::all_to(evidence.graph, idx, None),
        ..Finding::of(&DETECTOR, subject, title)
    }
}

/// What it costs to have the script at all.
fn compiling(evidence: Evidence<'_>, run: UnitIdx) -> Option<String> {
    let own = &evidence.build.unit(run).package;
    let scripts = evidence.graph.dependencies(run).iter().copied();
    let script: Vec<UnitIdx> = scripts
        .filter(|&idx| {
            let unit = evidence.build.unit(idx);
            unit.package == *own && unit.mode == Mode::Build
        })
        .collect();
    if script.is_empty() {
        return None;
    }
    let gone = Price::when_removed(evidence, &[script, vec![run]].concat()).units;
    let price = Price::of(evidence, gone.into_iter().filter(|idx| *idx != run).collect());
    let unit_s = price.unit_s?;
    let (units, are) = match price.units.len() {
        1 => ("1 unit".to_owned(), "is"),
        n => (count(n, "unit"), "are"),
    };
    Some(format!("before it runs, {units} that only it needs {are} compiled in {} of unit time", seconds(unit_s)))
}
