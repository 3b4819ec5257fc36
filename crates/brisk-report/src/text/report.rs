//! The order of the sections.

use brisk::analysis::Analysis;

use super::options::{TextOptions, Verbosity};
use super::page::Page;
use super::view::View;
use super::{critical_path, disk, duplicates, findings, headline, next, plan, problems, slowest, timeline};

/// The report on `analysis` for people, each line within the width of `options` and ended by a line feed.
pub fn render(analysis: &Analysis, options: &TextOptions) -> String {
    let view = View::new(analysis, options);
    let mut page = Page::new(options.columns());
    problems::write(&mut page, &view);
    headline::write(&mut page, &view);
    if options.verbosity > Verbosity::Quiet {
        if !analysis.build.compiled_nothing() {
            slowest::write(&mut page, &view);
            timeline::write(&mut page, &view);
            critical_path::write(&mut page, &view);
            duplicates::write(&mut page, &view);
        }
        disk::write(&mut page, &view);
        findings::write(&mut page, &view);
        plan::write(&mut page, &view);
        next::write(&mut page, &view);
    } else {
        findings::write_broken(&mut page, &view);
    }
    page.into_text(options.color)
}

/// What the build took, each figure behind the word that stands before it in the report; empty where it compiled nothing.
pub(crate) fn figures(analysis: &Analysis, now: Option<f64>) -> Vec<(&'static str, String)> {
    let options = TextOptions { now, ..TextOptions::default() };
    if analysis.build.compiled_nothing() {
        return Vec::new();
    }
    headline::figures_of(&View::new(analysis, &options))
}
