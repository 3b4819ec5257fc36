//! `target-not-ignored`: git sees the target directory.

use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, bytes, count_u64};
use crate::model::Cure;

pub(super) const DETECTOR: Detector = Detector {
    id: "target-not-ignored",
    group: Group::Disk,
    claim: "git does not ignore the target directory",
    measures: "whether files below the target directory are neither tracked nor ignored, as `git ls-files --others \
               --exclude-standard` tells",
    why: "each `git status`, every editor and every tool that follows the ignore rules looks through all of it again and \
          again, and one `git add .` puts it into the history for good",
    cure: "write `/target` into `.gitignore` beside the root manifest, as `cargo new` does",
    wrong_when: "a tool adds the rule elsewhere for all who need it, or single files of it are meant to be committed",
    unpriced: Some("what git and other tools spend on it depends on how often they are run, which nobody counted"),
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let git = evidence.surroundings.git_target.as_ref();
    let Some(git) = git.filter(|git| git.unignored) else { return Vec::new() };
    let title = format!("git does not ignore `{}`", git.path);
    let disk = evidence.surroundings.disk.as_ref();
    let size = disk.map(|disk| format!("it has {}, {} on disk", count_u64(disk.files, "file"), bytes(disk.bytes)));
    vec![Finding {
        severity: Severity::Minor,
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: size
            .into_iter()
            .chain([format!("`git add .` would add it; the rule that keeps it out is `/{}`", git.path)])
            .collect(),
        locations: vec![Location { file: ".gitignore".to_owned(), line: None }],
        command: Some(format!("echo /{} >> .gitignore", git.path)),
        cure: vec![rule(&git.path)],
        ..Finding::of(&DETECTOR, git.path.clone(), title)
    }]
}

/// The line that keeps a path out, from the root of the workspace. What has a meaning in patterns is taken as it is
/// (`gitignore(5)`, "Pattern format").
pub(super) fn rule(path: &str) -> Cure {
    let literal = path.chars().flat_map(|c| matches!(c, '*' | '?' | '[' | '\\').then_some('\\').into_iter().chain([c]));
    Cure::Ignore(format!("/{}", literal.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_means_the_path_and_nothing_else() {
        assert_eq!(rule("target"), Cure::Ignore("/target".to_owned()));
        assert_eq!(rule("out/[a]*"), Cure::Ignore("/out/\\[a]\\*".to_owned()));
    }
}
