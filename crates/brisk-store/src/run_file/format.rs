//! The version of the run file format.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `format` field of every run file: tells it from any other gzip-compressed JSON.
pub(super) const FORMAT_NAME: &str = "brisk-run";

/// Version of the run file format. It rises when an older Brisk would misread what a newer one writes; a mere new
/// field does not raise it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormatVersion(u32);

impl FormatVersion {
    /// What this Brisk writes, and the newest that it reads.
    pub const CURRENT: Self = Self(1);

    /// Whether this Brisk can read it. Version 0 was never written.
    pub fn is_readable(self) -> bool {
        (1..=Self::CURRENT.0).contains(&self.0)
    }
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The part of a header that is read before all else.
#[derive(Debug, Deserialize)]
pub(super) struct Probe {
    pub(super) format: String,
    pub(super) format_version: FormatVersion,
    #[serde(default)]
    pub(super) brisk_version: Option<String>,
}
