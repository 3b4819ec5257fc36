//! The stages of a build, what ran after it, what it produced, and how busy the machine was.

use brisk::analysis::Analysis;
use brisk::model::{Build, CpuSample, CpuTime, DiskEntry, DiskKind, Execution, Mode, TargetKind, Unit};
use serde::Serialize;

use super::number::ticks;
use super::strings::{Strings, Text};
use super::units::Members;
use crate::json::UnitView;
use crate::json::number::seconds;

/// How long a stage took.
#[derive(Debug, Serialize)]
pub(super) struct Stage {
    /// `before`, `front`, `back`, `link`, `script`, `unsplit`, `after`.
    key: &'static str,
    /// Seconds in which at least one unit was in it.
    wall_s: Option<f64>,
    /// Seconds of all units in it, added up.
    unit_s: Option<f64>,
    /// CPU seconds of those units of which they were measured.
    cpu_s: Option<f64>,
    /// Units that were in it, and those of which the CPU time is known.
    n: usize,
    n_cpu: usize,
}

/// A unit in a stage: from, to, and CPU seconds of it.
type Piece = (f64, f64, Option<f64>);

/// All stages, in their order.
pub(super) fn stages(build: &Build) -> Vec<Stage> {
    let views: Vec<UnitView<'_>> = main_units(build).map(UnitView::of).collect();
    let of = |key, piece: fn(&UnitView<'_>) -> Option<Piece>| Stage::of(key, views.iter().filter_map(piece).collect());
    let (before_s, after_s) = around(build).unzip();
    vec![
        Stage::outside("before", before_s, None),
        of("front", front),
        of("back", back),
        of("link", link),
        of("script", |unit| is_script(unit).then(|| whole(unit)).flatten()),
        of("unsplit", |unit| (!is_script(unit) && unit.front_s.is_none()).then(|| whole(unit)).flatten()),
        Stage::outside("after", after_s, executions_cpu_s(&build.executions)),
    ]
}

fn main_units(build: &Build) -> impl Iterator<Item = &Unit> {
    build.units.iter().filter(|unit| build.in_main_session(unit) && unit.trusted_duration_s().is_some())
}

fn is_script(unit: &UnitView<'_>) -> bool {
    unit.mode == Mode::RunBuildScript.as_str()
}

fn whole(unit: &UnitView<'_>) -> Option<Piece> {
    Some((unit.start_s?, unit.end_s?, unit.cpu_s))
}

fn front(unit: &UnitView<'_>) -> Option<Piece> {
    let start_s = unit.start_s?;
    Some((start_s, start_s + unit.front_s?, unit.front_cpu_s))
}

/// A check generates no code; a unit that does not is none of this stage.
fn back(unit: &UnitView<'_>) -> Option<Piece> {
    let from_s = unit.start_s? + unit.front_s?;
    let back_s = unit.back_s.filter(|back_s| *back_s > 0.0)?;
    Some((from_s, from_s + back_s, unit.back_cpu_s))
}

fn link(unit: &UnitView<'_>) -> Option<Piece> {
    let end_s = unit.end_s?;
    Some((end_s - unit.link_s?, end_s, unit.link_cpu_s))
}

impl Stage {
    fn of(key: &'static str, pieces: Vec<Piece>) -> Self {
        let n = pieces.len();
        let known = || pieces.iter().filter_map(|(.., cpu_s)| *cpu_s);
        let n_cpu = known().count();
        let unit_s: f64 = pieces.iter().map(|(from_s, to_s, _)| (to_s - from_s).max(0.0)).sum();
        Self {
            key,
            unit_s: seconds(unit_s).filter(|_| n > 0),
            cpu_s: seconds(known().sum()).filter(|_| n_cpu > 0),
            n,
            n_cpu,
            wall_s: seconds(covered_s(pieces)).filter(|_| n > 0),
        }
    }

    fn outside(key: &'static str, wall_s: Option<f64>, cpu_s: Option<f64>) -> Self {
        let cpu_s = cpu_s.and_then(seconds);
        Self { key, wall_s: wall_s.and_then(seconds), unit_s: None, cpu_s, n: 0, n_cpu: 0 }
    }
}

/// Seconds that any of these stretches covers.
fn covered_s(mut pieces: Vec<Piece>) -> f64 {
    pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut covered_s = 0.0;
    let mut until_s = f64::NEG_INFINITY;
    for (from_s, to_s, _) in pieces {
        covered_s += (to_s - from_s.max(until_s)).max(0.0);
        until_s = until_s.max(to_s);
    }
    covered_s
}

/// Seconds of the command before its first unit and after its last one, where they were observed.
fn around(build: &Build) -> Option<(f64, f64)> {
    let (from_s, to_s) = build.command_span_s?;
    let timings = || main_units(build).filter_map(|unit| unit.timing);
    let first_s = timings().map(|timing| timing.start_s).min_by(f64::total_cmp)?;
    let last_s = timings().map(|timing| timing.end_s).max_by(f64::total_cmp)?;
    Some(((first_s - from_s).max(0.0), (to_s - last_s).max(0.0)))
}

fn executions_cpu_s(executions: &[Execution]) -> Option<f64> {
    let all: Option<Vec<f64>> = executions.iter().map(|run| run.cpu.map(CpuTime::total_s)).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.iter().sum())
}

/// Programs that Cargo ran after building.
#[derive(Debug, Serialize)]
pub(super) struct Programs {
    n: usize,
    wall_s: Option<f64>,
    n_failed: usize,
    longest: Vec<Program>,
}

#[derive(Debug, Serialize)]
struct Program {
    program: Text,
    wall_s: Option<f64>,
    cpu_s: Option<f64>,
    max_rss_bytes: Option<u64>,
    exit_code: Option<i32>,
}

/// Programs that are listed; a test suite of a large workspace has some hundred.
const MOST_PROGRAMS: usize = 300;

impl Programs {
    /// `None` if none ran.
    pub(super) fn of(build: &Build, strings: &mut Strings) -> Option<Self> {
        let wall_s = |run: &Execution| (run.end_s - run.start_s).max(0.0);
        let mut longest: Vec<&Execution> = build.executions.iter().collect();
        longest.sort_by(|a, b| wall_s(b).total_cmp(&wall_s(a)));
        longest.truncate(MOST_PROGRAMS);
        let program = |run: &Execution| Program {
            program: strings.of(&run.program),
            wall_s: seconds(wall_s(run)),
            cpu_s: run.cpu.map(CpuTime::total_s).and_then(seconds),
            max_rss_bytes: run.max_rss_bytes,
            exit_code: run.exit_code,
        };
        (!longest.is_empty()).then(|| Self {
            n: build.executions.len(),
            wall_s: seconds(build.executions.iter().map(wall_s).sum()),
            n_failed: build.executions.iter().filter(|run| run.exit_code.is_some_and(|code| code != 0)).count(),
            longest: longest.into_iter().map(program).collect(),
        })
    }
}

/// Programs and libraries that were linked for members, as units and bytes: the largest first.
pub(super) fn artifacts(analysis: &Analysis) -> Vec<(u32, u64)> {
    const MOST: usize = 30;
    let members = Members::of(analysis);
    let is_product = |unit: &Unit| {
        let is_of_host = matches!(unit.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript);
        unit.links() && !is_of_host && members.has(unit)
    };
    let units = analysis.build.iter_units().filter(|(_, unit)| is_product(unit));
    let mut artifacts: Vec<(u32, u64)> = units.filter_map(|(idx, unit)| Some((idx.0, unit.outputs.bytes?))).collect();
    artifacts.sort_by_key(|(idx, bytes)| (std::cmp::Reverse(*bytes), *idx));
    artifacts.truncate(MOST);
    artifacts
}

/// What `cargo package` wrote.
#[derive(Debug, Serialize)]
pub(super) struct CrateFiles {
    bytes: u64,
    files: u64,
}

impl CrateFiles {
    /// `None` where there are none.
    pub(super) fn of(analysis: &Analysis) -> Option<Self> {
        fn all<'a>(entries: &'a [DiskEntry], found: &mut Vec<&'a DiskEntry>) {
            for entry in entries {
                match entry.kind {
                    DiskKind::CrateFiles => found.push(entry),
                    _ => all(&entry.children, found),
                }
            }
        }
        let mut found = Vec::new();
        all(&analysis.surroundings.disk.as_ref()?.entries, &mut found);
        let sum = |of: fn(&DiskEntry) -> u64| found.iter().fold(0, |sum: u64, entry| sum.saturating_add(of(entry)));
        (!found.is_empty()).then(|| Self { bytes: sum(|entry| entry.bytes), files: sum(|entry| entry.files) })
    }
}

/// Busy processors over time.
#[derive(Debug, Serialize)]
pub(super) struct CpuSamples {
    /// Where the first interval begins, in ticks.
    from: i64,
    /// Where each ends.
    at: Vec<i64>,
    /// Busy processors in hundredths.
    busy: Vec<i64>,
}

/// As many intervals as there are pixels; longer builds have longer ones.
const MOST_SAMPLES: usize = 800;

impl CpuSamples {
    /// `None` where nothing was sampled.
    pub(super) fn of(build: &Build) -> Option<Self> {
        let first_s = main_units(build).filter_map(|unit| unit.timing).map(|timing| timing.start_s);
        let from_s = first_s.fold(0.0, f64::min);
        let together = build.cpu_samples.len().div_ceil(MOST_SAMPLES).max(1);
        let mut samples = Self { from: ticks(from_s)?, at: Vec::new(), busy: Vec::new() };
        let mut before_s = from_s;
        for chunk in build.cpu_samples.chunks(together) {
            let Some((at, busy)) = joined(chunk, before_s) else { continue };
            samples.at.push(at);
            samples.busy.push(busy);
            before_s = chunk.last().map_or(before_s, |sample| sample.at_s);
        }
        (!samples.at.is_empty()).then_some(samples)
    }
}

/// End of these intervals and the mean of their busy processors, in hundredths.
fn joined(samples: &[CpuSample], from_s: f64) -> Option<(i64, i64)> {
    let mut before_s = from_s;
    let (mut area, mut length_s) = (0.0, 0.0);
    for sample in samples {
        let of_s = (sample.at_s - std::mem::replace(&mut before_s, sample.at_s)).max(0.0);
        area += sample.busy * of_s;
        length_s += of_s;
    }
    let mean = if length_s > 0.0 { area / length_s } else { samples.last()?.busy };
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
    let hundredths = (mean * 100.0).round() as i64;
    Some((ticks(before_s)?, hundredths)).filter(|_| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_on_top_of_each_other_count_once() {
        assert_eq!(covered_s(vec![(5.0, 6.0, None), (0.0, 2.0, None), (1.0, 3.0, None), (1.0, 1.5, None)]), 4.0);
        assert_eq!(covered_s(vec![(2.0, 1.0, None)]), 0.0);
    }

    #[test]
    fn samples_are_joined_by_how_long_they_are() {
        let samples = [(1.0, 2.0), (4.0, 0.0)].map(|(at_s, busy)| CpuSample { at_s, busy });
        assert_eq!(joined(&samples, 0.0), Some((40_000, 50)));
    }
}
