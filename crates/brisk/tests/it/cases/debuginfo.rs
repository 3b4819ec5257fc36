//! `debuginfo`.

use brisk::analysis::Analysis;
use brisk::model::{DebugInfo, Surroundings};

use super::Case;
use super::configured::{GIB, analysis, configuration, disk, linked, profile, set};

pub(super) const CASE: Case = Case { id: "debuginfo", positive, silent };

const BUILD: &str = "
    lib v1.0.0 |FFB
    app (bin) <- lib |...FBL
";

fn surroundings() -> Surroundings {
    Surroundings { disk: disk("debug", 3 * GIB, GIB), linked: linked("debug", &[GIB, 100]), ..Surroundings::default() }
}

fn positive() -> Analysis {
    analysis(BUILD, configuration(), surroundings())
}

/// As much on disk, but somebody has seen to it that dependencies have none.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").all_packages.debug = set(DebugInfo::None);
    analysis(BUILD, configuration, surroundings())
}
