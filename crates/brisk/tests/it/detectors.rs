//! The table of detectors.

use std::collections::BTreeSet;

use brisk::detect::{DETECTORS, Detector};
use brisk_test_support::gantt;

use crate::support::analyse;

/// A build with nothing to find: one version of everything, every kind of unit.
const IDEAL: &str = "
    m v1.0.0 (proc-macro)                         |FFBL
    dep v1.0.0 (build-script)                     |FBL
    dep v1.0.0 (build-script run) <- dep (build-script) |...S
    dep v1.0.0 <- m, dep (build-script run)       |....FFB
    lib        <- dep                             |......FFB
    app (bin)  <- lib, dep                        |.........FBL
    lib (lib test) <- dep                         |......FFBL
";

/// For each detector a build in which it finds something.
const POSITIVE: &[(&str, &str)] = &[
    (
        "dev-dependency-weight",
        "
        base v1.0.0                    |FFFFFB
        check v1.0.0 <- base           |.....FFFFFFFB
        app                            |FFFFB
        app (lib test) <- check        |............FFBL
        ",
    ),
    (
        "duplicate-build",
        "
        dep v1.0.0 @host +std                     |FFFFFFB
        dep v1.0.0 @x86_64-unknown-linux-gnu      |FFFFFFFFB
        m v1.0.0 (proc-macro) @host <- dep +std   |.......FBL
        app (bin) @x86_64-unknown-linux-gnu <- m, dep @x86_64-unknown-linux-gnu |..........FBL
        ",
    ),
    ("duplicate-version", "dep v1.0.0 |F\ndep v2.0.0 |F\napp <- dep v1.0.0, dep v2.0.0 |.F"),
    (
        "slow-build-script",
        "
        c v1.0.0 (build-script)                                   |FBL
        c v1.0.0 (build-script run) <- c (build-script)           |...SSSSSSSSSSSS
        c v1.0.0                    <- c (build-script run)       |...............FB
        app (bin)                   <- c                          |................FFFBL
        ",
    ),
    ("slow-link", "lib v1.0.0 |FFB\napp (bin) <- lib |...FBLLLLLLLLLLLL"),
    ("slow-proc-macro", "m v1.0.0 (proc-macro) |FFFBBL\napp (bin) <- m |......FFBL"),
    (
        "test-binaries",
        "
        app                      |FFB
        app (test a) <- app      |..FFBL
        app (test b) <- app      |..FFBLL
        app (test c) <- app      |......FBL
        app (test d) <- app      |.......FBL
        ",
    ),
];

fn ids() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.id).collect()
}

#[test]
fn ids_are_sorted_and_unique() {
    let sorted: Vec<&str> = ids().into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(ids(), sorted);
}

#[test]
fn ids_are_kebab_case() {
    for id in ids() {
        assert!(id.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())), "{id}");
    }
}

#[test]
fn every_field_is_a_sentence_without_period() {
    for &&Detector { id, claim, measures, why, cure, wrong_when, .. } in DETECTORS {
        for text in [claim, measures, why, cure, wrong_when] {
            assert!(text.len() > 20 && !text.ends_with('.') && !text.contains("  "), "{id}: {text}");
            assert!(text.starts_with(char::is_lowercase), "{id}: {text}");
        }
    }
}

#[test]
fn every_detector_has_a_positive_case() {
    assert_eq!(POSITIVE.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids());
    for (id, picture) in POSITIVE {
        let findings = analyse(gantt::parse(picture)).findings;
        assert!(findings.iter().any(|finding| finding.id == *id), "{id}");
    }
}

#[test]
fn all_are_silent_on_the_ideal_build() {
    assert_eq!(analyse(gantt::parse(IDEAL)).findings, []);
}

#[test]
fn all_are_silent_on_a_build_without_units() {
    assert_eq!(analyse(gantt::parse("")).findings, []);
}

#[test]
fn keys_start_with_the_detectors_id_and_are_unique() {
    for (_, picture) in POSITIVE {
        let findings = analyse(gantt::parse(picture)).findings;
        assert!(findings.iter().all(|finding| finding.key == format!("{}:{}", finding.id, finding.subject)));
        let keys: BTreeSet<&str> = findings.iter().map(|finding| finding.key.as_str()).collect();
        assert_eq!(keys.len(), findings.len());
    }
}
