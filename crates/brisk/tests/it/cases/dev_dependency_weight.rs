//! `dev-dependency-weight`.

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "dev-dependency-weight", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    base v1.0.0                    |FFFFFB
    check v1.0.0 <- base           |.....FFFFFFFB
    app                            |FFFFB
    app (lib test) <- check        |............FFBL
";

/// A dependency that the application needs as well.
const SILENT: &str = "
    base v1.0.0                    |FFFFFB
    check v1.0.0 <- base           |.....FFFFFFFB
    app <- check                   |............FFFFB
    app (lib test) <- check        |............FFBL
";
