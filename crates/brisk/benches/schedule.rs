//! How long it takes to play a build of 2,000 units out: `cargo bench -p brisk`.
//!
//! The build is made up: layers of libraries that need some of the layers below, every eighth with a build script, and
//! programs on top. Prints the median of the orders; asserts nothing.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, which the library may not"
)]
#![expect(clippy::print_stdout, reason = "it is run for what it prints")]

use std::time::{Duration, Instant};

use brisk::model::{Edge, UnitIdx, Wait};
use brisk::simulate::{Host, Needs, Schedule, Stage, Task, Ties, Workload};

const N_UNITS: u32 = 2_000;
const N_RUNS: u32 = 101;

fn main() {
    let workload = workload();
    println!("{} units, {} edges", workload.tasks.len(), workload.waits.len());
    for jobs in [1, 2, 8, 64] {
        let host = Host { jobs, processors: jobs, contention: 0.02, saturation: 0.0 };
        let mut took: Vec<Duration> = (0..N_RUNS).map(|order| timed(&workload, host, order)).collect();
        took.sort_unstable();
        let median = took[took.len() / 2];
        println!("-j{jobs}: median {:.2} ms, slowest {:.2} ms", ms(median), ms(took[took.len() - 1]));
    }
}

fn timed(workload: &Workload, host: Host, order: u32) -> Duration {
    let start = Instant::now();
    let schedule = Schedule::of(workload, host, Ties(order));
    let took = start.elapsed();
    assert!(schedule.wall_s > 0.0, "it was not left out");
    took
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Numbers from 0 to 1 that look random (a linear congruential generator; Knuth, "Seminumerical Algorithms", 3.3.4).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn workload() -> Workload {
    let mut numbers = Numbers(1);
    let mut tasks = Vec::new();
    let mut waits = Vec::new();
    for unit in 0..N_UNITS {
        let needs = match unit {
            _ if unit.is_multiple_of(8) => Needs::Objects,
            _ => Needs::Metadata,
        };
        let cpu_s = numbers.next().powi(4) * 10.0;
        let part = |share: f64| Stage::new(share * cpu_s, 0.005);
        tasks.push(Task { front: part(0.5), back: part(0.5), codegen_units: 16, needs, ..Task::default() });
        // As in real workspaces: about five direct dependencies each.
        for _ in 0..5 {
            let below = (numbers.next() * f64::from(unit)) as u32;
            if below < unit {
                let edge = Edge { dependent: UnitIdx(unit), dependency: UnitIdx(below) };
                let pipelined = needs == Needs::Metadata && !below.is_multiple_of(8);
                waits.push((edge, if pipelined { Wait::Metadata } else { Wait::End }));
            }
        }
    }
    Workload { tasks, waits, dispatch: Stage::new(0.003, 0.004) }
}
