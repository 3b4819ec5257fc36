//! The data of a page says what the overview says.

use brisk::model::UnitIdx;
use brisk::overview::Overview;
use serde_json::Value;

use super::{data_of, html};
use crate::testing::aimds::aimds;
use crate::testing::outlook::{recorded_aimds, small};
use crate::testing::overview::overview;

fn text<'a>(data: &'a Value, place: &Value) -> &'a str {
    let place = usize::try_from(place.as_u64().unwrap()).unwrap();
    data["strings"][place].as_str().unwrap()
}

#[test]
fn units_keep_their_names_times_and_dependencies() {
    let analysis = recorded_aimds();
    let data = data_of(&html(&Overview::of(analysis.clone())));
    let units = &data["units"];
    for (idx, unit) in analysis.build.iter_units() {
        let at = idx.index();
        assert_eq!(text(&data, &units["package"][at]), unit.package.name);
        assert_eq!(text(&data, &units["version"][at]), unit.package.version.as_deref().unwrap());
        let start_s = units["start"][at].as_f64().unwrap() / 1e4;
        assert!((start_s - unit.timing.unwrap().start_s).abs() <= 0.000_05, "{at}");
        let mut before = 0;
        let steps = units["dependencies"][at].as_array().unwrap().iter();
        let dependencies: Vec<UnitIdx> = steps
            .map(|step| {
                before += u32::try_from(step.as_u64().unwrap()).unwrap();
                UnitIdx(before)
            })
            .collect();
        assert_eq!(dependencies, analysis.graph.dependencies(idx));
    }
}

#[test]
fn words_of_units_are_digits_of_a_list() {
    let analysis = aimds();
    let data = data_of(&html(&Overview::of(analysis.clone())));
    let kind = &data["units"]["kind"];
    let codes = kind["codes"].as_str().unwrap();
    assert_eq!(codes.len(), analysis.build.units.len());
    for (code, unit) in codes.chars().zip(&analysis.build.units) {
        let place = usize::try_from(code.to_digit(10).unwrap()).unwrap();
        assert_eq!(text(&data, &kind["of"][place]), unit.target.kind.as_str());
    }
    assert_eq!(data["units"]["mode"]["of"].as_array().unwrap().len(), 2);
    assert_eq!(data["units"]["platform"]["codes"], "");
}

#[test]
fn what_was_not_measured_is_null() {
    let data = data_of(&html(&Overview::of(aimds())));
    assert!(data["units"]["cpu"].is_null() && data["units"]["link"].is_null() && data["cpu_samples"].is_null());
    assert!(data["build"]["cpu_s"].is_null() && data["build"]["busy"].is_null() && data["outlook"].is_null());
    let stages = data["stages"].as_array().unwrap();
    let before = stages.iter().find(|stage| stage["key"] == "before").unwrap();
    assert!(before["wall_s"].is_null());
    let link = stages.iter().find(|stage| stage["key"] == "link").unwrap();
    assert!(link["wall_s"].is_null() && link["unit_s"].is_null() && link["n"] == 0);
}

#[test]
fn the_stages_of_a_small_build() {
    let data = data_of(&html(&Overview::of(small())));
    let stages = data["stages"].as_array().unwrap();
    let of = |key: &str, field: &str| stages.iter().find(|stage| stage["key"] == key).unwrap()[field].as_f64();
    // log 0 to 1, zlib 2 to 3, app 4 to 6 in their front ends; the linker of app from 6.5 to 7.
    assert_eq!((of("front", "wall_s"), of("front", "unit_s"), of("front", "n")), (Some(4.0), Some(4.0), Some(3.0)));
    assert_eq!((of("back", "wall_s"), of("link", "wall_s")), (Some(2.5), Some(0.5)));
    assert_eq!(of("front", "cpu_s"), None);
}

#[test]
fn a_request_costs_what_nobody_else_asks_for() {
    let data = data_of(&html(&Overview::of(recorded_aimds())));
    let duplicates = data["duplicates"].as_array().unwrap();
    let requests = || duplicates.iter().flat_map(|it| it["versions"].as_array().unwrap());
    let costs = |version: &Value| {
        let pullers = version["pulled_by"].as_array().unwrap().iter();
        pullers.map(|puller| puller["cost_s"].as_f64().unwrap()).collect::<Vec<f64>>()
    };
    let alone: Vec<f64> = requests().filter(|it| costs(it).len() == 1).flat_map(costs).collect();
    assert!(!alone.is_empty() && alone.iter().all(|cost_s| *cost_s > 0.0), "{alone:?}");
    let several: Vec<f64> = requests().filter(|it| costs(it).len() > 3).flat_map(costs).collect();
    assert!(!several.is_empty() && several.contains(&0.0), "{several:?}");
}

#[test]
fn ways_to_a_request_begin_at_a_member() {
    let data = data_of(&html(&Overview::of(recorded_aimds())));
    let reach = data["reach"].as_object().unwrap();
    assert!(!reach.is_empty());
    for of in reach.values() {
        for way in of["ways"].as_array().unwrap() {
            assert!(text(&data, &way[0]).starts_with("aimds-"), "{way}");
        }
    }
}

#[test]
fn every_combination_of_switches_has_its_numbers_and_its_picture() {
    let data = data_of(&html(&overview()));
    let board = &data["board"];
    assert_eq!(board["switches"].as_array().unwrap().len(), 1);
    let spans = |mask: usize| board["combinations"][mask]["spans"].as_str().unwrap().to_owned();
    assert_eq!(spans(0).len(), 3 * 6);
    assert!(spans(1).starts_with('!') && spans(1).len() == 1 + 2 * 6, "{}", spans(1));
    let wall_s = |mask: usize| board["combinations"][mask]["wall_s"][1].as_f64().unwrap();
    assert!(wall_s(1) < wall_s(0));
}

#[test]
fn the_trend_says_when_builds_changed() {
    let data = data_of(&html(&overview()));
    let trend = &data["trend"];
    assert_eq!(trend["points"].as_array().unwrap().len(), 20);
    assert!(trend["changes"].as_array().unwrap().iter().any(|change| change["metric"] == "cpu" && change["at"] == 10));
}
