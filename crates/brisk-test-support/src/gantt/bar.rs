//! The bar of a unit: letter runs to [`Timing`] and back.

use brisk::model::{Confidence, Mode, SessionIdx, TargetKind, Timing, Unit};

use super::COLUMNS_PER_S;

/// A run of one letter, from and to a column.
struct Run {
    letter: char,
    from: usize,
    to: usize,
}

/// Reads `bar` as the timing of a unit of this kind and mode; `None` for an empty bar.
pub(super) fn parse(bar: &str, kind: TargetKind, mode: Mode) -> Result<Option<Timing>, String> {
    let runs = runs(bar);
    let letters: String = runs.iter().map(|run| run.letter).collect();
    if !matches!(letters.as_str(), "" | "F" | "FB" | "FL" | "FBL" | "U" | "UL" | "S" | "?") {
        return Err(format!("`{}` is not a bar: phases are F, B, L in this order, or U, L, or S, or ?", bar.trim()));
    }
    if runs.windows(2).any(|pair| pair[0].to != pair[1].from) {
        return Err(format!("`{}` has a gap: the phases of a unit follow each other", bar.trim()));
    }
    let is_run = mode == Mode::RunBuildScript;
    if is_run != letters.starts_with('S') && !matches!(letters.as_str(), "" | "?") {
        return Err(format!("`{}` does not fit: S is for the run of a build script, and for nothing else", bar.trim()));
    }
    Ok(timing(&runs, kind, mode))
}

fn runs(bar: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, letter) in bar.chars().enumerate().filter(|(_, letter)| !matches!(letter, '.' | ' ')) {
        match runs.last_mut() {
            Some(run) if run.letter == letter && run.to == column => run.to += 1,
            _ => runs.push(Run { letter, from: column, to: column + 1 }),
        }
    }
    runs
}

fn timing(runs: &[Run], kind: TargetKind, mode: Mode) -> Option<Timing> {
    let (first, last) = (runs.first()?, runs.last()?);
    let front_end_s = runs.iter().find(|run| run.letter == 'F').map(|run| seconds(run.to));
    let link = runs.iter().find(|run| run.letter == 'L');
    let has_metadata = mode.is_check() || (mode == Mode::Build && kind == TargetKind::Lib);
    Some(Timing {
        start_s: seconds(first.from),
        expanded_s: None,
        rmeta_s: front_end_s.filter(|_| has_metadata),
        codegen_s: front_end_s.filter(|_| !has_metadata),
        link_s: link.map(|run| (seconds(run.from), seconds(run.to))),
        end_s: seconds(last.to),
        confidence: if first.letter == '?' { Confidence::Doubtful } else { Confidence::Exact },
        session: SessionIdx(0),
    })
}

/// Draws the unit's timing. A unit that is shorter than half a column is drawn as one column.
///
/// # Panics
///
/// When the unit starts before the zero of the picture.
pub(super) fn render(unit: &Unit) -> String {
    let Some(timing) = unit.timing else { return String::new() };
    assert!(
        timing.start_s > -0.5 / COLUMNS_PER_S,
        "{} starts before the picture, at {} s",
        unit.label(),
        timing.start_s
    );
    let start = column(timing.start_s);
    let end = column(timing.end_s).max(start + 1);
    let link = timing.link_s.map_or(end, |(from, _)| column(from).clamp(start, end));
    let front_end = timing.front_end_s().map(|at_s| column(at_s).clamp(start, link));
    let mut bar = ".".repeat(start);
    match front_end {
        _ if timing.confidence == Confidence::Doubtful => bar.push_str(&"?".repeat(end - start)),
        _ if unit.mode == Mode::RunBuildScript => bar.push_str(&"S".repeat(end - start)),
        None => push_phases(&mut bar, &[('U', link - start), ('L', end - link)]),
        Some(at) => push_phases(&mut bar, &[('F', at - start), ('B', link - at), ('L', end - link)]),
    }
    bar
}

fn push_phases(bar: &mut String, phases: &[(char, usize)]) {
    bar.extend(phases.iter().flat_map(|&(letter, n_columns)| std::iter::repeat_n(letter, n_columns)));
}

fn seconds(column: usize) -> f64 {
    column as f64 / COLUMNS_PER_S
}

/// The nearest column; the caller has made sure that it is not negative.
fn column(at_s: f64) -> usize {
    (at_s * COLUMNS_PER_S).round() as usize
}
