//! The rustc calls of a recording, each put together from its events.

use std::collections::BTreeMap;

use super::event::{Event, Link, Moment, UnitEnd, UnitStart};

/// One rustc call for a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    /// What was called for.
    pub(super) start: UnitStart,
    /// How it ended; `None` if it did not, as long as events were written.
    pub(super) end: Option<UnitEnd>,
    /// The linkers that it ran.
    pub(super) links: Vec<Link>,
}

impl Call {
    /// From the first linker's start to the last one's end: rustc may try again with other flags.
    pub(super) fn link_span(&self) -> Option<(Moment, Moment)> {
        let from = self.links.iter().map(|link| link.from).min()?;
        let to = self.links.iter().map(|link| link.to).max()?;
        Some((from, to))
    }

    /// Whether rustc was to run a linker.
    pub(super) fn links(&self) -> bool {
        const LINKED: [&str; 4] = ["bin", "cdylib", "dylib", "proc-macro"];
        let UnitStart { emit, crate_types, test, .. } = &self.start;
        emit.iter().any(|kind| kind == "link")
            && (*test || crate_types.iter().any(|kind| LINKED.contains(&kind.as_str())))
    }
}

/// All calls, by start. Events refer to a call by the id of its process, which the kernel may give again: the latest call
/// with that id is meant.
pub(super) fn calls(events: &[Event]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut latest: BTreeMap<u32, usize> = BTreeMap::new();
    for event in events {
        match event {
            Event::UnitStart(start) => {
                latest.insert(start.pid, calls.len());
                calls.push(Call { start: (**start).clone(), end: None, links: Vec::new() });
            }
            Event::UnitEnd(end) => {
                if let Some(call) = latest.get(&end.pid).map(|at| &mut calls[*at]) {
                    call.end = Some(*end);
                }
            }
            Event::Link(link) => {
                if let Some(call) = latest.get(&link.pid).map(|at| &mut calls[*at]) {
                    call.links.push(link.clone());
                }
            }
            _ => {}
        }
    }
    calls.sort_by_key(|call| call.start.at);
    calls
}
