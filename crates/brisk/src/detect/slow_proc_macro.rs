//! `slow-proc-macro`: a procedural macro that is dear to build.

use super::declared::{declarations_of, inverted_tree};
use super::price::{Price, severity};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Threshold, seconds};
use crate::model::{Cut, Mode, TargetKind, Unit, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "slow-proc-macro",
    group: Group::TimeLine,
    claim: "a procedural macro is dear to build",
    measures: "the time of the macro's units and of all units that only it needs (often a version of `syn` of its own)",
    why: "a macro is compiled and linked before the first crate that uses it can start, and what it needs is built for the \
          host whatever the target",
    cure: "turn off the feature that brings the macro, write the few expansions by hand, use a `macro_rules` macro, or a \
           package that does the same without `syn`",
    wrong_when: "other packages need the same macro, or the macro saves more work than it costs",
    unpriced: None,
    thresholds: &[LEAST_SHARE, LEAST_S],
    find,
};

/// Macros below this share of all unit time, or below this time, are not worth a change.
const LEAST_SHARE: Threshold =
    Threshold { name: "slow-proc-macro.least-share", default: 0.02, about: "share of all unit time" };
const LEAST_S: Threshold =
    Threshold { name: "slow-proc-macro.least-seconds", default: 0.5, about: "seconds of unit time" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let macros = evidence.build.iter_units().filter(|(_, unit)| is_macro(unit));
    let priced = macros.map(|(idx, unit)| (idx, unit, Price::when_removed(evidence, &[idx])));
    priced
        .filter(|(.., price)| price.is_at_least(evidence, &LEAST_S, &LEAST_SHARE))
        .map(|(idx, unit, price)| finding(evidence, idx, unit, &price))
        .collect()
}

fn is_macro(unit: &Unit) -> bool {
    unit.target.kind == TargetKind::ProcMacro && unit.mode == Mode::Build
}

fn finding(evidence: Evidence<'_>, idx: UnitIdx, unit: &Unit, price: &Price) -> Finding {
    let subject = super::subject(evidence, idx);
    let with = price.with_others();
    let title = format!("the macros of {} take {} to build{with}", unit.package, seconds(price.known_s()));
    Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Medium,
        risk: Risk::Medium,
        evidence: [
            unit.trusted_duration_s().map(|own_s| format!("the macro itself takes {}", seconds(own_s))),
            super::on_critical_path(evidence, idx),
            super::needed_by(evidence, idx),
        ]
        .into_iter()
        .flatten()
        .collect(),
        locations: declarations_of(evidence, idx),
        command: inverted_tree(evidence, idx),
        cuts: Cut::all_to(evidence.graph, idx, None),
        ..Finding::of(&DETECTOR, subject, title)
    }
}
