//! One file per verb: read the data flow here. Operations return values; the caller shows them.

mod beside;
mod build_dirs;
#[cfg(unix)]
mod confirm;
#[cfg(not(unix))]
#[path = "confirm_unsupported.rs"]
mod confirm;
mod diagnose;
mod history;
mod import;
mod no_op;
#[cfg(unix)]
mod private_dir;
mod rebuilds;
#[cfg(unix)]
mod record;
#[cfg(unix)]
mod recordings;
#[cfg(unix)]
mod recover;
#[cfg(unix)]
mod replay;
mod report;
mod runs;
#[cfg(unix)]
mod variants;
mod what_if;

#[cfg(unix)]
pub(crate) use crate::capture::When;
pub(crate) use diagnose::{Compiler, DiagnoseOptions, Seen, config, diagnose};
pub(crate) use history::{accuracy, history, prune};
pub(crate) use import::import;
pub(crate) use no_op::NoOpRun;
#[cfg(unix)]
pub(crate) use no_op::no_op;
#[cfg(unix)]
pub(crate) use record::{RecordOptions, RecordedCommand, Stdout, record};
#[cfg(unix)]
pub(crate) use recordings::Places;
#[cfg(unix)]
pub(crate) use recover::recover;
pub(crate) use report::report;
pub(crate) use runs::{failures_in, now, row};
pub(crate) use what_if::{WhatIfOptions, what_if};

/// Part of the options of every operation on a workspace.
pub(crate) use crate::workspace::{Environment, WorkspaceOptions};
