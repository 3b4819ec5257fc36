//! Where a series of measurements has changed: E-divisive (Matteson and James, "A Nonparametric Approach for Multiple Change
//! Point Analysis of Multivariate Data", Journal of the American Statistical Association 109, 2014).
//!
//! A split of the series is as good as the energy distance between what lies before and after it is large: how much farther
//! values of both sides are apart from each other than from their own kind. The best split is a change if hardly any order
//! of the same values has one as good, and then both parts are looked at in the same way. Nothing is assumed of how the
//! values scatter, except that their order means nothing while nothing changes: a machine that gets slower over the hours
//! does look like a change, and for whoever waits for it, it is one.
//!
//! Orders are drawn by a generator with a fixed start: the same series always has the same changes.

/// A place where a series changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// Position of the first value after it.
    pub at: usize,
    /// The share of all orders of the same values that have a split as good.
    pub p: f64,
}

/// Fewest values on either side of a change. Two have no scatter to speak of, and one of them may be a slip.
const LEAST_SEGMENT: usize = 4;
/// Fewest values of a series that is looked at: of the 210 ways to choose four of ten values, two look like one step (at the
/// beginning, and at the end), well below [`LEVEL`]. Of eight values it would be 2 of 70, and no step could be told from
/// chance.
const LEAST_VALUES: usize = 10;
/// How often chance may look as good as a change: in 1 of 50 series. A mark in a chart that means nothing makes people look
/// for what is not there, and there are two series in a chart, CPU and wall time.
const LEVEL: f64 = 0.02;
/// Orders that are drawn at most, as in the examples of the paper. What chance reaches in one of a hundred orders is then
/// told from [`LEVEL`] by about two standard errors, `sqrt(0.01 * 0.99 / 499) = 0.0045`.
const N_ORDERS: usize = 499;
/// Values that are at most looked at, the last of the series: each order costs the square of their number.
pub const MOST_VALUES: usize = 200;

/// The changes of `series`, in its order. None where there are fewer than ten values, or one of them is no number.
pub fn change_points(series: &[f64]) -> Vec<ChangePoint> {
    let skipped = series.len().saturating_sub(MOST_VALUES);
    let series = &series[skipped..];
    if series.len() < LEAST_VALUES || series.iter().any(|value| !value.is_finite()) {
        return Vec::new();
    }
    let mut segments = vec![Segment { from: 0, values: series.to_vec() }];
    let mut changes: Vec<ChangePoint> = Vec::new();
    while let Some((position, split)) = best_of(&segments) {
        let Some(p) = chance_of(&segments, split.energy) else { break };
        let Segment { from, values } = segments.remove(position);
        let (before, after) = values.split_at(split.at);
        segments.push(Segment { from, values: before.to_vec() });
        segments.push(Segment { from: from + split.at, values: after.to_vec() });
        changes.push(ChangePoint { at: skipped + from + split.at, p });
    }
    changes.sort_by_key(|change| change.at);
    changes
}

/// A part of the series without a known change in it.
struct Segment {
    from: usize,
    values: Vec<f64>,
}

/// Where a segment is best split in two, and how good that is.
#[derive(Clone, Copy)]
struct Split {
    at: usize,
    energy: f64,
}

fn best_of(segments: &[Segment]) -> Option<(usize, Split)> {
    let splits = segments.iter().enumerate();
    let splits = splits.filter_map(|(position, segment)| Some((position, best_split(&segment.values)?)));
    splits.max_by(|a, b| a.1.energy.total_cmp(&b.1.energy))
}

/// The share of orders, of the values within each segment, that have a split as good somewhere; `None` if that is more often
/// than chance may. Counting the order at hand among them makes it no less than it is (section 2.4 of the paper).
fn chance_of(segments: &[Segment], energy: f64) -> Option<f64> {
    if energy <= 0.0 {
        return None;
    }
    let n_most = (LEVEL * (N_ORDERS + 1) as f64) as usize;
    // The same values in the same groups give the same sum but for rounding.
    let energy = energy * (1.0 - 1e-9);
    let mut random = Random(0);
    let mut shuffled: Vec<Vec<f64>> = segments.iter().map(|segment| segment.values.clone()).collect();
    let mut n_as_good = 1;
    for _ in 0..N_ORDERS {
        shuffled.iter_mut().for_each(|values| random.shuffle(values));
        let best = shuffled.iter().filter_map(|values| best_split(values));
        n_as_good += usize::from(best.into_iter().any(|split| split.energy >= energy));
        if n_as_good > n_most {
            return None;
        }
    }
    Some(n_as_good as f64 / (N_ORDERS + 1) as f64)
}

/// The split after which the values are farthest from those before it. What comes after it may end before the segment does
/// (`kappa` in the paper), so that a change which is taken back is not hidden by what follows.
fn best_split(values: &[f64]) -> Option<Split> {
    let sums = Sums::of(values);
    let n = values.len();
    let mut best: Option<Split> = None;
    for at in LEAST_SEGMENT..=n.saturating_sub(LEAST_SEGMENT) {
        for end in at + LEAST_SEGMENT..=n {
            let energy = sums.energy(at, end);
            if best.is_none_or(|best| energy > best.energy) {
                best = Some(Split { at, energy });
            }
        }
    }
    best
}

/// Sums of distances: of all pairs of one of the first `i` values and one of the first `j`.
struct Sums {
    /// `(n + 1) * (n + 1)` numbers, row by row.
    of_pairs: Vec<f64>,
    width: usize,
}

impl Sums {
    fn of(values: &[f64]) -> Self {
        let width = values.len() + 1;
        let mut of_pairs = vec![0.0; width * width];
        for (i, a) in values.iter().enumerate() {
            let mut row = 0.0;
            for (j, b) in values.iter().enumerate() {
                row += (a - b).abs();
                of_pairs[(i + 1) * width + j + 1] = of_pairs[i * width + j + 1] + row;
            }
        }
        Self { of_pairs, width }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.of_pairs[i * self.width + j]
    }

    /// How far the values before `at` are from those between it and `end`: `Q` of the paper, with the distance itself
    /// (`alpha = 1`), the usual choice.
    fn energy(&self, at: usize, end: usize) -> f64 {
        let (n, m) = (at as f64, (end - at) as f64);
        let before = self.at(at, at);
        let between = self.at(at, end) - before;
        // Each pair of one side is in its sum twice.
        let after = self.at(end, end) - 2.0 * self.at(at, end) + before;
        let distance = 2.0 * between / (n * m) - before / (n * (n - 1.0)) - after / (m * (m - 1.0));
        n * m / (n + m) * distance
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// All orders alike (Fisher and Yates). Taking the remainder prefers small numbers by less than one in 2^50 here.
    fn shuffle(&mut self, values: &mut [f64]) {
        for last in (1..values.len()).rev() {
            let other = (self.next() % (last as u64 + 1)) as usize;
            values.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 3, 1, 2, 3, … above `level`.
    fn around(level: f64, n: usize) -> Vec<f64> {
        (0..n).map(|i| level + [1.0, 2.0, 3.0][i % 3]).collect()
    }

    fn places(series: &[f64]) -> Vec<usize> {
        change_points(series).iter().map(|change| change.at).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let series = [around(0.0, 12), around(10.0, 12)].concat();
        assert_eq!(places(&series), [12]);
        assert!(change_points(&series)[0].p <= LEVEL);
    }

    #[test]
    fn a_change_that_is_taken_back_is_two() {
        let series = [around(0.0, 12), around(10.0, 9), around(0.0, 12)].concat();
        assert_eq!(places(&series), [12, 21]);
    }

    #[test]
    fn what_stays_the_same_or_is_too_short_has_none() {
        assert_eq!(places(&around(0.0, 60)), [0; 0]);
        assert_eq!(places(&[5.0; 30]), [0; 0]);
        assert_eq!(places(&[1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0, 9.0, 9.0]), [0; 0]);
        assert_eq!(places(&[]), [0; 0]);
    }

    #[test]
    fn one_value_out_of_line_is_no_change() {
        let mut series = around(0.0, 30);
        series[17] = 100.0;
        assert_eq!(places(&series), [0; 0]);
    }

    #[test]
    fn the_shortest_series_with_a_clear_step_has_one() {
        let series = [around(0.0, 5), around(100.0, 5)].concat();
        assert_eq!(places(&series), [5]);
    }

    #[test]
    fn a_value_that_is_no_number_says_nothing() {
        let mut series = [around(0.0, 12), around(10.0, 12)].concat();
        series[3] = f64::NAN;
        assert_eq!(places(&series), [0; 0]);
    }

    #[test]
    fn of_a_long_series_the_newest_values_are_looked_at() {
        let series = [around(0.0, 300), around(10.0, 50)].concat();
        assert_eq!(places(&series), [300]);
        assert_eq!(places(&[around(0.0, 50), around(10.0, 300)].concat()), [0; 0]);
    }

    #[test]
    fn the_energy_is_that_of_its_definition() {
        let values: [f64; 5] = [1.0, 4.0, 2.0, 8.0, 5.0];
        let mean = |pairs: Vec<(usize, usize)>| {
            let n = pairs.len() as f64;
            pairs.into_iter().map(|(i, j)| (values[i] - values[j]).abs()).sum::<f64>() / n
        };
        let between = mean(vec![(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)]);
        let (before, after) = (mean(vec![(0, 1)]), mean(vec![(2, 3), (2, 4), (3, 4)]));
        let expected = 2.0 * 3.0 / 5.0 * (2.0 * between - before - after);
        assert!((Sums::of(&values).energy(2, 5) - expected).abs() < 1e-12);
    }
}
