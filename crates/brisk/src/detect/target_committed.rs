//! `target-committed`: files of the target directory are in the repository.

use super::target_not_ignored::rule;
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, bytes, count_u64};
use crate::model::{GitTarget, Tracked};

pub(super) const DETECTOR: Detector = Detector {
    id: "target-committed",
    group: Group::Disk,
    claim: "files of the target directory are committed",
    measures: "the number of files below the target directory that are in git's index, and the bytes of those that are on disk",
    why: "every build changes them, so that the work tree is never clean and each commit adds another copy of them to the \
          history, which every clone downloads; after a checkout their times mislead Cargo about what is fresh",
    cure: "take them out of the index with `git rm -r --cached`, which leaves them on disk; ignore the directory. The history keeps \
           what is in it, until it is rewritten (`git filter-repo`)",
    wrong_when: "they are no outputs of Cargo: a directory of the same name that the repository needs",
    unpriced: None,
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let git = evidence.surroundings.git_target.as_ref();
    git.filter(|git| git.tracked.files > 0).map(finding).into_iter().collect()
}

fn finding(git: &GitTarget) -> Finding {
    let GitTarget { path, unignored, tracked: Tracked { files, bytes: size, examples } } = git;
    let of_size = size.map(|size| format!(" ({})", bytes(size))).unwrap_or_default();
    let verb = if *files == 1 { "is" } else { "are" };
    let title = format!("{} below `{path}` {verb} committed{of_size}", count_u64(*files, "file"));
    let named: Vec<String> = examples.iter().map(|example| format!("`{example}`")).collect();
    let mut told =
        vec![format!("tracked are {}{}", named.join(", "), if *files > named.len() as u64 { ", …" } else { "" })];
    if *unignored {
        told.push(format!("no rule ignores `{path}`, so that the next `git add .` adds more"));
    }
    let base = Finding::of(&DETECTOR, path.clone(), title);
    let stays = "`cargo brisk fix` adds the rule alone: what is committed stays so until the command is run".to_owned();
    Finding {
        severity: Severity::Major,
        cost: Cost { bytes: *size, ..Cost::default() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: told,
        locations: vec![Location { file: ".gitignore".to_owned(), line: None }],
        command: Some(format!("git rm -r --cached --quiet {path}")),
        cure: if *unignored { vec![rule(path)] } else { Vec::new() },
        caveats: base.caveats.iter().cloned().chain(unignored.then_some(stays)).collect(),
        ..base
    }
}
