//! Builds as pictures: a small text language for [`brisk::model::Build`], and its inverse.
//!
//! ```text
//! # one unit per line; a column is 0.1 s
//! serde_core v1.0.0                     |FFFBB
//! serde v1.0.0       <- serde_core      |...FFFFBB
//! app (bin)          <- serde           |.........FFBL
//! ```
//!
//! # Grammar
//!
//! ```text
//! picture   = { line "\n" } .
//! line      = "" | "#" comment | head [ "<-" reference { "," reference } ] "|" bar .
//! head      = package [ "v" version | "v?" ] [ "[" source "]" ] [ "(" kind [ name ] [ mode ] ")" ] [ "@" platform ] { "+" feature } .
//! source    = "member" | "path" | "registry" | "git" | "unknown" .
//! kind      = "lib" | "linked-lib" | "proc-macro" | "bin" | "example" | "test" | "bench" | "build-script" .
//! mode      = "build" | "check" | "test" | "check-test" | "doc" | "doctest" | "run" .
//! platform  = "host" | triple .
//! reference = head [ "+" ] .
//! bar       = { "." | " " } [ phases ] { "." | " " } .
//! phases    = "F"+ "B"* "L"* | "U"+ "L"* | "S"+ | "?"+ .
//! ```
//!
//! * A package without version is a member of the workspace in version 0.1.0; one with a version comes from the registry;
//!   `v?` is a version that nobody knows, of unknown source. `[source]` says otherwise.
//! * A unit without `(…)` is its package's library, built. A `test` and a `bench` are built with the harness. Names of
//!   targets are as Cargo's defaults unless given; `run` is the mode of a build script's run.
//! * A reference names a unit anywhere in the picture. It says as little of the head as makes it the only one; without
//!   `(…)` it means a library or a proc macro, and a single `+` means a unit without features.
//! * `F` front end, `B` back end, `L` linker, `U` rustc without known phases, `S` a build script's run, `?` a time that
//!   is known to be wrong. A unit with an empty bar has no time.
//!
//! A picture says nothing of profiles, CPU time, sizes and reasons: set them in the value where a test needs them.

mod bar;
mod head;
mod parse;
mod render;

pub use parse::{STARTED_AT, parse};
pub use render::render;

/// Columns of a picture per second.
pub const COLUMNS_PER_S: f64 = 10.0;
