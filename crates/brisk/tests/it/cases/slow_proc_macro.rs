//! `slow-proc-macro`.

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "slow-proc-macro", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    m v1.0.0 (proc-macro) |FFFBBL
    app (bin) <- m |......FFBL
";

/// A macro that is soon built.
const SILENT: &str = "
    m v1.0.0 (proc-macro) |FBL
    app (bin) <- m |...FFBBBBBBBBBBBBBBBBBBBBBBBBBBBBBL
";
