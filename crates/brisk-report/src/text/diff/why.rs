//! Why: the causes as a table that adds up to the change.

use brisk::difference::{Cause, Difference, Micros, Verdict};

use crate::text::line::Line;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::{Page, words};
use crate::text::style::{DIM, PLAIN, STRONG};
use crate::{differences, format};

/// Columns of a change in seconds.
const TIME: usize = 12;
/// Blanks between columns.
const GAP: usize = 2;
/// Share of A's work from which a cause is told where nothing was changed: below that, units differ for no reason.
const WORTH: f64 = 0.01;

/// Which columns there are.
#[derive(Clone, Copy)]
struct Columns {
    has_work: bool,
    has_wall: bool,
}

pub(super) fn write(page: &mut Page, difference: &Difference, options: &TextOptions) {
    let (shown, hidden) = parted(difference, options);
    let n_of_units = shown.iter().filter(|cause| cause.is_named()).count();
    let is_calm = difference.verdict == Verdict::NoDifference && options.verbosity < Verbosity::Verbose;
    if n_of_units == 0 && is_calm {
        return;
    }
    let columns = Columns {
        has_work: difference.work.is_some(),
        has_wall: difference.causes.iter().any(|cause| cause.wall.is_some()),
    };
    page.section("Why", remark(difference));
    columns.header(page, difference);
    for cause in shown.iter().filter(|cause| cause.group.is_of_units()) {
        columns.row(page, difference, cause);
    }
    if !hidden.is_empty() {
        let causes = format::count(hidden.len(), "smaller cause");
        let hint = if options.verbosity == Verbosity::Verbose { "" } else { ": `-v` shows them" };
        let sums = (hidden.iter().map(|it| it.work).sum(), hidden.iter().map(|it| it.wall).sum());
        columns.line(page, sums, &words(DIM, &format!("{causes}{hint}")));
    }
    for cause in shown.iter().filter(|cause| !cause.group.is_of_units()) {
        columns.row(page, difference, cause);
    }
    if let (Some(work), true) = (&difference.work, columns.has_work) {
        let wall = difference.wall.filter(|_| columns.has_wall).map(|wall| wall.raw_change());
        columns.line(page, (work.raw_change(), wall), &words(STRONG, "together"));
    }
}

fn remark(difference: &Difference) -> &'static str {
    match (difference.work.is_some(), difference.common.is_some()) {
        (false, _) => "",
        (true, true) => "(B less A, at equal speed of the machine)",
        (true, false) if difference.verdict == Verdict::Unknown => "(B less A, each in seconds of its own machine)",
        (true, false) => "(B less A)",
    }
}

/// Those that are shown, and those that are told together.
fn parted<'a>(difference: &'a Difference, options: &TextOptions) -> (Vec<&'a Cause>, Vec<&'a Cause>) {
    let all = options.verbosity == Verbosity::Verbose;
    let least = difference.work.map_or(Micros::ZERO, |work| Micros::of_s(work.a.seconds() * WORTH));
    let is_calm = difference.verdict == Verdict::NoDifference;
    let mut n_left = options.top;
    difference.causes.iter().partition(|cause| {
        if all || !cause.is_named() {
            return true;
        }
        let is_shown = n_left > 0 && (!is_calm || cause.work.abs() >= least);
        n_left -= usize::from(is_shown);
        is_shown
    })
}

impl Columns {
    fn width(self) -> usize {
        TIME * (usize::from(self.has_work) + usize::from(self.has_wall))
    }

    fn header(self, page: &mut Page, difference: &Difference) {
        let mut line = Line::new();
        if self.has_work {
            let name = if differences::work(difference) == "CPU time" { "CPU" } else { "units" };
            line.push(DIM, &format!("{name:>TIME$}"));
        }
        if self.has_wall {
            line.push(DIM, &format!("{:>TIME$}", "wall"));
        }
        if !line.is_blank() {
            page.push(&line);
        }
    }

    fn row(self, page: &mut Page, difference: &Difference, cause: &Cause) {
        let told = differences::row(difference, cause);
        let style = if cause.is_named() { STRONG } else { PLAIN };
        self.line(page, (cause.work, cause.wall), &words(style, &told.title));
        for detail in told.details {
            let mut first = Line::new();
            first.pad_to(self.width() + GAP + 1);
            page.wrapped(first, self.width() + GAP + 2, &words(PLAIN, &detail));
        }
    }

    /// The numbers, and words behind them.
    fn line(self, page: &mut Page, (work, wall): (Micros, Option<Micros>), atoms: &[Line]) {
        let mut first = Line::new();
        if self.has_work {
            first.push(STRONG, &format!("{:>TIME$}", format::signed_duration(work.seconds())));
        }
        if self.has_wall {
            let wall = wall.map_or_else(String::new, |wall| format::signed_duration(wall.seconds()));
            first.push(PLAIN, &format!("{wall:>TIME$}"));
        }
        first.pad_to(self.width() + GAP - 1);
        page.wrapped(first, self.width() + GAP, atoms);
    }
}
