//! What lies around the build: edits, disk, trend, problems.

use brisk::analysis::Analysis;
use brisk::detect::EditCost;
use brisk::model::{DiskEntry, DiskUsage, History, Problem, Weight};
use brisk::overview::Trend;
use brisk::stats::Metric;
use serde::Serialize;

use super::strings::{Strings, Text};
use crate::json::number::seconds;

/// What editing each member costs.
#[derive(Debug, Serialize)]
pub(super) struct EditsData {
    /// Days that were looked back for commits.
    days: Option<u32>,
    /// Why commits are not known.
    why_unknown: Option<Text>,
    members: Vec<EditData>,
}

#[derive(Debug, Serialize)]
struct EditData {
    name: Text,
    n_packages: usize,
    n_units: usize,
    unit_s: Option<f64>,
    cpu_s: Option<f64>,
    n_untimed: usize,
    bound_s: Option<f64>,
    is_of_rebuild: bool,
    commits: Option<u32>,
}

impl EditsData {
    /// `None` where it is not known of any member.
    pub(super) fn of(analysis: &Analysis, strings: &mut Strings) -> Option<Self> {
        let (days, why_unknown) = match &analysis.surroundings.history {
            Some(History::Told(edits)) => (Some(edits.days), None),
            Some(History::Unknown(why)) => (None, Some(strings.of(why))),
            None => (None, Some(strings.of("nobody asked the version control"))),
        };
        let member = |cost: &EditCost| EditData {
            name: strings.of(&cost.name),
            n_packages: cost.packages.len(),
            n_units: cost.units.len(),
            unit_s: cost.unit_s.and_then(seconds),
            cpu_s: cost.cpu_s.and_then(seconds),
            n_untimed: cost.n_untimed,
            bound_s: cost.bound_s.and_then(seconds),
            is_of_rebuild: cost.is_of_rebuild,
            commits: cost.commits,
        };
        let members: Vec<EditData> = analysis.edit_costs.iter().map(member).collect();
        (!members.is_empty()).then_some(Self { days, why_unknown, members })
    }
}

/// What the target directory holds.
#[derive(Debug, Serialize)]
pub(super) struct DiskData<'a> {
    path: &'a str,
    bytes: u64,
    files: u64,
    entries: Vec<DiskPart<'a>>,
}

/// Path, kind, bytes, files, parts.
#[derive(Debug, Serialize)]
struct DiskPart<'a>(&'a str, &'static str, u64, u64, Vec<DiskPart<'a>>);

impl<'a> DiskData<'a> {
    pub(super) fn of(disk: &'a DiskUsage) -> Self {
        Self { path: &disk.path, bytes: disk.bytes, files: disk.files, entries: DiskPart::all(&disk.entries) }
    }
}

impl<'a> DiskPart<'a> {
    fn all(entries: &'a [DiskEntry]) -> Vec<Self> {
        let part = |entry: &'a DiskEntry| {
            Self(&entry.path, entry.kind.as_str(), entry.bytes, entry.files, Self::all(&entry.children))
        };
        entries.iter().map(part).collect()
    }
}

/// Builds of one kind over time.
#[derive(Debug, Serialize)]
pub(super) struct TrendData<'a> {
    command: &'a str,
    points: Vec<PointData<'a>>,
    changes: Vec<ChangeData>,
    builds_per_day: Option<BuildsPerDayData>,
}

#[derive(Debug, Serialize)]
struct PointData<'a> {
    run: &'a str,
    at: Option<f64>,
    wall_s: Option<f64>,
    cpu_s: Option<f64>,
    units: usize,
    is_quiet: bool,
}

#[derive(Debug, Serialize)]
struct ChangeData {
    /// `wall` or `cpu`.
    metric: &'static str,
    /// Position of the first point after it.
    at: usize,
    before_s: Option<f64>,
    after_s: Option<f64>,
    p: Option<f64>,
}

#[derive(Debug, Serialize)]
struct BuildsPerDayData {
    builds: Option<f64>,
    days: Option<f64>,
    n: usize,
}

impl<'a> TrendData<'a> {
    pub(super) fn of(trend: &'a Trend) -> Self {
        let points = trend.points.iter().map(|point| PointData {
            run: &point.run,
            at: seconds(point.at),
            wall_s: point.wall_s.and_then(seconds),
            cpu_s: point.cpu_s.and_then(seconds),
            units: point.units,
            is_quiet: point.is_quiet,
        });
        let changes = trend.changes.iter().map(|change| ChangeData {
            metric: match change.metric {
                Metric::Wall => "wall",
                Metric::Cpu => "cpu",
            },
            at: change.at,
            before_s: seconds(change.before_s),
            after_s: seconds(change.after_s),
            p: seconds(change.p),
        });
        let per_day = trend.builds_per_day.as_ref().map(|per_day| BuildsPerDayData {
            builds: seconds(per_day.builds),
            days: seconds(per_day.days),
            n: per_day.n,
        });
        Self { command: &trend.command, points: points.collect(), changes: changes.collect(), builds_per_day: per_day }
    }
}

/// Something that could not be read or decided.
#[derive(Debug, Serialize)]
pub(super) struct ProblemData {
    what: Text,
    why: Text,
    effect: Text,
    /// Whether it is an everyday matter.
    is_note: bool,
}

impl ProblemData {
    pub(super) fn of(problem: &Problem, strings: &mut Strings) -> Self {
        Self {
            what: strings.of(&problem.what),
            why: strings.of(&problem.why),
            effect: strings.of(&problem.effect),
            is_note: problem.weight == Weight::Note,
        }
    }
}
