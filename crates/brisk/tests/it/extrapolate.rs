//! From replayed units to all that a change applies to.

use brisk::model::{Build, CpuTime, Mode, Phase, PhaseCost, PhaseCpu, ReplayedUnit, Unit, UnitIdx};
use brisk::simulate::{Extrapolation, PhaseFactors, Strata, extrapolate};
use brisk_test_support::gantt;
use proptest::prelude::{any, prop_assert, prop_assert_eq};

use crate::support::near;

/// A build of libraries that cost so many CPU seconds, a third of each in the front end.
fn build_of(costs: &[f64]) -> Build {
    let mut build = gantt::parse("a |FF");
    let first = build.units[0].clone();
    let unit = |(n, &cost_s): (usize, &f64)| Unit {
        package: brisk::model::PackageRef { name: format!("p{n}"), ..first.package.clone() },
        mode: Mode::Build,
        timing: None,
        cpu: Some(CpuTime { user_s: cost_s, sys_s: 0.0 }),
        phase_cpu: PhaseCpu { front_s: Some(cost_s / 3.0), back_s: Some(cost_s * 2.0 / 3.0), link_s: None },
        ..first.clone()
    };
    build.units = costs.iter().enumerate().map(unit).collect();
    build
}

fn all(build: &Build) -> Vec<UnitIdx> {
    build.iter_units().map(|(idx, _)| idx).collect()
}

fn cost(front_s: f64, back_s: f64) -> PhaseCost {
    let cpu_s = front_s + back_s;
    PhaseCost { cpu_s, front_s: Some(front_s), back_s: Some(back_s), link_s: Some(0.0), wall_s: cpu_s }
}

/// A replay on a machine of half the speed, where the back end costs `factor` times as much.
fn replayed(build: &Build, unit: u32, factor: f64) -> ReplayedUnit {
    let cpu_s = 2.0 * build.units[unit as usize].cpu.expect("each has a cost").total_s();
    let (front_s, back_s) = (cpu_s / 3.0, cpu_s * 2.0 / 3.0);
    let (control, changed) = (cost(front_s, back_s), cost(front_s, back_s * factor));
    ReplayedUnit { unit: UnitIdx(unit), control, changed, from_cache: false }
}

fn of_all(build: &Build, replayed: &[ReplayedUnit]) -> Option<Extrapolation> {
    extrapolate(build, &all(build), replayed, &[Phase::Front, Phase::Back, Phase::Link])
}

#[test]
fn strata_are_of_about_equal_cost_and_the_dearest_is_first() {
    let costs: Vec<f64> = (1..=120).map(f64::from).collect();
    let build = build_of(&costs);
    let strata = Strata::of(&build, &all(&build));
    let sums: Vec<f64> = strata.iter().map(|units| units.iter().map(|idx| costs[idx.index()]).sum::<f64>()).collect();
    assert_eq!(sums.len(), 6);
    assert!(sums.iter().all(|sum| (sum / 1210.0 - 1.0).abs() < 0.1), "{sums:?}");
    let sizes: Vec<usize> = strata.iter().map(<[UnitIdx]>::len).collect();
    assert!(sizes.is_sorted() && sizes[0] < sizes[5], "{sizes:?}");
    assert!(strata.iter().all(|units| !units.is_sorted()), "the order has nothing to do with the cost");
}

#[test]
fn units_without_a_cost_are_in_no_stratum() {
    let mut build = build_of(&[0.0, f64::NAN, 2.0, 3.0]);
    build.units[3].mode = Mode::RunBuildScript;
    let strata = Strata::of(&build, &[all(&build), vec![UnitIdx(9)]].concat());
    assert_eq!(strata.iter().collect::<Vec<_>>(), [[UnitIdx(2)]]);
}

#[test]
fn the_factor_of_a_phase_is_that_of_its_stratum_and_of_replayed_units_their_own() {
    // One dear unit and many cheap ones: two strata at least.
    let build = build_of(&[10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let sample = [replayed(&build, 0, 1.25), replayed(&build, 1, 1.5), replayed(&build, 2, 1.7)];
    let found = of_all(&build, &sample).expect("some were replayed");
    let back = |unit: usize| found.factors[unit].1.back;
    assert!(near(back(0), 1.25) && near(back(1), 1.5) && near(back(2), 1.7));
    assert!((3..=10).all(|unit| near(back(unit), 1.6)), "{:?}", found.factors);
    let PhaseFactors { front, link, .. } = found.factors[5].1;
    assert!(near(front, 1.0) && link.is_none());
    assert!(near(found.recorded_cpu_s, 20.0) && near(found.replayed_share, 0.6));
    assert!(near(found.control_of_recorded, 2.0), "the replays ran on a slower machine");
    let expected_s = 10.0 * 2.0 / 3.0 * 0.25 + 10.0 * 2.0 / 3.0 * 0.6;
    assert!((found.change_cpu_s - expected_s).abs() < 0.5, "{} instead of {expected_s}", found.change_cpu_s);
    assert!(found.standard_error_s.unwrap() > 0.0);
}

#[test]
fn the_true_change_lies_within_three_standard_errors() {
    let costs: Vec<f64> = (1..=200).map(|n| 40.0 / f64::from(n)).collect();
    let build = build_of(&costs);
    // Dearer units gain less; a bit of everything else beside that.
    let factor = |n: u32| 1.7 - 0.004 * costs[n as usize] + 0.1 * f64::from(n % 7) / 7.0;
    let true_s: f64 = (0..200).map(|n| costs[n as usize] * 2.0 / 3.0 * (factor(n) - 1.0)).sum();
    let strata = Strata::of(&build, &all(&build));
    let sample: Vec<ReplayedUnit> = strata
        .iter()
        .flat_map(|units| units.iter().take(4))
        .map(|idx| replayed(&build, idx.0, factor(idx.0)))
        .collect();
    let found = of_all(&build, &sample).expect("some were replayed");
    let error_s = found.standard_error_s.unwrap();
    assert!((found.change_cpu_s - true_s).abs() < 3.0 * error_s, "{} ± {error_s}, not {true_s}", found.change_cpu_s);
    assert!(error_s < 0.1 * true_s, "{error_s}");
}

#[test]
fn what_was_replayed_whole_has_no_error_and_nothing_replayed_is_no_answer() {
    let build = build_of(&[2.0, 3.0]);
    let found = of_all(&build, &[replayed(&build, 0, 2.0), replayed(&build, 1, 3.0)]).unwrap();
    assert_eq!(found.standard_error_s, Some(0.0));
    assert!(near(found.change_cpu_s, 4.0 / 3.0 + 4.0));
    assert_eq!(of_all(&build, &[]), None);
    assert_eq!(of_all(&build, &[replayed(&build, 0, f64::NAN)]), None);
    assert_eq!(of_all(&build, &[replayed(&build, 0, 2.0)]).unwrap().standard_error_s, None);
}

#[test]
fn a_difference_where_the_change_makes_none_is_noise() {
    let build = build_of(&[30.0, 0.3, 0.3]);
    let noisy = [replayed(&build, 1, 1.4), replayed(&build, 2, 1.1)];
    let found = extrapolate(&build, &all(&build), &noisy, &[Phase::Link]).unwrap();
    assert_eq!((found.change_cpu_s, found.standard_error_s), (0.0, Some(0.0)));
    let found = extrapolate(&build, &all(&build), &noisy, &[Phase::Back]).unwrap();
    assert!(found.change_cpu_s > 1.0);
}

#[test]
fn a_unit_of_unknown_phases_changes_as_a_whole() {
    let mut build = build_of(&[3.0, 3.0]);
    build.units[1].phase_cpu = PhaseCpu::default();
    let found = of_all(&build, &[replayed(&build, 0, 2.0)]).unwrap();
    assert!(near(found.factors[1].1.whole, 5.0 / 3.0));
    assert!(near(found.change_cpu_s, 2.0 + 2.0));
}

proptest::proptest! {
    #[test]
    fn every_unit_with_a_cost_is_in_one_stratum(costs in proptest::collection::vec(any::<f64>(), 0..60)) {
        let build = build_of(&costs);
        let mut units = all(&build);
        let strata = Strata::of(&build, &units);
        units.reverse();
        prop_assert_eq!(&strata, &Strata::of(&build, &units));
        let n_costs = costs.iter().filter(|cost| cost.is_finite() && **cost > 0.0).count();
        prop_assert_eq!(strata.n_units(), n_costs);
        prop_assert!(strata.iter().all(|units| !units.is_empty()));
    }

    #[test]
    fn what_costs_the_same_changes_nothing(costs in proptest::collection::vec(0.01..50.0, 1..60), every in 1..5_usize) {
        let build = build_of(&costs);
        let sample: Vec<ReplayedUnit> =
            (0..costs.len()).step_by(every).map(|n| replayed(&build, n as u32, 1.0)).collect();
        let found = of_all(&build, &sample).expect("some were replayed");
        prop_assert_eq!(found.change_cpu_s, 0.0);
        for (_, factors) in &found.factors {
            prop_assert_eq!((factors.front, factors.back, factors.whole), (1.0, 1.0, 1.0));
        }
    }

    #[test]
    fn whatever_was_measured_the_answer_is_finite_and_always_the_same(
        costs in proptest::collection::vec(0.0..1e6, 1..40),
        measured in proptest::collection::vec((0_u32..40, any::<[f64; 4]>()), 0..20),
    ) {
        let build = build_of(&costs);
        let sample: Vec<ReplayedUnit> = measured
            .iter()
            .filter(|(_, costs)| costs.iter().all(|cost| cost.abs() < 1e9))
            .map(|&(unit, [a, b, c, d])| ReplayedUnit {
                unit: UnitIdx(unit),
                control: cost(a, b),
                changed: cost(c, d),
                from_cache: false,
            })
            .collect();
        let found = of_all(&build, &sample);
        prop_assert_eq!(&found, &of_all(&build, &sample));
        if let Some(found) = found {
            prop_assert!(found.change_cpu_s.is_finite() && found.recorded_cpu_s.is_finite());
            prop_assert!(found.standard_error_s.is_none_or(f64::is_finite));
            prop_assert!((0.0..=1.0 + 1e-9).contains(&found.replayed_share));
        }
    }
}
