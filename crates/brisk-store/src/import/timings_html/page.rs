//! The page: where its data and its summary are.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::import::ParseError;

/// A report, cut into summary and data.
pub(super) struct Page<'a> {
    /// All that comes before the data.
    head: &'a str,
    /// From `UNIT_DATA` on.
    script: &'a str,
}

/// The summary table. `None` where it is missing or in other words.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Summary {
    /// Requested packages, `name version`.
    pub(super) roots: Vec<String>,
    pub(super) profile: Option<String>,
    pub(super) n_fresh: Option<u64>,
    pub(super) jobs: Option<u32>,
    pub(super) n_cpus: Option<u32>,
    /// Seconds since the UNIX epoch.
    pub(super) started_at: Option<f64>,
    pub(super) total_s: Option<f64>,
    pub(super) rustc: Option<String>,
    pub(super) host: Option<String>,
    pub(super) targets: Vec<String>,
    /// `None` without a table.
    pub(super) failed: Option<bool>,
}

impl<'a> Page<'a> {
    /// Finds the data of `text`.
    pub(super) fn of(text: &'a str) -> Result<Self, ParseError> {
        let (head, script) = text.split_once("const UNIT_DATA").ok_or(ParseError::NoUnitData)?;
        Ok(Self { head, script })
    }

    /// The rows of `UNIT_DATA`, each still undecoded, so that one that is not valid does not spoil the others.
    pub(super) fn unit_data(&self) -> Result<Vec<&'a RawValue>, ParseError> {
        let json = self.script.split_once('=').ok_or(ParseError::NoUnitData)?.1;
        match first_value(json) {
            Some(rows) => rows.map_err(ParseError::UnitData),
            None => Err(ParseError::NoUnitData),
        }
    }

    /// `CPU_USAGE`: seconds and percent; empty if there is none.
    pub(super) fn cpu_usage(&self) -> Vec<(f64, f64)> {
        let json = self.script.split_once("const CPU_USAGE").and_then(|(_, rest)| rest.split_once('='));
        json.and_then(|(_, json)| first_value(json)?.ok()).unwrap_or_default()
    }

    /// Reads the summary table.
    pub(super) fn summary(&self) -> Summary {
        let Some((_, table)) = self.head.split_once("summary-table\">") else { return Summary::default() };
        let table = Table(table.split_once("</table>").map_or(table, |(table, _)| table));
        let rustc = table.cell("rustc:").unwrap_or_default();
        let line = |label: &str| rustc.split("<br>").find_map(|line| line.trim().strip_prefix(label)).map(str::trim);
        Summary {
            roots: table.cell("Targets:").map(roots).unwrap_or_default(),
            profile: table.cell("Profile:").filter(|profile| !profile.is_empty()).map(str::to_owned),
            n_fresh: table.cell("Fresh units:").and_then(|n| n.parse().ok()),
            jobs: table.number("Max concurrency:", "jobs="),
            n_cpus: table.number("Max concurrency:", "ncpu="),
            started_at: table.cell("Build start:").and_then(epoch_seconds),
            total_s: table.cell("Total time:").and_then(|time| time.split_once('s')?.0.parse().ok()),
            rustc: line("rustc ").map(|version| format!("rustc {version}")),
            host: line("Host:").map(str::to_owned),
            targets: line("Target:").map(|list| list.split(", ").map(str::to_owned).collect()).unwrap_or_default(),
            failed: Some(table.cell("Error:").is_some()),
        }
    }
}

impl Summary {
    /// A target that is not the host.
    pub(super) fn foreign_target(&self) -> Option<&str> {
        let host = self.host.as_deref()?;
        self.targets.iter().map(String::as_str).find(|target| *target != host)
    }
}

/// The first JSON value of a text that goes on after it.
fn first_value<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<serde_json::Result<T>> {
    serde_json::Deserializer::from_str(text).into_iter().next()
}

/// `name version (targets)`, separated by `<br>`.
fn roots(cell: &str) -> Vec<String> {
    cell.split("<br>").map(|root| root.split_once(" (").map_or(root, |(root, _)| root).trim().to_owned()).collect()
}

/// RFC 3339, in whole seconds up to Cargo 1.87 and in nanoseconds after.
fn epoch_seconds(text: &str) -> Option<f64> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(timestamp.as_duration().as_secs_f64())
}

/// The summary table's inside.
struct Table<'a>(&'a str);

impl<'a> Table<'a> {
    /// What stands beside `label`.
    fn cell(&self, label: &str) -> Option<&'a str> {
        let (_, rest) = self.0.split_once(&format!(">{label}</td><td>"))?;
        Some(rest.split_once("</td>").map_or(rest, |(cell, _)| cell).trim())
    }

    /// The number after `mark` in the cell beside `label`.
    fn number<T: std::str::FromStr>(&self, label: &str, mark: &str) -> Option<T> {
        let (_, rest) = self.cell(label)?.split_once(mark)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    }
}

/// Decodes one row.
pub(super) fn decode<T: DeserializeOwned>(row: &RawValue) -> Option<T> {
    serde_json::from_str(row.get()).ok()
}
