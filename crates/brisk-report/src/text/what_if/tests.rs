//! The page.

use brisk::detect::Finding;
use brisk::model::{CpuTime, Problem};
use brisk::outlook::{Outlook, ScenarioKind};
use brisk::simulate::what_if::{Hypothesis, Range};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::what_if;
use crate::testing::aimds::STARTED_AT;
use crate::testing::outlook::{arbitrary_outlook, outlook, package, recorded_aimds, small, without_log};
use crate::text::{Color, TextOptions, Verbosity};

fn options(width: usize) -> TextOptions {
    TextOptions { width, now: Some(STARTED_AT + 7300.0), ..TextOptions::default() }
}

/// `aimds-analysis` no longer needs `statrs`, and so nothing needs what only that needed.
fn without_statrs() -> Outlook {
    let cut = Hypothesis::Cut(package("aimds-analysis"), package("statrs"));
    outlook(&recorded_aimds(), vec![cut])
}

#[test]
fn what_was_asked_for_at_80_columns() {
    insta::assert_snapshot!(what_if(&without_statrs(), &options(80)), @"");
}

#[test]
fn what_was_asked_for_at_140_columns() {
    insta::assert_snapshot!(what_if(&without_statrs(), &options(140)), @"");
}

#[test]
fn several_changes_are_told_one_by_one_too() {
    let hypotheses = vec![without_log(), Hypothesis::Jobs(4)];
    insta::assert_snapshot!(what_if(&outlook(&small(), hypotheses), &options(80)), @"");
}

#[test]
fn parts_of_a_split_crate_are_drawn_where_they_would_be() {
    let split = vec![Hypothesis::Split(package("zlib"), 3)];
    insta::assert_snapshot!(what_if(&outlook(&small(), split), &options(80)), @"");
}

#[test]
fn a_rebuild_is_compared_with_the_same_rebuild() {
    let asked = vec![Hypothesis::Touch(package("zlib")), without_log()];
    let text = what_if(&outlook(&small(), asked), &options(80));
    assert!(text.contains("Afterwards (2 of 3 units)") && !text.contains(", before "), "{text}");
}

/// The dearest three findings, so that the page is short.
fn few_findings() -> Outlook {
    let mut analysis = recorded_aimds();
    let is_of_three = |finding: &Finding| ["nalgebra", "dashmap", "syn"].contains(&finding.subject.as_str());
    analysis.findings.retain(is_of_three);
    let mut outlook = outlook(&analysis, Vec::new());
    let mut n_free = 0;
    outlook.scenarios.retain(|scenario| {
        n_free += u32::from(matches!(scenario.kind, ScenarioKind::Free(_)));
        n_free <= 3
    });
    outlook
}

#[test]
fn findings_are_told_alone_and_together() {
    let outlook = few_findings();
    insta::assert_snapshot!(what_if(&outlook, &options(80)), @"");
    insta::assert_snapshot!(what_if(&outlook, &options(140)), @"");
    let quiet = TextOptions { verbosity: Verbosity::Quiet, ..options(80) };
    insta::assert_snapshot!(what_if(&outlook, &quiet), @"");
    let two = TextOptions { top: 2, verbosity: Verbosity::Normal, ..options(80) };
    let text = what_if(&outlook, &two);
    assert!(text.contains("  1 more, within noise; `-v` shows more\n"), "{text}");
}

#[test]
fn a_verbose_page_has_the_keys_of_findings_and_all_that_is_gone() {
    let verbose = TextOptions { verbosity: Verbosity::Verbose, ..options(200) };
    let text = what_if(&few_findings(), &verbose);
    assert!(text.contains("(duplicate-version:dashmap)"), "{text}");
    let text = what_if(&without_statrs(), &verbose);
    assert!(text.contains("16 units: ") && !text.contains(" more\n"), "{text}");
}

#[test]
fn without_a_finding_that_has_a_price_the_page_says_so() {
    let mut analysis = small();
    analysis.findings.clear();
    let outlook = outlook(&analysis, Vec::new());
    insta::assert_snapshot!(what_if(&outlook, &options(80)), @"");
    let quiet = what_if(&outlook, &TextOptions { verbosity: Verbosity::Quiet, ..options(80) });
    assert!(quiet.contains("no finding has a price"), "{quiet}");
}

#[test]
fn what_may_be_nothing_is_no_bare_number() {
    let mut outlook = outlook(&small(), vec![without_log()]);
    let prediction = &mut outlook.scenarios[0].prediction;
    let noise = Range { low: -0.031, mid: -0.011, high: 0.009 };
    (prediction.wall_delta, prediction.cpu_delta) = (noise, noise);
    let text = what_if(&outlook, &options(80));
    assert!(text.contains("within noise (-3.1 to +0.9 %)") && !text.contains("-1.1 %"), "{text}");
}

#[test]
fn a_disturbed_recording_is_the_first_thing_that_is_said() {
    let mut analysis = small();
    analysis.build.foreign_cpu = Some(0.36);
    analysis.problems = vec![Problem::new("one file cannot be read", "it is empty", "it counts as missing")];
    let text = what_if(&outlook(&analysis, vec![without_log()]), &options(80));
    let head: Vec<&str> = text.lines().take_while(|line| !line.contains("Before")).collect();
    insta::assert_snapshot!(head.join("\n"), @"");
}

#[test]
fn costs_that_are_no_cpu_time_are_not_called_so() {
    let mut analysis = small();
    for unit in &mut analysis.build.units {
        unit.cpu = None::<CpuTime>;
    }
    analysis.build.foreign_cpu = None;
    let text = what_if(&outlook(&analysis, vec![without_log()]), &options(140));
    let head: Vec<&str> = text.lines().take_while(|line| !line.contains("Gone")).collect();
    insta::assert_snapshot!(head.join("\n"), @"");
}

proptest! {
    // Each case plays a build of some dozen units out many times.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_line_is_wider_than_the_page(outlook in arbitrary_outlook(), width in 40_usize..=200, top in 0_usize..30, v in 0..3) {
        let verbosity = [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose][usize::try_from(v).unwrap()];
        let options = TextOptions { verbosity, top, ..options(width) };
        let text = what_if(&outlook, &options);
        for line in text.lines() {
            prop_assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            prop_assert_eq!(line.trim_end_matches(' '), line);
        }
        prop_assert!(!text.contains("NaN") && !text.contains('\u{1b}'));
        let styled = what_if(&outlook, &TextOptions { color: Color::Always, ..options });
        prop_assert!(styled.contains('\u{1b}'));
    }
}
