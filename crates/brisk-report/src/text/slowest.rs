//! The slowest units, as a table.

use brisk::model::{Status, Unit, UnitIdx};

use super::bar::{self, Part, Scale};
use super::line::Line;
use super::page::{INDENT, Page, words};
use super::style::{CRITICAL, DIM, PLAIN, STRONG};
use super::view::View;
use crate::format;

/// Columns of a duration.
const TIME: usize = 12;
/// Blanks between columns.
const GAP: usize = 2;

/// A unit of the table.
struct Row<'a> {
    idx: UnitIdx,
    unit: &'a Unit,
    duration_s: f64,
    cells: Vec<Option<Part>>,
}

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let timed = view.timed();
    if timed.is_empty() {
        page.section("Slowest units", "");
        page.item("not known: no unit has a time to rely on");
        return;
    }
    let n_rows = view.options.scaled(view.options.top).min(timed.len());
    let shown = &timed[..n_rows];
    let longest = shown.iter().map(|(idx, _, _)| view.label(*idx, usize::MAX).width()).max().unwrap_or(0);
    let cpu = if shown.iter().any(|(_, unit, _)| unit.cpu.is_some()) { TIME } else { 0 };
    let columns = Columns::fit(page.width(), longest, cpu);
    let longest_s = timed[0].2;
    let rows: Vec<Row<'_>> = shown
        .iter()
        .map(|&(idx, unit, duration_s)| {
            let cells = phase_bar(unit, duration_s, longest_s, columns.bar);
            Row { idx, unit, duration_s, cells }
        })
        .collect();
    let remark = format!("({} of {})", format::number(n_rows as u64), format::number(timed.len() as u64));
    page.blank();
    page.wrapped(Line::styled(STRONG, "Slowest units"), INDENT, &remarks(&remark, &rows));
    columns.header(page);
    for row in &rows {
        columns.row(page, view, row);
        if view.verbose() {
            details(page, view, row.unit);
        }
    }
}

/// How wide the columns are.
struct Columns {
    /// None if nothing was measured.
    cpu: usize,
    label: usize,
    bar: usize,
}

impl Columns {
    fn fit(width: usize, longest: usize, cpu: usize) -> Self {
        let fixed = TIME + cpu + GAP + 2;
        let free = width.saturating_sub(fixed + GAP);
        // Half for names at the most: a bar needs columns to show phases. Where even that is little, names come first.
        let label = longest.min((free / 2).max(24)).min(free);
        Self { cpu, label, bar: free - label }
    }

    fn header(&self, page: &mut Page) {
        let mut line = Line::styled(DIM, &format!("{:>TIME$}", "wall"));
        if self.cpu > 0 {
            line.push(DIM, &format!("{:>TIME$}", "CPU"));
        }
        line.push(DIM, &format!("{:GAP$}  unit", ""));
        page.push(&line);
    }

    fn row(&self, page: &mut Page, view: &View<'_>, row: &Row<'_>) {
        let mut line = Line::styled(STRONG, &format!("{:>TIME$}", format::duration(row.duration_s)));
        if self.cpu > 0 {
            let cpu = row.unit.cpu.map_or_else(|| "-".to_owned(), |cpu| format::duration(cpu.total_s()));
            line.push(PLAIN, &format!("{cpu:>TIME$}"));
        }
        line.pad_to(line.width() + GAP);
        line.push(CRITICAL, if view.is_critical(row.idx) { "* " } else { "  " });
        let label_from = line.width();
        line.append(&view.label(row.idx, self.label));
        line.pad_to(label_from + self.label + GAP);
        line.append(&bar::paint(&row.cells));
        page.push(&line);
    }
}

/// The unit's phases in a bar as long as its share of the longest unit.
fn phase_bar(unit: &Unit, duration_s: f64, longest_s: f64, width: usize) -> Vec<Option<Part>> {
    let Some(timing) = unit.timing.filter(|_| duration_s > 0.0 && width > 0) else { return Vec::new() };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of at most some hundred columns"
    )]
    let n_cells = ((duration_s / longest_s * width as f64).round() as usize).clamp(1, width);
    let scale = Scale::new(timing.start_s, timing.start_s + duration_s, n_cells);
    bar::cells(&bar::stretches(unit, &timing), &scale)
}

/// What stands beside the title: the numbers of units, and what the glyphs mean.
fn remarks(counts: &str, rows: &[Row<'_>]) -> Vec<Line> {
    let drawn: Vec<Option<Part>> = rows.iter().flat_map(|row| row.cells.iter().copied()).collect();
    let mut atoms = words(PLAIN, counts);
    atoms.extend(bar::legend(&drawn));
    atoms.push(Line::styled(CRITICAL, " *").with(DIM, " critical path"));
    atoms
}

/// Features and the reason of the rebuild.
fn details(page: &mut Page, view: &View<'_>, unit: &Unit) {
    let hang = TIME + GAP + 2;
    let mut detail = |word: &str, text: &str| {
        let mut first = Line::new();
        first.pad_to(hang);
        first.push(DIM, word);
        page.wrapped(first, hang + 2, &words(DIM, text));
    };
    if !unit.features.is_empty() {
        detail("features:", &unit.features.join(", "));
    }
    if let Status::Dirty(Some(reason)) = &unit.status {
        let cause = reason.because_of.and_then(|idx| view.analysis.build.units.get(idx.index()));
        let cause = cause.map(|cause| format!(" (because of {})", cause.label())).unwrap_or_default();
        detail("rebuilt:", &format!("{}{cause}", reason.detail));
    }
    if let Some(max_rss_bytes) = unit.max_rss_bytes {
        detail("memory:", &format!("{} at most", format::bytes(max_rss_bytes)));
    }
}
