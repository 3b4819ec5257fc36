//! Reports of all shapes that Cargo has given them, and what is not to be believed.

use brisk::model::{Outcome, Status};

use super::parse;
use crate::import::drawing::{draw, edges, told};

const CARGO_1_60: &str = include_str!("../../../fixtures/timings-html/cargo-1.60.html");
const CARGO_1_93: &str = include_str!("../../../fixtures/timings-html/cargo-1.93.html");
const CARGO_1_95: &str = include_str!("../../../fixtures/timings-html/cargo-1.95.html");
const REBUILD: &str = include_str!("../../../fixtures/timings-html/cargo-1.95-rebuild.html");
const CHECK: &str = include_str!("../../../fixtures/timings-html/cargo-1.95-check.html");
const ERROR: &str = include_str!("../../../fixtures/timings-html/cargo-1.95-error.html");
const SECTIONS: &str = include_str!("../../../fixtures/timings-html/cargo-1.97-nightly-sections.html");

fn drawn(text: &str) -> String {
    draw(&parse(text).unwrap())
}

/// The rows of a page with no summary.
fn page(rows: &str) -> String {
    format!("<h1>Cargo Build Timings</h1><script>const UNIT_DATA = [{rows}];\nconst CPU_USAGE = [];</script>")
}

#[test]
fn a_report_of_cargo_1_60_is_read() {
    insta::assert_snapshot!(drawn(CARGO_1_60), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.60.0 (7737e0b5c 2022-04-04)") on Some("x86_64-unknown-linux-gnu")
    started Some("1649320283.000"), wall Some("0.720"), command Some((0.0, 0.9))
    Success, [(0.32496789, 2.0), (0.583629066, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` 0.17 to 0.34 needs []
    1 itoa v1.0.18 lib `itoa` 0.17 rmeta 0.33 to 0.37 needs []
    2 demo v0.1.0 custom-build `demo build script (run)` 0.34 to 0.34 needs [0]
    3 tiny-macros v0.1.0 proc-macro `tiny-macros` 0.37 to 0.58 needs [1]
    4 tiny v0.1.0 lib `tiny` 0.59 rmeta 0.61 to 0.63 needs [3]
    5 demo v0.1.0 lib `demo` 0.60 rmeta 0.63 to 0.66 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` 0.67 to 0.89 needs [5]
    ! a timings report has no dependency graph
    ! the features of units are not in the report
    "#);
}

#[test]
fn a_report_of_cargo_1_93_is_read() {
    insta::assert_snapshot!(drawn(CARGO_1_93), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.93.0 (254b59607 2026-01-19)") on Some("x86_64-unknown-linux-gnu")
    started Some("1769070683.504"), wall Some("0.720"), command Some((0.0, 0.9))
    Success, [(0.32496789, 2.0), (0.583629066, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` 0.17 to 0.34 needs []
    1 itoa v1.0.18 lib `itoa` 0.17 rmeta 0.33 to 0.37 needs []
    2 demo v0.1.0 custom-build `demo build script (run)` 0.34 to 0.34 needs [0]
    3 tiny-macros v0.1.0 proc-macro `tiny-macros` 0.37 to 0.58 needs [1]
    4 tiny v0.1.0 lib `tiny` 0.59 rmeta 0.61 to 0.63 needs [3]
    5 demo v0.1.0 lib `demo` 0.60 rmeta 0.63 to 0.66 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` 0.67 to 0.89 needs [5]
    ! a timings report has no dependency graph
    ! the features of units are not in the report
    "#);
}

#[test]
fn a_report_of_cargo_1_95_is_read() {
    insta::assert_snapshot!(drawn(CARGO_1_95), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249883.504"), wall Some("0.720"), command None
    Success, [(0.32496789, 2.0), (0.583629066, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` 0.17 to 0.34 needs []
    1 itoa v1.0.18 lib `itoa` 0.17 rmeta 0.33 to 0.37 needs []
    2 demo v0.1.0 custom-build `demo build script (run)` 0.34 to 0.34 needs [0]
    3 tiny-macros v0.1.0 proc-macro `tiny-macros` 0.37 to 0.58 needs [1]
    4 tiny v0.1.0 lib `tiny` +default,std 0.59 rmeta 0.61 to 0.63 needs [3]
    5 demo v0.1.0 lib `demo` 0.60 rmeta 0.63 to 0.66 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` 0.67 to 0.89 needs [5]
    ! a timings report has no dependency graph
    "#);
}

#[test]
fn fresh_units_of_cargo_1_95_are_fresh_and_not_timed() {
    insta::assert_snapshot!(drawn(REBUILD), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249885.415"), wall Some("0.290"), command None
    Success, []
    0 demo v0.1.0 custom-build `demo build script` fresh needs []
    1 demo v0.1.0 custom-build `demo build script (run)` fresh needs []
    2 itoa v1.0.18 lib `itoa` fresh needs []
    3 tiny-macros v0.1.0 lib `tiny-macros` fresh needs []
    4 tiny v0.1.0 lib `tiny` +default,std 0.03 rmeta 0.05 to 0.07 needs []
    5 demo v0.1.0 lib `demo` 0.06 rmeta 0.09 to 0.12 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` 0.12 to 0.32 needs [5]
    ! 2 libraries of unknown kind: plain or proc macro
    ! a timings report has no dependency graph
    "#);
}

#[test]
fn checks_are_told_by_the_text_of_the_target() {
    insta::assert_snapshot!(drawn(CHECK), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249886.946"), wall Some("0.640"), command None
    Success, [(0.220087843, 2.0), (0.542119614, 1.9696969696969697), (0.662687067, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` fresh needs []
    1 demo v0.1.0 custom-build `demo build script (run)` fresh needs []
    2 itoa v1.0.18 lib `itoa` 0.02 rmeta 0.23 to 0.26 needs []
    3 itoa v1.0.18 lib `itoa (lib check)` 0.03 rmeta 0.22 to 0.23 needs []
    4 tiny-macros v0.1.0 lib `tiny-macros (lib check)` 0.23 rmeta 0.26 to 0.27 needs [3]
    5 tiny-macros v0.1.0 proc-macro `tiny-macros` 0.26 to 0.54 needs [2]
    6 tiny v0.1.0 lib `tiny (lib check)` +default,std 0.54 rmeta 0.57 to 0.58 needs [5]
    7 demo v0.1.0 lib `demo (lib check)` 0.59 rmeta 0.61 to 0.62 needs [6]
    8 demo v0.1.0 bin `demo (bin demo check)` 0.61 rmeta 0.66 to 0.66 needs [7]
    ! a timings report has no dependency graph
    "#);
}

#[test]
fn a_failed_build_has_units_without_an_end() {
    insta::assert_snapshot!(drawn(ERROR), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249887.934"), wall Some("0.070"), command None
    Failed(101), [(0.226892818, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` fresh needs []
    1 itoa v1.0.18 lib `itoa` fresh needs []
    2 tiny v0.1.0 lib `tiny` +default,std fresh needs []
    3 tiny-macros v0.1.0 lib `tiny-macros` fresh needs []
    4 demo v0.1.0 custom-build `demo build script (run)` 0.05 to 0.06 needs []
    5 demo v0.1.0 lib `demo` 0.06 rmeta 0.09 to 0.12 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` needs [5]
    ! 3 libraries of unknown kind: plain or proc macro
    ! 1 unit started and did not finish
    ! a timings report has no dependency graph
    "#);
}

#[test]
fn sections_of_rustc_tell_code_generation_and_link() {
    insta::assert_snapshot!(drawn(SECTIONS), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.97.0-nightly (e50aa6fba 2026-05-19)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795251192.631"), wall Some("1.800"), command None
    Success, [(0.710155196, 2.0), (0.894168601, 2.0), (0.996373334, 2.0), (1.178214204, 2.0), (1.483807837, 2.0), (1.671553405, 2.0), (1.773529383, 2.0), (1.874814792, 2.0), (1.9796351570000001, 2.0), (2.115088443, 2.0), (2.223687448, 2.0)]
    0 demo v0.1.0 custom-build `demo build script` 0.43 codegen 0.71 link 0.90-1.23 to 1.25 needs []
    1 itoa v1.0.18 lib `itoa` 0.43 codegen 0.90 link 1.00-1.00 to 1.00 needs []
    2 tiny-macros v0.1.0 lib `tiny-macros` 1.01 codegen 1.18 link 1.49-1.68 to 1.69 needs [1]
    3 demo v0.1.0 custom-build `demo build script (run)` 1.25 to 1.25 needs [0]
    4 tiny v0.1.0 lib `tiny` +default,std 1.69 codegen 1.76 link 1.77-1.77 to 1.77 needs [2]
    5 demo v0.1.0 lib `demo` 1.77 codegen 1.85 link 1.90-1.90 to 1.91 needs [4]
    6 demo v0.1.0 bin `demo (bin demo)` 1.90 codegen 1.98 link 2.11-2.22 to 2.23 needs [5]
    ! 3 libraries of unknown kind: plain or proc macro
    ! a timings report has no dependency graph
    "#);
}

#[test]
fn the_same_build_is_the_same_in_every_version() {
    let [old, new] = [CARGO_1_60, CARGO_1_95].map(|text| parse(text).unwrap());
    let seen = |build: &brisk::model::Build| {
        let units = build.units.iter().map(|unit| (unit.label(), unit.target.kind, unit.timing));
        (units.collect::<Vec<_>>(), build.edges.clone(), build.outcome, build.cpu_samples.clone())
    };
    assert_eq!(seen(&old), seen(&new));
}

#[test]
fn what_is_not_a_report_is_an_error() {
    for other in ["", "<html>", "const UNIT_DATA", "const UNIT_DATA =", "const UNIT_DATA = ;", "const UNIT_DATA = {}"] {
        assert!(parse(other).is_err(), "{other}");
    }
}

#[test]
fn a_bad_row_does_not_spoil_the_others() {
    let good = r#"{"i":1,"name":"a","version":"1.0.0","mode":"todo","target":"","start":0.5,"duration":1.5}"#;
    for bad in ["{}", "1", "null", &good.replace("1.5", "1e400"), &good.replace("0.5", "\"x\""), good] {
        let build = parse(&page(&format!("{good},{bad}"))).unwrap();
        assert_eq!(build.units.len(), 1, "{bad}");
        assert!(told(&build)[0].starts_with("could not read 1 unit"), "{:?}", build.problems);
    }
}

#[test]
fn a_time_that_cannot_be_true_is_dropped_with_a_problem() {
    let row = |start: &str, duration: &str| {
        page(&format!(
            r#"{{"i":1,"name":"a","version":"1.0.0","target":"","features":[],"start":{start},"duration":{duration}}}"#
        ))
    };
    for (start, duration) in [("-1.0", "2.0"), ("1.0", "-2.0"), ("1e300", "1.0"), ("1e308", "1e308")] {
        let build = parse(&row(start, duration)).unwrap();
        assert_eq!(build.units[0].timing, None);
        let dropped = "dropped 1 unit time with an end before the start, negative or not finite";
        assert!(told(&build).contains(&dropped), "{:?}", build.problems);
    }
}

#[test]
fn indices_that_are_not_there_and_cycles_are_dropped_with_a_problem() {
    let row = |i: u64, unblocks: &str| {
        format!(
            r#"{{"i":{i},"name":"a{i}","target":"","features":[],"start":1.0,"duration":1.0,"unblocked_units":{unblocks}}}"#
        )
    };
    let rows =
        [row(0, "[1,18446744073709551615]"), row(1, "[2]"), row(2, "[1,3]"), row(u64::MAX - 1, "[]"), row(3, "[]")];
    let build = parse(&page(&rows.join(","))).unwrap();
    assert_eq!(edges(&build), [(1, 0), (4, 2)]);
    let told = told(&build);
    assert!(told.contains(&"1 unit became ready that is not in the report"), "{told:?}");
    assert!(told.contains(&"dropped 2 edges on dependency cycles"), "{told:?}");
}

#[test]
fn without_a_summary_the_outcome_is_unknown() {
    let build = parse(&page("")).unwrap();
    assert_eq!((build.outcome, build.profile, build.jobs), (Outcome::Unknown, None, None));
}

#[test]
fn idle_units_are_fresh_only_if_their_number_says_so() {
    let told_wrong = REBUILD.replace("<td>Fresh units:</td><td>4</td>", "<td>Fresh units:</td><td>3</td>");
    let build = parse(&told_wrong).unwrap();
    assert!(build.units.iter().all(|unit| unit.status == Status::Unknown));
}
