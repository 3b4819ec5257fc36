//! What the wall time of a build was spent on.
//!
//! From the last unit to end, back to the beginning: while that unit ran, it alone was what the build waited for. It was
//! ready to start when the last of what it needs was, which is then the one that was waited for. In between it waited for a
//! free slot, and so for whatever was at work: that time belongs to the units at work, to each the same part. Where many
//! units wait for few processors, a unit's share is so its part of the work; where a chain bounds the build, it is its
//! part of the chain.

use std::collections::BTreeSet;

use crate::model::{Build, Graph, UnitIdx, Wait};

/// Wall seconds by unit. Together they are the time from the first unit's start to the last one's end.
#[derive(Clone, Debug, PartialEq)]
pub struct WallShares {
    /// Of each unit, parallel to [`Build::units`].
    pub of_units: Vec<f64>,
    /// In which no unit was at work.
    pub idle_s: f64,
}

/// From when to when a unit ran.
#[derive(Clone, Copy)]
struct Ran {
    from_s: f64,
    to_s: f64,
}

/// A moment, and the unit that made it so late.
type Since = (f64, UnitIdx);

impl WallShares {
    /// Those of `build`; `None` unless its units are of one command and any has a time.
    pub(super) fn of(build: &Build, graph: &Graph) -> Option<Self> {
        build.whole_wall_s()?;
        let ran: Vec<Option<Ran>> = (0..).map(UnitIdx).take(build.units.len()).map(|idx| ran(build, idx)).collect();
        let zero_s = ran.iter().flatten().map(|ran| ran.from_s).min_by(f64::total_cmp)?;
        let mut shares = Self { of_units: vec![0.0; ran.len()], idle_s: 0.0 };
        let waits = shares.walk(build, graph, &ran, zero_s);
        shares.distribute(&waits, &ran);
        Some(shares)
    }

    /// Gives each unit on the way back from the end its own time, and returns the times between.
    fn walk(&mut self, build: &Build, graph: &Graph, ran: &[Option<Ran>], zero_s: f64) -> Vec<Ran> {
        let all_ends = all_ends(build, graph, ran);
        let mut waits = Vec::new();
        let last = all_ends.iter().flatten().max_by(|a, b| a.0.total_cmp(&b.0));
        let mut next = last.copied();
        let mut until_s = last.map_or(zero_s, |last| last.0);
        // A damaged graph may have a cycle: no way is longer than there are units.
        for _ in 0..build.units.len() {
            let Some((at_s, unit)) = next else { break };
            let at_s = at_s.min(until_s).max(zero_s);
            waits.push(Ran { from_s: at_s, to_s: until_s });
            let start_s = ran[unit.index()].map_or(at_s, |ran| ran.from_s.min(at_s));
            self.of_units[unit.index()] += at_s - start_s;
            until_s = start_s;
            next = ready(build, graph, &all_ends, ran, unit);
        }
        waits.push(Ran { from_s: zero_s, to_s: until_s });
        waits
    }

    /// Divides these times among the units at work in them.
    fn distribute(&mut self, waits: &[Ran], ran: &[Option<Ran>]) {
        let mut events: Vec<(f64, bool, Option<UnitIdx>)> = Vec::new();
        let units = (0..).map(UnitIdx).zip(ran).filter_map(|(idx, ran)| Some((Some(idx), (*ran)?)));
        for (of, stretch) in units.chain(waits.iter().map(|wait| (None, *wait))) {
            if stretch.to_s > stretch.from_s {
                events.extend([(stretch.from_s, true, of), (stretch.to_s, false, of)]);
            }
        }
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut at_work: BTreeSet<UnitIdx> = BTreeSet::new();
        let mut n_waits = 0_usize;
        for (i, &(at_s, begins, of)) in events.iter().enumerate() {
            match of {
                Some(unit) if begins => {
                    at_work.insert(unit);
                }
                Some(unit) => {
                    at_work.remove(&unit);
                }
                None if begins => n_waits += 1,
                None => n_waits = n_waits.saturating_sub(1),
            }
            let length_s = events.get(i + 1).map_or(0.0, |next| next.0 - at_s);
            if n_waits > 0 && length_s > 0.0 {
                self.add(length_s, &at_work);
            }
        }
    }

    fn add(&mut self, length_s: f64, at_work: &BTreeSet<UnitIdx>) {
        if at_work.is_empty() {
            self.idle_s += length_s;
        }
        for unit in at_work {
            self.of_units[unit.index()] += length_s / at_work.len() as f64;
        }
    }
}

fn ran(build: &Build, idx: UnitIdx) -> Option<Ran> {
    let unit = build.unit(idx);
    unit.trusted_duration_s()?;
    let timing = unit.timing?;
    Some(Ran { from_s: timing.start_s, to_s: timing.end_s.max(timing.start_s) })
}

/// For each unit, the latest end among it and all that it needs: what links waits for all of them, see
/// [`crate::simulate::CriticalPath::counting`].
fn all_ends(build: &Build, graph: &Graph, ran: &[Option<Ran>]) -> Vec<Option<Since>> {
    let mut all_ends: Vec<Option<Since>> = vec![None; build.units.len()];
    for idx in graph.topological() {
        let own = ran[idx.index()].map(|ran| (ran.to_s, idx));
        let below = graph.dependencies(idx).iter().filter_map(|dependency| all_ends[dependency.index()]);
        all_ends[idx.index()] = later(below.chain(own));
    }
    all_ends
}

/// When the unit could have started, and what it needed last; `None` if it needs nothing that was built.
fn ready(build: &Build, graph: &Graph, all_ends: &[Option<Since>], ran: &[Option<Ran>], idx: UnitIdx) -> Option<Since> {
    let unit = build.unit(idx);
    later(graph.dependencies(idx).iter().filter_map(|&dependency| {
        let needed = build.unit(dependency);
        let ended = ran[dependency.index()]?;
        match Wait::of(unit, needed) {
            Wait::Metadata => Some((needed.front_end_s().unwrap_or(ended.to_s), dependency)),
            Wait::End if unit.links() => all_ends[dependency.index()],
            Wait::End => Some((ended.to_s, dependency)),
        }
    }))
}

fn later(moments: impl Iterator<Item = Since>) -> Option<Since> {
    moments.max_by(|a, b| a.0.total_cmp(&b.0))
}
