//! What is answered to whom.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use brisk::model::{Build, Outcome, Source};
use brisk_store::run_file::{Run, RunKind};
use proptest::prelude::*;

use super::http::{Request, Response, Status};
use super::*;
use crate::error::Error;

const PORT: u16 = 27_475;
const OLD: &str = "20260101T000000Z-0000aa";
const NEW: &str = "20260102T000000Z-0000bb";
const FOREIGN: &str = "20260103T000000Z-0000cc";

/// Two runs and a recording; the page of a run is its id.
fn site(port: u16) -> Site<'static> {
    Site {
        runs: &|| Ok([NEW, OLD].map(|id| header(id, "<b>&")).into()),
        recordings: &|| {
            let command = vec!["build".to_owned()];
            vec![InProgress { id: id(FOREIGN), command, cwd: "/ws".to_owned(), started_at: 1.5, n_units: 34 }]
        },
        page: &|run, live| Ok(format!("{run} {}", live.unwrap_or_default())),
        port,
    }
}

fn id(text: &str) -> RunId {
    text.parse().unwrap()
}

fn header(text: &str, word: &str) -> RunHeader {
    let command = Some(vec!["build".to_owned(), word.to_owned()]);
    RunHeader::of(&Run {
        id: id(text),
        kind: RunKind::Record,
        created_at: 1_795_249_491.0,
        brisk_version: "0.1.0".to_owned(),
        workspace_root: Some("/ws".into()),
        target_dir: None,
        git_revision: None,
        build: Build { command, outcome: Outcome::Success, ..Build::empty(Source::Capture) },
    })
}

/// The answer to what a client sends.
fn answered(sent: &str) -> Response {
    let request = Request::read(&mut sent.as_bytes()).unwrap().expect("something was sent");
    request.map_or_else(|response| response, |request| site(PORT).answer(&request))
}

fn get(path: &str) -> Response {
    answered(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{PORT}\r\nAccept: */*\r\n\r\n"))
}

fn status(sent: &str) -> Status {
    answered(sent).status
}

#[test]
fn runs_are_listed_with_links_to_their_pages_and_names_as_they_are() {
    let page = get("/").body;
    let [new, old] = [NEW, OLD].map(|id| page.find(&format!("<a href=\"/run/{id}\">")).expect("a link"));
    assert!(new < old, "newest first");
    assert!(page.contains("cargo build &#39;&lt;b&gt;&amp;&#39;") && !page.contains("<b>"), "{page}");
    assert!(page.contains(&format!("(\"{NEW}\");</script>\n</body>")), "{page}");
}

#[test]
fn the_newest_run_is_loaded_again_when_there_is_a_newer_one_and_others_stay() {
    let latest = get("/latest").body;
    assert!(latest.starts_with(&format!("{NEW} (// ")), "{latest}");
    assert!(latest.ends_with(&format!("(\"{NEW}\");")), "{latest}");
    assert_eq!(get(&format!("/run/{OLD}?x=1")).body, format!("{OLD} "));
}

#[test]
fn what_is_new_is_told_as_json() {
    let events = get("/events");
    let told: serde_json::Value = serde_json::from_str(&events.body).unwrap();
    assert_eq!((&told["latest"], &told["runs"]), (&NEW.into(), &2.into()));
    let recording = &told["recordings"][0];
    assert_eq!((&recording["command"], &recording["units"]), (&"cargo build".into(), &34.into()));
}

#[test]
fn only_runs_of_the_list_have_a_page() {
    for path in [
        "/run/",
        "/run/..",
        "/run/../../etc/passwd",
        "/run/%2e%2e%2fetc",
        "/runs",
        "/favicon.ico",
        "//",
        "/run/20260101",
        &format!("/run/{FOREIGN}"),
        &format!("/run/{OLD}/"),
    ] {
        assert_eq!(get(path).status, Status::NotFound, "{path}");
    }
}

#[test]
fn names_that_are_not_of_the_loopback_interface_are_refused() {
    let with_host = |host: &str| status(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    for host in [&format!("localhost:{PORT}"), &format!("127.0.0.1:{PORT}"), &format!("LocalHost:{PORT}")] {
        assert_eq!(with_host(host), Status::Ok, "{host}");
    }
    for host in [
        "localhost",
        "localhost:80",
        "localhost:27475x",
        "evil.example:27475",
        "localhost.evil.example:27475",
        "127.0.0.1.evil.example:27475",
        "evil.example",
        "",
        "[::1]:27475",
        "user@localhost:27475",
    ] {
        assert_eq!(with_host(host), Status::Forbidden, "{host}");
    }
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), Status::Forbidden);
    let both = format!("GET / HTTP/1.1\r\nHost: localhost:{PORT}\r\nHost: evil.example\r\n\r\n");
    assert_eq!(status(&both), Status::BadRequest);
}

#[test]
fn nothing_can_be_changed() {
    for method in ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get"] {
        let sent = format!("{method} / HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n");
        assert_eq!(status(&sent), Status::MethodNotAllowed, "{method}");
    }
}

#[test]
fn what_is_no_request_is_told_so() {
    for sent in [
        "hello\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "GET http://localhost:27475/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1",
        &format!("GET / HTTP/1.1\r\n{}\r\n\r\n", "x".repeat(100_000)),
    ] {
        assert_eq!(status(sent), Status::BadRequest, "{}", &sent[..sent.len().min(40)]);
    }
    assert_eq!(Request::read(&mut &b""[..]).unwrap(), None);
}

#[test]
fn a_store_that_cannot_be_read_is_an_error_and_not_an_empty_list() {
    let request = Request { method: "GET".to_owned(), path: "/".to_owned(), host: Some(format!("localhost:{PORT}")) };
    let broken = Site { runs: &|| Err(Error::could_not_measure("it cannot be read")), ..site(PORT) };
    let answer = broken.answer(&request);
    assert_eq!((answer.status, answer.body.as_str()), (Status::ServerError, "it cannot be read\n"));
}

#[test]
fn a_browser_is_answered_on_the_loopback_interface() {
    let server = Server::bind(Some(0)).unwrap();
    let taken = Server::bind(Some(server.port())).unwrap_err();
    assert!(taken.text().contains(&format!("port {}", server.port())), "{}", taken.text());
    assert_eq!(server.url(), format!("http://127.0.0.1:{}/", server.port()));
    let site = site(server.port());
    std::thread::scope(|scope| {
        scope.spawn(|| server.answer_one(&site));
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
        write!(stream, "GET /events HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"), "{head}");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
        assert!(head.contains("frame-ancestors 'none'") && !head.contains("Access-Control"), "{head}");
    });
}

proptest! {
    #[test]
    fn whatever_is_sent_is_answered(sent: Vec<u8>, path: String) {
        let more = format!("GET /{path} HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n").into_bytes();
        for bytes in [sent, more] {
            if let Some(Ok(request)) = Request::read(&mut bytes.as_slice()).unwrap() {
                site(PORT).answer(&request);
            }
        }
    }
}
