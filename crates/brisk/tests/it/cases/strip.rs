//! `strip`.

use brisk::analysis::Analysis;
use brisk::model::{DebugInfo, Strip, Surroundings};

use super::Case;
use super::configured::{GIB, analysis, configuration, linked, profile, set};

pub(super) const CASE: Case = Case { id: "strip", positive, silent };

fn positive() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.debug = set(DebugInfo::Limited);
    let surroundings = Surroundings { linked: linked("release", &[GIB]), ..Surroundings::default() };
    analysis("app (bin) |FFB", configuration, surroundings)
}

/// It is stripped; what lies there is from before. Test programs carry as much.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.debug = set(DebugInfo::Limited);
    profile(&mut configuration, "release").own.strip = set(Strip::Symbols);
    let surroundings = Surroundings { linked: linked("release", &[GIB]), ..Surroundings::default() };
    analysis("app (bin) |FFB", configuration, surroundings)
}
