//! Units of a plan found again in a build.

use brisk::model::{Edge, UnitGraph, UnitIdx};
use brisk::simulate::{Match, Transfer};
use brisk_test_support::gantt;

use crate::support::{labels, plan_of};

/// Of each planned unit what it is in the build; then what is gone.
#[track_caller]
fn check(built: &str, planned: &str) -> String {
    let build = gantt::parse(built);
    let planned = gantt::parse(planned);
    let transfer = Transfer::of(&build, &plan_of(&planned));
    let features = |unit: UnitIdx| build.unit(unit).features.iter().map(|name| format!(" +{name}")).collect::<String>();
    let name = |unit: UnitIdx| format!("{}{} #{}", labels(&build, [unit]).concat(), features(unit), unit.0);
    let lines = planned.iter_units().zip(&transfer.matches).map(|((idx, _), found)| {
        let found = match found {
            Match::Same(unit) => format!("same: {}", name(*unit)),
            Match::OtherFeatures(unit) => format!("other features: {}", name(*unit)),
            Match::OtherVersion(unit) => format!("other version: {}", name(*unit)),
            Match::Unknown => "unknown".to_owned(),
        };
        format!("{}: {found}\n", labels(&planned, [idx]).concat())
    });
    let gone: Vec<String> = transfer.gone.iter().map(|&unit| name(unit)).collect();
    format!("{}gone: {}", lines.collect::<String>(), gone.join(", "))
}

#[test]
fn units_are_found_by_what_they_are_wherever_they_stand() {
    let told = check(
        "a v1.0.0 |F\nb v1.0.0 <- a |.F\napp <- b |..F\nold v1.0.0 |F\n",
        "app <- b |\nb v1.0.0 <- a |\na v1.0.0 |\n",
    );
    insta::assert_snapshot!(told, @"
    app: same: app #2
    b v1.0.0: same: b v1.0.0 #1
    a v1.0.0: same: a v1.0.0 #0
    gone: old v1.0.0 #3
    ");
}

#[test]
fn other_features_are_nearer_than_another_version_and_the_nearest_ones_win() {
    let told = check(
        "a v1.0.0 +x +y +z |F\na v1.0.0 |F\na v2.0.0 |F\nb v1.0.0 |F\nb v3.0.0 |F\napp <- b v1.0.0, b v3.0.0 |F\n",
        "a v1.0.0 +x +y |\nb v2.0.0 |\nc v1.0.0 |\n",
    );
    insta::assert_snapshot!(told, @"
    a v1.0.0: other features: a v1.0.0 +x +y +z #0
    b v2.0.0: other version: b v3.0.0 #4
    c v1.0.0: unknown
    gone: a v1.0.0 #1, a v2.0.0 #2, b v1.0.0 #3, app #5
    ");
}

#[test]
fn a_unit_stands_in_for_another_one_only_if_nothing_else_does() {
    let told = check("a v1.0.0 +x |F\n", "a v1.0.0 +x |\na v1.0.0 +y |\n");
    insta::assert_snapshot!(told, @"
    a v1.0.0: same: a v1.0.0 +x #0
    a v1.0.0: other features: a v1.0.0 +x #0
    gone:
    ");
}

/// One package in one version with the same features, once for a proc macro and once for the program.
#[test]
fn what_is_built_for_host_and_target_is_told_apart_by_who_needs_it() {
    let drawn = |first: u32| {
        let mut build = gantt::parse("a v1.0.0 |F\na v1.0.0 +x |F\nmacros (proc-macro) |F\napp (bin) |F\n");
        build.units[1].features.clear();
        let pairs = [(2, first), (3, 1 - first), (3, 2)];
        build.edges = pairs.map(|(a, b)| Edge { dependent: UnitIdx(a), dependency: UnitIdx(b) }).into();
        build.checked()
    };
    let (build, turned) = (drawn(0), plan_of(&drawn(1)));
    assert!(!turned.units[0].for_host && turned.units[1].for_host && turned.units[2].for_host);
    let found = Transfer::of(&build, &turned).matches;
    assert_eq!(found, [1, 0, 2, 3].map(|unit| Match::Same(UnitIdx(unit))));
}

#[test]
fn a_graph_has_only_edges_and_roots_that_exist() {
    let build = gantt::parse("a v1.0.0 |F\nb v1.0.0 <- a |F\n");
    let edge = |a, b| Edge { dependent: UnitIdx(a), dependency: UnitIdx(b) };
    let plan = plan_of(&build);
    let damaged = UnitGraph {
        edges: vec![edge(1, 0), edge(7, 0), edge(0, 7), edge(0, 0), edge(1, 0)],
        roots: vec![UnitIdx(9), UnitIdx(1), UnitIdx(1)],
        ..plan.clone()
    };
    assert_eq!(damaged.checked(), plan);
    assert_eq!((plan.edges, plan.roots), (vec![edge(1, 0)], vec![UnitIdx(1)]));
}
