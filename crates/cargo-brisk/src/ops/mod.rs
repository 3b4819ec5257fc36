//! One file per verb: read the data flow here. Operations return values; the caller shows them.

mod beside;
mod build_dirs;
#[cfg(unix)]
mod confirm;
#[cfg(not(unix))]
#[path = "confirm_unsupported.rs"]
mod confirm;
mod diagnose;
mod diff;
mod document;
#[cfg(unix)]
mod fix;
mod history;
mod import;
mod no_op;
#[cfg(unix)]
mod private_dir;
#[cfg(unix)]
mod prove;
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
mod serve;
#[cfg(unix)]
mod staging;
mod trend;
mod undo;
#[cfg(unix)]
mod variants;
mod what_if;

#[cfg(unix)]
pub(crate) use crate::capture::When;
#[cfg(unix)]
pub(crate) use crate::experiment::Progress as TrialProgress;
pub(crate) use diagnose::{Compiler, DiagnoseOptions, Seen, config, diagnose};
pub(crate) use diff::{DiffOptions, diff};
pub(crate) use document::{default_place, make_directory_of, open, write as write_document};
#[cfg(unix)]
pub(crate) use fix::{
    FixOptions, History, Step as FixStep, Timed, fix_diff, land as land_fixes, plan as plan_fixes, refuse_dirty,
    refuse_uncommittable, remember as remember_fixes, try_out as try_fixes,
};
pub(crate) use history::{accuracy, history, prune};
pub(crate) use import::import;
pub(crate) use no_op::NoOpRun;
#[cfg(unix)]
pub(crate) use no_op::no_op;
#[cfg(unix)]
pub(crate) use prove::{ProveOptions, prove};
#[cfg(unix)]
pub(crate) use record::{RecordOptions, RecordedCommand, Stdout, record};
#[cfg(unix)]
pub(crate) use recordings::Places;
#[cfg(unix)]
pub(crate) use recover::recover;
pub(crate) use report::{Extent, Report, ReportOptions, report};
pub(crate) use runs::{failures_in, now, row};
pub(crate) use serve::{ServeOptions, serve};
#[cfg(unix)]
pub(crate) use staging::SideSpec;
pub(crate) use undo::{UndoOptions, UndoneChange, changes, undo};
pub(crate) use what_if::{WhatIfOptions, what_if};

pub(crate) use crate::apply::State as ChangeState;
/// Part of the options of every operation on a workspace.
pub(crate) use crate::workspace::{Environment, WorkspaceOptions};
