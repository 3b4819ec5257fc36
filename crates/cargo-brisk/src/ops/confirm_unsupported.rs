//! `--confirm` where rustc cannot be wrapped yet.

use brisk::model::{Confirmation, Problem, TargetMessages};

use crate::workspace::{Facts, WorkspaceOptions};

/// What is known afterwards.
#[derive(Debug, Default)]
pub(crate) struct Confirmed {
    /// The answers.
    pub(crate) confirmation: Option<Confirmation>,
    /// What rustc said besides.
    pub(crate) messages: Vec<TargetMessages>,
    /// What went wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Says that nobody can be asked.
pub(crate) fn confirm(_: &WorkspaceOptions, _: &Facts, _: Option<&str>, _: &dyn Fn(u64)) -> Confirmed {
    let problem = Problem::new(
        "rustc cannot be asked on this system yet",
        "`--confirm` stands between Cargo and rustc, which works on Unix only",
        "what rustc alone could confirm is a guess or missing",
    );
    Confirmed { problems: vec![problem], ..Confirmed::default() }
}
