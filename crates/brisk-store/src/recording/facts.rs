//! What the events say about the command as a whole.

use std::collections::BTreeMap;

use brisk::model::{CpuSample, Machine, Outcome, Problem, Unit, UnitHash};
use camino::Utf8Path;

use super::before::watches;
use super::event::{Begin, End, Event, Usage};
use super::join::Zero;
use super::log::Recording;
use super::units::Call;
use crate::fingerprints::Snapshot;

/// The last event, if the recording came to its end.
pub(super) fn end(events: &[Event]) -> Option<End> {
    events.iter().rev().find_map(|event| match event {
        Event::End(end) => Some(*end),
        _ => None,
    })
}

/// Signals by which people and machines stop a command: hang-up, Ctrl-C, termination.
const STOPPING_SIGNALS: [i32; 3] = [1, 2, 15];

/// How the command ended.
pub(super) fn outcome(end: Option<End>) -> Outcome {
    if end.and_then(|end| end.exit.signal).is_some_and(|signal| STOPPING_SIGNALS.contains(&signal)) {
        return Outcome::Interrupted;
    }
    match end.map(|end| end.exit.shell_code()) {
        // The recorder is gone, and Cargo may have gone on without it.
        None | Some(None) => Outcome::Unknown,
        Some(Some(0)) => Outcome::Success,
        Some(Some(code)) => Outcome::Failed(code),
    }
}

/// Share of the machine that others took: all busy time but that of the command, of all there was.
pub(super) fn foreign_cpu(end: End) -> Option<f64> {
    let (busy_ns, available_ns) = end.machine_busy_ns?;
    let own_ns = end.usage.user_ns + end.usage.sys_ns;
    // The kernel counts the machine's time in ticks and a process's exactly, so that the difference may be negative.
    (available_ns > 0).then(|| (busy_ns.saturating_sub(own_ns) as f64 / available_ns as f64).min(1.0))
}

/// What the tools among the command's processes used: wrappers, stand-ins for linkers, runners. It is a part of
/// [`End::usage`] that the build would not have used without us.
pub(super) fn tools(events: &[Event]) -> Usage {
    let own = |event: &Event| match event {
        Event::UnitEnd(end) => end.own,
        Event::Link(link) => link.own,
        Event::Execution(run) => run.own,
        _ => None,
    };
    events.iter().filter_map(own).fold(Usage::default(), Usage::with)
}

/// What the programs used that the command ran after building, as far as a runner saw them: another part of
/// [`End::usage`].
pub(super) fn programs(events: &[Event]) -> Usage {
    let usage = |event: &Event| match event {
        Event::Execution(run) => Some(run.usage),
        _ => None,
    };
    events.iter().filter_map(usage).fold(Usage::default(), Usage::with)
}

/// CPU seconds that recording took while Cargo ran: of the tools and of the recorder. `None` where the recorder did not
/// measure itself.
pub(super) fn capture_cpu_s(events: &[Event], end: End) -> Option<f64> {
    Some(end.own?.with(tools(events)).cpu_s())
}

/// The load of the machine over time.
pub(super) fn cpu_samples(events: &[Event], zero: Zero) -> Vec<CpuSample> {
    let sample = |event: &Event| match event {
        Event::Load(load) => Some(CpuSample { at_s: zero.s(load.at), busy: load.busy }),
        _ => None,
    };
    events.iter().filter_map(sample).collect()
}

/// What build scripts have used, by the unit that ran them.
pub(super) fn scripts(events: &[Event]) -> BTreeMap<UnitHash, Usage> {
    let script = |event: &Event| match event {
        Event::Script(script) => Some((script.hash.0, script.usage)),
        _ => None,
    };
    events.iter().filter_map(script).collect()
}

/// The machine as the recorder saw it, and the toolchain as Cargo did.
pub(super) fn machine(begin: &Begin, toolchain: Machine, cargo: Option<&str>) -> Machine {
    let facts = begin.machine.clone();
    Machine {
        cores: facts.cores,
        cpu_model: facts.cpu_model,
        memory_bytes: facts.memory_bytes,
        os: facts.os,
        cargo: cargo.map(str::to_owned),
        ..toolchain
    }
}

/// What could not be recorded.
pub(super) fn problems(recording: &Recording, calls: &[Call], units: &[Unit]) -> Vec<Problem> {
    let end = end(&recording.events);
    let problems = [
        broken_off(end),
        damaged(recording),
        unfinished(units, end),
        unmeasured(recording, calls),
        unseen_links(calls),
    ];
    problems.into_iter().flatten().collect()
}

/// The build script that will be run again without recording, because it watches a variable that recording has set.
pub(super) fn watched(begin: &Begin, after: &[Snapshot]) -> Option<Problem> {
    let mut records = after.iter().flat_map(|snapshot| &snapshot.units);
    let (variable, record) = records.find_map(|record| {
        let variable = begin.variables.iter().find(|variable| watches(record, variable))?;
        Some((variable, record))
    })?;
    Some(Problem::new(
        format!("the next build without recording will run the build script of `{}` again", record.package),
        format!("it asks to be run again when {variable} changes, which recording had to set"),
        "what depends on it will be built again as well, once",
    ))
}

/// Wrappers go on without the recorder, as Cargo does; only their files tell what came of it.
fn broken_off(end: Option<End>) -> Option<Problem> {
    end.is_none().then(|| {
        Problem::new(
            "the recording broke off",
            "`cargo brisk` was killed, or the machine stopped; the build itself may have gone on, and what it compiled \
             then is here",
            "how it ended is not known, nor what the whole command used",
        )
    })
}

fn damaged(recording: &Recording) -> Option<Problem> {
    let n_damaged = recording.n_damaged;
    (n_damaged > 0).then(|| {
        Problem::new(
            format!("{n_damaged} lines of the recording could not be read"),
            "they were cut short: the disk was full, or the machine or Brisk was stopped in the middle of them",
            "what they told is missing",
        )
    })
}

/// How many of the units that did not finish are named.
const NAMED: usize = 3;

fn unfinished(units: &[Unit], end: Option<End>) -> Option<Problem> {
    let labels: Vec<String> = units
        .iter()
        .filter(|unit| unit.unfinished_since_s.is_some())
        .map(|unit| format!("`{}`", unit.label()))
        .collect();
    let more = labels.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = labels.iter().take(NAMED).cloned().collect::<Vec<String>>().join(", ");
    let what = match labels.len() {
        0 => return None,
        1 => format!("1 unit was unfinished: {named}"),
        n => format!("{n} units were unfinished: {named}{more}"),
    };
    let why = match (end, outcome(end)) {
        (Some(_), Outcome::Failed(_)) => "failed or stopped; what Cargo has printed tells why",
        (Some(_), _) => "at work when the command was stopped, or longer than it",
        (None, _) => "killed at work, or the machine stopped",
    };
    Some(Problem::new(what, why, "of their times only the start is known"))
}

fn unmeasured(recording: &Recording, calls: &[Call]) -> Option<Problem> {
    let wrapper = recording.begin.chained_wrapper.as_ref()?;
    let is_unmeasured = |call: &&Call| call.end.is_some_and(|end| end.usage.is_none());
    calls.iter().find(is_unmeasured)?;
    Some(Problem::new(
        format!("CPU time and memory of rustc were not measured under `{wrapper}`"),
        "it hands the work to a server of its own; without it (RUSTC_WRAPPER set to nothing) they can be measured",
        "units have wall times only",
    ))
}

fn unseen_links(calls: &[Call]) -> Option<Problem> {
    let is_unseen = |call: &&Call| {
        let linker = call.start.linker.as_deref().map(Utf8Path::new);
        call.links.is_empty() && call.links() && linker.is_some_and(Utf8Path::is_absolute)
    };
    let linker = calls.iter().find(is_unseen)?.start.linker.as_deref()?;
    Some(Problem::new(
        format!("the linker `{linker}` was not seen at work"),
        "it is configured by its whole path; one that is configured by name is found through PATH and can be seen",
        "link times are part of the back end",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::event::{Exit, Link, Moment, UnitEnd};
    use crate::recording::units::tests::{end, link};

    fn ended(exit: Exit) -> Option<End> {
        Some(End { at: Moment(0), exit, ..End::default() })
    }

    #[test]
    fn what_the_tools_used_is_no_part_of_the_build() {
        let usage = |ns| Usage { user_ns: ns, sys_ns: 0, max_rss: 0 };
        let link = Link { own: Some(usage(2_000)), ..link(1, 0, 1, 7) };
        let end = UnitEnd { own: Some(usage(1_000)), ..end(1, 9) };
        let events = [Event::Link(link), Event::UnitEnd(end)];
        assert_eq!(tools(&events), usage(3_000));
        let recorder = |own| End { own, ..End::default() };
        assert_eq!(capture_cpu_s(&events, recorder(Some(usage(4_000)))), Some(7e-6));
        assert_eq!(capture_cpu_s(&events, recorder(None)), None);
    }

    #[test]
    fn the_outcome_is_that_of_a_shell() {
        assert_eq!(outcome(ended(Exit { code: Some(0), signal: None })), Outcome::Success);
        assert_eq!(outcome(ended(Exit { code: Some(101), signal: None })), Outcome::Failed(101));
        assert_eq!(outcome(ended(Exit { code: None, signal: Some(9) })), Outcome::Failed(137));
        assert_eq!(outcome(ended(Exit { code: None, signal: Some(2) })), Outcome::Interrupted);
        assert_eq!(outcome(None), Outcome::Unknown);
    }

    #[test]
    fn what_the_command_used_itself_is_not_foreign() {
        let usage = Usage { user_ns: 2_000, sys_ns: 1_000, max_rss: 0 };
        let end = |machine_busy_ns| End { usage, machine_busy_ns, ..End::default() };
        assert_eq!(foreign_cpu(end(Some((4_000, 10_000)))), Some(0.1));
        assert_eq!(foreign_cpu(end(Some((2_990, 10_000)))), Some(0.0));
        assert_eq!(foreign_cpu(end(None)), None);
    }
}
