//! Findings: what each costs, where it is, and the next command.

use std::collections::BTreeMap;

use brisk::detect::{DETECTORS, Finding, Group, Severity};
use brisk::model::Weight;

use super::line::Line;
use super::page::{Page, words};
use super::style::{COMMAND, DIM, ERROR, PLAIN, STRONG, WARNING};
use super::view::View;
use crate::format;
use crate::price;

/// Findings that are shown unless all are asked for.
const SHOWN: usize = 8;
/// Of these, how many of one kind: a workspace that has one unused dependency often has thirty.
const OF_ONE_KIND: usize = 3;
/// Columns before a finding's title, and before what is said of it.
const HANG: usize = 8;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let findings = untold(view);
    if findings.is_empty() {
        return;
    }
    let shown = shown(&findings, view.verbose());
    page.section("Findings", &format!("({} of {}, dearest first)", shown.len(), findings.len()));
    for finding in &shown {
        write_one(page, view, finding);
    }
    if let Some(rest) = rest(&findings, &shown) {
        page.item(&rest);
    }
    if let Some(joint) = view.analysis.joint.as_ref().and_then(price::together) {
        page.item(&joint);
    }
    if !view.analysis.suppressed.is_empty() {
        let n = format::count(view.analysis.suppressed.len(), "finding");
        page.item(&format!("{n} accepted by `brisk.toml`, not shown"));
    }
}

/// What is broken, in a line each, for those who want to read no more.
pub(super) fn write_broken(page: &mut Page, view: &View<'_>) {
    let is_of_health = |id: &str| DETECTORS.iter().any(|detector| detector.id == id && detector.group == Group::Health);
    let broken = untold(view).into_iter().filter(|finding| is_of_health(finding.id));
    for finding in broken.filter(|finding| finding.severity == Severity::Major) {
        page.wrapped(Line::styled(ERROR, "error").with(STRONG, ":"), 7, &words(STRONG, &finding.title));
    }
}

/// All but what is the first thing on the page: what keeps Cargo from building.
pub(super) fn untold<'a>(view: &View<'a>) -> Vec<&'a Finding> {
    let problems = view.analysis.problems.iter().filter(|problem| problem.weight == Weight::Warning);
    let told: Vec<&str> = problems.filter(|problem| problem.fault.is_some()).map(|p| p.what.as_str()).collect();
    view.analysis.findings.iter().filter(|finding| !told.contains(&finding.title.as_str())).collect()
}

/// Those that are shown: all if asked for, else the dearest, and of one kind only a few.
fn shown<'a>(findings: &[&'a Finding], all: bool) -> Vec<&'a Finding> {
    if all {
        return findings.to_vec();
    }
    let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let few = findings.iter().copied().filter(|finding| {
        let n = of_kind.entry(finding.id).or_default();
        *n += 1;
        *n <= OF_ONE_KIND
    });
    few.take(SHOWN).collect()
}

/// How many of each kind are not shown: `25 more of `unused-dependency`, 2 of `slow-link`: `-v` shows all`.
fn rest(findings: &[&Finding], shown: &[&Finding]) -> Option<String> {
    let mut hidden: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !shown.iter().any(|shown| shown.key == finding.key)) {
        *hidden.entry(finding.id).or_default() += 1;
    }
    let mut hidden: Vec<(&str, usize)> = hidden.into_iter().collect();
    hidden.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let kinds: Vec<String> = hidden.iter().map(|(id, n)| format!("{n} `{id}`")).collect();
    (!kinds.is_empty()).then(|| format!("more: {}; `-v` shows all, `--only ID` those of one kind", kinds.join(", ")))
}

fn write_one(page: &mut Page, view: &View<'_>, finding: &Finding) {
    let (style, word) = match finding.severity {
        Severity::Major => (WARNING, "major"),
        Severity::Minor => (COMMAND, "minor"),
        Severity::Note => (DIM, "note"),
    };
    let head = Line::plain("  ").with(style, &format!("{word:>5}"));
    page.wrapped(head, HANG, &words(STRONG, &finding.title));
    let costs = price::costs(finding).map(|price| format!("costs {price}"));
    let saves = price::saves(finding).map(|gain| format!("its cure saves {gain}"));
    let mut facts: Vec<String> = [costs, saves, place(finding)].into_iter().flatten().collect();
    if view.verbose() {
        facts.extend(finding.evidence.iter().cloned());
        facts.extend(overlaps(finding));
        facts.extend(finding.caveats.iter().map(|caveat| format!("caveat: {caveat}")));
    }
    facts.extend(finding.command.iter().map(|command| format!("next: `{command}`")));
    for fact in facts {
        let mut indent = Line::new();
        indent.pad_to(HANG - 1);
        page.wrapped(indent, HANG, &words(PLAIN, &fact));
    }
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

fn overlaps(finding: &Finding) -> Option<String> {
    let keys: Vec<String> = finding.overlaps.iter().map(|key| format!("`{key}`")).collect();
    (!keys.is_empty()).then(|| format!("some of its units are also counted in {}", format::list(&keys)))
}
