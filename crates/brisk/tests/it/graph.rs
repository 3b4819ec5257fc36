//! Reachability and order.

use brisk::model::{Build, Cut, Edge, Graph, Source, UnitIdx, Wait, Workspace};
use brisk_test_support::gantt;

use crate::support::labels;

/// Two roots; `only` is needed by `b` alone, `shared` by both, `deep` through both `only` and `shared`.
fn diamond() -> Build {
    gantt::parse(
        "
        deep                   |
        only   <- deep         |
        shared <- deep         |
        a      <- shared       |
        b      <- only, shared |
        leaf   <- a            |
        ",
    )
}

fn idx(build: &Build, name: &str) -> UnitIdx {
    let found = build.iter_units().find(|(_, unit)| unit.label() == name);
    found.unwrap_or_else(|| panic!("no unit is called {name}")).0
}

fn closure(build: &Build, roots: &[&str]) -> Vec<String> {
    let reached = Graph::of(build).closure(roots.iter().map(|name| idx(build, name)));
    labels(build, build.iter_units().map(|(idx, _)| idx).filter(|idx| reached[idx.index()]))
}

fn exclusive(build: &Build, removed: &[&str]) -> Vec<String> {
    let removed: Vec<UnitIdx> = removed.iter().map(|name| idx(build, name)).collect();
    labels(build, Graph::of(build).exclusive_subtree(&removed))
}

#[test]
fn a_closure_holds_the_roots_and_all_that_they_need() {
    assert_eq!(closure(&diamond(), &["a"]), ["deep", "shared", "a"]);
    assert_eq!(closure(&diamond(), &["only", "leaf"]), ["deep", "only", "shared", "a", "leaf"]);
    assert_eq!(closure(&diamond(), &[]), [""; 0]);
}

#[test]
fn a_closure_of_a_cycle_ends() {
    let build = gantt::parse("a <- b |\nb <- a |\nc <- a |");
    assert_eq!(closure(&build, &["a"]), ["a", "b"]);
}

#[test]
fn what_others_need_too_does_not_go_with_a_unit() {
    assert_eq!(exclusive(&diamond(), &["b"]), ["only", "b"]);
    assert_eq!(exclusive(&diamond(), &["only"]), ["only"]);
}

#[test]
fn what_two_removed_units_share_goes_with_both() {
    assert_eq!(exclusive(&diamond(), &["b", "leaf"]), ["deep", "only", "shared", "a", "b", "leaf"]);
}

#[test]
fn dependents_of_a_removed_unit_stay() {
    assert_eq!(exclusive(&diamond(), &["shared"]), ["shared"]);
}

#[test]
fn nothing_goes_with_nothing() {
    assert_eq!(exclusive(&diamond(), &[]), [""; 0]);
}

#[test]
fn dependencies_come_before_their_dependents() {
    let build = diamond();
    assert_eq!(labels(&build, Graph::of(&build).topological()), ["deep", "only", "shared", "a", "b", "leaf"]);
}

#[test]
fn a_cycle_and_what_waits_for_it_have_no_order() {
    let build = gantt::parse("free |\na <- b |\nb <- a |\nabove <- a, free |");
    assert_eq!(labels(&build, Graph::of(&build).topological()), ["free"]);
}

#[test]
fn a_build_without_units_has_an_empty_graph() {
    let graph = Graph::of(&Build::empty(Source::Fingerprints));
    assert_eq!((graph.n_units(), graph.topological(), graph.exclusive_subtree(&[])), (0, Vec::new(), Vec::new()));
}

#[test]
fn edges_that_lead_nowhere_are_dropped() {
    let edge = |dependent, dependency| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
    let build = gantt::parse("a |\nb |");
    let build = Build { edges: vec![edge(1, 0), edge(0, 7), edge(7, 0), edge(1, 1), edge(1, 0)], ..build }.checked();
    assert_eq!(build.edges, [edge(1, 0)]);
}

#[test]
fn only_a_library_waits_for_metadata_and_only_at_a_library() {
    let build = gantt::parse(
        "
        dep                   |
        lib         <- dep    |
        m (proc-macro) <- dep |
        app (bin)   <- dep    |
        so (linked-lib) <- dep|
        l2          <- m      |
        l3 (lib check) <- dep |
        l4 (lib test)  <- dep |
        ",
    );
    let waits = build.edges.iter().map(|edge| {
        let (dependent, dependency) = (build.unit(edge.dependent), build.unit(edge.dependency));
        format!("{} at {}: {:?}", dependent.label(), dependency.label(), Wait::of(dependent, dependency))
    });
    insta::assert_snapshot!(waits.collect::<Vec<_>>().join("\n"), @"
    lib at dep: Metadata
    m at dep: End
    app (bin app) at dep: End
    so at dep: End
    l2 at m: End
    l3 (lib check) at dep: End
    l4 (lib test) at dep: End
    ");
}

#[test]
fn members_are_asked_for_unless_packages_are_chosen() {
    let asked = |words: &[&str]| {
        let command = Some(words.iter().map(|word| (*word).to_owned()).collect());
        let build = Build { command, ..gantt::parse("serde v1.0.0 |\na <- serde |\nb <- a |\n") };
        let workspace = Workspace::of_build("/w", &build);
        let graph = Graph::of(&build).requesting(build.requested(&workspace));
        let (a, b) = (idx(&build, "a"), idx(&build, "b"));
        labels(&build, graph.vanishing(&[Cut { dependent: b, dependency: a, instead: None }]))
    };
    assert_eq!(asked(&["build"]), Vec::<String>::new());
    assert_eq!(asked(&["build", "--profile", "x", "--", "-p"]), Vec::<String>::new());
    for words in [&["build", "-p", "b"][..], &["build", "-pb"], &["build", "--package=b"]] {
        assert_eq!(asked(words), ["serde v1.0.0", "a"], "{words:?}");
    }
}
