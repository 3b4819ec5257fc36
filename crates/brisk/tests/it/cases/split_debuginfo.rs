//! `split-debuginfo`.

use brisk::analysis::Analysis;
use brisk::model::{DebugInfo, Surroundings};

use super::Case;
use super::configured::{GIB, analysis, configuration, linked, profile, set};

pub(super) const CASE: Case = Case { id: "split-debuginfo", positive, silent };

fn surroundings() -> Surroundings {
    Surroundings { linked: linked("debug", &[GIB, GIB, GIB]), ..Surroundings::default() }
}

fn positive() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").own.debug = set(DebugInfo::Full);
    analysis("app (bin) |FFB", configuration, surroundings())
}

/// It is split off; what lies there is from before.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").own.split_debuginfo = set("unpacked".to_owned());
    analysis("app (bin) |FFB", configuration, surroundings())
}
