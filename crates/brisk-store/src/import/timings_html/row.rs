//! The rows of `UNIT_DATA`.

use std::collections::BTreeMap;

use brisk::model::{Confidence, Edge, Mode, PackageRef, PackageSource, Problem, SessionIdx, Status, Timing};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::{Summary, decode};
use super::{edge, target_text};
use crate::import::library_kind::Metadata;
use crate::sieve::counted;

/// One unit, as any version of Cargo writes it.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    i: u64,
    pub(super) name: String,
    #[serde(default)]
    pub(super) version: String,
    #[serde(default)]
    pub(super) target: String,
    /// Since 1.94.
    #[serde(default)]
    pub(super) features: Option<Vec<String>>,
    pub(super) start: f64,
    pub(super) duration: f64,
    /// Up to 1.93.
    #[serde(default)]
    rmeta_time: Option<f64>,
    #[serde(default, alias = "unlocked_units")]
    unblocked_units: Vec<u64>,
    #[serde(default, alias = "unlocked_rmeta_units")]
    unblocked_rmeta_units: Vec<u64>,
    #[serde(default)]
    sections: Option<Vec<(String, Section)>>,
}

/// Part of a unit's time, in seconds since the unit's start.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Section {
    start: f64,
    end: f64,
}

/// All rows that could be read.
pub(super) struct Rows {
    rows: Vec<Row>,
    n_unreadable: usize,
}

impl Rows {
    /// Decodes the rows; of two with the same index the first one counts.
    pub(super) fn of(data: Vec<&RawValue>) -> Self {
        let n_rows = data.len();
        let mut indices = std::collections::BTreeSet::new();
        let rows: Vec<Row> = data.into_iter().filter_map(decode::<Row>).filter(|row| indices.insert(row.i)).collect();
        let n_unreadable = n_rows - rows.len();
        Self { rows, n_unreadable }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Row> {
        self.rows.iter()
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let n = counted(self.n_unreadable, "unit", "units");
        n.map(|n| {
            let why = "not what Cargo writes, or there twice";
            Problem::new(format!("could not read {n} of the report"), why, "not in the build")
        })
        .into_iter()
        .collect()
    }

    /// Whether Cargo 1.93 or an older one wrote the report.
    pub(super) fn are_before_1_94(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.features.is_none())
    }

    /// An edge for each unit that another one has unblocked.
    pub(super) fn edges(&self, problems: &mut Vec<Problem>) -> Vec<Edge> {
        let places: BTreeMap<u64, u32> = (0..).zip(&self.rows).map(|(place, row)| (row.i, place)).collect();
        let mut edges = Vec::new();
        let mut n_astray = 0;
        for (place, row) in (0..).zip(&self.rows) {
            for unblocked in row.unblocked_units.iter().chain(&row.unblocked_rmeta_units) {
                match places.get(unblocked) {
                    Some(dependent) => edges.push(edge(place, *dependent)),
                    None => n_astray += 1,
                }
            }
        }
        let told = counted(n_astray, "unit became ready that is", "units became ready that are");
        problems.extend(told.map(|n| {
            let why = "not run (fresh, or a documentation test), or the report is damaged";
            Problem::new(format!("{n} not in the report"), why, "what they waited for is not known")
        }));
        edges
    }

    /// What a unit was that did not run. Cargo 1.95 to 1.98 lists fresh units so, but also those that a failed build
    /// never came to; only the numbers tell.
    pub(super) fn idle_status(&self, summary: &Summary) -> Status {
        let n_idle = self.rows.iter().filter(|row| row.is_idle() && row.mode() != Mode::Doctest).count() as u64;
        if summary.n_fresh == Some(n_idle) { Status::Fresh } else { Status::Unknown }
    }
}

impl Row {
    /// Whether it did not run. No unit really starts within the first 5 ms of a build: Cargo reads manifests first.
    pub(super) fn is_idle(&self) -> bool {
        self.start == 0.0 && self.duration == 0.0
    }

    fn mode(&self) -> Mode {
        target_text::parse(&self.target, &self.name).1
    }

    pub(super) fn package(&self) -> PackageRef {
        let version = Some(&self.version).filter(|version| !version.is_empty() && *version != "N/A");
        PackageRef { name: self.name.clone(), version: version.cloned(), source: PackageSource::Unknown }
    }

    /// Documentation tests are listed among the idle ones, but run outside of the job queue.
    pub(super) fn status(&self, idle: &Status, mode: Mode) -> Status {
        if self.is_idle() && mode != Mode::Doctest { idle.clone() } else { Status::Unknown }
    }

    /// Whether early metadata were seen. With sections of rustc's own, metadata are not told.
    pub(super) fn metadata(&self) -> Metadata {
        let has_sections = self.sections.as_ref().is_some_and(|sections| !sections.is_empty());
        match self.rmeta_s() {
            Some(_) => Metadata::Early,
            None if !self.unblocked_rmeta_units.is_empty() => Metadata::Early,
            None if self.is_idle() || has_sections => Metadata::NotSeen,
            None => Metadata::Never,
        }
    }

    pub(super) fn timing(&self) -> Timing {
        let at = |offset_s: f64| centiseconds(self.start + offset_s);
        Timing {
            start_s: self.start,
            expanded_s: None,
            rmeta_s: self.rmeta_s().map(at),
            codegen_s: self.section("codegen").filter(|_| self.has_own_sections()).map(|codegen| at(codegen.start)),
            link_s: self.section("link").map(|link| (at(link.start), at(link.end))),
            end_s: at(self.duration),
            confidence: Confidence::Rounded,
            session: SessionIdx(0),
        }
    }

    /// Seconds to metadata: since 1.94 the boundary between the two sections that Cargo makes of it.
    fn rmeta_s(&self) -> Option<f64> {
        if self.has_own_sections() {
            return self.rmeta_time;
        }
        self.rmeta_time.or_else(|| self.section("frontend").map(|frontend| frontend.end))
    }

    /// Whether the sections are rustc's own (`-Zsection-timings`). Those that Cargo makes of the moment of metadata are
    /// `frontend` and `codegen`, and no others.
    fn has_own_sections(&self) -> bool {
        let is_own = |(name, _): &(String, Section)| !["frontend", "codegen"].contains(&name.to_lowercase().as_str());
        self.sections.iter().flatten().any(is_own)
    }

    fn section(&self, wanted: &str) -> Option<Section> {
        self.sections.iter().flatten().find(|(name, _)| name.to_lowercase() == wanted).map(|(_, section)| *section)
    }
}

/// Sums of numbers that Cargo rounded to 10 ms, rounded likewise (`round_to_centisecond` in its `timings/report.rs`).
fn centiseconds(seconds: f64) -> f64 {
    (seconds * 100.0).round() / 100.0
}
