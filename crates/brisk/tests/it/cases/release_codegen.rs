//! `release-codegen`.

use brisk::analysis::Analysis;
use brisk::model::{Lto, Surroundings};

use super::Case;
use super::configured::{analysis, configuration, profile, set};

pub(super) const CASE: Case = Case { id: "release-codegen", positive, silent };

fn positive() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.codegen_units = set(1);
    profile(&mut configuration, "release").own.lto = set(Lto::Fat);
    analysis("app (bin) |FFB", configuration, Surroundings::default())
}

/// The default, written out; and one unit in another profile.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.codegen_units = set(16);
    profile(&mut configuration, "release").own.lto = set(Lto::Local);
    profile(&mut configuration, "bench").own.codegen_units = set(1);
    analysis("app (bin) |FFB", configuration, Surroundings::default())
}
