//! Tests of the test support, from outside.

#![expect(clippy::unwrap_used, reason = "what a test needs and does not get ends it")]

mod fixture;
mod gantt;
mod scripted_tool;
mod target_dir;
