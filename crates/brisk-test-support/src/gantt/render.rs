//! Build to text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use brisk::model::{Build, Graph, Unit, UnitIdx};

use super::{bar, head, head::Head};

/// Draws `build`, one line per unit in the order of the units, in columns.
///
/// [`parse`](super::parse()) of the result gives the same units, edges and times, as far as a picture can say them.
///
/// # Panics
///
/// When two units that somebody depends on cannot be told apart, or when a unit starts before zero.
pub fn render(build: &Build) -> String {
    let graph = Graph::of(build);
    let names = Names::of(build);
    let lines: Vec<(String, String, String)> = build
        .iter_units()
        .map(|(idx, unit)| {
            let references: Vec<String> = graph.dependencies(idx).iter().map(|&unit| names.reference(unit)).collect();
            let arrow = if references.is_empty() { "" } else { "<- " };
            (head::text(unit), format!("{arrow}{}", references.join(", ")), bar::render(unit))
        })
        .collect();
    layout(&lines)
}

fn layout(lines: &[(String, String, String)]) -> String {
    let head_width = lines.iter().map(|(head, ..)| head.chars().count()).max().unwrap_or(0);
    let references_width = lines.iter().map(|(_, references, _)| references.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (head, references, bar) in lines {
        writeln!(text, "{head:head_width$} {references:references_width$} |{bar}").expect("a String takes everything");
    }
    text
}

/// Finds the shortest text that means one unit and no other.
struct Names<'a> {
    build: &'a Build,
    by_package: BTreeMap<&'a str, Vec<&'a Unit>>,
}

impl<'a> Names<'a> {
    fn of(build: &'a Build) -> Self {
        let mut by_package: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
        for unit in &build.units {
            by_package.entry(&unit.package.name).or_default().push(unit);
        }
        Self { build, by_package }
    }

    fn reference(&self, unit: UnitIdx) -> String {
        let unit = self.build.unit(unit);
        let alike = &self.by_package[unit.package.name.as_str()];
        let means_one = |text: &String| {
            let head = Head::parse(text).expect("it is in the grammar");
            alike.iter().filter(|other| head.matches(other)).count() == 1
        };
        let texts = head::references(unit);
        texts.into_iter().find(means_one).unwrap_or_else(|| panic!("two units are both `{}`", head::text(unit)))
    }
}
