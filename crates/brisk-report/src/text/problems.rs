//! What stands between the reader and the truth: failures, disturbed measurements, unreadable files.

use std::collections::BTreeMap;

use brisk::model::{DISTURBED_FROM, Outcome, Problem, Unit, Weight};

use super::line::Line;
use super::page::{Page, words};
use super::style::{DIM, ERROR, NOTE, PLAIN, STRONG, WARNING};
use super::view::View;
use crate::format;

/// Causes that are shown unless all are asked for.
const SHOWN: usize = 5;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    failure(page, view);
    if let Some(notice) = disturbed(view) {
        warning(page, &notice);
    }
    listed(page, &view.analysis.problems, view.verbose());
}

/// The problems, each cause once and few of them unless all are asked for, and an empty line.
pub(super) fn listed(page: &mut Page, problems: &[Problem], all: bool) {
    let causes = if all { problems.to_vec() } else { causes(problems) };
    let shown = if all { causes.len() } else { SHOWN.min(causes.len()) };
    for cause in &causes[..shown] {
        warning(page, cause);
    }
    if causes.len() > shown {
        let more = format::count(causes.len() - shown, "more problem");
        page.wrapped(Line::styled(WARNING, "warning"), 2, &words(PLAIN, &format!("and {more}: `-v` shows all")));
    }
    page.blank();
}

pub(super) fn warning(page: &mut Page, problem: &Problem) {
    let (style, word) = match problem.weight {
        Weight::Warning => (WARNING, "warning"),
        Weight::Note => (NOTE, "note"),
    };
    page.wrapped(Line::styled(style, word).with(STRONG, ":"), word.len() + 2, &words(STRONG, &problem.what));
    for (word, text) in [("why:", &problem.why), ("effect:", &problem.effect)] {
        if !text.trim().is_empty() {
            page.wrapped(Line::styled(DIM, &format!("  {word:<7}")), 10, &words(PLAIN, text));
        }
    }
}

/// Warnings with the same cause and effect as one, in the order in which they come first.
fn causes(problems: &[Problem]) -> Vec<Problem> {
    let mut causes: Vec<(Problem, usize)> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| problem.weight == Weight::Warning) {
        let place = *places.entry((&problem.why, &problem.effect)).or_insert(causes.len());
        match causes.get_mut(place) {
            Some((_, n_more)) => *n_more += 1,
            None => causes.push((problem.clone(), 0)),
        }
    }
    let told = causes.into_iter().map(|(problem, n_more)| match n_more {
        0 => problem,
        n => {
            Problem { what: format!("{} (and {} more of the kind)", problem.what, format::number(n as u64)), ..problem }
        }
    });
    told.collect()
}

fn failure(page: &mut Page, view: &View<'_>) {
    let build = &view.analysis.build;
    let what = match build.outcome {
        Outcome::Unknown if build.units.iter().any(|unit| unit.failed.is_some()) => "the build failed".to_owned(),
        Outcome::Unknown | Outcome::Success => return,
        Outcome::Failed(code) if !build.units.is_empty() && build.units.iter().all(succeeded) => {
            format!("the command ended with exit code {code}; no unit of the build failed")
        }
        Outcome::Failed(code) => format!("the command failed with exit code {code}"),
        Outcome::Interrupted => "the build was interrupted".to_owned(),
    };
    let head = Line::styled(ERROR, "error").with(STRONG, ":");
    page.wrapped(head, 7, &words(STRONG, &what));
    let failed = build.units.iter().filter_map(|unit| Some((unit, unit.failed?)));
    let mut failed: Vec<String> = failed.map(|(unit, code)| format!("{} (exit code {code})", unit.label())).collect();
    let n_more = failed.len().saturating_sub(SHOWN);
    failed.truncate(SHOWN);
    if n_more > 0 {
        failed.push(format!("{} more", format::number(n_more as u64)));
    }
    if !failed.is_empty() {
        page.wrapped(Line::styled(DIM, "  failed:"), 10, &words(PLAIN, &format::list(&failed)));
    }
    if !failed.is_empty() || build.outcome == Outcome::Interrupted {
        let effect = "units that had not run by then are missing here";
        page.wrapped(Line::styled(DIM, "  effect:"), 10, &words(PLAIN, effect));
    }
}

/// Whether nothing else is known of the unit.
fn succeeded(unit: &Unit) -> bool {
    unit.failed.is_none() && unit.unfinished_since_s.is_none()
}

fn disturbed(view: &View<'_>) -> Option<Problem> {
    // Without a time there is nothing that could have been disturbed.
    let is_timed = view.analysis.summary.n_timed > 0;
    let share = view.analysis.build.foreign_cpu.filter(|share| is_timed && *share > DISTURBED_FROM)?;
    Some(Problem::new(
        format!("other programs used {} of the machine during the build", format::percent(share)),
        "",
        "wall times are longer than those of the build alone; CPU times are hardly affected",
    ))
}
