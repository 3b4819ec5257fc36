//! Series played out: how often a change is seen that is not there, and how often one that is there.

use brisk::stats::change_points;

use crate::stats::Random;

/// Builds of about 60 s, as logarithms: `n` of them, each off by `scatter` of itself, and now and then one that takes half as
/// much again.
fn builds(random: &mut Random, n: usize, scatter: f64, spikes: f64) -> Vec<f64> {
    let build = |_| {
        let spike = if random.uniform() < spikes { 1.5_f64.ln() } else { 0.0 };
        60.0_f64.ln() + scatter * random.normal() + spike
    };
    (0..n).map(build).collect()
}

/// The share of series of which `holds` is true.
fn share(n_series: u64, mut holds: impl FnMut(&mut Random) -> bool) -> f64 {
    (0..n_series).filter(|series| holds(&mut Random(series * 7_919))).count() as f64 / n_series as f64
}

#[test]
fn noise_alone_hardly_ever_looks_like_a_change() {
    for (n, n_series) in [(10, 2_000), (20, 2_000), (60, 200)] {
        let alarms = share(n_series, |random| !change_points(&builds(random, n, 0.03, 0.0)).is_empty());
        assert!(alarms <= 0.04, "{n} builds: {alarms} of all series");
    }
}

#[test]
fn slow_builds_now_and_then_are_no_change_either() {
    let alarms = share(1_000, |random| !change_points(&builds(random, 20, 0.03, 0.1)).is_empty());
    assert!(alarms <= 0.04, "{alarms} of all series");
}

/// `n` builds, and as many that take a tenth more.
fn with_step(random: &mut Random, n: usize) -> Vec<f64> {
    let mut series = builds(random, 2 * n, 0.03, 0.0);
    series[n..].iter_mut().for_each(|build| *build += 1.1_f64.ln());
    series
}

#[test]
fn a_tenth_more_is_found_among_ten_builds_before_and_ten_after() {
    let near = |found: &[usize]| matches!(found, [at] if at.abs_diff(10) <= 1);
    let found = share(300, |random| {
        let changes = change_points(&with_step(random, 10));
        near(&changes.iter().map(|change| change.at).collect::<Vec<_>>())
    });
    assert!(found >= 0.9, "found where it is, and nothing else, in {found} of all series");
}

#[test]
fn of_few_builds_a_large_step_is_found() {
    let found = share(300, |random| {
        let mut series = builds(random, 10, 0.03, 0.0);
        series[5..].iter_mut().for_each(|build| *build += 1.4_f64.ln());
        change_points(&series).first().is_some_and(|change| change.at == 5)
    });
    assert!(found >= 0.9, "{found} of all series");
}
