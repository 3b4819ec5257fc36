//! One file per verb: read the data flow here. Operations return values; the caller shows them.

mod diagnose;
mod history;
mod import;
mod record;
mod recordings;
mod recover;
mod report;
mod runs;

pub(crate) use diagnose::{DiagnoseOptions, diagnose};
pub(crate) use history::{history, prune};
pub(crate) use import::import;
pub(crate) use record::{RecordOptions, record};
pub(crate) use recordings::Places;
pub(crate) use recover::recover;
pub(crate) use report::report;

/// Part of the options of every operation on a workspace.
pub(crate) use crate::workspace::{Environment, WorkspaceOptions};
