//! What came of fixes, for whoever reads the pull request or the history.

use std::fmt::Write as _;

use brisk::plan::{Outcome, Status, Tried};
use brisk::proof::Proof;

use super::escape::{code, escaped};
use crate::before_after::{Row, of_lock, of_proof, pays, proof_of, range, scenario};
use crate::format;
use crate::text::cure_in_words;

/// Columns of a line of a commit message: what `git log` indents fits a terminal of 80.
const MESSAGE_WIDTH: usize = 72;

/// A summary of what was kept, with what proves it, and of what was dropped and why.
pub fn fix(outcome: &Outcome) -> String {
    let mut text = String::new();
    if !pays(outcome) {
        text.push_str("# Nothing here pays\n\nThe workspace is as it was.\n");
    } else {
        let n = outcome.kept().count();
        let changes = format::count(n, "change");
        let _ = writeln!(text, "# Make builds faster: {changes} that {}", if n == 1 { "pays" } else { "pay" });
        tables(&mut text, outcome);
        kept(&mut text, outcome);
    }
    dropped(&mut text, outcome);
    problems(&mut text, outcome);
    if outcome.stages.iter().any(|stage| stage.proof.is_some()) {
        text.push_str(
            "\nBuilds before and after were timed by turns with `cargo brisk fix`; ranges hold the true value in nine of ten \
             trials.\n",
        );
    }
    text
}

fn tables(text: &mut String, outcome: &Outcome) {
    for proof in &outcome.joint {
        let n_pairs = format::count(proof.comparison.pairs.len(), "pair");
        table(text, &format!("{}, {n_pairs}", scenario(proof)), &of_proof(proof));
    }
    if let Some(lock) = &outcome.lock {
        table(text, "`Cargo.lock`", &of_lock(lock));
    }
}

fn table(text: &mut String, title: &str, rows: &[Row]) {
    let _ = write!(text, "\n| {title} | before | after | change |\n|---|---:|---:|---|\n");
    for row in rows {
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.what, row.before, row.after, row.change);
    }
}

/// Those of each kind together with the trial that they share.
fn kept(text: &mut String, outcome: &Outcome) {
    text.push_str("\n## Kept\n");
    for stage in &outcome.stages {
        let of_stage: Vec<&Tried> = outcome.kept().filter(|tried| tried.fix.stage == stage.stage).collect();
        if of_stage.is_empty() {
            continue;
        }
        let proof = stage.proof.as_ref().map(|proof| format!(": {}", proven(proof))).unwrap_or_default();
        let _ = write!(text, "\n{}{proof}\n\n", capital(stage.stage.as_str()));
        for tried in of_stage {
            item(text, outcome, tried);
        }
    }
}

fn item(text: &mut String, outcome: &Outcome, tried: &Tried) {
    let cures: Vec<String> = tried.fix.cure.iter().map(|cure| escaped(&cure_in_words(cure))).collect();
    let _ = write!(text, "- {}: {}", code(&tried.fix.key), cures.join("; "));
    if let Some(commit) = outcome.commits.iter().find(|commit| commit.key == tried.fix.key) {
        let _ = write!(text, " ({})", commit.id.get(..10).unwrap_or(&commit.id));
    }
    text.push('\n');
    for caveat in &tried.caveats {
        let _ = writeln!(text, "  - {}", escaped(caveat));
    }
}

fn dropped(text: &mut String, outcome: &Outcome) {
    let mut dropped = outcome.tried.iter().filter(|tried| tried.status != Status::Kept).peekable();
    if dropped.peek().is_none() {
        return;
    }
    text.push_str("\n## Dropped\n\n");
    for tried in dropped {
        let reason = tried.reason.as_deref().unwrap_or_else(|| tried.status.as_str());
        let _ = writeln!(text, "- {}: {}", code(&tried.fix.key), escaped(reason));
    }
}

fn problems(text: &mut String, outcome: &Outcome) {
    if outcome.problems.is_empty() {
        return;
    }
    text.push_str("\n## To be known\n\n");
    for problem in &outcome.problems {
        let all = [&problem.what, &problem.why, &problem.effect].map(|part| escaped(part));
        let _ = writeln!(text, "- {}: {}; {}", all[0], all[1], all[2]);
    }
}

/// ``-48 % (-50 to -46 %) of the CPU time of `cargo build` from an empty target directory, 8 pairs``
fn proven(proof: &Proof) -> String {
    let n_pairs = format::count(proof.comparison.pairs.len(), "pair");
    let counted = proof.fewer_units.map(|fewer| format!("; {} fewer (counted)", format::count(fewer, "unit")));
    let counted = counted.unwrap_or_default();
    format!("{} of the CPU time of {}, {n_pairs}{counted}", range(&proof.comparison.cpu), scenario(proof))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The message of a commit of one fix: what was the matter, what was done, and what proves it.
pub fn commit_message(outcome: &Outcome, tried: &Tried) -> String {
    let mut text = String::new();
    let cures: Vec<String> = tried.fix.cure.iter().map(cure_in_words).collect();
    let subject = match cures.as_slice() {
        [only] if only.chars().count() <= MESSAGE_WIDTH => only.clone(),
        _ => format!("Cure {}", tried.fix.key),
    };
    let _ = write!(text, "{subject}\n\n{}\n", wrapped(&format!("Before: {}.", tried.fix.title)));
    let others = cures.iter().filter(|cure| **cure != subject);
    let listed: Vec<String> = others.map(|cure| wrapped(&format!("* {cure}"))).collect();
    if !listed.is_empty() {
        let _ = write!(text, "\n{}\n", listed.join("\n"));
    }
    if let Some(proof) = proof_of(outcome, tried) {
        let with = outcome.kept().filter(|other| other.fix.stage == tried.fix.stage).count() - 1;
        let with = match with {
            0 => String::new(),
            n => format!("With {} of its kind: ", format::count_irregular(n, "other change", "other changes")),
        };
        let _ = write!(text, "\n{}\n", wrapped(&format!("{with}{}.", proven(proof))));
    }
    for caveat in &tried.caveats {
        let _ = write!(text, "\n{}\n", wrapped(&format!("{}.", capital(caveat))));
    }
    let _ = write!(text, "\nFound by: cargo brisk ({})\n", tried.fix.key);
    text
}

/// Lines of words that fit a commit message. A word that is wider has a line of its own.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.chars().count() + word.chars().count() < MESSAGE_WIDTH);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fix::{nothing, outcome};

    #[test]
    fn the_summary_tells_what_was_kept_and_why_the_rest_was_not() {
        insta::assert_snapshot!(fix(&outcome()), @r#"
        # Make builds faster: 2 changes that pay

        | `cargo build` from an empty target directory, 8 pairs | before | after | change |
        |---|---:|---:|---|
        | CPU time | 18.0 s | 12.6 s | -30 % (-31 to -29 %) |
        | wall time | 10.0 s | 7.00 s | -30 % (-31 to -29 %) |
        | units | 234 | 180 | -54 |
        | target directory | 977 KiB | 732 KiB | -25 % |

        | `cargo build --release` from an empty target directory, 8 pairs | before | after | change |
        |---|---:|---:|---|
        | CPU time | 18.0 s | 15.3 s | not proven (-29 to -4.3 %) |
        | wall time | 10.0 s | 8.50 s | not proven (-29 to -4.3 %) |
        | units | 230 | 178 | -52 |
        | target directory | 977 KiB | 732 KiB | -25 % |

        | `Cargo.lock` | before | after | change |
        |---|---:|---:|---|
        | locked packages | 312 | 240 | -72 |
        | duplicate versions of them | 12 | 12 |  |

        ## Kept

        Dependencies that nobody needs: -20 % (-21 to -19 %) of the CPU time of `cargo build` from an empty target directory, 8 pairs

        - `unused-dependency:app:heavy`: app no longer depends on heavy (0123456789)
          - types of heavy may be part of the public API of app: a major version of it is then a breaking change

        Profiles and settings: -10 % (-11 to -8.9 %) of the CPU time of `cargo build` from an empty target directory, 8 pairs

        - `debuginfo:dev`: `[profile.dev]` has `debug = "line-tables-only"`

        ## Dropped

        - `unused-dependency:app:log`: the test works (`-p app --test it`) fails
        - `duplicate-version:syn`: no faster with all of its kind

        ## To be known

        - `just smoke` does not succeed as it is: it fails; changes are tried without it

        Builds before and after were timed by turns with `cargo brisk fix`; ranges hold the true value in nine of ten trials.
        "#);
    }

    #[test]
    fn a_workspace_where_nothing_pays_says_so() {
        insta::assert_snapshot!(fix(&nothing()), @"
        # Nothing here pays

        The workspace is as it was.

        ## Dropped

        - `unused-dependency:app:log`: the test works (`-p app --test it`) fails
        - `duplicate-version:syn`: no faster with all of its kind
        ");
    }

    #[test]
    fn a_commit_says_what_was_done_and_what_proves_it() {
        let outcome = outcome();
        let messages: Vec<String> = outcome.kept().map(|tried| commit_message(&outcome, tried)).collect();
        insta::assert_snapshot!(messages.join("----\n"), @r#"
        app no longer depends on heavy

        Before: app uses nothing of heavy.

        -20 % (-21 to -19 %) of the CPU time of `cargo build` from an empty
        target directory, 8 pairs.

        Types of heavy may be part of the public API of app: a major version of
        it is then a breaking change.

        Found by: cargo brisk (unused-dependency:app:heavy)
        ----
        `[profile.dev]` has `debug = "line-tables-only"`

        Before: the dev profile has full debug information of dependencies: 1.20
        GiB of the target directory, and longer links.

        -10 % (-11 to -8.9 %) of the CPU time of `cargo build` from an empty
        target directory, 8 pairs.

        Found by: cargo brisk (debuginfo:dev)
        "#);
    }

    #[test]
    fn lines_of_a_message_fit_and_lose_no_word() {
        let text = wrapped(&format!("a {} b c", "x".repeat(80)));
        assert_eq!(text.lines().collect::<Vec<_>>(), ["a", &"x".repeat(80), "b c"]);
    }
}
