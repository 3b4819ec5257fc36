//! Logs as Cargo writes them, and what is not to be believed.

use brisk::model::{Mode, Outcome};

use super::{parse, places};
use crate::import::drawing::{draw, edges, told};

const CLEAN: &str = include_str!("../../../fixtures/build-analysis/cargo-1.95-clean.jsonl");
const REBUILD: &str = include_str!("../../../fixtures/build-analysis/cargo-1.95-rebuild.jsonl");
const CHECK: &str = include_str!("../../../fixtures/build-analysis/cargo-1.95-check.jsonl");
const ERROR: &str = include_str!("../../../fixtures/build-analysis/cargo-1.95-error.jsonl");
const SECTIONS: &str = include_str!("../../../fixtures/build-analysis/cargo-1.97-nightly-sections.jsonl");

fn drawn(text: &str) -> String {
    draw(&parse(text).unwrap())
}

#[test]
fn a_clean_build_has_the_whole_graph() {
    insta::assert_snapshot!(drawn(CLEAN), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249883.486"), wall Some("0.719"), command None
    Success, []
    0 demo v0.1.0 lib `demo` new 0.60 rmeta 0.64 to 0.67 needs [3, 4, 5]
    1 demo v0.1.0 bin `demo (bin demo)` new 0.67 to 0.89 needs [0, 3, 4, 5]
    2 demo v0.1.0 custom-build `demo build script` new 0.17 to 0.34 needs []
    3 demo v0.1.0 custom-build `demo build script (run)` new 0.34 to 0.34 needs [2]
    4 itoa v1.0.18 lib `itoa` new 0.17 rmeta 0.32 to 0.37 needs []
    5 tiny v0.1.0 lib `tiny` +default,std new 0.59 rmeta 0.60 to 0.63 needs [6]
    6 tiny-macros v0.1.0 proc-macro `tiny-macros` new 0.37 to 0.58 needs [4]
    "#);
    assert_eq!(parse(CLEAN).unwrap().command.unwrap(), ["build", "--timings"]);
}

#[test]
fn a_rebuild_tells_the_reason_of_each_unit() {
    insta::assert_snapshot!(drawn(REBUILD), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249885.397"), wall Some("0.281"), command None
    Success, []
    0 demo v0.1.0 lib `demo` dirty (dependency-rebuilt by 5: the dependency `tiny` was rebuilt) 0.06 rmeta 0.09 to 0.12 needs [3, 4, 5]
    1 demo v0.1.0 bin `demo (bin demo)` dirty (dependency-rebuilt by 5: the dependency `tiny` was rebuilt) 0.12 to 0.32 needs [0, 3, 4, 5]
    2 demo v0.1.0 custom-build `demo build script` fresh needs []
    3 demo v0.1.0 custom-build `demo build script (run)` fresh needs [2]
    4 itoa v1.0.18 lib `itoa` fresh needs []
    5 tiny v0.1.0 lib `tiny` +default,std dirty (file-changed: the file `tiny/src/lib.rs` has changed) 0.03 rmeta 0.06 to 0.07 needs [6]
    6 tiny-macros v0.1.0 lib `tiny-macros` fresh needs [4]
    ! 2 libraries of unknown kind: plain or proc macro
    "#);
}

#[test]
fn a_unit_that_was_started_and_not_finished_makes_a_failed_build() {
    insta::assert_snapshot!(drawn(ERROR), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.95.0 (59807616e 2026-04-14)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795249887.907"), wall Some("0.072"), command None
    Failed(101), []
    0 demo v0.1.0 lib `demo` dirty (dependency-changed by 3: info of dependency `demo` changed) 0.06 rmeta 0.10 to 0.12 needs [3, 4, 5]
    1 demo v0.1.0 bin `demo (bin demo)` dirty (dependency-changed by 0: info of dependency `demo` changed) needs [0, 3, 4, 5]
    2 demo v0.1.0 custom-build `demo build script` fresh needs []
    3 demo v0.1.0 custom-build `demo build script (run)` dirty (env-var-changed: the env variable DEMO_FLAVOUR changed) 0.05 to 0.06 needs [2]
    4 itoa v1.0.18 lib `itoa` fresh needs []
    5 tiny v0.1.0 lib `tiny` +default,std fresh needs [6]
    6 tiny-macros v0.1.0 lib `tiny-macros` fresh needs [4]
    ! 1 unit started and did not finish
    ! 3 libraries of unknown kind: plain or proc macro
    "#);
}

#[test]
fn sections_of_rustc_tell_code_generation_and_link() {
    insta::assert_snapshot!(drawn(SECTIONS), @r#"
    profile Some("dev"), jobs Some(2), cores Some(2)
    Some("rustc 1.97.0-nightly (e50aa6fba 2026-05-19)") on Some("x86_64-unknown-linux-gnu")
    started Some("1795251192.609"), wall Some("1.803"), command None
    Success, []
    0 demo v0.1.0 lib `demo` new 1.77 rmeta 1.87 codegen 1.85 link 1.89-1.89 to 1.90 needs [3, 4, 5]
    1 demo v0.1.0 bin `demo (bin demo)` new 1.90 codegen 1.98 link 2.12-2.22 to 2.23 needs [0, 3, 4, 5]
    2 demo v0.1.0 custom-build `demo build script` new 0.43 codegen 0.71 link 0.89-1.23 to 1.25 needs []
    3 demo v0.1.0 custom-build `demo build script (run)` new 1.25 to 1.26 needs [2]
    4 itoa v1.0.18 lib `itoa` new 0.43 rmeta 0.91 codegen 0.89 link 0.99-1.00 to 1.00 needs []
    5 tiny v0.1.0 lib `tiny` +default,std new 1.69 rmeta 1.76 codegen 1.76 link 1.77-1.77 to 1.77 needs [6]
    6 tiny-macros v0.1.0 proc-macro `tiny-macros` new 1.01 codegen 1.18 link 1.48-1.67 to 1.69 needs [4]
    "#);
}

#[test]
fn of_two_checks_of_a_target_the_one_that_nothing_needs_is_the_test() {
    let build = parse(CHECK).unwrap();
    let tests = build.iter_units().filter(|(_, unit)| unit.mode == Mode::CheckTest);
    assert_eq!(tests.map(|(idx, _)| idx.0).collect::<Vec<_>>(), [1, 3, 4, 11, 14]);
}

#[test]
fn workspace_and_target_directory_are_told() {
    assert_eq!(places(CLEAN), (Some("/home/me/demo".into()), Some("/home/me/demo/target".into())));
    assert_eq!(places("{}"), (None, None));
}

#[test]
fn a_log_that_ends_within_a_line_is_an_interrupted_build() {
    let cut = &CLEAN[..CLEAN.len() - 20];
    let build = parse(cut).unwrap();
    assert_eq!(build.outcome, Outcome::Interrupted);
    assert!(told(&build).contains(&"the log ends within a line"));
    assert_eq!(build.units.len(), parse(CLEAN).unwrap().units.len());
}

#[test]
fn a_log_that_stops_between_lines_with_work_left_is_an_interrupted_build() {
    let lines: Vec<&str> = CLEAN.lines().collect();
    let without_last_unit = lines[..lines.len() - 2].join("\n") + "\n";
    assert_eq!(parse(&without_last_unit).unwrap().outcome, Outcome::Interrupted);
}

#[test]
fn a_damaged_line_and_an_unknown_one_do_not_spoil_the_others() {
    let (first, rest) = CLEAN.split_once('\n').unwrap();
    let odd = r#"{"run_id":"20261121T083123503Z-b09cf08cf071e4c9","reason":"coffee-brewed","index":"x"}"#;
    let build = parse(&format!("{first}\n{odd}\n{{\"reason\":1}}\nnot json\n{rest}")).unwrap();
    assert_eq!(told(&build)[0], "2 lines of the log could not be read");
    assert_eq!(build.units, parse(CLEAN).unwrap().units);
}

#[test]
fn a_second_build_in_the_same_file_is_not_mixed_in() {
    let other = CLEAN.replace("20261121T083123503Z", "20261122T083123503Z");
    let build = parse(&format!("{CLEAN}{other}")).unwrap();
    assert_eq!(build.units, parse(CLEAN).unwrap().units);
    assert!(told(&build)[0].ends_with("lines of the log of another build"), "{:?}", build.problems);
}

#[test]
fn indices_that_are_not_registered_and_cycles_are_dropped_with_a_problem() {
    let unit = |index: u64, dependencies: &str| {
        format!(
            r#"{{"run_id":"r","reason":"unit-registered","package_id":"a@1","target":{{"name":"a","kind":"lib"}},"mode":"build","index":{index},"dependencies":{dependencies}}}"#
        )
    };
    let stray = r#"{"run_id":"r","reason":"unit-started","index":99,"elapsed":1.0}"#;
    let lines = [unit(7, "[18446744073709551615]"), unit(8, "[9,7]"), unit(9, "[8]"), unit(9, "[]"), stray.to_owned()];
    let build = parse(&lines.join("\n")).unwrap();
    assert_eq!(edges(&build), [(1, 0)]);
    let told = told(&build);
    assert!(told.iter().any(|what| what.starts_with("3 references in the log to units")), "{told:?}");
    assert!(told.contains(&"dropped 2 edges on dependency cycles"), "{told:?}");
}

#[test]
fn a_unit_that_ends_before_it_starts_is_not_timed() {
    let text = CLEAN.replace("\"index\":1,\"elapsed\":0.887085425", "\"index\":1,\"elapsed\":0.1");
    let build = parse(&text).unwrap();
    assert_eq!(build.units[1].timing, None);
    assert!(told(&build)[0].starts_with("dropped 1 unit time"), "{:?}", build.problems);
}
