//! Builds to draw, for tests.

pub(crate) mod aimds;
mod arbitrary;
mod builders;
#[cfg(unix)]
pub(crate) mod chromium;
pub(crate) mod diff;
pub(crate) mod fix;
pub(crate) mod large;
pub(crate) mod outlook;
pub(crate) mod overview;
pub(crate) mod proof;

pub(crate) use arbitrary::arbitrary_analysis;
pub(crate) use builders::{analysis, build, dirty, lib, main_session, run_script, timing, unit, workspace};
