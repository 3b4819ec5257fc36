//! The listener, and one thread for each connection.

use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::http::{Request, Response, Status};
use super::site::Site;
use crate::error::{Error, Result};

/// The usual port: `BRISK` on the keys of a telephone. Linux gives ports from 32,768 on to those who ask for any
/// (`ip_local_port_range` in `ip(7)`).
const USUAL_PORT: u16 = 27_475;
/// Most connections at once: a browser opens six.
const MOST_CONNECTIONS: usize = 32;
/// How long a client may take to say the next bit of what it wants, or to take the next bit of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long nobody is listened to after the system refused a connection, as when there are no more file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// A listener on the loopback interface.
#[derive(Debug)]
pub(super) struct Server {
    listener: TcpListener,
    port: u16,
}

impl Server {
    /// At this port; at the usual one if none is asked for, or at any if that is taken.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub(super) fn bind(port: Option<u16>) -> Result<Self> {
        let bind = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match port {
            Some(port) => bind(port),
            None => bind(USUAL_PORT).or_else(|_| bind(0)),
        };
        let bound = listener.and_then(|listener| Ok(Self { port: listener.local_addr()?.port(), listener }));
        bound.map_err(|error| {
            let port = port.map_or_else(|| "any port".to_owned(), |port| format!("port {port}"));
            Error::usage(format!("cannot listen at {port} of 127.0.0.1")).because(&error)
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What to type into a browser.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers for ever.
    pub(super) fn run(&self, site: &Site<'_>) {
        let n_open = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for stream in self.listener.incoming() {
                let Ok(stream) = stream else {
                    std::thread::sleep(PAUSE);
                    continue;
                };
                let n_open = &n_open;
                if n_open.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTIONS {
                    refuse(stream);
                    n_open.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                scope.spawn(move || {
                    let _open = Open(n_open);
                    answer(stream, site);
                });
            }
        });
    }

    /// Answers the next connection only.
    #[cfg(test)]
    pub(super) fn answer_one(&self, site: &Site<'_>) {
        let (stream, _) = self.listener.accept().expect("a client connects");
        answer(stream, site);
    }
}

/// A connection that is counted as long as it lives, also if what answers it panics.
struct Open<'a>(&'a AtomicUsize);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A client that goes away in the middle has lost interest: no failure of anybody.
fn answer(mut stream: TcpStream, site: &Site<'_>) {
    let limits = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let Ok(Some(request)) = limits.and_then(|()| Request::read(&mut stream)) else { return };
    let response = request.map_or_else(|response| response, |request| site.answer(&request));
    let _ = response.write(&mut stream).and_then(|()| stream.shutdown(Shutdown::Write));
}

fn refuse(mut stream: TcpStream) {
    let busy = Response::error(Status::Unavailable, "too many connections at once");
    let _ = stream.set_write_timeout(Some(PAUSE)).and_then(|()| busy.write(&mut stream));
}
