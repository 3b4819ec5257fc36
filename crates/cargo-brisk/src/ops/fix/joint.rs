//! What all that is kept has brought together: for the user's own command, and for release builds where they may have changed.

use std::ffi::OsString;

use brisk::model::{Cure, ManifestEdit, Problem};
use brisk::plan::{Fix, LockChange, Stage};
use brisk::proof::Proof;
use brisk::stats::Verdict;

use super::predicted::predicted;
use super::stages::{Step, Timed, Trials};
use super::{FixOptions, Planned, guards};
use crate::error::Result;
use crate::ops::staging::Side;

/// How many trials there may be at the end.
pub(super) fn most(planned: &Planned) -> usize {
    let may_change = planned.fixes.iter().any(may_change_release);
    if may_change && release_command(&planned.base.arm.command).is_some() { 2 } else { 1 }
}

impl Trials<'_> {
    /// Times all that is kept against the workspace as it was, unless the only trial of a stage has done so.
    pub(super) fn joint(&mut self, options: &FixOptions, seen: &dyn Fn(Step)) -> Result<()> {
        let Some(last) = &self.last else { return Ok(()) };
        let base = &self.planned.base;
        self.outcome.lock = lock_change(base, last);
        let proofs = self.outcome.stages.iter().filter_map(|stage| stage.proof.as_ref());
        let kept: Vec<&Proof> = proofs.filter(|proof| proof.pays()).collect();
        let joint = match kept.as_slice() {
            // Nothing is kept but what no build reads.
            [] => return Ok(()),
            [only] => (*only).clone(),
            _ => {
                let kept: Vec<&Fix> = self.kept_in_build().collect();
                let predicted = predicted(self.planned, &options.workspace, &[], &kept);
                let proof = self.compared(base, last, Timed::AllKept, seen)?;
                Proof { predicted, ..proof }
            }
        };
        let is_faster = kept.iter().any(|proof| proof.comparison.verdict() == Verdict::Faster);
        let may_change = is_faster && self.outcome.kept().any(|tried| may_change_release(&tried.fix));
        let release = release_command(&base.arm.command).filter(|_| may_change);
        let release = release.map(|command| [base, last].map(|side| side.with_command(command.clone())));
        self.outcome.joint.push(joint);
        if let Some([before, after]) = release {
            match self.compared(&before, &after, Timed::Release, seen) {
                Ok(proof) => self.outcome.joint.push(proof),
                Err(error) => self.outcome.problems.push(not_timed(&error.text())),
            }
        }
        Ok(())
    }
}

fn not_timed(why: &str) -> Problem {
    let why = why.split("\n\n").next().unwrap_or(why);
    Problem::new("release builds could not be timed", why, "what the changes do to them is not known")
}

/// Whether builds with the release profile may differ by it.
fn may_change_release(fix: &Fix) -> bool {
    let is_of_another_profile =
        |cure: &Cure| matches!(cure, Cure::Manifest(ManifestEdit::Profile(edit)) if edit.profile != "release");
    fix.stage != Stage::Files && !fix.cure.iter().all(is_of_another_profile)
}

/// The command for a release build; `None` if the user's is no `cargo build`, or chooses a profile itself.
fn release_command(command: &[OsString]) -> Option<Vec<OsString>> {
    let words: Vec<&str> = command.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let is_build = matches!(words.first(), Some(&"build" | &"b"));
    let chooses = |word: &&str| matches!(*word, "--release" | "-r" | "--profile") || word.starts_with("--profile=");
    let at = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    if !is_build || words[..at].iter().any(chooses) {
        return None;
    }
    let (before, after) = command.split_at(at);
    Some(before.iter().cloned().chain(["--release".into()]).chain(after.iter().cloned()).collect())
}

fn lock_change(before: &Side, after: &Side) -> Option<LockChange> {
    let size = |side: &Side| guards::lock_size(&side.root_in_copy());
    Some(LockChange { before: size(before)?, after: size(after)? })
}

#[cfg(test)]
mod tests {
    use brisk::detect::{Effort, Gain, Risk};
    use brisk::model::{LockMove, ProfileEdit, ProfilePart, ProfileValue};

    use super::*;

    fn release(command: &[&str]) -> Option<Vec<String>> {
        let command: Vec<OsString> = command.iter().map(OsString::from).collect();
        let words = release_command(&command)?;
        Some(words.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn a_build_without_a_profile_has_a_release_build() {
        assert_eq!(release(&["build", "-p", "app"]).unwrap(), ["build", "-p", "app", "--release"]);
        assert_eq!(release(&["build", "--profile=bench"]), None);
        assert_eq!(release(&["build", "-r"]), None);
        assert_eq!(release(&["check"]), None);
        assert_eq!(release(&[]), None);
    }

    #[test]
    fn settings_of_the_dev_profile_do_not_change_release_builds() {
        let profile = |name: &str| {
            Cure::of_profile(ProfileEdit {
                profile: name.to_owned(),
                part: ProfilePart::Whole,
                key: "debug".to_owned(),
                value: ProfileValue::Number(0),
            })
        };
        let fix = |stage: Stage, cure: Vec<Cure>| Fix {
            key: "a".to_owned(),
            title: "a".to_owned(),
            cure,
            stage,
            effort: Effort::Small,
            risk: Risk::Low,
            gain: Gain::UNKNOWN,
            offered: brisk::plan::Offered::Always,
            caveats: Vec::new(),
        };
        let moved = LockMove { package: "a".to_owned(), from: "1.0.0".to_owned(), to: "1.1.0".to_owned() };
        assert!(!may_change_release(&fix(Stage::Settings, vec![profile("dev"), profile("test")])));
        assert!(may_change_release(&fix(Stage::Settings, vec![profile("dev"), profile("release")])));
        assert!(may_change_release(&fix(Stage::Versions, vec![Cure::Lock(moved)])));
        assert!(!may_change_release(&fix(Stage::Files, vec![Cure::Ignore("/target".to_owned())])));
    }
}
