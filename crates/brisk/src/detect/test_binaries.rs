//! `test-binaries`: many executables for the integration tests of one package.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::{file, manifest, member, root_file};
use super::price::{Price, severity};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Threshold, seconds};
use crate::model::{Mode, PackageRef, PackageTarget, TargetKind, UnitIdx};

pub(super) const DETECTOR: Detector = Detector {
    id: "test-binaries",
    group: Group::TimeLine,
    claim: "a package has many integration-test executables",
    measures: "the time of all its test executables but the dearest one: compiling and linking of each",
    why: "each file in `tests/` is a crate of its own that is compiled, linked with every dependency, and written to disk \
          again whenever the library changes",
    cure: "make them modules of one test: `tests/it/main.rs` with a `mod` line for each file, and `autotests = false` or \
           no other files in `tests/`",
    wrong_when: "tests need a process of their own (global state, custom harness, `required-features`)",
    unpriced: None,
    thresholds: &[LEAST],
    find,
};

/// From this many executables on. Two or three are often there for a reason.
const LEAST: Threshold = Threshold { name: "test-binaries.least", default: 4.0, about: "executables" };

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut by_package: BTreeMap<&PackageRef, Vec<UnitIdx>> = BTreeMap::new();
    for (idx, unit) in evidence.build.iter_units() {
        if unit.target.kind == TargetKind::Test && unit.mode == Mode::Test {
            by_package.entry(&unit.package).or_default().push(idx);
        }
    }
    let unbuilt = unbuilt(evidence, &by_package);
    let many = by_package.into_iter().filter(|(_, units)| is_many(evidence, units.len()));
    many.map(|(package, units)| finding(evidence, package, units)).chain(unbuilt).collect()
}

fn is_many(evidence: Evidence<'_>, n: usize) -> bool {
    n as f64 >= evidence.limit(&LEAST)
}

/// Members that have as many, but not in this build, so that they have no price.
fn unbuilt(evidence: Evidence<'_>, built: &BTreeMap<&PackageRef, Vec<UnitIdx>>) -> Vec<Finding> {
    let names: BTreeSet<&str> = built.keys().map(|package| package.name.as_str()).collect();
    let members = evidence.workspace.members.iter().map(|&idx| (idx, evidence.workspace.package(idx)));
    let tests = members.filter(|(_, package)| !names.contains(package.name.as_str())).map(|(idx, package)| {
        let tests = package.targets.iter().filter(|target| target.kind == TargetKind::Test);
        (idx, package, tests.collect::<Vec<&PackageTarget>>())
    });
    let many = tests.filter(|(.., tests)| is_many(evidence, tests.len()));
    many.map(|(idx, package, tests)| {
        let name = &package.name;
        let title = format!("the integration tests of {name} are {} executables, none of this build", tests.len());
        let files = tests.iter().filter_map(|test| file(evidence, &test.src_path));
        Finding {
            effort: Effort::Small,
            risk: Risk::Low,
            evidence: vec!["what they cost is not known: they were not part of this build".to_owned()],
            locations: manifest(evidence, idx).into_iter().chain(files).collect(),
            command: Some(command(name)),
            ..Finding::of(&DETECTOR, name.clone(), title)
        }
    })
    .collect()
}

/// Builds them.
fn command(package: &str) -> String {
    format!("cargo test --package {package} --test '*' --no-run")
}

fn finding(evidence: Evidence<'_>, package: &PackageRef, mut units: Vec<UnitIdx>) -> Finding {
    let n_units = units.len();
    let all = Price::of(evidence, units.clone());
    let duration_s = |idx: UnitIdx| evidence.build.unit(idx).trusted_duration_s().unwrap_or(0.0);
    units.sort_by(|&a, &b| duration_s(b).total_cmp(&duration_s(a)).then(a.cmp(&b)));
    let price = Price::of(evidence, units.split_off(1));
    let took = all.unit_s.map(|unit_s| format!(" that take {} to build", seconds(unit_s))).unwrap_or_default();
    let title = format!("the integration tests of {} are {n_units} executables{took}", package.name);
    Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            "the cost is that of all of them but the dearest; the tests in them are still compiled when they are one \
             executable, and what stays away is the linking, and the reading of the same dependencies again"
                .to_owned(),
        ],
        locations: locations(evidence, package, all.units),
        command: Some(command(&package.name)),
        ..Finding::of(&DETECTOR, package.name.clone(), title)
    }
}

/// The manifest, and the files that would become modules of one test.
fn locations(evidence: Evidence<'_>, package: &PackageRef, files: Vec<UnitIdx>) -> Vec<Location> {
    let own = member(evidence, package).and_then(|idx| manifest(evidence, idx));
    let mut files: Vec<Location> = files.into_iter().filter_map(|idx| root_file(evidence, idx)).collect();
    files.sort();
    files.dedup();
    own.into_iter().chain(files).collect()
}
