//! Where findings point to, and what they say to run next.

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk::model::{Build, Source, Surroundings, Workspace};
use brisk_test_support::{gantt, workspace_of};

use crate::support::analyse;

/// The script of a library that two members bring by ways of their own.
const SCRIPT: &str = "
    sys v1.0.0 (build-script)                            |FBL
    sys v1.0.0 (build-script run) <- sys (build-script)  |...SSSSSSSSSSSS
    sys v1.0.0 <- sys (build-script run)                 |...............FB
    wrap v2.0.0 <- sys                                   |................FB
    other v2.0.0                                         |F
    app (bin) <- wrap, other                             |.................FFBL
    tool (bin) <- sys                                    |.................FFBL
";

fn finding(analysis: &Analysis, id: &str) -> Finding {
    analysis.findings.iter().find(|finding| finding.id == id).expect("it is found").clone()
}

/// Each declaration stands on a line of its own: that of its place in the manifest, and 10.
fn with_lines(mut workspace: Workspace) -> Workspace {
    for package in &mut workspace.packages {
        for (declaration, line) in package.declarations.iter_mut().zip(10..) {
            declaration.line = Some(line);
        }
    }
    workspace
}

fn places(finding: &Finding) -> Vec<String> {
    let line = |line: Option<u32>| line.map_or(String::new(), |line| format!(":{line}"));
    finding.locations.iter().map(|place| format!("{}{}", place.file, line(place.line))).collect()
}

fn with_places(build: Build) -> Analysis {
    Analysis::of(with_lines(workspace_of(&build)), build, Surroundings::default(), Vec::new())
}

#[test]
fn a_package_is_found_where_members_declare_it() {
    let finding = finding(&with_places(gantt::parse(SCRIPT)), "slow-build-script");
    assert_eq!(places(&finding), ["tool/Cargo.toml:10"]);
    assert_eq!(finding.command.as_deref(), Some("cargo tree --workspace --invert sys@1.0.0"));
    assert_eq!(finding.cuts.len(), 1);
}

#[test]
fn else_it_is_found_where_members_declare_what_brings_it() {
    let picture = SCRIPT.replace("tool (bin) <- sys ", "tool (bin) <- wrap");
    let build = gantt::parse(&picture);
    assert_eq!(
        places(&finding(&with_places(build.clone()), "slow-build-script")),
        ["app/Cargo.toml:11", "tool/Cargo.toml:10"]
    );
    assert_eq!(places(&finding(&analyse(build.clone()), "slow-build-script")), ["app/Cargo.toml", "tool/Cargo.toml"]);
    let of_report = Build { source: Source::TimingsHtml, ..build };
    assert_eq!(places(&finding(&with_places(of_report), "slow-build-script")).len(), 2);
}

#[test]
fn a_script_of_a_members_own_is_found_itself() {
    let build = gantt::parse("app (build-script) |FBL\napp (build-script run) <- app (build-script) |...SSSSSSSSSSSS");
    let finding = finding(&analyse(build), "slow-build-script");
    assert_eq!((places(&finding), finding.command), (vec!["app/build.rs".to_owned()], None));
}

#[test]
fn tests_that_could_be_one_are_found_with_their_manifest_built_or_not() {
    let picture = "
        app                      |FFB
        app (test a) <- app      |..FFBL
        app (test b) <- app      |..FFBLL
        app (test c) <- app      |......FBL
        app (test d) <- app      |.......FBL
    ";
    let build = gantt::parse(picture);
    let files = ["app/Cargo.toml", "app/tests/a.rs", "app/tests/b.rs", "app/tests/c.rs", "app/tests/d.rs"];
    let workspace = workspace_of(&build);
    assert_eq!(places(&finding(&analyse(build), "test-binaries")), files);
    let unbuilt = Analysis::of(workspace, gantt::parse("app |FFB"), Surroundings::default(), Vec::new());
    let finding = finding(&unbuilt, "test-binaries");
    assert_eq!((places(&finding), finding.cost.seconds), (files.map(str::to_owned).to_vec(), None));
    assert_eq!(finding.command.as_deref(), Some("cargo test --package app --test '*' --no-run"));
}
