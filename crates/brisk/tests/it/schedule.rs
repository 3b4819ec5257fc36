//! Cargo's queue, played out.

use brisk::model::{Edge, UnitIdx, Wait};
use brisk::simulate::{Host, Needs, Schedule, Stage, Task, Ties, Workload};
use proptest::prelude::*;

const TOLERANCE_S: f64 = 1e-6;

fn host(jobs: u32) -> Host {
    Host { jobs, processors: jobs, contention: 0.0, saturation: 0.0 }
}

fn library(front_s: f64, back_s: f64) -> Task {
    let stage = |cpu_s| Stage::new(cpu_s, 0.0);
    Task { front: stage(front_s), back: stage(back_s), codegen_units: 1, ..Task::default() }
}

fn program(front_s: f64) -> Task {
    Task { needs: Needs::Objects, ..library(front_s, 0.0) }
}

fn workload(tasks: Vec<Task>, needs: &[(u32, u32)]) -> Workload {
    let wait = |dependent: u32| match tasks[dependent as usize].needs {
        Needs::Metadata => Wait::Metadata,
        Needs::Ends | Needs::Objects => Wait::End,
    };
    let edge = |(dependent, dependency)| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
    let waits = needs.iter().map(|&pair| (edge(pair), wait(pair.0))).collect();
    Workload { waits, tasks, dispatch: Stage::default() }
}

fn wall_s(workload: &Workload, jobs: u32) -> f64 {
    Schedule::of(workload, host(jobs), Ties::default()).wall_s
}

#[test]
fn a_library_starts_at_the_metadata_of_what_it_needs() {
    let two = workload(vec![library(1.0, 4.0), library(1.0, 0.5)], &[(1, 0)]);
    let schedule = Schedule::of(&two, host(2), Ties::default());
    assert_eq!(schedule.spans[1].map(|span| span.start_s), Some(1.0));
    assert_eq!(schedule.wall_s, 5.0);
}

#[test]
fn a_program_waits_for_the_code_of_all_libraries_below_it() {
    // The middle one is done long before the lowest one has generated its code.
    let three = workload(vec![library(1.0, 8.0), library(1.0, 1.0), program(1.0)], &[(1, 0), (2, 1)]);
    assert_eq!(wall_s(&three, 4), 10.0);
}

#[test]
fn the_unit_that_most_others_need_goes_first() {
    let tasks = vec![library(3.0, 0.0), library(1.0, 0.0), library(1.0, 0.0), library(1.0, 0.0)];
    let schedule = Schedule::of(&workload(tasks, &[(2, 1), (3, 2)]), host(1), Ties::default());
    assert_eq!(schedule.spans[1].map(|span| span.start_s), Some(0.0));
    assert_eq!(schedule.spans[0].map(|span| span.end_s), Some(5.0));
}

#[test]
fn code_generation_takes_the_jobs_that_are_free() {
    let one = |codegen_units| workload(vec![Task { codegen_units, ..library(1.0, 8.0) }], &[]);
    assert_eq!(wall_s(&one(1), 4), 9.0);
    assert_eq!(wall_s(&one(16), 4), 3.0);
    assert_eq!(wall_s(&one(2), 4), 5.0);
    let beside = workload(vec![Task { codegen_units: 16, ..library(0.0, 8.0) }, library(8.0, 0.0)], &[]);
    assert_eq!(wall_s(&beside, 2), 8.0);
}

#[test]
fn what_waits_for_files_holds_its_slot_and_leaves_the_processor_to_others() {
    let idle = || Task { front: Stage::new(1.0, 3.0), ..Task::default() };
    let two = workload(vec![idle(), idle()], &[]);
    assert_eq!(wall_s(&two, 1), 8.0);
    assert_eq!(
        Schedule::of(&two, Host { jobs: 2, processors: 1, contention: 0.0, saturation: 0.0 }, Ties::default()).wall_s,
        4.0
    );
}

#[test]
fn more_jobs_than_processors_share_them() {
    let four = workload(vec![library(2.0, 0.0); 4], &[]);
    let shared = Host { jobs: 4, processors: 2, contention: 0.0, saturation: 0.0 };
    assert!((Schedule::of(&four, shared, Ties::default()).wall_s - 4.0).abs() < TOLERANCE_S);
}

#[test]
fn contention_makes_all_work_dearer_while_several_processors_are_busy() {
    let two = workload(vec![library(2.0, 0.0); 2], &[]);
    let schedule = Schedule::of(&two, Host { contention: 0.1, ..host(2) }, Ties::default());
    assert!((schedule.wall_s - 2.2).abs() < TOLERANCE_S && (schedule.cpu_s - 4.4).abs() < TOLERANCE_S);
    assert_eq!(Schedule::of(&two, Host { contention: 0.1, ..host(1) }, Ties::default()).cpu_s, 4.0);
}

#[test]
fn work_takes_longer_while_all_processors_are_busy() {
    let saturated = |jobs, n_units| {
        let host = Host { jobs, processors: 2, contention: 0.0, saturation: 0.1 };
        Schedule::of(&workload(vec![library(2.0, 0.0); n_units], &[]), host, Ties::default())
    };
    assert_eq!(saturated(1, 1).wall_s, 2.0);
    assert!((saturated(2, 2).wall_s - 2.2).abs() < TOLERANCE_S);
    assert_eq!(saturated(2, 2).cpu_s, 4.0);
}

#[test]
fn a_cycle_is_never_started_and_nothing_hangs() {
    let cycle = workload(vec![library(1.0, 0.0), library(1.0, 0.0), library(1.0, 0.0)], &[(0, 1), (1, 0)]);
    let schedule = Schedule::of(&cycle, host(2), Ties::default());
    assert_eq!(schedule.spans.iter().flatten().count(), 1);
}

fn a_task() -> impl Strategy<Value = Task> {
    let needs = prop_oneof![4 => Just(Needs::Metadata), 1 => Just(Needs::Ends), 1 => Just(Needs::Objects)];
    let stage = || (0.0..2.0_f64, 0.0..0.2_f64).prop_map(|(cpu_s, idle_s)| Stage::new(cpu_s, idle_s));
    (stage(), stage(), 0.0..0.5_f64, 1..20_u32, needs).prop_map(|(front, back, link_s, codegen_units, needs)| {
        let link = if needs == Needs::Objects { Stage::new(link_s, 0.0) } else { Stage::default() };
        Task { front, back, link, codegen_units, needs }
    })
}

/// Up to forty units; each may need earlier ones.
fn a_workload() -> impl Strategy<Value = Workload> {
    (1..40_usize).prop_flat_map(|n_tasks| {
        let n = u32::try_from(n_tasks).expect("below forty");
        (prop::collection::vec(a_task(), n_tasks), prop::collection::vec((0..n, 0..n), 0..3 * n_tasks)).prop_map(
            |(tasks, pairs)| {
                let pairs: Vec<(u32, u32)> = pairs.into_iter().filter(|(a, b)| a > b).collect();
                Workload { dispatch: Stage::new(0.002, 0.005), ..workload(tasks, &pairs) }
            },
        )
    })
}

/// The longest chain of starts and ends, by the rules of waiting alone.
fn longest_chain_s(workload: &Workload, jobs: u32) -> f64 {
    // Enough slots that nobody waits for one; threads are limited as on the real machine.
    let limited = Workload {
        tasks: workload
            .tasks
            .iter()
            .map(|task| Task { codegen_units: task.codegen_units.min(jobs), ..*task })
            .collect(),
        ..workload.clone()
    };
    wall_s(&limited, 4096)
}

proptest! {
    #[test]
    fn no_schedule_beats_the_bound(workload in a_workload(), jobs in 1..9_u32) {
        let schedule = Schedule::of(&workload, host(jobs), Ties::default());
        let bound_s = longest_chain_s(&workload, jobs).max(workload.cpu_s() / f64::from(jobs));
        prop_assert!(schedule.wall_s >= bound_s - TOLERANCE_S, "{} {bound_s}", schedule.wall_s);
    }

    #[test]
    fn shared_processors_are_not_more_than_there_are(workload in a_workload(), jobs in 1..9_u32, processors in 1..9_u32) {
        let shared = Host { jobs, processors, contention: 0.0, saturation: 0.0 };
        let least_s = workload.cpu_s() / f64::from(jobs.min(processors));
        prop_assert!(Schedule::of(&workload, shared, Ties::default()).wall_s >= least_s - TOLERANCE_S);
    }

    #[test]
    fn no_schedule_is_worse_than_one_after_the_other(workload in a_workload(), jobs in 1..9_u32, order in 0..4_u32) {
        prop_assert!(Schedule::of(&workload, host(jobs), Ties(order)).wall_s <= workload.serial_s() + TOLERANCE_S);
    }

    #[test]
    fn one_job_takes_the_sum_of_everything(workload in a_workload(), order in 0..4_u32) {
        let schedule = Schedule::of(&workload, host(1), Ties(order));
        prop_assert!((schedule.wall_s - workload.serial_s()).abs() < TOLERANCE_S);
    }

    #[test]
    fn the_cpu_time_is_that_of_the_work(workload in a_workload(), jobs in 1..9_u32) {
        let schedule = Schedule::of(&workload, host(jobs), Ties::default());
        prop_assert!((schedule.cpu_s - workload.cpu_s()).abs() < TOLERANCE_S);
    }

    #[test]
    fn never_are_more_units_at_work_than_jobs(workload in a_workload(), jobs in 1..9_u32) {
        let spans: Vec<_> = Schedule::of(&workload, host(jobs), Ties::default()).spans.into_iter().flatten().collect();
        for at in &spans {
            let n_beside = spans.iter().filter(|span| span.start_s <= at.start_s && at.start_s < span.end_s - TOLERANCE_S);
            prop_assert!(n_beside.count() <= jobs as usize);
        }
    }

    #[test]
    fn nobody_starts_before_what_it_waits_for(workload in a_workload(), jobs in 1..9_u32) {
        let spans = Schedule::of(&workload, host(jobs), Ties::default()).spans;
        for (edge, wait) in &workload.waits {
            if let (Some(dependent), Some(dependency)) = (spans[edge.dependent.index()], spans[edge.dependency.index()]) {
                let ready_s = if *wait == Wait::Metadata { dependency.front_end_s } else { dependency.end_s };
                prop_assert!(dependent.start_s >= ready_s - TOLERANCE_S);
            }
        }
    }

    /// Less work may take longer by a different order, but by no more than any list schedule may be worse than another
    /// (Graham 1969).
    #[test]
    fn less_work_is_slower_by_the_noise_of_orders_at_most(workload in a_workload(), jobs in 1..9_u32, gone in 0..40_usize) {
        let mut less = workload.clone();
        let position = gone % less.tasks.len();
        let task = &mut less.tasks[position];
        *task = Task { needs: task.needs, ..Task::default() };
        let (before_s, after_s) = (wall_s(&workload, jobs), wall_s(&less, jobs));
        prop_assert!(less.cpu_s() <= workload.cpu_s());
        prop_assert!(after_s <= before_s * (2.0 - 1.0 / f64::from(jobs)) + TOLERANCE_S, "{before_s} {after_s}");
        if jobs == 1 {
            prop_assert!(after_s <= before_s + TOLERANCE_S);
        }
    }
}
