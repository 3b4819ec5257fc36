//! What two builds differ in, for whoever reads the pull request.

use std::fmt::Write as _;

use brisk::difference::{Cause, Compared, Difference, Micros, Total, Verdict};

use super::escape::{cell, code, escaped};
use crate::{differences, format};

/// Causes with a row of their own: what is more than a screen is read by nobody.
const ROWS: usize = 20;

/// Two builds, their totals, in what they differ, and why.
pub fn diff(difference: &Difference) -> String {
    let mut text = String::new();
    let verdict = match difference.verdict {
        Verdict::Less => "Faster",
        Verdict::More => "Slower",
        Verdict::NoDifference => "Same",
        Verdict::WithinNoise => "Within noise",
        Verdict::Unknown => "Not comparable",
    };
    let _ = write!(text, "# {verdict}: {}\n\n", escaped(&differences::headline(difference)));
    totals(&mut text, difference);
    circumstances(&mut text, difference);
    causes(&mut text, difference);
    problems(&mut text, difference);
    let proof = escaped(&differences::proof(difference));
    let _ = write!(
        text,
        "\nOne pair of builds is no proof: {proof} tells whether it is so. Compared with `cargo brisk diff`.\n"
    );
    text
}

fn totals(text: &mut String, difference: &Difference) {
    let (a, b) = (&difference.a, &difference.b);
    let _ = write!(text, "| | A | B | change |\n|---|---:|---:|---|\n");
    let mut row = |name: &str, a: &str, b: &str, change: &str| {
        let _ =
            writeln!(text, "| {name} | {} | {} | {} |", cell(&escaped(a)), cell(&escaped(b)), cell(&escaped(change)));
    };
    row("build", &name(a), &name(b), "");
    if let Some(total) = &difference.work {
        let [a, b] = seconds(total);
        row(differences::work(difference), &a, &b, &change(difference, total));
    }
    if let Some(total) = &difference.wall {
        let [a, b] = seconds(total);
        let change = differences::wall_obstacles(difference).unwrap_or_else(|| change(difference, total));
        row("wall time", &a, &b, &change);
    }
    let built =
        |it: &Compared| it.n_built().map_or_else(|| "unknown".to_owned(), |n_built| format::number(n_built as u64));
    let packages = differences::packages(difference).map(|told| format!("packages: {told}"));
    row("units built", &built(a), &built(b), &packages.unwrap_or_default());
}

fn name(compared: &Compared) -> String {
    let command = compared.build.command.as_ref().map(|words| format!(" {}", code(&format::command(words))));
    format!("{}{}", code(&compared.label.name), command.unwrap_or_default())
}

fn seconds(total: &Total) -> [String; 2] {
    [total.a, total.b].map(|it| format::duration(it.seconds()))
}

/// `+6.50 s; at equal speed -0.10 s (-0.1 %)`
fn change(difference: &Difference, total: &Total) -> String {
    let told = differences::totals(difference, total);
    told.split_once(", ").map_or(told.clone(), |(_, change)| change.to_owned())
}

fn circumstances(text: &mut String, difference: &Difference) {
    if !difference.circumstances.is_empty() {
        text.push_str("\n## Differences\n\n| | A | B |\n|---|---|---|\n");
    }
    for it in &difference.circumstances {
        let name = differences::respect_in_words(it.respect);
        let _ = writeln!(text, "| {name} | {} | {} |", cell(&escaped(&it.a)), cell(&escaped(&it.b)));
    }
    if let Some(slower) = differences::slower(difference) {
        let _ = writeln!(text, "\nBy what both compile alike, {slower}.");
    }
}

fn causes(text: &mut String, difference: &Difference) {
    let has_wall = difference.causes.iter().any(|cause| cause.wall.is_some());
    if difference.causes.is_empty() {
        return;
    }
    let work = differences::work(difference);
    let (head, line) = if has_wall { (" wall time |", "---:|") } else { ("", "") };
    let _ = write!(text, "\n## Why\n\n| {work} |{head} cause |\n|---:|{line}---|\n");
    let mut row = |work: Micros, wall: Option<Micros>, told: &str| {
        let work = format::signed_duration(work.seconds());
        let wall = wall.map_or_else(String::new, |wall| format::signed_duration(wall.seconds()));
        let wall = if has_wall { format!(" {wall} |") } else { String::new() };
        let _ = writeln!(text, "| {work} |{wall} {told} |");
    };
    let (of_units, of_build): (Vec<&Cause>, Vec<&Cause>) =
        difference.causes.iter().partition(|cause| cause.group.is_of_units());
    let (shown, hidden) = of_units.split_at(ROWS.min(of_units.len()));
    for cause in shown {
        row(cause.work, cause.wall, &told(difference, cause));
    }
    if !hidden.is_empty() {
        let sums = (hidden.iter().map(|it| it.work).sum(), hidden.iter().map(|it| it.wall).sum());
        row(sums.0, sums.1, &format::count(hidden.len(), "smaller cause"));
    }
    for cause in of_build {
        row(cause.work, cause.wall, &told(difference, cause));
    }
    if let Some(total) = &difference.work {
        row(total.raw_change(), difference.wall.filter(|_| has_wall).map(|wall| wall.raw_change()), "**together**");
    }
}

fn told(difference: &Difference, cause: &Cause) -> String {
    let row = differences::row(difference, cause);
    let mut told = cell(&escaped(&row.title));
    for detail in &row.details {
        let _ = write!(told, "<br>{}", cell(&escaped(detail)));
    }
    told
}

fn problems(text: &mut String, difference: &Difference) {
    if difference.problems.is_empty() {
        return;
    }
    text.push_str("\n## To be known\n\n");
    for problem in &difference.problems {
        let all = [&problem.what, &problem.why, &problem.effect].map(|part| escaped(part));
        let _ = writeln!(text, "- {}: {}; {}", all[0], all[1], all[2]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::diff::{hostile, identical, with_a_new_dependency};

    #[test]
    fn a_pull_request_sees_totals_and_causes() {
        insta::assert_snapshot!(diff(&with_a_new_dependency()), @"
        # Slower: B takes 4.90 s more CPU time, +204 %

        | | A | B | change |
        |---|---:|---:|---|
        | build | `20260101T000000Z-0000aa` `cargo build` | `20260101T010000Z-0000bb` `cargo build` |  |
        | CPU time | 2.40 s | 7.30 s | +4.90 s (+204 %) |
        | wall time | 1.70 s | 5.90 s | +4.20 s (+247 %) |
        | units built | 4 | 9 | packages: 3 new, 1 in another version |

        ## Why

        | CPU time | wall time | cause |
        |---:|---:|---|
        | +4.90 s | +4.20 s | new: `reqwest v0.12.1` and 2 packages with it<br>pulled by `net/Cargo.toml:12`<br>`aws-lc-sys` build script (run) 2.40 s, `rustls` 0.80 s, `reqwest` 0.80 s; 2 more |
        | 0 s | -0.20 s | `serde v1.0.1` → v1.0.2 |
        | 0 s | +0.20 s | 3 units as they were, each within what units differ by from build to build |
        | 0 s | 0 s | what Cargo itself did |
        | 0 s | 0 s | unattributed |
        | +4.90 s | +4.20 s | **together** |

        One pair of builds is no proof: `cargo brisk prove OLD NEW` of two revisions or directories tells whether it is so. Compared with `cargo brisk diff`.
        ");
    }

    #[test]
    fn builds_that_are_the_same_are_called_so() {
        let text = diff(&identical());
        assert!(text.starts_with("# Same: no meaningful difference"), "{text}");
    }

    #[test]
    fn no_name_breaks_a_table_or_becomes_html() {
        let text = diff(&hostile());
        assert!(!text.contains("<script>") || text.contains("`<script>"), "{text}");
        for line in text.lines().filter(|line| line.starts_with("| ")) {
            let n_bars = line.replace("\\|", "").matches('|').count();
            assert!((4..=5).contains(&n_bars), "{line}");
        }
        assert!(!text.contains('\u{202e}'), "{text}");
    }
}
