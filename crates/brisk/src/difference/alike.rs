//! What both builds compile alike, told by what their units are rather than by Cargo's hash.
//!
//! Cargo's hash of a unit is of all that it needs, too (`compute_metadata` in its
//! `core/compiler/build_runner/compilation_files.rs`): a feature less of `syn` gives every derive macro and all that uses one
//! another hash, though rustc does the same to nearly all of them. So where units of one hash are too few, those count as well
//! of which everything else is the same.

use super::changes::Scene;
use super::{Group, UnitChange};
use crate::model::{PackageSource, Unit};
use crate::simulate::WorkBasis;
use crate::stats::Common;

/// By units of one hash, else by units that are the same in all that is known of them: `units`, compared in `scene`.
pub(super) fn alike(scene: &Scene<'_>, units: &[UnitChange]) -> Option<Common> {
    let (a, b) = (&scene.a.build, &scene.b.build);
    Common::of(a, b).or_else(|| {
        // Flags that nobody recorded are seen where they change the hash of a unit that needs the same as before, and of those
        // that need it they are not: so none of them is certain then.
        let are_set_alike = units.iter().all(|unit| unit.group != Group::Settings);
        let is_cpu = scene.basis == Some(WorkBasis::Cpu);
        // The code of a package for another system is other code.
        let is_one_system = a.machine.os == b.machine.os && a.machine.host == b.machine.host;
        let times = units.iter().filter(|unit| is_certain(scene, unit)).filter_map(cpu_s);
        (are_set_alike && is_cpu && is_one_system).then(|| Common::of_units(a, b, times))?
    })
}

/// Whether the unit is the same in both, its files included: those of members and directories change without a trace.
fn is_certain(scene: &Scene<'_>, unit: &UnitChange) -> bool {
    let is_published = |unit: &Unit| matches!(unit.package.source, PackageSource::Registry | PackageSource::Git);
    let of_a = unit.a.is_some_and(|idx| is_published(scene.a.build.unit(idx)));
    unit.group == Group::Same && of_a && unit.b.is_some_and(|idx| is_published(scene.b.build.unit(idx)))
}

fn cpu_s(unit: &UnitChange) -> Option<(f64, f64)> {
    Some((unit.work_a?.seconds(), unit.work_b?.seconds()))
}
