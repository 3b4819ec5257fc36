//! What is predicted from.

use brisk::model::Summary;
use brisk::outlook::Outlook;
use brisk::simulate::{CostBasis, Host};

use crate::format;
use crate::text::line::Line;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::{Page, words};
use crate::text::problems;
use crate::text::style::{PLAIN, STRONG, WARNING};
use crate::text::view::record_command;

pub(super) fn write(page: &mut Page, outlook: &Outlook, options: &TextOptions) {
    if let Some(share) = outlook.baseline.foreign_cpu.filter(|_| outlook.baseline.is_disturbed()) {
        disturbed(page, outlook, share);
    }
    problems::listed(page, &outlook.problems, options.verbosity == Verbosity::Verbose);
    page.status("Predicted", &base(outlook, options));
    if options.verbosity == Verbosity::Quiet {
        return;
    }
    page.status("Measured", &measured(outlook));
    page.status("Played out", &played(outlook));
}

fn disturbed(page: &mut Page, outlook: &Outlook, share: f64) {
    let sentence = format!(
        "other programs used {} of the machine while this was recorded: its times are too long, and intervals are wider \
         for it; {} when nothing else runs gives a better base",
        format::percent(share),
        record_command(&outlook.build),
    );
    page.wrapped(Line::styled(WARNING, "warning").with(STRONG, ":"), 2, &words(PLAIN, &sentence));
}

/// `from run 20261121T114328Z-2aa664 of 2 hours ago: `cargo build`, dev profile, 2 jobs on 2 processors`
fn base(outlook: &Outlook, options: &TextOptions) -> String {
    let build = &outlook.build;
    let when = build.started_at.and_then(|at_s| format::moment(at_s, options.now));
    // "of on 2026-11-21" is no English.
    let when = when.map(|when| format!(", {}", when.strip_prefix("on ").unwrap_or(&when))).unwrap_or_default();
    let command = build.command.as_ref().map(|words| format!("`{}`", format::command(words)));
    let profile = build.profile.as_ref().map(|profile| format!("{profile} profile"));
    let facts = command.into_iter().chain(profile).chain([host(outlook.baseline.host)]).collect::<Vec<_>>();
    format!("from run {}{when}: {}", outlook.run, facts.join(", "))
}

/// `2 jobs on 4 processors`
pub(super) fn host(host: Host) -> String {
    let jobs = format::count(host.jobs as usize, "job");
    format!("{jobs} on {}", format::count(host.processors as usize, "processor"))
}

fn measured(outlook: &Outlook) -> String {
    let build = &outlook.build;
    let wall = outlook.baseline.measured_wall_s(build).map(|wall_s| format!("{} wall", format::duration(wall_s)));
    let cpu = Summary::of(build).cpu.map(|(cpu_s, _)| format!("{} CPU", format::duration(cpu_s)));
    let times: Vec<String> = wall.into_iter().chain(cpu).collect();
    let times = if times.is_empty() { "no time".to_owned() } else { times.join(", ") };
    match outlook.baseline.foreign_cpu {
        Some(share) => format!("{times}; other programs used {} of the machine", format::percent(share)),
        None => format!("{times}; what other programs used meanwhile is not known"),
    }
}

fn played(outlook: &Outlook) -> String {
    let baseline = &outlook.baseline;
    let (wall, bound) = (format::duration(baseline.wall_s), format::duration(baseline.bound_s));
    let basis = match baseline.cost_basis {
        CostBasis::Cpu => String::new(),
        CostBasis::UnitSeconds => {
            let record = record_command(&outlook.build);
            format!(
                "; CPU time was not measured, so that all is counted in the time of units: {record} is a better base"
            )
        }
    };
    format!("{wall}, which changes are compared with; no schedule of the same work is faster than {bound}{basis}")
}
