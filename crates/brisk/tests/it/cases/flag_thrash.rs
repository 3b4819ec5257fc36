//! `flag-thrash`.

use brisk::analysis::Analysis;
use brisk::model::{Rebuilds, Surroundings, UnitSettings, Variant, Variants};
use brisk_test_support::{gantt, workspace_of};

use super::Case;

pub(super) const CASE: Case = Case {
    id: "flag-thrash",
    // Ours 100 and 300 s after the start of all pictures, theirs 200 and 400 s.
    positive: || flags([100.0, 300.0], [200.0, 400.0]),
    // The flags were changed for good: nothing of the old set is newer than anything of the new one.
    silent: || flags([300.0, 400.0], [100.0, 200.0]),
};

const BUILD: &str = "
    leaf        |FFB
    app <- leaf |...FFB
";

/// The build, and a set of the same units with other flags beside it; each was started then.
fn flags(ours: [f64; 2], theirs: [f64; 2]) -> Analysis {
    let build = gantt::parse(BUILD);
    let settings = |rustflags: &[&str], after_s: f64| UnitSettings {
        rustflags: rustflags.iter().map(|flag| (*flag).to_owned()).collect(),
        profile: 1,
        config: 2,
        for_host: false,
        started_at: Some(gantt::STARTED_AT + after_s),
    };
    let beside = build.units.iter().zip(theirs).enumerate().map(|(position, (unit, after_s))| Variant {
        unit: unit.clone(),
        settings: settings(&["--cfg=other"], after_s),
        only_for_tests: false,
        needs_beside: (0..position).collect(),
        needs_built: Vec::new(),
    });
    let variants = Variants {
        built: ours.into_iter().map(|after_s| Some(settings(&[], after_s))).collect(),
        beside: beside.collect(),
    };
    let rebuilds = Rebuilds { variants, ..Rebuilds::default() };
    let surroundings = Surroundings { rebuilds, ..Surroundings::default() };
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}
