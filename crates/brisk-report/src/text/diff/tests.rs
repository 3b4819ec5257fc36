//! What the page says.

use brisk::difference::Difference;
use brisk::model::Build;

use crate::testing::diff::{difference, hostile, identical, recorded, with_a_new_dependency};
use crate::text::{TextOptions, Verbosity, diff};

fn at(difference: &Difference, width: usize, verbosity: Verbosity) -> String {
    diff(difference, &TextOptions { width, verbosity, ..TextOptions::default() })
}

fn brief(difference: &Difference) -> String {
    at(difference, 80, Verbosity::Normal)
}

#[test]
fn a_new_dependency_is_told_with_what_it_costs_and_who_pulls_it() {
    insta::assert_snapshot!(brief(&with_a_new_dependency()), @"
          Slower B takes 4.90 s more CPU time, +204 %
               A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 4
                 of 4 units built
               B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 9
                 of 9 units built
             CPU 2.40 s → 7.30 s, +4.90 s (+204 %)
            Wall 1.70 s → 5.90 s, +4.20 s (+247 %)
        Packages 3 new, 1 in another version

    Why (B less A)
             CPU        wall
         +4.90 s     +4.20 s  new: `reqwest v0.12.1` and 2 packages with it
                                pulled by `net/Cargo.toml:12`
                                `aws-lc-sys` build script (run) 2.40 s, `rustls`
                                0.80 s, `reqwest` 0.80 s; 2 more
             0 s     -0.20 s  `serde v1.0.1` → v1.0.2
             0 s     +0.20 s  3 units as they were, each within what units differ by
                              from build to build
             0 s         0 s  what Cargo itself did
             0 s         0 s  unattributed
         +4.90 s     +4.20 s  together

    Critical path (1.70 s → 5.50 s)
      onto  aws-lc-sys build script (run) v0.22.0 2.40 s,
            aws-lc-sys build script v0.22.0 0.60 s, reqwest v0.12.1 0.60 s,
            rustls v0.23.1 0.40 s, aws-lc-sys v0.22.0 0.20 s
      off   serde v1.0.2 0.40 s

            Next `cargo brisk prove OLD NEW` of two revisions or directories tells
                 whether it is so: one pair of builds is no proof; `-v` shows all
                 units and packages
    ");
}

#[test]
fn a_wide_page_has_room_for_whole_sentences() {
    insta::assert_snapshot!(at(&with_a_new_dependency(), 140, Verbosity::Normal), @"
          Slower B takes 4.90 s more CPU time, +204 %
               A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 4 of 4 units built
               B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 9 of 9 units built
             CPU 2.40 s → 7.30 s, +4.90 s (+204 %)
            Wall 1.70 s → 5.90 s, +4.20 s (+247 %)
        Packages 3 new, 1 in another version

    Why (B less A)
             CPU        wall
         +4.90 s     +4.20 s  new: `reqwest v0.12.1` and 2 packages with it
                                pulled by `net/Cargo.toml:12`
                                `aws-lc-sys` build script (run) 2.40 s, `rustls` 0.80 s, `reqwest` 0.80 s; 2 more
             0 s     -0.20 s  `serde v1.0.1` → v1.0.2
             0 s     +0.20 s  3 units as they were, each within what units differ by from build to build
             0 s         0 s  what Cargo itself did
             0 s         0 s  unattributed
         +4.90 s     +4.20 s  together

    Critical path (1.70 s → 5.50 s)
      onto  aws-lc-sys build script (run) v0.22.0 2.40 s, aws-lc-sys build script v0.22.0 0.60 s, reqwest v0.12.1 0.60 s, rustls v0.23.1 0.40 s,
            aws-lc-sys v0.22.0 0.20 s
      off   serde v1.0.2 0.40 s

            Next `cargo brisk prove OLD NEW` of two revisions or directories tells whether it is so: one pair of builds is no proof; `-v` shows
                 all units and packages
    ");
}

#[test]
fn all_packages_and_units_are_told_on_request() {
    insta::assert_snapshot!(at(&with_a_new_dependency(), 140, Verbosity::Verbose), @"
          Slower B takes 4.90 s more CPU time, +204 %
               A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 4 of 4 units built
               B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 9 of 9 units built
             CPU 2.40 s → 7.30 s, +4.90 s (+204 %)
            Wall 1.70 s → 5.90 s, +4.20 s (+247 %)
        Packages 3 new, 1 in another version

    Why (B less A)
             CPU        wall
         +4.90 s     +4.20 s  new: `reqwest v0.12.1` and 2 packages with it
                                pulled by `net/Cargo.toml:12`
                                `aws-lc-sys` build script (run) 2.40 s, `rustls` 0.80 s, `reqwest` 0.80 s; 2 more
             0 s     -0.20 s  `serde v1.0.1` → v1.0.2
             0 s     +0.20 s  3 units as they were, each within what units differ by from build to build
             0 s         0 s  what Cargo itself did
             0 s         0 s  unattributed
         +4.90 s     +4.20 s  together

    Critical path (1.70 s → 5.50 s)
      onto  aws-lc-sys build script (run) v0.22.0 2.40 s, aws-lc-sys build script v0.22.0 0.60 s, reqwest v0.12.1 0.60 s, rustls v0.23.1 0.40 s,
            aws-lc-sys v0.22.0 0.20 s
      off   serde v1.0.2 0.40 s

    Packages (that are not the same in both)
      new      `aws-lc-sys v0.22.0`, +3.30 s, pulled by `rustls v0.23.1` ← `reqwest v0.12.1` ← `net/Cargo.toml:12`
      new      `reqwest v0.12.1`, +0.80 s, pulled by `net/Cargo.toml:12`
      new      `rustls v0.23.1`, +0.80 s, pulled by `reqwest v0.12.1` ← `net/Cargo.toml:12`
      version  `serde v1.0.1` → v1.0.2, 0 s

    Units (9, what differs most first; * is on a critical path)
              A          B   B less A     wall A     wall B                unit
              -     2.40 s    +2.40 s          -     2.40 s  new         * aws-lc-sys build script (run) v0.22.0
              -     0.80 s    +0.80 s          -     0.80 s  new         * rustls v0.23.1
              -     0.80 s    +0.80 s          -     0.80 s  new         * reqwest v0.12.1
              -     0.60 s    +0.60 s          -     0.60 s  new         * aws-lc-sys build script v0.22.0
              -     0.30 s    +0.30 s          -     0.30 s  new         * aws-lc-sys v0.22.0
         0.60 s     0.60 s        0 s     0.60 s     0.60 s  same        * serde v1.0.2
         0.40 s     0.40 s        0 s     0.40 s     0.40 s  same          log v0.4.1
         0.50 s     0.50 s        0 s     0.50 s     0.50 s  same        * net v0.1.0
         0.80 s     0.80 s        0 s     0.80 s     0.80 s  same        * app (bin app) v0.1.0

            Next `cargo brisk prove OLD NEW` of two revisions or directories tells whether it is so: one pair of builds is no proof
    ");
}

#[test]
fn two_builds_of_the_same_are_no_difference_whatever_the_machine_did() {
    insta::assert_snapshot!(brief(&identical()), @"
     Same no meaningful difference: -0.1 % CPU time at equal speed of the
          machine, and builds of the same differ by up to 3 %
        A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 9
          of 9 units built
        B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 9
          of 9 units built
      CPU 7.30 s → 7.66 s, +0.36 s; at equal speed 0 s (-0.1 %)
     Wall 5.90 s → 5.90 s, 0 s; at equal speed -0.29 s (-4.8 %)
    Speed the machine was 5.0 % slower for B, by what both compile alike,
          81 % or more of a build

     Next `cargo brisk prove OLD NEW` of two revisions or directories tells
          whether it is so: one pair of builds is no proof; `-v` shows all
          units and packages
    ");
}

#[test]
fn a_disturbed_build_has_no_wall_time_to_compare() {
    let busy = Build { foreign_cpu: Some(0.45), ..identical().b.build };
    insta::assert_snapshot!(brief(&difference(identical().a.build, busy)), @"
     Same no meaningful difference: -0.1 % CPU time at equal speed of the
          machine, and builds of the same differ by up to 3 %
        A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 9
          of 9 units built
        B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 9
          of 9 units built
      CPU 7.30 s → 7.66 s, +0.36 s; at equal speed 0 s (-0.1 %)
     Wall 5.90 s → 5.90 s, not comparable: other programs took 1 % of the
          machine for A, 45 % for B
    Speed the machine was 5.0 % slower for B, by what both compile alike,
          81 % or more of a build

     Next `cargo brisk prove OLD NEW` of two revisions or directories tells
          whether it is so: one pair of builds is no proof; `-v` shows all
          units and packages
    ");
}

#[test]
fn what_was_not_measured_is_not_made_up() {
    let untimed = |build: Build| {
        let units = build.units.into_iter().map(|unit| brisk::model::Unit { timing: None, cpu: None, ..unit });
        Build { units: units.collect(), wall_s: None, cpu: None, ..build }
    };
    let text = brief(&difference(untimed(recorded("a |FF")), untimed(recorded("a |FF\nb v1.0.0 |FF"))));
    insta::assert_snapshot!(text, @"
         Unknown what the builds took is not known of both, so that only what they
                 are made of is compared
               A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 1
                 unit
               B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 2
                 units
        Packages 1 new

    Why
      new: `b v1.0.0`

            Next `cargo brisk prove OLD NEW` of two revisions or directories tells
                 whether it is so: one pair of builds is no proof; `-v` shows all
                 units and packages
    ");
}

#[test]
fn other_machines_cannot_be_compared_in_seconds() {
    let mut other = recorded("a |FFFF");
    other.machine.cpu_model = Some("slow".to_owned());
    let mut one = recorded("a |FF");
    one.machine.cpu_model = Some("fast".to_owned());
    insta::assert_snapshot!(brief(&difference(one, other)), @"
         Unknown CPU time cannot be compared across these machines, only what the
                 builds are made of
               A 20260101T000000Z-0000aa, on 2026-01-01 00:00 UTC: `cargo build`, 1
                 of 1 unit built
               B 20260101T010000Z-0000bb, on 2026-01-01 00:00 UTC: `cargo build`, 1
                 of 1 unit built
             CPU 0.30 s → 0.50 s, +0.20 s (+67 %)
            Wall 0.20 s → 0.40 s, not comparable: processor fast → slow

    Differences (A → B)
      processor  fast → slow

    Why (B less A, each in seconds of its own machine)
             CPU
         +0.20 s  1 unit, the same in both
             0 s  what Cargo itself did
             0 s  unattributed
         +0.20 s  together

    Critical path (0.20 s → 0.40 s)
      the same units are on it

            Next `cargo brisk prove OLD NEW` of two revisions or directories tells
                 whether it is so: one pair of builds is no proof; `-v` shows all
                 units and packages
    ");
}

#[test]
fn no_line_is_too_wide_and_no_name_reaches_the_terminal_as_a_command() {
    for width in [40, 80, 97, 140, 200] {
        for difference in [with_a_new_dependency(), identical(), hostile()] {
            let text = at(&difference, width, Verbosity::Verbose);
            let is_obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(is_obeyed), "{text}");
            for line in text.lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn who_wants_to_read_little_reads_the_headline() {
    assert_eq!(at(&with_a_new_dependency(), 80, Verbosity::Quiet).lines().count(), 1);
}
