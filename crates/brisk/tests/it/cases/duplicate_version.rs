//! `duplicate-version`.

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "duplicate-version", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    dep v1.0.0 |F
    dep v2.0.0 |F
    app <- dep v1.0.0, dep v2.0.0 |.F
";

/// Two packages in one version each.
const SILENT: &str = "
    dep v1.0.0 |F
    other v2.0.0 |F
    app <- dep, other |.F
";
