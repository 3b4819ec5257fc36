//! What holds for every build.

use std::collections::BTreeSet;

use brisk::model::{Build, Edge, Graph, Jobs, JobsBasis, Summary, Unit, UnitGraph, UnitIdx};
use brisk::simulate::{Match, Transfer};
use brisk_test_support::gantt;
use proptest::prelude::*;

use crate::support::{analyse, plan_of};

const TOLERANCE_S: f64 = 1e-6;

/// A unit of some kind with up to a second of work, somewhere in the first ten seconds.
fn a_line(number: usize) -> impl Strategy<Value = String> {
    let heads = prop_oneof![
        4 => Just(format!("p{number} v1.0.0")),
        1 => Just(format!("p{number} v1.0.0 (proc-macro)")),
        1 => Just(format!("p{} v{number}.0.0", number % 3)),
        1 => Just(format!("p{number} (bin)")),
        1 => Just(format!("p{number} v1.0.0 (lib check)")),
    ];
    let bars = prop_oneof![4 => "[.]{0,90}F{1,5}B{0,5}", 1 => "[.]{0,90}U{1,8}L{0,2}", 1 => "[?]{1,9}", 1 => ""];
    (heads, bars).prop_map(|(head, bar)| format!("{head} |{bar}\n"))
}

/// Up to twelve units; each may wait for earlier ones.
fn a_build() -> impl Strategy<Value = Build> {
    let lines: Vec<_> = (0..12).map(a_line).collect();
    (0..12_usize, lines, prop::collection::vec((0..12_u32, 0..12_u32), 0..30), 1..9_u32).prop_map(
        |(n_units, lines, pairs, n_jobs)| {
            let build = gantt::parse(&lines[..n_units].concat());
            let edges = pairs.into_iter().filter(|(a, b)| a > b).map(|(a, b)| edge(a, b));
            let jobs = Some(Jobs { n: n_jobs, basis: JobsBasis::Recorded });
            Build { edges: edges.collect(), jobs, ..build }.checked()
        },
    )
}

fn edge(dependent: u32, dependency: u32) -> Edge {
    Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) }
}

fn durations(build: &Build) -> impl Iterator<Item = f64> {
    build.units.iter().filter_map(Unit::trusted_duration_s)
}

fn all(build: &Build) -> Vec<UnitIdx> {
    build.iter_units().map(|(idx, _)| idx).collect()
}

/// A plan whose units stand in another order, by their new places.
fn reordered(plan: UnitGraph, places: &[usize]) -> UnitGraph {
    let to = |unit: UnitIdx| UnitIdx(u32::try_from(places[unit.index()]).expect("there are twelve units"));
    let mut units: Vec<_> = places.iter().copied().zip(plan.units).collect();
    units.sort_by_key(|(place, _)| *place);
    let edges = plan.edges.iter().map(|it| Edge { dependent: to(it.dependent), dependency: to(it.dependency) });
    let (edges, roots) = (edges.collect(), plan.roots.iter().map(|&root| to(root)).collect());
    UnitGraph { units: units.into_iter().map(|(_, unit)| unit).collect(), edges, roots }.checked()
}

fn a_build_and_an_order() -> impl Strategy<Value = (Build, Vec<usize>)> {
    a_build().prop_flat_map(|build| {
        let places: Vec<usize> = (0..build.units.len()).collect();
        (Just(build), Just(places).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn every_unit_of_the_plan_that_gave_the_build_is_found((build, places) in a_build_and_an_order()) {
        let transfer = Transfer::of(&build, &reordered(plan_of(&build), &places));
        prop_assert!(transfer.is_identity(), "{transfer:?}");
    }

    #[test]
    fn a_build_unit_is_the_same_as_at_most_one_planned_unit_and_gone_if_it_is_none(
        build in a_build(),
        other in a_build(),
    ) {
        let plan = plan_of(&other);
        let transfer = Transfer::of(&build, &plan);
        prop_assert_eq!(transfer.matches.len(), plan.units.len());
        let same: Vec<UnitIdx> = transfer
            .matches
            .iter()
            .filter_map(|found| if let Match::Same(unit) = found { Some(*unit) } else { None })
            .collect();
        prop_assert_eq!(same.iter().collect::<BTreeSet<_>>().len(), same.len());
        let used: BTreeSet<UnitIdx> = transfer.matches.iter().filter_map(|found| found.unit()).collect();
        let gone: BTreeSet<UnitIdx> = transfer.gone.iter().copied().collect();
        prop_assert!(used.is_disjoint(&gone));
        prop_assert_eq!(used.len() + gone.len(), build.units.len());
        prop_assert_eq!(transfer, Transfer::of(&build, &plan));
    }

    #[test]
    fn the_critical_path_is_between_the_longest_unit_and_all_of_them(build in a_build()) {
        let path_s = analyse(build.clone()).critical_path.length_s;
        prop_assert!(path_s <= durations(&build).sum::<f64>() + TOLERANCE_S);
        prop_assert!(path_s >= durations(&build).fold(0.0, f64::max) - TOLERANCE_S);
    }

    #[test]
    fn the_steps_of_the_critical_path_add_up_to_its_length(build in a_build()) {
        let path = analyse(build).critical_path;
        let sum_s: f64 = path.steps.iter().map(|step| step.on_path_s).sum();
        prop_assert!((sum_s - path.length_s).abs() < TOLERANCE_S, "{path:?}");
    }

    #[test]
    fn more_edges_never_shorten_the_critical_path(build in a_build(), dependent in 0..12_u32, dependency in 0..12_u32) {
        prop_assume!(dependent > dependency);
        let before_s = analyse(build.clone()).critical_path.length_s;
        let edges = build.edges.iter().copied().chain([edge(dependent, dependency)]).collect();
        let after_s = analyse(Build { edges, ..build }.checked()).critical_path.length_s;
        prop_assert!(after_s >= before_s - TOLERANCE_S);
    }

    #[test]
    fn the_bound_is_no_lower_than_the_critical_path_and_the_work(build in a_build()) {
        let analysis = analyse(build);
        if let Some(bound) = analysis.bound {
            prop_assert!(bound.lower_s >= analysis.critical_path.length_s);
            prop_assert!(bound.work_per_job_s.is_some_and(|work_s| bound.lower_s >= work_s));
        } else {
            prop_assert_eq!(analysis.summary.n_timed, 0);
        }
    }

    #[test]
    fn the_area_under_the_time_line_is_the_sum_of_all_durations(build in a_build()) {
        let parallelism = analyse(build.clone()).parallelism;
        let area_s: f64 = parallelism.steps.windows(2).map(|pair| f64::from(pair[0].1) * (pair[1].0 - pair[0].0)).sum();
        prop_assert!((area_s - durations(&build).sum::<f64>()).abs() < TOLERANCE_S, "{parallelism:?}");
        prop_assert_eq!(parallelism.steps.last().map_or(0, |step| step.1), 0);
        prop_assert!(parallelism.steps.is_sorted_by(|a, b| a.0 < b.0), "{parallelism:?}");
    }

    #[test]
    fn phases_add_up_to_all_unit_seconds(build in a_build()) {
        let Summary { phases: p, unit_s, .. } = Summary::of(&build);
        prop_assert!((p.front_s + p.back_s + p.link_s + p.script_s + p.unsplit_s - unit_s).abs() < TOLERANCE_S);
    }

    #[test]
    fn everything_goes_with_everything(build in a_build()) {
        let graph = Graph::of(&build);
        prop_assert_eq!(graph.exclusive_subtree(&all(&build)), all(&build));
    }

    #[test]
    fn what_goes_holds_the_removed_and_only_what_they_need(build in a_build(), pick in any::<u16>()) {
        let graph = Graph::of(&build);
        let removed: Vec<UnitIdx> = all(&build).into_iter().filter(|idx| pick >> idx.0 & 1 == 1).collect();
        let gone: BTreeSet<UnitIdx> = graph.exclusive_subtree(&removed).into_iter().collect();
        let needed = graph.closure(removed.iter().copied());
        prop_assert!(removed.iter().all(|unit| gone.contains(unit)));
        prop_assert!(gone.iter().all(|unit| needed[unit.index()]));
        // Who stays needs nothing that goes, but for the removed units themselves.
        for unit in all(&build).into_iter().filter(|unit| !gone.contains(unit)) {
            let broken = graph.dependencies(unit).iter().find(|unit| gone.contains(unit) && !removed.contains(unit));
            prop_assert_eq!(broken, None);
        }
    }

    #[test]
    fn an_order_holds_every_unit_once_after_what_it_needs(build in a_build()) {
        let graph = Graph::of(&build);
        let order = graph.topological();
        let mut done = BTreeSet::new();
        for unit in &order {
            prop_assert!(graph.dependencies(*unit).iter().all(|dependency| done.contains(dependency)));
            prop_assert!(done.insert(*unit));
        }
        prop_assert_eq!(done.len(), build.units.len());
    }

    #[test]
    fn what_vanishes_with_a_duplicate_is_never_more_than_everything(build in a_build()) {
        let analysis = analyse(build);
        for duplicate in &analysis.duplicates {
            let vanishing_s = duplicate.vanishing_s();
            prop_assert!(vanishing_s <= analysis.summary.unit_s + TOLERANCE_S, "{duplicate:?}");
        }
        let of_duplicates = analysis.findings.iter().filter(|finding| finding.id == "duplicate-version");
        prop_assert_eq!(of_duplicates.count(), analysis.duplicates.len());
    }
}
