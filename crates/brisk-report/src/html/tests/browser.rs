//! The page in a real browser. Without one these tests pass with a word on it; CI has one.

use brisk::detect::Effort;
use brisk::overview::{Overview, Prospects};
use brisk::simulate::what_if::{Base, Baseline};
use serde_json::json;

use super::html;
use crate::format;
use crate::testing::chromium::Chromium;
use crate::testing::outlook::recorded_aimds;
use crate::testing::overview::overview;

/// A build of 234 units with findings, predictions, a trend and a disk.
fn whole() -> Overview {
    let mut analysis = recorded_aimds();
    // Every switch doubles what is played out.
    analysis.findings.truncate(5);
    analysis.findings[0].command = Some("cargo remove --package 'a b' c".to_owned());
    analysis.findings[0].effort = Effort::Small;
    let base = Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace };
    let run = "20261121T080919Z-2aa664".to_owned();
    let prospects = Prospects::of(run.clone(), base, Baseline::of(base), &analysis, Vec::new());
    Overview { run: Some(run), prospects: Some(prospects), trend: overview().trend, analysis }
}

#[test]
fn a_report_can_be_used_in_a_browser() {
    let Some(mut browser) = Chromium::start() else { return };
    browser.show(&html(&whole()));
    every_view_shows_something(&mut browser);
    wheel_and_keys_zoom(&mut browser);
    units_are_found_by_name(&mut browser);
    a_switch_changes_numbers_and_picture(&mut browser);
    a_command_is_copied(&mut browser);
    numbers_are_written_as_everywhere(&mut browser);
    light_and_dark_change_places(&mut browser);
    nothing_is_wider_than_the_window(&mut browser);
    the_browser_has_nothing_to_complain_of(&mut browser);
}

fn every_view_shows_something(browser: &mut Chromium) {
    let short = browser.value(
        "[...document.querySelectorAll('section')].filter((section) =>
            section.querySelector('.view').innerText.trim().length < 40
            || section.innerText.includes('could not be drawn')).map((section) => section.id)",
    );
    assert_eq!(short, json!([]));
    let zeros = browser.value("document.body.innerText.match(/NaN|undefined|\\[object/)");
    assert!(zeros.is_null(), "{zeros}");
}

fn wheel_and_keys_zoom(browser: &mut Chromium) {
    const CHART: &str = "#waterfall .gantt-scroll";
    const LENGTH: &str = "(({ from, to }) => to - from)(document.querySelector('#waterfall .gantt').dataset)";
    let whole_s = browser.value(LENGTH).as_f64().unwrap();
    browser.zoom(CHART);
    let closer_s = browser.value(LENGTH).as_f64().unwrap();
    assert!(closer_s < whole_s * 0.8, "{closer_s} of {whole_s}");
    browser.click("#waterfall [aria-label='Zoom in']");
    assert!(browser.value(LENGTH).as_f64().unwrap() < closer_s);
    browser.value(&format!("document.querySelector('{CHART}').focus()"));
    browser.press("0", "0");
    assert_eq!(browser.value(LENGTH).as_f64(), Some(whole_s));
    browser.press("ArrowDown", "");
    assert!(browser.text("#unit-details").contains("What it waited for"), "{}", browser.text("#unit-details"));
}

fn units_are_found_by_name(browser: &mut Chromium) {
    browser.click("#waterfall-search");
    browser.type_text("serde");
    let n_found = browser.text("#waterfall .count");
    assert!(n_found.ends_with(" of 234"), "{n_found}");
    browser.press("Enter", "\r");
    assert!(browser.text("#waterfall .count").starts_with("1 of "), "{}", browser.text("#waterfall .count"));
    assert!(browser.text("#unit-details h3").contains("serde"), "{}", browser.text("#unit-details h3"));
}

fn a_switch_changes_numbers_and_picture(browser: &mut Chromium) {
    const NUMBERS: &str = "#what-if .compared-all";
    const UNITS: &str = "#what-if .side:last-child > .note";
    const SWITCH: &str = "#what-if .switch input";
    let (numbers, units) = (browser.text(NUMBERS), browser.text(UNITS));
    browser.click(SWITCH);
    assert_ne!(browser.text(NUMBERS), numbers);
    assert_ne!(browser.text(UNITS), units);
    browser.click(SWITCH);
    assert_eq!((browser.text(NUMBERS), browser.text(UNITS)), (numbers, units));
}

fn a_command_is_copied(browser: &mut Chromium) {
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.ask("Browser.grantPermissions", &permissions);
    browser.click("#summary .copy");
    let is_copied = "document.querySelector('#summary .copy').innerText === 'Copied'";
    browser.value(&format!(
        "new Promise((resolve) => {{ const look = () => {is_copied} ? resolve(true) : setTimeout(look, 5); look(); }})"
    ));
    assert_eq!(browser.value("navigator.clipboard.readText()"), "cargo remove --package 'a b' c");
}

/// The script has the rules of `format` once more.
fn numbers_are_written_as_everywhere(browser: &mut Chromium) {
    let numbers = [
        0.0,
        0.004,
        0.005,
        0.125,
        0.375,
        0.84,
        2.5,
        9.994,
        9.996,
        12.25,
        12.34,
        59.94,
        59.96,
        72.0,
        89.5,
        3599.4,
        3599.6,
        7500.0,
        -1.5,
        0.0264,
        -0.0995,
        -0.0994,
        -0.0001,
        0.145,
        0.005_000_1,
        1023.0,
        1024.0,
        1_048_576.0,
        9_762_000.0,
    ];
    for number in numbers {
        let ours = [
            format::duration(number),
            format::percent(number.abs()),
            format::change(number),
            format::ratio(number),
            format::axis_moment(number, 0.5, 30.0),
            format::axis_moment(number, 60.0, 7200.0),
            format::duration_range(number, number * 1.5),
            format::change_range(number, number * 1.5),
        ];
        let theirs = browser.value(&format!(
            "(({{ duration, percent, change, ratio, axisMoment, durationRange, changeRange }}, n) => [
                duration(n), percent(Math.abs(n)), change(n), ratio(n), axisMoment(n, 0.5, 30), axisMoment(n, 60, 7200),
                durationRange(n, n * 1.5), changeRange(n, n * 1.5),
            ])(brisk.format, {number:?})"
        ));
        assert_eq!(theirs, json!(ours), "{number}");
    }
    for n in [0_usize, 1, 2, 11, 12, 13, 21, 999, 1000, 1023, 1024, 12_345, 1_000_000, 889_798_656] {
        let ours = [format::number(n as u64), format::count(n, "unit"), format::ordinal(n), format::bytes(n as u64)];
        let script = "(({ number, count, ordinal, bytes }, n) => [number(n), count(n, 'unit'), ordinal(n), bytes(n)])";
        assert_eq!(browser.value(&format!("{script}(brisk.format, {n})")), json!(ours), "{n}");
    }
    for age_s in [-3600.0, -1.0, 59.0, 60.0, 7199.0, 172_800.0, 3e6] {
        let at = 1_795_248_559.8;
        let ours = format::moment(at, Some(at + age_s));
        assert_eq!(browser.value(&format!("brisk.format.moment({at}, {at} + {age_s})")), json!(ours), "{age_s}");
    }
}

fn light_and_dark_change_places(browser: &mut Chromium) {
    const COLOR: &str = "getComputedStyle(document.body).backgroundColor";
    let before = browser.value(COLOR);
    browser.click("#theme");
    assert_ne!(browser.value(COLOR), before);
    browser.click("#theme");
    assert_eq!(browser.value(COLOR), before);
}

fn nothing_is_wider_than_the_window(browser: &mut Chromium) {
    for width in [390, 800, 1440] {
        browser.resize(width, 900);
        let wide = browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(wide, 0, "at {width} pixels");
    }
}

fn the_browser_has_nothing_to_complain_of(browser: &mut Chromium) {
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let elsewhere =
        browser.requests().into_iter().filter(|url| !url.ends_with("/report.html") && !url.starts_with("data:"));
    assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<String>::new());
}

const HOSTILE: [&str; 9] = [
    "<script>window.pwned = 1</script>",
    "\"><img src=x onerror='window.pwned = 1'>",
    "</script><script>window.pwned = 1</script><!--",
    "it's \"quoted\" & <b>bold</b>",
    "\u{202e}gnp.exe\u{202c}",
    "שלום-עולם",
    "🦀👩\u{200d}👩\u{200d}👧",
    "line\nfeed\u{2028}and\ttab",
    "javascript:window.pwned=1",
];

#[test]
fn hostile_names_are_only_text_in_a_browser() {
    let Some(mut browser) = Chromium::start() else { return };
    let long = "x".repeat(300);
    let names: Vec<&str> = HOSTILE.into_iter().chain([long.as_str()]).collect();
    let mut overview = whole();
    for (unit, name) in overview.analysis.build.units.iter_mut().zip(names.iter().cycle()) {
        unit.package.name = (*name).to_owned();
        unit.features = vec![(*name).to_owned()];
    }
    for (finding, name) in overview.analysis.findings.iter_mut().zip(names.iter().cycle()) {
        finding.title = format!("{name} is slow");
        finding.evidence = vec![(*name).to_owned()];
        finding.command = Some(format!("cargo tree --invert '{name}'"));
    }
    overview.analysis.workspace.root = format!("/src/{}", HOSTILE[1].replace('/', ""));
    browser.show(&html(&overview));
    every_view_shows_something(&mut browser);
    nothing_is_wider_than_the_window(&mut browser);
    assert!(browser.value("window.pwned").is_null());
    assert!(
        browser.text("#summary").contains("<script>window.pwned = 1</script> is slow"),
        "{}",
        browser.text("#summary")
    );
    assert_eq!(browser.value("document.querySelectorAll('section img, section script').length"), 0);
    the_browser_has_nothing_to_complain_of(&mut browser);
}
