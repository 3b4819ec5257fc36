//! `toolchain-missing`: the toolchain that is asked for is not there.

use super::fault::faults;
use super::{Detector, Evidence, Finding, Group};
use crate::model::FaultKind;

pub(super) const DETECTOR: Detector = Detector {
    id: "toolchain-missing",
    group: Group::Health,
    claim: "the toolchain, or a part of it that the workspace asks for, is not installed",
    measures: "what rustup says when Cargo is asked about the workspace; and whether the standard library is there for each \
               target that `build.target` or `rust-toolchain.toml` name, and each component that the latter names, in the \
               directory of the toolchain in use",
    why: "no Cargo command works without the toolchain; without the target's standard library each build for it fails, and \
          a missing component is downloaded by whoever builds first (which in CI is every job)",
    cure: "install it (`rustup toolchain install`, `rustup target add`, `rustup component add`), or name one that there is; in \
           an image for CI or development, install it when the image is built",
    wrong_when: "another toolchain is chosen on the command line (`cargo +stable`), the toolchain was not installed by rustup, \
                 or the standard library is built from source (`-Zbuild-std`)",
    unpriced: Some("nobody knows how long a download takes before it was made"),
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    faults(&DETECTOR, FaultKind::Toolchain, evidence)
}
