//! Why one build takes more or less than the other: the change of the whole as a sum.

use std::collections::BTreeMap;

use super::{Group, Micros, PackageChange, SettingChange, State, UnitChange};
use crate::model::{Build, PackageRef};

/// What a cause is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A package of B, or of A if it is gone. Of new and gone packages it is the one with which the others came or went.
    Package(PackageRef),
    /// Settings that are others in the same way in all of its units; empty if nobody knows which.
    Settings(Vec<SettingChange>),
    /// Units in one state, of any package.
    Units(State),
    /// The build as a whole.
    Build,
}

/// A part of the change.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Its kind.
    pub group: Group,
    /// What it is about.
    pub subject: Subject,
    /// Seconds of work, B less A. All causes together are the change as it was measured.
    pub work: Micros,
    /// Seconds of wall time, B less A, in the same way; `None` where that cannot be compared, or is not known.
    pub wall: Option<Micros>,
    /// The units that it is about, as positions in [`super::Difference::units`]: those first that matter most.
    pub units: Vec<usize>,
    /// The packages that it is about, as positions in [`super::Difference::packages`]: the one that it is named after first, then
    /// those that matter most. Empty where packages are the same in both builds.
    pub packages: Vec<usize>,
}

impl Cause {
    /// Whether it is of packages or units that were changed or stand out, and not of all that are as they were.
    pub fn is_named(&self) -> bool {
        self.group.is_of_units() && !(self.group == Group::Same && matches!(self.subject, Subject::Units(_)))
    }
}

/// The changes that causes add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whole {
    /// Of work, B less A as they were; `None` where that is not known.
    pub(super) work: Option<Micros>,
    /// Of wall time, where that is told.
    pub(super) wall: Option<Micros>,
    /// What Cargo itself did, at equal speed; `None` where that cannot be told from units.
    pub(super) cargo: Option<Micros>,
    /// What the speed of the machine did to work; `None` where that is not known.
    pub(super) machine: Option<Micros>,
    /// The same of wall time.
    pub(super) machine_wall: Option<Micros>,
}

/// The causes, those first that matter most, and last what is not of units.
pub(super) fn causes(
    units: &[UnitChange],
    packages: &[PackageChange],
    whole: Whole,
    (a, b): (&Build, &Build),
) -> Vec<Cause> {
    let mut package_of: Vec<Option<usize>> = vec![None; units.len()];
    for (at, package) in packages.iter().enumerate() {
        for &unit in &package.units {
            package_of[unit] = Some(at);
        }
    }
    let mut by_subject: BTreeMap<(Group, Subject), (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        let package = package_of[at];
        let subject = subject(unit, package.map(|at| (at, packages)), || name(unit, a, b));
        let entry = by_subject.entry((unit.group, subject)).or_default();
        entry.0.push(at);
        if let Some(package) = package.filter(|package| !entry.1.contains(package)) {
            entry.1.push(package);
        }
    }
    let causes = by_subject.into_iter().map(|((group, subject), of)| cause(group, subject, of, (units, packages)));
    let mut causes: Vec<Cause> = causes.filter(|cause| !is_nothing(cause, units)).collect();
    causes.sort_by_key(|cause| (std::cmp::Reverse(weight(cause)), cause.group, cause.subject.clone()));
    let rest = rest(&causes, whole);
    causes.extend(rest);
    causes
}

/// Units that nobody has built tell nothing, if they are the same otherwise.
fn is_nothing(cause: &Cause, units: &[UnitChange]) -> bool {
    cause.group == Group::Same && cause.units.iter().all(|&at| units[at].state == State::Unbuilt)
}

fn weight(cause: &Cause) -> (Micros, Micros) {
    (cause.work.abs(), cause.wall.unwrap_or_default().abs())
}

fn name(unit: &UnitChange, a: &Build, b: &Build) -> PackageRef {
    let of_b = unit.b.map(|idx| b.unit(idx).package.clone());
    of_b.or_else(|| unit.a.map(|idx| a.unit(idx).package.clone())).expect("one of the builds has the unit")
}

fn subject(
    unit: &UnitChange,
    package: Option<(usize, &[PackageChange])>,
    own_name: impl FnOnce() -> PackageRef,
) -> Subject {
    match unit.group {
        Group::NewPackage | Group::GonePackage => {
            let root = package.and_then(|(at, packages)| Some(packages[packages[at].root?].package().clone()));
            Subject::Package(root.unwrap_or_else(own_name))
        }
        Group::Version | Group::Features | Group::Targets => {
            let named = package.map(|(at, packages)| packages[at].package().clone());
            Subject::Package(named.unwrap_or_else(own_name))
        }
        Group::Settings => Subject::Settings(unit.settings.clone()),
        Group::Same if matches!(unit.state, State::Slower | State::Faster) => Subject::Package(own_name()),
        // Those that are as ever count together: what one of them took more, another one took less.
        Group::Same => Subject::Units(State::Same),
        Group::Rebuilt | Group::Cargo | Group::Machine | Group::Unattributed => Subject::Units(unit.state),
    }
}

fn cause(
    group: Group,
    subject: Subject,
    (mut of_units, mut of_packages): (Vec<usize>, Vec<usize>),
    (units, packages): (&[UnitChange], &[PackageChange]),
) -> Cause {
    let work = of_units.iter().map(|&at| units[at].work).sum();
    let wall = of_units.iter().map(|&at| units[at].wall).sum();
    of_units.sort_by_key(|&at| (std::cmp::Reverse(units[at].work.abs()), at));
    let is_named = |at: usize| matches!(&subject, Subject::Package(name) if packages[at].package() == name);
    of_packages.sort_by_key(|&at| (!is_named(at), std::cmp::Reverse(packages[at].work.abs()), at));
    Cause { group, subject, work, wall, units: of_units, packages: of_packages }
}

/// What Cargo did, the machine, and what is left: with it, all add up to the whole, to the microsecond.
fn rest(causes: &[Cause], whole: Whole) -> Vec<Cause> {
    let (Some(work), wall) = (whole.work, whole.wall) else { return Vec::new() };
    let of_build = |group: Group, work: Micros, wall: Option<Micros>| Cause {
        group,
        subject: Subject::Build,
        work,
        wall,
        units: Vec::new(),
        packages: Vec::new(),
    };
    let zero = wall.map(|_| Micros::ZERO);
    let mut rest = Vec::new();
    rest.extend(whole.cargo.map(|cargo| of_build(Group::Cargo, cargo, zero)));
    rest.extend(whole.machine.map(|machine| of_build(Group::Machine, machine, whole.machine_wall.or(zero))));
    let told: Micros = causes.iter().chain(&rest).map(|cause| cause.work).sum();
    let told_wall: Option<Micros> = causes.iter().chain(&rest).map(|cause| cause.wall).sum();
    let left_wall = wall.map(|wall| wall - told_wall.unwrap_or_default());
    rest.push(of_build(Group::Unattributed, work - told, left_wall));
    rest
}
