//! What to do first: findings by effort and impact.

use std::collections::BTreeMap;

use brisk::detect::{Effort, Finding, Severity};

use super::findings;
use super::line::Line;
use super::page::{Page, words};
use super::style::{COMMAND, DIM, PLAIN, STRONG, WARNING};
use super::view::View;

/// Fewer findings need no plan.
const LEAST: usize = 3;
/// Columns of the row's name and of a cell.
const ROW: usize = 14;
const CELL: usize = 16;
/// Kinds of findings that are named for each effort.
const NAMED: usize = 4;

const EFFORTS: [(Effort, &str, &str); 3] = [
    (Effort::Small, "small", "quick (minutes)"),
    (Effort::Medium, "medium", "medium (hours)"),
    (Effort::Large, "large", "long (days)"),
];
const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Major, "major"), (Severity::Minor, "minor"), (Severity::Note, "note")];

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let findings = &findings::untold(view);
    if findings.len() < LEAST {
        return;
    }
    page.section("What to do", "(findings by impact and effort)");
    let mut head = Line::styled(DIM, &format!("{:>ROW$}", "effort"));
    for (_, word, _) in EFFORTS {
        head.push(DIM, &format!("{word:>CELL$}"));
    }
    page.push(&head);
    for (severity, word) in SEVERITIES {
        page.push(&row(findings, severity, word));
    }
    for (effort, _, term) in EFFORTS {
        let kinds = kinds(findings, effort, view.verbose());
        if !kinds.is_empty() {
            page.wrapped(Line::styled(STRONG, &format!("  {term}:")), 4, &words(PLAIN, &kinds));
        }
    }
}

/// How many findings there are of one impact, by effort.
fn row(findings: &[&Finding], severity: Severity, word: &str) -> Line {
    let style = match severity {
        Severity::Major => WARNING,
        Severity::Minor => COMMAND,
        Severity::Note => DIM,
    };
    let mut line = Line::styled(style, &format!("{word:>ROW$}"));
    for (effort, ..) in EFFORTS {
        let n = findings.iter().filter(|finding| finding.severity == severity && finding.effort == effort).count();
        let cell = if n == 0 { "-".to_owned() } else { n.to_string() };
        line.push(if n == 0 { DIM } else { PLAIN }, &format!("{cell:>CELL$}"));
    }
    line
}

/// The kinds of findings of one effort, in the order in which their dearest comes: `28 unused-dependency, slow-link`.
fn kinds(findings: &[&Finding], effort: Effort, all: bool) -> String {
    let mut counts: BTreeMap<&str, (Severity, usize, usize)> = BTreeMap::new();
    for (place, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.effort == effort) {
        let entry = counts.entry(finding.id).or_insert((finding.severity, place, 0));
        entry.0 = entry.0.max(finding.severity);
        entry.2 += 1;
    }
    let mut kinds: Vec<(&str, (Severity, usize, usize))> = counts.into_iter().collect();
    kinds.sort_by_key(|(_, (severity, place, _))| (std::cmp::Reverse(*severity), *place));
    let n_named = if all { kinds.len() } else { NAMED };
    let n_more = kinds.len().saturating_sub(n_named);
    let named = kinds.into_iter().take(n_named).map(|(id, (.., n))| match n {
        1 => format!("`{id}`"),
        n => format!("{n} `{id}`"),
    });
    let more = (n_more > 0).then(|| format!("{n_more} more kinds"));
    named.chain(more).collect::<Vec<_>>().join(", ")
}
