//! Any bytes as a run file, and any text as the build within a valid one: an error, or a build without cycles.

#![no_main]

use std::io::Write as _;

use brisk::model::Graph;
use brisk_store::run_file::from_bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = br#"{"format":"brisk-run","format_version":1,"brisk_version":"0.1.0","id":"20261121T082451Z-4f3a9c","kind":"record","created_at":1795249491.0,"source":"capture","outcome":"success","n_units":0,"n_timed":0}"#;

fuzz_target!(|bytes: &[u8]| {
    let _ = from_bytes(bytes, "raw".into());
    let file = [member(HEADER), member(bytes)].concat();
    if let Ok(run) = from_bytes(&file, "wrapped".into()) {
        assert_eq!(Graph::of(&run.build).topological().len(), run.build.units.len());
    }
});

fn member(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(text).expect("memory does not refuse to be written to");
    encoder.finish().expect("memory does not refuse to be written to")
}
