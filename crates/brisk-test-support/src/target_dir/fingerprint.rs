//! What Cargo stores of a unit to decide whether it is fresh.

use brisk::model::{Build, Graph, Mode, Platform, TargetKind, Unit, UnitIdx};
use serde_json::{Value, json};

use super::paths::{Paths, hash_of};
use crate::stable_hash::stable_hash;

/// A `dep-*` file that lists no source and no variable, as Cargo writes it for a registry package.
pub(super) const EMPTY_DEP_INFO: &[u8] = &[1, 0, 0, 0, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0];

/// File name of the fingerprint: `lib-serde`, `test-bin-app`, `run-build-script-build-script-build`.
pub(super) fn stem(unit: &Unit) -> String {
    let flavor = match unit.mode {
        Mode::Test | Mode::CheckTest | Mode::Doctest => "test-",
        Mode::Doc => "doc-",
        Mode::RunBuildScript => "run-",
        Mode::Build | Mode::Check => "",
    };
    let kind = match unit.target.kind {
        TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro => "lib",
        TargetKind::Bin => "bin",
        TargetKind::Example => "example",
        TargetKind::Test => "integration-test",
        TargetKind::Bench => "bench",
        TargetKind::BuildScript => "build-script",
    };
    format!("{flavor}{kind}-{}", unit.target.name)
}

/// The fingerprint hash, as the file beside the JSON holds it: the bytes of the number, lowest first.
pub(super) fn hash_text(unit: &Unit) -> String {
    hash(unit).to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(unit: &Unit) -> u64 {
    stable_hash(&format!("fingerprint of {}", hash_of(unit)))
}

/// The fingerprint itself.
pub(super) fn json(build: &Build, graph: &Graph, idx: UnitIdx, paths: &Paths) -> Value {
    let unit = build.unit(idx);
    let is_run = unit.mode == Mode::RunBuildScript;
    let of_rustc = |what: &str| if is_run { 0 } else { stable_hash(what) };
    let features = if is_run { String::new() } else { json!(unit.features).to_string() };
    json!({
        "rustc": 7_458_672_600_737_419_911_u64,
        "features": features,
        "declared_features": features,
        "target": of_rustc(&format!("{:?}", unit.target)),
        "profile": of_rustc(&format!("{:?} {:?}", unit.profile_dir, unit.mode)),
        "path": of_rustc(&format!("{}", unit.package)),
        "deps": deps(build, graph, idx),
        "local": [local(unit, paths)],
        "rustflags": [],
        "config": of_rustc("config"),
        "compile_kind": match &unit.platform {
            Platform::Host => 0,
            Platform::Triple(triple) => stable_hash(triple),
        },
    })
}

/// `[package id hash, extern name, public, fingerprint hash]` of each dependency, in Cargo's order.
fn deps(build: &Build, graph: &Graph, idx: UnitIdx) -> Vec<(u64, String, bool, u64)> {
    let units = graph.dependencies(idx).iter().map(|&dependency| build.unit(dependency));
    let mut deps: Vec<_> = units
        .map(|unit| (stable_hash(&unit.package.to_string()), unit.target.name.replace('-', "_"), false, hash(unit)))
        .collect();
    deps.sort();
    deps
}

fn local(unit: &Unit, paths: &Paths) -> Value {
    if unit.mode == Mode::RunBuildScript {
        return json!({"RerunIfChanged": {"output": format!("{}/output", paths.run), "paths": ["build.rs"]}});
    }
    let dep_info = format!("{}/dep-{}", paths.fingerprint, stem(unit));
    json!({"CheckDepInfo": {"dep_info": dep_info, "checksum": false}})
}
