//! Builds of one kind over time, where they have changed, and how many builds there are in a day.

use crate::model::{Build, Summary};
use crate::stats::{MOST_VALUES, Metric, change_points};

/// Least change that is told: two measurements of the same build differ by about 2 % (`docs/measurements.md`,
/// "Predictions"), and the medians of some builds by less.
const LEAST_CHANGE: f64 = 0.03;
/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// Builds of one kind over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// What was asked for, with `cargo` before it, or in words where no command is known.
    pub command: String,
    /// Oldest first; at least two.
    pub points: Vec<TrendPoint>,
    /// Where they have changed, oldest first.
    pub changes: Vec<Change>,
    /// How often the workspace is built, of whatever kind; `None` where that is not known.
    pub builds_per_day: Option<BuildsPerDay>,
}

/// A build.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// Id of its run.
    pub run: String,
    /// When it started, in seconds since the UNIX epoch.
    pub at: f64,
    /// Wall seconds from the start of its first unit to the end of its last one.
    pub wall_s: Option<f64>,
    /// CPU seconds of the command, else of its units.
    pub cpu_s: Option<f64>,
    /// Number of its units.
    pub units: usize,
    /// Whether it is known that other programs hardly disturbed it.
    pub is_quiet: bool,
}

/// A lasting change of what builds take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Of what.
    pub metric: Metric,
    /// Position of the first point after it.
    pub at: usize,
    /// Median of the points before it, from the change before, seconds. Of wall time only points count that were not
    /// disturbed.
    pub before_s: f64,
    /// The same of the points after it, up to the next change.
    pub after_s: f64,
    /// The share of all orders of the same values in which a change would be seen as clearly.
    pub p: f64,
}

/// How often a workspace is built, as far as recorded builds tell: what nobody recorded is not counted, so that there are at
/// least as many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildsPerDay {
    /// Builds in a day.
    pub builds: f64,
    /// Of so many days: from the first build on record up to now, at least one.
    pub days: f64,
    /// From so many builds.
    pub n: usize,
}

impl TrendPoint {
    /// `build` of the run `run`, which started then.
    pub fn of(run: String, at: f64, build: &Build) -> Self {
        let cpu_s = Summary::of(build).cpu.map(|(cpu_s, _)| cpu_s);
        let (wall_s, units) = (build.whole_wall_s(), build.units.len());
        Self { run, at, wall_s, cpu_s, units, is_quiet: build.is_quiet() }
    }

    fn value(&self, metric: Metric) -> Option<f64> {
        let value = match metric {
            Metric::Cpu => self.cpu_s,
            Metric::Wall => self.wall_s.filter(|_| self.is_quiet),
        };
        value.filter(|seconds| *seconds > 0.0 && seconds.is_finite())
    }
}

impl Trend {
    /// That of `points`, which are builds of one kind in any order; `None` of fewer than two.
    pub fn of(command: String, mut points: Vec<TrendPoint>, builds_per_day: Option<BuildsPerDay>) -> Option<Self> {
        points.sort_by(|a, b| a.at.total_cmp(&b.at).then_with(|| a.run.cmp(&b.run)));
        let mut changes: Vec<Change> =
            [Metric::Cpu, Metric::Wall].into_iter().flat_map(|metric| changes(&points, metric)).collect();
        changes.sort_by_key(|change| change.at);
        (points.len() >= 2).then_some(Self { command, points, changes, builds_per_day })
    }
}

/// What scatters does so in proportion: changes are looked for in logarithms.
fn changes(points: &[TrendPoint], metric: Metric) -> Vec<Change> {
    let values = points.iter().enumerate().filter_map(|(at, point)| Some((at, point.value(metric)?)));
    let values: Vec<(usize, f64)> = values.collect();
    // What lies longer ago is not looked at, and is no part of what was before the first change either.
    let values = &values[values.len().saturating_sub(MOST_VALUES)..];
    let found = change_points(&values.iter().map(|(_, seconds)| seconds.ln()).collect::<Vec<f64>>());
    let ends: Vec<usize> = found.iter().map(|change| change.at).chain([values.len()]).collect();
    let mut from = 0;
    let mut changes = Vec::new();
    for (change, &to) in found.iter().zip(&ends[1..]) {
        let (before_s, after_s) = (median_s(&values[from..change.at]), median_s(&values[change.at..to]));
        from = change.at;
        if (after_s / before_s - 1.0).abs() >= LEAST_CHANGE {
            changes.push(Change { metric, at: values[change.at].0, before_s, after_s, p: change.p });
        }
    }
    changes
}

/// Of at least one value.
fn median_s(values: &[(usize, f64)]) -> f64 {
    let mut seconds: Vec<f64> = values.iter().map(|(_, seconds)| *seconds).collect();
    seconds.sort_by(f64::total_cmp);
    f64::midpoint(seconds[(seconds.len() - 1) / 2], seconds[seconds.len() / 2])
}

impl BuildsPerDay {
    /// From builds that started at these moments, up to `now`, all in seconds since the UNIX epoch; `None` of fewer than two.
    pub fn of(starts: &[f64], now: f64) -> Option<Self> {
        let first = starts.iter().copied().min_by(f64::total_cmp).filter(|_| starts.len() >= 2)?;
        let days = ((now - first) / DAY_S).max(1.0);
        Some(Self { builds: starts.len() as f64 / days, days, n: starts.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: u32, cpu_s: f64, wall_s: f64, is_quiet: bool) -> TrendPoint {
        let run = format!("run-{at:03}");
        TrendPoint { run, at: f64::from(at), wall_s: Some(wall_s), cpu_s: Some(cpu_s), units: 3, is_quiet }
    }

    /// Around 100 s of CPU time, and after `step` around 80 s.
    fn cpu_s(at: u32, step: u32) -> f64 {
        let level = if at < step { 100.0 } else { 80.0 };
        level + [0.0, 1.0, 2.0, 1.0][at as usize % 4]
    }

    fn trend(points: Vec<TrendPoint>) -> Trend {
        Trend::of("cargo build".to_owned(), points, None).unwrap()
    }

    #[test]
    fn a_lasting_change_is_told_with_what_was_before_and_after() {
        // Every third build was disturbed, and took any time.
        let build = |at: u32| point(at, cpu_s(at, 12), 20.0 + f64::from(at % 3) * 15.0, !at.is_multiple_of(3));
        let trend = trend((0..24).rev().map(build).collect());
        assert_eq!(trend.points[0].run, "run-000");
        let [change] = trend.changes.as_slice() else { panic!("{:?}", trend.changes) };
        assert_eq!((change.metric, change.at, change.before_s, change.after_s), (Metric::Cpu, 12, 101.0, 81.0));
        assert!(change.p <= 0.02);
    }

    #[test]
    fn wall_time_is_that_of_builds_that_nothing_disturbed() {
        let wall_s = |at: u32| if at.is_multiple_of(2) { cpu_s(at, 20) } else { 500.0 + f64::from(at * 37 % 11) };
        let trend = trend((0..40).map(|at| point(at, cpu_s(at, 99), wall_s(at), at.is_multiple_of(2))).collect());
        let [change] = trend.changes.as_slice() else { panic!("{:?}", trend.changes) };
        assert_eq!((change.metric, change.at), (Metric::Wall, 20));
        assert!(change.after_s < 83.0, "{change:?}");
    }

    #[test]
    fn a_change_that_nobody_would_notice_is_not_told() {
        let build = |at: u32| point(at, if at < 20 { 100.0 } else { 101.0 } + f64::from(at % 2) / 100.0, 10.0, true);
        assert_eq!(trend((0..40).map(build).collect()).changes, []);
    }

    #[test]
    fn one_build_is_no_trend() {
        assert_eq!(Trend::of(String::new(), vec![point(0, 1.0, 1.0, true)], None), None);
    }

    #[test]
    fn builds_in_a_day_are_counted_from_the_first_one_on() {
        assert_eq!(BuildsPerDay::of(&[5.0 * DAY_S], 6.0 * DAY_S), None);
        let starts = [7.0, 5.0, 6.0].map(|day| day * DAY_S);
        assert_eq!(BuildsPerDay::of(&starts, 9.0 * DAY_S), Some(BuildsPerDay { builds: 0.75, days: 4.0, n: 3 }));
        // Three in an hour are not 72 in a day.
        assert_eq!(BuildsPerDay::of(&[0.0, 60.0, 3600.0], 3600.0).unwrap().builds, 3.0);
    }
}
