//! The object of `what-if`.

use brisk::model::{Build, Summary, UnitIdx};
use brisk::outlook::{Outlook, Scenario, ScenarioKind};
use brisk::simulate::what_if::{Baseline, Prediction, Range};
use brisk::simulate::{CostBasis, Schedule, Span};
use serde::Serialize;

use super::number::{ratio, seconds};
use super::{JsonContext, ProblemView, SCHEMA_VERSION};

/// What could become of a build.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIf<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: &'a str,
    /// The verb that wrote it.
    pub command: &'a str,
    /// The run that is predicted from.
    pub run: BaseRunView<'a>,
    /// That build as it is.
    pub baseline: BaselineView,
    /// What could become of it: what was asked for first; else findings by worth, the same on top of each other in the best
    /// order, and packages.
    pub scenarios: Vec<ScenarioView<'a>>,
    /// What could not be read or decided.
    pub problems: Vec<ProblemView<'a>>,
}

/// The run that is predicted from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BaseRunView<'a> {
    /// Its id.
    pub id: &'a str,
    /// The Cargo command after `cargo`.
    pub command: Option<&'a [String]>,
}

/// The build, played out as it is.
#[derive(Clone, Debug, Serialize)]
pub struct BaselineView {
    /// Wall seconds as played out: what scenarios are compared with.
    pub wall_s: Option<f64>,
    /// CPU seconds as played out; `null` where not all of them were measured.
    pub cpu_s: Option<f64>,
    /// Cargo's `-j`.
    pub jobs: u32,
    /// Processors.
    pub processors: u32,
    /// Wall seconds from the start of the first unit to the end of the last one, as recorded.
    pub measured_wall_s: Option<f64>,
    /// CPU seconds of the command, or of all units where only those were measured, as recorded.
    pub measured_cpu_s: Option<f64>,
    /// Share of the machine that other programs took meanwhile (0 to 1).
    pub foreign_cpu: Option<f64>,
    /// Whether that was so much that absolute times are too long; intervals are wider then.
    pub disturbed: bool,
    /// What no schedule of the same work can beat.
    pub bound_s: Option<f64>,
    /// What costs are counted in: `cpu` or `unit-seconds`.
    pub cost_basis: &'static str,
    /// When each unit is at work, as played out; `null` unless something was asked for.
    pub timeline: Option<Vec<SpanView>>,
}

/// A change and what it would bring.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioView<'a> {
    /// What is supposed.
    pub name: &'a str,
    /// `asked`: all that was asked for; `part`: one of several changes that were asked for; `finding`: the cure of a
    /// finding; `cumulative`: the same on top of those before it; `free`: a package takes no time.
    pub kind: &'static str,
    /// Key of the finding, or the package; `null` for what was asked for.
    pub key: Option<&'a str>,
    /// Cargo's `-j` then.
    pub jobs: u32,
    /// Processors then.
    pub processors: u32,
    /// Whether it is of more processors than any recorded build had.
    pub unverified: bool,
    /// Wall seconds without the change: those of the baseline, but for a change of a rebuild.
    pub before_wall_s: Option<f64>,
    /// Wall seconds then.
    pub wall_s: RangeView,
    /// CPU seconds then, most likely; `null` where the costs are not CPU time.
    pub cpu_s: Option<f64>,
    /// The same with its interval.
    pub cpu_range_s: Option<RangeView>,
    /// Change of the wall time (-0.25 is a quarter less).
    pub delta: RangeView,
    /// Change of the CPU time; `null` where the costs are not CPU time.
    pub cpu_delta: Option<RangeView>,
    /// `simulated`, or `replayed` where rustc was run again for it.
    pub basis: &'static str,
    /// What no schedule can beat then.
    pub bound_s: Option<f64>,
    /// Units that are no longer built, with their versions.
    pub units_removed: Vec<String>,
    /// What has to be said of it.
    pub caveats: &'a [String],
    /// When each unit would be at work; `null` unless it is what was asked for.
    pub timeline: Option<Vec<SpanView>>,
}

/// The most likely value, and the ends of the interval that nine of ten measurements should lie in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RangeView {
    /// Lower end.
    pub low: Option<f64>,
    /// Most likely.
    pub mid: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// When a unit is at work, in seconds since the first one may start.
#[derive(Clone, Debug, Serialize)]
pub struct SpanView {
    /// Its position in `units_list` of the run (`report`); `null` for what that build does not have.
    pub unit: Option<u32>,
    /// What people call it, with its version.
    pub label: String,
    /// Cargo begins with it.
    pub start_s: Option<f64>,
    /// Its front end is over: libraries that need it may start.
    pub front_end_s: Option<f64>,
    /// It is done.
    pub end_s: Option<f64>,
}

/// The object of `what-if` in one line, without a line feed.
pub fn what_if(outlook: &Outlook, context: JsonContext<'_>) -> String {
    serde_json::to_string(&WhatIf::of(outlook, context)).expect("the structs have string keys and finite numbers only")
}

impl<'a> WhatIf<'a> {
    /// The views of all parts of `outlook`.
    pub fn of(outlook: &'a Outlook, context: JsonContext<'a>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            brisk_version: context.brisk_version,
            command: context.command,
            run: BaseRunView { id: &outlook.run, command: outlook.build.command.as_deref() },
            baseline: BaselineView::of(outlook),
            scenarios: outlook.scenarios.iter().map(|scenario| ScenarioView::of(outlook, scenario)).collect(),
            problems: outlook.problems.iter().map(ProblemView::of).collect(),
        }
    }
}

impl BaselineView {
    fn of(outlook: &Outlook) -> Self {
        let Outlook { build, baseline, scenarios, .. } = outlook;
        let is_asked = scenarios.iter().any(|scenario| scenario.kind == ScenarioKind::Asked);
        Self {
            wall_s: seconds(baseline.wall_s),
            cpu_s: cpu(baseline, baseline.cpu_s).and_then(seconds),
            jobs: baseline.host.jobs,
            processors: baseline.host.processors,
            measured_wall_s: outlook.baseline.measured_wall_s(build).and_then(seconds),
            measured_cpu_s: Summary::of(build).cpu.and_then(|(cpu_s, _)| seconds(cpu_s)),
            foreign_cpu: baseline.foreign_cpu.and_then(ratio),
            disturbed: baseline.is_disturbed(),
            bound_s: seconds(baseline.bound_s),
            cost_basis: match baseline.cost_basis {
                CostBasis::Cpu => "cpu",
                CostBasis::UnitSeconds => "unit-seconds",
            },
            timeline: is_asked.then(|| timeline(build, &baseline.schedule, &[])),
        }
    }
}

impl<'a> ScenarioView<'a> {
    fn of(outlook: &Outlook, scenario: &'a Scenario) -> Self {
        let Outlook { build, baseline, .. } = outlook;
        let prediction: &Prediction = &scenario.prediction;
        let (kind, key) = kind(&scenario.kind);
        let is_asked = scenario.kind == ScenarioKind::Asked;
        Self {
            name: &prediction.name,
            kind,
            key,
            jobs: prediction.host.jobs,
            processors: prediction.host.processors,
            unverified: prediction.is_unverified,
            before_wall_s: seconds(prediction.before_wall_s),
            wall_s: RangeView::of(prediction.wall_s),
            cpu_s: cpu(baseline, prediction.cpu_s.mid).and_then(seconds),
            cpu_range_s: cpu(baseline, prediction.cpu_s).map(RangeView::of),
            delta: RangeView::of(prediction.wall_delta),
            cpu_delta: cpu(baseline, prediction.cpu_delta).map(RangeView::of),
            basis: prediction.basis.as_str(),
            bound_s: seconds(prediction.bound_s),
            units_removed: prediction.removed.iter().map(|&idx| label(build, idx)).collect(),
            caveats: &prediction.caveats,
            timeline: is_asked.then(|| timeline(build, &prediction.schedule, &prediction.added)),
        }
    }
}

/// What is said of CPU time, unless it is that of something else.
fn cpu<T>(baseline: &Baseline, of_work: T) -> Option<T> {
    (baseline.cost_basis == CostBasis::Cpu).then_some(of_work)
}

fn kind(kind: &ScenarioKind) -> (&'static str, Option<&str>) {
    match kind {
        ScenarioKind::Asked => ("asked", None),
        ScenarioKind::Part => ("part", None),
        ScenarioKind::Finding(key) => ("finding", Some(key)),
        ScenarioKind::Cumulative(key) => ("cumulative", Some(key)),
        ScenarioKind::Free(package) => ("free", Some(package)),
    }
}

/// `serde v1.0.228 build script (run)`
fn label(build: &Build, idx: UnitIdx) -> String {
    let unit = build.unit(idx);
    let label = unit.label();
    let what = label.strip_prefix(unit.package.name.as_str()).unwrap_or_default();
    format!("{}{what}", unit.package)
}

/// Units that are at work, in the order of the build; those that it does not have follow.
fn timeline(build: &Build, schedule: &Schedule, added: &[String]) -> Vec<SpanView> {
    let spans = schedule.spans.iter().zip(0..).filter_map(|(span, idx)| Some(((*span)?, idx)));
    spans.map(|(span, idx)| SpanView::of(build, added, span, idx)).collect()
}

impl SpanView {
    fn of(build: &Build, added: &[String], span: Span, idx: u32) -> Self {
        let unit = build.units.get(UnitIdx(idx).index()).map(|_| idx);
        Self {
            unit,
            label: unit.map_or_else(
                || added.get(idx as usize - build.units.len()).cloned().unwrap_or_default(),
                |idx| label(build, UnitIdx(idx)),
            ),
            start_s: seconds(span.start_s),
            front_end_s: seconds(span.front_end_s),
            end_s: seconds(span.end_s),
        }
    }
}

impl RangeView {
    fn of(range: Range) -> Self {
        Self { low: seconds(range.low), mid: seconds(range.mid), high: seconds(range.high) }
    }
}

#[cfg(test)]
mod tests {
    use brisk::simulate::what_if::Hypothesis;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::testing::outlook::{arbitrary_outlook, outlook, package, recorded_aimds, small, without_log};

    const CONTEXT: JsonContext<'static> = JsonContext { brisk_version: "0.1.0", command: "what-if" };

    fn value(outlook: &Outlook) -> Value {
        serde_json::from_str(&what_if(outlook, CONTEXT)).unwrap()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a whole object")]
    fn the_object_of_a_small_outlook() {
        let outlook = outlook(&small(), vec![without_log()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&value(&outlook)).unwrap(), @r#"
        {
          "baseline": {
            "bound_s": 7.0,
            "cost_basis": "cpu",
            "cpu_s": 7.0,
            "disturbed": false,
            "foreign_cpu": 0.01,
            "jobs": 1,
            "measured_cpu_s": 7.0,
            "measured_wall_s": 7.0,
            "processors": 1,
            "timeline": [
              {
                "end_s": 2.13,
                "front_end_s": 1.065,
                "label": "log v0.4.28",
                "start_s": 0.0,
                "unit": 0
              },
              {
                "end_s": 4.26,
                "front_end_s": 3.195,
                "label": "zlib v1.3.1",
                "start_s": 2.13,
                "unit": 1
              },
              {
                "end_s": 7.951,
                "front_end_s": 6.816,
                "label": "app v0.1.0 (bin app)",
                "start_s": 4.26,
                "unit": 2
              }
            ],
            "wall_s": 7.951
          },
          "brisk_version": "0.1.0",
          "command": "what-if",
          "problems": [],
          "run": {
            "command": [
              "build"
            ],
            "id": "20261121T080919Z-2aa664"
          },
          "scenarios": [
            {
              "basis": "simulated",
              "before_wall_s": 7.951,
              "bound_s": 5.496,
              "caveats": [],
              "cpu_delta": {
                "high": -0.251933,
                "low": -0.319496,
                "mid": -0.285714
              },
              "cpu_range_s": {
                "high": 5.236471,
                "low": 4.763529,
                "mid": 5.0
              },
              "cpu_s": 5.0,
              "delta": {
                "high": -0.234109,
                "low": -0.301672,
                "mid": -0.267891
              },
              "jobs": 1,
              "key": null,
              "kind": "asked",
              "name": "cut app->log",
              "processors": 1,
              "timeline": [
                {
                  "end_s": 2.13,
                  "front_end_s": 1.065,
                  "label": "zlib v1.3.1",
                  "start_s": 0.0,
                  "unit": 1
                },
                {
                  "end_s": 5.821,
                  "front_end_s": 4.686,
                  "label": "app v0.1.0 (bin app)",
                  "start_s": 2.13,
                  "unit": 2
                }
              ],
              "units_removed": [
                "log v0.4.28"
              ],
              "unverified": false,
              "wall_s": {
                "high": 6.217048,
                "low": 5.424952,
                "mid": 5.821
              }
            }
          ],
          "schema_version": 1
        }
        "#);
    }

    #[test]
    fn several_changes_are_parts_too_and_only_the_whole_has_a_time_line() {
        let value = value(&outlook(&small(), vec![without_log(), Hypothesis::Jobs(4)]));
        let told = |scenario: &Value| (scenario["kind"].clone(), scenario["timeline"].is_null());
        let scenarios: Vec<(Value, bool)> = value["scenarios"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(scenarios, [("asked".into(), false), ("part".into(), true), ("part".into(), true)]);
        let jobs = &value["scenarios"][2];
        assert_eq!((&jobs["jobs"], &jobs["processors"], &jobs["unverified"]), (&4.into(), &4.into(), &true.into()));
    }

    #[test]
    fn findings_and_packages_are_told_by_their_keys() {
        let value = value(&outlook(&recorded_aimds(), Vec::new()));
        let scenarios = value["scenarios"].as_array().unwrap();
        let keys = |kind: &str| -> Vec<&str> {
            scenarios.iter().filter(|it| it["kind"] == kind).map(|it| it["key"].as_str().unwrap()).collect()
        };
        assert!(keys("finding").contains(&"duplicate-version:dashmap"));
        assert!(keys("cumulative").contains(&"duplicate-version:dashmap"));
        assert!(keys("free").contains(&"tokio v1.54.1"));
        assert!(value["baseline"]["timeline"].is_null());
    }

    #[test]
    fn a_part_of_a_split_crate_is_no_unit_of_the_build() {
        let value = value(&outlook(&small(), vec![Hypothesis::Split(package("zlib"), 2)]));
        let last = value["scenarios"][0]["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["unit"], &last["label"]), (&Value::Null, &"zlib, part 2".into()));
    }

    #[test]
    fn what_is_no_cpu_time_is_null() {
        let mut analysis = small();
        for unit in &mut analysis.build.units {
            unit.cpu = None;
        }
        let value = value(&outlook(&analysis, vec![without_log()]));
        let (baseline, scenario) = (&value["baseline"], &value["scenarios"][0]);
        assert_eq!(baseline["cost_basis"], "unit-seconds");
        for unknown in [&baseline["cpu_s"], &baseline["measured_cpu_s"], &scenario["cpu_s"], &scenario["cpu_delta"]] {
            assert_eq!(unknown, &Value::Null);
        }
        assert_eq!(scenario["wall_s"]["mid"], 5.0);
    }

    #[test]
    fn a_rebuild_is_compared_with_the_same_rebuild() {
        let value = value(&outlook(&small(), vec![Hypothesis::Touch(package("app")), without_log()]));
        let scenario = &value["scenarios"][0];
        let (before_s, baseline_s) = (&scenario["before_wall_s"], &value["baseline"]["wall_s"]);
        assert!(before_s.as_f64().unwrap() < baseline_s.as_f64().unwrap(), "{before_s} {baseline_s}");
        assert_eq!(scenario["delta"]["mid"], 0.0);
    }

    proptest! {
        // Each case plays a build of some dozen units out many times.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_outlook_is_one_line_of_json_without_negative_zeros(outlook in arbitrary_outlook()) {
            let text = what_if(&outlook, CONTEXT);
            let is_negative_zero = ["-0.0,", "-0.0}"].iter().any(|zero| text.contains(&format!(":{zero}")));
            prop_assert!(!text.contains('\n') && !is_negative_zero);
            let value: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(value["scenarios"].as_array().map(Vec::len), Some(outlook.scenarios.len()));
        }
    }
}
