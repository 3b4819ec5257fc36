//! What a change would bring, on builds that are written as pictures.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what only tests call")]

use brisk::model::{
    Build, CpuTime, Cut, Graph, Jobs, JobsBasis, Machine, Outcome, Source, UnitHash, UnitIdx, Workspace,
};
use brisk::simulate::what_if::{
    Base, Baseline, Factor, Factors, Hypothesis, Impossible, Prediction, RecordedEdit, Supposition, checks, nine_tenths,
};
use brisk::simulate::{contention, what_if::PackageSpec};
use brisk_test_support::{gantt, workspace_of};
use proptest::prelude::*;

use crate::support::labels;

/// Two members; `old` and `new` are of one package, `heavy` is needed by `old` alone.
const PICTURE: &str = "
    heavy v1.0.0                     |FFFFFFFFFFBBBBBBBBBB
    dup v1.0.0  <- heavy             |..........FFFFFBBBBB
    dup v2.0.0                       |FFFFFBBBBB
    mid v1.0.0  <- dup v1.0.0        |...............FFFFF
    lib         <- dup v2.0.0        |.....FFFFFBBBBB
    app (bin)   <- lib, mid          |....................FFFFF
";

/// The build of a picture, with as much CPU as each unit was long.
fn recorded(picture: &str, jobs: u32) -> Build {
    let mut build = gantt::parse(picture);
    for unit in &mut build.units {
        unit.cpu = unit.duration_s().map(|user_s| CpuTime { user_s, sys_s: 0.0 });
    }
    let machine = Machine { cores: Some(jobs), ..Machine::default() };
    let jobs = Some(Jobs { n: jobs, basis: JobsBasis::Recorded });
    Build { source: Source::Capture, outcome: Outcome::Success, foreign_cpu: Some(0.0), jobs, machine, ..build }
}

struct Bench {
    build: Build,
    graph: Graph,
    workspace: Workspace,
}

impl Bench {
    fn new(build: Build) -> Self {
        Self { graph: Graph::of(&build), workspace: workspace_of(&build), build }
    }

    fn base(&self) -> Base<'_> {
        Base { build: &self.build, graph: &self.graph, workspace: &self.workspace }
    }

    fn predict(&self, hypothesis: &str) -> Result<Prediction, Impossible> {
        self.suppose(&Supposition::of(vec![parsed(hypothesis)]))
    }

    fn suppose(&self, supposition: &Supposition) -> Result<Prediction, Impossible> {
        Baseline::of(self.base()).predict(self.base(), String::new(), supposition)
    }

    fn removed(&self, hypothesis: &str) -> Vec<String> {
        labels(&self.build, self.predict(hypothesis).unwrap().removed)
    }

    fn error(&self, hypothesis: &str) -> String {
        self.predict(hypothesis).unwrap_err().to_string()
    }
}

fn parsed(text: &str) -> Hypothesis {
    let (verb, what) = text.split_once(' ').unwrap();
    let spec = || PackageSpec::parse(what);
    match verb {
        "remove" => Hypothesis::Remove(brisk::simulate::what_if::DependencySpec::parse(what)),
        "unify" => Hypothesis::Unify(spec()),
        "cut" => Hypothesis::cut(what).unwrap(),
        "split" => Hypothesis::split(what).unwrap(),
        "features" => Hypothesis::features(what).unwrap(),
        "cache-hit" => Hypothesis::cache_hit(what).unwrap(),
        "free" => Hypothesis::Free(spec()),
        "touch" => Hypothesis::Touch(spec()),
        "jobs" => Hypothesis::Jobs(what.parse().unwrap()),
        "processors" => Hypothesis::Processors(what.parse().unwrap()),
        other => panic!("{other}"),
    }
}

#[test]
fn what_only_the_old_version_needs_goes_when_a_newer_one_serves_all() {
    let bench = Bench::new(recorded(PICTURE, 2));
    assert_eq!(bench.removed("unify dup"), ["heavy v1.0.0", "dup v1.0.0"]);
    assert_eq!(bench.removed("unify dup@1"), ["dup v2.0.0"]);
    assert_eq!(bench.removed("cut dup->heavy"), ["heavy v1.0.0"]);
    assert_eq!(bench.removed("remove mid"), ["heavy v1.0.0", "dup v1.0.0", "mid v1.0.0"]);
    assert_eq!(bench.removed("remove app:mid"), ["heavy v1.0.0", "dup v1.0.0", "mid v1.0.0"]);
    assert_eq!(bench.removed("free heavy"), Vec::<String>::new());
}

#[test]
fn a_dependency_that_no_member_asks_for_is_removed_from_all_who_do_and_they_are_named() {
    let bench = Bench::new(recorded(PICTURE, 2));
    let prediction = bench.predict("remove heavy").unwrap();
    assert_eq!(labels(&bench.build, prediction.removed), ["heavy v1.0.0"]);
    assert!(prediction.caveats[0].contains("dup v1.0.0"), "{:?}", prediction.caveats);
}

#[test]
fn one_job_takes_all_the_work() {
    let bench = Bench::new(recorded(PICTURE, 2));
    let work_s: f64 = bench.build.units.iter().filter_map(|unit| unit.duration_s()).sum();
    let prediction = bench.predict("jobs 1").unwrap();
    assert!((prediction.wall_s.mid - work_s).abs() < 1e-6, "{:?}", prediction.wall_s);
    assert!(prediction.cpu_delta.mid.abs() < 1e-9 && !prediction.is_unverified);
    assert!(bench.predict("processors 3").unwrap().is_unverified);
    let known = Baseline::of(bench.base()).knowing(4, None);
    let three = Supposition::of(vec![Hypothesis::Processors(3)]);
    assert!(!known.predict(bench.base(), String::new(), &three).unwrap().is_unverified);
}

#[test]
fn names_that_are_not_known_are_told_with_the_nearest_ones() {
    let bench = Bench::new(recorded(PICTURE, 2));
    assert_eq!(bench.error("remove heavi"), "the build has no package `heavi`; did you mean `heavy`?");
    assert_eq!(
        bench.error("unify dup@3"),
        "the build has no package `dup@3`; did you mean `dup@2.0.0` or `dup@1.0.0`?"
    );
    assert!(bench.error("unify heavy").contains("one version only (1.0.0)"));
    assert!(bench.error("cut app->heavy").contains("dup v1.0.0 needs it"));
    assert!(bench.error("remove app").contains("nothing in the build depends on"));
    assert!(bench.error("split app=2").contains("no library"));
}

#[test]
fn a_split_crate_is_at_best_built_by_all_jobs_and_at_worst_in_a_chain() {
    let bench = Bench::new(recorded("big v1.0.0 |FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n", 3));
    let wall_s = bench.predict("split big=3").unwrap().wall_s;
    assert!(wall_s.low < 1.2 && wall_s.high > 2.9, "{wall_s:?}");
}

#[test]
fn a_cache_that_has_nothing_changes_nothing_and_one_that_has_all_leaves_what_it_must_look_at() {
    let bench = Bench::new(recorded(PICTURE, 2));
    assert!(bench.predict("cache-hit 0").unwrap().cpu_delta.mid.abs() < 1e-9);
    let all = bench.predict("cache-hit 1").unwrap().cpu_delta;
    let half = bench.predict("cache-hit 50%").unwrap().cpu_delta;
    assert!(all.mid < half.mid && half.mid < 0.0, "{all:?} {half:?}");
}

#[test]
fn a_factor_of_a_phase_counts_for_that_phase() {
    let bench = Bench::new(recorded("a v1.0.0 |FFFFFFFFFFBBBBBBBBBB\n", 1));
    let factor = Factor { unit: UnitIdx(0), front: 1.0, back: 2.0, link: 1.0, codegen_units: None };
    let hypothesis = Hypothesis::Linker("x".to_owned());
    let factors = Factors { of_units: vec![factor], ..Factors::default() };
    let supposition = Supposition { factors: vec![(hypothesis.clone(), factors)], ..Supposition::of(vec![hypothesis]) };
    let prediction = bench.suppose(&supposition).unwrap();
    assert!((prediction.cpu_delta.mid - 0.5).abs() < 1e-9, "{:?}", prediction.cpu_delta);
    assert_eq!(prediction.basis.as_str(), "replayed");
}

#[test]
fn an_edit_costs_what_it_was_recorded_to_cost() {
    let hashed = |picture: &str| {
        let mut build = recorded(picture, 2);
        for (n, unit) in (1_u64..).zip(&mut build.units) {
            unit.hash = Some(format!("{n:016x}").parse::<UnitHash>().unwrap());
        }
        build
    };
    let bench = Bench::new(hashed(PICTURE));
    // `lib` and what depends on it, in half a second.
    let mut rebuild = hashed(PICTURE);
    for (idx, unit) in rebuild.units.iter_mut().enumerate() {
        match idx {
            4 | 5 => unit.cpu = Some(CpuTime { user_s: 0.25, sys_s: 0.0 }),
            _ => (unit.timing, unit.cpu) = (None, None),
        }
    }
    let package = PackageSpec::parse("lib");
    let edit = RecordedEdit::find(bench.base(), &package, [&rebuild]).unwrap();
    let touch = Supposition::of(vec![Hypothesis::Touch(package.clone())]);
    let guessed = bench.suppose(&touch).unwrap();
    let known = bench.suppose(&Supposition { edits: vec![edit], ..touch }).unwrap();
    assert!((known.cpu_s.mid - 0.5).abs() < 1e-6, "{:?}", known.cpu_s);
    let width = |prediction: &Prediction| prediction.cpu_s.high - prediction.cpu_s.low;
    assert!(width(&known) < width(&guessed));
    assert_eq!(RecordedEdit::find(bench.base(), &PackageSpec::parse("heavy"), [&rebuild]), None);
}

#[test]
fn costs_are_averaged_with_those_of_other_builds_and_their_sum_stays() {
    let hashed = |cpu_s: [f64; 2], foreign_cpu: f64| {
        let mut build = recorded("a v1.0.0 |FFFFFFFFFF\nb v1.0.0 |FFFFFFFFFF\n", 1);
        for ((n, unit), user_s) in (1_u64..).zip(&mut build.units).zip(cpu_s) {
            unit.hash = Some(format!("{n:016x}").parse::<UnitHash>().unwrap());
            unit.cpu = Some(CpuTime { user_s, sys_s: 0.0 });
        }
        Build { foreign_cpu: Some(foreign_cpu), ..build }
    };
    let cpu_s =
        |build: &Build| build.units.iter().filter_map(|unit| unit.cpu).map(|cpu| cpu.user_s).collect::<Vec<_>>();
    // The other one was twice as dear in all, and otherwise divided.
    let steadied = hashed([2.0, 2.0], 0.0).steadied_by([&hashed([2.0, 6.0], 0.0)]);
    assert_eq!(cpu_s(&steadied), [1.5, 2.5]);
    // One that other programs disturbed hardly counts.
    let steadied = hashed([2.0, 2.0], 0.0).steadied_by([&hashed([2.0, 6.0], 0.95)]);
    assert!(cpu_s(&steadied)[0] > 1.9, "{:?}", cpu_s(&steadied));
    assert_eq!(cpu_s(&hashed([2.0, 2.0], 0.0).steadied_by([])), [2.0, 2.0]);
}

#[test]
fn a_disturbed_recording_widens_the_range() {
    let quiet = Bench::new(recorded(PICTURE, 2));
    let disturbed = Bench::new(Build { foreign_cpu: Some(0.4), ..recorded(PICTURE, 2) });
    let width = |bench: &Bench| {
        let wall_s = bench.predict("unify dup").unwrap().wall_s;
        wall_s.high - wall_s.low
    };
    assert!(width(&disturbed) > width(&quiet));
    assert!(Baseline::of(disturbed.base()).is_disturbed() && !Baseline::of(quiet.base()).is_disturbed());
}

#[test]
fn work_gets_dearer_with_busy_processors_as_two_builds_tell() {
    let with_hash = |build: Build, factor: f64| {
        let mut build = build;
        for (n, unit) in (1_u64..).zip(&mut build.units) {
            unit.hash = Some(format!("{n:016x}").parse::<UnitHash>().unwrap());
            unit.cpu = unit.cpu.map(|cpu| CpuTime { user_s: cpu.user_s * factor, ..cpu });
        }
        build
    };
    let long = "a v1.0.0 |FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n";
    let alone = with_hash(recorded(&format!("{long}b v1.0.0 |{}FFFFFFFFFF\n", ".".repeat(60)), 1), 1.0);
    let together = with_hash(recorded(&format!("{long}b v1.0.0 |FFFFFFFFFF\n"), 2), 1.0);
    assert_eq!(contention(&alone, &alone), None, "as many were busy");
    let measured = contention(&alone, &together);
    assert!(measured.is_none_or(|contention| contention < 1e-9), "{measured:?}");
    let noisy = Build { foreign_cpu: Some(0.5), ..together };
    assert_eq!(contention(&alone, &noisy), None);
}

#[test]
fn a_later_build_checks_what_the_one_before_it_would_have_predicted() {
    let measured = |mut build: Build, factor: f64| {
        let all_s: f64 = build.units.iter().filter_map(|unit| unit.duration_s()).sum();
        build.cpu = Some(CpuTime { user_s: all_s * factor, sys_s: 0.0 });
        build
    };
    let before = measured(recorded(PICTURE, 2), 1.0);
    // The same without the old version and what it needs, as it was.
    let after = measured(
        recorded(
            "
            dup v2.0.0                       |FFFFFBBBBB
            mid v1.0.0  <- dup v2.0.0        |.....FFFFF
            lib         <- dup v2.0.0        |.....FFFFFBBBBB
            app (bin)   <- lib, mid          |...............FFFFF
            ",
            2,
        ),
        1.0,
    );
    let found = checks(&[&before, &after]);
    assert_eq!((found.len(), found[0].n_gone, found[0].n_new), (1, 2, 0));
    assert!(found[0].cpu_error().abs() < 0.02, "{found:?}");
    let error = found[0].cpu_error();
    assert_eq!(nine_tenths([error]), None, "one is too few");
    assert!(nine_tenths(vec![error; 10]).is_some_and(|error| error < 0.02));
    assert!(checks(&[&after, &before]).is_empty(), "what the other one has never built cannot be predicted");
}

proptest! {
    #[test]
    fn ranges_are_in_order_and_finite(from in 0..6_usize, to in 0..6_usize, foreign in 0.0..1.0_f64, jobs in 1..9_u32) {
        let build = Build { foreign_cpu: Some(foreign), ..recorded(PICTURE, jobs) };
        let bench = Bench::new(build);
        let cut = Cut { dependent: UnitIdx(u32::try_from(to).unwrap()), dependency: UnitIdx(u32::try_from(from).unwrap()), instead: None };
        let supposition = Supposition { cuts: vec![cut], ..Supposition::default() };
        let prediction = bench.suppose(&supposition).unwrap();
        for range in [prediction.wall_s, prediction.cpu_s, prediction.wall_delta, prediction.cpu_delta] {
            prop_assert!(range.low <= range.mid && range.mid <= range.high, "{range:?}");
            prop_assert!(range.low.is_finite() && range.high.is_finite());
        }
        prop_assert!(prediction.cpu_delta.mid <= 1e-9, "less is never more work");
        prop_assert!(prediction.wall_s.mid >= prediction.bound_s - 1e-6);
    }
}
