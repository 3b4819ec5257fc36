//! Views in Markdown, for pull requests and commits.

mod diff;
mod escape;
mod fix;
mod report;

pub use diff::diff;
pub use fix::{commit_message, fix};
pub use report::report;
