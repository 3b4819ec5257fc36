//! `critical-path`.

use brisk::analysis::Analysis;
use brisk::detect::{Finding, Severity};
use brisk_test_support::gantt;

use super::Case;
use crate::support::{analyse, slowed};

pub(super) const CASE: Case = Case { id: "critical-path", positive: || on_jobs(CHAIN, 4), silent: || on_jobs(WIDE, 2) };

/// Everything waits for what is before it.
const CHAIN: &str = "
    m v1.0.0 (proc-macro) |FFFFBL
    dep v1.0.0            |FFF
    core <- m, dep        |......FFFFFFBB
    app (bin) <- core     |..............FFFBL
";

/// As much time in the largest crate, but so much beside it that even 16 jobs are busy.
const WIDE: &str = "
    a |FFFFFFFFFFFFFFFFFFFF
    b |FFFFFFFFFFFFFFFFFFFF
    c |FFFFFFFFFFFFFFFFFFFF
    d |FFFFFFFFFFFFFFFFFFFF
    e |FFFFFFFFFFFFFFFFFFFF
    f |FFFFFFFFFFFFFFFFFFFF
    g |FFFFFFFFFFFFFFFFFFFF
    h |FFFFFFFFFFFFFFFFFFFF
    i |FFFFFFFFFFFFFFFFFFFF
    j |FFFFFFFFFFFFFFFFFFFF
    k |FFFFFFFFFFFFFFFFFFFF
    l |FFFFFFFFFFFFFFFFFFFF
    m |FFFFFFFFFFFFFFFFFFFF
    n |FFFFFFFFFFFFFFFFFFFF
    o |FFFFFFFFFFFFFFFFFFFF
    p |FFFFFFFFFFFFFFFFFFFF
    q |FFFFFFFFFFFFFFFFFFFF
";

fn on_jobs(drawn: &str, jobs: u32) -> Analysis {
    analyse(slowed(gantt::parse(drawn), 10.0, jobs))
}

fn finding(analysis: &Analysis) -> &Finding {
    analysis.findings.iter().find(|finding| finding.id == CASE.id).expect("it is found")
}

#[test]
fn what_bounds_the_build_is_told_for_this_and_for_other_machines() {
    let analysis = on_jobs(CHAIN, 4);
    let finding = finding(&analysis);
    insta::assert_snapshot!(finding.title, @"the build takes at least 19.0 s, its longest chain, where the work over 4 jobs takes 5.50 s");
    insta::assert_snapshot!(finding.evidence.join("\n"), @"
    on 4, 8, 16 jobs at least 19.0 s, by the chain (the work alone: 5.50 s, 2.75 s, 1.38 s); the work is 22.0 s of unit time
    core is 8.00 s of it (42 %); if it took no time, the longest chain would still take 11.0 s
    m v1.0.0 is 6.00 s of it (32 %); if it took no time, the longest chain would still take 16.0 s
    app (bin app) is 5.00 s of it (26 %); if it took no time, the longest chain would still take 14.0 s
    crates of the workspace are 13.0 s of it: core 8.00 s, app (bin app) 5.00 s
    ");
    assert_eq!((finding.severity, finding.cost.seconds), (Severity::Major, Some(13.5)));
    assert_eq!(finding.command, None, "the largest unit is the workspace's own");
}

#[test]
fn where_only_work_counts_the_chain_costs_nothing() {
    let analysis = on_jobs(CHAIN, 1);
    let finding = finding(&analysis);
    insta::assert_snapshot!(finding.title, @"with 1 job only the work counts (22.0 s); the longest chain, 19.0 s, bounds the build from 2 jobs on");
    assert_eq!((finding.severity, finding.cost.seconds), (Severity::Note, Some(0.0)));
}

#[test]
fn a_machine_that_did_other_things_is_told() {
    let mut build = slowed(gantt::parse(CHAIN), 10.0, 4);
    build.foreign_cpu = Some(0.5);
    build.units[0].timing = None;
    let analysis = analyse(build);
    let told = [&finding(&analysis).caveats[..], &finding(&analysis).evidence[..]].concat().join("\n");
    assert!(told.contains("other programs took 50 % of the machine"), "{told}");
    assert!(told.contains("1 unit without a time to rely on"), "{told}");
}
