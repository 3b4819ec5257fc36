//! The object of `record`.

use brisk::analysis::Analysis;
use serde::Serialize;

use super::{Diagnose, JsonContext};

/// A command that was recorded: how it ended, where it is kept, and everything that is known of its build.
#[derive(Clone, Debug, Serialize)]
pub struct Record<'a> {
    /// Where it is kept.
    pub run: RecordedRunView<'a>,
    /// The exit code of Cargo; 128 + n for signal n.
    pub exit_code: u8,
    /// The build.
    #[serde(flatten)]
    pub diagnose: Diagnose<'a>,
}

/// A run in the store.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RecordedRunView<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its file.
    pub path: &'a str,
}

/// The object of `record` in one line, without a line feed.
pub fn record(analysis: &Analysis, context: JsonContext<'_>, run: RecordedRunView<'_>, exit_code: u8) -> String {
    let record = Record { run, exit_code, diagnose: Diagnose::of(analysis, context) };
    serde_json::to_string(&record).expect("the structs have string keys and finite numbers only")
}
