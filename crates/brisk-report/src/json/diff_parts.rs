//! Parts of the object of `diff`: causes, packages and units.

use brisk::difference::{Cause, Difference, Joined, PackageChange, SettingChange, Subject, UnitChange};
use brisk::model::{PackageRef, Unit};
use serde::Serialize;

use super::LocationView;
use super::diff::exact;
use super::number::seconds;
use crate::differences;

/// A cause.
#[derive(Clone, Debug, Serialize)]
pub struct CauseView<'a> {
    /// Its kind, as in `groups`.
    pub group: &'static str,
    /// What it is, in words.
    pub title: String,
    /// What else is to be said of it, in words.
    pub details: Vec<String>,
    /// The package that it is about; of new and gone ones the one with which the others came or went.
    pub package: Option<PackageView<'a>>,
    /// Settings that are others; empty if it is about something else, or nobody knows which.
    pub settings: Vec<SettingView<'a>>,
    /// Seconds of work.
    pub work_s: Option<f64>,
    /// Wall seconds; `null` where they cannot be compared.
    pub wall_s: Option<f64>,
    /// Its units, as positions in `units_list`: those first that matter most.
    pub units: &'a [usize],
    /// Its packages, as positions in `packages`: the one that it is named after first.
    pub packages: &'a [usize],
}

/// A package.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PackageView<'a> {
    /// Name.
    pub name: &'a str,
    /// Version.
    pub version: Option<&'a str>,
}

/// A setting that is another one in B; `null` where it is not set.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SettingView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value in A.
    pub a: Option<&'a str>,
    /// Its value in B.
    pub b: Option<&'a str>,
}

/// A package that is not the same in both.
#[derive(Clone, Debug, Serialize)]
pub struct PackageChangeView<'a> {
    /// What A has; `null` if it is new.
    pub before: Option<PackageView<'a>>,
    /// What B has; `null` if it is gone.
    pub after: Option<PackageView<'a>>,
    /// Features that only B has turned on.
    pub features_on: &'a [String],
    /// Features that only A has turned on.
    pub features_off: &'a [String],
    /// Seconds of work of its units.
    pub work_s: Option<f64>,
    /// Wall seconds of its units; `null` where they cannot be compared.
    pub wall_s: Option<f64>,
    /// Its units, as positions in `units_list`.
    pub units: &'a [usize],
    /// A shortest way to it, the member first; empty if no member is known to need it.
    pub pulled_by: Vec<PackageView<'a>>,
    /// Where the member asks for the next one on that way.
    pub location: Option<LocationView<'a>>,
    /// Position of the package with which it came or went; `null` unless it is new or gone.
    pub root: Option<usize>,
}

/// A unit of A, of B, or of both.
#[derive(Clone, Debug, Serialize)]
pub struct UnitChangeView<'a> {
    /// Its position in A's `units_list`.
    pub a: Option<u32>,
    /// Its position in B's.
    pub b: Option<u32>,
    /// What people call it.
    pub label: String,
    /// Its package: in B, if B has it.
    pub package: Option<PackageView<'a>>,
    /// How it is known that both are the same: `hash`, `key`, `features`, `version`, `profile`; `null` if only one has it.
    pub joined: Option<&'static str>,
    /// `new`, `gone`, `built` (up to date in A), `up-to-date` (built by A), `unbuilt`, `slower`, `faster`, `same`, `unknown`.
    pub state: &'static str,
    /// The kind of cause that it counts for.
    pub group: &'static str,
    /// Seconds of work in A: 0 if it was up to date; `null` if A has it not, or nobody knows.
    pub work_a_s: Option<f64>,
    /// The same in B.
    pub work_b_s: Option<f64>,
    /// What it adds to the change of work.
    pub work_s: Option<f64>,
    /// Seconds from its start to its end in A.
    pub duration_a_s: Option<f64>,
    /// The same in B.
    pub duration_b_s: Option<f64>,
    /// What it adds to the change of wall time; `null` where that cannot be compared.
    pub wall_s: Option<f64>,
    /// Seconds of it on the critical path of A; `null` if it is not on it.
    pub on_path_a_s: Option<f64>,
    /// The same of B.
    pub on_path_b_s: Option<f64>,
    /// Features that only B has turned on.
    pub features_on: &'a [String],
    /// Features that only A has turned on.
    pub features_off: &'a [String],
    /// What else is set in another way, as far as that is known.
    pub settings: Vec<SettingView<'a>>,
}

impl<'a> CauseView<'a> {
    pub(super) fn of(difference: &'a Difference, cause: &'a Cause) -> Self {
        let row = differences::row(difference, cause);
        let (package, settings) = match &cause.subject {
            Subject::Package(package) => (Some(PackageView::of(package)), Vec::new()),
            Subject::Settings(settings) => (None, settings.iter().map(SettingView::of).collect()),
            Subject::Units(_) | Subject::Build => (None, Vec::new()),
        };
        Self {
            group: cause.group.as_str(),
            title: row.title,
            details: row.details,
            package,
            settings,
            work_s: exact(cause.work),
            wall_s: cause.wall.and_then(exact),
            units: &cause.units,
            packages: &cause.packages,
        }
    }
}

impl<'a> PackageView<'a> {
    pub(super) fn of(package: &'a PackageRef) -> Self {
        Self { name: &package.name, version: package.version.as_deref() }
    }
}

impl<'a> SettingView<'a> {
    pub(super) fn of(change: &'a SettingChange) -> Self {
        Self { name: &change.name, a: change.a.as_deref(), b: change.b.as_deref() }
    }
}

impl<'a> PackageChangeView<'a> {
    pub(super) fn of(package: &'a PackageChange) -> Self {
        let pulled = package.pulled.as_ref();
        let location = pulled.and_then(|pulled| pulled.place.as_ref());
        Self {
            before: package.before.as_ref().map(PackageView::of),
            after: package.after.as_ref().map(PackageView::of),
            features_on: &package.features_on,
            features_off: &package.features_off,
            work_s: exact(package.work),
            wall_s: package.wall.and_then(exact),
            units: &package.units,
            pulled_by: pulled.map(|pulled| pulled.chain.iter().map(PackageView::of).collect()).unwrap_or_default(),
            location: location.map(LocationView::of),
            root: package.root,
        }
    }
}

impl<'a> UnitChangeView<'a> {
    pub(super) fn of(difference: &'a Difference, change: &'a UnitChange) -> Self {
        let unit = differences::unit_of(difference, change);
        let of_a = change.a.and_then(|idx| difference.a.build.unit(idx).trusted_duration_s());
        let of_b = change.b.and_then(|idx| difference.b.build.unit(idx).trusted_duration_s());
        Self {
            a: change.a.map(|idx| idx.0),
            b: change.b.map(|idx| idx.0),
            label: unit.map(Unit::label).unwrap_or_default(),
            package: unit.map(|unit| PackageView::of(&unit.package)),
            joined: change.joined.map(joined),
            state: change.state.as_str(),
            group: change.group.as_str(),
            work_a_s: change.work_a.and_then(exact),
            work_b_s: change.work_b.and_then(exact),
            work_s: exact(change.work),
            duration_a_s: of_a.and_then(seconds),
            duration_b_s: of_b.and_then(seconds),
            wall_s: change.wall.and_then(exact),
            on_path_a_s: change.on_path_a.and_then(exact),
            on_path_b_s: change.on_path_b.and_then(exact),
            features_on: &change.features_on,
            features_off: &change.features_off,
            settings: change.settings.iter().map(SettingView::of).collect(),
        }
    }
}

fn joined(joined: Joined) -> &'static str {
    match joined {
        Joined::Hash => "hash",
        Joined::Key => "key",
        Joined::Features => "features",
        Joined::Version => "version",
        Joined::Profile => "profile",
    }
}
