//! What has moved onto the critical path, and off it.

use brisk::difference::{Difference, Micros, UnitChange};
use brisk::model::{PackageSource, Unit};

use crate::text::line::Line;
use crate::text::options::TextOptions;
use crate::text::page::{INDENT, Page, words};
use crate::text::style::{DIM, PLAIN, STRONG};
use crate::{differences, format};

/// Steps below this share of their path are not told: even all gone, they would not be felt.
const SHORT: f64 = 0.02;
/// Units that are named of each kind unless more are asked for.
const NAMED: usize = 5;

pub(super) fn write(page: &mut Page, difference: &Difference, options: &TextOptions) {
    let lengths = [&difference.a, &difference.b].map(|it| it.critical_path.length_s);
    if lengths.iter().any(|length_s| *length_s <= 0.0) {
        return;
    }
    let [a, b] = lengths.map(format::duration);
    page.section("Critical path", &format!("({a} → {b})"));
    let onto = moved(difference, lengths[1], |unit| unit.on_path_b.filter(|_| unit.on_path_a.is_none()));
    let off = moved(difference, lengths[0], |unit| unit.on_path_a.filter(|_| unit.on_path_b.is_none()));
    if onto.is_empty() && off.is_empty() {
        page.item("the same units are on it");
    }
    let most = options.scaled(NAMED);
    for (word, units) in [("onto", onto), ("off", off)] {
        list(page, difference, word, &units, most);
    }
}

/// Units that are on the path of one build only, with their seconds on it: the longest first.
fn moved(
    difference: &Difference,
    length_s: f64,
    seconds: impl Fn(&UnitChange) -> Option<Micros>,
) -> Vec<(&UnitChange, Micros)> {
    let with_seconds = difference.units.iter().filter_map(|unit| Some((unit, seconds(unit)?)));
    let mut long: Vec<_> = with_seconds.filter(|(_, on_path)| on_path.seconds() >= SHORT * length_s).collect();
    long.sort_by_key(|(_, on_path)| std::cmp::Reverse(*on_path));
    long
}

/// With the version, where it may be in question: a package can be there in several.
fn name(unit: &Unit) -> String {
    let version = unit.package.version.as_ref().filter(|_| unit.package.source != PackageSource::Member);
    version.map_or_else(|| unit.label(), |version| format!("{} v{version}", unit.label()))
}

fn list(page: &mut Page, difference: &Difference, word: &str, units: &[(&UnitChange, Micros)], most: usize) {
    if units.is_empty() {
        return;
    }
    let shown = &units[..most.min(units.len())];
    let n_more = units.len() - shown.len();
    let mut atoms = Vec::new();
    for (i, (unit, on_path)) in shown.iter().enumerate() {
        let name = differences::unit_of(difference, unit).map(name).unwrap_or_default();
        let comma = if i + 1 < shown.len() { "," } else { "" };
        let atom = Line::plain(&name).with(STRONG, &format!(" {}", format::duration(on_path.seconds())));
        atoms.push(atom.with(PLAIN, comma));
    }
    if n_more > 0 {
        atoms.extend(words(DIM, &format!("and {} more", format::number(n_more as u64))));
    }
    let mut first = Line::new();
    first.pad_to(INDENT);
    first.push(DIM, &format!("{word:<5}"));
    page.wrapped(first, INDENT + 6, &atoms);
}
