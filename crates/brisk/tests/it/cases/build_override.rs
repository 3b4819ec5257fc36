//! `build-override`.

use brisk::analysis::Analysis;
use brisk::model::Surroundings;

use super::Case;
use super::configured::{analysis, configuration, profile, set};

pub(super) const CASE: Case = Case { id: "build-override", positive, silent };

const BUILD: &str = "
    parser v1.0.0 |FFBBBB
    m v1.0.0 (proc-macro) <- parser |......FFBL
    lib <- m |..........FFFFFFFF
";

/// Dependencies are optimised for the tests, and what runs while building with them.
fn positive() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").all_packages.opt_level = set("3".to_owned());
    analysis(BUILD, configuration, Surroundings::default())
}

/// Members are optimised; build scripts and proc macros are not.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").own.opt_level = set("3".to_owned());
    analysis(BUILD, configuration, Surroundings::default())
}
