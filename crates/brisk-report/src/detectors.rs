//! The table of detectors for readers: a list, a page for each, the documentation.

use std::fmt::Write as _;

use brisk::detect::{DETECTORS, Detector, Threshold};
use serde::Serialize;

use crate::json::SCHEMA_VERSION;
use crate::text::{Color, prose};

/// One line for each detector: its id and what it claims.
pub fn list(width: usize) -> String {
    let column = DETECTORS.iter().map(|detector| detector.id.len()).max().unwrap_or(0) + 1;
    let row = |detector: &&Detector| prose(&format!("{:<column$}", detector.id), detector.claim, width, Color::Never);
    DETECTORS.iter().map(row).collect()
}

/// The page of a detector for the terminal.
pub fn explain(detector: &Detector, width: usize) -> String {
    let mut page = prose("", &format!("{}: {}", detector.id, detector.claim), width, Color::Never);
    for (heading, text) in parts(detector) {
        let _ = write!(page, "\n{heading}\n{}", prose(" ", &sentence(&text), width, Color::Never));
    }
    page
}

/// `docs/findings.md`: all pages, as Markdown.
pub fn markdown() -> String {
    let mut page =
        "# Findings\n\nWhat `cargo brisk` looks for, as `cargo brisk --explain ID` tells it. This page is generated \
                    from the table of\ndetectors; a test compares them.\n"
            .to_owned();
    for detector in DETECTORS {
        let _ = write!(page, "\n## {}\n\n{}\n", detector.id, prose("", &sentence(detector.claim), 120, Color::Never));
        for (heading, text) in parts(detector) {
            let text = format!("{heading}: {}", sentence(&text));
            page.push_str(&prose("*", &text, 120, Color::Never));
        }
    }
    page
}

fn parts(detector: &Detector) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("What is measured", detector.measures.to_owned()),
        ("Why it costs time", detector.why.to_owned()),
        ("What to do", detector.cure.to_owned()),
        ("When it does not apply", detector.wrong_when.to_owned()),
    ];
    parts.extend(detector.unpriced.map(|why| ("Why it has no price", why.to_owned())));
    if !detector.thresholds.is_empty() {
        let limit = |limit: &Threshold| format!("`{}` = {} ({})", limit.name, limit.default, limit.about);
        let limits: Vec<String> = detector.thresholds.iter().map(limit).collect();
        parts.push(("Thresholds", limits.join(", ")));
    }
    parts
}

/// A fragment as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// A detector for programs.
#[derive(Debug, Serialize)]
pub struct DetectorView {
    /// Stable id.
    pub id: &'static str,
    /// What it is about, in words.
    pub group: &'static str,
    /// The claim, one line.
    pub claim: &'static str,
    /// What it measures.
    pub measures: &'static str,
    /// Why that costs time.
    pub why: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// When it is wrong, or no gain is to be had.
    pub wrong_when: &'static str,
    /// Why its findings have no price, where they have none.
    pub unpriced: Option<&'static str>,
    /// Numbers that decide whether it speaks.
    pub thresholds: Vec<ThresholdView>,
}

/// A number that decides whether a detector speaks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ThresholdView {
    /// Its name in `brisk.toml`.
    pub name: &'static str,
    /// What holds unless `brisk.toml` says otherwise.
    pub default: f64,
    /// What it is, with its unit.
    pub about: &'static str,
}

impl ThresholdView {
    fn of(&Threshold { name, default, about }: &Threshold) -> Self {
        Self { name, default, about }
    }
}

impl DetectorView {
    fn of(detector: &Detector) -> Self {
        let &Detector { id, group, claim, measures, why, cure, wrong_when, unpriced, thresholds, find: _ } = detector;
        let thresholds = thresholds.iter().map(ThresholdView::of).collect();
        Self { id, group: group.as_str(), claim, measures, why, cure, wrong_when, unpriced, thresholds }
    }
}

/// The table for programs.
#[derive(Debug, Serialize)]
pub struct DetectorsJson {
    /// Version of the machine contract.
    pub schema_version: u32,
    /// The detectors, by id.
    pub detectors: Vec<DetectorView>,
}

/// `detectors` for programs.
pub fn json(detectors: &[&Detector]) -> DetectorsJson {
    let views = detectors.iter().copied().map(DetectorView::of).collect();
    DetectorsJson { schema_version: SCHEMA_VERSION, detectors: views }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_every_part_within_the_width() {
        for detector in DETECTORS {
            let page = explain(detector, 60);
            for (heading, _) in parts(detector) {
                assert!(page.contains(heading), "{page}");
            }
            assert!(page.lines().all(|line| line.chars().count() <= 60), "{page}");
        }
    }

    #[test]
    fn the_list_has_a_line_for_each() {
        assert_eq!(list(200).lines().count(), DETECTORS.len());
    }

    #[test]
    fn the_documentation_is_that_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/findings.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        let generated = markdown();
        if written != generated {
            let copy = std::env::temp_dir().join("findings.md");
            std::fs::write(&copy, generated).unwrap();
            panic!("docs/findings.md is not what the table says; copy `{}` there", copy.display());
        }
    }
}
