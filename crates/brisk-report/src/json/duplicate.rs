//! Packages built in several versions.

use brisk::detect::{Duplicate, DuplicateVersion, Puller};
use brisk::model::{Build, UnitIdx};
use serde::Serialize;

use super::number::seconds;

/// A package built in several versions.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its versions, ascending.
    pub versions: Vec<DuplicateVersionView<'a>>,
    /// Whether two of them are semver-compatible, so that the lockfile alone could unify them.
    pub compatible: bool,
    /// Unit seconds that vanish if only the newest version stays; `null` if none of those units has a time.
    pub vanishing_s: Option<f64>,
    /// CPU seconds that vanish; `null` unless all of those units were measured.
    pub vanishing_cpu_s: Option<f64>,
}

/// One of the versions.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateVersionView<'a> {
    /// The version.
    pub version: &'a str,
    /// Its units.
    pub units: Vec<u32>,
    /// Who asks for it.
    pub pulled_by: Vec<PullerView<'a>>,
    /// The units that would no longer be built without it.
    pub vanishing: Vec<u32>,
    /// Unit seconds of those; `null` if none has a time.
    pub vanishing_s: Option<f64>,
    /// CPU seconds of those; `null` unless all were measured.
    pub vanishing_cpu_s: Option<f64>,
}

/// A package that asks for a version.
#[derive(Clone, Debug, Serialize)]
pub struct PullerView<'a> {
    /// `name v1.2.3`.
    pub package: &'a str,
    /// Whether it is a member of the workspace, so that its manifest can be edited.
    pub member: bool,
}

impl<'a> DuplicateView<'a> {
    pub(super) fn of(build: &Build, duplicate: &'a Duplicate) -> Self {
        let timed = duplicate.surplus().iter().any(|version| any_timed(build, &version.vanishing));
        Self {
            name: &duplicate.name,
            versions: duplicate.versions.iter().map(|version| DuplicateVersionView::of(build, version)).collect(),
            compatible: duplicate.compatible,
            vanishing_s: seconds(duplicate.vanishing_s()).filter(|_| timed),
            vanishing_cpu_s: duplicate.vanishing_cpu_s().and_then(seconds),
        }
    }
}

impl<'a> DuplicateVersionView<'a> {
    fn of(build: &Build, version: &'a DuplicateVersion) -> Self {
        Self {
            version: &version.version,
            units: indices(&version.units),
            pulled_by: version.pulled_by.iter().map(PullerView::of).collect(),
            vanishing: indices(&version.vanishing),
            vanishing_s: seconds(version.vanishing_s).filter(|_| any_timed(build, &version.vanishing)),
            vanishing_cpu_s: version.vanishing_cpu_s.and_then(seconds),
        }
    }
}

impl<'a> PullerView<'a> {
    fn of(puller: &'a Puller) -> Self {
        Self { package: &puller.package, member: puller.member }
    }
}

fn any_timed(build: &Build, units: &[UnitIdx]) -> bool {
    units.iter().any(|&idx| build.unit(idx).trusted_duration_s().is_some())
}

fn indices(units: &[UnitIdx]) -> Vec<u32> {
    units.iter().map(|idx| idx.0).collect()
}
