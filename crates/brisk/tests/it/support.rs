//! Words shared by the tests.

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuTime, Jobs, JobsBasis, Surroundings, Timing, UnitIdx};
use brisk_test_support::workspace_of;

/// The analysis of `build` in the workspace that it could be of.
pub(crate) fn analyse(build: Build) -> Analysis {
    Analysis::of(workspace_of(&build), build, Surroundings::default(), Vec::new())
}

/// Labels of `units`, with the version where it is not the workspace's own.
pub(crate) fn labels(build: &Build, units: impl IntoIterator<Item = UnitIdx>) -> Vec<String> {
    let name = |unit: UnitIdx| {
        let unit = build.unit(unit);
        match unit.package.version.as_deref() {
            None | Some("0.1.0") => unit.label(),
            Some(version) => format!("{} v{version}", unit.label()),
        }
    };
    units.into_iter().map(name).collect()
}

/// `build` with this much CPU time for each unit in turn.
pub(crate) fn with_cpu(mut build: Build, cpu_s: &[f64]) -> Build {
    for (unit, &user_s) in build.units.iter_mut().zip(cpu_s) {
        unit.cpu = Some(CpuTime { user_s, sys_s: 0.0 });
    }
    build
}

/// Whether two numbers of seconds are the same but for rounding.
pub(crate) fn near(a_s: f64, b_s: f64) -> bool {
    (a_s - b_s).abs() < 1e-6
}

/// `build` on so many jobs, all of it `factor` times slower.
pub(crate) fn slowed(mut build: Build, factor: f64, jobs: u32) -> Build {
    for timing in build.units.iter_mut().filter_map(|unit| unit.timing.as_mut()) {
        let slow = |at_s: f64| at_s * factor;
        *timing = Timing {
            start_s: slow(timing.start_s),
            rmeta_s: timing.rmeta_s.map(slow),
            codegen_s: timing.codegen_s.map(slow),
            link_s: timing.link_s.map(|(from_s, to_s)| (slow(from_s), slow(to_s))),
            end_s: slow(timing.end_s),
            ..*timing
        };
    }
    let jobs = Some(Jobs { n: jobs, basis: JobsBasis::Recorded });
    Build { wall_s: build.wall_s.map(|wall_s| wall_s * factor), jobs, ..build }
}
