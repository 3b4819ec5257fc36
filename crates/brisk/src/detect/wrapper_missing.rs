//! `wrapper-missing`: a program that the configuration names is not there.

use super::fault::faults;
use super::{Detector, Evidence, Finding, Group};
use crate::model::FaultKind;

pub(super) const DETECTOR: Detector = Detector {
    id: "wrapper-missing",
    group: Group::Health,
    claim: "a compiler, compiler wrapper or linker that the configuration names is not installed",
    measures: "whether the programs named by `build.rustc`, `build.rustc-wrapper`, `build.rustc-workspace-wrapper` and \
               `target.….linker`, by the environment variables of the same meaning, are on the `PATH` or where their path \
               says; of linkers only those that a build on this machine would use",
    why: "every build fails until it is installed, with an error that names neither the file nor the line which asks for it",
    cure: "install it, or take the line out of the configuration; a setting that only some machines can follow belongs into \
           `~/.cargo/config.toml` or an environment variable there, not into the repository",
    wrong_when: "the program is put on the `PATH` by something that was not at work here (a development shell, a CI step)",
    unpriced: Some("a build that fails has no cost that could be compared with that of one that does not"),
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    faults(&DETECTOR, FaultKind::Program, evidence)
}
