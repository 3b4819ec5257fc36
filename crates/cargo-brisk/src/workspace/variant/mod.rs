//! What Cargo would build if the manifests said something else, without building it and without touching them.
//!
//! 1. `mirror`: the workspace in a directory of ours, at the same place as in the file system of the user: manifests and
//!    lockfile as copies, everything else as links.
//! 2. `edit`, `declaration`, `features`, `inherit`: the changes, made in the copies.
//! 3. `words`: the command whose units are asked for, which the recorded one is or which the build looks like.
//! 4. `query`: Cargo asked for its unit graph, offline.
//! 5. `answer`: what it answers.
//!
//! `written` makes the same changes for good, in the texts as they are.

mod answer;
mod declaration;
mod edit;
mod features;
mod inherit;
mod mirror;
mod query;
#[cfg(test)]
mod tests;
mod words;
mod written;

pub(crate) use mirror::Mirror;
pub(crate) use query::WhyNot;
pub(crate) use words::likely_commands;
pub(crate) use written::manifest_changes;
