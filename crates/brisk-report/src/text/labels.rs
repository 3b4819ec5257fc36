//! What people call the units of a build.

use std::collections::BTreeMap;

use brisk::model::{Build, UnitIdx};

use super::line::Line;
use super::style::{DIM, PLAIN};
use crate::format;

/// The names of a build's units.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    build: &'a Build,
    repeats: BTreeMap<UnitIdx, usize>,
}

impl<'a> Labels<'a> {
    pub(super) fn new(build: &'a Build) -> Self {
        Self { build, repeats: repeats(build) }
    }

    /// What people call the unit, within `width` columns: `name v1.2.3 build script (run)`; where that is too long, without
    /// the version, and then with `build.rs` for the build script, before anything is cut.
    ///
    /// The same target is compiled again for another platform, profile or set of features: those are `(2nd)`, `(3rd)`.
    pub(super) fn of(&self, idx: UnitIdx, width: usize) -> Line {
        let unit = self.build.unit(idx);
        let name = &unit.package.name;
        let label = unit.label();
        let what = label.strip_prefix(name.as_str()).unwrap_or_default();
        let repeat = self.repeats.get(&idx).map(|n| format!(" ({})", format::ordinal(*n))).unwrap_or_default();
        let named = Line::styled(PLAIN, name);
        let version = unit.package.version.as_ref().map(|version| format!(" v{version}")).unwrap_or_default();
        let long = named.clone().with(DIM, &version).with(PLAIN, what).with(PLAIN, &repeat);
        let shorter = named.clone().with(PLAIN, what).with(PLAIN, &repeat);
        let shortest = named.with(PLAIN, &what.replace("build script", "build.rs")).with(PLAIN, &repeat);
        let fits = [long, shorter].into_iter().find(|line| line.width() <= width);
        fits.unwrap_or_else(|| shortest.fitted(width))
    }
}

/// Units that bear the name of one that started before them, and how many have it up to them.
pub(crate) fn repeats(build: &Build) -> BTreeMap<UnitIdx, usize> {
    let start_s = |idx: &UnitIdx| build.unit(*idx).timing.map_or(f64::INFINITY, |timing| timing.start_s);
    let mut by_name: BTreeMap<(String, Option<&str>), Vec<UnitIdx>> = BTreeMap::new();
    for (idx, unit) in build.iter_units() {
        by_name.entry((unit.label(), unit.package.version.as_deref())).or_default().push(idx);
    }
    let mut repeats = BTreeMap::new();
    for mut same in by_name.into_values().filter(|same| same.len() > 1) {
        same.sort_by(|a, b| start_s(a).total_cmp(&start_s(b)));
        repeats.extend(same.into_iter().zip(1..).skip(1));
    }
    repeats
}
