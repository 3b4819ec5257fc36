//! The object of `import` and `report`.

use brisk::analysis::Analysis;
use serde::Serialize;

use super::{Diagnose, JsonContext, RecordedRunView};

/// A stored run: where it is kept, and everything that is known of its build.
#[derive(Clone, Debug, Serialize)]
pub struct Stored<'a> {
    /// Where it is kept; `null` if it could not be kept.
    pub run: Option<RecordedRunView<'a>>,
    /// The build.
    #[serde(flatten)]
    pub diagnose: Diagnose<'a>,
}

/// The object of `import` and `report` in one line, without a line feed.
pub fn stored(analysis: &Analysis, context: JsonContext<'_>, run: Option<RecordedRunView<'_>>) -> String {
    let stored = Stored { run, diagnose: Diagnose::of(analysis, context) };
    serde_json::to_string(&stored).expect("the structs have string keys and finite numbers only")
}
