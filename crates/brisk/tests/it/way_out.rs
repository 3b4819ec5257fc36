//! `duplicate-version`: what would end a duplicate, and what the lockfile alone tells.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk::model::{
    Build, Cure, DependencyChange, DependencyKind, IndexedPackage, ManifestEdit, Members, PackageIdx, Reachable,
    ReachablePlatform, RegistryIndex, Release, ReleaseDependency, Source, Surroundings, Workspace,
};
use brisk_test_support::{gantt, workspace_of};

/// `user` asks for an old version, `app` for the new one.
const TWO: &str = "
    dep v0.14.3                       |FFB
    dep v0.15.1                       |FB
    user v1.0.0 <- dep v0.14.3        |..FB
    app <- user, dep v0.15.1          |....FB
";

/// Releases of a package, newest first: version, and its requirement on `wanted` if it has one.
fn indexed(name: &str, wanted: &str, releases: &[(&str, Option<&str>)]) -> (String, IndexedPackage) {
    let release = |(version, requirement): &(&str, Option<&str>)| Release {
        version: (*version).to_owned(),
        dependencies: requirement.iter().map(|requirement| dependency(wanted, requirement)).collect(),
        rust_version: None,
    };
    let releases = releases.iter().map(release).collect();
    (name.to_owned(), IndexedPackage { releases, downloaded: Some("2026-11-21".to_owned()) })
}

fn dependency(package: &str, requirement: &str) -> ReleaseDependency {
    let (package, requirement) = (package.to_owned(), requirement.to_owned());
    ReleaseDependency { package, requirement, kind: DependencyKind::Normal, optional: false }
}

/// The workspace of `build`, whose declarations each have a line.
fn workspace(build: &Build) -> Workspace {
    let mut workspace = workspace_of(build);
    for package in &mut workspace.packages {
        for (declaration, line) in package.declarations.iter_mut().zip(10..) {
            declaration.line = Some(line);
        }
    }
    workspace
}

fn finding(drawn: &str, index: impl IntoIterator<Item = (String, IndexedPackage)>) -> Finding {
    let build = gantt::parse(drawn);
    let index = Some(RegistryIndex { packages: index.into_iter().collect() });
    let surroundings = Surroundings { index, ..Surroundings::default() };
    let findings = Analysis::of(workspace(&build), build, surroundings, Vec::new()).findings;
    findings.into_iter().find(|finding| finding.key == "duplicate-version:dep").expect("it is found")
}

/// What is said beside the versions themselves, where, and the command.
fn told(finding: &Finding) -> String {
    let mut lines: Vec<String> =
        finding.evidence.iter().skip_while(|line| line.contains("vanish")).skip(1).cloned().collect();
    lines.extend(finding.locations.iter().map(|location| format!("at {}", location.in_words())));
    lines.extend(finding.command.iter().map(|command| format!("$ {command}")));
    lines.join("\n")
}

#[test]
fn a_newer_release_that_no_requirement_allows_is_named_with_the_line_to_change() {
    let finding = finding(
        TWO,
        [indexed("user", "dep", &[("3.0.0", Some("^0.16")), ("2.0.0", Some("^0.15")), ("1.1.0", Some("^0.14"))])],
    );
    insta::assert_snapshot!(told(&finding), @"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v2.0.0 asks for dep ^0.15, which v0.15.1 satisfies (not the newest, v3.0.0: it asks for ^0.16)
    app asks for user ^1.0.0 at app/Cargo.toml:11: `2.0` there would do
    at app/Cargo.toml:11
    $ cargo tree --workspace --invert dep@0.14.3
    ");
    assert!(finding.caveats.iter().any(|caveat| caveat.ends_with("until 2026-11-21")), "{:?}", finding.caveats);
}

#[test]
fn a_newer_release_that_the_requirements_allow_is_one_command() {
    insta::assert_snapshot!(
        told(&finding(TWO, [indexed("user", "dep", &[("2.0.0", Some("^0.15")), ("1.1.0", Some("^0.15.1"))])])),
        @"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v1.1.0 asks for dep ^0.15.1, which v0.15.1 satisfies; all requirements on user allow it
    at app/Cargo.toml:11
    $ cargo update -p user@1.0.0 --precise 1.1.0
    "
    );
}

#[test]
fn a_release_that_no_longer_needs_it_ends_the_duplicate_as_well() {
    insta::assert_snapshot!(told(&finding(TWO, [indexed("user", "dep", &[("1.0.1", None)])])), @"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v1.0.1 no longer needs dep; all requirements on user allow it
    at app/Cargo.toml:11
    $ cargo update -p user@1.0.0 --precise 1.0.1
    ");
}

#[test]
fn that_no_release_takes_the_new_version_is_said() {
    insta::assert_snapshot!(told(&finding(TWO, [indexed("user", "dep", &[("1.1.0", Some("^0.14"))])])), @r#"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    no release of user takes dep v0.15.1: the newest, v1.1.0, asks for ^0.14
    what is left is for people: another package in place of one that asks for the old version; or to keep both, said in `brisk.toml` by `[[diagnose.suppress]]` with `key = "duplicate-version:dep"`, a reason and the day on which it expires
    at app/Cargo.toml:11
    $ cargo tree --workspace --invert dep@0.14.3
    "#);
    insta::assert_snapshot!(told(&finding(TWO, [indexed("user", "dep", &[])])), @r#"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v1.0.0 does not take dep v0.15.1, and is the newest release
    what is left is for people: another package in place of one that asks for the old version; or to keep both, said in `brisk.toml` by `[[diagnose.suppress]]` with `key = "duplicate-version:dep"`, a reason and the day on which it expires
    at app/Cargo.toml:11
    $ cargo tree --workspace --invert dep@0.14.3
    "#);
    insta::assert_snapshot!(told(&finding(TWO, [])), @"
    app -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    of newer releases of user v1.0.0 nothing is known here
    at app/Cargo.toml:11
    $ cargo tree --workspace --invert dep@0.14.3
    ");
}

/// `app` asks for `outer`, which asks for `user`.
const DEEP: &str = "
    dep v0.14.3                       |FFB
    dep v0.15.1                       |FB
    user v1.0.0 <- dep v0.14.3        |..FB
    outer v1.0.0 <- user              |....FB
    app <- outer, dep v0.15.1         |......FB
";

#[test]
fn what_asks_for_a_dependant_is_looked_up_in_turn() {
    let user = || indexed("user", "dep", &[("2.0.0", Some("^0.15"))]);
    insta::assert_snapshot!(told(&finding(DEEP, [user(), indexed("outer", "user", &[("1.5.0", Some("^2"))])])), @"
    app -> outer v1.0.0 -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v2.0.0 asks for dep ^0.15, which v0.15.1 satisfies
    outer v1.5.0 asks for user ^2, which v2.0.0 satisfies; all requirements on outer allow it
    at app/Cargo.toml:11
    $ cargo update -p outer@1.0.0 --precise 1.5.0
    ");
    insta::assert_snapshot!(told(&finding(DEEP, [user(), indexed("outer", "user", &[("2.0.0", Some("^2"))])])), @"
    app -> outer v1.0.0 -> user v1.0.0 -> dep v0.14.3, by app/Cargo.toml:11
    user v2.0.0 asks for dep ^0.15, which v0.15.1 satisfies
    outer v2.0.0 asks for user ^2, which v2.0.0 satisfies
    app asks for outer ^1.0.0 at app/Cargo.toml:11: `2.0` there would do
    at app/Cargo.toml:11
    $ cargo tree --workspace --invert dep@0.14.3
    ");
}

#[test]
fn a_member_that_asks_for_the_old_version_is_to_ask_for_the_new_one() {
    let drawn = "dep v1.0.0 |F\ndep v2.3.1 |F\nuser v1.0.0 <- dep v2.3.1 |.F\napp <- user, dep v1.0.0 |..F";
    insta::assert_snapshot!(told(&finding(drawn, [])), @"
    app asks for dep ^1.0.0 at app/Cargo.toml:10: `2.3` there would do
    at app/Cargo.toml:10
    $ cargo tree --workspace --invert dep@1.0.0
    ");
}

#[test]
fn a_lockfile_update_is_enough_where_all_requirements_take_the_new_version() {
    let build = gantt::parse(TWO);
    let mut workspace = workspace(&build);
    let user = workspace.packages.iter_mut().find(|package| package.name == "user").unwrap();
    user.declarations[0].requirement = ">=0.14, <0.17".to_owned();
    let analysis = Analysis::of(workspace, build, Surroundings::default(), Vec::new());
    assert_eq!(analysis.findings[0].command.as_deref(), Some("cargo update -p dep@0.14.3 --precise 0.15.1"));
}

/// The cure of `duplicate-version:dep`, one line for each part.
fn cured(finding: &Finding) -> String {
    let in_words = |cure: &Cure| match cure {
        Cure::Lock(it) => format!("lock {} {} -> {}", it.package, it.from, it.to),
        Cure::Manifest(ManifestEdit::Dependency(edit)) => {
            let (Members::Named(member), DependencyChange::Require(requirement)) = (&edit.members, &edit.change) else {
                return format!("{edit:?}");
            };
            format!("{member} asks for {} {requirement}", edit.dependency)
        }
        other => format!("{other:?}"),
    };
    finding.cure.iter().map(in_words).collect::<Vec<_>>().join("\n")
}

#[test]
fn all_members_that_ask_for_the_old_version_are_moved_together() {
    let drawn = "dep v1.0.0 |F\ndep v2.3.1 |F\na <- dep v1.0.0 |.F\nb <- dep v1.0.0 |.F\nc <- dep v2.3.1 |.F";
    insta::assert_snapshot!(cured(&finding(drawn, [])), @"
    a asks for dep 2.3
    b asks for dep 2.3
    ");
}

#[test]
fn a_newer_dependant_is_taken_and_held_where_a_still_newer_one_does_not_fit() {
    let fitting = |releases| cured(&finding(TWO, [indexed("user", "dep", releases)]));
    insta::assert_snapshot!(fitting(&[("2.0.0", Some("^0.15")), ("1.1.0", Some("^0.14"))]), @"app asks for user 2.0");
    insta::assert_snapshot!(fitting(&[("2.1.0", Some("^0.16")), ("2.0.0", Some("^0.15"))]), @"
    app asks for user 2.0
    lock user 2.1.0 -> 2.0.0
    ");
    insta::assert_snapshot!(fitting(&[("1.1.0", Some("^0.15.1"))]), @"lock user 1.0.0 -> 1.1.0");
    assert_eq!(fitting(&[("1.1.0", Some("^0.14"))]), "", "there is none that fits");
}

#[test]
fn what_makes_room_in_the_lockfile_goes_first() {
    let index = [
        indexed("user", "dep", &[("2.1.0", Some("^0.16")), ("2.0.0", Some("^0.15"))]),
        indexed("outer", "user", &[("1.5.0", Some("^2"))]),
    ];
    insta::assert_snapshot!(cured(&finding(DEEP, index)), @"
    lock outer 1.0.0 -> 1.5.0
    lock user 2.1.0 -> 2.0.0
    ");
}

/// `user` takes both versions, and `old` only the old one.
const HELD: &str = "
    dep v0.14.3                       |FFB
    dep v0.15.1                       |FB
    user v1.0.0 <- dep v0.14.3        |..FB
    old <- dep v0.14.3                |..FB
    app <- user, dep v0.15.1          |....FB
";

#[test]
fn who_takes_the_new_version_as_it_is_follows_when_the_others_have_moved() {
    let build = gantt::parse(HELD);
    let mut workspace = workspace(&build);
    let user = workspace.packages.iter_mut().find(|package| package.name == "user").unwrap();
    user.declarations[0].requirement = ">=0.14, <0.17".to_owned();
    let analysis = Analysis::of(workspace, build, Surroundings::default(), Vec::new());
    let finding = analysis.findings.iter().find(|finding| finding.key == "duplicate-version:dep").unwrap();
    insta::assert_snapshot!(cured(finding), @"
    old asks for dep 0.15
    lock dep 0.14.3 -> 0.15.1
    ");
    assert!(
        finding.evidence.contains(&"user v1.0.0 would take dep v0.15.1 as it is".to_owned()),
        "{:?}",
        finding.evidence
    );
}

/// What is found of the lockfile of `drawn` when only the units of packages that `is_built` were built.
fn locked(drawn: &str, is_built: fn(&str) -> bool, reachable: impl Fn(&Workspace) -> Option<Reachable>) -> Vec<String> {
    let all = gantt::parse(drawn);
    let workspace = workspace(&all);
    let mut build = Build::empty(Source::Fingerprints);
    build.units = all.units.into_iter().filter(|unit| is_built(&unit.package.name)).collect();
    let surroundings = Surroundings { reachable: reachable(&workspace), ..Surroundings::default() };
    let findings = Analysis::of(workspace, build, surroundings, Vec::new()).findings;
    findings.iter().map(|finding| format!("{}: {}", finding.key, finding.title)).collect()
}

fn all(workspace: &Workspace) -> Option<Reachable> {
    let packages = workspace.iter_packages().map(|(idx, _)| idx).collect();
    Some(Reachable { packages, platform: ReachablePlatform::Host })
}

/// `dep` in two versions, and `part` in two of which the old one goes with the old `dep`.
const WITH_PARTS: &str = "
    part v1.0.0                       |F
    part v2.0.0                       |F
    dep v0.14.3 <- part v1.0.0        |.F
    dep v0.15.1 <- part v2.0.0        |.F
    user v1.0.0 <- dep v0.14.3        |..F
    app <- user, dep v0.15.1          |....F
";

#[test]
fn without_a_build_the_causes_in_the_lockfile_are_told() {
    let told = locked(WITH_PARTS, |_| false, all);
    assert_eq!(told, ["duplicate-version:dep: dep is locked in 2 versions (0.14.3, 0.15.1)"]);
}

#[test]
fn what_a_build_did_not_need_is_told_as_one() {
    let told = locked(WITH_PARTS, |name| name == "app", all);
    let title = "2 more packages are locked in several versions that this build did not need";
    assert_eq!(told, [format!("duplicate-version:not-built: {title}")]);
}

#[test]
fn what_only_other_platforms_need_is_not_told_and_nothing_where_nobody_looked() {
    let of_host = |workspace: &Workspace| {
        let old = |idx: &PackageIdx| ["0.14.3", "1.0.0"].contains(&&*workspace.package(*idx).version);
        let packages: BTreeSet<PackageIdx> =
            workspace.iter_packages().map(|(idx, _)| idx).filter(|idx| !old(idx)).collect();
        Some(Reachable { packages, platform: ReachablePlatform::Host })
    };
    assert_eq!(locked(WITH_PARTS, |_| false, of_host), Vec::<String>::new());
    assert_eq!(locked(WITH_PARTS, |_| false, |_| None), Vec::<String>::new());
}

#[test]
fn many_duplicates_without_a_price_are_told_together() {
    let lines =
        (0..12).map(|n| format!("dep{n} v1.0.0 |F\ndep{n} v2.0.0 |F\nuser{n} <- dep{n} v1.0.0, dep{n} v2.0.0 |.F\n"));
    let told = locked(&lines.collect::<String>(), |_| false, all);
    assert_eq!(told.len(), 9);
    assert_eq!(told.last().unwrap(), "duplicate-version:not-built: 4 more packages are locked in several versions");
}
