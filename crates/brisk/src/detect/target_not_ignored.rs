//! `target-not-ignored`: git sees the target directory.

use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, bytes, count_u64};

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
        ..Finding::of(&DETECTOR, git.path.clone(), title)
    }]
}
