//! Arrows from a unit to one that waited for it.

use brisk::analysis::Analysis;
use brisk::model::{Unit, UnitIdx, Wait};

use super::event::{Phase, TraceEvent};
use super::slices::{Drawing, Place};

/// By how much a unit may seem to have begun before what it waited for was ready: file times are off by a tick of the kernel
/// clock, and Cargo hears of metadata before a watcher sees the file.
const SLACK_S: f64 = 0.05;

/// To each unit one arrow: from the dependency that was ready last, which is the one that was waited for. All edges of the
/// graph would cover everything else.
pub(super) fn arrows<'a>(analysis: &Analysis, drawing: &Drawing) -> Vec<TraceEvent<'a>> {
    let waits = drawing.units().iter().filter_map(|&idx| Some((idx, waited_for(analysis, drawing, idx)?)));
    let pairs = waits.zip(0..).filter_map(|((to, (from, ready_s)), id)| {
        let (from, to) = (drawing.place(from)?, drawing.place(to)?);
        Some(arrow((from, to), drawing.us(ready_s), id))
    });
    pairs.flatten().collect()
}

/// The dependency of the unit that was ready last, and when that was.
fn waited_for(analysis: &Analysis, drawing: &Drawing, idx: UnitIdx) -> Option<(UnitIdx, f64)> {
    let build = &analysis.build;
    let unit = build.unit(idx);
    let start_s = unit.timing?.start_s;
    let to = drawing.place(idx)?;
    let ready = analysis.graph.dependencies(idx).iter().filter_map(|&dependency| {
        let is_before = drawing.place(dependency)?.stretch.from <= to.stretch.from;
        let ready_s = ready_s(unit, build.unit(dependency))?;
        (is_before && ready_s <= start_s + SLACK_S).then_some((dependency, ready_s))
    });
    // The first of several that were ready at once.
    ready.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

/// When `dependent` need not wait for `dependency` any more; `None` where nobody saw that.
fn ready_s(dependent: &Unit, dependency: &Unit) -> Option<f64> {
    match Wait::of(dependent, dependency) {
        Wait::Metadata => dependency.front_end_s(),
        Wait::End => Some(dependency.timing?.end_s),
    }
}

/// From within the one slice to the beginning of the other. At the very end of a slice readers take it for closed.
fn arrow<'a>((from, to): (Place, Place), ready: u64, id: u32) -> [TraceEvent<'a>; 2] {
    let last = from.stretch.to.saturating_sub(1).max(from.stretch.from);
    let leaves = ready.min(to.stretch.from).clamp(from.stretch.from, last);
    let end = |ph: Phase, at: u64, tid: u32| {
        let event = TraceEvent::new(ph, "dependency", tid).at(at);
        TraceEvent { cat: Some("dependency"), id: Some(id), ..event }
    };
    let arrives = TraceEvent { bp: Some("e"), ..end(Phase::FlowEnd, to.stretch.from, to.tid) };
    [end(Phase::FlowStart, leaves, from.tid), arrives]
}
