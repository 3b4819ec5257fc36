//! The value that views are functions of.

use brisk::analysis::Analysis;
use brisk::model::{Build, Problem, Source, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use crate::support::near;

#[test]
fn problems_of_the_caller_come_before_those_of_the_build() {
    let problem = |what: &str| Problem::new(what, "why", "effect");
    let build = Build { problems: vec![problem("the build")], ..Build::empty(Source::Fingerprints) };
    let analysis = Analysis::of(workspace_of(&build), build, Surroundings::default(), vec![problem("the caller")]);
    let whats: Vec<&str> = analysis.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(whats, ["the caller", "the build"]);
}

#[test]
fn an_analysis_is_of_one_build_throughout() {
    let build = gantt::parse("a |FF\nb <- a |..FF");
    let analysis = Analysis::of(workspace_of(&build), build, Surroundings::default(), Vec::new());
    assert_eq!((analysis.summary.n_units, analysis.graph.n_units(), analysis.workspace.packages.len()), (2, 2, 2));
    assert!(near(analysis.critical_path.length_s, 0.4) && near(analysis.parallelism.mean, 1.0));
}
