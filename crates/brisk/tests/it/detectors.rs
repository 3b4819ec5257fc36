//! The table of detectors.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::detect::{Cost, DETECTORS, Detector, Finding};
use brisk_test_support::gantt;

use crate::cases::CASES;
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
fn every_detector_has_its_cases() {
    assert_eq!(CASES.iter().map(|case| case.id).collect::<Vec<_>>(), ids());
    for case in CASES {
        let finds = |analysis: Analysis| analysis.findings.iter().any(|finding| finding.id == case.id);
        assert!(finds((case.positive)()), "{} finds nothing in its positive case", case.id);
        assert!(!finds((case.silent)()), "{} is not silent in its silent case", case.id);
    }
}

#[test]
fn every_finding_has_a_price_or_its_detector_says_why_not() {
    for (case, detector) in CASES.iter().zip(DETECTORS) {
        let findings = (case.positive)().findings;
        let mut own = findings.iter().filter(|finding| finding.id == case.id);
        let is_priced = |finding: &Finding| finding.cost != Cost::default();
        assert_eq!(own.all(is_priced), detector.unpriced.is_none(), "{}", case.id);
    }
}

#[test]
fn thresholds_are_named_after_their_detector_and_decide() {
    for detector in DETECTORS {
        for threshold in detector.thresholds {
            let what = threshold.name.strip_prefix(detector.id).and_then(|rest| rest.strip_prefix('.'));
            assert!(what.is_some_and(|what| !what.is_empty()), "{}", threshold.name);
            assert!(threshold.about.len() > 5 && threshold.default.is_finite(), "{}", threshold.name);
        }
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
    for case in CASES {
        let findings = (case.positive)().findings;
        assert!(findings.iter().all(|finding| finding.key == format!("{}:{}", finding.id, finding.subject)));
        let keys: BTreeSet<&str> = findings.iter().map(|finding| finding.key.as_str()).collect();
        assert_eq!(keys.len(), findings.len());
    }
}
