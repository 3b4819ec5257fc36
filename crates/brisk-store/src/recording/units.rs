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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::recording::event::{Exit, Hash, Usage};

    /// A call for a library, made by process `pid` at `at` seconds.
    pub(in crate::recording) fn start(pid: u32, at: u64) -> UnitStart {
        UnitStart {
            at: moment(at),
            pid,
            hash: "0123456789abcdef".parse().ok().map(Hash),
            krate: "some_unit".to_owned(),
            package: Some("some-unit".to_owned()),
            version: None,
            crate_types: vec!["lib".to_owned()],
            emit: ["dep-info", "metadata", "link"].map(str::to_owned).to_vec(),
            out_dir: String::new(),
            features: Vec::new(),
            test: false,
            target: None,
            source: Some("src/lib.rs".to_owned()),
            script: None,
            externs: Vec::new(),
            linker: None,
            nested: false,
        }
    }

    pub(in crate::recording) fn moment(s: u64) -> Moment {
        Moment(s * 1_000_000_000)
    }

    pub(in crate::recording) fn end(pid: u32, at: u64) -> UnitEnd {
        UnitEnd {
            pid,
            at: moment(at),
            expanded: None,
            rmeta: None,
            codegen: None,
            front_cpu_ns: None,
            usage: None,
            own: None,
            exit: Exit { code: Some(0), signal: None },
        }
    }

    pub(in crate::recording) fn link(pid: u32, from: u64, to: u64, cpu_ns: u64) -> Link {
        let usage = Usage { user_ns: cpu_ns, ..Usage::default() };
        Link { pid, program: "cc".to_owned(), from: moment(from), to: moment(to), usage, own: None }
    }

    #[test]
    fn a_process_id_that_is_given_again_means_the_later_call() {
        let events = [
            Event::UnitStart(Box::new(start(7, 1))),
            Event::UnitEnd(end(7, 2)),
            Event::UnitStart(Box::new(start(7, 3))),
            Event::Link(link(7, 4, 5, 0)),
        ];
        let calls = calls(&events);
        assert_eq!(calls[0].end, Some(end(7, 2)));
        assert_eq!((calls[0].links.len(), calls[1].links.len(), calls[1].end), (0, 1, None));
    }

    #[test]
    fn a_link_that_is_tried_again_lasts_from_the_first_to_the_last() {
        let links = vec![link(7, 4, 5, 0), link(7, 6, 8, 0)];
        let call = Call { start: start(7, 1), end: None, links };
        assert_eq!(call.link_span(), Some((moment(4), moment(8))));
    }

    #[test]
    fn events_of_nobody_are_left_out() {
        assert_eq!(calls(&[Event::UnitEnd(end(7, 2)), Event::Link(link(7, 4, 5, 0))]), []);
    }
}
