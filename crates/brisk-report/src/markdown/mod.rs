//! Views in Markdown, for pull requests and commits.

mod escape;
mod fix;

pub use fix::{commit_message, fix};
