//! `missing-dev-profile`.

use std::collections::BTreeMap;

use brisk::analysis::Analysis;
use brisk::model::{DebugInfo, Surroundings};

use super::Case;
use super::configured::{analysis, configuration, profile, set};

pub(super) const CASE: Case = Case { id: "missing-dev-profile", positive, silent };

/// A build of three units is big here.
fn surroundings() -> Surroundings {
    let thresholds = [("missing-dev-profile.least-units", 3.0), ("missing-dev-profile.least-seconds", 5.0)];
    let thresholds: BTreeMap<String, f64> = thresholds.map(|(name, limit)| (name.to_owned(), limit)).into();
    Surroundings { thresholds, ..Surroundings::default() }
}

const BUILD: &str = "
    dep v1.0.0 |FFB
    lib <- dep |...FFB
    app (bin) <- lib |......FBL
";

fn positive() -> Analysis {
    analysis(BUILD, configuration(), surroundings())
}

/// Somebody has set one thing.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").own.debug = set(DebugInfo::Limited);
    analysis(BUILD, configuration, surroundings())
}
