//! `compiler-cache`.

use brisk::analysis::Analysis;
use brisk::model::{Surroundings, Wrapper};

use super::Case;
use super::configured::{analysis, configuration, set, variable};

pub(super) const CASE: Case = Case { id: "compiler-cache", positive, silent };

const BUILD: &str = "
    lib |FFFFB
    app (bin) <- lib |.....FBL
";

fn positive() -> Analysis {
    let mut configuration = configuration();
    configuration.wrapper = set(Wrapper { program: "/opt/bin/sccache".to_owned(), installed: true });
    analysis(BUILD, configuration, Surroundings::default())
}

/// Incremental compilation is off, as it must be.
fn silent() -> Analysis {
    let mut configuration = configuration();
    configuration.wrapper = set(Wrapper { program: "/opt/bin/sccache".to_owned(), installed: true });
    configuration.incremental = variable("CARGO_INCREMENTAL", false);
    analysis(BUILD, configuration, Surroundings::default())
}
