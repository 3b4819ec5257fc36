//! What holds of every page, and that it works in a browser.

mod assets;
#[cfg(unix)]
mod browser;
mod data;
mod page;

use brisk::overview::Overview;
use serde_json::Value;

use super::HtmlOptions;
use crate::testing::aimds::STARTED_AT;

const OPTIONS: HtmlOptions<'static> =
    HtmlOptions { brisk_version: "0.1.0", now: Some(STARTED_AT + 7300.0), live: None };

fn html(overview: &Overview) -> String {
    super::page(overview, &OPTIONS)
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect("it begins");
    rest.split_once(after).expect("it ends").0
}

/// The data of a page, as a browser reads it.
fn data_of(html: &str) -> Value {
    let json = between(html, "<script type=\"application/json\" id=\"data\">", "</script>");
    serde_json::from_str(json).expect("it is JSON")
}
