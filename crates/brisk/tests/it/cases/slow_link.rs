//! `slow-link`.

use super::{Case, picture};

pub(super) const CASE: Case = Case { id: "slow-link", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    lib v1.0.0 |FFB
    app (bin) <- lib |...FBLLLLLLLLLLLL
";

/// The linker is a small part of the build.
const SILENT: &str = "
    lib v1.0.0 |FFFFFFFFFFFFFFFFFFFFFFFFFB
    app (bin) <- lib |.........................FBBBBBBBBBBL
";
