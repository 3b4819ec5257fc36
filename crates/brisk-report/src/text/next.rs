//! The one command that helps most now.

use brisk::model::Source;

use super::page::Page;
use super::view::View;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let build = &view.analysis.build;
    let record = view.record_command();
    let is_broken = view.analysis.problems.iter().any(|problem| problem.fault.is_some());
    let next = match build.source {
        _ if is_broken => "mend what is said first above: Cargo cannot work before that".to_owned(),
        Source::Capture if build.compiled_nothing() => "`cargo brisk` shows the build that is there".to_owned(),
        _ if view.analysis.summary.n_timed == 0 => format!("{record} records the next build with exact times"),
        Source::Fingerprints => format!("{record} adds CPU time, memory, link time and rebuild reasons"),
        Source::TimingsHtml | Source::BuildAnalysis => format!("{record} adds CPU time, memory and link time"),
        Source::Capture => "`cargo brisk --message-format json` gives every number to programs".to_owned(),
    };
    let more = if view.has_more() { "; `-v` shows more" } else { "" };
    page.blank();
    page.status("Next", &format!("{next}{more}"));
}
