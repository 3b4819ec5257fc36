//! `edit-cost`.

use brisk::analysis::Analysis;
use brisk::detect::{EditCost, Finding};
use brisk::model::{Build, Edits, History, Source, Status, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use super::Case;
use crate::support::slowed;

pub(super) const CASE: Case = Case { id: "edit-cost", positive: || edited("core", 40), silent: || edited("leaf", 40) };

/// `leaf` is as often edited as `core`, but nothing depends on it.
const DRAWN: &str = "
    dep v1.0.0                     |FFFFB
    core <- dep                    |....FFFBB
    core (lib test) <- dep         |....FFBL
    a <- core, dep                 |.......FFFFB
    b <- core                      |.......FFFB
    app (bin) <- a, b              |............FFFBL
    leaf (bin) <- dep              |.....FBL
    other (test it)                |.....FBL
";

fn drawn() -> Build {
    slowed(gantt::parse(DRAWN), 10.0, 2)
}

/// `n` commits changed the sources of `member`, and one those of another.
fn edited(member: &str, n: usize) -> Analysis {
    let mut commits = vec![vec![format!("/ws/{member}/src/deep")]; n];
    commits.push(vec!["/ws/a/src".to_owned(), "/ws/a/tests".to_owned()]);
    with(drawn(), Some(History::Told(Edits { days: 182, whole: true, commits })))
}

fn with(build: Build, history: Option<History>) -> Analysis {
    let surroundings = Surroundings { history, ..Surroundings::default() };
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}

fn findings(analysis: &Analysis) -> Vec<&Finding> {
    analysis.findings.iter().filter(|finding| finding.id == CASE.id).collect()
}

/// The table as text.
fn table(costs: &[EditCost]) -> String {
    let row = |cost: &EditCost| {
        let s = |s: Option<f64>| s.map_or("?".to_owned(), |s| format!("{s:.1}"));
        let (all, own, bound) = (s(cost.unit_s), s(cost.own_s), s(cost.bound_s));
        let packages = cost.packages.join(" ");
        format!("{}: {all} s, {own} s own, at least {bound} s, {:?} commits: {packages}\n", cost.name, cost.commits)
    };
    costs.iter().map(row).collect()
}

#[test]
fn an_edit_costs_the_crate_and_all_that_depend_on_it() {
    insta::assert_snapshot!(table(&edited("core", 40).edit_costs), @"
    core: 23.0 s, 9.0 s own, at least 13.0 s, Some(40) commits: a app b core
    a: 10.0 s, 5.0 s own, at least 10.0 s, Some(1) commits: a app
    b: 9.0 s, 4.0 s own, at least 9.0 s, Some(0) commits: app b
    app: 5.0 s, 5.0 s own, at least 5.0 s, Some(0) commits: app
    leaf: 3.0 s, 3.0 s own, at least 3.0 s, Some(0) commits: leaf
    other: 3.0 s, 3.0 s own, at least 3.0 s, Some(0) commits: other
    ");
}

#[test]
fn what_is_dear_and_often_edited_is_told() {
    let analysis = edited("core", 40);
    let [finding] = findings(&analysis)[..] else { panic!("one finding") };
    insta::assert_snapshot!(finding.title, @"editing core rebuilds 4 crates, 23.0 s of unit time; 40 commits touched it in 6 months");
    insta::assert_snapshot!(finding.evidence.join("\n"), @"
    9.00 s is its own time, and 14.0 s that of 3 crates that depend on it
    with 2 jobs that takes at least 13.0 s from start to end
    dearest of those: a 5.00 s, app 5.00 s, b 4.00 s
    with one build for each commit, that is 920 s of unit time
    the times are those of these crates whole, as they were last built; how long a rebuild takes that reuses what did not change, `cargo brisk record -- build` after an edit tells
    ");
    assert_eq!((finding.cost.seconds, finding.cuts.len()), (Some(23.0), 0));
    assert_eq!(finding.locations[0].file, "core/Cargo.toml");
}

#[test]
fn without_commits_it_is_said_that_nobody_knows_how_often() {
    let analysis = with(drawn(), Some(History::Unknown("the clone is shallow".to_owned())));
    let told: Vec<String> = findings(&analysis).iter().map(|finding| finding.title.clone()).collect();
    insta::assert_snapshot!(told.join("\n"), @"editing core rebuilds 4 crates, 23.0 s of unit time; how often that happens is not known");
    assert!(findings(&analysis)[0].evidence.iter().any(|sentence| sentence.ends_with("the clone is shallow")));
    assert!(analysis.edit_costs.iter().all(|cost| cost.commits.is_none()));
    assert_eq!(findings(&with(drawn(), None)), Vec::<&Finding>::new(), "nobody looked");
}

#[test]
fn units_without_a_time_make_it_at_least_that() {
    let mut build = drawn();
    build.units[4].timing = None;
    let history = Edits { days: 182, whole: false, commits: vec![vec!["/ws/core/src".to_owned()]; 40] };
    let analysis = with(build, Some(History::Told(history)));
    insta::assert_snapshot!(findings(&analysis)[0].title, @"editing core rebuilds 4 crates, at least 19.0 s of unit time; 40 of the newest 40 commits touched it");
    assert_eq!(analysis.edit_costs[0].n_untimed, 1);
}

#[test]
fn a_recorded_rebuild_is_told_from_a_first_build() {
    let mut build = drawn();
    assert!(with(build.clone(), None).edit_costs.iter().all(|cost| !cost.is_of_rebuild));
    for unit in &mut build.units {
        unit.status = Status::Dirty(None);
    }
    let costs = with(build, None).edit_costs;
    assert!(costs.iter().find(|cost| cost.name == "core").expect("it is a member").is_of_rebuild);
}

#[test]
fn a_source_that_does_not_tell_who_depends_on_whom_has_no_table() {
    let build = Build { source: Source::TimingsHtml, ..drawn() };
    assert_eq!(with(build, None).edit_costs, []);
}
