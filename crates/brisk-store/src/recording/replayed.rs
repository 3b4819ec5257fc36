//! What the last rustc call of some events cost, for calls that are made outside of any build.

use brisk::model::PhaseCost;

use super::event::Event;
use super::join::phases;
use super::units::calls;

/// What the last call in `events` cost, split as that of units in a recording; `None` if it did not end, or its CPU was not
/// measured.
pub fn last_cost(events: &[Event]) -> Option<PhaseCost> {
    let calls = calls(events);
    let call = calls.last()?;
    let end = call.end.as_ref()?;
    let usage = end.usage?;
    let phases = phases(call, usage, end.front_cpu_ns);
    Some(PhaseCost {
        cpu_s: usage.cpu_s(),
        front_s: phases.front_s,
        back_s: phases.back_s,
        link_s: phases.link_s.or_else(|| (!call.links()).then_some(0.0)),
        wall_s: end.at.since_s(call.start.at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::event::{UnitEnd, UnitStart, Usage};
    use crate::recording::units::tests::{end, link, start};

    const SECOND_NS: u64 = 1_000_000_000;

    fn events(crate_type: &str, linked: bool) -> Vec<Event> {
        let usage = Usage { user_ns: 6 * SECOND_NS, ..Usage::default() };
        let start = UnitStart { crate_types: vec![crate_type.to_owned()], ..start(1, 2) };
        let end = UnitEnd { usage: Some(usage), front_cpu_ns: Some(2 * SECOND_NS), ..end(1, 9) };
        let link = linked.then(|| Event::Link(link(1, 6, 8, SECOND_NS)));
        [Event::UnitStart(Box::new(start))].into_iter().chain(link).chain([Event::UnitEnd(end)]).collect()
    }

    #[test]
    fn the_phases_are_those_of_a_recording() {
        let cost = |crate_type, linked| last_cost(&events(crate_type, linked)).unwrap();
        assert_eq!(cost("bin", true).phases(), Some([2.0, 3.0, 1.0]));
        assert_eq!(cost("lib", false).phases(), Some([2.0, 4.0, 0.0]));
        assert_eq!(cost("bin", false).phases(), None, "a linker that was not seen");
        assert_eq!((cost("bin", false).cpu_s, cost("bin", false).wall_s), (6.0, 7.0));
        assert_eq!(last_cost(&events("lib", false)[..1]), None);
        assert_eq!(last_cost(&[]), None);
    }
}
