//! Cargo and rustc are asked by way of links and signals that only Unix has.

use brisk::simulate::what_if::{Base, Hypothesis};

use super::{Learned, Seen, WhatIfOptions};
use crate::error::{Error, Result};
use crate::ops::runs::Recorded;
use crate::workspace::Facts;

/// Nothing, and an error where nothing can be said without.
pub(super) fn learned(
    options: &WhatIfOptions,
    _facts: &Facts,
    _base: Base<'_>,
    _recorded: &Recorded,
    _seen: &(dyn Fn(Seen) + Sync),
) -> Result<Learned> {
    let needs =
        |it: &&Hypothesis| matches!(it, Hypothesis::Profile(_) | Hypothesis::Linker(_) | Hypothesis::Require(..));
    match options.hypotheses.iter().find(needs) {
        Some(hypothesis) => Err(Error::could_not_measure(format!("`{hypothesis}` cannot be predicted on this system"))),
        None => Ok(Learned::default()),
    }
}
