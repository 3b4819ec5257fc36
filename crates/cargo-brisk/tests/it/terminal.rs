//! What only shows at a terminal, or when the reader goes away.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use nix::pty::{Winsize, openpty};

use crate::bench::{BRISK, Bench};
use crate::report::store;

/// What `command` writes on stderr if that is a terminal of 100 columns.
fn at_terminal(mut command: Command) -> String {
    let size = Winsize { ws_row: 50, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    let pty = openpty(&size, None).expect("a terminal can be opened");
    let mut child = command.stderr(Stdio::from(pty.slave)).stdout(Stdio::null()).spawn().expect("it can be started");
    // The command holds the other end as well; the terminal ends when all have let go of it.
    drop(command);
    let reader = std::thread::spawn(move || read_to_end(pty.master));
    assert!(child.wait().expect("it ends").success());
    reader.join().expect("reading does not panic")
}

fn read_to_end(master: OwnedFd) -> String {
    let (mut file, mut bytes, mut buffer) = (std::fs::File::from(master), Vec::new(), [0; 4096]);
    // On Linux, a terminal that all have let go of ends in an error.
    while let Ok(n @ 1..) = file.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..n]);
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_terminal_has_colours_and_its_own_width() {
    let bench = Bench::built_toy();
    let shown = at_terminal(bench.command(BRISK, &["-v"]));
    assert!(shown.contains("\u{1b}[1m"), "{shown}");
    let plain = anstream::adapter::strip_str(&shown).to_string();
    let widest = plain.lines().map(|line| line.trim_end().chars().count()).max();
    assert!(widest > Some(80) && widest <= Some(100), "{widest:?}: {plain}");
    let plain = at_terminal({
        let mut command = bench.command(BRISK, &["-v"]);
        command.env("NO_COLOR", "1");
        command
    });
    assert!(!plain.contains("\u{1b}[1m"), "{plain}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let bench = Bench::built_toy();
    store(&bench, "20260101T000000Z-0000aa", None, "a |FF");
    for args in [&["--message-format", "json"][..], &["history", "--all"], &["--help"]] {
        let mut child =
            bench.command(BRISK, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{args:?}");
    }
    let mut child = bench.command(BRISK, &["-v"]).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut first = String::new();
    BufReader::new(child.stderr.take().expect("it is piped")).read_line(&mut first).expect("a line");
    assert!(first.contains("Diagnosed"), "{first}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
