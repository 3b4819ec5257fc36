//! The build in a few lines: what, when, how long, how much of it could be avoided, and where the time went.

use std::collections::BTreeSet;

use brisk::analysis::Analysis;
use brisk::model::{Confirmation, Execution, JobsBasis, Session, Source, Status, Timing, Unit};
use brisk::simulate::{Bound, WorkBasis};

use super::other_builds;
use super::page::Page;
use super::view::View;
use crate::format;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    page.status("Diagnosed", &subject(view.analysis));
    if let Some(confirmation) = &view.analysis.surroundings.confirmation {
        page.status("Asked", &asked(view, confirmation));
    }
    if view.analysis.build.units.is_empty() {
        match view.analysis.build.source {
            Source::Capture => {
                page.status("Built", "nothing: the command compiled no unit, and which it found fresh is not known");
            }
            _ => page.status("Found", &format!("no unit; {} builds and records", view.record_command())),
        }
        return;
    }
    if view.analysis.build.compiled_nothing() {
        let n_fresh = view.analysis.build.units.len();
        let verb = if n_fresh == 1 { "is" } else { "are" };
        page.status("Built", &format!("nothing: the command compiled no unit; {n_fresh} {verb} fresh"));
        return;
    }
    page.status("Built", &built(view));
    other_builds::write(page, view);
    for (word, figure) in figures(view) {
        page.status(word, &figure);
    }
}

/// What the build took, each figure behind the word that stands before it.
fn figures(view: &View<'_>) -> Vec<(&'static str, String)> {
    let with = machine(view).filter(|_| view.verbose()).map(|machine| ("With", machine));
    if view.analysis.summary.n_timed == 0 {
        let unknown = ("Wall", "not known: no unit has a time to rely on".to_owned());
        return with.into_iter().chain([unknown]).collect();
    }
    let around = around(view).map(|(before_s, after_s)| {
        let (before, after) = (format::duration(before_s), format::duration(after_s));
        ("Cargo", format!("{before} before the first unit, {after} after the last one"))
    });
    let bound = view.analysis.bound.as_ref().map(|bound| ("Bound", lower_bound(view, bound)));
    let ran = (!view.analysis.build.executions.is_empty()).then(|| ("Ran", ran(view)));
    let wall = Some(("Wall", wall(view)));
    [with, wall, around, Some(("CPU", cpu(view))), bound, Some(("Spent", spent(view))), ran]
        .into_iter()
        .flatten()
        .collect()
}

/// The same for a build that has units, with when it was built and how many units that were.
pub(super) fn figures_of(view: &View<'_>) -> Vec<(&'static str, String)> {
    [("Built", built(view))].into_iter().chain(figures(view)).collect()
}

/// `aimds (4 members, 264 packages), dev profile, from fingerprints`; only what is known of the workspace.
pub(crate) fn subject(analysis: &Analysis) -> String {
    let workspace = &analysis.workspace;
    let members = workspace.known_members().map(|members| format::count(members.len(), "member"));
    let packages = format::count(workspace.packages.len(), "package");
    let counts = members.into_iter().chain([packages]).collect::<Vec<_>>().join(", ");
    let last_part =
        |root: &str| root.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("workspace").to_owned();
    let workspace = match workspace.known_root().map(last_part) {
        Some(name) => format!("{name} ({counts})"),
        None => counts,
    };
    let build = &analysis.build;
    let profile = build.profile.as_ref().map(|profile| format!(", {profile} profile")).unwrap_or_default();
    let source = match build.source {
        Source::Fingerprints => "from fingerprints",
        Source::Capture => "from a recording",
        Source::TimingsHtml => "from a timings report",
        Source::BuildAnalysis => "from Cargo's build log",
    };
    format!("{workspace}{profile}, {source}")
}

/// `rustc about 14 targets, by `cargo check …` in /…/confirm/x-01ab (1.2 GiB, removed when unused for 30 days)`
fn asked(view: &View<'_>, confirmation: &Confirmation) -> String {
    let answered = confirmation.targets.iter().filter(|target| target.unused.is_some());
    let targets: BTreeSet<_> = answered.map(|checked| (checked.package, &checked.target)).collect();
    let n_unchecked = confirmation.unchecked(&view.analysis.workspace).count();
    let unchecked = match n_unchecked {
        0 => String::new(),
        n => format!(
            "; {} without an answer, as they do not compile or need features that are off",
            format::count(n, "target")
        ),
    };
    let size = confirmation.bytes.map(|bytes| format!("{}, ", format::bytes(bytes))).unwrap_or_default();
    format!(
        "rustc about {}, by `{}` in {} ({size}removed when unused for 30 days){unchecked}",
        format::count(targets.len(), "target"),
        confirmation.command,
        confirmation.directory,
    )
}

/// `2 hours ago by `cargo build`: 234 units in one session`
fn built(view: &View<'_>) -> String {
    let build = &view.analysis.build;
    let ended_at = build.sessions.first().map(|session: &Session| session.started_at + session.wall_s);
    let when = ended_at.or(build.started_at).and_then(|at_s| format::moment(at_s, view.options.now));
    let newest = newest_at(view).filter(|newest_at| ended_at.is_some_and(|ended_at| *newest_at > ended_at));
    let newest =
        newest.and_then(|at_s| format::moment(at_s, view.options.now)).filter(|newest| when.as_ref() != Some(newest));
    let newest = newest.map(|newest| format!(" (the newest unit {newest})")).unwrap_or_default();
    let when = when.unwrap_or_else(|| "at an unknown time".to_owned());
    let command = build.command.as_ref().map(|words| format!(" by `{}`", format::command(words))).unwrap_or_default();
    format!("{when}{newest}{command}: {}", sessions(view))
}

/// When the newest unit of sessions other than the main one was done, in seconds since the UNIX epoch.
fn newest_at(view: &View<'_>) -> Option<f64> {
    let started_at = view.analysis.build.started_at?;
    let newest_s = view.other_sessions().iter().map(|timing| timing.end_s).max_by(f64::total_cmp)?;
    Some(started_at + newest_s)
}

/// How many units were built when: `5 of 9 units in the main session, 2 in an earlier one, 2 in 2 later ones`.
fn sessions(view: &View<'_>) -> String {
    let summary = &view.analysis.summary;
    let others = view.other_sessions();
    let (of_timed, untimed) = counts(view);
    let told = if of_timed.is_empty() { String::new() } else { format!(" ({})", of_timed.join(", ")) };
    let mut text = match (summary.n_timed, others.len()) {
        (0, _) => format!("{}, none with a time{told}", format::count(summary.n_units, "unit")),
        (n_timed, 0) => format!("{} in one session{told}", format::count(n_timed, "unit")),
        (n_timed, n_others) => {
            let n_main = format::number((n_timed - n_others) as u64);
            let (earlier, later): (Vec<Timing>, Vec<Timing>) =
                others.into_iter().partition(|timing| timing.start_s < 0.0);
            let elsewhere = [told_of(&earlier, "earlier"), told_of(&later, "later")].into_iter().flatten();
            let main = format!("{n_main} of {} in the main session{told}", format::count(n_timed, "unit"));
            [main].into_iter().chain(elsewhere).collect::<Vec<_>>().join(", ")
        }
    };
    if !untimed.is_empty() {
        text.push_str(&format!("; {}", untimed.join(", ")));
    }
    text
}

/// `3 in a later one`, `3 in 2 later ones`
fn told_of(timings: &[Timing], when: &str) -> Option<String> {
    let n_sessions = timings.iter().map(|timing| timing.session).collect::<BTreeSet<_>>().len();
    let n_units = format::number(timings.len() as u64);
    let article = if when.starts_with('e') { "an" } else { "a" };
    match n_sessions {
        0 => None,
        1 => Some(format!("{n_units} in {article} {when} one")),
        n => Some(format!("{n_units} in {} {when} ones", format::number(n as u64))),
    }
}

/// What the timed units were (`2 new`), and how many others there are (`1 fresh`): both together are all units. Where no
/// unit has a time, the former are all that nothing else is known of.
fn counts(view: &View<'_>) -> (Vec<String>, Vec<String>) {
    let units = || view.analysis.build.units.iter();
    let any_timed = view.analysis.summary.n_timed > 0;
    let is_told = |unit: &&Unit| match untimed(unit) {
        None => true,
        Some(word) => word == WITHOUT && !any_timed,
    };
    let told = || units().filter(is_told);
    let n_new = told().filter(|unit| unit.status == Status::New).count();
    let n_dirty = told().filter(|unit| matches!(unit.status, Status::Dirty(_))).count();
    let n_others = |word| units().filter(|unit| !is_told(unit) && untimed(unit) == Some(word)).count();
    let others = [UNFINISHED, FRESH, WITHOUT].map(|word| (n_others(word), word));
    (counted(&[(n_new, "new"), (n_dirty, "dirty")]), counted(&others))
}

const UNFINISHED: &str = "unfinished";
const FRESH: &str = "fresh";
const WITHOUT: &str = "without a time";

/// Why the unit has no time, if it has none.
fn untimed(unit: &Unit) -> Option<&'static str> {
    match (unit.trusted_duration_s(), unit.unfinished_since_s, &unit.status) {
        (Some(_), _, _) => None,
        (None, Some(_), _) => Some(UNFINISHED),
        (None, None, Status::Fresh) => Some(FRESH),
        (None, None, _) => Some(WITHOUT),
    }
}

fn counted(counts: &[(usize, &str)]) -> Vec<String> {
    let some = counts.iter().filter(|(n, _)| *n > 0);
    some.map(|(n, word)| format!("{} {word}", format::number(*n as u64))).collect()
}

fn machine(view: &View<'_>) -> Option<String> {
    let machine = &view.analysis.build.machine;
    let cores = machine.cores.map(|n| format::count(n as usize, "core"));
    let memory = machine.memory_bytes.map(format::bytes);
    let parts: Vec<String> =
        [machine.rustc.clone(), machine.cpu_model.clone(), cores, memory].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn wall(view: &View<'_>) -> String {
    let analysis = view.analysis;
    let wall = analysis.build.wall_s.map_or_else(|| "not known".to_owned(), format::duration);
    let jobs = match analysis.build.jobs {
        Some(jobs) => {
            let assumed = if jobs.basis == JobsBasis::Assumed { " (assumed)" } else { "" };
            format!(" with {}{assumed}", format::count(jobs.n as usize, "job"))
        }
        None => String::new(),
    };
    let wall = format!("{wall}{}", of_main(view));
    let parallelism = &analysis.parallelism;
    if parallelism.max == 0 {
        return format!("{wall}{jobs}");
    }
    let mean = format::ratio(parallelism.mean);
    let alone = format::duration(parallelism.alone_s);
    format!("{wall}{jobs}; {mean} units at work on average, at most one for {alone}")
}

/// Seconds of the command before its first unit (resolving, checking what is fresh) and after its last (running tests,
/// finishing), where they were observed.
fn around(view: &View<'_>) -> Option<(f64, f64)> {
    let build = &view.analysis.build;
    let (from_s, to_s) = build.command_span_s?;
    let timings = build.units.iter().filter(|unit| build.in_main_session(unit)).filter_map(|unit| unit.timing);
    let first_s = timings.clone().map(|timing| timing.start_s).min_by(f64::total_cmp)?;
    let last_s = timings.map(|timing| timing.end_s).max_by(f64::total_cmp)?;
    Some(((first_s - from_s).max(0.0), (to_s - last_s).max(0.0)))
}

fn cpu(view: &View<'_>) -> String {
    let analysis = view.analysis;
    if let Some(cpu) = analysis.build.cpu {
        // The CPU time is that of the whole command, without the programs that were measured for themselves.
        let span_s = analysis.build.command_span_s.map(|(from_s, to_s)| (to_s - from_s - ran_s(view)).max(0.0));
        let busy_s = span_s.or(analysis.build.wall_s).filter(|busy_s| *busy_s > 0.0);
        let busy = busy_s.map(|busy_s| {
            let busy = format::ratio(cpu.total_s() / busy_s);
            format!("{}; {busy} processors busy on average", span(view, busy_s))
        });
        let busy = busy.unwrap_or_default();
        let (user, sys) = (format::duration(cpu.user_s), format::duration(cpu.sys_s));
        let total = format::duration(cpu.total_s());
        return format!("{total}{} ({user} user, {sys} system){busy}{}", of_main(view), capture(view));
    }
    match analysis.summary.unit_cpu_s {
        Some(cpu_s) => format!("{} in all units together", format::duration(cpu_s)),
        None if analysis.build.source == Source::Capture => "not measured for every unit".to_owned(),
        None => format!("not measured: {} measures it", view.record_command()),
    }
}

/// How much longer than its units a command may have taken, as a share, before it is said what the CPU time is of.
const MOSTLY_UNITS: f64 = 0.25;

/// ` in the 5.60 s of the whole command`, where that is more than the units: all that it ran is in it, but for the programs
/// that were measured for themselves.
fn span(view: &View<'_>, span_s: f64) -> String {
    let build = &view.analysis.build;
    if build.wall_s.is_none_or(|wall_s| span_s <= wall_s * (1.0 + MOSTLY_UNITS)) {
        return String::new();
    }
    let ran = if build.executions.is_empty() { "" } else { " without the programs below" };
    format!(" in the {} of the whole command{ran}", format::duration(span_s))
}

/// Seconds in which programs ran that were measured for themselves: Cargo runs one after the other.
fn ran_s(view: &View<'_>) -> f64 {
    view.analysis.build.executions.iter().map(|run| (run.end_s - run.start_s).max(0.0)).sum()
}

/// `; recording it took 0.9 s more`
fn capture(view: &View<'_>) -> String {
    let capture_s = view.analysis.build.capture_cpu_s;
    capture_s.map(|capture_s| format!("; recording it took {} more", format::duration(capture_s))).unwrap_or_default()
}

/// ` for 6 of 9 units` of a figure that covers only the main session; nothing where that is all.
fn of_main(view: &View<'_>) -> String {
    let n_timed = view.analysis.summary.n_timed;
    match view.other_sessions().len() {
        0 => String::new(),
        n => format!(" for {} of {}", format::number((n_timed - n) as u64), format::count(n_timed, "unit")),
    }
}

/// ` for all 9 units` of a figure that covers more than the wall time does; nothing where both cover the same.
fn of_all(view: &View<'_>, preposition: &str) -> String {
    if view.other_sessions().is_empty() {
        return String::new();
    }
    format!("{preposition} all {}", format::count(view.analysis.summary.n_timed, "unit"))
}

/// What no schedule can beat with these jobs, and with any number of them; and how far the build was from it.
fn lower_bound(view: &View<'_>, bound: &Bound) -> String {
    let build = &view.analysis.build;
    let path = format::duration(view.analysis.critical_path.length_s);
    let all = of_all(view, " for");
    let Some(jobs) = build.jobs else {
        return format!("{path}{all} with any number of jobs (critical path); how many there were is not known");
    };
    let n_jobs = format::count(jobs.n as usize, "job");
    let work = match bound.basis {
        WorkBasis::Cpu => "CPU time over jobs",
        WorkBasis::UnitSeconds => "unit time over jobs",
    };
    let bounds = if bound.by_critical_path {
        format!("{path}{all} with {n_jobs} or more (critical path)")
    } else {
        let lower = format::duration(bound.lower_s);
        format!("{lower}{all} with {n_jobs} ({work}), {path} with any number (critical path)")
    };
    match distance(view, bound) {
        // File times are off by some milliseconds, and a few units are always still at work when others end.
        Some(more) if more < -0.02 && jobs.basis == JobsBasis::Assumed => {
            format!("{bounds}; the build was faster, so it had more than {n_jobs}")
        }
        Some(more) if more > 0.0 => format!("{bounds}; the build took {} more", format::percent(more)),
        _ => bounds,
    }
}

/// How much longer than the bound the build took, as a share; `None` where they are not of the same units.
fn distance(view: &View<'_>, bound: &Bound) -> Option<f64> {
    let wall_s = view.analysis.build.whole_wall_s()?;
    let comparable = wall_s > 0.0 && bound.lower_s > 0.0;
    comparable.then(|| wall_s / bound.lower_s - 1.0)
}

/// Where the unit time went: phases, dependencies against members, what is built twice.
fn spent(view: &View<'_>) -> String {
    let summary = &view.analysis.summary;
    if summary.unit_s <= 0.0 {
        return "no measurable time".to_owned();
    }
    let phases = &summary.phases;
    let mut shares = [
        (phases.front_s, "front ends"),
        (phases.back_s, "code generation"),
        (phases.link_s, "linking"),
        (phases.script_s, "build script runs"),
        (phases.unsplit_s, "rustc not split by phase"),
    ];
    shares.sort_by(|a, b| b.0.total_cmp(&a.0));
    let shares = shares.iter().filter(|(seconds, _)| *seconds > 0.0);
    let shares: Vec<String> =
        shares.map(|(seconds, word)| format!("{} {word}", format::percent(seconds / summary.unit_s))).collect();
    let parts = [Some(shares.join(", ")), owners(view), twice(view)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let unit_time = format::duration(summary.unit_s);
    format!("{unit_time} of unit time{}: {}", of_all(view, " in"), parts.join("; "))
}

/// `92 % in dependencies`; nothing when there are no members to compare with.
fn owners(view: &View<'_>) -> Option<String> {
    if view.analysis.workspace.members.is_empty() {
        return None;
    }
    let units = view.analysis.build.units.iter().filter(|unit| !view.is_member(unit));
    let dependencies_s: f64 = units.filter_map(|unit| unit.trusted_duration_s()).sum();
    let share = dependencies_s / view.analysis.summary.unit_s;
    Some(match share {
        share if share >= 0.5 => format!("{} in dependencies", format::percent(share)),
        share => format!("{} in the workspace's own packages", format::percent(1.0 - share)),
    })
}

fn twice(view: &View<'_>) -> Option<String> {
    let n_duplicates = view.analysis.duplicates.len();
    let verb = if n_duplicates == 1 { "is" } else { "are" };
    (n_duplicates > 0).then(|| format!("{} {verb} built in several versions", format::count(n_duplicates, "package")))
}

/// `12 programs for 34.0 s; longest `api-0d1f` with 9.10 s; 1 failed`
fn ran(view: &View<'_>) -> String {
    let executions = &view.analysis.build.executions;
    let duration_s = |execution: &Execution| (execution.end_s - execution.start_s).max(0.0);
    let all_s: f64 = executions.iter().map(duration_s).sum();
    let longest = executions.iter().max_by(|a, b| duration_s(a).total_cmp(&duration_s(b)));
    let longest = longest
        .filter(|_| executions.len() > 1)
        .map(|longest| format!("; longest `{}` with {}", longest.program, format::duration(duration_s(longest))));
    let n_failed = executions.iter().filter(|execution| execution.exit_code.is_some_and(|code| code != 0)).count();
    let failed = if n_failed > 0 { format!("; {} failed", format::number(n_failed as u64)) } else { String::new() };
    let n_programs = format::count(executions.len(), "program");
    format!("{n_programs} for {}{}{failed}", format::duration(all_s), longest.unwrap_or_default())
}
