//! Which unit is replayed next.

use std::collections::VecDeque;

use brisk::model::UnitIdx;

/// A unit that alone would take more than this share of the time that is left is passed over: others tell more for the time.
const LARGEST_SHARE: f64 = 0.5;
/// The same where others are replayed beside it: what it will take is not known better than that.
const LARGEST_SHARE_BESIDE: f64 = 0.95;

/// How much of a unit is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// With and without the change.
    Both,
    /// With the change alone: what it takes without is what it took when it was recorded, as far as that holds for others.
    ChangedAlone,
}

/// The units that are not replayed yet, by stratum.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    strata: Vec<Stratum>,
    /// How many are replayed at once.
    n_workers: usize,
}

#[derive(Clone, Debug)]
struct Stratum {
    /// Each with the seconds that its replays will take.
    waiting: VecDeque<(UnitIdx, f64)>,
    /// Seconds of a unit on average.
    mean_s: f64,
    n_taken: u32,
}

impl Queue {
    /// A queue of strata, the dearest first, each in the order in which it is to be sampled, for so many workers.
    pub(super) fn new(strata: impl DoubleEndedIterator<Item = Vec<(UnitIdx, f64)>>, n_workers: usize) -> Self {
        let stratum = |units: Vec<(UnitIdx, f64)>| Stratum {
            mean_s: units.iter().map(|(_, s)| s).sum::<f64>() / units.len().max(1) as f64,
            waiting: units.into(),
            n_taken: 0,
        };
        // The cheapest first: they fit into any budget.
        Self { strata: strata.rev().map(stratum).collect(), n_workers: n_workers.max(1) }
    }

    /// The next unit that fits into the `left_s` seconds that are left.
    ///
    /// First one of each stratum, the cheapest first. Then those strata come first that tell most for the time: for strata
    /// of equal cost that spread alike, the number of units is to be in inverse proportion to the root of what one takes
    /// (optimum allocation, Cochran 1977, section 5.5).
    pub(super) fn next(&mut self, left_s: f64) -> Option<UnitIdx> {
        let largest_s = left_s * self.largest_share();
        let fits = |stratum: &Stratum| stratum.waiting.iter().position(|(_, s)| *s <= largest_s);
        let turn = |stratum: &Stratum| f64::from(stratum.n_taken) * stratum.mean_s.sqrt();
        let candidates = self.strata.iter().enumerate().filter_map(|(at, stratum)| Some((at, fits(stratum)?)));
        let (at, position) =
            candidates.min_by(|(a, _), (b, _)| turn(&self.strata[*a]).total_cmp(&turn(&self.strata[*b])))?;
        let stratum = &mut self.strata[at];
        stratum.n_taken += 1;
        stratum.waiting.remove(position).map(|(idx, _)| idx)
    }

    /// The dearest unit that fits into the `left_s` seconds that are left, if need be without its control, which is half of
    /// what it takes.
    ///
    /// What takes a large part of a build decides what a change is worth, and is looked at whatever it takes, as long as
    /// others can be sampled beside it: a stratum of which all units are taken (Cochran 1977, section 5.8).
    pub(super) fn next_dearest(&mut self, left_s: f64) -> Option<(UnitIdx, Extent)> {
        let largest_s = left_s * self.largest_share();
        let waiting = self.strata.iter().flat_map(|stratum| &stratum.waiting).filter(|(_, s)| s / 2.0 <= largest_s);
        let (idx, s) = *waiting.max_by(|(a, a_s), (b, b_s)| a_s.total_cmp(b_s).then(b.cmp(a)))?;
        self.take(idx);
        Some((idx, if s <= largest_s { Extent::Both } else { Extent::ChangedAlone }))
    }

    fn largest_share(&self) -> f64 {
        if self.n_workers > 1 { LARGEST_SHARE_BESIDE } else { LARGEST_SHARE }
    }

    /// Counts a unit as replayed.
    pub(super) fn take(&mut self, idx: UnitIdx) {
        for stratum in &mut self.strata {
            if let Some(at) = stratum.waiting.iter().position(|(waiting, _)| *waiting == idx) {
                stratum.waiting.remove(at);
                stratum.n_taken += 1;
            }
        }
    }

    /// How many units will fit into `left_s` seconds.
    pub(super) fn n_fitting(&self, mut left_s: f64) -> usize {
        let mut ahead = self.clone();
        let seconds = |of: &Self| of.strata.iter().flat_map(|stratum| &stratum.waiting).map(|(_, s)| s).sum::<f64>();
        let mut n_units = 0;
        let mut waiting_s = seconds(&ahead);
        while ahead.next(left_s).is_some() {
            let then_s = seconds(&ahead);
            left_s -= (waiting_s - then_s) / self.n_workers as f64;
            waiting_s = then_s;
            n_units += 1;
        }
        n_units
    }

    /// The units that would not fit even if all of `budget_s` were left, with the seconds that they would take.
    pub(super) fn too_dear(&self, budget_s: f64) -> Vec<(UnitIdx, f64)> {
        let waiting = self.strata.iter().rev().flat_map(|stratum| &stratum.waiting);
        // Without its control, where others have theirs.
        let least = if self.n_workers > 1 { 0.5 } else { 1.0 };
        waiting.filter(|(_, s)| *s * least > budget_s * self.largest_share()).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(strata: &[&[f64]]) -> Queue {
        let mut idx = 0;
        let mut units = |seconds: &&[f64]| -> Vec<(UnitIdx, f64)> {
            let with_idx = |s: &f64| {
                idx += 1;
                (UnitIdx(idx - 1), *s)
            };
            seconds.iter().map(with_idx).collect()
        };
        Queue::new(strata.iter().map(&mut units).collect::<Vec<_>>().into_iter(), 1)
    }

    fn taken(queue: &mut Queue, left_s: f64) -> Vec<u32> {
        std::iter::from_fn(|| queue.next(left_s)).map(|idx| idx.0).collect()
    }

    #[test]
    fn each_stratum_has_its_turn_and_cheap_ones_more_often() {
        let mut queue = queue(&[&[9.0, 9.0], &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]);
        assert_eq!(taken(&mut queue, 100.0), [2, 0, 3, 4, 5, 1, 6, 7]);
    }

    #[test]
    fn what_takes_too_much_of_the_time_left_is_passed_over() {
        let mut queue = queue(&[&[40.0, 3.0], &[1.0]]);
        assert_eq!(queue.too_dear(60.0), [(UnitIdx(0), 40.0)]);
        assert_eq!(queue.n_fitting(60.0), 2);
        assert_eq!(queue.n_fitting(4.0), 1, "the first leaves three seconds");
        assert_eq!(queue.n_fitting(0.0), 0);
        assert_eq!(taken(&mut queue, 60.0), [2, 1]);
        assert_eq!(queue.next(60.0), None);
    }

    #[test]
    fn beside_others_a_unit_may_take_most_of_the_time() {
        let strata = vec![vec![(UnitIdx(0), 40.0)], vec![(UnitIdx(1), 1.0)]];
        let mut queue = Queue::new(strata.into_iter(), 2);
        assert_eq!(queue.too_dear(60.0), []);
        assert_eq!(queue.n_fitting(60.0), 2);
        assert_eq!(queue.clone().next_dearest(20.0), Some((UnitIdx(1), Extent::Both)));
        assert_eq!(queue.clone().next_dearest(41.0), Some((UnitIdx(0), Extent::ChangedAlone)));
        assert_eq!(queue.next_dearest(60.0), Some((UnitIdx(0), Extent::Both)));
        assert_eq!(taken(&mut queue, 60.0), [1]);
    }

    #[test]
    fn what_was_replayed_before_counts_as_taken() {
        let mut queue = queue(&[&[4.0, 4.0], &[1.0, 1.0]]);
        queue.take(UnitIdx(2));
        assert_eq!(taken(&mut queue, 100.0), [0, 3, 1]);
    }
}
