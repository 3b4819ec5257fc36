//! What the sections share: the analysis, the options, and small facts that several of them ask for.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::model::{Build, PackageSource, Timing, Unit, UnitIdx};

use super::labels::Labels;
use super::line::Line;
use super::options::{TextOptions, Verbosity};
use crate::format;

/// An analysis as the reader wants to see it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) options: &'a TextOptions,
    on_path: BTreeSet<UnitIdx>,
    members: BTreeSet<&'a str>,
    labels: Labels<'a>,
}

impl<'a> View<'a> {
    pub(super) fn new(analysis: &'a Analysis, options: &'a TextOptions) -> Self {
        let workspace = &analysis.workspace;
        Self {
            analysis,
            options,
            on_path: analysis.critical_path.steps.iter().map(|step| step.unit).collect(),
            labels: Labels::new(&analysis.build),
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

    /// The command that measures such a build exactly.
    pub(super) fn record_command(&self) -> String {
        record_command(&self.analysis.build)
    }

    /// The times of timed units of sessions other than the main one.
    pub(super) fn other_sessions(&self) -> Vec<Timing> {
        let build = &self.analysis.build;
        let timed = build.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
        timed.filter(|unit| !build.in_main_session(unit)).filter_map(|unit| unit.timing).collect()
    }

    /// What people call the unit, within `width` columns: see [`Labels::of`].
    pub(super) fn label(&self, idx: UnitIdx, width: usize) -> Line {
        self.labels.of(idx, width)
    }
}

/// The command that measures such a build exactly: `cargo brisk record -- build --release`.
pub(crate) fn record_command(build: &Build) -> String {
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
