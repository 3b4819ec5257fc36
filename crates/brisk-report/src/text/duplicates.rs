//! Packages built in several versions: who pulls each, and what would vanish.

use std::collections::BTreeSet;

use brisk::detect::{Duplicate, DuplicateVersion, Puller};
use brisk::model::{CpuTime, Unit, UnitIdx};

use super::line::Line;
use super::page::{INDENT, Page, words};
use super::style::{DIM, PLAIN, STRONG};
use super::view::View;
use crate::format;

/// Packages that are shown unless all are asked for.
const SHOWN: usize = 6;
/// Dependants of a version that are named.
const PULLERS: usize = 3;
/// Columns of the time, of the number of units, and the blanks behind.
const TIME: usize = 12;
const UNITS: usize = 7;
const GAP: usize = 2;
/// Most columns for the name of a package, and of a version.
const NAME: usize = 22;
const VERSION: usize = 16;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let duplicates = &view.analysis.duplicates;
    if duplicates.is_empty() {
        return;
    }
    let surplus: BTreeSet<UnitIdx> = duplicates.iter().flat_map(surplus_units).collect();
    let basis = Basis::of(view, &surplus);
    page.section("Several versions", &remark(view, basis, &surplus));
    let shown = if view.verbose() { duplicates.len() } else { SHOWN.min(duplicates.len()) };
    let mut dearest: Vec<&Duplicate> = duplicates.iter().collect();
    dearest.sort_by(|a, b| basis.of_one(b).total_cmp(&basis.of_one(a)));
    let (shown, more) = dearest.split_at(shown);
    let columns = Columns::fit(page.width(), shown);
    page.push(&Line::styled(DIM, &format!("{:>TIME$}{:>UNITS$}{:GAP$}package", basis.heading(), "units", "")));
    for duplicate in shown {
        columns.write(page, view, basis, duplicate);
    }
    if !more.is_empty() {
        let units: BTreeSet<UnitIdx> = more.iter().copied().flat_map(surplus_units).collect();
        let mut line = price(view, basis, &units);
        line.push(DIM, &format!("{}: `-v` shows all", format::count(more.len(), "more package")));
        page.push(&line);
    }
}

/// `(24 packages; with one version each, 35 units and 26.9 s of unit time would vanish)`
fn remark(view: &View<'_>, basis: Basis, surplus: &BTreeSet<UnitIdx>) -> String {
    let n_packages = format::count(view.analysis.duplicates.len(), "package");
    let at_least = if view.analysis.build.source.tells_all_edges() { "" } else { "at least " };
    let n_units = format!("{at_least}{}", format::count(surplus.len(), "unit"));
    let total = basis.total(view, surplus);
    let vanish = match basis {
        Basis::Cpu => format!("{n_units} and {total} of CPU time would vanish"),
        Basis::Unit => format!("{n_units} and {total} of unit time{} would vanish", share(view, surplus)),
        Basis::Unknown => format!("{n_units} would vanish; their time is not known"),
    };
    format!("({n_packages}; with one version each, {vanish})")
}

/// ` (17 %)`, of the unit time of the whole build.
fn share(view: &View<'_>, units: &BTreeSet<UnitIdx>) -> String {
    let all_s = view.analysis.summary.unit_s;
    let gone_s: f64 = units.iter().filter_map(|&idx| view.analysis.build.unit(idx).trusted_duration_s()).sum();
    if all_s > 0.0 { format!(" ({})", format::percent(gone_s / all_s)) } else { String::new() }
}

/// What times are counted in, the same for all rows.
#[derive(Clone, Copy)]
enum Basis {
    /// CPU time: that of every unit in question was measured.
    Cpu,
    /// Wall time of units, of some at least.
    Unit,
    /// No unit in question has a time.
    Unknown,
}

impl Basis {
    fn of(view: &View<'_>, units: &BTreeSet<UnitIdx>) -> Self {
        let mut units = units.iter().map(|&idx| view.analysis.build.unit(idx));
        if units.clone().all(|unit| unit.cpu.is_some()) {
            return Self::Cpu;
        }
        if units.any(|unit| unit.trusted_duration_s().is_some()) { Self::Unit } else { Self::Unknown }
    }

    /// What rows are sorted by.
    fn of_one(self, duplicate: &Duplicate) -> f64 {
        let cpu_s = duplicate.vanishing_cpu_s().filter(|_| matches!(self, Self::Cpu));
        cpu_s.unwrap_or_else(|| duplicate.vanishing_s())
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Cpu => "CPU time",
            Self::Unit => "unit time",
            Self::Unknown => "time",
        }
    }

    /// `1.93 s`; `≥ 1.93 s` where a unit has no time; `unknown` where none has one.
    fn total(self, view: &View<'_>, units: &BTreeSet<UnitIdx>) -> String {
        let gone = units.iter().map(|&idx| view.analysis.build.unit(idx));
        let times: Vec<f64> = match self {
            Self::Cpu => gone.filter_map(|unit| unit.cpu.map(CpuTime::total_s)).collect(),
            Self::Unit | Self::Unknown => gone.filter_map(Unit::trusted_duration_s).collect(),
        };
        let total = format::duration(times.iter().sum());
        match times.len() {
            0 => "unknown".to_owned(),
            n if n < units.len() => format!("≥ {total}"),
            _ => total,
        }
    }
}

fn surplus_units(duplicate: &Duplicate) -> impl Iterator<Item = UnitIdx> {
    duplicate.surplus().iter().flat_map(|version| version.vanishing.iter().copied())
}

/// The first columns of a row.
fn price(view: &View<'_>, basis: Basis, units: &BTreeSet<UnitIdx>) -> Line {
    let n_units = format::number(units.len() as u64);
    let line = Line::styled(STRONG, &format!("{:>TIME$}", basis.total(view, units)));
    line.with(PLAIN, &format!("{n_units:>UNITS$}{:GAP$}", ""))
}

/// Where the versions stand, and how wide they are.
struct Columns {
    /// Beside the name; or below it where the page is narrow.
    beside: Option<usize>,
    name: usize,
    version: usize,
}

impl Columns {
    /// Versions stand beside the name if a third of the page is left for who asks for them.
    fn fit(width: usize, duplicates: &[&Duplicate]) -> Self {
        let names = duplicates.iter().map(|duplicate| Line::plain(&duplicate.name).width());
        let versions = duplicates.iter().flat_map(|duplicate| &duplicate.versions);
        let versions = versions.map(|version| Line::plain(&version.version).width());
        let name = names.max().unwrap_or(0).min(NAME);
        let version = versions.max().unwrap_or(0).min(VERSION);
        let beside = TIME + UNITS + GAP + name + GAP;
        Self { beside: Some(beside).filter(|column| column + version + 3 <= width * 2 / 3), name, version }
    }

    fn write(&self, page: &mut Page, view: &View<'_>, basis: Basis, duplicate: &Duplicate) {
        let mut first = price(view, basis, &surplus_units(duplicate).collect());
        first.append(&Line::styled(STRONG, &duplicate.name).fitted(self.name));
        if self.beside.is_none() {
            page.push(&std::mem::take(&mut first));
        }
        let column = self.beside.unwrap_or(INDENT + 2);
        for version in &duplicate.versions {
            first.pad_to(column);
            first.append(&Line::plain(&version.version).fitted(self.version));
            first.pad_to(column + self.version);
            page.wrapped(std::mem::take(&mut first), column + self.version + 3, &pulled_by(view, version));
        }
        if duplicate.compatible {
            first.pad_to(column - 1);
            page.wrapped(first, column, &words(DIM, "the lockfile alone could unify two of them"));
        }
    }
}

/// Who asks for the version, members first.
fn pulled_by(view: &View<'_>, version: &DuplicateVersion) -> Vec<Line> {
    let all_told = view.analysis.build.source.tells_all_edges();
    if version.pulled_by.is_empty() {
        return words(DIM, if all_told { "← nothing that was built" } else { "← not known" });
    }
    let mut pullers: Vec<&Puller> = version.pulled_by.iter().collect();
    pullers.sort_by_key(|puller| !puller.member);
    let n_named = if pullers.len() > PULLERS + 1 { PULLERS } else { pullers.len() };
    let n_more = pullers.len() - n_named;
    let mut atoms = words(DIM, "←");
    for (i, puller) in pullers[..n_named].iter().enumerate() {
        let mut atom = named(puller);
        if i + 1 < n_named {
            atom.push(PLAIN, ",");
        }
        atoms.push(atom);
    }
    if n_more > 0 {
        atoms.extend(words(DIM, &format!("and {n_more} more")));
    }
    if !all_told {
        atoms.extend(words(DIM, "and perhaps others"));
    }
    atoms
}

/// A member stands out: its manifest can be edited.
fn named(puller: &Puller) -> Line {
    let (name, version) = puller.package.split_once(" v").unwrap_or((&puller.package, ""));
    let line = Line::styled(if puller.member { STRONG } else { PLAIN }, name);
    match (puller.member, version) {
        (true, _) => line.with(DIM, " (member)"),
        (false, "") => line,
        (false, version) => line.with(DIM, &format!(" v{version}")),
    }
}
