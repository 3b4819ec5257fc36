//! The one command that helps most now.

use brisk::model::Source;

use super::page::Page;
use super::view::View;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let build = &view.analysis.build;
    let next = match build.source {
        _ if build.units.is_empty() || view.analysis.summary.n_timed == 0 => {
            "`cargo brisk record -- build` records the next build with exact times"
        }
        Source::Fingerprints => "`cargo brisk record -- build` adds CPU time, memory, link time and rebuild reasons",
        Source::TimingsHtml | Source::BuildAnalysis => {
            "`cargo brisk record -- build` adds CPU time, memory and link time"
        }
        Source::Capture => "`cargo brisk runs` lists what is stored; `--message-format json` gives all numbers",
    };
    let more = if view.verbose() { "" } else { "; `-v` shows more" };
    page.blank();
    page.status("Next", &format!("{next}{more}"));
}
