//! What decides how much of the next build is built again.

use super::{NoOp, SourceTimes, Variants, Watch};

/// What is known of that, beside the build. Empty where nobody looked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rebuilds {
    /// What Cargo looks at, by unit.
    pub watches: Vec<Watch>,
    /// When the workspace's own sources were written.
    pub source_times: Option<SourceTimes>,
    /// The same units with other settings.
    pub variants: Variants,
    /// The last build with nothing to do.
    pub no_op: Option<NoOp>,
}
