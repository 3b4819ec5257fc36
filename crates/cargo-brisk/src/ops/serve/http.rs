//! As much of HTTP/1.1 (RFC 9112) as it takes to answer a browser: one request, one response, and the connection is over.

use std::io::{self, Read, Write};

/// Longest beginning of a request, up to the empty line: browsers send one or two KiB.
const MOST_BYTES: usize = 16 << 10;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// Without what follows a question mark.
    pub(super) path: String,
    /// The name under which the client knows this machine, with the port.
    pub(super) host: Option<String>,
}

impl Request {
    /// Reads the beginning of a request; `None` if the client says nothing, else what is wrong with what it says.
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Option<Result<Self, Response>>> {
        let mut head = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let n_read = stream.read(&mut buffer)?;
            head.extend_from_slice(&buffer[..n_read]);
            if let Some(end) = head.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                return Ok(Some(Self::parse(&head[..end])));
            }
            if head.is_empty() {
                return Ok(None);
            }
            if n_read == 0 || head.len() > MOST_BYTES {
                return Ok(Some(Err(Response::error(Status::BadRequest, "the request has no end"))));
            }
        }
    }

    fn parse(head: &[u8]) -> Result<Self, Response> {
        let bad = |why: &str| Response::error(Status::BadRequest, why);
        let head = std::str::from_utf8(head).map_err(|_| bad("the request is no text"))?;
        let mut lines = head.split("\r\n");
        let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let [method, target, version] = words.as_slice() else { return Err(bad("the first line is no request")) };
        if !version.starts_with("HTTP/1.") || !target.starts_with('/') {
            return Err(bad("only paths are served, by HTTP/1"));
        }
        let mut hosts = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("host").then(|| value.trim().to_owned())
        });
        let host = hosts.next();
        if hosts.next().is_some() {
            return Err(bad("the request has two hosts"));
        }
        let path = target.split('?').next().unwrap_or_default().to_owned();
        Ok(Self { method: (*method).to_owned(), path, host })
    }
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    BadRequest,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    ServerError,
    Unavailable,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::BadRequest => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::ServerError => "500 Internal Server Error",
            Self::Unavailable => "503 Service Unavailable",
        }
    }
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Json,
    Text,
}

impl Kind {
    fn mime(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) kind: Kind,
    pub(super) body: String,
}

/// What every answer says beside its length: pages hold their scripts and styles themselves, ask nobody but this server, and
/// are shown within no other page; nobody keeps a copy.
const HEADERS: &str = "Allow: GET\r\n\
    Cache-Control: no-store\r\n\
    Connection: close\r\n\
    Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
    font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    Referrer-Policy: no-referrer\r\n\
    X-Content-Type-Options: nosniff\r\n";

impl Response {
    pub(super) fn html(body: String) -> Self {
        Self { status: Status::Ok, kind: Kind::Html, body }
    }

    pub(super) fn json(body: String) -> Self {
        Self { status: Status::Ok, kind: Kind::Json, body }
    }

    /// What went wrong, in words.
    pub(super) fn error(status: Status, why: &str) -> Self {
        Self { status, kind: Kind::Text, body: format!("{why}\n") }
    }

    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let Self { status, kind, body } = self;
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{HEADERS}\r\n",
            status.line(),
            kind.mime(),
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        stream.flush()
    }
}
