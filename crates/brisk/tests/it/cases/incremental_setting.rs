//! `incremental-setting`.

use brisk::analysis::Analysis;
use brisk::model::{Surroundings, Wrapper};

use super::Case;
use super::configured::{analysis, configuration, set, variable};

pub(super) const CASE: Case = Case { id: "incremental-setting", positive, silent };

const BUILD: &str = "
    lib |FFFFB
    app (bin) <- lib |.....FBL
";

fn positive() -> Analysis {
    let mut configuration = configuration();
    configuration.incremental = variable("CARGO_INCREMENTAL", false);
    analysis(BUILD, configuration, Surroundings::default())
}

/// It is off for the sake of a compiler cache.
fn silent() -> Analysis {
    let mut configuration = configuration();
    configuration.incremental = variable("CARGO_INCREMENTAL", false);
    configuration.wrapper = set(Wrapper { program: "sccache".to_owned(), installed: true });
    analysis(BUILD, configuration, Surroundings::default())
}
