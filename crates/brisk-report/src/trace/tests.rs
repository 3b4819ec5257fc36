//! What readers of traces rely on, for the builds at hand and for any.

use std::collections::BTreeMap;

use brisk::model::{CpuSample, CpuTime, Execution, Mode, TargetKind, Timing};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testing::aimds::aimds;
use crate::testing::{analysis, arbitrary_analysis, build, dirty, lib, run_script, timing, unit};

const CONTEXT: JsonContext<'static> = JsonContext { brisk_version: "0.1.0", command: "report" };

fn object(analysis: &Analysis) -> Value {
    serde_json::from_str(&trace(analysis, CONTEXT, None)).expect("it is JSON")
}

/// A build with everything that is drawn.
fn rich() -> Analysis {
    let mut app = lib("app", "0.1.0", Timing { link_s: Some((4.5, 4.75)), ..timing(3.0, None, 5.0) });
    (app.target.kind, app.timing) = (TargetKind::Bin, app.timing.map(|it| Timing { codegen_s: Some(4.0), ..it }));
    app.status = dirty("file-changed", "src/main.rs was changed", None);
    app.cpu = Some(CpuTime { user_s: 1.5, sys_s: 0.25 });
    let mut dep = lib("dep", "1.2.3", timing(0.0, Some(1.0), 2.5));
    dep.features = vec!["a".to_owned(), "b".to_owned()];
    let untimed = unit("fresh", "1.0.0", TargetKind::Lib, Mode::Build);
    let units = vec![
        dep,
        lib("mid", "1.0.0", timing(1.0, Some(2.0), 3.0)),
        run_script("mid", "1.0.0", timing(-0.5, None, 0.5)),
        app,
        untimed,
    ];
    let mut build = build(units, &[(1, 0), (1, 2), (3, 1), (3, 0), (3, 4)]);
    build.command = Some(vec!["test".to_owned()]);
    build.cpu_samples = vec![CpuSample { at_s: 2.0, busy: 1.5 }, CpuSample { at_s: 5.0, busy: 0.75 }];
    build.executions = vec![Execution {
        unit: None,
        program: "app-0123".to_owned(),
        start_s: 5.0,
        end_s: 6.0,
        cpu: None,
        max_rss_bytes: None,
        exit_code: Some(0),
    }];
    analysis(build)
}

#[test]
fn a_build_is_drawn_as_slices_arrows_and_counters() {
    let analysis = rich();
    let events = events(&analysis);
    let lines: Vec<String> =
        events.iter().map(|event| serde_json::to_string(event).expect("it can be written")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"ph":"M","name":"process_name","pid":1,"tid":1,"args":{"name":"cargo test"}}
    {"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"slot 1"}}
    {"ph":"M","name":"thread_sort_index","pid":1,"tid":1,"args":{"sort_index":0}}
    {"ph":"M","name":"thread_name","pid":1,"tid":2,"args":{"name":"slot 2"}}
    {"ph":"M","name":"thread_sort_index","pid":1,"tid":2,"args":{"sort_index":1}}
    {"ph":"M","name":"thread_name","pid":1,"tid":3,"args":{"name":"programs 1"}}
    {"ph":"M","name":"thread_sort_index","pid":1,"tid":3,"args":{"sort_index":2}}
    {"ph":"C","name":"units","ts":0,"pid":1,"tid":1,"args":{"at work":1.0}}
    {"ph":"C","name":"units","ts":500000,"pid":1,"tid":1,"args":{"at work":2.0}}
    {"ph":"C","name":"units","ts":1000000,"pid":1,"tid":1,"args":{"at work":1.0}}
    {"ph":"C","name":"units","ts":1500000,"pid":1,"tid":1,"args":{"at work":2.0}}
    {"ph":"C","name":"units","ts":3000000,"pid":1,"tid":1,"args":{"at work":1.0}}
    {"ph":"C","name":"units","ts":3500000,"pid":1,"tid":1,"args":{"at work":1.0}}
    {"ph":"C","name":"units","ts":5500000,"pid":1,"tid":1,"args":{"at work":0.0}}
    {"ph":"C","name":"busy","ts":500000,"pid":1,"tid":1,"args":{"processors":1.5}}
    {"ph":"C","name":"busy","ts":2500000,"pid":1,"tid":1,"args":{"processors":0.75}}
    {"ph":"X","name":"mid build script (run)","cat":"unit","ts":0,"dur":1000000,"pid":1,"tid":1,"args":{"unit":2,"package":"mid","version":"1.0.0","target":"mid","critical":false}}
    {"ph":"X","name":"dep","cat":"unit","ts":500000,"dur":2500000,"pid":1,"tid":2,"args":{"unit":0,"package":"dep","version":"1.2.3","target":"dep","features":"a, b","critical":true}}
    {"ph":"X","name":"front end","cat":"stage","ts":500000,"dur":1000000,"pid":1,"tid":2}
    {"ph":"X","name":"code generation","cat":"stage","ts":1500000,"dur":1500000,"pid":1,"tid":2}
    {"ph":"X","name":"mid","cat":"unit","ts":1500000,"dur":2000000,"pid":1,"tid":1,"args":{"unit":1,"package":"mid","version":"1.0.0","target":"mid","critical":true}}
    {"ph":"X","name":"front end","cat":"stage","ts":1500000,"dur":1000000,"pid":1,"tid":1}
    {"ph":"X","name":"code generation","cat":"stage","ts":2500000,"dur":1000000,"pid":1,"tid":1}
    {"ph":"X","name":"app (bin app)","cat":"unit","ts":3500000,"dur":2000000,"pid":1,"tid":1,"args":{"unit":3,"package":"app","version":"0.1.0","target":"app","cpu_s":1.75,"rebuilt":"src/main.rs was changed","critical":true}}
    {"ph":"X","name":"front end","cat":"stage","ts":3500000,"dur":1000000,"pid":1,"tid":1}
    {"ph":"X","name":"code generation","cat":"stage","ts":4500000,"dur":500000,"pid":1,"tid":1}
    {"ph":"X","name":"linker","cat":"stage","ts":5000000,"dur":250000,"pid":1,"tid":1}
    {"ph":"X","name":"app-0123","cat":"program","ts":5500000,"dur":1000000,"pid":1,"tid":3,"args":{"exit_code":0}}
    {"ph":"s","name":"dependency","cat":"dependency","ts":1500000,"pid":1,"tid":2,"id":0}
    {"ph":"f","name":"dependency","cat":"dependency","ts":1500000,"pid":1,"tid":1,"id":0,"bp":"e"}
    {"ph":"s","name":"dependency","cat":"dependency","ts":3499999,"pid":1,"tid":1,"id":1}
    {"ph":"f","name":"dependency","cat":"dependency","ts":3500000,"pid":1,"tid":1,"id":1,"bp":"e"}
    "#);
}

#[test]
fn the_object_is_also_that_of_the_report() {
    let analysis = rich();
    let mut trace = object(&analysis);
    let report: Value = serde_json::from_str(&crate::json::stored(&analysis, CONTEXT, None)).expect("it is JSON");
    let fields = trace.as_object_mut().expect("an object");
    assert!(fields.remove("traceEvents").is_some_and(|events| events.is_array()));
    assert_eq!(fields.remove("displayTimeUnit"), Some("ms".into()));
    assert_eq!(trace, report);
}

/// An older Perfetto stops at the first key that it does not know.
#[test]
fn events_come_first() {
    let text = trace(&rich(), CONTEXT, None);
    assert!(text.starts_with(r#"{"traceEvents":[{"#), "{}", &text[..40]);
}

#[test]
fn a_build_without_times_has_a_name_only() {
    let analysis = analysis(build(Vec::new(), &[]));
    assert_eq!(events(&analysis).len(), 1);
    check(&object(&analysis));
}

#[test]
fn a_real_build_has_an_arrow_to_nearly_every_unit_that_waits() {
    let aimds = aimds();
    let trace = object(&aimds);
    check(&trace);
    let n = |ph: &str| events_of(&trace, ph).count();
    let waits = aimds.build.iter_units().filter(|(idx, _)| !aimds.graph.dependencies(*idx).is_empty()).count();
    assert!(n("f") * 10 >= waits * 9, "{} arrows, {waits} units that wait for another", n("f"));
    assert!(n("X") >= 234);
    let lanes = events_of(&trace, "M").filter(|event| event["name"] == "thread_name").count();
    assert_eq!(lanes, aimds.parallelism.max as usize, "as many as units at once");
}

proptest! {
    #[test]
    fn any_build_is_drawn_by_the_rules(analysis in arbitrary_analysis()) {
        check(&object(&analysis));
    }
}

fn events_of<'t>(trace: &'t Value, ph: &str) -> impl Iterator<Item = &'t Value> {
    let events = trace["traceEvents"].as_array().expect("a list");
    events.iter().filter(move |event| event["ph"] == ph)
}

fn number(event: &Value, key: &str) -> u64 {
    event[key].as_u64().unwrap_or_else(|| panic!("{key} is no whole number that is not negative: {event}"))
}

/// From, to.
fn stretch(slice: &Value) -> (u64, u64) {
    let from = number(slice, "ts");
    (from, from + number(slice, "dur"))
}

/// The rules that Perfetto and Catapult go by.
fn check(trace: &Value) {
    let known = ["X", "s", "f", "C", "M"];
    for event in trace["traceEvents"].as_array().expect("a list") {
        assert!(known.iter().any(|ph| event["ph"] == *ph) && event["name"].is_string(), "{event}");
        assert_eq!(event["pid"], 1);
        assert!(number(event, "tid") > 0);
        if event["ph"] != "M" {
            number(event, "ts");
        }
    }
    slices_nest(trace);
    arrows_have_both_ends_in_slices(trace);
    for counter in events_of(trace, "C") {
        let values = counter["args"].as_object().expect("an object").values();
        assert!(values.into_iter().all(Value::is_number), "{counter}");
    }
}

/// In the order in which a reader takes them, by time and else as they come, no slice goes beyond one that is open.
fn slices_nest(trace: &Value) {
    let mut lanes: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for slice in events_of(trace, "X") {
        lanes.entry(number(slice, "tid")).or_default().push(slice);
    }
    for slices in lanes.values_mut() {
        slices.sort_by_key(|slice| number(slice, "ts"));
        let mut open: Vec<&Value> = Vec::new();
        for slice in slices {
            let (from, to) = stretch(slice);
            open.retain(|open| stretch(open).1 > from);
            if let Some(around) = open.last() {
                assert!(to <= stretch(around).1, "{slice} goes beyond {around}");
                let is_within = slice["cat"] == "stage" && around["cat"] == "unit";
                assert!(is_within, "{slice} is not within {around}, but beside it");
            }
            open.push(slice);
        }
    }
}

fn arrows_have_both_ends_in_slices(trace: &Value) {
    let by_id = |ph: &str| {
        let mut by_id: BTreeMap<u64, &Value> = BTreeMap::new();
        for event in events_of(trace, ph) {
            assert!(by_id.insert(number(event, "id"), event).is_none(), "twice: {event}");
        }
        by_id
    };
    let (starts, ends) = (by_id("s"), by_id("f"));
    assert!(starts.keys().eq(ends.keys()), "{starts:?} {ends:?}");
    for (start, end) in starts.values().zip(ends.values()) {
        assert!(number(start, "ts") <= number(end, "ts"), "{start} {end}");
        assert_eq!((&start["name"], &start["cat"]), (&end["name"], &end["cat"]));
        assert_eq!(end["bp"], "e");
        for event in [start, end] {
            let is_around = |slice: &Value| {
                let (from, to) = stretch(slice);
                let at = number(event, "ts");
                slice["tid"] == event["tid"] && slice["cat"] == "unit" && from <= at && (at < to || from == to)
            };
            assert!(events_of(trace, "X").any(is_around), "in no slice: {event}");
        }
    }
}
