//! Arbitrary valid runs, for property tests.

use brisk::model::{
    Build, Confidence, CpuSample, CpuTime, DirtyReason, Edge, Execution, Jobs, JobsBasis, Machine, Mode, Outcome,
    Outputs, PackageRef, PackageSource, PhaseCpu, Platform, Problem, Session, SessionIdx, Source, Status, Target,
    TargetKind, Timing, Unit, UnitIdx,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::{Run, RunId, RunKind};

/// How many units, sessions and so on an arbitrary build has.
const N_UNITS: u32 = 6;
const N_SESSIONS: u32 = 2;

/// Any run that keeps the model's invariants.
pub(crate) fn run() -> impl Strategy<Value = Run> {
    let kind = prop_oneof![Just(RunKind::Record), Just(RunKind::Import)];
    let paths = (option::of(text()), option::of(text()), option::of(text()));
    (build(), kind, 0.0..2e9_f64, paths).prop_map(|(build, kind, created_at, (root, target, revision))| Run {
        id: RunId::generate(created_at),
        kind,
        created_at,
        brisk_version: "0.1.0".to_owned(),
        workspace_root: root.map(Into::into),
        target_dir: target.map(Into::into),
        git_revision: revision,
        build,
    })
}

fn build() -> impl Strategy<Value = Build> {
    let units = vec(unit(), N_UNITS as usize);
    let edges = btree_set((0..N_UNITS, 0..N_UNITS), 0..8);
    let lists = (vec(sample(), 0..3), vec(execution(), 0..3), vec(problem(), 0..3));
    (head(), units, edges, lists).prop_map(|(head, units, edges, (cpu_samples, executions, problems))| Build {
        units,
        // An edge from the later unit to the earlier one: no cycles.
        edges: edges.iter().filter(|(a, b)| a > b).map(|(a, b)| edge(*a, *b)).collect(),
        sessions: std::iter::repeat_n(Session { started_at: 1.5, wall_s: 2.25, n_units: 3 }, N_SESSIONS as usize)
            .collect(),
        cpu_samples,
        executions,
        problems,
        ..head
    })
}

fn edge(dependent: u32, dependency: u32) -> Edge {
    Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) }
}

fn head() -> impl Strategy<Value = Build> {
    let source = prop_oneof![
        Just(Source::Fingerprints),
        Just(Source::Capture),
        Just(Source::TimingsHtml),
        Just(Source::BuildAnalysis)
    ];
    let outcome = prop_oneof![
        Just(Outcome::Unknown),
        Just(Outcome::Success),
        any::<i32>().prop_map(Outcome::Failed),
        Just(Outcome::Interrupted)
    ];
    let times = (option::of(length()), option::of(length()), option::of(span()), option::of(0.0..=1.0));
    (source, outcome, times, option::of(vec(text(), 0..3)), option::of(text()), machine(), option::of(cpu()), jobs())
        .prop_map(
            |(
                source,
                outcome,
                (started_at, wall_s, command_span_s, foreign_cpu),
                command,
                profile,
                machine,
                cpu,
                jobs,
            )| {
                let head = Build { outcome, started_at, wall_s, command_span_s, foreign_cpu, ..Build::empty(source) };
                Build { command, profile, machine, cpu, jobs, ..head }
            },
        )
}

fn jobs() -> impl Strategy<Value = Option<Jobs>> {
    let basis = prop_oneof![Just(JobsBasis::Recorded), Just(JobsBasis::Assumed)];
    option::of((1_u32.., basis).prop_map(|(n, basis)| Jobs { n, basis }))
}

fn machine() -> impl Strategy<Value = Machine> {
    (any::<Option<u32>>(), any::<Option<u64>>(), option::of(text())).prop_map(|(cores, memory_bytes, word)| Machine {
        cores,
        memory_bytes,
        cpu_model: word.clone(),
        os: word.clone(),
        host: word.clone(),
        rustc: word.clone(),
        cargo: word,
    })
}

fn unit() -> impl Strategy<Value = Unit> {
    let what = (text(), option::of(text()), package_source(), kind(), mode(), platform());
    let found = (status(), option::of(timing()), vec(text(), 0..3), option::of(text()));
    let cost = (option::of(cpu()), option::of(length()), any::<Option<u64>>(), any::<Option<i32>>());
    let hash = option::of("[0-9a-f]{16}".prop_map(|hash| hash.parse().unwrap()));
    (hash, what, found, cost).prop_map(|(hash, what, found, cost)| {
        let (name, version, source, kind, mode, platform) = what;
        let (status, timing, features, profile_dir) = found;
        let (cpu, front_s, bytes, failed) = cost;
        Unit {
            hash,
            package: PackageRef { name: name.clone(), version, source },
            target: Target { kind, name },
            mode,
            platform,
            profile_dir,
            features,
            status,
            timing,
            unfinished_since_s: front_s.filter(|_| timing.is_none()),
            cpu,
            phase_cpu: PhaseCpu { front_s, back_s: None, link_s: front_s },
            max_rss_bytes: bytes,
            failed,
            outputs: Outputs { bytes, rmeta_bytes: None },
        }
    })
}

fn package_source() -> impl Strategy<Value = PackageSource> {
    prop_oneof![
        Just(PackageSource::Member),
        Just(PackageSource::Path),
        Just(PackageSource::Registry),
        Just(PackageSource::Git),
        Just(PackageSource::Unknown)
    ]
}

fn kind() -> impl Strategy<Value = TargetKind> {
    prop_oneof![
        Just(TargetKind::Lib),
        Just(TargetKind::LinkedLib),
        Just(TargetKind::ProcMacro),
        Just(TargetKind::Bin),
        Just(TargetKind::Example),
        Just(TargetKind::Test),
        Just(TargetKind::Bench),
        Just(TargetKind::BuildScript)
    ]
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        Just(Mode::Build),
        Just(Mode::Check),
        Just(Mode::Test),
        Just(Mode::CheckTest),
        Just(Mode::Doc),
        Just(Mode::Doctest),
        Just(Mode::RunBuildScript)
    ]
}

fn platform() -> impl Strategy<Value = Platform> {
    prop_oneof![Just(Platform::Host), text().prop_map(Platform::Triple)]
}

fn status() -> impl Strategy<Value = Status> {
    let reason = (text(), text(), option::of((0..N_UNITS).prop_map(UnitIdx)));
    let reason = reason.prop_map(|(kind, detail, because_of)| DirtyReason { kind, detail, because_of });
    prop_oneof![
        Just(Status::Fresh),
        Just(Status::New),
        Just(Status::Unknown),
        option::of(reason).prop_map(Status::Dirty)
    ]
}

fn timing() -> impl Strategy<Value = Timing> {
    let confidence = prop_oneof![
        Just(Confidence::Exact),
        Just(Confidence::FileTimes),
        Just(Confidence::Rounded),
        Just(Confidence::Doubtful)
    ];
    let marks = (option::of(moment()), option::of(moment()), option::of(moment()), option::of(span()));
    (span(), marks, confidence, 0..N_SESSIONS).prop_map(|((start_s, end_s), marks, confidence, session)| {
        let (expanded_s, rmeta_s, codegen_s, link_s) = marks;
        Timing { start_s, expanded_s, rmeta_s, codegen_s, link_s, end_s, confidence, session: SessionIdx(session) }
    })
}

fn execution() -> impl Strategy<Value = Execution> {
    (option::of(0..N_UNITS), text(), span(), option::of(cpu()), any::<Option<u64>>(), any::<Option<i32>>()).prop_map(
        |(unit, program, (start_s, end_s), cpu, max_rss_bytes, exit_code)| Execution {
            unit: unit.map(UnitIdx),
            program,
            start_s,
            end_s,
            cpu,
            max_rss_bytes,
            exit_code,
        },
    )
}

fn sample() -> impl Strategy<Value = CpuSample> {
    (moment(), length()).prop_map(|(at_s, busy)| CpuSample { at_s, busy })
}

fn problem() -> impl Strategy<Value = Problem> {
    (text(), text(), text()).prop_map(|(what, why, effect)| Problem::new(what, why, effect))
}

fn cpu() -> impl Strategy<Value = CpuTime> {
    (length(), length()).prop_map(|(user_s, sys_s)| CpuTime { user_s, sys_s })
}

fn moment() -> impl Strategy<Value = f64> {
    -1e6..1e6_f64
}

fn length() -> impl Strategy<Value = f64> {
    0.0..1e6_f64
}

fn span() -> impl Strategy<Value = (f64, f64)> {
    (moment(), length()).prop_map(|(from, length)| (from, from + length))
}

fn text() -> impl Strategy<Value = String> {
    ".{0,12}"
}
