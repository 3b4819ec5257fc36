//! Everything: packages that are not the same, and all units that either of the builds has built.

use brisk::difference::{Difference, Micros, PackageChange, State, UnitChange};

use crate::text::line::Line;
use crate::text::page::{INDENT, Page, words};
use crate::text::style::{CRITICAL, DIM, PLAIN, STRONG};
use crate::{differences, format};

/// Columns of a duration, of a change, and of what has become of a unit.
const TIME: usize = 11;
const STATE: usize = 12;
/// From this width on, the wall time of units has room, too.
const WIDE: usize = 120;

pub(super) fn packages(page: &mut Page, difference: &Difference) {
    if difference.packages.is_empty() {
        return;
    }
    page.section("Packages", "(that are not the same in both)");
    for package in &difference.packages {
        let mut first = Line::new();
        first.pad_to(INDENT);
        first.push(STRONG, &format!("{:<8}", word(package)));
        let told = [Some(what(package)), who(package)].into_iter().flatten().collect::<Vec<_>>().join(", ");
        page.wrapped(first, INDENT + 9, &words(PLAIN, &told));
    }
}

fn word(package: &PackageChange) -> &'static str {
    match package {
        it if it.is_new() => "new",
        it if it.is_gone() => "gone",
        it if it.is_update() => "version",
        _ => "features",
    }
}

fn what(package: &PackageChange) -> String {
    let work = format::signed_duration(package.work.seconds());
    if package.is_update() {
        return format!("{}, {work}", differences::update(package));
    }
    let features = differences::features_in_words(&package.features_on, &package.features_off);
    let features = if features.is_empty() { String::new() } else { format!(" {features}") };
    format!("{}{features}, {work}", differences::name(package.package()))
}

/// Who pulls what is new or gone.
fn who(package: &PackageChange) -> Option<String> {
    let is_alone = package.is_new() || package.is_gone();
    let chain = differences::chain(package.pulled.as_ref().filter(|_| is_alone)?)?;
    Some(format!("{} {chain}", if package.is_new() { "pulled by" } else { "was pulled by" }))
}

pub(super) fn units(page: &mut Page, difference: &Difference) {
    let mut built: Vec<&UnitChange> = difference.units.iter().filter(|unit| unit.state != State::Unbuilt).collect();
    built.sort_by_key(|unit| std::cmp::Reverse(unit.work.abs()));
    if built.is_empty() {
        return;
    }
    let is_wide = page.width() >= WIDE;
    let n_built = format::number(built.len() as u64);
    page.section("Units", &format!("({n_built}, what differs most first; * is on a critical path)"));
    page.push(&header(is_wide));
    for unit in built {
        row(page, difference, unit, is_wide);
    }
}

fn header(is_wide: bool) -> Line {
    let mut names = vec!["A", "B", "B less A"];
    names.extend(if is_wide { ["wall A", "wall B"].as_slice() } else { &[] });
    let columns: String = names.iter().map(|name| format!("{name:>TIME$}")).collect();
    Line::styled(DIM, &format!("{columns}  {:<STATE$}  unit", ""))
}

fn row(page: &mut Page, difference: &Difference, unit: &UnitChange, is_wide: bool) {
    let known = |work: Option<Micros>| work.map_or_else(|| "-".to_owned(), |work| format::duration(work.seconds()));
    let mut line = Line::new();
    for text in [known(unit.work_a), known(unit.work_b)] {
        line.push(PLAIN, &format!("{text:>TIME$}"));
    }
    line.push(STRONG, &format!("{:>TIME$}", format::signed_duration(unit.work.seconds())));
    if is_wide {
        let of_a = unit.a.and_then(|idx| difference.a.build.unit(idx).trusted_duration_s());
        let of_b = unit.b.and_then(|idx| difference.b.build.unit(idx).trusted_duration_s());
        for duration_s in [of_a, of_b] {
            let text = duration_s.map_or_else(|| "-".to_owned(), format::duration);
            line.push(PLAIN, &format!("{text:>TIME$}"));
        }
    }
    line.push(PLAIN, &format!("  {:<STATE$}", unit.state.as_str()));
    let is_critical = unit.on_path_a.is_some() || unit.on_path_b.is_some();
    line.push(CRITICAL, if is_critical { "* " } else { "  " });
    if let Some(it) = differences::unit_of(difference, unit) {
        line.push(PLAIN, &it.label());
        let version = it.package.version.as_ref().map(|version| format!(" v{version}"));
        line.push(DIM, &version.unwrap_or_default());
    }
    page.push(&line);
}
