//! One event of a trace.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// A slice from a moment on, for a duration.
    #[serde(rename = "X")]
    Complete,
    /// An arrow begins.
    #[serde(rename = "s")]
    FlowStart,
    /// An arrow ends.
    #[serde(rename = "f")]
    FlowEnd,
    /// A number from a moment on.
    #[serde(rename = "C")]
    Counter,
    /// A name.
    #[serde(rename = "M")]
    Metadata,
}

/// One event. Fields that its kind does not have are left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceEvent<'a> {
    /// What it is.
    pub ph: Phase,
    /// What people call it; of metadata, what is named.
    pub name: Cow<'a, str>,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cat: Option<&'static str>,
    /// When, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts: Option<u64>,
    /// For how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dur: Option<u64>,
    /// The process: there is one, Cargo.
    pub pid: u32,
    /// The lane.
    pub tid: u32,
    /// Which arrow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// `e`: the arrow ends at the slice that is open at this moment, not at the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bp: Option<&'static str>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Args<'a>>,
}

/// What else is known of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Args<'a> {
    /// The name of a process or a lane.
    Name {
        /// The name.
        name: String,
    },
    /// The place of a lane.
    Place {
        /// Lanes are shown in the order of these.
        sort_index: u32,
    },
    /// A counter, by the name of what is counted.
    Counted(BTreeMap<&'static str, f64>),
    /// Of a unit.
    Unit(Box<UnitArgs<'a>>),
    /// Of a program that Cargo ran.
    Program {
        /// CPU seconds of it and its children.
        #[serde(skip_serializing_if = "Option::is_none")]
        cpu_s: Option<f64>,
        /// Exit code; 128 + n for signal n.
        #[serde(skip_serializing_if = "Option::is_none")]
        exit_code: Option<i32>,
    },
}

/// What else is known of a unit. Everything there is stands in `units_list`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitArgs<'a> {
    /// Its position in `units_list`.
    pub unit: u32,
    /// Name of its package.
    pub package: &'a str,
    /// Version of its package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'a str>,
    /// Name of its target.
    pub target: &'a str,
    /// Features that are on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub features: String,
    /// CPU seconds, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_s: Option<f64>,
    /// Largest resident set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rss_bytes: Option<u64>,
    /// Why it was rebuilt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebuilt: Option<&'a str>,
    /// Whether it is on the critical path.
    pub critical: bool,
    /// Exit code, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<i32>,
}

impl<'a> TraceEvent<'a> {
    /// One without anything that only some kinds have.
    pub(super) fn new(ph: Phase, name: impl Into<Cow<'a, str>>, tid: u32) -> Self {
        let name = name.into();
        Self { ph, name, cat: None, ts: None, dur: None, pid: super::slices::PID, tid, id: None, bp: None, args: None }
    }

    /// The same at this moment.
    pub(super) fn at(self, ts: u64) -> Self {
        Self { ts: Some(ts), ..self }
    }

    /// The same with this.
    pub(super) fn with(self, args: Args<'a>) -> Self {
        Self { args: Some(args), ..self }
    }
}
