//! The comparison of two builds.

use super::alike::alike;
use super::cause::{Whole, causes};
use super::changes::Scene;
use super::circumstance::circumstances;
use super::join::join;
use super::package_change::{PackagesOf, package_changes};
use super::packages::{Packages, Paired};
use super::total::{Speed, Work, noise, wall};
use super::{Cause, Circumstance, Compared, Group, Meaning, Micros, PackageChange, Total, UnitChange, Verdict};
use crate::model::{CpuBasis, Problem, Workspace};
use crate::simulate::WorkBasis;
use crate::stats::Common;

/// Two builds, and what they differ in: the answer of `cargo brisk diff`, the single value that its views are functions of.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What there was.
    pub a: Compared,
    /// What it is compared with.
    pub b: Compared,
    /// In what they differ as a whole, the gravest first.
    pub circumstances: Vec<Circumstance>,
    /// What both compile alike, if it is enough to tell how fast the machine was: then changes are told at equal speed, that in
    /// the middle of both.
    pub common: Option<Common>,
    /// Work of both: CPU time, or unit time where that was not measured; `None` where neither is known of both.
    pub work: Option<Total>,
    /// What work is counted in.
    pub basis: Option<WorkBasis>,
    /// Wall time of both, where it is known.
    pub wall: Option<Total>,
    /// All units of both, each once.
    pub units: Vec<UnitChange>,
    /// Packages that are not the same in both, by name.
    pub packages: Vec<PackageChange>,
    /// Why they differ, what matters most first; last what is not of units. Together they are the change of work and of wall
    /// time as it was measured, to the microsecond.
    pub causes: Vec<Cause>,
    /// What is to be thought of the change of work.
    pub verdict: Verdict,
    /// What could not be read or decided.
    pub problems: Vec<Problem>,
}

impl Difference {
    /// That of two builds of `workspace`, as it is now. `problems` are those met on the way to them.
    pub fn of(a: Compared, b: Compared, workspace: &Workspace, problems: Vec<Problem>) -> Self {
        let circumstances = circumstances(&a, &b);
        let (packages_a, packages_b) = (Packages::of(&a.build), Packages::of(&b.build));
        let paired = Paired::of(&packages_a, &packages_b);
        let joined = join(&a, &b, &paired);
        let counted = Work::of(&a, &b);
        let basis = counted.map(|work| work.basis);
        let scene = Scene::as_they_were(&a, &b, (&paired, &joined), basis);
        let common = alike(&scene, &scene.changes());
        let speed = Speed::of(common);
        let noise = noise(&a.build, &b.build, common);
        let work = counted.map(|work| work.total(speed, noise));
        let wall = wall(&a, &b, speed, noise);
        let is_work_told = common.is_some() || !circumstances.iter().any(|it| it.respect.spoils_work());
        let is_wall_told = wall.is_some() && !circumstances.iter().any(|it| it.respect.spoils_wall());
        let units = Scene { speed, is_work_told, is_wall_told, ..scene }.changes();
        let side = |compared, packages| PackagesOf { compared, packages };
        let packages = package_changes(side(&a, &packages_a), side(&b, &packages_b), &paired, &units, workspace);
        let whole = whole(counted, (work, wall.filter(|_| is_wall_told)), (common, speed), &units);
        let causes = causes(&units, &packages, whole, (&a.build, &b.build));
        let explained = explained(&causes, &circumstances);
        let verdict = Verdict::of(work, common, explained, &circumstances);
        Self { a, b, circumstances, common, work, basis, wall, units, packages, causes, verdict, problems }
    }

    /// Whether wall times can be compared.
    pub fn is_wall_comparable(&self) -> bool {
        self.wall.is_some() && self.wall_obstacles().next().is_none()
    }

    /// Why wall times cannot be compared.
    pub fn wall_obstacles(&self) -> impl Iterator<Item = &Circumstance> {
        self.circumstances.iter().filter(|circumstance| circumstance.respect.spoils_wall())
    }

    /// How many times as slow the machine was while B was built, where that is known.
    pub fn slower(&self) -> Option<f64> {
        self.common.map(|common| common.b_s / common.a_s)
    }

    /// The change by group, work and wall time, of those that occur, in their order.
    pub fn groups(&self) -> Vec<(Group, Micros, Option<Micros>)> {
        let of_group = |group: Group| {
            let causes = || self.causes.iter().filter(move |cause| cause.group == group);
            causes().next()?;
            Some((group, causes().map(|cause| cause.work).sum(), causes().map(|cause| cause.wall).sum()))
        };
        Group::ALL.into_iter().filter_map(of_group).collect()
    }

    /// What of the change of work is of packages and units that were changed or stand out, as a share of it at equal speed: the
    /// rest is of units as they were, of Cargo, or of nobody. `None` where builds of the same differ by as much.
    pub fn attributed_share(&self) -> Option<f64> {
        let work = self.work.filter(|work| work.meaning != Meaning::Nothing)?;
        let named = self.causes.iter().filter(|cause| cause.is_named()).map(|cause| cause.work);
        Some(named.sum::<Micros>().seconds() / work.change.seconds()).filter(|share| share.is_finite())
    }
}

/// What the causes have to add up to, and what of it is not of units.
fn whole(
    counted: Option<Work>,
    (work, wall): (Option<Total>, Option<Total>),
    (common, speed): (Option<Common>, Speed),
    units: &[UnitChange],
) -> Whole {
    let machine = |total: Total| total.raw_change() - total.change;
    let is_unknown =
        |unit: &UnitChange| (unit.a.is_some() && unit.work_a.is_none()) || (unit.b.is_some() && unit.work_b.is_none());
    let cargo = counted.filter(|work| work.of == CpuBasis::Command && !units.iter().any(is_unknown)).map(|work| {
        let of_units =
            |pick: fn(&UnitChange) -> Option<Micros>| units.iter().filter_map(pick).sum::<Micros>().seconds();
        speed.change(work.a_s - of_units(|unit| unit.work_a), work.b_s - of_units(|unit| unit.work_b))
    });
    Whole {
        work: work.map(|total| total.raw_change()),
        wall: wall.map(|total| total.raw_change()),
        cargo,
        machine: work.filter(|_| common.is_some()).map(machine),
        machine_wall: wall.filter(|_| common.is_some()).map(machine),
    }
}

/// What was changed explains so much of the change of work; `None` if nothing was changed.
fn explained(causes: &[Cause], circumstances: &[Circumstance]) -> Option<Micros> {
    let is_changed = causes.iter().any(|cause| cause.group.is_of_the_build())
        || circumstances.iter().any(|circumstance| circumstance.respect.is_of_the_build());
    let of_changes = causes.iter().filter(|cause| cause.group.is_of_the_build()).map(|cause| cause.work);
    is_changed.then(|| of_changes.sum())
}
