//! Builds of any shape: every field may be absent, times may contradict each other, names may be anything.

use brisk::analysis::Analysis;
use brisk::model::{
    Build, Confidence, CpuSample, CpuTime, DiskEntry, DiskKind, DiskUsage, Edge, Execution, Jobs, JobsBasis, Mode,
    Outcome, PackageSource, PhaseCpu, Problem, Session, SessionIdx, Source, Status, Surroundings, TargetKind, Timing,
    Unit, UnitIdx,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::builders::{dirty, unit, workspace};

/// Moments from long before to long after, some of them equal, as file times are.
fn moment() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (0_u32..600).prop_map(|tenths| f64::from(tenths) / 10.0), 1 => -1e7..1e7, 1 => Just(0.0)]
}

fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![3 => 0.0..100.0, 1 => Just(0.0), 1 => 0.0..1e9]
}

fn cpu() -> impl Strategy<Value = Option<CpuTime>> {
    of((amount(), amount()).prop_map(|(user_s, sys_s)| CpuTime { user_s, sys_s }))
}

fn timing() -> impl Strategy<Value = Timing> {
    let confidence = select(vec![Confidence::Exact, Confidence::FileTimes, Confidence::Rounded, Confidence::Doubtful]);
    let marks = (of(moment()), of(moment()), of(moment()), of((moment(), moment())));
    (moment(), moment(), marks, confidence, 0_u32..3).prop_map(|(start_s, end_s, marks, confidence, session)| Timing {
        start_s,
        expanded_s: marks.0,
        rmeta_s: marks.1,
        codegen_s: marks.2,
        link_s: marks.3,
        end_s,
        confidence,
        session: SessionIdx(session),
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(vec!["serde", "syn", "app", "日本語", "a-very-long-name-of-a-package-that-never-ends"])
        .prop_map(str::to_owned), 1 => any::<String>()]
}

fn arbitrary_unit() -> impl Strategy<Value = Unit> {
    let kind = select(vec![
        TargetKind::Lib,
        TargetKind::Bin,
        TargetKind::ProcMacro,
        TargetKind::BuildScript,
        TargetKind::Test,
    ]);
    let mode = select(vec![Mode::Build, Mode::Check, Mode::Test, Mode::RunBuildScript, Mode::Doc]);
    let source = select(vec![PackageSource::Member, PackageSource::Registry, PackageSource::Unknown]);
    let status = prop_oneof![
        Just(Status::Fresh),
        Just(Status::New),
        Just(Status::Unknown),
        (name(), of(0_u32..40)).prop_map(|(detail, because_of)| dirty("file-changed", &detail, because_of)),
    ];
    let version = of(select(vec!["1.0.0", "1.2.0", "2.0.0-rc.1"]));
    let what = (name(), version, kind, mode, source, status);
    let phases = (of(amount()), of(amount()), of(amount()));
    let rest = (vec(name(), 0..4), of(any::<u64>()), of(any::<i32>()));
    (what, of(timing()), cpu(), phases, rest).prop_map(|(what, timing, cpu, phases, (features, bytes, failed))| {
        let mut unit = unit(&what.0, "1.0.0", what.2, what.3);
        unit.package.version = what.1.map(str::to_owned);
        (unit.package.source, unit.status) = (what.4, what.5);
        (unit.timing, unit.cpu, unit.features) = (timing, cpu, features);
        unit.unfinished_since_s = phases.0.filter(|_| timing.is_none());
        unit.phase_cpu = PhaseCpu { front_s: phases.0, back_s: phases.1, link_s: phases.2 };
        (unit.max_rss_bytes, unit.outputs.bytes, unit.failed) = (bytes, bytes, failed);
        unit
    })
}

fn problem() -> impl Strategy<Value = Problem> {
    (name(), any::<String>(), name()).prop_map(|(what, why, effect)| Problem::new(what, why, effect))
}

fn disk() -> impl Strategy<Value = DiskUsage> {
    let leaf = (name(), any::<u32>()).prop_map(|(path, bytes)| entry(path, bytes, Vec::new()));
    let tree = leaf.prop_recursive(3, 20, 5, |inner| {
        (name(), any::<u32>(), vec(inner, 0..5)).prop_map(|(path, bytes, children)| entry(path, bytes, children))
    });
    (name(), any::<u64>(), vec(tree, 0..6)).prop_map(|(path, bytes, entries)| DiskUsage {
        path,
        bytes,
        files: bytes,
        entries,
    })
}

fn entry(path: String, bytes: u32, children: Vec<DiskEntry>) -> DiskEntry {
    DiskEntry { path, kind: DiskKind::Other, bytes: bytes.into(), files: bytes.into(), children }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Unknown),
        Just(Outcome::Success),
        Just(Outcome::Interrupted),
        any::<i32>().prop_map(Outcome::Failed),
    ]
}

fn arbitrary_build() -> impl Strategy<Value = Build> {
    let source = select(vec![Source::Fingerprints, Source::Capture, Source::TimingsHtml, Source::BuildAnalysis]);
    let times = (of(moment()), of(amount()), of((moment(), moment())), cpu(), of(0.0..1.0));
    let session = (moment(), amount()).prop_map(|(started_at, wall_s)| Session { started_at, wall_s, n_units: 1 });
    let jobs = of((1_u32..1000).prop_map(|n| Jobs { n, basis: JobsBasis::Assumed }));
    let samples = vec((moment(), amount()).prop_map(|(at_s, busy)| CpuSample { at_s, busy }), 0..20);
    let units = vec(arbitrary_unit(), 0..40);
    let edges = vec((0_u32..40, 0_u32..40), 0..80);
    let many = (vec(session, 0..3), samples, vec(problem(), 0..8), of((of(0_u32..40), name(), moment())));
    (source, times, units, edges, jobs, many, outcome()).prop_map(
        |(source, times, units, edges, jobs, many, outcome)| {
            let edge = |(a, b)| Edge { dependent: UnitIdx(a), dependency: UnitIdx(b) };
            let execution = many.3.map(|(unit, program, start_s)| Execution {
                unit: unit.map(UnitIdx),
                program,
                start_s,
                end_s: start_s,
                cpu: None,
                max_rss_bytes: None,
                exit_code: None,
            });
            Build {
                started_at: times.0,
                wall_s: times.1,
                command_span_s: times.2,
                cpu: times.3,
                foreign_cpu: times.4,
                units,
                edges: edges.into_iter().map(edge).collect(),
                jobs,
                sessions: many.0,
                cpu_samples: many.1,
                problems: many.2,
                executions: execution.into_iter().collect(),
                outcome,
                ..Build::empty(source)
            }
            .checked()
        },
    )
}

/// The analysis of any build.
pub(crate) fn arbitrary_analysis() -> impl Strategy<Value = Analysis> {
    let members = select(vec![&["app"][..], &[], &["app", "serde"]]);
    (arbitrary_build(), of(disk()), members, vec(problem(), 0..3)).prop_map(|(build, disk, members, problems)| {
        Analysis::of(workspace(members), build, Surroundings::of_disk(disk), problems)
    })
}
