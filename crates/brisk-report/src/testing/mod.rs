//! Builds to draw, for tests.

pub(crate) mod aimds;
mod builders;

pub(crate) use builders::{analysis, build, dirty, lib, main_session, run_script, timing, unit, workspace};
