//! Which units may start, and how urgent they are.

use crate::model::Wait;

use super::workload::{Needs, Workload};

/// What a unit must hear of another before it may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// Its metadata is written.
    FrontDone,
    /// It has ended.
    Ended,
    /// It and everything below it have ended.
    AllEnded,
}

/// The queue of a workload: who waits for what, and priorities.
///
/// That a unit which links waits for *all* units below it would be an edge to each of them in Cargo. Here each unit also
/// tells when everything below it has ended, which comes to the same with one edge per dependency.
pub(super) struct Queue {
    /// Dependents of task `i`: `items[starts[i]..starts[i + 1]]`, with what each waits for.
    starts: Vec<usize>,
    items: Vec<(usize, Signal)>,
    /// The same the other way round, with whether metadata is enough.
    dependency_starts: Vec<usize>,
    dependency_items: Vec<(usize, bool)>,
    /// Signals that a task still waits for before it may start.
    missing: Vec<u32>,
    /// Ends that are missing until everything below a task has ended, its own included.
    missing_below: Vec<u32>,
    priorities: Vec<u32>,
    /// Tasks that may start and were not taken yet.
    ready: Vec<usize>,
}

impl Queue {
    /// With nothing done yet. Edges to tasks that are not there are passed over.
    pub(super) fn of(workload: &Workload) -> Self {
        let n_tasks = workload.tasks.len();
        let mut edges: Vec<(usize, usize, Signal)> = Vec::with_capacity(workload.waits.len());
        for (edge, wait) in &workload.waits {
            let (dependent, dependency) = (edge.dependent.index(), edge.dependency.index());
            if dependent < n_tasks && dependency < n_tasks && dependent != dependency {
                let needs = workload.tasks[dependent].needs;
                edges.push((dependency, dependent, signal(*wait, needs)));
            }
        }
        edges.sort_unstable_by_key(|&(dependency, dependent, _)| (dependency, dependent));
        edges.dedup_by_key(|&mut (dependency, dependent, _)| (dependency, dependent));
        let (mut missing, mut missing_below) = (vec![0; n_tasks], vec![1; n_tasks]);
        for &(_, dependent, _) in &edges {
            missing[dependent] += 1;
            missing_below[dependent] += 1;
        }
        let (starts, items) = lists(n_tasks, edges.iter().map(|&(from, to, signal)| (from, (to, signal))));
        let mut reversed: Vec<(usize, usize, bool)> =
            edges.iter().map(|&(from, to, signal)| (to, from, signal == Signal::FrontDone)).collect();
        reversed.sort_unstable();
        let (dependency_starts, dependency_items) =
            lists(n_tasks, reversed.iter().map(|&(from, to, is_metadata)| (from, (to, is_metadata))));
        let ready = (0..n_tasks).filter(|task| missing[*task] == 0).collect();
        let mut queue = Self {
            starts,
            items,
            dependency_starts,
            dependency_items,
            missing,
            missing_below,
            priorities: Vec::new(),
            ready,
        };
        queue.priorities = queue.counted_dependents();
        queue
    }

    /// One more than the number of tasks that need it, directly or not.
    pub(super) fn priority(&self, task: usize) -> u32 {
        self.priorities[task]
    }

    /// What the task waits for, and whether its metadata is enough.
    pub(super) fn dependencies(&self, task: usize) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.dependency_items[self.dependency_starts[task]..self.dependency_starts[task + 1]].iter().copied()
    }

    /// Tasks with all that they need before them; those on cycles are left out. Only before anything is done.
    pub(super) fn topological(&self) -> Vec<usize> {
        let mut missing = self.missing.clone();
        let mut order: Vec<usize> = (0..missing.len()).filter(|task| missing[*task] == 0).collect();
        let mut next = 0;
        while let Some(&task) = order.get(next) {
            next += 1;
            for &(dependent, _) in self.dependents(task) {
                missing[dependent] -= 1;
                if missing[dependent] == 0 {
                    order.push(dependent);
                }
            }
        }
        order
    }

    /// The tasks that have become ready since the last time.
    pub(super) fn take_ready(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.ready)
    }

    /// The front end of `task` is over.
    pub(super) fn front_done(&mut self, task: usize) {
        self.tell(task, Signal::FrontDone);
    }

    /// `task` has ended.
    pub(super) fn done(&mut self, task: usize) {
        self.tell(task, Signal::Ended);
        let mut ended = vec![task];
        while let Some(task) = ended.pop() {
            self.missing_below[task] -= 1;
            if self.missing_below[task] > 0 {
                continue;
            }
            self.tell(task, Signal::AllEnded);
            ended.extend(self.dependents(task).iter().map(|&(dependent, _)| dependent));
        }
    }

    fn dependents(&self, task: usize) -> &[(usize, Signal)] {
        &self.items[self.starts[task]..self.starts[task + 1]]
    }

    fn tell(&mut self, task: usize, signal: Signal) {
        for position in self.starts[task]..self.starts[task + 1] {
            let (dependent, awaited) = self.items[position];
            if awaited == signal {
                self.missing[dependent] -= 1;
                if self.missing[dependent] == 0 {
                    self.ready.push(dependent);
                }
            }
        }
    }

    /// Sets of dependents as bits, from those that nobody needs downwards.
    fn counted_dependents(&self) -> Vec<u32> {
        let n_tasks = self.missing.len();
        let n_words = n_tasks.div_ceil(64);
        let mut sets = vec![0_u64; n_tasks * n_words];
        let mut set = vec![0_u64; n_words];
        let mut counts = vec![1; n_tasks];
        for task in self.topological().into_iter().rev() {
            set.fill(0);
            for &(dependent, _) in self.dependents(task) {
                let theirs = &sets[dependent * n_words..(dependent + 1) * n_words];
                for (word, more) in set.iter_mut().zip(theirs) {
                    *word |= more;
                }
                set[dependent / 64] |= 1 << (dependent % 64);
            }
            counts[task] = 1 + set.iter().map(|word| word.count_ones()).sum::<u32>();
            sets[task * n_words..(task + 1) * n_words].copy_from_slice(&set);
        }
        counts
    }
}

fn signal(wait: Wait, needs: Needs) -> Signal {
    match (wait, needs) {
        (Wait::Metadata, _) => Signal::FrontDone,
        (Wait::End, Needs::Objects) => Signal::AllEnded,
        (Wait::End, Needs::Metadata | Needs::Ends) => Signal::Ended,
    }
}

/// Compressed adjacency lists of pairs that are sorted by their first part.
fn lists<T>(n: usize, pairs: impl Iterator<Item = (usize, T)>) -> (Vec<usize>, Vec<T>) {
    let mut starts = vec![0; n + 1];
    let mut items = Vec::new();
    for (from, item) in pairs {
        starts[from + 1] += 1;
        items.push(item);
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    (starts, items)
}
