//! The list of stored runs: one line each, or a JSON array.

use brisk::model::{Outcome, Source};
use serde::Serialize;

use crate::format;
use crate::json::SCHEMA_VERSION;

/// What a list tells of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// Id of the run.
    pub id: String,
    /// Root of its workspace, where known.
    pub workspace_root: Option<String>,
    /// Seconds since the UNIX epoch at which the build started; when it was stored, if that is not known.
    pub at_s: f64,
    /// Where it was read from.
    pub source: Source,
    /// The Cargo command, without `cargo`.
    pub command: Option<Vec<String>>,
    /// Profile.
    pub profile: Option<String>,
    /// Wall seconds from the first unit's start to the last one's end.
    pub wall_s: Option<f64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Units, and how many of them were built.
    pub n_units: usize,
    /// See `n_units`.
    pub n_timed: usize,
}

/// The runs as text, one line each. Workspaces are named where there are several.
pub fn text(rows: &[RunRow], now_s: f64, width: usize) -> String {
    let roots: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.workspace_root).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, now_s, roots.len() > 1)).collect();
    let n_columns = cells.first().map_or(0, Vec::len);
    let columns: Vec<usize> = (0..n_columns).map(|i| column_width(&cells, i)).collect();
    let mut text = String::new();
    for row in &cells {
        let mut line = String::new();
        for (i, (cell, column)) in row.iter().zip(&columns).enumerate() {
            let pad = column - unicode_width::UnicodeWidthStr::width(cell.as_str());
            // Figures stand at the right, words at the left.
            let (before, after) = if matches!(i, 2 | 3) { (pad, 0) } else { (0, pad) };
            line.push_str(&format!("{:before$}{cell}{:after$}  ", "", ""));
        }
        text.push_str(&cut(line.trim_end(), width));
        text.push('\n');
    }
    text
}

fn cells(row: &RunRow, now_s: f64, with_root: bool) -> Vec<String> {
    let built = format!("{} of {} built", row.n_timed, format::count(row.n_units, "unit"));
    let ended = match row.outcome {
        Outcome::Unknown if row.source == Source::Capture => Some("recording broke off".to_owned()),
        Outcome::Unknown | Outcome::Success => None,
        Outcome::Failed(code) => Some(format!("failed with {code}")),
        Outcome::Interrupted => Some("interrupted".to_owned()),
    };
    let what = [Some(what(row)), row.profile.clone(), ended];
    let root = row.workspace_root.clone().filter(|_| with_root);
    vec![
        row.id.clone(),
        format::moment(row.at_s, Some(now_s)).unwrap_or_default(),
        row.wall_s.map_or_else(|| "no time".to_owned(), format::duration),
        built,
        what.into_iter().flatten().chain(root).map(printable).collect::<Vec<_>>().join(", "),
    ]
}

/// The command; where the build was read from, if it is not known.
fn what(row: &RunRow) -> String {
    if let Some(command) = &row.command {
        return format::command(command);
    }
    let source = match row.source {
        Source::Capture => "a recording",
        Source::Fingerprints => "fingerprints",
        Source::TimingsHtml => "a timings report",
        Source::BuildAnalysis => "Cargo's build log",
    };
    source.to_owned()
}

/// One line for one of a few runs to choose from: `20261121T082451Z-4f3a9c  2 hours ago, cargo build`.
pub fn choice(row: &RunRow, now_s: f64) -> String {
    let when = format::moment(row.at_s, Some(now_s));
    let told: Vec<String> = when.into_iter().chain([what(row)]).map(printable).collect();
    format!("{}  {}", row.id, told.join(", "))
}

/// Without control characters: a name from a file must not reach the terminal as an escape sequence.
fn printable(text: String) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn column_width(rows: &[Vec<String>], i: usize) -> usize {
    rows.iter().map(|row| unicode_width::UnicodeWidthStr::width(row[i].as_str())).max().unwrap_or(0)
}

fn cut(line: &str, width: usize) -> String {
    if unicode_width::UnicodeWidthStr::width(line) <= width {
        return line.to_owned();
    }
    let mut taken = String::new();
    for c in line.chars() {
        if unicode_width::UnicodeWidthStr::width(taken.as_str()) + 2 > width {
            break;
        }
        taken.push(c);
    }
    taken + "…"
}

/// The JSON object of `history`.
#[derive(Debug, Serialize)]
pub struct HistoryView {
    /// Version of the machine contract.
    pub schema_version: u32,
    /// Newest first.
    pub runs: Vec<RunView>,
}

/// One stored run.
#[derive(Debug, Serialize)]
pub struct RunView {
    id: String,
    workspace_root: Option<String>,
    started_at: f64,
    source: &'static str,
    command: Option<Vec<String>>,
    profile: Option<String>,
    wall_s: Option<f64>,
    outcome: &'static str,
    exit_code: Option<i32>,
    units: usize,
    timed_units: usize,
}

/// The runs as the machine contract has them.
pub fn json(rows: Vec<RunRow>) -> HistoryView {
    HistoryView { schema_version: SCHEMA_VERSION, runs: rows.into_iter().map(RunView::from).collect() }
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        let (outcome, exit_code) = match row.outcome {
            Outcome::Unknown => ("unknown", None),
            Outcome::Success => ("success", Some(0)),
            Outcome::Failed(code) => ("failed", Some(code)),
            Outcome::Interrupted => ("interrupted", None),
        };
        Self {
            id: row.id,
            workspace_root: row.workspace_root,
            started_at: row.at_s,
            source: row.source.as_str(),
            command: row.command,
            profile: row.profile,
            wall_s: row.wall_s.filter(|wall_s| wall_s.is_finite()),
            outcome,
            exit_code,
            units: row.n_units,
            timed_units: row.n_timed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, outcome: Outcome) -> RunRow {
        RunRow {
            id: id.to_owned(),
            workspace_root: Some("/ws".to_owned()),
            at_s: 1_000_000.0,
            source: Source::Capture,
            command: Some(vec!["build".to_owned(), "--release".to_owned()]),
            profile: Some("release".to_owned()),
            wall_s: Some(62.0),
            outcome,
            n_units: 234,
            n_timed: 12,
        }
    }

    #[test]
    fn runs_are_listed_in_columns() {
        let rows =
            [row("20261121T082451Z-4f3a9c", Outcome::Success), row("20261121T082400Z-4f3a9d", Outcome::Failed(101))];
        insta::assert_snapshot!(text(&rows, 1_007_200.0, 140), @"
        20261121T082451Z-4f3a9c  2 hours ago  1 min 02 s  12 of 234 units built  cargo build --release, release
        20261121T082400Z-4f3a9d  2 hours ago  1 min 02 s  12 of 234 units built  cargo build --release, release, failed with 101
        ");
    }

    #[test]
    fn a_run_to_choose_has_its_moment_and_its_command() {
        let row = row("20261121T082451Z-4f3a9c", Outcome::Success);
        insta::assert_snapshot!(choice(&row, 1_007_200.0), @"20261121T082451Z-4f3a9c  2 hours ago, cargo build --release");
        let imported = RunRow { command: None, source: Source::TimingsHtml, ..row };
        insta::assert_snapshot!(choice(&imported, 1_007_200.0), @"20261121T082451Z-4f3a9c  2 hours ago, a timings report");
    }

    #[test]
    fn a_line_stays_within_the_width() {
        let text = text(&[row("20261121T082451Z-4f3a9c", Outcome::Interrupted)], 1_007_200.0, 60);
        assert!(text.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 60), "{text}");
    }

    #[test]
    fn no_runs_are_an_empty_array() {
        insta::assert_snapshot!(serde_json::to_string(&json(Vec::new())).unwrap(), @r#"{"schema_version":1,"runs":[]}"#);
    }
}
