//! `cargo brisk serve`: the stored runs in a browser, on this machine alone.
//!
//! 1. A listener on the loopback interface, at a port that is easy to keep in mind, or the one that is asked for (`server`).
//! 2. Of each request the first lines: what is asked for, and by which name of this machine (`http`). Another name than that
//!    of the loopback interface means that a page from elsewhere has its own name lead here, to read what it must not.
//! 3. The answer: the list of runs, the page of one of them, or what is new (`site`, `pages`).
//!
//! Nothing that a request holds becomes a path: runs are found by their ids. Nothing is written. Whoever may log in to this
//! machine may read along, as with any server on it.

mod http;
mod pages;
mod server;
mod site;
#[cfg(test)]
mod tests;

use brisk_store::fingerprints::Selection;
use brisk_store::recording::{InProgress, in_progress};
use brisk_store::run_file::{RunHeader, RunId};
use brisk_store::store::Filter;
use camino::Utf8Path;

use super::report::{Extent, Report, ReportOptions, report};
use super::runs;
use crate::error::Result;
use crate::paths;
use crate::workspace::{self, WorkspaceOptions};
use server::Server;
use site::Site;

/// What to serve, and where.
#[derive(Debug)]
pub(crate) struct ServeOptions {
    /// Whose runs: of the workspace that these lead to, or of all if they lead to none.
    pub(crate) workspace: WorkspaceOptions,
    /// The port; `None` takes the usual one, or any if that is taken.
    pub(crate) port: Option<u16>,
}

/// Makes the page of a report, with a script of the server in it if there is one.
type Render<'a> = &'a (dyn Fn(&Report, Option<&str>) -> String + Sync);

/// Serves until somebody stops the process. `listening` is told the address.
///
/// # Errors
///
/// If the port cannot be had.
pub(crate) fn serve(options: &ServeOptions, render: Render<'_>, listening: &dyn Fn(&str)) -> Result<()> {
    let root = workspace::root(&options.workspace).ok();
    let site = Site {
        runs: &|| stored(root.as_deref()),
        recordings: &|| being_made(root.as_deref()),
        page: &|run, live| page(options, run, &|report| render(report, live)),
        port: 0,
    };
    let server = Server::bind(options.port)?;
    listening(&server.url());
    server.run(&Site { port: server.port(), ..site });
    Ok(())
}

/// The runs of the workspace, or all; newest first.
fn stored(root: Option<&Utf8Path>) -> Result<Vec<RunHeader>> {
    let filter = root.map_or(Filter::All, Filter::Workspace);
    let listed = runs::existing().map(|store| store.list(filter)).transpose();
    Ok(listed.map_err(|error| runs::failed(&error))?.unwrap_or_default().runs)
}

/// The recordings that are being made below the workspace, or all.
fn being_made(root: Option<&Utf8Path>) -> Vec<InProgress> {
    let all = paths::data_dir().ok().and_then(|dir| in_progress(&dir.join("recordings")).ok()).unwrap_or_default();
    let is_here = |it: &InProgress| root.is_none_or(|root| Utf8Path::new(&it.cwd).starts_with(root));
    all.into_iter().filter(is_here).collect()
}

fn page(options: &ServeOptions, run: &RunId, render: &dyn Fn(&Report) -> String) -> Result<String> {
    let options = ReportOptions {
        workspace: options.workspace.clone(),
        run: Some(run.to_string()),
        selection: Selection::default(),
        extent: Extent::Everything,
    };
    Ok(render(&report(&options, &|_| {})?))
}
