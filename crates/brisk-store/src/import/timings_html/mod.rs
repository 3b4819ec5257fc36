//! The report of `cargo build --timings`: `target/cargo-timings/cargo-timing*.html`.
//!
//! There is no machine-readable form on stable Cargo since 1.94 (cargo#16420), but the page carries its data as JSON.
//! Sources: `core/compiler/timings.rs` of Cargo up to 1.92, `core/compiler/timings/{mod,report}.rs` and
//! `ops/cargo_report/timings.rs` after. What changed over time:
//!
//! | Cargo | |
//! |---|---|
//! | 1.60 | `unlocked_units`, `rmeta_time`; indices count the rows; fresh units are not listed |
//! | 1.91 | `sections` (of `-Zsection-timings`) beside `rmeta_time` |
//! | 1.93 | the field is `unblocked_units` |
//! | 1.94 | `rmeta_time` is gone: a library has the sections `frontend` and `codegen`; `features`; indices are Cargo's own |
//! | 1.95 | ` name "bin"` where ` bin "name"` was; units that did not run are listed with start 0 and duration 0 |
//! | 1.99 | units that did not run are no longer listed (cargo#17212) |
//!
//! What no version has: the dependencies. A unit names those that *could start* when it was done
//! (`DependencyQueue::finish`), so that of all its dependencies a unit shows the last one only. That is the chain by
//! which the build really waited, but not the graph; the build says so in a problem. `mode` is the word `todo` for all
//! but build scripts at run, so that modes are read from the text of the target.

mod page;
mod row;
mod target_text;

use brisk::model::{
    Build, CpuSample, Edge, Jobs, JobsBasis, Machine, Mode, Outcome, Platform, Problem, Source, Unit, UnitIdx,
    profile_dir,
};

use self::page::{Page, Summary};
use self::row::{Row, Rows};
use super::ParseError;
use super::library_kind::{self, Metadata, Request};
use super::session::main_session;
use crate::sieve::{Earliest, counted, sieve};

/// What Cargo exits with when a build fails (`CliError::new(err, 101)` in its `util/errors.rs`).
const CARGO_FAILED: i32 = 101;

/// Reads a report.
///
/// Times are rounded to 10 ms and count from Cargo's start; `started_at` is the moment that the report shows, which is
/// some milliseconds after that, and up to 1.93 after dependencies were resolved.
///
/// # Errors
///
/// If there are no data in it, or they are not JSON.
pub fn parse(text: &str) -> Result<Build, ParseError> {
    let page = Page::of(text)?;
    let summary = page.summary();
    let rows = Rows::of(page.unit_data()?);
    let mut problems = rows.problems();
    let edges = rows.edges(&mut problems);
    let units = units(&rows, &edges, &summary, &mut problems);
    let session = main_session(&units, summary.started_at);
    problems.extend(limits(&rows, &summary));
    let build = Build {
        profile: summary.profile.clone(),
        started_at: summary.started_at,
        wall_s: session.as_ref().map(|session| session.wall_s),
        command_span_s: command_span_s(&rows, &summary),
        jobs: summary.jobs.map(|n| Jobs { n, basis: JobsBasis::Recorded }),
        machine: Machine {
            cores: summary.n_cpus,
            host: summary.host.clone(),
            rustc: summary.rustc.clone(),
            ..Machine::default()
        },
        outcome: outcome(&summary),
        units,
        edges,
        sessions: session.into_iter().collect(),
        cpu_samples: cpu_samples(&page, &summary, &mut problems),
        problems,
        ..Build::empty(Source::TimingsHtml)
    };
    Ok(sieve(build, Earliest::CommandStart))
}

fn units(rows: &Rows, edges: &[Edge], summary: &Summary, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let idle = rows.idle_status(summary);
    let dir = summary.profile.as_deref().map(|name| profile_dir(name).to_owned());
    let make = |row: &Row| row.unit(&idle, dir.clone(), summary.failed == Some(true));
    let mut units: Vec<Unit> = rows.iter().map(make).collect();
    let seen: Vec<(Metadata, Request)> = rows.iter().map(|row| (row.metadata(), summary.request(row))).collect();
    problems.extend(library_kind::settle(&mut units, edges, &seen));
    let unfinished = |(unit, row): &(&Unit, &Row)| unit.timing.is_none() && !row.is_idle();
    let n_unfinished = units.iter().zip(rows.iter()).filter(unfinished).count();
    problems.extend(counted(n_unfinished, "unit", "units").map(|n| {
        Problem::new(format!("{n} started and did not finish"), "the build failed", "their time is not known")
    }));
    units
}

/// Cargo writes the report at the end, with the error if there was one.
fn outcome(summary: &Summary) -> Outcome {
    match summary.failed {
        Some(true) => Outcome::Failed(CARGO_FAILED),
        Some(false) => Outcome::Success,
        None => Outcome::Unknown,
    }
}

/// Up to Cargo 1.93 `Total time` was taken when the report was written; since then it is the end of the last unit.
fn command_span_s(rows: &Rows, summary: &Summary) -> Option<(f64, f64)> {
    summary.total_s.filter(|_| rows.are_before_1_94()).map(|total_s| (0.0, total_s))
}

/// `CPU_USAGE` is in percent of all processors; the report's `ncpu` turns it into busy ones.
fn cpu_samples(page: &Page<'_>, summary: &Summary, problems: &mut Vec<Problem>) -> Vec<CpuSample> {
    let usage = page.cpu_usage();
    let Some(n_cpus) = summary.n_cpus else {
        if !usage.is_empty() {
            problems.push(Problem::new(
                "the CPU usage of the report could not be used",
                "it is in percent, and the report does not say of how many processors",
                "the load of the machine is not known",
            ));
        }
        return Vec::new();
    };
    usage.into_iter().map(|(at_s, percent)| CpuSample { at_s, busy: percent / 100.0 * f64::from(n_cpus) }).collect()
}

/// What no report tells, and what this one does not.
fn limits(rows: &Rows, summary: &Summary) -> Vec<Problem> {
    let mut limits = vec![Problem::new(
        "a timings report has no dependency graph",
        "of the dependencies of a unit it shows only the one that was done last",
        "the critical path is the one of this very build; duplicates and predictions know less than they would",
    )];
    let n_listed = rows.iter().filter(|row| row.is_idle()).count();
    let n_fresh = summary.n_fresh.and_then(|n_fresh| usize::try_from(n_fresh).ok()).unwrap_or(0);
    limits.extend(counted(n_fresh.saturating_sub(n_listed), "fresh unit", "fresh units").map(|n| {
        let why = "this version of Cargo lists only what was built";
        Problem::new(format!("{n} not in the report"), why, "not in the build")
    }));
    if rows.are_before_1_94() {
        limits.push(Problem::new(
            "the features of units are not in the report",
            "Cargo writes them since 1.94",
            "units that differ in features alone cannot be told apart",
        ));
    }
    if let Some(target) = summary.foreign_target() {
        limits.push(Problem::new(
            format!("the build was for {target}, and the report does not say which units were"),
            "Cargo does not write it",
            "all units count as built for the host",
        ));
    }
    limits
}

impl Row {
    fn unit(&self, idle: &brisk::model::Status, profile_dir: Option<String>, build_failed: bool) -> Unit {
        let (target, mode) = target_text::parse(&self.target, &self.name);
        let is_run = mode == Mode::RunBuildScript;
        // Nothing but a build script at run is done within 5 ms of rustc's start: without an end it failed.
        let is_unfinished = build_failed && self.duration == 0.0 && !is_run;
        Unit {
            hash: None,
            package: self.package(),
            target,
            mode,
            platform: Platform::Host,
            profile_dir,
            features: self.features.clone().unwrap_or_default(),
            status: self.status(idle, mode),
            timing: if self.is_idle() || is_unfinished { None } else { Some(self.timing()) },
            unfinished_since_s: is_unfinished.then_some(self.start),
            cpu: None,
            phase_cpu: brisk::model::PhaseCpu::default(),
            max_rss_bytes: None,
            failed: None,
            outputs: brisk::model::Outputs::default(),
        }
    }
}

impl Summary {
    fn request(&self, row: &Row) -> Request {
        let root = format!("{} {}", row.name, row.version);
        if self.roots.contains(&root) { Request::Requested } else { Request::Needed }
    }
}

/// An edge from the unit that was waited for to the one that waited.
fn edge(dependency: u32, dependent: u32) -> Edge {
    Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) }
}

#[cfg(test)]
mod tests;
