//! How far predictions were off: a line for each recorded build, or a JSON object.

use brisk::proof::Confirmation;
use brisk::simulate::what_if::{Check, nine_tenths};
use serde::Serialize;

use crate::format;
use crate::json::SCHEMA_VERSION;

/// A check, and the runs that it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct AccuracyRow {
    /// Id of the run that was predicted.
    pub run: String,
    /// Id of the run that it was predicted from.
    pub from: String,
    /// How it went.
    pub check: Check,
}

/// All that is known of how far predictions were off.
#[derive(Clone, Debug, PartialEq)]
pub struct Accuracy {
    /// Recorded builds as predicted from each other, newest first.
    pub checks: Vec<AccuracyRow>,
    /// Predictions that trials have shown to be right or wrong, newest first.
    pub trials: Vec<Confirmation>,
}

impl Accuracy {
    /// By how much CPU time was off.
    fn cpu_errors(&self) -> Vec<f64> {
        let checks = self.checks.iter().map(|row| row.check.cpu_error());
        checks.chain(self.trials.iter().map(Confirmation::error)).collect()
    }
}

/// All of it as text: a line each, and what they say together.
pub fn text(accuracy: &Accuracy) -> String {
    let mut text = String::new();
    for trial in &accuracy.trials {
        text.push_str(&format!(
            "trial: {}; CPU {} ({}) predicted, {} ({}) measured, {:+.1} points off{}\n",
            trial.what,
            format::change(trial.predicted.mid),
            format::change_range(trial.predicted.low, trial.predicted.high),
            format::change(trial.measured.mid),
            format::change_range(trial.measured.low, trial.measured.high),
            100.0 * trial.error(),
            if trial.is_inside() { "" } else { ", outside of the range" },
        ));
    }
    for AccuracyRow { run, from, check } in &accuracy.checks {
        let wall = match (check.wall_s, check.wall_error()) {
            (Some((predicted_s, measured_s)), Some(error)) => format!(
                "; wall {} predicted, {} measured ({})",
                format::duration(predicted_s),
                format::duration(measured_s),
                format::change(error)
            ),
            _ => "; wall times disturbed by other programs".to_owned(),
        };
        text.push_str(&format!(
            "{run}  from {from}: {}; CPU {} predicted, {} measured, {:+.1} points off{wall}\n",
            what_changed(check),
            format::change(check.predicted_cpu),
            format::change(check.measured_cpu),
            100.0 * check.cpu_error(),
        ));
    }
    text.push_str(&summary(accuracy));
    text
}

fn what_changed(check: &Check) -> String {
    let units = match (check.n_gone, check.n_new) {
        (0, 0) => "the same units".to_owned(),
        (n_gone, n_new) => format!("{} gone, {n_new} new", format::count(n_gone, "unit")),
    };
    match check.jobs {
        (before, after) if before == after => units,
        (before, after) => format!("{units}, -j{before} to -j{after}"),
    }
}

fn summary(accuracy: &Accuracy) -> String {
    let errors = accuracy.cpu_errors();
    let Some(median) = median(errors.iter().map(|error| error.abs()).collect()) else {
        return "nothing to compare yet: it takes two recorded builds of the same profile that built nearly everything, or \
                a trial of something that was predicted\n"
            .to_owned();
    };
    let n = format::count(errors.len(), "comparison");
    let cpu = format!("CPU time: {:.1} points off in the median of {n}", 100.0 * median);
    let nine_tenths = match nine_tenths(errors) {
        Some(error) => {
            format!(", nine of ten within {:.1} points: predictions take this for their least range", 100.0 * error)
        }
        None => ", too few to set the range of predictions by".to_owned(),
    };
    let walls: Vec<f64> = accuracy.checks.iter().filter_map(|row| Some(row.check.wall_error()?.abs())).collect();
    let n_walls = walls.len();
    let wall = self::median(walls).map(|error| {
        format!("wall time: {:.1} % off in the median of {}\n", 100.0 * error, format::count(n_walls, "check"))
    });
    format!("{cpu}{nine_tenths}\n{}", wall.unwrap_or_default())
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The JSON object of `history --accuracy`.
#[derive(Debug, Serialize)]
pub struct AccuracyView {
    schema_version: u32,
    command: &'static str,
    checks: Vec<CheckView>,
    trials: Vec<TrialView>,
    median_cpu_error: Option<f64>,
    nine_tenths_cpu_error: Option<f64>,
    median_wall_error: Option<f64>,
}

#[derive(Debug, Serialize)]
struct CheckView {
    run: String,
    from: String,
    units_gone: usize,
    units_new: usize,
    jobs_before: u32,
    jobs: u32,
    predicted_cpu_delta: f64,
    measured_cpu_delta: f64,
    predicted_wall_s: Option<f64>,
    measured_wall_s: Option<f64>,
}

/// A prediction that was tried; changes as low end, best guess and high end.
#[derive(Debug, Serialize)]
struct TrialView {
    /// Seconds since the UNIX epoch.
    at: f64,
    what: String,
    predicted_cpu_delta: [f64; 3],
    measured_cpu_delta: [f64; 3],
    /// Whether the range that was predicted holds what was measured.
    inside: bool,
    verdict: &'static str,
    pairs: usize,
}

impl TrialView {
    fn of(trial: Confirmation) -> Self {
        let ends = |change: brisk::stats::Relative| [change.low, change.mid, change.high];
        Self {
            inside: trial.is_inside(),
            at: trial.at,
            predicted_cpu_delta: ends(trial.predicted),
            measured_cpu_delta: ends(trial.measured),
            verdict: trial.verdict.as_str(),
            pairs: trial.n_pairs,
            what: trial.what,
        }
    }
}

/// The same as JSON; errors are fractions.
pub fn json(accuracy: Accuracy) -> AccuracyView {
    let errors = accuracy.cpu_errors();
    let walls = accuracy.checks.iter().filter_map(|row| Some(row.check.wall_error()?.abs()));
    let view = |AccuracyRow { run, from, check }: AccuracyRow| CheckView {
        run,
        from,
        units_gone: check.n_gone,
        units_new: check.n_new,
        jobs_before: check.jobs.0,
        jobs: check.jobs.1,
        predicted_cpu_delta: check.predicted_cpu,
        measured_cpu_delta: check.measured_cpu,
        predicted_wall_s: check.wall_s.map(|wall_s| wall_s.0),
        measured_wall_s: check.wall_s.map(|wall_s| wall_s.1),
    };
    AccuracyView {
        schema_version: SCHEMA_VERSION,
        command: "history",
        median_cpu_error: median(errors.iter().map(|error| error.abs()).collect()),
        nine_tenths_cpu_error: nine_tenths(errors),
        median_wall_error: median(walls.collect()),
        checks: accuracy.checks.into_iter().map(view).collect(),
        trials: accuracy.trials.into_iter().map(TrialView::of).collect(),
    }
}
