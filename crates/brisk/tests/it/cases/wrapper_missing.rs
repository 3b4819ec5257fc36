//! `wrapper-missing`.

use brisk::model::FaultKind;

use super::{Case, at_fault};

pub(super) const CASE: Case = Case {
    id: "wrapper-missing",
    positive: || at_fault(FaultKind::Program),
    // The toolchain itself is missing.
    silent: || at_fault(FaultKind::Toolchain),
};

#[test]
fn the_finding_says_what_the_problem_says_and_where() {
    let [finding] = &at_fault(FaultKind::Program).findings[..] else { panic!("one finding") };
    assert_eq!((finding.key.as_str(), finding.title.as_str()), ("wrapper-missing:x", "`x` is not there"));
    assert_eq!(finding.evidence, ["somebody asks for it"]);
    let [place] = &finding.locations[..] else { panic!("one place") };
    assert_eq!((place.file.as_str(), place.line), (".cargo/config.toml", Some(2)));
}
