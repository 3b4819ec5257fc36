//! `linker`.

use brisk::analysis::Analysis;
use brisk::model::{Configuration, Surroundings, Toolchain};

use super::Case;
use super::configured::{analysis, configuration};

pub(super) const CASE: Case = Case { id: "linker", positive, silent };

const BUILD: &str = "
    lib |FFFFB
    app (bin) <- lib |.....FBLLLLL
";

fn on(release: &str) -> Configuration {
    let configuration = configuration();
    let toolchain = configuration.toolchain.map(|toolchain| Toolchain { release: release.to_owned(), ..toolchain });
    Configuration { toolchain, ..configuration }
}

/// The last toolchain that links with GNU ld on this platform.
fn positive() -> Analysis {
    analysis(BUILD, on("1.89.0"), Surroundings::default())
}

/// The first one that does not, and nothing better is at hand.
fn silent() -> Analysis {
    analysis(BUILD, on("1.90.0"), Surroundings::default())
}
