//! What the sections share: the analysis, the options, and small facts that several of them ask for.

use std::collections::{BTreeMap, BTreeSet};

use brisk::analysis::Analysis;
use brisk::model::{Build, PackageSource, Timing, Unit, UnitIdx};

use super::line::Line;
use super::options::{TextOptions, Verbosity};
use super::style::{DIM, PLAIN};
use crate::format;

/// An analysis as the reader wants to see it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) options: &'a TextOptions,
    on_path: BTreeSet<UnitIdx>,
    members: BTreeSet<&'a str>,
    repeats: BTreeMap<UnitIdx, usize>,
}

impl<'a> View<'a> {
    pub(super) fn new(analysis: &'a Analysis, options: &'a TextOptions) -> Self {
        let workspace = &analysis.workspace;
        Self {
            analysis,
            options,
            on_path: analysis.critical_path.steps.iter().map(|step| step.unit).collect(),
            repeats: repeats(&analysis.build),
            members: workspace.members.iter().map(|&idx| workspace.package(idx).name.as_str()).collect(),
        }
    }

    pub(super) fn verbose(&self) -> bool {
        self.options.verbosity == Verbosity::Verbose
    }

    /// Whether the unit is on the critical path.
    pub(super) fn is_critical(&self, unit: UnitIdx) -> bool {
        self.on_path.contains(&unit)
    }

    /// Whether the unit is of a member of the workspace. Where the source of the build does not say, names decide.
    pub(super) fn is_member(&self, unit: &Unit) -> bool {
        match unit.package.source {
            PackageSource::Member => true,
            PackageSource::Unknown => self.members.contains(unit.package.name.as_str()),
            PackageSource::Path | PackageSource::Registry | PackageSource::Git => false,
        }
    }

    /// Units with a time that can be trusted, longest first.
    pub(super) fn timed(&self) -> Vec<(UnitIdx, &'a Unit, f64)> {
        let units = self.analysis.build.iter_units();
        let mut timed: Vec<_> = units.filter_map(|(idx, unit)| Some((idx, unit, unit.trusted_duration_s()?))).collect();
        timed.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        timed
    }

    /// Whether the report leaves something out that a verbose one shows.
    pub(super) fn has_more(&self) -> bool {
        !self.verbose() && self.analysis.summary.n_timed > 0
    }

    /// The command that measures such a build exactly: `cargo brisk record -- build --release`.
    pub(super) fn record_command(&self) -> String {
        let build = &self.analysis.build;
        let of_profile = |profile: Option<&str>| -> Vec<String> {
            let words: &[&str] = match profile {
                None | Some("dev" | "debug") => &["build"],
                Some("release") => &["build", "--release"],
                Some(profile) => &["build", "--profile", profile],
            };
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        let recorded = build.command.clone().filter(|command| !command.is_empty());
        let words = recorded.unwrap_or_else(|| of_profile(build.profile.as_deref()));
        let record = ["brisk", "record", "--"].map(str::to_owned);
        format!("`{}`", format::command(&[&record[..], &words].concat()))
    }

    /// The times of timed units of sessions other than the main one.
    pub(super) fn other_sessions(&self) -> Vec<Timing> {
        let build = &self.analysis.build;
        let timed = build.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
        timed.filter(|unit| !build.in_main_session(unit)).filter_map(|unit| unit.timing).collect()
    }

    /// What people call the unit, within `width` columns: `name v1.2.3 build script (run)`; where that is too long, without
    /// the version, and then with `build.rs` for the build script, before anything is cut.
    ///
    /// The same target is compiled again for another platform, profile or set of features: those are `(2nd)`, `(3rd)`.
    pub(super) fn label(&self, idx: UnitIdx, width: usize) -> Line {
        let unit = self.analysis.build.unit(idx);
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
fn repeats(build: &Build) -> BTreeMap<UnitIdx, usize> {
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
