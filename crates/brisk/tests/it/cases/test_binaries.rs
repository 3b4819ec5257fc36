//! `test-binaries`.

use super::{Case, picture};

pub(super) const CASE: Case = Case { id: "test-binaries", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    app                      |FFB
    app (test a) <- app      |..FFBL
    app (test b) <- app      |..FFBLL
    app (test c) <- app      |......FBL
    app (test d) <- app      |.......FBL
";

/// One executable for all integration tests.
const SILENT: &str = "
    app                      |FFB
    app (test it) <- app     |..FFFFFFBL
";
