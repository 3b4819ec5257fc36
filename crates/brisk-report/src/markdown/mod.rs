//! Views in Markdown, for pull requests and commits.

mod escape;
mod fix;
mod report;

pub use fix::{commit_message, fix};
pub use report::report;
