//! What was asked for.

use brisk::outlook::{Outlook, Scenario};
use brisk::simulate::what_if::{Prediction, Range};

use super::head::host;
use super::{figures, waterfall};
use crate::text::bar;
use crate::text::labels::Labels;
use crate::text::line::Line;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::{Page, VERB_WIDTH, words};
use crate::text::style::{AMOUNT, DIM, PLAIN, STATUS, STRONG, WARNING};
use crate::{compared, format};

/// Units that are named as no longer built, unless all are asked for.
const NAMED: usize = 6;

pub(super) fn write(
    page: &mut Page,
    outlook: &Outlook,
    scenario: &Scenario,
    labels: &Labels<'_>,
    options: &TextOptions,
) {
    let prediction = &scenario.prediction;
    if options.verbosity == Verbosity::Quiet {
        title(page, &prediction.name, "");
        return page.status("Then", &figures::told(outlook, prediction));
    }
    page.blank();
    title(page, &prediction.name, &basis(prediction));
    bars(page, prediction);
    let work = if figures::work(outlook) == "CPU" { "CPU" } else { "Unit time" };
    page.status("Wall", &figures::wall(prediction));
    page.status(work, &figures::cpu(prediction));
    if prediction.host != outlook.baseline.host {
        page.status("With", &format!("{} instead of {}", host(prediction.host), host(outlook.baseline.host)));
    }
    if !prediction.removed.is_empty() {
        page.status("Gone", &removed(prediction, labels, options.verbosity));
    }
    page.status("Bound", &bound(outlook, prediction));
    for caveat in &prediction.caveats {
        let verb = Line::styled(WARNING, &format!("{:>VERB_WIDTH$}", "Caveat"));
        page.wrapped(verb, VERB_WIDTH + 1, &words(PLAIN, caveat));
    }
    waterfall::write(page, outlook, prediction, labels, options);
}

/// The name, which may be long, and a remark.
fn title(page: &mut Page, name: &str, remark: &str) {
    let mut atoms = words(STRONG, name);
    let first = if atoms.is_empty() { Line::new() } else { atoms.remove(0) };
    atoms.extend(words(DIM, remark));
    page.wrapped(first, 2, &atoms);
}

fn basis(prediction: &Prediction) -> String {
    let unverified = if prediction.is_unverified { ", unverified" } else { "" };
    format!("({}{unverified}; ░ the interval of nine in ten builds)", prediction.basis.as_str())
}

/// Before and then, in one scale: what may come beyond the lower end of the interval is shaded.
fn bars(page: &mut Page, prediction: &Prediction) {
    let before_s = prediction.before_wall_s;
    let cells = page.width() - VERB_WIDTH - 1;
    let longest_s = before_s.max(prediction.wall_s.high);
    let share = |seconds: f64| if longest_s > 0.0 { seconds / longest_s } else { 0.0 };
    for (verb, bar) in
        [("Before", bar::amount(share(before_s), cells)), ("Then", interval(prediction.wall_s.map(share), cells))]
    {
        let mut line = Line::styled(STATUS, &format!("{verb:>VERB_WIDTH$} "));
        line.append(&bar);
        page.push(&line);
    }
}

/// Full columns to the lower end, shaded ones to the upper end.
fn interval(share: Range, cells: usize) -> Line {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of at most some hundred columns"
    )]
    let columns = |share: f64| (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    let (low, high) = (columns(share.low), columns(share.high));
    Line::styled(AMOUNT, &"█".repeat(low)).with(AMOUNT, &"░".repeat(high.saturating_sub(low)))
}

/// `31 units: nalgebra v0.29.0, simba v0.6.0 and 29 more`
fn removed(prediction: &Prediction, labels: &Labels<'_>, verbosity: Verbosity) -> String {
    let n_named = if verbosity == Verbosity::Verbose { usize::MAX } else { NAMED };
    let names = prediction.removed.iter().take(n_named).map(|&idx| labels.of(idx, usize::MAX).text());
    let n_more = prediction.removed.len().saturating_sub(n_named);
    let more = (n_more > 0).then(|| format!("{} more", format::number(n_more as u64)));
    let names: Vec<String> = names.chain(more).collect();
    format!("{}: {}", format::count(prediction.removed.len(), "unit"), format::list(&names))
}

fn bound(outlook: &Outlook, prediction: &Prediction) -> String {
    let then = format::duration(prediction.bound_s);
    let before = format::duration(outlook.baseline.bound_s);
    let before = if before == then || !compared::is_of_baseline(&outlook.baseline, prediction) {
        String::new()
    } else {
        format!(", before {before}")
    };
    format!("no schedule of the same work is faster than {then}{before}")
}
