//! The exact times and costs of units, from their events.

use brisk::model::{
    Confidence, CpuTime, Mode, Outputs, PackageRef, PackageSource, PhaseCpu, Platform, SessionIdx, Status, Target,
    TargetKind, Timing, Unit,
};

use super::event::{Moment, UnitStart, Usage};
use super::units::Call;

/// Where zero is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zero(pub(super) Moment);

impl Zero {
    /// Seconds from zero to `moment`.
    pub(super) fn s(self, moment: Moment) -> f64 {
        moment.since_s(self.0)
    }
}

/// Puts into `unit` what the wrapper saw of it.
pub(super) fn refine(unit: &mut Unit, call: &Call, zero: Zero) {
    unit.timing = timing(call, zero);
    unit.unfinished_since_s = call.end.is_none().then(|| zero.s(call.start.at));
    unit.cpu = None;
    unit.phase_cpu = PhaseCpu::default();
    unit.max_rss_bytes = None;
    let Some(end) = &call.end else { return };
    unit.failed = end.exit.shell_code().filter(|code| *code != 0);
    if let Some(usage) = end.usage {
        unit.cpu = Some(cpu(usage));
        unit.phase_cpu = phases(call, usage, end.front_cpu_ns);
        unit.max_rss_bytes = Some(usage.max_rss);
    }
}

/// The times of a unit that ended.
fn timing(call: &Call, zero: Zero) -> Option<Timing> {
    let end = call.end?;
    Some(Timing {
        start_s: zero.s(call.start.at),
        expanded_s: end.expanded.map(|at| zero.s(at)),
        rmeta_s: end.rmeta.map(|at| zero.s(at)),
        codegen_s: end.codegen.map(|at| zero.s(at)),
        link_s: call.link_span().map(|(from, to)| (zero.s(from), zero.s(to))),
        end_s: zero.s(end.at),
        confidence: Confidence::Exact,
        session: SessionIdx(0),
    })
}

pub(super) fn cpu(usage: Usage) -> CpuTime {
    CpuTime { user_s: usage.user_ns as f64 / 1e9, sys_s: usage.sys_ns as f64 / 1e9 }
}

/// The CPU of rustc is measured whole; the linker's part at the linker, the front end's at its end. The rest is the back
/// end's. A check has none: what follows its metadata is still the front end.
pub(super) fn phases(call: &Call, usage: Usage, front_cpu_ns: Option<u64>) -> PhaseCpu {
    if mode_of(&call.start).is_check() {
        return PhaseCpu { front_s: Some(usage.cpu_s()), back_s: Some(0.0), link_s: None };
    }
    let link_s = (!call.links.is_empty()).then(|| call.links.iter().map(|link| link.usage.cpu_s()).sum::<f64>());
    let front_s = front_cpu_ns.map(|ns| ns as f64 / 1e9);
    // A link that was not seen cannot be told from code generation.
    let is_complete = link_s.is_some() || !call.links();
    let back_s =
        front_s.filter(|_| is_complete).map(|front_s| (usage.cpu_s() - front_s - link_s.unwrap_or(0.0)).max(0.0));
    PhaseCpu { front_s, back_s, link_s }
}

/// A unit of which Cargo left no fingerprint, because it failed: what its command line says.
pub(super) fn unit_of(start: &UnitStart) -> Unit {
    let name = start.package.clone().unwrap_or_else(|| start.krate.clone());
    let kind = kind_of(start);
    Unit {
        hash: start.hash.map(|hash| hash.0),
        package: PackageRef { name, version: start.version.clone(), source: PackageSource::Unknown },
        target: Target { name: target_name(start, kind), kind },
        mode: mode_of(start),
        platform: start.target.clone().map_or(Platform::Host, Platform::Triple),
        profile_dir: None,
        features: start.features.clone(),
        status: Status::Unknown,
        timing: None,
        cpu: None,
        phase_cpu: PhaseCpu::default(),
        max_rss_bytes: None,
        unfinished_since_s: None,
        failed: None,
        outputs: Outputs::default(),
    }
}

/// What rustc was asked to do.
pub(super) fn mode_of(start: &UnitStart) -> Mode {
    let checks = !start.emit.iter().any(|kind| kind == "link");
    match (start.test, checks) {
        (true, true) => Mode::CheckTest,
        (true, false) => Mode::Test,
        (false, true) => Mode::Check,
        (false, false) => Mode::Build,
    }
}

/// The command line does not name the kind of a target; crate type, and where the source file is, tell most.
fn kind_of(start: &UnitStart) -> TargetKind {
    let is_type = |kind: &str| start.crate_types.iter().any(|of| of == kind);
    let source = start.source.as_deref().unwrap_or_default();
    let is_below = |dir: &str| source.starts_with(&format!("{dir}/")) || source.contains(&format!("/{dir}/"));
    if start.krate.starts_with("build_script_") && is_type("bin") {
        TargetKind::BuildScript
    } else if is_type("proc-macro") {
        TargetKind::ProcMacro
    } else if is_below("examples") {
        TargetKind::Example
    } else if is_below("benches") {
        TargetKind::Bench
    } else if start.test && is_below("tests") {
        TargetKind::Test
    } else if is_type("bin") {
        TargetKind::Bin
    } else if start.crate_types.iter().all(|kind| kind == "lib" || kind == "rlib") {
        TargetKind::Lib
    } else {
        TargetKind::LinkedLib
    }
}

/// rustc knows crates by names with `_`; those of libraries are also the targets' names.
fn target_name(start: &UnitStart, kind: TargetKind) -> String {
    let package = start.package.as_deref().unwrap_or_default();
    match kind {
        TargetKind::BuildScript => start.krate.replace('_', "-"),
        TargetKind::Bin if package.replace('-', "_") == start.krate => package.to_owned(),
        _ => start.krate.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::event::{Exit, UnitEnd};
    use crate::recording::units::tests::{end, link, moment, start};

    const SECOND_NS: u64 = 1_000_000_000;

    fn linked(links: Vec<crate::recording::event::Link>) -> Unit {
        let usage = Usage { user_ns: 5 * SECOND_NS, sys_ns: SECOND_NS, max_rss: 7 };
        let end =
            UnitEnd { codegen: Some(moment(3)), front_cpu_ns: Some(2 * SECOND_NS), usage: Some(usage), ..end(1, 9) };
        let start = UnitStart { crate_types: vec!["bin".to_owned()], ..start(1, 2) };
        let call = Call { start, end: Some(end), links };
        let mut unit = unit_of(&call.start);
        refine(&mut unit, &call, Zero(moment(2)));
        unit
    }

    #[test]
    fn the_phases_add_up_to_all_cpu() {
        let unit = linked(vec![link(1, 6, 8, SECOND_NS)]);
        let expected = PhaseCpu { front_s: Some(2.0), back_s: Some(3.0), link_s: Some(1.0) };
        assert_eq!((unit.phase_cpu, unit.cpu), (expected, Some(CpuTime { user_s: 5.0, sys_s: 1.0 })));
        let timing = unit.timing.unwrap();
        assert_eq!(
            (timing.start_s, timing.codegen_s, timing.link_s, timing.end_s),
            (0.0, Some(1.0), Some((4.0, 6.0)), 7.0)
        );
    }

    #[test]
    fn a_link_that_was_not_seen_leaves_the_back_end_unknown() {
        let expected = PhaseCpu { front_s: Some(2.0), back_s: None, link_s: None };
        assert_eq!(linked(Vec::new()).phase_cpu, expected);
    }

    #[test]
    fn a_check_is_front_end_to_its_end() {
        let usage = Usage { user_ns: 5 * SECOND_NS, sys_ns: SECOND_NS, max_rss: 7 };
        let end = UnitEnd { rmeta: Some(moment(8)), front_cpu_ns: Some(SECOND_NS), usage: Some(usage), ..end(1, 9) };
        let start = UnitStart { emit: ["dep-info", "metadata"].map(str::to_owned).to_vec(), ..start(1, 2) };
        let call = Call { start, end: Some(end), links: Vec::new() };
        let mut unit = unit_of(&call.start);
        refine(&mut unit, &call, Zero(moment(2)));
        assert_eq!((unit.mode, unit.split_s()), (Mode::Check, Some((7.0, 0.0, 0.0))));
        assert_eq!(unit.phase_cpu, PhaseCpu { front_s: Some(6.0), back_s: Some(0.0), link_s: None });
        assert_eq!(unit.timing.unwrap().rmeta_s, Some(6.0));
    }

    #[test]
    fn a_unit_that_did_not_end_has_only_a_start() {
        let call = Call { start: start(1, 2), end: None, links: Vec::new() };
        let mut unit = unit_of(&call.start);
        refine(&mut unit, &call, Zero(moment(1)));
        assert_eq!((unit.timing, unit.cpu, unit.failed), (None, None, None));
        assert_eq!(unit.unfinished_since_s, Some(1.0));
    }

    #[test]
    fn death_by_a_signal_is_a_failure() {
        let end = UnitEnd { exit: Exit { code: None, signal: Some(9) }, ..end(1, 9) };
        let call = Call { start: start(1, 2), end: Some(end), links: Vec::new() };
        let mut unit = unit_of(&call.start);
        refine(&mut unit, &call, Zero(moment(2)));
        assert_eq!(unit.failed, Some(137));
    }

    #[test]
    fn the_command_line_tells_the_kind_of_a_target() {
        let kind = |krate: &str, crate_type: &str, source: &str, test: bool| {
            let (krate, source) = (krate.to_owned(), Some(source.to_owned()));
            let unit =
                unit_of(&UnitStart { krate, source, test, crate_types: vec![crate_type.to_owned()], ..start(1, 1) });
            (unit.target.kind, unit.target.name, unit.mode)
        };
        use TargetKind::{Bench, Bin, BuildScript, Example, Lib, LinkedLib, ProcMacro, Test};
        let name = str::to_owned;
        for (given, expected) in [
            (("some_unit", "lib", "src/lib.rs", false), (Lib, name("some_unit"), Mode::Build)),
            (("some_unit", "lib", "src/lib.rs", true), (Lib, name("some_unit"), Mode::Test)),
            (("some_unit", "bin", "src/main.rs", false), (Bin, name("some-unit"), Mode::Build)),
            (("m", "proc-macro", "src/lib.rs", false), (ProcMacro, name("m"), Mode::Build)),
            (("d", "cdylib", "src/lib.rs", false), (LinkedLib, name("d"), Mode::Build)),
            (("it", "bin", "tests/it.rs", true), (Test, name("it"), Mode::Test)),
            (("speed", "bin", "/p/benches/speed.rs", true), (Bench, name("speed"), Mode::Test)),
            (("show", "bin", "examples/show.rs", false), (Example, name("show"), Mode::Build)),
            (("build_script_build", "bin", "build.rs", false), (BuildScript, name("build-script-build"), Mode::Build)),
        ] {
            assert_eq!(kind(given.0, given.1, given.2, given.3), expected);
        }
    }
}
