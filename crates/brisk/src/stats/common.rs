//! What both builds of a pair have compiled alike: by that it can be seen how fast the machine was in each.

use std::collections::BTreeMap;

use crate::model::{Build, PackageSource, UnitHash, UnitIdx};

/// Less than this of a build says too little of its speed: at a third, builds of the same scatter by 2 to 3 % at equal speed,
/// as against 6 to 9 % as they are (`docs/measurements.md`).
const LEAST_SHARE: f64 = 1.0 / 3.0;

/// The units that two builds have compiled alike: the same code, by the same compiler, called in the same way. If they take
/// longer in one of the builds, then the machine was slower at that time, by that factor, for all units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Common {
    /// CPU seconds that they took in A.
    pub a_s: f64,
    /// The same in B.
    pub b_s: f64,
    /// Their share of the CPU time of the build of which they are less.
    pub share: f64,
}

impl Common {
    /// Those of two recorded builds: units of the same hash. Cargo puts into it the package, its version and source, features,
    /// profile, flags, compiler, and the hashes of all dependencies (`compute_metadata` in
    /// `src/cargo/core/compiler/build_runner/compilation_files.rs`), but nothing of what files hold: so only packages of
    /// registries and Git, all the way down, are certain to be the same.
    ///
    /// `None` if they are too few to go by, or if the builds had different numbers of jobs or compilers: then the same units
    /// may well take longer in one of them.
    pub fn of(a: &Build, b: &Build) -> Option<Self> {
        let (units_a, units_b) = (certain(a), certain(b));
        let both = units_a.iter().filter_map(|(hash, a_s)| Some((*a_s, *units_b.get(hash)?)));
        Self::of_units(a, b, both)
    }

    /// The same of other units that are known to be alike, each with its CPU seconds in both.
    pub fn of_units(a: &Build, b: &Build, units: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let jobs = |build: &Build| build.jobs.map(|jobs| jobs.n);
        if jobs(a) != jobs(b) || a.machine.rustc != b.machine.rustc {
            return None;
        }
        let (all_a, all_b) = (a.cpu?.total_s(), b.cpu?.total_s());
        let (a_s, b_s) = units.fold((0.0, 0.0), |(a, b), (a_s, b_s)| (a + a_s, b + b_s));
        let share = (a_s / all_a).min(b_s / all_b);
        // Nothing of nothing is not a number, and less than nothing.
        (share >= LEAST_SHARE).then_some(Self { a_s, b_s, share: share.min(1.0) })
    }
}

/// CPU seconds of the units whose hash says all of them.
fn certain(build: &Build) -> BTreeMap<UnitHash, f64> {
    let is_changing = changing(build);
    let units = build.units.iter().zip(is_changing).filter(|(_, is_changing)| !is_changing);
    units.filter_map(|(unit, _)| Some((unit.hash?, unit.cpu?.total_s()))).collect()
}

/// For each unit, whether its files may be others than the last time, or those of something that it depends on.
fn changing(build: &Build) -> Vec<bool> {
    let mut dependents: Vec<Vec<UnitIdx>> = vec![Vec::new(); build.units.len()];
    for edge in &build.edges {
        dependents[edge.dependency.index()].push(edge.dependent);
    }
    let is_own = |source: &PackageSource| !matches!(source, PackageSource::Registry | PackageSource::Git);
    let mut is_changing: Vec<bool> = build.units.iter().map(|unit| is_own(&unit.package.source)).collect();
    let mut open: Vec<usize> = (0..build.units.len()).filter(|unit| is_changing[*unit]).collect();
    while let Some(unit) = open.pop() {
        for dependent in &dependents[unit] {
            if !std::mem::replace(&mut is_changing[dependent.index()], true) {
                open.push(dependent.index());
            }
        }
    }
    is_changing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        CpuTime, Edge, Mode, Outputs, PackageRef, PhaseCpu, Platform, Source, Status, Target, TargetKind, Unit,
    };

    fn unit(name: &str, source: PackageSource, hash: &str, cpu_s: f64) -> Unit {
        Unit {
            hash: Some(hash.repeat(16).parse().unwrap()),
            package: PackageRef { name: name.to_owned(), version: None, source },
            target: Target { kind: TargetKind::Lib, name: name.to_owned() },
            mode: Mode::Build,
            platform: Platform::Host,
            profile_dir: None,
            features: Vec::new(),
            status: Status::New,
            timing: None,
            unfinished_since_s: None,
            cpu: Some(CpuTime { user_s: cpu_s, sys_s: 0.0 }),
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            failed: None,
            outputs: Outputs::default(),
        }
    }

    /// `serde`, which a member needs, and `patched`, which needs a directory: all at this speed.
    fn build(slower: f64, member_s: f64) -> Build {
        let units = vec![
            unit("serde", PackageSource::Registry, "1", 6.0 * slower),
            unit("app", PackageSource::Member, "2", member_s * slower),
            unit("local", PackageSource::Path, "3", 1.0 * slower),
            unit("patched", PackageSource::Registry, "4", 1.0 * slower),
        ];
        let cpu_s = units.iter().map(|unit| unit.cpu.unwrap().total_s()).sum();
        let edge = |dependent, dependency| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
        let cpu = Some(CpuTime { user_s: cpu_s, sys_s: 0.0 });
        Build { units, edges: vec![edge(1, 0), edge(3, 2)], cpu, ..Build::empty(Source::Capture) }
    }

    #[test]
    fn what_only_registries_and_git_decide_is_common() {
        let common = Common::of(&build(1.0, 2.0), &build(1.5, 4.0)).unwrap();
        assert!((common.a_s - 6.0).abs() < 1e-9 && (common.b_s - 9.0).abs() < 1e-9, "{common:?}");
        assert!((common.share - 0.5).abs() < 1e-9, "{common:?}");
    }

    #[test]
    fn too_little_in_common_or_other_circumstances_say_nothing() {
        assert_eq!(Common::of(&build(1.0, 2.0), &build(1.0, 40.0)), None);
        let mut other = build(1.0, 2.0);
        other.machine.rustc = Some("rustc 1.0.0".to_owned());
        assert_eq!(Common::of(&build(1.0, 2.0), &other), None);
        assert_eq!(Common::of(&Build::empty(Source::Capture), &Build::empty(Source::Capture)), None);
    }
}
