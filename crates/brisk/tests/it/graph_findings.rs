//! Findings about packages and what they ask for: `broad-features`, `dependency-count`, `duplicate-build`,
//! `dev-dependency-weight`, `uninherited-version`.

use brisk::analysis::Analysis;
use brisk::detect::{Cost, Finding, Severity};
use brisk::model::{DependencyKind, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use crate::cases::{broad_features, dependency_count, uninherited_version};

fn findings(analysis: &Analysis, id: &str) -> Vec<Finding> {
    analysis.findings.iter().filter(|finding| finding.id == id).cloned().collect()
}

/// Severity and title, evidence, places.
fn told(findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    for finding in findings {
        lines.push(format!("{:?}: {}", finding.severity, finding.title));
        lines.extend(finding.evidence.iter().map(|fact| format!("- {fact}")));
        lines.extend(finding.locations.iter().map(|location| format!("at {}", location.in_words())));
    }
    lines.join("\n")
}

#[test]
fn a_broad_feature_is_priced_by_the_packages_that_only_it_brings() {
    let findings = findings(&broad_features::analysis(broad_features::ALONE), "broad-features");
    insta::assert_snapshot!(told(&findings), @"
    Minor: feature `full` of dep brings 1 unit and 0.90 s that nothing else needs
    - app asks for it; it turns on a, b, c, d, extra
    - nothing else needs extra v1.0.0
    at app/Cargo.toml:10
    ");
    assert_eq!(findings[0].cuts.len(), 1);
}

#[test]
fn trimming_does_not_pay_where_another_package_turns_the_feature_on_anyway() {
    let findings = findings(
        &broad_features::analysis(
            "
            extra v1.0.0                                          |FFFFFFFFB
            dep v1.0.0 +full +a +b +c +d +extra <- extra          |.....FFB
            other v1.0.0 <- dep                                   |........FFB
            app <- dep, other                                     |...........FFB
            ",
        ),
        "broad-features",
    );
    insta::assert_snapshot!(told(&findings), @"
    Note: trimming feature `full` of dep would not pay: other v1.0.0 turns it on anyway
    - app asks for it; it turns on a, b, c, d, extra
    - other v1.0.0 turns all of it on as well: features are unified, so that nothing less would be built
    at app/Cargo.toml:10
    ");
    assert_eq!((findings[0].cost, findings[0].cuts.len()), (Cost::default(), 0));
}

#[test]
fn a_broad_feature_without_packages_of_its_own_has_no_price() {
    let findings = findings(
        &broad_features::analysis(
            "
            extra v1.0.0                                          |FFFFFFFFB
            dep v1.0.0 +full +a +b +c +d +extra <- extra          |.....FFB
            app <- dep, extra                                     |...........FFB
            ",
        ),
        "broad-features",
    );
    insta::assert_snapshot!(told(&findings), @"
    Note: feature `full` of dep turns on 5 other features
    - app asks for it; it turns on a, b, c, d, extra
    - it brings no package that would not be built anyway: less of its own code would be compiled, and how much less is not known before it is tried
    at app/Cargo.toml:10
    ");
}

#[test]
fn default_features_are_told_only_where_they_bring_something_of_weight() {
    let heavy = "
        extra v1.0.0                                          |FFFFFFFFFFFFFFFB
        dep v1.0.0 +default +a +b +c +d +extra <- extra       |.....FFB
        app <- dep                                            |...........FFB
    ";
    let told_of = |drawn: &str| findings(&broad_features::analysis(drawn), "broad-features");
    let findings = told_of(heavy);
    insta::assert_snapshot!(told(&findings), @"
    Note: the default features of dep bring 1 unit and 1.60 s that nothing else needs
    - app asks for it; it turns on a, b, c, d, extra
    - nothing else needs extra v1.0.0
    at app/Cargo.toml:10
    ");
    assert_eq!(findings[0].cuts, [], "that they can go is not promised");
    assert_eq!(told_of(&heavy.replace("FFFFFFFFFFFFFFFB", "FFB")), []);
}

#[test]
fn the_dearest_dependencies_are_named_with_what_only_they_bring() {
    let findings = findings(&dependency_count::analysis(80), "dependency-count");
    insta::assert_snapshot!(told(&findings), @"
    Note: members declare 80 packages from outside, which are 81 with all they need
    - the limits are 75 and 400
    - dep80 v1.0.0 brings 1 package that nothing else needs: 2 units and 8.40 s of unit time
    - dep79 v1.0.0 brings only itself: 1 unit and 7.90 s of unit time
    - dep78 v1.0.0 brings only itself: 1 unit and 7.80 s of unit time
    - dep77 v1.0.0 brings only itself: 1 unit and 7.70 s of unit time
    - dep76 v1.0.0 brings only itself: 1 unit and 7.60 s of unit time
    at app/Cargo.toml
    at app/Cargo.toml
    at app/Cargo.toml
    at app/Cargo.toml
    at app/Cargo.toml
    ");
}

#[test]
fn declarations_that_agree_are_one_note() {
    let findings = findings(&uninherited_version::analysis(uninherited_version::DRAWN, |_| {}), "uninherited-version");
    insta::assert_snapshot!(told(&findings), @"
    Note: 1 dependency is declared in members with versions of their own
    - dep: ^1.0.0 by 2 members
    at a/Cargo.toml:10
    at b/Cargo.toml:10
    ");
}

#[test]
fn declarations_that_resolve_to_several_versions_are_told_by_themselves() {
    let drawn = "dep v1.0.0 |F\ndep v2.0.0 |F\na <- dep v1.0.0 |.F\nb <- dep v2.0.0 |.F";
    let findings = findings(&uninherited_version::analysis(drawn, |_| {}), "uninherited-version");
    insta::assert_snapshot!(told(&findings), @"
    Major: dep is declared by 2 members with different requirements
    - a asks for ^1.0.0
    - b asks for ^2.0.0
    - they resolve to 1.0.0, 2.0.0
    at a/Cargo.toml:10
    at b/Cargo.toml:10
    ");
}

#[test]
fn a_member_that_could_inherit_is_told_even_if_it_is_alone() {
    let drawn = "dep v1.0.0 |F\na <- dep |.F";
    let of = |all| findings(&uninherited_version::analysis_of(drawn, |_| {}, all), "uninherited-version");
    assert_eq!(of(|_| {}), []);
    insta::assert_snapshot!(told(&of(|workspace| workspace.inheritable.push(uninherited_version::offer("^1")))), @"
    Note: 1 dependency is declared in members with versions of their own
    - dep: ^1 and ^1.0.0 by 1 member, which could inherit ^1
    - `[workspace.dependencies]` has 1 of them already
    at a/Cargo.toml:10
    at Cargo.toml:3
    ");
    insta::assert_snapshot!(told(&of(|workspace| workspace.inheritable.push(uninherited_version::offer("^2")))), @"
    Note: dep is declared otherwise than `[workspace.dependencies]` has it
    - a asks for ^1.0.0
    - `[workspace.dependencies]` has it already, with ^2 at Cargo.toml:3
    at a/Cargo.toml:10
    at Cargo.toml:3
    ");
}

#[test]
fn default_features_that_only_one_turns_off_are_told() {
    let all = |workspace: &mut brisk::model::Workspace| {
        let a = workspace.packages.iter_mut().find(|package| package.name == "a").unwrap();
        a.declarations[0].default_features = false;
    };
    let analysis = uninherited_version::analysis_of(uninherited_version::DRAWN, |_| {}, all);
    insta::assert_snapshot!(told(&findings(&analysis, "uninherited-version")), @"
    Note: dep is declared by 2 members with and without default features
    - a asks for ^1.0.0 without default features
    - b asks for ^1.0.0
    - where one of them turns default features on, they are on for all that are built with it: turning them off has an effect only if all do
    at a/Cargo.toml:10
    at b/Cargo.toml:10
    ");
}

#[test]
fn who_asks_for_the_feature_that_makes_two_builds_is_named_with_its_line() {
    let build = gantt::parse(
        "
        dep v1.0.0 +std                           |FFFFFFB
        dep v1.0.0                                |FFFFFFFFB
        m v1.0.0 (proc-macro) <- dep +            |.........FBL
        app (bin) <- m, dep +std                  |............FBL
        ",
    );
    let mut workspace = workspace_of(&build);
    for package in workspace.packages.iter_mut().filter(|package| package.name == "app") {
        for declaration in package.declarations.iter_mut().filter(|declaration| declaration.package == "dep") {
            declaration.features = vec!["std".to_owned()];
            declaration.line = Some(7);
        }
    }
    let analysis = Analysis::of(workspace, build, Surroundings::default(), Vec::new());
    insta::assert_snapshot!(told(&findings(&analysis, "duplicate-build")), @"
    Major: dep v1.0.0 is built 2 times, with several sets of features
    - for the host, with 1 feature that not all have (std): 0.70 s; app v0.1.0 waits for it
    - for the host: 0.90 s; m v1.0.0 waits for it
    - feature `std` is asked for by app at app/Cargo.toml:7
    - one is for what runs while building (the macros of m v1.0.0), another for what is built: with resolver 2 and newer these do not share features
    at app/Cargo.toml:7
    ");
}

#[test]
fn what_differs_below_is_the_reason_where_a_package_is_itself_the_same() {
    let mut build = gantt::parse(
        "
        low v1.0.0 +std                           |FFFFFFB
        low v1.0.0                                |FFFFFFFFB
        dep v1.0.0 +one <- low +std               |.........FFFFFFFFB
        dep v1.0.0 +two <- low +                  |.........FFFFFFFFB
        m v1.0.0 (proc-macro) <- dep +two         |..................FBL
        app (bin) <- m, dep +one                  |.....................FBL
        ",
    );
    for unit in build.units.iter_mut().filter(|unit| unit.package.name == "dep") {
        unit.features.clear();
    }
    let analysis = Analysis::of(workspace_of(&build), build, Surroundings::default(), Vec::new());
    let of_dep = findings(&analysis, "duplicate-build").into_iter().filter(|it| it.subject == "dep");
    insta::assert_snapshot!(told(&of_dep.collect::<Vec<_>>()), @"
    Major: dep v1.0.0 is built 2 times, with different settings of the profile, or different dependencies
    - for the host: 0.90 s; app v0.1.0 waits for it
    - for the host: 0.90 s; m v1.0.0 waits for it
    - one is for what runs while building (the macros of m v1.0.0), another for what is built: with resolver 2 and newer these do not share features
    - it is itself the same, but what it depends on is built several times: low v1.0.0
    ");
}

#[test]
fn a_dev_dependency_is_placed_on_the_line_that_asks_for_it() {
    let build = gantt::parse(
        "
        check v1.0.0                   |FFFFFFFFFFFFB
        app                            |FFFFB
        app (lib test) <- check        |.............FFBL
        ",
    );
    let mut workspace = workspace_of(&build);
    let app = workspace.packages.iter_mut().find(|package| package.name == "app").unwrap();
    app.declarations[0].kind = DependencyKind::Dev;
    app.declarations[0].line = Some(12);
    let analysis = Analysis::of(workspace, build, Surroundings::default(), Vec::new());
    let findings = findings(&analysis, "dev-dependency-weight");
    assert_eq!(findings[0].locations[0].in_words(), "app/Cargo.toml:12");
    assert_eq!(findings[0].severity, Severity::Major);
}
