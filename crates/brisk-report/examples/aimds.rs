//! Shows the report of a real build: `cargo run -p brisk-report --example aimds -- [WIDTH] [-q | -v] [--color]`.

#[path = "../src/testing/aimds.rs"]
mod aimds;

use brisk_report::text::{Color, TextOptions, Verbosity, render};

#[expect(clippy::print_stdout, reason = "an example shows")]
fn main() {
    let mut options = TextOptions { now: Some(aimds::STARTED_AT + 7300.0), ..TextOptions::default() };
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-q" => options.verbosity = Verbosity::Quiet,
            "-v" => options.verbosity = Verbosity::Verbose,
            "--color" => options.color = Color::Always,
            width => options.width = width.parse().unwrap_or(options.width),
        }
    }
    print!("{}", render(&aimds::aimds(), &options));
}
