//! `slow-build-script`.

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "slow-build-script", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    c v1.0.0 (build-script)                                   |FBL
    c v1.0.0 (build-script run) <- c (build-script)           |...SSSSSSSSSSSS
    c v1.0.0                    <- c (build-script run)       |...............FB
    app (bin)                   <- c                          |................FFFBL
";

/// A script that only asks for the version of rustc.
const SILENT: &str = "
    c v1.0.0 (build-script)                                   |FBL
    c v1.0.0 (build-script run) <- c (build-script)           |...S
    c v1.0.0                    <- c (build-script run)       |....FB
    app (bin)                   <- c                          |.....FFFBL
";
