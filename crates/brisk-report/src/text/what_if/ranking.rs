//! Scenarios as a table, in the order in which they come.

use brisk::outlook::{Outlook, Scenario, ScenarioKind};
use brisk::simulate::what_if::Prediction;

use super::figures;
use crate::text::bar;
use crate::text::line::Line;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::{INDENT, Page, words};
use crate::text::style::{DIM, PLAIN, STRONG};
use crate::{compared, format};

/// Columns of what is saved (`within noise`), of the change with its interval, and of that of CPU time.
const SAVED: usize = 14;
const CHANGE: usize = 23;
const WORK: usize = 10;
/// Blanks between columns.
const GAP: usize = 2;
/// Columns that a bar needs to be worth drawing, and the most that it gets.
const LEAST_BAR: usize = 5;
const MOST_BAR: usize = 40;

/// A table.
pub(super) struct Ranking<'a> {
    /// Its title, and a remark.
    pub(super) title: (&'a str, &'a str),
    /// Its rows.
    pub(super) scenarios: &'a [&'a Scenario],
    /// What is said below it in full.
    pub(super) total: Option<(&'a str, &'a Prediction)>,
}

/// Where things are.
struct Layout {
    /// Columns of names beside the figures; `None` where they have a line of their own above them.
    name: Option<usize>,
    bar: usize,
    most_saved_s: f64,
}

impl Ranking<'_> {
    pub(super) fn write(&self, page: &mut Page, outlook: &Outlook, options: &TextOptions) {
        let n_shown = options.scaled(options.top.max(1)).min(self.scenarios.len());
        let shown: Vec<(String, &Prediction)> =
            self.scenarios[..n_shown].iter().map(|it| (name(it, options), &it.prediction)).collect();
        page.section(self.title.0, self.title.1);
        let layout = Layout::fit(page.width(), &shown);
        layout.header(page, outlook);
        for (name, prediction) in &shown {
            layout.row(page, name, prediction);
        }
        let rest = &self.scenarios[n_shown..];
        if !rest.is_empty() {
            page.item(&told_of_rest(rest, options));
        }
        if let Some((name, prediction)) = self.total {
            page.item(&format!("{name}: {}", figures::told(outlook, prediction)));
        }
    }
}

/// What it is of; with the key of a finding where everything is asked for.
fn name(scenario: &Scenario, options: &TextOptions) -> String {
    let name = &scenario.prediction.name;
    match &scenario.kind {
        ScenarioKind::Finding(key) | ScenarioKind::Cumulative(key) if options.verbosity == Verbosity::Verbose => {
            format!("{name} ({key})")
        }
        _ => name.clone(),
    }
}

fn told_of_rest(rest: &[&Scenario], options: &TextOptions) -> String {
    let n_noise = rest.iter().filter(|scenario| compared::is_noise(scenario.prediction.wall_delta)).count();
    let noise = match n_noise {
        0 => String::new(),
        n if n == rest.len() => ", within noise".to_owned(),
        n => format!(", {} of them within noise", format::number(n as u64)),
    };
    let hint = if options.verbosity == Verbosity::Verbose { "" } else { "; `-v` shows more" };
    format!("{} more{noise}{hint}", format::number(rest.len() as u64))
}

/// Seconds that the change saves, if it is sure to change anything.
fn saved_s(prediction: &Prediction) -> Option<f64> {
    (!compared::is_noise(prediction.wall_delta)).then_some(prediction.before_wall_s - prediction.wall_s.mid)
}

impl Layout {
    fn fit(width: usize, shown: &[(String, &Prediction)]) -> Self {
        let longest = shown.iter().map(|(name, _)| Line::plain(name).width()).max().unwrap_or(0);
        let saved = shown.iter().filter_map(|(_, prediction)| saved_s(prediction));
        let free = width.saturating_sub(SAVED + GAP + CHANGE + WORK + GAP);
        let name = Some(longest).filter(|longest| longest + GAP + LEAST_BAR <= free);
        let beside = name.map_or(0, |name| name + GAP);
        Self { name, bar: free.saturating_sub(beside).min(MOST_BAR), most_saved_s: saved.fold(0.0, f64::max) }
    }

    fn header(&self, page: &mut Page, outlook: &Outlook) {
        let (saves, work) = ("saves", figures::work(outlook));
        let line = format!("{saves:>SAVED$}{:GAP$}{:CHANGE$}{work:>WORK$}", "", "wall");
        page.push(&Line::styled(DIM, &line));
    }

    fn row(&self, page: &mut Page, name: &str, prediction: &Prediction) {
        let mut line = self.figures(prediction);
        match self.name {
            Some(columns) => {
                let from = line.width();
                line.push(PLAIN, name);
                line.pad_to(from + columns + GAP);
            }
            None => {
                let mut first = Line::new();
                first.pad_to(INDENT - 1);
                page.wrapped(first, INDENT, &words(PLAIN, name));
            }
        }
        let share = saved_s(prediction).unwrap_or(0.0) / self.most_saved_s.max(f64::MIN_POSITIVE);
        line.append(&bar::amount(share, self.bar));
        page.push(&line);
    }

    /// `4.53 s  -11 % (-13 to -9.1 %)  -12 %`
    fn figures(&self, prediction: &Prediction) -> Line {
        let delta = prediction.wall_delta;
        let ends = format!("({})", figures::ends(delta));
        let saved = saved_s(prediction);
        let told = saved.map_or_else(|| compared::undecided(delta).to_owned(), format::duration);
        let mut line = Line::styled(if saved.is_some() { STRONG } else { DIM }, &format!("{told:>SAVED$}"));
        line.pad_to(SAVED + GAP);
        if saved.is_some() {
            line.push(PLAIN, &format!("{} ", format::change(delta.mid)));
        }
        line.push(DIM, &ends);
        line.pad_to(SAVED + GAP + CHANGE);
        let cpu_delta = prediction.cpu_delta;
        let work = if compared::is_noise(cpu_delta) { "noise".to_owned() } else { format::change(cpu_delta.mid) };
        line.push(PLAIN, &format!("{work:>WORK$}"));
        line.pad_to(SAVED + GAP + CHANGE + WORK + GAP);
        line
    }
}
