//! Findings that have no section of their own.

use brisk::detect::{Basis, DUPLICATE_VERSION, Finding, Severity};

use super::line::Line;
use super::page::{Page, words};
use super::style::{COMMAND, DIM, PLAIN, STRONG, WARNING};
use super::view::View;
use crate::format;

/// Findings that are shown unless all are asked for.
const SHOWN: usize = 8;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    // What keeps Cargo from building is the first thing on the page.
    let is_told = |finding: &&Finding| {
        let mut told = view.analysis.problems.iter().filter(|problem| problem.fault.is_some());
        finding.id == DUPLICATE_VERSION || told.any(|problem| problem.what == finding.title)
    };
    let findings: Vec<&Finding> = view.analysis.findings.iter().filter(|finding| !is_told(finding)).collect();
    if findings.is_empty() {
        return;
    }
    let shown = if view.verbose() { findings.len() } else { SHOWN.min(findings.len()) };
    page.section("Findings", &format!("({shown} of {}, dearest first)", findings.len()));
    for finding in &findings[..shown] {
        write_one(page, view, finding);
    }
}

fn write_one(page: &mut Page, view: &View<'_>, finding: &Finding) {
    let style = match finding.severity {
        Severity::Major => WARNING,
        Severity::Minor => COMMAND,
        Severity::Note => DIM,
    };
    let word = match finding.severity {
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Note => "note",
    };
    let head = Line::plain("  ").with(style, &format!("{word:>5}"));
    page.wrapped(head, 8, &words(STRONG, &finding.title));
    let mut facts: Vec<String> = [cost(finding), gain(finding), place(finding)].into_iter().flatten().collect();
    if view.verbose() {
        facts.extend(finding.evidence.iter().cloned());
    }
    for fact in facts {
        let mut indent = Line::new();
        indent.pad_to(7);
        page.wrapped(indent, 8, &words(PLAIN, &fact));
    }
}

fn cost(finding: &Finding) -> Option<String> {
    let cost = &finding.cost;
    let seconds = match (cost.cpu_seconds, cost.seconds) {
        (Some(cpu_s), _) => Some(format!("{} of CPU time", format::duration(cpu_s))),
        (None, Some(unit_s)) => Some(format!("{} of unit time", format::duration(unit_s))),
        (None, None) => None,
    };
    let parts: Vec<String> = [seconds, cost.bytes.map(format::bytes)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("costs {}", format::list(&parts)))
}

fn gain(finding: &Finding) -> Option<String> {
    let gain = &finding.gain;
    let basis = match gain.basis {
        Basis::Measured => "measured",
        Basis::Replayed => "replayed",
        Basis::Simulated => "simulated",
        Basis::Counted => "counted",
        Basis::None => return None,
    };
    let (low, high) = (gain.low_s.map(format::duration), gain.high_s.map(format::duration));
    let seconds = match (low, high) {
        (Some(low), Some(high)) => Some(format!("{low} to {high} of wall time")),
        (Some(low), None) => Some(format!("at least {low} of wall time")),
        (None, Some(high)) => Some(format!("at most {high} of wall time")),
        (None, None) => None,
    };
    let parts: Vec<String> = [seconds, gain.bytes.map(format::bytes)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("its cure saves {} ({basis})", format::list(&parts)))
}

fn place(finding: &Finding) -> Option<String> {
    let first = finding.locations.first()?;
    let line = first.line.map(|line| format!(":{line}")).unwrap_or_default();
    let more = match finding.locations.len() {
        1 => String::new(),
        n => format!(" and {}", format::count(n - 1, "more place")),
    };
    Some(format!("at {}{line}{more}", first.file))
}
