//! Cargo in a copy, for all that is only looked at.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use crate::experiment::{Ran, Run};
use crate::ops::staging::Side;
use crate::process::Interrupt;

/// Runs Cargo in one directory for all that is only looked at, apart from where builds are timed.
pub(super) struct Checks<'a> {
    /// Stops what is at work.
    pub(super) interrupt: &'a Interrupt,
    /// Where it builds.
    pub(super) target_dir: &'a Path,
}

impl Checks<'_> {
    /// Runs Cargo in the copy.
    pub(super) fn cargo(&self, side: &Side, words: &[&str]) -> io::Result<Ran> {
        let args: Vec<OsString> = words.iter().map(OsString::from).collect();
        let run = Run { program: &side.arm.cargo, args: &args, target_dir: self.target_dir, variables: &[] };
        side.arm.run(&run, self.interrupt)
    }
}
