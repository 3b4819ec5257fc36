//! The time line of the main session: the units that shaped it, and how busy the machine was.

use std::collections::BTreeSet;

use brisk::model::{Timing, Unit, UnitIdx};

use super::bar::{self, Part, Scale};
use super::line::Line;
use super::page::Page;
use super::sparkline::{Level, sparkline};
use super::style::{CRITICAL, DIM, PLAIN};
use super::view::View;
use crate::format;

/// Rows that fit beside the other sections on one screen.
const ROWS: usize = 20;
/// Blanks between label and bar, and of the mark before the label.
const GAP: usize = 2;

/// Columns that the labels of the loads need: `units at work, 64 = █`.
const LOADS: usize = 21;

/// A unit on the time line.
type Row<'a> = (UnitIdx, &'a Unit, Timing);

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let build = &view.analysis.build;
    let timed = view.timed();
    let all: Vec<Row<'_>> = timed
        .iter()
        .filter(|(_, unit, _)| build.in_main_session(unit))
        .filter_map(|&(idx, unit, _)| Some((idx, unit, unit.timing?)))
        .collect();
    let Some((from_s, to_s)) = span(view, &all) else {
        page.section("Time line", "");
        page.item("nothing to draw: no unit of the main session has a time to rely on");
        return;
    };
    let rows = chosen(view, &all);
    let longest = rows.iter().map(|(idx, _, _)| view.label(*idx, usize::MAX).width()).max().unwrap_or(0);
    let label_width = longest.clamp(LOADS, (page.width() / 3).max(LOADS));
    let cells = page.width().saturating_sub(GAP + label_width + GAP);
    let scale = Scale::new(from_s, to_s, cells);
    let of_main = if view.other_sessions().is_empty() { "" } else { " of the main session" };
    page.section("Time line", &format!("({} of {}{of_main})", rows.len(), format::count(all.len(), "unit")));
    let axis = ruler(&scale, to_s);
    page.push(&beside(label_width, "  ", &Line::new(), &axis));
    for (idx, unit, timing) in &rows {
        let mark = if view.is_critical(*idx) { "* " } else { "  " };
        page.push(&beside(
            label_width,
            mark,
            &view.label(*idx, label_width),
            &labelled_bar(&bar::cells(&bar::stretches(unit, timing), &scale), timing.duration_s()),
        ));
    }
    loads(page, view, &scale, label_width);
}

/// From the first start to the last end, if that is any time at all.
fn span(view: &View<'_>, rows: &[Row<'_>]) -> Option<(f64, f64)> {
    let from_s = rows.iter().map(|(_, _, timing)| timing.start_s).min_by(f64::total_cmp)?.min(0.0);
    let to_s = rows.iter().map(|(_, _, timing)| timing.end_s).max_by(f64::total_cmp)?;
    let to_s = view.analysis.build.wall_s.map_or(to_s, |wall_s| to_s.max(wall_s));
    (to_s > from_s).then_some((from_s, to_s))
}

/// The units of the critical path that took longest, at most half of the rows, and the longest others; in order of start.
fn chosen<'a>(view: &View<'_>, longest_first: &[Row<'a>]) -> Vec<Row<'a>> {
    let n_rows = view.options.scaled(ROWS);
    let critical = longest_first.iter().filter(|(idx, _, _)| view.is_critical(*idx)).take(n_rows / 2);
    let mut chosen: BTreeSet<UnitIdx> = critical.map(|(idx, _, _)| *idx).collect();
    for (idx, _, _) in longest_first {
        if chosen.len() >= n_rows {
            break;
        }
        chosen.insert(*idx);
    }
    let mut rows: Vec<Row<'a>> = longest_first.iter().filter(|(idx, _, _)| chosen.contains(idx)).copied().collect();
    rows.sort_by(|a, b| a.2.start_s.total_cmp(&b.2.start_s).then(a.0.cmp(&b.0)));
    rows
}

fn beside(label_width: usize, mark: &str, label: &Line, right: &Line) -> Line {
    let mut line = Line::styled(CRITICAL, mark);
    line.append(&label.fitted(label_width));
    line.pad_to(GAP + label_width + GAP);
    line.append(right);
    line
}

/// A unit's bar, and its duration behind it where there is room, else before it.
pub(super) fn labelled_bar(cells: &[Option<Part>], duration_s: f64) -> Line {
    let Some(first) = cells.iter().position(Option::is_some) else { return Line::new() };
    let last = cells.iter().rposition(Option::is_some).unwrap_or(first);
    let duration = format::duration(duration_s);
    let mut line = Line::new();
    if last + 2 + duration.len() <= cells.len() {
        line.append(&bar::paint(&cells[..=last]));
        line.push(DIM, &format!(" {duration}"));
    } else if first > duration.len() {
        line.pad_to(first - duration.len() - 1);
        line.push(DIM, &format!("{duration} "));
        line.append(&bar::paint(&cells[first..]));
    } else {
        line.append(&bar::paint(cells));
    }
    line
}

/// Marks with their moments, in steps that people count in.
pub(super) fn ruler(scale: &Scale, to_s: f64) -> Line {
    /// A moment has up to seven columns.
    const MINIMUM: usize = 9;
    let step_s = step_s(scale.cell_s * MINIMUM as f64);
    let mut line = Line::new();
    let mut mark = (scale.from_s / step_s).ceil();
    while mark * step_s <= to_s {
        let text = format!("╷{}", format::axis_moment(mark * step_s, step_s, to_s));
        let cell = scale.cell(mark * step_s);
        if cell + text.chars().count() > scale.cells {
            break;
        }
        line.pad_to(cell);
        line.push(DIM, &text);
        mark += 1.0;
    }
    line
}

/// The smallest usual step that is not below `least_s`: 1, 2, 5 times a power of ten below a minute, then minutes and
/// hours, then days.
fn step_s(least_s: f64) -> f64 {
    const USUAL: [f64; 23] = [
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
        3600.0, 7200.0, 14400.0, 43200.0, 86400.0,
    ];
    let usual = USUAL.into_iter().find(|step_s| *step_s >= least_s);
    usual.unwrap_or_else(|| (least_s / 86400.0).ceil() * 86400.0)
}

/// Units at work and processors busy, over time.
fn loads(page: &mut Page, view: &View<'_>, scale: &Scale, label_width: usize) {
    let analysis = view.analysis;
    let build = &analysis.build;
    let steps = &analysis.parallelism.steps;
    let at_work: Vec<Level> = steps
        .windows(2)
        .map(|pair| Level { from_s: pair[0].0, to_s: pair[1].0, quantity: f64::from(pair[0].1) })
        .collect();
    let full = build.jobs.map_or(0, |jobs| jobs.n).max(analysis.parallelism.max).max(1);
    let label = Line::styled(PLAIN, &format!("units at work, {full} = █"));
    page.push(&beside(label_width, "  ", &label, &sparkline(&at_work, scale, f64::from(full))));
    if build.cpu_samples.is_empty() {
        return;
    }
    let mut before_s = scale.from_s.min(0.0);
    let busy: Vec<Level> = build
        .cpu_samples
        .iter()
        .map(|sample| {
            let from_s = std::mem::replace(&mut before_s, sample.at_s);
            Level { from_s, to_s: sample.at_s, quantity: sample.busy }
        })
        .collect();
    let most = busy.iter().map(|level| level.quantity).fold(1.0, f64::max);
    let full = build.machine.cores.map_or(most.ceil(), f64::from);
    let label = Line::styled(PLAIN, &format!("CPUs busy, {full:.0} = █"));
    page.push(&beside(label_width, "  ", &label, &sparkline(&busy, scale, full)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::options::Color;

    fn check(to_s: f64, cells: usize, expected: &str) {
        let mut text = String::new();
        ruler(&Scale::new(0.0, to_s, cells), to_s).write(&mut text, Color::Never);
        assert_eq!(text, expected);
    }

    #[test]
    fn the_ruler_has_round_moments_with_room_between_them() {
        check(54.0, 54, "╷0 s      ╷10 s     ╷20 s     ╷30 s     ╷40 s");
        check(3.0, 30, "╷0 s      ╷1 s      ╷2 s");
        check(0.4, 40, "╷0.0 s    ╷0.1 s    ╷0.2 s    ╷0.3 s");
        check(200.0, 40, "╷0:00       ╷1:00       ╷2:00");
    }

    #[test]
    fn steps_go_on_beyond_a_day() {
        assert_eq!(step_s(90_000.0), 172_800.0);
    }
}
