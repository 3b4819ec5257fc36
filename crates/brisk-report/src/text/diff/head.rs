//! The headline, the builds, and in what they differ as a whole.

use brisk::difference::{Compared, Difference, Respect, Verdict};

use crate::text::line::Line;
use crate::text::options::TextOptions;
use crate::text::page::{INDENT, Page, VERB_WIDTH, words};
use crate::text::style::{ERROR, NOTE, PLAIN, STATUS, STRONG, WARNING};
use crate::{differences, format};

/// `Slower  B takes 31.0 s more CPU time, +19 %`
pub(super) fn headline(page: &mut Page, difference: &Difference) {
    let (style, verb) = match difference.verdict {
        Verdict::Less => (STATUS, "Faster"),
        Verdict::More => (ERROR, "Slower"),
        Verdict::NoDifference => (NOTE, "Same"),
        Verdict::WithinNoise => (NOTE, "Noise"),
        Verdict::Unknown => (WARNING, "Unknown"),
    };
    let verb = Line::styled(style, &format!("{verb:>VERB_WIDTH$}"));
    page.wrapped(verb, VERB_WIDTH + 1, &words(PLAIN, &differences::headline(difference)));
}

pub(super) fn builds(page: &mut Page, difference: &Difference, options: &TextOptions) {
    for (verb, compared) in [("A", &difference.a), ("B", &difference.b)] {
        page.status(verb, &build(compared, options));
    }
}

/// ``20261121T082451Z-4f3a9c, 2 hours ago: `cargo build`, 234 of 234 units built``
fn build(compared: &Compared, options: &TextOptions) -> String {
    let when = compared.label.at.and_then(|at| format::moment(at, options.now));
    let when = when.map(|when| format!(", {when}")).unwrap_or_default();
    format!("{}{when}: {}", compared.label.name, differences::build(compared))
}

pub(super) fn totals(page: &mut Page, difference: &Difference) {
    if let Some(total) = &difference.work {
        let verb = if differences::work(difference) == "CPU time" { "CPU" } else { "Units" };
        page.status(verb, &differences::totals(difference, total));
    }
    match (&difference.wall, differences::wall_obstacles(difference)) {
        (Some(total), None) => page.status("Wall", &differences::totals(difference, total)),
        (Some(total), Some(why)) => {
            let [a, b] = [total.a, total.b].map(|it| format::duration(it.seconds()));
            page.status("Wall", &format!("{a} → {b}, {why}"));
        }
        (None, _) => {}
    }
    if let (Some(slower), Some(common)) = (differences::slower(difference), difference.common) {
        let share = format::percent(common.share);
        page.status("Speed", &format!("{slower}, by what both compile alike, {share} or more of a build"));
    }
    if let Some(packages) = differences::packages(difference) {
        page.status("Packages", &packages);
    }
}

/// What other programs took stands beside the wall time already, where that is known.
pub(super) fn circumstances(page: &mut Page, difference: &Difference) {
    let is_told = |respect: Respect| respect == Respect::ForeignCpu && difference.wall.is_some();
    let told = difference.circumstances.iter().filter(|it| !is_told(it.respect));
    let rows: Vec<(&str, String)> =
        told.map(|it| (differences::respect_in_words(it.respect), format!("{} → {}", it.a, it.b))).collect();
    let Some(column) = rows.iter().map(|(name, _)| name.len()).max() else { return };
    page.section("Differences", "(A → B)");
    for (name, values) in rows {
        let mut first = Line::new();
        first.pad_to(INDENT);
        first.push(STRONG, name);
        let hang = INDENT + column + 2;
        first.pad_to(hang - 1);
        page.wrapped(first, hang, &words(PLAIN, &values));
    }
}
