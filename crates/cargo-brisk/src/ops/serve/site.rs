//! What is behind which path.

use brisk_store::recording::InProgress;
use brisk_store::run_file::{RunHeader, RunId};
use serde::Serialize;

use super::http::{Request, Response, Status};
use super::pages;
use crate::error::{Error, Result};
use crate::ops::runs;

/// All pages, and where they come from.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The runs, newest first.
    pub(super) runs: &'a (dyn Fn() -> Result<Vec<RunHeader>> + Sync),
    /// Recordings that are being made.
    pub(super) recordings: &'a (dyn Fn() -> Vec<InProgress> + Sync),
    /// The page of a run, with this script in it.
    pub(super) page: &'a (dyn Fn(&RunId, Option<&str>) -> Result<String> + Sync),
    /// The port that clients know.
    pub(super) port: u16,
}

/// What a page asks for again and again, to see whether there is something new.
#[derive(Debug, Serialize)]
struct Events {
    /// Id of the newest run.
    latest: Option<String>,
    /// Number of runs.
    runs: usize,
    /// Recordings that are being made.
    recordings: Vec<RecordingView>,
}

#[derive(Debug, Serialize)]
struct RecordingView {
    /// Id of the run that it will be.
    id: String,
    /// The Cargo command.
    command: String,
    /// When it began, in seconds since the UNIX epoch.
    started_at: f64,
    /// Calls of rustc that have ended.
    units: usize,
}

impl Site<'_> {
    /// The answer to a request.
    pub(super) fn answer(&self, request: &Request) -> Response {
        if !request.host.as_deref().is_some_and(|host| self.is_own_name(host)) {
            let why = "this server answers to localhost and 127.0.0.1 only, with its port";
            return Response::error(Status::Forbidden, why);
        }
        if request.method != "GET" {
            return Response::error(Status::MethodNotAllowed, "nothing can be changed here");
        }
        let found = match request.path.as_str() {
            "/" => self.list(),
            "/latest" => self.latest(),
            "/events" => self.events(),
            path => match path.strip_prefix("/run/").and_then(|id| id.parse::<RunId>().ok()) {
                Some(run) => self.run(&run),
                None => Ok(not_found("there is no such page")),
            },
        };
        found.unwrap_or_else(|error| failed(&error))
    }

    /// A name of the loopback interface, with the port, which a browser leaves out if it is that of HTTP. Names of other
    /// machines that lead here (DNS rebinding) are none.
    fn is_own_name(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) => (name, port.parse().ok()),
            None => (host, Some(80)),
        };
        port == Some(self.port) && ["localhost", "127.0.0.1"].iter().any(|own| name.eq_ignore_ascii_case(own))
    }

    fn list(&self) -> Result<Response> {
        Ok(Response::html(pages::list(&(self.runs)()?, runs::now())))
    }

    fn latest(&self) -> Result<Response> {
        match (self.runs)()?.first() {
            Some(newest) => Ok(Response::html((self.page)(&newest.id, Some(&pages::script(newest.id.as_str())))?)),
            None => Ok(not_found("no run is stored; `cargo brisk record -- build` records one")),
        }
    }

    fn run(&self, run: &RunId) -> Result<Response> {
        // Only what is on the list: the store may hold runs of other workspaces.
        match (self.runs)()?.iter().any(|header| header.id == *run) {
            true => Ok(Response::html((self.page)(run, None)?)),
            false => Ok(not_found("there is no such run")),
        }
    }

    fn events(&self) -> Result<Response> {
        let runs = (self.runs)()?;
        let recording = |it: InProgress| RecordingView {
            id: it.id.to_string(),
            command: brisk_report::format::command(&it.command),
            started_at: it.started_at,
            units: it.n_units,
        };
        let events = Events {
            latest: runs.first().map(|header| header.id.to_string()),
            runs: runs.len(),
            recordings: (self.recordings)().into_iter().map(recording).collect(),
        };
        let json = serde_json::to_string(&events);
        Ok(Response::json(json.map_err(|error| Error::could_not_measure("cannot write JSON").because(&error))?))
    }
}

fn not_found(why: &str) -> Response {
    Response::error(Status::NotFound, why)
}

fn failed(error: &Error) -> Response {
    Response::error(Status::ServerError, &error.text())
}
