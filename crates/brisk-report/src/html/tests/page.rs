//! Pages of small, large and hostile builds.

use brisk::overview::{Overview, Prospects, Switchboard};
use proptest::prelude::*;

use serde_json::Value;

use super::{OPTIONS, data_of, html};
use crate::html::HtmlOptions;
use crate::html::data::Data;
use crate::testing::large::large;
use crate::testing::outlook::arbitrary_outlook;
use crate::testing::overview::overview;
use crate::testing::{analysis, arbitrary_analysis, build};

/// What is promised of 2,000 units.
const PROMISED_BYTES: usize = 1_500_000;

#[test]
fn the_page_of_2000_units_can_be_sent_to_somebody() {
    let html = html(&large(2000));
    assert!(html.len() < PROMISED_BYTES, "{} bytes", html.len());
    let data = data_of(&html);
    assert_eq!(data["units"]["n"], 2000);
    let combinations = data["board"]["combinations"].as_array().unwrap();
    let pictures = combinations.iter().filter(|combination| combination["spans"].is_string()).count();
    assert_eq!(combinations.len(), 64);
    assert!(pictures >= 32, "{pictures} of 64 combinations have a picture");
    assert!(combinations[0]["spans"].is_string() && combinations[63]["spans"].is_string());
}

#[test]
fn pictures_take_no_more_room_than_there_is() {
    let overview = large(100);
    let board = &overview.prospects.as_ref().unwrap().switchboard;
    let mut data = Data::of(&overview, &OPTIONS);
    // A picture takes six bytes for each unit: nothing and everything come first.
    data.picture(board, 1300);
    let data: Value = serde_json::from_str(&data.json()).unwrap();
    let combinations = data["board"]["combinations"].as_array().unwrap();
    let pictured = (0..64).filter(|&mask: &usize| combinations[mask]["spans"].is_string());
    assert_eq!(pictured.collect::<Vec<_>>(), [0, 63]);
    assert!(combinations.iter().all(|combination| combination["wall_s"].is_array()));
}

#[test]
fn a_script_of_the_server_is_the_last_one_of_the_page() {
    let options = HtmlOptions { live: Some("reloads()"), ..OPTIONS };
    let html = crate::html::page(&overview(), &options);
    assert!(
        html.ends_with("</script>\n<script>reloads()</script>\n</body>\n</html>\n"),
        "{}",
        &html[html.len() - 90..]
    );
    assert!(html.contains("connect-src &#39;self&#39;;"));
}

#[test]
fn the_page_begins_with_its_policy_and_the_name_of_the_workspace() {
    let html = html(&overview());
    let (head, _) = html.split_once("<body>").unwrap();
    assert!(head.starts_with("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"));
    assert!(head.contains("content=\"default-src &#39;none&#39;; script-src &#39;sha256-"), "{head:.600}");
    assert!(head.contains("<title>demo: build report</title>"));
    assert!(html.contains("<h1><bdi dir=\"ltr\">demo</bdi></h1>"));
}

#[test]
fn what_is_said_without_scripts_has_the_main_numbers() {
    let html = html(&overview());
    assert!(html.contains("3 units, 7.00 s of wall time, 7.00 s of CPU time, 2 findings."), "no headline");
}

#[test]
fn a_build_of_nothing_has_a_page() {
    let data = data_of(&html(&Overview::of(analysis(build(Vec::new(), &[])))));
    assert_eq!(data["units"]["n"], 0);
    assert!(data["build"]["wall_s"].is_null() && data["disk"].is_null() && data["trend"].is_null());
}

#[test]
fn the_name_of_the_workspace_is_text() {
    let mut overview = overview();
    overview.analysis.workspace.root = "/src/<img src=x>&\"'".to_owned();
    let html = html(&overview);
    assert!(!html.contains("<img"));
    assert!(html.contains("<title>&#60;img src=x&#62;&#38;&#34;&#39;: build report</title>"), "{:.900}", html);
}

fn arbitrary_overview() -> impl Strategy<Value = Overview> {
    // Values of strategies that are made of others are large: in boxes they fit on the stack of a test.
    let prospects = arbitrary_outlook().boxed().prop_map(|outlook| {
        let switchboard = Switchboard { switches: Vec::new(), combinations: Vec::new() };
        Prospects { outlook, switchboard }
    });
    (arbitrary_analysis().boxed(), proptest::option::of(any::<String>()), proptest::option::of(prospects.boxed()))
        .prop_map(|(analysis, run, prospects)| Overview { run, prospects, ..Overview::of(analysis) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Three scripts, of which one is the data, and nothing else that a name could have opened or closed.
    #[test]
    fn no_name_becomes_markup(overview in arbitrary_overview()) {
        let html = html(&overview);
        prop_assert_eq!(html.matches("<script").count(), 3);
        prop_assert_eq!(html.matches("</script").count(), 3);
        prop_assert!(!html.contains("<!--"));
        let data = data_of(&html);
        prop_assert_eq!(data["units"]["n"].as_u64(), Some(overview.analysis.build.units.len() as u64));
        prop_assert_eq!(data["run"].as_str(), overview.run.as_deref());
    }
}
