//! `toolchain-missing`.

use brisk::model::FaultKind;

use super::{Case, at_fault};

pub(super) const CASE: Case = Case {
    id: "toolchain-missing",
    positive: || at_fault(FaultKind::Toolchain),
    // Another program is missing.
    silent: || at_fault(FaultKind::Program),
};
