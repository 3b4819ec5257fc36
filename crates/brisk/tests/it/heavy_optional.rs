//! Which dependencies are told to be worth a feature.

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk::model::{Build, Place, Source, Surroundings, TargetKind, When};
use brisk_test_support::{gantt, workspace_of};

use crate::support::{Named, sources};

const BUILD: &str = "
    sub v1.0.0                 |FFFFFFFFFFFB
    a v1.0.0 <- sub            |...........FFFFFFFFFFFB
    b v1.0.0                   |FFB
    app <- a, b                |.......................FFFFB
";

/// The same with a program beside the library.
const PROGRAM: &str = "    app (bin) <- app, a, b     |............................FFFFB\n";

/// What is found of `build` in the workspace of what is drawn, when six files of the library name `b`, and these `a`.
fn found_in(drawn: &str, build: Build, name_a: &[Named]) -> Vec<Finding> {
    let workspace = workspace_of(&gantt::parse(drawn));
    let in_library = |n| Named { name: "b", file: format!("app/src/{n}.rs"), ..Named::in_target(TargetKind::Lib) };
    let mut named: Vec<Named> = (1..=6).map(in_library).collect();
    named.extend_from_slice(name_a);
    let surroundings = Surroundings { sources: Some(sources(&workspace, &named)), ..Surroundings::default() };
    let mut findings = Analysis::of(workspace, build, surroundings, Vec::new()).findings;
    findings.retain(|finding| finding.id == "heavy-optional");
    findings
}

fn found(build: Build, name_a: &[Named]) -> Vec<Finding> {
    found_in(BUILD, build, name_a)
}

fn titles(drawn: &str, name_a: &[Named]) -> Vec<String> {
    found_in(drawn, gantt::parse(drawn), name_a).into_iter().map(|finding| finding.title).collect()
}

fn a_in(kind: TargetKind, file: &str) -> Named {
    Named { name: "a", file: file.to_owned(), ..Named::in_target(kind) }
}

const NOTHING: [&str; 0] = [];

#[test]
fn one_file_of_a_library_is_told_with_its_line_and_a_layout() {
    let found = found(gantt::parse(BUILD), &[a_in(TargetKind::Lib, "app/src/export.rs")]);
    assert_eq!(found[0].title, "app uses a in 1 of 7 files only; it brings 2 units of 2.40 s");
    assert_eq!(found[0].evidence[0], "as a feature: `[features] a = [\"dep:a\"]`, with `optional = true` at a");
    let places: Vec<_> = found[0].locations.iter().map(|place| (place.file.as_str(), place.line)).collect();
    assert_eq!(places, [("app/Cargo.toml", None), ("app/src/export.rs", Some(3))]);
    assert_eq!(found[0].command.as_deref(), Some("cargo tree --package app --invert a@1.0.0"));
}

#[test]
fn the_only_program_that_uses_it_is_told() {
    let drawn = format!("{BUILD}{PROGRAM}");
    let titles = titles(&drawn, &[a_in(TargetKind::Bin, "app/src/main.rs"), a_in(TargetKind::Bin, "app/src/cli.rs")]);
    assert_eq!(titles, ["app uses a in the program app only; it brings 2 units of 2.40 s"]);
}

#[test]
fn a_library_that_only_holds_the_code_of_a_program_needs_no_features() {
    assert_eq!(titles(&format!("{BUILD}{PROGRAM}"), &[a_in(TargetKind::Lib, "app/src/export.rs")]), NOTHING);
}

#[test]
fn what_the_root_of_a_library_uses_is_for_all_of_it() {
    assert_eq!(titles(BUILD, &[a_in(TargetKind::Lib, "app/src/lib.rs")]), NOTHING);
}

#[test]
fn tests_and_words_are_no_part_of_a_library() {
    let test = Named { when: When { test: true, perhaps: false }, ..a_in(TargetKind::Lib, "app/src/export.rs") };
    let word = Named { place: Place::Word, ..a_in(TargetKind::Lib, "app/src/export.rs") };
    assert_eq!(titles(BUILD, &[test, word, a_in(TargetKind::Test, "app/tests/it.rs")]), NOTHING);
}

#[test]
fn a_light_dependency_is_not_worth_a_feature() {
    let light = BUILD.replace("FFFFFFFFFFFB", "FB");
    assert_eq!(found(gantt::parse(&light), &[a_in(TargetKind::Lib, "app/src/export.rs")]), []);
}

#[test]
fn without_a_build_packages_are_counted_and_two_are_few() {
    assert_eq!(found(Build::empty(Source::Fingerprints), &[a_in(TargetKind::Lib, "app/src/export.rs")]), []);
}
