//! Any text as a build log of Cargo: an error, or a build without cycles.

#![no_main]

use brisk::model::Graph;
use brisk_store::import::build_analysis;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = build_analysis::places(text);
    if let Ok(build) = build_analysis::parse(text) {
        assert_eq!(Graph::of(&build).topological().len(), build.units.len());
    }
});
