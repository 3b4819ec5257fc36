//! `target-committed`.

use super::Case;
use super::disk::{around, git};

pub(super) const CASE: Case = Case {
    id: "target-committed",
    positive: || around(git(false, 12)),
    // Nothing is committed yet.
    silent: || around(git(true, 0)),
};

#[test]
fn number_size_and_an_example_are_told() {
    let [finding] = &(CASE.positive)().findings[..] else { panic!("one finding") };
    assert_eq!(finding.title, "12 files below `target` are committed (2.00 MiB)");
    assert_eq!(finding.evidence, ["tracked are `target/debug/app`, …"]);
    assert_eq!(finding.command.as_deref(), Some("git rm -r --cached --quiet target"));
}
