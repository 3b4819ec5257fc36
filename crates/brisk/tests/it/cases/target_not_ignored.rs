//! `target-not-ignored`.

use super::Case;
use super::disk::{around, git};

pub(super) const CASE: Case = Case {
    id: "target-not-ignored",
    positive: || around(git(true, 0)),
    // Committed, and ignored since.
    silent: || around(git(false, 3)),
};
