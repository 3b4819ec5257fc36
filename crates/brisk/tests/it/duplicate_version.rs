//! `duplicate-version`.

use brisk::detect::{Duplicate, Effort, Risk, Severity};
use brisk::model::{Build, Outputs, Source};
use brisk_test_support::gantt;

use crate::support::{analyse, labels, near, with_cpu};

/// `old` is needed by one registry package alone, with `helper` below it.
const TWO: &str = "
    helper v1.0.0                     |FFB
    old v0.14.3 <- helper             |..FFB
    old v0.15.1                       |FB
    user v3.0.0 <- old v0.14.3        |....FB
    app <- user, old v0.15.1          |......FFBB
";

/// The duplicates of packages in these versions, each asked for by one member.
fn of_versions(versions: &[&str]) -> Vec<Duplicate> {
    let lines = versions.iter().enumerate();
    let picture = lines.map(|(i, version)| format!("dep v{version} |FB\nuser{i} <- dep v{version} |..F\n"));
    analyse(gantt::parse(&picture.collect::<String>())).duplicates
}

fn compatible(a: &str, b: &str) -> bool {
    let duplicates = of_versions(&[a, b]);
    assert_eq!(duplicates.len(), 1, "{a} and {b}");
    duplicates[0].compatible
}

#[test]
fn two_versions_are_found_with_price_pullers_and_what_vanishes() {
    let analysis = analyse(gantt::parse(TWO));
    let [duplicate] = analysis.duplicates.as_slice() else { panic!("there is one") };
    let old = &duplicate.versions[0];
    assert_eq!((duplicate.name.as_str(), old.version.as_str()), ("old", "0.14.3"));
    assert_eq!(labels(&analysis.build, old.vanishing.iter().copied()), ["helper v1.0.0", "old v0.14.3"]);
    assert!(near(duplicate.vanishing_s(), 0.6));
    assert_eq!(
        old.pulled_by.iter().map(|p| (p.package.as_str(), p.member)).collect::<Vec<_>>(),
        [("user v3.0.0", false)]
    );
    let new = &duplicate.versions[1];
    assert_eq!(
        new.pulled_by.iter().map(|p| (p.package.as_str(), p.member)).collect::<Vec<_>>(),
        [("app v0.1.0", true)]
    );
}

#[test]
fn a_finding_says_it_in_words() {
    let analysis = analyse(gantt::parse(TWO));
    let [finding] = analysis.findings.as_slice() else { panic!("there is one") };
    assert_eq!(finding.key, "duplicate-version:old");
    let cost_s = finding.cost.seconds.map(|s| format!("{s:.1} s"));
    insta::assert_snapshot!(
        format!("{}\n{}\ncost: {cost_s:?}\nat: {:?}", finding.title, finding.evidence.join("\n"), finding.locations),
        @r#"
    old is built in 2 versions (0.14.3, 0.15.1), because of user v3.0.0
    old v0.14.3 is asked for by user v3.0.0; 1 unit of its own and 1 needed by it alone would vanish
    old v0.15.1 is asked for by app v0.1.0; 1 unit of its own and 0 needed by it alone would vanish
    no two of the versions are compatible (each 0.x is a line of its own): what asks for the old one has to ask for the new one
    app -> user v3.0.0 -> old v0.14.3, by app/Cargo.toml
    cost: Some("0.6 s")
    at: [Location { file: "app/Cargo.toml", line: None }]
    "#
    );
}

#[test]
fn a_timings_report_does_not_tell_what_only_the_old_version_needs() {
    let analysis = analyse(Build { source: Source::TimingsHtml, ..gantt::parse(TWO) });
    let [duplicate] = analysis.duplicates.as_slice() else { panic!("there is one") };
    assert_eq!(labels(&analysis.build, duplicate.vanishing().iter().copied()), ["old v0.14.3"]);
    insta::assert_snapshot!(analysis.findings[0].evidence.join("\n"), @"
    old v0.14.3 is asked for by user v3.0.0, perhaps others; 1 unit of its own and an unknown number needed by it alone would vanish
    old v0.15.1 is asked for by app v0.1.0, perhaps others; 1 unit of its own and an unknown number needed by it alone would vanish
    no two of the versions are compatible (each 0.x is a line of its own): what asks for the old one has to ask for the new one
    app -> user v3.0.0 -> old v0.14.3, by app/Cargo.toml
    ");
}

#[test]
fn one_version_built_several_times_is_no_duplicate() {
    let analysis = analyse(gantt::parse("a v1.0.0 |F\na v1.0.0 (build-script) |F\na v1.0.0 @wasm32-wasip1 |F"));
    assert_eq!((analysis.duplicates, analysis.findings), (Vec::new(), Vec::new()));
}

#[test]
fn packages_of_unknown_version_are_not_compared() {
    assert_eq!(analyse(gantt::parse("a v1.0.0 |F\na v? |F")).duplicates, []);
}

#[test]
fn all_but_the_newest_of_three_versions_are_surplus() {
    let duplicates = of_versions(&["0.9.0", "0.11.0", "0.10.0"]);
    let versions: Vec<&str> = duplicates[0].versions.iter().map(|version| version.version.as_str()).collect();
    assert_eq!(versions, ["0.9.0", "0.10.0", "0.11.0"]);
    assert_eq!(duplicates[0].surplus().len(), 2);
    assert!(near(duplicates[0].vanishing_s(), 0.4), "the users stay: they would use the newest");
}

#[test]
fn what_only_two_surplus_versions_share_is_counted_once_and_vanishes() {
    let analysis = analyse(gantt::parse(
        "
        helper v1.0.0         |FFFF
        dep v1.0.0 <- helper  |....F
        dep v2.0.0 <- helper  |....F
        dep v3.0.0            |F
        app <- dep v1.0.0, dep v2.0.0, dep v3.0.0 |.....F
        ",
    ));
    assert!(near(analysis.duplicates[0].vanishing_s(), 0.6), "{}", analysis.duplicates[0].vanishing_s());
}

#[test]
fn a_version_that_a_newer_one_needs_does_not_vanish_with_it() {
    // The "semver trick": the old version re-exports the new one.
    let analysis = analyse(gantt::parse(
        "
        dep v0.2.0                |FF
        dep v0.1.9 <- dep v0.2.0  |..FF
        app <- dep v0.1.9         |....F
        ",
    ));
    assert!(near(analysis.duplicates[0].vanishing_s(), 0.2));
}

#[test]
fn versions_are_compatible_as_cargo_says() {
    for (a, b) in [("1.2.0", "1.3.0"), ("0.15.0", "0.15.9"), ("0.0.3", "0.0.3+build"), ("1.0.0-rc.1", "1.0.0")] {
        assert!(compatible(a, b), "{a} and {b}");
    }
    for (a, b) in [("1.9.0", "2.0.0"), ("0.15.0", "0.16.0"), ("0.0.3", "0.0.4"), ("0.1.0", "1.0.0"), ("0.0.1", "0.1.0")]
    {
        assert!(!compatible(a, b), "{a} and {b}");
    }
}

#[test]
fn versions_are_compatible_even_when_a_third_lies_between() {
    assert!(of_versions(&["1.0.0", "2.0.0-rc.1", "1.2.0", "3.0.0"])[0].compatible);
}

#[test]
fn a_version_that_does_not_parse_sorts_last_and_is_never_compatible() {
    let duplicates = of_versions(&["2.0", "1.0.0", "2.1"]);
    let versions: Vec<&str> = duplicates[0].versions.iter().map(|version| version.version.as_str()).collect();
    assert_eq!(versions, ["1.0.0", "2.0", "2.1"]);
    assert!(!duplicates[0].compatible);
}

#[test]
fn a_pre_release_sorts_before_its_release() {
    let duplicates = of_versions(&["1.0.0", "1.0.0-rc.10", "1.0.0-rc.9"]);
    let versions: Vec<&str> = duplicates[0].versions.iter().map(|version| version.version.as_str()).collect();
    assert_eq!(versions, ["1.0.0-rc.9", "1.0.0-rc.10", "1.0.0"]);
}

#[test]
fn compatible_versions_are_less_work_than_incompatible_ones() {
    let finding = |versions: [&str; 2]| {
        let [a, b] = versions;
        let picture = format!("dep v{a} |FB\ndep v{b} |FB\napp <- dep v{a}, dep v{b} |..F");
        analyse(gantt::parse(&picture)).findings.remove(0)
    };
    let unify = finding(["1.2.0", "1.3.0"]);
    assert_eq!((unify.effort, unify.risk), (Effort::Small, Risk::Low));
    let migrate = finding(["1.2.0", "2.0.0"]);
    assert_eq!((migrate.effort, migrate.risk), (Effort::Medium, Risk::Medium));
}

#[test]
fn severity_is_the_share_of_all_unit_seconds() {
    let severity = |n_columns: usize| {
        let rest = "F".repeat(199 - n_columns);
        let picture =
            format!("dep v1.0.0 |{}\ndep v2.0.0 |F\napp <- dep v1.0.0, dep v2.0.0 |{rest}", "F".repeat(n_columns));
        let findings = analyse(gantt::parse(&picture)).findings;
        findings.iter().find(|finding| finding.id == "duplicate-version").expect("it is found").severity
    };
    assert_eq!([1, 3, 11].map(severity), [Severity::Note, Severity::Minor, Severity::Major]);
}

#[test]
fn cost_is_unknown_where_a_unit_was_not_measured() {
    let build = gantt::parse(TWO);
    let finding = analyse(with_cpu(build.clone(), &[1.0])).findings.remove(0);
    assert_eq!((finding.cost.cpu_seconds, finding.cost.bytes), (None, None));
    let mut build = with_cpu(build, &[1.0, 2.0, 4.0, 8.0, 16.0]);
    for unit in &mut build.units {
        unit.outputs = Outputs { bytes: Some(10), rmeta_bytes: Some(1) };
    }
    let finding = analyse(build).findings.remove(0);
    assert_eq!((finding.cost.cpu_seconds, finding.cost.bytes), (Some(3.0), Some(20)));
}

#[test]
fn seconds_are_unknown_where_no_unit_has_a_time() {
    let finding = analyse(gantt::parse("dep v1.0.0 |\ndep v2.0.0 |")).findings.remove(0);
    assert_eq!((finding.cost.seconds, finding.severity), (None, Severity::Note));
}

#[test]
fn the_manifest_of_a_member_that_asks_for_the_old_version_is_the_place() {
    let analysis = analyse(gantt::parse("dep v1.0.0 |F\ndep v2.0.0 |F\nnew <- dep v2.0.0 |.F\nold <- dep v1.0.0 |.F"));
    let files: Vec<&str> = analysis.findings[0].locations.iter().map(|location| location.file.as_str()).collect();
    assert_eq!(files, ["old/Cargo.toml"]);
}

#[test]
fn a_member_that_asks_for_two_old_versions_is_one_place() {
    let analysis = analyse(gantt::parse(
        "dep v1.0.0 |F\ndep v2.0.0 |F\ndep v3.0.0 |F\nold <- dep v1.0.0, dep v2.0.0, dep v3.0.0 |.F",
    ));
    assert_eq!(analysis.findings[0].locations.len(), 1);
}

#[test]
fn the_dearest_duplicate_comes_first() {
    let analysis = analyse(gantt::parse(
        "a v1.0.0 |F\na v2.0.0 |F\nb v1.0.0 |FFF\nb v2.0.0 |F\napp <- a v1.0.0, a v2.0.0, b v1.0.0, b v2.0.0 |...F",
    ));
    let keys: Vec<&str> = analysis.findings.iter().map(|finding| finding.key.as_str()).collect();
    assert_eq!(keys, ["duplicate-version:b", "duplicate-version:a"]);
}

#[test]
fn an_old_version_that_the_newest_one_needs_frees_nothing() {
    let analysis = analyse(gantt::parse("dep v1.0.0 |FF\ndep v2.0.0 <- dep v1.0.0 |..FF\napp <- dep v2.0.0 |....F"));
    assert_eq!(analysis.duplicates[0].vanishing(), []);
    assert_eq!(analysis.findings[0].cost.seconds, Some(0.0));
}
