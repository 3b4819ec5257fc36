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
    insta::assert_snapshot!(what_if(&without_statrs(), &options(80)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 2 jobs on 2 processors
        Measured 1 min 12 s wall, 2 min 16 s CPU; other programs used 3 % of the
                 machine
      Played out 1 min 13 s, which changes are compared with; no schedule of the
                 same work is faster than 1 min 08 s

    cut aimds-analysis->statrs (simulated; ░ the interval of nine in ten builds)
          Before ███████████████████████████████████████████████████████████████████
            Then ██████████████████████████████████████████████████████░░░░░░░
            Wall 1 min 13 s → 1 min 02 s (58.7 s to 1 min 06 s), -14 % (-17 to
                 -12 %)
             CPU 2 min 16 s → 1 min 56 s (1 min 53 s to 2 min 00 s), -14 % (-17 to
                 -12 %)
            Gone 16 units: getrandom v0.2.17, nalgebra v0.29.0, nalgebra-macros
                 v0.1.0, ppv-lite86 v0.2.21, rand v0.8.8, rand_chacha v0.3.1 and 10
                 more
           Bound no schedule of the same work is faster than 58.2 s, before
                 1 min 08 s

    Before and after (8 of 234 units)  █ front end  ▒ code generation
      before                      ╷0:00     ╷0:15     ╷0:30     ╷0:45      ╷1:00
      syn v3.0.9                   ███▒ 5.54 s
      tokio v1.54.1                                   ███▒▒ 6.61 s
      zerocopy v0.8.63                                 ███ 3.68 s
      nalgebra v0.33.3                                                ████ 6.29 s
      simba v0.6.0                                                     ███ 3.98 s
      nalgebra v0.29.0                                               5.89 s ████
      tracing-subscriber v0.3.23                                           2.24 s █▒
      aimds-response v0.1.1                                                 1.24 s █
      then                        ╷0:00     ╷0:15     ╷0:30     ╷0:45      ╷1:00
      syn v3.0.9                   ███▒ 5.54 s
      tokio v1.54.1                                  ███▒▒ 6.61 s
      zerocopy v0.8.63            gone
      nalgebra v0.33.3                                             ████ 6.29 s
      simba v0.6.0                gone
      nalgebra v0.29.0            gone
      tracing-subscriber v0.3.23                                           █▒ 2.25 s
      aimds-response v0.1.1                                                 █ 1.24 s
    ");
}

#[test]
fn what_was_asked_for_at_140_columns() {
    insta::assert_snapshot!(what_if(&without_statrs(), &options(140)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev profile, 2 jobs on 2 processors
        Measured 1 min 12 s wall, 2 min 16 s CPU; other programs used 3 % of the machine
      Played out 1 min 13 s, which changes are compared with; no schedule of the same work is faster than 1 min 08 s

    cut aimds-analysis->statrs (simulated; ░ the interval of nine in ten builds)
          Before ███████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
            Then ███████████████████████████████████████████████████████████████████████████████████████████████████████░░░░░░░░░░░░
            Wall 1 min 13 s → 1 min 02 s (58.7 s to 1 min 06 s), -14 % (-17 to -12 %)
             CPU 2 min 16 s → 1 min 56 s (1 min 53 s to 2 min 00 s), -14 % (-17 to -12 %)
            Gone 16 units: getrandom v0.2.17, nalgebra v0.29.0, nalgebra-macros v0.1.0, ppv-lite86 v0.2.21, rand v0.8.8, rand_chacha v0.3.1 and
                 10 more
           Bound no schedule of the same work is faster than 58.2 s, before 1 min 08 s

    Before and after (8 of 234 units)  █ front end  ▒ code generation
                                  before                                                 then
                                  ╷0:00     ╷0:15      ╷0:30      ╷0:45      ╷1:00       ╷0:00     ╷0:15      ╷0:30      ╷0:45      ╷1:00
      syn v3.0.9                   ███▒ 5.54 s                                            ███▒ 5.54 s
      tokio v1.54.1                                    ███▒▒ 6.61 s                                           ██▒▒ 6.61 s
      zerocopy v0.8.63                                  ███ 3.68 s                       gone
      nalgebra v0.33.3                                                  ████ 6.29 s                                         ████ 6.29 s
      simba v0.6.0                                                        ██ 3.98 s      gone
      nalgebra v0.29.0                                                 5.89 s █████      gone
      tracing-subscriber v0.3.23                                              2.24 s █▒                                              ▒ 2.25 s
      aimds-response v0.1.1                                                    1.24 s █                                              █ 1.24 s
    ");
}

#[test]
fn several_changes_are_told_one_by_one_too() {
    let hypotheses = vec![without_log(), Hypothesis::Jobs(4)];
    insta::assert_snapshot!(what_if(&outlook(&small(), hypotheses), &options(80)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 1 job on 1 processor
        Measured 7.00 s wall, 7.00 s CPU; other programs used 1 % of the machine
      Played out 7.95 s, which changes are compared with; no schedule of the same
                 work is faster than 7.00 s

    cut app->log + jobs 4 (simulated, unverified; ░ the interval of nine in ten
      builds)
          Before ███████████████████████████████████████████████████████████████████
            Then ██████████████████████████████████░░░░░░░░
            Wall 7.95 s → 4.32 s (4.09 to 4.99 s), -46 % (-52 to -39 %)
             CPU 7.00 s → 5.00 s (4.76 to 5.24 s), -29 % (-32 to -25 %)
            With 4 jobs on 4 processors instead of 1 job on 1 processor
            Gone 1 unit: log v0.4.28
           Bound no schedule of the same work is faster than 4.30 s, before 7.00 s
          Caveat unverified: no build on 4 processors is on record

    Before and after (3 of 3 units)  █ front end  ▒ code generation  ┃ linking
      before                ╷0 s          ╷2 s          ╷4 s          ╷6 s
      log v0.4.28           ████████▒▒▒▒▒▒▒ 2.13 s
      zlib v1.3.1                          ████████▒▒▒▒▒▒▒ 2.13 s
      app v0.1.0 (bin app)                         3.69 s ██████████████████▒▒▒▒▒┃┃┃
      then                  ╷0 s          ╷2 s          ╷4 s          ╷6 s
      log v0.4.28           gone
      zlib v1.3.1           ███████▒▒ 1.27 s
      app v0.1.0 (bin app)           █████████████████▒┃┃┃ 3.06 s

    Each by itself (the changes that were asked for)
             saves  wall                          CPU
            2.13 s  -27 % (-30 to -23 %)        -29 %  cut app->log  █████████▋
            3.34 s  -42 % (-48 to -36 %)        noise  jobs 4        ███████████████
    ");
}

#[test]
fn parts_of_a_split_crate_are_drawn_where_they_would_be() {
    let split = vec![Hypothesis::Split(package("zlib"), 3)];
    insta::assert_snapshot!(what_if(&outlook(&small(), split), &options(80)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 1 job on 1 processor
        Measured 7.00 s wall, 7.00 s CPU; other programs used 1 % of the machine
      Played out 7.95 s, which changes are compared with; no schedule of the same
                 work is faster than 7.00 s

    split zlib=3 (simulated; ░ the interval of nine in ten builds)
          Before █████████████████████████████████████████████████▍
            Then ██████████████████████████████████████████████████████████░░░░░░░░░
            Wall 7.95 s → 10.1 s (9.38 to 10.8 s), +27 % (+21 to +33 %)
             CPU 7.00 s → 9.00 s (8.57 to 9.43 s), +29 % (+22 to +35 %)
           Bound no schedule of the same work is faster than 9.00 s, before 7.00 s
          Caveat the parts are taken to be equal, and each to take at least what the
                 smallest crates take; nobody knows how they would need each other:
                 the range goes from not at all to one after the other

    Before and after (5 of 5 units)  █ front end  ▒ code generation  ┃ linking
      before                ╷0 s       ╷2 s       ╷4 s       ╷6 s       ╷8 s
      log v0.4.28           ██████▒▒▒▒▒▒ 2.13 s
      zlib v1.3.1                       ██████▒▒▒▒▒▒ 2.13 s
      zlib, part 2          not yet there
      app v0.1.0 (bin app)                          ██████████████▒▒▒┃┃┃ 3.69 s
      zlib, part 3          not yet there
      then                  ╷0 s       ╷2 s       ╷4 s       ╷6 s       ╷8 s
      log v0.4.28           ██████▒▒▒▒▒▒ 2.13 s
      zlib v1.3.1                       ██████▒▒ 1.42 s
      zlib, part 2                              ██████▒▒ 1.42 s
      app v0.1.0 (bin app)                              3.69 s ███████████████▒▒▒┃┃┃
      zlib, part 3                                      ██████▒ 1.42 s
    ");
}

#[test]
fn a_rebuild_is_compared_with_the_same_rebuild() {
    let asked = vec![Hypothesis::Touch(package("app")), without_log()];
    let text = what_if(&outlook(&small(), asked), &options(80));
    assert!(text.contains("Afterwards (1 of 3 units)") && !text.contains(", before "), "{text}");
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
    insta::assert_snapshot!(what_if(&outlook, &options(80)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 2 jobs on 2 processors
        Measured 1 min 12 s wall, 2 min 16 s CPU; other programs used 3 % of the
                 machine
      Played out 1 min 13 s, which changes are compared with; no schedule of the
                 same work is faster than 1 min 08 s

    One by one (what the cure of each finding would save, dearest first)
             saves  wall                          CPU
      nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs v0.16.1
            6.98 s  -9.6 % (-12 to -7.4 %)     -9.6 %  █████████████████████████████
      syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)
            4.10 s  -5.6 % (-7.7 to -3.6 %)    -5.7 %  █████████████████
      dashmap is built in 2 versions (5.5.3, 6.2.1)
      within noise  (-2.3 to +1.7 %)            noise

    On top of each other (in the order that saves most first; each line is what all
      up to it save)
             saves  wall                          CPU
      nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs v0.16.1
            6.98 s  -9.6 % (-12 to -7.4 %)     -9.6 %  █████████████████████▏
      syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)
            9.38 s  -13 % (-15 to -10 %)        -13 %  ████████████████████████████▍
      dashmap is built in 2 versions (5.5.3, 6.2.1)
            9.57 s  -13 % (-16 to -11 %)        -13 %  █████████████████████████████
      all of them: 1 min 13 s → 1 min 03 s (59.5 s to 1 min 07 s), -13 % (-16 to
      -11 %) wall, -13 % (-16 to -11 %) CPU

    For nothing (what it would save if all units of a package took no time)
             saves  wall                          CPU
            3.31 s  -4.5 % (-6.6 to -2.5 %)    -4.6 %  tokio v1.54.1     ███████████
            3.14 s  -4.3 % (-6.3 to -2.3 %)    -4.3 %  nalgebra v0.33.3  ██████████▌
            2.95 s  -4.1 % (-6.1 to -2.0 %)    -4.1 %  nalgebra v0.29.0  █████████▊
    ");
    insta::assert_snapshot!(what_if(&outlook, &options(140)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev profile, 2 jobs on 2 processors
        Measured 1 min 12 s wall, 2 min 16 s CPU; other programs used 3 % of the machine
      Played out 1 min 13 s, which changes are compared with; no schedule of the same work is faster than 1 min 08 s

    One by one (what the cure of each finding would save, dearest first)
             saves  wall                          CPU
            6.98 s  -9.6 % (-12 to -7.4 %)     -9.6 %  nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs v0.16.1  ████████████
            4.10 s  -5.6 % (-7.7 to -3.6 %)    -5.7 %  syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)                         ███████
      within noise  (-2.3 to +1.7 %)            noise  dashmap is built in 2 versions (5.5.3, 6.2.1)

    On top of each other (in the order that saves most first; each line is what all up to it save)
             saves  wall                          CPU
            6.98 s  -9.6 % (-12 to -7.4 %)     -9.6 %  nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs v0.16.1  ████████▊
            9.38 s  -13 % (-15 to -10 %)        -13 %  syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)                         ███████████▊
            9.57 s  -13 % (-16 to -11 %)        -13 %  dashmap is built in 2 versions (5.5.3, 6.2.1)                                ████████████
      all of them: 1 min 13 s → 1 min 03 s (59.5 s to 1 min 07 s), -13 % (-16 to -11 %) wall, -13 % (-16 to -11 %) CPU

    For nothing (what it would save if all units of a package took no time)
             saves  wall                          CPU
            3.31 s  -4.5 % (-6.6 to -2.5 %)    -4.6 %  tokio v1.54.1     ████████████████████████████████████████
            3.14 s  -4.3 % (-6.3 to -2.3 %)    -4.3 %  nalgebra v0.33.3  ██████████████████████████████████████
            2.95 s  -4.1 % (-6.1 to -2.0 %)    -4.1 %  nalgebra v0.29.0  ███████████████████████████████████▋
    ");
    let quiet = TextOptions { verbosity: Verbosity::Quiet, ..options(80) };
    insta::assert_snapshot!(what_if(&outlook, &quiet), @"
    Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
              profile, 2 jobs on 2 processors
    All cures 1 min 13 s → 1 min 03 s (59.5 s to 1 min 07 s), -13 % (-16 to
              -11 %) wall, -13 % (-16 to -11 %) CPU
    ");
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
    insta::assert_snapshot!(what_if(&outlook, &options(80)), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 1 job on 1 processor
        Measured 7.00 s wall, 7.00 s CPU; other programs used 1 % of the machine
      Played out 7.95 s, which changes are compared with; no schedule of the same
                 work is faster than 7.00 s

    One by one
      no finding has a price: no cure takes units out of this build

    For nothing (what it would save if all units of a package took no time)
             saves  wall                          CPU
            3.69 s  -46 % (-50 to -43 %)        -43 %  app v0.1.0   ████████████████
            2.13 s  -27 % (-30 to -23 %)        -29 %  log v0.4.28  █████████▎
            2.13 s  -27 % (-30 to -23 %)        -29 %  zlib v1.3.1  █████████▎
    ");
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
    insta::assert_snapshot!(head.join("\n"), @"
    warning: other programs used 36 % of the machine while this was recorded: its
      times are too long, and intervals are wider for it;
      `cargo brisk record -- build` when nothing else runs gives a better base
    warning: one file cannot be read
      why:    it is empty
      effect: it counts as missing

       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev
                 profile, 1 job on 1 processor
        Measured 7.00 s wall, 7.00 s CPU; other programs used 36 % of the machine
      Played out 7.45 s, which changes are compared with; no schedule of the same
                 work is faster than 7.00 s

    cut app->log (simulated; ░ the interval of nine in ten builds)
    ");
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
    insta::assert_snapshot!(head.join("\n"), @"
       Predicted from run 20261121T080919Z-2aa664, 2 hours ago: `cargo build`, dev profile, 1 job on 1 processor
        Measured 7.00 s wall; what other programs used meanwhile is not known
      Played out 7.00 s, which changes are compared with; no schedule of the same work is faster than 7.00 s; CPU time was not measured, so that
                 all is counted in the time of units: `cargo brisk record -- build` is a better base

    cut app->log (simulated; ░ the interval of nine in ten builds)
          Before ███████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
            Then ███████████████████████████████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░
            Wall 7.00 s → 5.00 s (4.56 to 5.51 s), -29 % (-35 to -22 %)
       Unit time 7.00 s → 5.00 s (4.56 to 5.44 s), -29 % (-35 to -22 %)
    ");
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
        let has_styles = |text: &str| text.contains('\u{1b}');
        prop_assert!(!text.contains("NaN") && !has_styles(&text));
        let styled = what_if(&outlook, &TextOptions { color: Color::Always, ..options });
        prop_assert!(has_styles(&styled));
    }
}
