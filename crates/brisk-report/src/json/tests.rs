//! The contract.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::detect::{Basis, Cost, Effort, Finding, Gain, Location, Risk, Severity};
use brisk::model::{
    Build, Confidence, Mode, OtherBuild, PackageSource, Problem, SessionIdx, Source, Surroundings, Workspace,
};
use proptest::prelude::*;
use serde_json::Value;

use super::{JsonContext, diagnose};
use crate::testing::aimds::aimds;
use crate::testing::{analysis, arbitrary_analysis, build, dirty, lib, main_session, timing};

const CONTEXT: JsonContext<'static> = JsonContext { brisk_version: "0.1.0", command: "diagnose" };

fn value(analysis: &Analysis) -> Value {
    serde_json::from_str(&diagnose(analysis, CONTEXT)).unwrap()
}

/// Every path to a value, with `[]` for any element of a list.
fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                paths(field, &format!("{at}.{name}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                paths(item, &format!("{at}[]"), found);
            }
        }
        _ => drop(found.insert(at.trim_start_matches('.').to_owned())),
    }
}

fn finding() -> Finding {
    Finding {
        id: "duplicate-version",
        key: "duplicate-version:log".into(),
        title: "log is built in 2 versions (0.3.9, 0.4.28)".into(),
        subject: "log".into(),
        severity: Severity::Minor,
        seconds_of: "unit time",
        cost: Cost { seconds: Some(0.5), cpu_seconds: None, bytes: None },
        gain: Gain { low_s: None, high_s: None, cpu: None, bytes: None, basis: Basis::None },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec!["two of them".into()],
        locations: vec![Location { file: "Cargo.toml".into(), line: None }],
        caveats: vec!["none".into()],
        command: None,
        cure: Vec::new(),
        cuts: Vec::new(),
        overlaps: Vec::new(),
    }
}

fn release() -> OtherBuild {
    OtherBuild {
        profile_dir: "release".into(),
        triple: None,
        modes: vec![Mode::Build],
        n_units: 7,
        started_at: None,
        wall_s: None,
    }
}

#[test]
fn the_fields_of_the_contract_are_there() {
    let mut analysis = aimds().beside(vec![release()]);
    analysis.findings = vec![finding()];
    analysis.problems = vec![Problem::new("what", "why", "effect")];
    let mut found = BTreeSet::new();
    paths(&value(&analysis), "", &mut found);
    let contract = [
        "schema_version",
        "workspace.root",
        "workspace.members",
        "workspace.packages",
        "build.source",
        "build.profile",
        "build.units",
        "build.edges",
        "build.wall_s",
        "build.cpu_s",
        "build.jobs",
        "build.critical_path_s",
        "build.lower_bound_s",
        "build.foreign_cpu",
        "build.started_at",
        "findings[].id",
        "findings[].key",
        "findings[].title",
        "findings[].subject",
        "findings[].severity",
        "findings[].cost.seconds",
        "findings[].cost.cpu_seconds",
        "findings[].cost.bytes",
        "findings[].gain.low_s",
        "findings[].gain.high_s",
        "findings[].gain.bytes",
        "findings[].gain.basis",
        "findings[].effort",
        "findings[].risk",
        "findings[].evidence[]",
        "findings[].locations[].file",
        "findings[].locations[].line",
        "findings[].fix.available",
        "findings[].fix.command",
        "findings[].caveats[]",
        "other_builds[].profile",
        "other_builds[].profile_dir",
        "other_builds[].triple",
        "other_builds[].modes[]",
        "other_builds[].units",
        "other_builds[].started_at",
        "other_builds[].wall_s",
        "problems[].what",
        "problems[].why",
        "problems[].effect",
    ];
    let missing: Vec<&str> = contract.into_iter().filter(|path| !found.contains(*path)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a whole object")]
fn the_object_of_a_small_build() {
    let mut unit = lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3));
    unit.hash = "00b07be5f55f0da9".parse().ok();
    unit.status = dirty("file-changed", "the file `src/lib.rs` has changed", None);
    let mut fresh = lib("cfg-if", "1.0.4", timing(0.0, None, 0.0));
    fresh.timing = None;
    let analysis = analysis(build(vec![unit, fresh], &[(0, 1)]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&value(&analysis)).unwrap(), @r#"
    {
      "brisk_version": "0.1.0",
      "build": {
        "bound_basis": "unit-seconds",
        "bound_by": "critical-path",
        "capture_cpu_s": null,
        "command": null,
        "command_span_s": null,
        "cpu_basis": null,
        "cpu_s": null,
        "critical_path_s": 0.3,
        "edges": 1,
        "exit_code": null,
        "foreign_cpu": null,
        "jobs": null,
        "jobs_basis": null,
        "lower_bound_s": 0.3,
        "machine": {
          "cargo": null,
          "cores": null,
          "cpu_model": null,
          "host": null,
          "memory_bytes": null,
          "os": null,
          "rustc": null
        },
        "n_timed": 1,
        "outcome": "unknown",
        "parallelism": {
          "alone_s": 0.3,
          "max": 1,
          "mean": 1.0,
          "steps": [
            [
              0.0,
              1
            ],
            [
              0.3,
              0
            ]
          ]
        },
        "phases": {
          "back_s": 0.1,
          "front_s": 0.2,
          "link_s": null,
          "script_s": 0.0,
          "unsplit_s": 0.0
        },
        "profile": null,
        "sessions": [],
        "source": "fingerprints",
        "started_at": null,
        "status": {
          "dirty": 1,
          "fresh": 0,
          "new": 0,
          "unknown": 1
        },
        "unit_s": 0.3,
        "units": 2,
        "wall_s": 0.3,
        "work_per_job_s": null
      },
      "command": "diagnose",
      "confirmation": null,
      "cpu_samples": [],
      "critical_path": [
        {
          "label": "log",
          "on_path_s": 0.3,
          "unit": 0,
          "until": "end"
        }
      ],
      "disk": null,
      "duplicates": [],
      "edges_list": [
        [
          0,
          1
        ]
      ],
      "edit_costs": [
        {
          "commits": null,
          "cpu_s": null,
          "lower_bound_s": null,
          "of_rebuild": false,
          "own_s": null,
          "package": "app",
          "packages": [],
          "unit_s": null,
          "units": [],
          "units_without_time": 0
        }
      ],
      "executions": [],
      "findings": [],
      "joint": null,
      "other_builds": [],
      "problems": [],
      "schema_version": 1,
      "suppressed": [],
      "units_list": [
        {
          "back_cpu_s": null,
          "back_s": 0.1,
          "bytes": null,
          "confidence": "exact",
          "cpu_s": null,
          "dirty_reason": {
            "because_of": null,
            "detail": "the file `src/lib.rs` has changed",
            "kind": "file-changed"
          },
          "duration_s": 0.3,
          "end_s": 0.3,
          "failed": null,
          "features": [],
          "front_cpu_s": null,
          "front_s": 0.2,
          "hash": "00b07be5f55f0da9",
          "kind": "lib",
          "link_cpu_s": null,
          "link_s": null,
          "max_rss_bytes": null,
          "mode": "build",
          "package": "log",
          "platform": "host",
          "profile_dir": "debug",
          "rmeta_bytes": null,
          "rmeta_s": 0.2,
          "session": 0,
          "source": "registry",
          "start_s": 0.0,
          "status": "dirty",
          "target": "log",
          "unfinished_since_s": null,
          "version": "0.4.28"
        },
        {
          "back_cpu_s": null,
          "back_s": null,
          "bytes": null,
          "confidence": null,
          "cpu_s": null,
          "dirty_reason": null,
          "duration_s": null,
          "end_s": null,
          "failed": null,
          "features": [],
          "front_cpu_s": null,
          "front_s": null,
          "hash": null,
          "kind": "lib",
          "link_cpu_s": null,
          "link_s": null,
          "max_rss_bytes": null,
          "mode": "build",
          "package": "cfg-if",
          "platform": "host",
          "profile_dir": "debug",
          "rmeta_bytes": null,
          "rmeta_s": null,
          "session": null,
          "source": "registry",
          "start_s": null,
          "status": "unknown",
          "target": "cfg_if",
          "unfinished_since_s": null,
          "version": "1.0.4"
        }
      ],
      "workspace": {
        "basis": "cargo-metadata",
        "members": 1,
        "members_list": [
          "app"
        ],
        "packages": 1,
        "root": "/src/demo"
      }
    }
    "#);
}

#[test]
fn what_is_not_known_is_null() {
    let value = value(&analysis(Build::empty(Source::TimingsHtml)));
    let build = value["build"].as_object().unwrap();
    for name in
        ["wall_s", "cpu_s", "critical_path_s", "lower_bound_s", "unit_s", "phases", "parallelism", "jobs", "started_at"]
    {
        assert_eq!(build[name], Value::Null, "{name}");
    }
    assert_eq!(value["disk"], Value::Null);
}

#[test]
fn units_of_several_commands_have_no_wall_time_together() {
    let units =
        || [(0.0, 1.0), (60.0, 61.5)].map(|(from_s, to_s)| lib("log", "0.4.28", timing(from_s, None, to_s))).to_vec();
    let mut two = build(units(), &[]);
    two.units[1].timing.as_mut().unwrap().session = SessionIdx(1);
    two.wall_s = Some(1.0);
    two.sessions = [(0.0, 1.0), (60.0, 1.5)].map(|(after_s, wall_s)| main_session(1.8e9 + after_s, wall_s, 1)).to_vec();
    let value = value(&analysis(two))["build"].take();
    assert_eq!((&value["wall_s"], &value["lower_bound_s"]), (&Value::Null, &1.5.into()));
    let walls: Vec<&Value> = value["sessions"].as_array().unwrap().iter().map(|session| &session["wall_s"]).collect();
    assert_eq!(walls, [1.0, 1.5]);
}

#[test]
fn a_workspace_that_nobody_told_of_is_null_and_not_empty() {
    let mut build = build(vec![lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3))], &[]);
    build.units[0].package.source = PackageSource::Unknown;
    let of_report = Workspace::of_build("", &build);
    let workspace = value(&Analysis::of(of_report, build, Surroundings::default(), Vec::new()))["workspace"].take();
    let unknown = ["root", "members", "members_list"].map(|name| workspace[name].is_null());
    assert_eq!((unknown, &workspace["packages"]), ([true; 3], &Value::from(1)));
}

#[test]
fn a_doubtful_time_is_null() {
    let mut unit = lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3));
    unit.timing.as_mut().unwrap().confidence = Confidence::Doubtful;
    let value = value(&analysis(build(vec![unit], &[])));
    let unit = &value["units_list"][0];
    for name in ["start_s", "rmeta_s", "end_s", "duration_s", "front_s", "session"] {
        assert_eq!(unit[name], Value::Null, "{name}");
    }
    assert_eq!(unit["confidence"], "doubtful");
}

#[test]
fn a_link_that_nobody_watched_is_null() {
    let mut unit = lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3));
    let link = |unit| value(&analysis(build(vec![unit], &[])))["units_list"][0]["link_s"].clone();
    assert_eq!(link(unit.clone()), Value::Null);
    unit.timing.as_mut().unwrap().link_s = Some((0.25, 0.3));
    assert_eq!(link(unit), Value::from(0.05));
}

#[test]
fn duplicates_without_times_have_no_seconds() {
    let mut units = vec![lib("log", "0.3.9", timing(0.0, None, 1.0)), lib("log", "0.4.28", timing(0.0, None, 1.0))];
    for unit in &mut units {
        unit.timing = None;
    }
    let value = value(&analysis(build(units, &[])));
    assert_eq!(value["duplicates"][0]["name"], "log");
    assert_eq!(value["duplicates"][0]["vanishing_s"], Value::Null);
    assert_eq!(value["findings"][0]["cost"]["seconds"], Value::Null);
}

#[test]
fn units_are_referred_to_by_their_position() {
    let value = value(&aimds());
    let units = value["units_list"].as_array().unwrap();
    assert_eq!((units.len(), value["edges_list"].as_array().unwrap().len()), (234, 498));
    let step = value["critical_path"].as_array().unwrap().last().unwrap();
    let unit = &units[usize::try_from(step["unit"].as_u64().unwrap()).unwrap()];
    assert_eq!((&unit["package"], &step["label"]), (&Value::from("aimds-response"), &Value::from("aimds-response")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_build_is_one_line_of_json(analysis in arbitrary_analysis()) {
        let text = diagnose(&analysis, CONTEXT);
        prop_assert!(!text.contains('\n'));
        let value: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(value["units_list"].as_array().map(Vec::len), Some(analysis.build.units.len()));
        prop_assert_eq!(value["schema_version"].as_u64(), Some(1));
    }
}
