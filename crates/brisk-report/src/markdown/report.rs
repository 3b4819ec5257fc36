//! The report in brief, for whoever reads a pull request: what the build took, what to do first, and the rest folded.

use std::fmt::Write as _;

use brisk::detect::{Duplicate, Finding, Severity};
use brisk::model::{CpuTime, DISTURBED_FROM, Source, Unit, Weight};
use brisk::outlook::ScenarioKind;
use brisk::overview::{Change, Overview, Prospects, Trend};
use brisk::simulate::what_if::Prediction;
use brisk::stats::Metric;

use super::escape::{cell, code, escaped};
use crate::{format, price, text};

/// Findings in the table; the others are folded.
const TOP: usize = 5;
/// Most rows of a folded table. GitHub takes comments of 65,536 characters.
const MOST_ROWS: usize = 20;
/// Longest name of a unit, in characters: beyond, a table has no room for anything else.
const LONGEST_NAME: usize = 80;

/// What `overview` shows, in brief. `now`, in seconds since the UNIX epoch, is for "2 hours ago".
pub fn report(overview: &Overview, now: Option<f64>) -> String {
    let mut out = String::new();
    headline(&mut out, overview, now);
    findings(&mut out, overview);
    duplicates(&mut out, overview);
    slowest(&mut out, overview);
    problems(&mut out, overview);
    let _ = write!(out, "\n{}\n", caveat(overview));
    out
}

fn headline(out: &mut String, overview: &Overview, now: Option<f64>) {
    let analysis = &overview.analysis;
    let command = analysis.build.command.as_deref().map(format::command);
    let title = command.map_or_else(|| "the last builds".to_owned(), |command| code(&command));
    let _ = write!(out, "# Build report of {title}\n\n{}\n", escaped(&text::subject(analysis)));
    let mut figures = text::figures(analysis, now);
    if figures.is_empty() {
        let nothing = match analysis.build.source {
            Source::Capture => "The command compiled nothing.",
            _ => "No build was found; `cargo brisk record -- build` builds and records.",
        };
        let _ = write!(out, "\n{nothing}\n");
    }
    let disk = analysis.surroundings.disk.as_ref().map(|disk| format::bytes(disk.bytes));
    figures.extend(disk.map(|bytes| ("Disk", format!("{bytes} in the target directory"))));
    let what_if = overview.prospects.as_ref().and_then(all_cures).map(|prediction| ("What if", predicted(prediction)));
    figures.extend(what_if);
    figures.extend(overview.trend.as_ref().and_then(last_change).map(|change| ("Trend", change)));
    if !figures.is_empty() {
        out.push_str("\n| | |\n|---|---|\n");
    }
    for (word, figure) in figures {
        let _ = writeln!(out, "| {word} | {} |", cell(&escaped(&figure)));
    }
}

/// What all cures together would bring.
fn all_cures(prospects: &Prospects) -> Option<&Prediction> {
    let cumulative = |kind: &ScenarioKind| matches!(kind, ScenarioKind::Cumulative(_));
    let last = prospects.outlook.scenarios.iter().rfind(|scenario| cumulative(&scenario.kind));
    last.map(|scenario| &scenario.prediction).filter(|prediction| !prediction.removed.is_empty())
}

/// `with the cures of all findings that take units out, 50.0 to 55.0 s instead of 1 min 12 s of wall time (simulated)`
fn predicted(prediction: &Prediction) -> String {
    let then = format::duration_range(prediction.wall_s.low, prediction.wall_s.high);
    let now = format::duration(prediction.before_wall_s);
    let basis = prediction.basis.as_str();
    format!("with the cures of all findings that take units out, {then} instead of {now} of wall time ({basis})")
}

/// `+12 % CPU time since 2026-11-21 08:09 UTC: 45.0 s instead of 40.0 s (medians, from 21 builds)`
fn last_change(trend: &Trend) -> Option<String> {
    let Change { metric, at, before_s, after_s, .. } = trend.changes.last().copied()?;
    let since = format::calendar(trend.points.get(at)?.at).map(|at| format!(" since {at}")).unwrap_or_default();
    let what = match metric {
        Metric::Cpu => "CPU time",
        Metric::Wall => "wall time",
    };
    let change = format::change(after_s / before_s - 1.0);
    let (after, before) = (format::duration(after_s), format::duration(before_s));
    let n_builds = format::count(trend.points.len(), "build");
    Some(format!("{change} {what}{since}: {after} instead of {before} (medians, from {n_builds})"))
}

fn findings(out: &mut String, overview: &Overview) {
    let findings = &overview.analysis.findings;
    if findings.is_empty() {
        return;
    }
    let (top, rest) = findings.split_at(TOP.min(findings.len()));
    out.push_str("\n## What to do first\n\n| | Finding | Costs | Its cure saves |\n|---|---|---|---|\n");
    for finding in top {
        row(out, finding);
    }
    if let Some(joint) = overview.analysis.joint.as_ref().and_then(price::together) {
        let _ = write!(out, "\n{}\n", escaped(&joint));
    }
    if rest.is_empty() {
        return;
    }
    fold(out, &format::count(rest.len(), "more finding"));
    out.push_str("| | Finding | Costs | Its cure saves |\n|---|---|---|---|\n");
    for finding in rest.iter().take(MOST_ROWS) {
        row(out, finding);
    }
    more(out, rest.len());
    unfold(out);
}

/// A finding with its price; the key is what `cargo brisk fix` takes.
fn row(out: &mut String, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Note => "note",
    };
    let not_known = || "not known".to_owned();
    let place = finding.locations.first().map(|place| format!(", {}", code(&place.in_words()))).unwrap_or_default();
    let title = format!("{}<br>{}{place}", escaped(&finding.title), code(&finding.key));
    let costs = price::costs(finding).unwrap_or_else(not_known);
    let saves = price::saves(finding).unwrap_or_else(not_known);
    let _ =
        writeln!(out, "| {severity} | {} | {} | {} |", cell(&title), cell(&escaped(&costs)), cell(&escaped(&saves)));
}

fn duplicates(out: &mut String, overview: &Overview) {
    let duplicates = &overview.analysis.duplicates;
    if duplicates.is_empty() {
        return;
    }
    let packages = format::count(duplicates.len(), "package");
    fold(out, &format!("{packages} in several versions"));
    out.push_str("| Package | Versions | Asked for by | Without the older ones |\n|---|---|---|---|\n");
    for duplicate in duplicates.iter().take(MOST_ROWS) {
        let _ = writeln!(out, "{}", duplicate_row(duplicate));
    }
    more(out, duplicates.len());
    unfold(out);
}

/// Dependants that are named of each version.
const MOST_PULLERS: usize = 3;

fn duplicate_row(duplicate: &Duplicate) -> String {
    let versions: Vec<String> = duplicate.versions.iter().map(|version| code(&version.version)).collect();
    let pullers = duplicate.surplus().iter().flat_map(|version| &version.pulled_by);
    let pullers: Vec<String> = pullers.map(|puller| code(&puller.package)).collect();
    let named = &pullers[..pullers.len().min(MOST_PULLERS)];
    let n_others = pullers.len() - named.len();
    let others = (n_others > 0).then(|| format!("{n_others} more"));
    let pullers: Vec<String> = named.iter().cloned().chain(others).collect();
    let saved = match duplicate.vanishing_cpu_s() {
        Some(cpu_s) => format!("{} less CPU time", format::duration(cpu_s)),
        None => format!("{} less unit time", format::duration(duplicate.vanishing_s())),
    };
    let cells = [code(&duplicate.name), versions.join(", "), pullers.join(", "), saved];
    format!("| {} |", cells.map(|text| cell(&text)).join(" | "))
}

fn slowest(out: &mut String, overview: &Overview) {
    let units = overview.analysis.build.units.iter();
    let mut timed: Vec<(&Unit, f64)> = units.filter_map(|unit| Some((unit, unit.trusted_duration_s()?))).collect();
    timed.sort_by(|a, b| b.1.total_cmp(&a.1));
    if timed.is_empty() {
        return;
    }
    let n_units = timed.len();
    timed.truncate(TOP * 2);
    fold(out, &format!("The {} slowest of {}", timed.len(), format::count(n_units, "unit")));
    out.push_str("| Unit | Wall time | CPU time | Of that, code generation and linking |\n|---|---:|---:|---:|\n");
    for (unit, duration_s) in timed {
        let version = unit.package.version.as_ref().map(|version| format!(" v{version}")).unwrap_or_default();
        let name = code(&shortened(&format!("{}{version}", unit.label())));
        let cpu = unit.cpu.map_or_else(|| "not measured".to_owned(), |cpu: CpuTime| format::duration(cpu.total_s()));
        let late = unit.split_s().filter(|_| duration_s > 0.0);
        let late = late.map_or_else(String::new, |(_, back_s, link_s)| format::percent((back_s + link_s) / duration_s));
        let _ = writeln!(out, "| {} | {} | {cpu} | {late} |", cell(&name), format::duration(duration_s));
    }
    unfold(out);
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    name.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
}

fn problems(out: &mut String, overview: &Overview) {
    let told: Vec<_> = overview.analysis.problems.iter().filter(|problem| problem.weight == Weight::Warning).collect();
    if told.is_empty() {
        return;
    }
    fold(out, &format!("{} to be known", format::count(told.len(), "thing")));
    for problem in told.iter().take(MOST_ROWS) {
        let parts = [&problem.what, &problem.why, &problem.effect].into_iter().filter(|part| !part.trim().is_empty());
        let _ = writeln!(out, "- {}", parts.map(|part| escaped(part)).collect::<Vec<String>>().join("; "));
    }
    more(out, told.len());
    unfold(out);
}

fn fold(out: &mut String, summary: &str) {
    let _ = write!(out, "\n<details><summary>{summary}</summary>\n\n");
}

fn unfold(out: &mut String) {
    out.push_str("\n</details>\n");
}

/// How many were left out.
fn more(out: &mut String, n: usize) {
    if n > MOST_ROWS {
        let _ = write!(out, "\nand {} more\n", format::number((n - MOST_ROWS) as u64));
    }
}

/// What the numbers are not good for.
fn caveat(overview: &Overview) -> String {
    let foreign = overview.analysis.build.foreign_cpu.filter(|share| *share > DISTURBED_FROM);
    let disturbed = foreign.map(|share| {
        let share = format::percent(share);
        format!("Other programs used {share} of the machine meanwhile: wall times are longer than those of the build alone. ")
    });
    format!(
        "{}This is one build. Two builds of the same differ by some percent, on a shared machine by more; `cargo brisk prove` \
         tells whether a difference is one.",
        disturbed.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use brisk::model::Problem;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::aimds::{STARTED_AT, aimds};
    use crate::testing::overview::{costly, overview, unused};
    use crate::testing::{analysis, arbitrary_analysis, build};

    #[test]
    fn the_report_tells_what_it_took_and_what_to_do_first() {
        insta::assert_snapshot!(report(&overview(), Some(STARTED_AT + 7200.0)), @r"
        # Build report of `cargo build`

        demo (1 member, 1 package), dev profile, from a recording

        | | |
        |---|---|
        | Built | 2 hours ago by `cargo build`: 3 units in one session |
        | Wall | 7.00 s with 1 job; 1.0 units at work on average, at most one for 7.00 s |
        | CPU | 7.00 s in all units together |
        | Bound | 7.00 s with 1 job (CPU time over jobs), 5.00 s with any number (critical path) |
        | Spent | 7.00 s of unit time: 57 % front ends, 36 % code generation, 7 % linking; 57 % in dependencies |
        | What if | with the cures of all findings that take units out, 5.42 to 6.22 s instead of 7.95 s of wall time (simulated) |
        | Trend | -30 % wall time since 2026-11-20 22:09 UTC: 7.10 s instead of 10.1 s (medians, from 20 builds) |

        ## What to do first

        | | Finding | Costs | Its cure saves |
        |---|---|---|---|
        | major | app uses nothing of log<br>`unused-dependency:app:log`, `app/Cargo.toml:7` | 2.00 s of CPU time and 3.00 MiB | 1.50 s to 2.00 s of wall time (simulated) and 2.00 s of CPU time (measured) |
        | note | the build script of zlib\|\<b\> takes long<br>`slow-build-script:zlib\|<b>` | not known | not known |

        <details><summary>The 3 slowest of 3 units</summary>

        | Unit | Wall time | CPU time | Of that, code generation and linking |
        |---|---:|---:|---:|
        | `app (bin app) v0.1.0` | 3.00 s | 3.00 s | 33 % |
        | `log v0.4.28` | 2.00 s | 2.00 s | 50 % |
        | `zlib v1.3.1` | 2.00 s | 2.00 s | 50 % |

        </details>

        This is one build. Two builds of the same differ by some percent, on a shared machine by more; `cargo brisk prove` tells whether a difference is one.
        ");
    }

    #[test]
    fn a_report_of_a_real_build_fits_a_comment() {
        let report = report(&Overview::of(aimds()), None);
        assert!(report.len() < 60_000, "{}", report.len());
        for told in ["## What to do first", "in several versions", "The 10 slowest of 234 units", "thiserror"] {
            assert!(report.contains(told), "{told}: {report}");
        }
    }

    #[test]
    fn nothing_built_and_nothing_found_is_said_in_a_few_lines() {
        let report = report(&Overview::of(analysis(build(Vec::new(), &[]))), None);
        assert!(report.contains("No build was found") && !report.contains('|'), "{report}");
    }

    #[test]
    fn hostile_names_are_shown_and_not_obeyed() {
        let mut overview = overview();
        let name = "<script>alert(1)</script>|`x``\u{202e}[a](javascript:b)\n# c".repeat(9);
        overview.analysis.build.units[0].package.name = name.clone();
        overview.analysis.findings = vec![unused(&name, None), costly(&name)];
        overview.analysis.problems = vec![Problem::new(&name, &name, &name)];
        let report = report(&overview, None);
        assert!(!report.contains('\u{202e}') && !report.contains("\n# c"), "{report}");
        assert_tables_are_whole(&report);
        for (at, _) in report.match_indices("<script>") {
            assert!(is_code_or_escaped(&report, at), "{}", &report[..at + 8]);
        }
    }

    /// Whether what stands there is behind a backslash, or within the backticks of its line.
    fn is_code_or_escaped(report: &str, at: usize) -> bool {
        let line = &report[report[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        report[..at].ends_with('\\') || longest > 0
    }

    /// Every row has as many cells as the rule above it has columns.
    #[track_caller]
    fn assert_tables_are_whole(report: &str) {
        let n_bars = |line: &str| {
            let (mut n, mut is_escaped) = (0, false);
            for c in line.chars() {
                n += usize::from(c == '|' && !is_escaped);
                is_escaped = c == '\\' && !is_escaped;
            }
            n
        };
        let mut columns = None;
        for line in report.lines() {
            if line.starts_with("|---") {
                columns = Some(n_bars(line));
            } else if line.starts_with('|') {
                assert!(columns.is_none_or(|columns| n_bars(line) == columns), "{line}");
            } else {
                columns = None;
            }
        }
    }

    proptest! {
        #[test]
        fn any_build_has_whole_tables(analysis in arbitrary_analysis(), now in any::<f64>()) {
            assert_tables_are_whole(&report(&Overview::of(analysis), Some(now)));
        }
    }
}
