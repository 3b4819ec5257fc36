//! `duplicate-build`.

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "duplicate-build", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    dep v1.0.0 @host +std                     |FFFFFFB
    dep v1.0.0 @x86_64-unknown-linux-gnu      |FFFFFFFFB
    m v1.0.0 (proc-macro) @host <- dep +std   |.......FBL
    app (bin) @x86_64-unknown-linux-gnu <- m, dep @x86_64-unknown-linux-gnu |..........FBL
";

/// Built, and checked beside that: two kinds of work on the same sources.
const SILENT: &str = "
    dep v1.0.0                 |FFFFFFB
    dep v1.0.0 (lib check)     |FFFFFFF
    app (bin check) <- dep (lib check) |.......F
";
