//! The build as a trace: the object of `report`, and in it the events that Perfetto and Chrome's `about:tracing` draw.
//!
//! The format is the "Trace Event Format" of Catapult, in its form as one object: units are complete slices (`X`) on lanes,
//! the stages of a unit lie within its slice, arrows (`s`, `f`) lead from the moment at which a unit could no longer be
//! waited for to the unit that began then, and counters (`C`) tell how many units and processors were at work. Times are
//! whole microseconds since the first of them. Only what the main session built is drawn: other commands have other time
//! axes.
//!
//! `traceEvents` come first in the object, since an older Perfetto stops at the first key that it does not know
//! (`HandleDictionaryKey` in `src/trace_processor/importers/json/json_trace_tokenizer.cc` goes on), and before the unit of
//! time, which an older one would apply to the times and not only to what it shows.

mod arrows;
mod event;
mod lanes;
mod slices;
#[cfg(test)]
mod tests;

use brisk::analysis::Analysis;
use serde::Serialize;

pub use event::{Args, Phase, TraceEvent, UnitArgs};

use crate::json::{Diagnose, JsonContext, RecordedRunView, Stored};
use slices::Drawing;

/// A build as a trace, and everything else that is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Trace<'a> {
    /// What is drawn.
    #[serde(rename = "traceEvents")]
    pub trace_events: Vec<TraceEvent<'a>>,
    /// What times are shown in.
    #[serde(rename = "displayTimeUnit")]
    pub display_time_unit: &'static str,
    /// The object of `report`.
    #[serde(flatten)]
    pub stored: Stored<'a>,
}

/// The trace of `analysis` in one line, without a line feed. `run` is where it is kept.
pub fn trace(analysis: &Analysis, context: JsonContext<'_>, run: Option<RecordedRunView<'_>>) -> String {
    let trace = Trace {
        trace_events: events(analysis),
        display_time_unit: "ms",
        stored: Stored { run, diagnose: Diagnose::of(analysis, context) },
    };
    serde_json::to_string(&trace).expect("the structs have string keys and finite numbers only")
}

/// Names, counters, slices with what lies within them behind them, and arrows: whoever sorts them by time, and leaves those
/// of the same moment in their order, opens a slice before anything in it.
fn events(analysis: &Analysis) -> Vec<TraceEvent<'_>> {
    let drawing = Drawing::of(analysis);
    let names = drawing.names(analysis);
    let counters = drawing.counters(analysis);
    let slices = drawing.slices(analysis);
    names.into_iter().chain(counters).chain(slices).chain(arrows::arrows(analysis, &drawing)).collect()
}
