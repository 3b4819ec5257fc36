//! Tests that failed when a recorded command ran them last.

use super::{PackageRef, Target};

/// A test executable that ended with an error, and was not built again since.
#[derive(Clone, Debug, PartialEq)]
pub struct TestFailure {
    /// The package.
    pub package: PackageRef,
    /// The target that was compiled as a test.
    pub target: Target,
    /// Its exit code (101 from Rust's test harness); 128 + n for signal n.
    pub exit_code: i32,
    /// The Cargo command after `cargo`, if it was recorded.
    pub command: Option<Vec<String>>,
}
