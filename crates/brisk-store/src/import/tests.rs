//! Whatever the bytes: a build that holds, or an error. Never a panic.

use brisk::model::{Build, Graph, Summary};
use brisk::simulate::{CriticalPath, Parallelism};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::{Imported, Kind, build_analysis, detect, read, timings_html};
use crate::run_file::{arbitrary, to_bytes};

const HTML: &str = include_str!("../../fixtures/timings-html/cargo-1.95-rebuild.html");
const OLD_HTML: &str = include_str!("../../fixtures/timings-html/cargo-1.60.html");
const LOG: &str = include_str!("../../fixtures/build-analysis/cargo-1.95-rebuild.jsonl");

/// What replaces a number or a word in a valid file.
const ODD_VALUES: [&str; 14] = [
    "-1",
    "-0.5",
    "1e400",
    "-1e400",
    "1e308",
    "1e300",
    "18446744073709551615",
    "18446744073709551616",
    "4294967295",
    "null",
    "\"x\"",
    "[]",
    "{}",
    "NaN",
];

/// A build that the rest of Brisk can rely on.
fn assert_holds(build: &Build) {
    assert_eq!(&build.clone().checked(), build);
    let graph = Graph::of(build);
    assert_eq!(graph.topological().len(), build.units.len(), "there is a cycle");
    assert!(Summary::of(build).unit_s.is_finite());
    assert!(CriticalPath::of(build, &graph).length_s.is_finite());
    assert!(Parallelism::of(build).mean.is_finite());
    for timing in build.units.iter().filter_map(|unit| unit.timing) {
        assert!(timing.start_s >= 0.0 && timing.end_s >= timing.start_s, "{timing:?}");
    }
}

/// Each reader on its own is asked for a build or an error as well: the file as a whole is only given to one of them.
fn assert_total(bytes: &[u8]) {
    let _ = read(bytes, "x");
    let text = String::from_utf8_lossy(bytes);
    for build in [timings_html::parse(&text), build_analysis::parse(&text)].into_iter().flatten() {
        assert_holds(&build);
    }
    let _ = build_analysis::places(&text);
}

fn assert_every_sample_total(damaged: impl Fn(&str) -> Vec<u8>) {
    for text in [HTML, OLD_HTML, LOG] {
        assert_total(&damaged(text));
    }
}

/// `text` with the `nth` number in it replaced.
fn with_other_number(text: &str, nth: usize, value: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() && [' ', ':', '[', ',', '>', '='].contains(&before) {
            starts.push(at);
        }
        before = c;
    }
    let start = starts[nth % starts.len()];
    let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
    format!("{}{value}{}", &text[..start], &text[end..])
}

#[test]
fn a_run_file_is_imported_as_the_run_that_it_is() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let run = arbitrary::run().new_tree(&mut runner).unwrap().current();
    let bytes = to_bytes(&run).unwrap();
    assert_eq!(detect(&bytes), Some(Kind::RunFile));
    assert_eq!(read(&bytes, "x").unwrap(), Imported::Run(Box::new(run)));
}

#[test]
fn the_samples_are_told_apart_and_read() {
    for (text, kind, root) in [
        (HTML, Kind::TimingsHtml, None),
        (OLD_HTML, Kind::TimingsHtml, None),
        (LOG, Kind::BuildAnalysis, Some("/home/me/demo".into())),
    ] {
        assert_eq!(detect(text.as_bytes()), Some(kind));
        let Imported::Build { build, workspace_root, .. } = read(text.as_bytes(), "x").unwrap() else {
            panic!("{kind:?} is a build");
        };
        assert_eq!(build.units.len(), 7);
        assert_eq!(workspace_root, root);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_a_problem_not_an_error() {
    for text in [HTML, LOG] {
        let mut bytes = text.as_bytes().to_vec();
        let at = text.rfind("tiny").unwrap();
        bytes[at] = 0xff;
        let Imported::Build { build, .. } = read(&bytes, "some.file").unwrap() else { panic!("it is a build") };
        assert!(build.problems.iter().any(|problem| problem.what == "`some.file` is not valid UTF-8"));
    }
}

proptest! {
    // Each case reads three files several ways; the fuzz targets go deeper.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arbitrary_bytes_give_a_build_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        assert_total(&bytes);
        assert_total(&[b"const UNIT_DATA = ", &bytes[..]].concat());
    }

    #[test]
    fn a_truncated_file_gives_a_build_or_an_error(at in any::<prop::sample::Index>()) {
        assert_every_sample_total(|text| text.as_bytes()[..at.index(text.len())].to_vec());
    }

    #[test]
    fn a_changed_byte_gives_a_build_or_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        assert_every_sample_total(|text| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at.index(text.len())] = byte;
            bytes
        });
    }

    #[test]
    fn an_odd_number_gives_a_build_or_an_error(nth in any::<usize>(), value in prop::sample::select(&ODD_VALUES[..])) {
        assert_every_sample_total(|text| with_other_number(text, nth, value).into_bytes());
    }

    #[test]
    fn lines_in_any_order_give_a_build_or_an_error(order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let lines: Vec<&str> = LOG.lines().collect();
        let shuffled: Vec<&str> = order.iter().filter_map(|i| lines.get(*i).copied()).collect();
        assert_total(shuffled.join("\n").as_bytes());
    }
}
