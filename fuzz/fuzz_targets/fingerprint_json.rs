//! Any bytes as the JSON of a fingerprint, and any text as its list of features: nothing, or a value with sorted features.

#![no_main]

use brisk_store::fingerprints::Fingerprint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(fingerprint) = Fingerprint::parse(bytes) {
        assert!(fingerprint.features().is_sorted());
    }
    let features = String::from_utf8_lossy(bytes).into_owned();
    assert!(Fingerprint { features, ..Fingerprint::default() }.features().is_sorted());
});
