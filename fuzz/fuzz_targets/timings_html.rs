//! Any text as a report of `cargo build --timings`: an error, or a build without cycles.

#![no_main]

use brisk::model::Graph;
use brisk_store::import::timings_html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for text in [text.to_owned(), format!("const UNIT_DATA = {text}")] {
        if let Ok(build) = timings_html::parse(&text) {
            assert_eq!(Graph::of(&build).topological().len(), build.units.len());
        }
    }
});
