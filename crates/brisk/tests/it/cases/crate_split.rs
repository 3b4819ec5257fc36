//! `crate-split`.

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk_test_support::gantt;

use super::Case;
use crate::support::{analyse, slowed};

pub(super) const CASE: Case = Case { id: "crate-split", positive: || on_jobs(FRONT), silent: || on_jobs(BACK) };

/// A large front end that all others wait for.
const FRONT: &str = "
    core               |FFFFFFFFBB
    a <- core          |........FFFB
    b <- core          |........FFFB
    app (bin) <- a, b  |............FBL
";

/// As large, and nearly all of it code generation: parts of it would generate the same code.
const BACK: &str = "
    core               |FBBBBBBBBB
    a <- core          |.FFFB
    b <- core          |.FFFB
    app (bin) <- a, b  |..........FBL
";

/// The phases are not known, as in a report without sections.
const UNKNOWN: &str = "
    core               |UUUUUUUUUU
    a <- core          |..........FFFB
    app (bin) <- a     |..............FBL
";

/// Nothing waits for it, but most of what an edit of it builds anew is its front end.
const LAST: &str = "
    dep v1.0.0         |FB
    core <- dep        |.FFFFFFFB
";

fn on_jobs(drawn: &str) -> Analysis {
    analyse(slowed(gantt::parse(drawn), 10.0, 2))
}

fn finding(drawn: &str) -> Finding {
    let analysis = on_jobs(drawn);
    analysis.findings.into_iter().find(|finding| finding.id == CASE.id).expect("it is found")
}

fn told(finding: &Finding) -> String {
    format!("{}\n{}", finding.title, finding.evidence.join("\n"))
}

#[test]
fn front_and_back_end_say_whether_a_split_can_help() {
    let finding = finding(FRONT);
    insta::assert_snapshot!(told(&finding), @"
    core takes 10.0 s, 80 % of it in its front end
    its front end takes 8.00 s and runs on one processor; code generation 2.00 s
    3 units wait for it, directly or not; on the longest chain the next one, a, starts when its front end is over
    it is on the critical path, with 8.00 s of 15.0 s
    ");
    assert_eq!(finding.locations[0].file, "core/Cargo.toml");
}

#[test]
fn unknown_phases_are_said_to_be_unknown() {
    let finding = finding(UNKNOWN);
    insta::assert_snapshot!(told(&finding), @"
    core takes 10.0 s, and others wait for it; whether a split can help is not known
    its phases are not known: a recorded build tells how much of it is front end; where that is little, a split wins nothing
    2 units wait for it, directly or not; on the longest chain the next one, a, starts when its front end is over
    an edit of it builds 3 crates anew in 17.0 s of unit time, most of which is its own
    it is on the critical path, with 10.0 s of 17.0 s
    ");
    assert_eq!(finding.command.as_deref(), Some("cargo brisk record -- build"));
}

#[test]
fn a_crate_can_hold_up_its_own_rebuilds() {
    insta::assert_snapshot!(told(&finding(LAST)), @"
    core takes 8.00 s, 88 % of it in its front end
    its front end takes 7.00 s and runs on one processor; code generation 1.00 s
    an edit of it builds 1 crate anew in 8.00 s of unit time, most of which is its own
    it is on the critical path, with 8.00 s of 9.00 s
    ");
}

#[test]
fn dependencies_are_not_the_workspaces_to_split() {
    let analysis = on_jobs(&FRONT.replace("core  ", "core v1.0.0  "));
    assert!(analysis.findings.iter().all(|finding| finding.id != CASE.id));
}
