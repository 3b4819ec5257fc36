//! How long trials may take.

use std::cell::Cell;
use std::time::Duration;

/// Time for some trials. What one of them leaves is there for the others.
pub(super) struct Budget {
    left: Cell<Duration>,
    n_trials: Cell<u32>,
}

impl Budget {
    /// So much for so many trials.
    pub(super) fn of(all: Duration, n_trials: usize) -> Self {
        Self { left: Cell::new(all), n_trials: Cell::new(u32::try_from(n_trials).unwrap_or(u32::MAX)) }
    }

    /// What the next trial may take: an equal share of what is left.
    pub(super) fn next(&self) -> Duration {
        let n_trials = self.n_trials.get().max(1);
        self.n_trials.set(n_trials - 1);
        self.left.get() / n_trials
    }

    /// A trial took so long.
    pub(super) fn took(&self, time: Duration) {
        self.left.set(self.left.get().saturating_sub(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_trial_leaves_is_there_for_the_others() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let budget = Budget::of(minutes(60), 3);
        assert_eq!(budget.next(), minutes(20));
        budget.took(minutes(4));
        assert_eq!(budget.next(), minutes(28));
        budget.took(minutes(60));
        assert_eq!(budget.next(), Duration::ZERO);
        assert_eq!(budget.next(), Duration::ZERO);
    }
}
