//! The same units before and after, in the same scale.

use std::collections::BTreeSet;

use brisk::model::UnitIdx;
use brisk::outlook::Outlook;
use brisk::simulate::what_if::Prediction;
use brisk::simulate::{Schedule, Span};

use crate::text::bar::{self, Part, Scale};
use crate::text::labels::Labels;
use crate::text::line::Line;
use crate::text::options::TextOptions;
use crate::text::page::{INDENT, Page, words};
use crate::text::style::{DIM, PLAIN, STRONG};
use crate::text::timeline::{labelled_bar, ruler};
use crate::{compared, format};

/// Units that are shown unless more are asked for.
const ROWS: usize = 8;
/// Of these: those whose own time changes most, and those at the end of either schedule.
const CHANGED: usize = 3;
const LAST: usize = 2;
/// Blanks between columns.
const GAP: usize = 2;
/// Columns from which both schedules fit beside each other.
const WIDE: usize = 140;

/// A schedule to draw.
struct Drawn<'a> {
    title: &'static str,
    schedule: &'a Schedule,
    /// What is said of a unit that is not in it.
    absent: &'static str,
}

pub(super) fn write(
    page: &mut Page,
    outlook: &Outlook,
    prediction: &Prediction,
    labels: &Labels<'_>,
    options: &TextOptions,
) {
    let baseline = &outlook.baseline;
    // What a change is compared with is drawn only if it is the build as it was.
    let before = compared::is_of_baseline(baseline, prediction).then_some(Drawn {
        title: "before",
        schedule: &baseline.schedule,
        absent: "not yet there",
    });
    let then = Drawn { title: "then", schedule: &prediction.schedule, absent: "nothing to do" };
    let drawn: Vec<Drawn<'_>> = before.into_iter().chain([then]).collect();
    let to_s = drawn.iter().map(|drawn| drawn.schedule.wall_s).fold(0.0, f64::max);
    let rows = chosen(drawn[0].schedule, &prediction.schedule, options.scaled(ROWS));
    if rows.is_empty() || !to_s.is_finite() || to_s <= 0.0 {
        return;
    }
    let picture = Picture { outlook, prediction, labels, rows: &rows, to_s };
    if page.width() >= WIDE && drawn.len() > 1 { picture.beside(page, &drawn) } else { picture.below(page, &drawn) }
}

/// Positions of units in the schedules, in order of their starts.
fn chosen(before: &Schedule, then: &Schedule, n_rows: usize) -> Vec<usize> {
    let n_units = before.spans.len().max(then.spans.len());
    let length_s =
        |schedule: &Schedule, unit: usize| span(schedule, unit).map_or(0.0, |span| span.end_s - span.start_s);
    let longest = |unit: usize| length_s(before, unit).max(length_s(then, unit));
    let changed = |unit: usize| (length_s(before, unit) - length_s(then, unit)).abs();
    let end = |schedule: &Schedule, unit: usize| span(schedule, unit).map_or(0.0, |span| span.end_s);
    let top = |by: &dyn Fn(usize) -> f64, n: usize| {
        let mut units: Vec<usize> = (0..n_units).filter(|&unit| by(unit) > 0.0).collect();
        units.sort_by(|&a, &b| by(b).total_cmp(&by(a)).then(a.cmp(&b)));
        units.truncate(n);
        units
    };
    let mut order = top(&changed, CHANGED);
    order.extend(top(&|unit| end(then, unit), LAST));
    order.extend(top(&|unit| end(before, unit), LAST));
    order.extend(top(&longest, n_rows));
    let mut seen = BTreeSet::new();
    order.retain(|&unit| seen.insert(unit));
    order.truncate(n_rows);
    let start_s = |unit: usize| span(before, unit).or(span(then, unit)).map_or(0.0, |span| span.start_s);
    order.sort_by(|&a, &b| start_s(a).total_cmp(&start_s(b)).then(a.cmp(&b)));
    order
}

fn span(schedule: &Schedule, unit: usize) -> Option<Span> {
    schedule.spans.get(unit).copied().flatten()
}

/// What is drawn of every schedule.
struct Picture<'a> {
    outlook: &'a Outlook,
    prediction: &'a Prediction,
    labels: &'a Labels<'a>,
    rows: &'a [usize],
    to_s: f64,
}

impl Picture<'_> {
    /// One below the other.
    fn below(&self, page: &mut Page, drawn: &[Drawn<'_>]) {
        let label_width = self.label_width(drawn, page.width());
        let scale = Scale::new(0.0, self.to_s, page.width().saturating_sub(INDENT + label_width + GAP));
        self.title(page, drawn, &scale);
        for one in drawn {
            let mut line = labelled(&Line::styled(STRONG, one.title), label_width);
            line.append(&ruler(&scale, self.to_s));
            page.push(&line);
            for &unit in self.rows {
                let mut line = labelled(&self.label(unit, label_width), label_width);
                line.append(&self.bar(one, unit, &scale));
                page.push(&line);
            }
        }
    }

    /// One beside the other.
    fn beside(&self, page: &mut Page, drawn: &[Drawn<'_>]) {
        let label_width = self.label_width(drawn, page.width() * 2 / 3);
        let free = page.width().saturating_sub(INDENT + label_width + GAP + GAP * drawn.len());
        let scale = Scale::new(0.0, self.to_s, free / drawn.len());
        self.title(page, drawn, &scale);
        let column = |line: &mut Line, n: usize, content: &Line| {
            line.pad_to(INDENT + label_width + GAP + n * (scale.cells + GAP));
            line.append(&content.fitted(scale.cells));
        };
        let (mut titles, mut rulers) = (Line::new(), Line::new());
        for (n, one) in drawn.iter().enumerate() {
            column(&mut titles, n, &Line::styled(STRONG, one.title));
            column(&mut rulers, n, &ruler(&scale, self.to_s));
        }
        page.push(&titles);
        page.push(&rulers);
        for &unit in self.rows {
            let mut line = labelled(&self.label(unit, label_width), label_width);
            for (n, one) in drawn.iter().enumerate() {
                column(&mut line, n, &self.bar(one, unit, &scale));
            }
            page.push(&line);
        }
    }

    fn title(&self, page: &mut Page, drawn: &[Drawn<'_>], scale: &Scale) {
        let title = if drawn.len() > 1 { "Before and after" } else { "Afterwards" };
        let n_units = drawn.iter().map(|one| one.schedule.spans.len()).max().unwrap_or(0);
        let counts = format!("({} of {})", self.rows.len(), format::count(n_units, "unit"));
        let cells = |one: &Drawn<'_>| {
            self.rows.iter().flat_map(|&unit| self.cells(one, unit, scale)).collect::<Vec<Option<Part>>>()
        };
        let mut atoms = words(PLAIN, &counts);
        atoms.extend(bar::legend(&drawn.iter().flat_map(cells).collect::<Vec<_>>()));
        page.blank();
        page.wrapped(Line::styled(STRONG, title), INDENT, &atoms);
    }

    fn label_width(&self, drawn: &[Drawn<'_>], width: usize) -> usize {
        let titles = drawn.iter().map(|one| Line::plain(one.title).width()).max().unwrap_or(0);
        let longest = self.rows.iter().map(|&unit| self.label(unit, usize::MAX).width()).max().unwrap_or(0);
        longest.clamp(titles, (width / 3).max(titles))
    }

    fn label(&self, unit: usize, width: usize) -> Line {
        match u32::try_from(unit) {
            Ok(idx) if unit < self.outlook.build.units.len() => self.labels.of(UnitIdx(idx), width),
            _ => {
                let behind = unit - self.outlook.build.units.len();
                let name = self.prediction.added.get(behind).map_or("another unit", String::as_str);
                Line::styled(DIM, name).fitted(width)
            }
        }
    }

    fn cells(&self, drawn: &Drawn<'_>, unit: usize, scale: &Scale) -> Vec<Option<Part>> {
        let of_build = self.outlook.build.units.get(unit);
        let span = span(drawn.schedule, unit);
        span.map(|span| bar::cells(&bar::planned(of_build, &span), scale)).unwrap_or_default()
    }

    fn bar(&self, drawn: &Drawn<'_>, unit: usize, scale: &Scale) -> Line {
        let is_gone = |removed: &UnitIdx| removed.index() == unit;
        match span(drawn.schedule, unit) {
            Some(span) => labelled_bar(&self.cells(drawn, unit, scale), span.end_s - span.start_s),
            None if self.prediction.removed.iter().any(is_gone) => Line::styled(DIM, "gone"),
            None => Line::styled(DIM, drawn.absent),
        }
    }
}

fn labelled(label: &Line, width: usize) -> Line {
    let mut line = Line::new();
    line.pad_to(INDENT);
    line.append(&label.fitted(width));
    line.pad_to(INDENT + width + GAP);
    line
}
