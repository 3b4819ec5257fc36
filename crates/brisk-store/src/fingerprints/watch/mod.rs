//! What Cargo looks at to decide whether the units of a build are fresh, and what has become of it since.
//!
//! 1. The fingerprint says what counts: files and variables that a build script named, all files of the package if it named
//!    none, or the sources that rustc read, which Cargo keeps in a file of its own (`tracked`).
//! 2. The time of each file is compared with the start of the unit's last build, as Cargo does it before the next one, and
//!    with the times at which build scripts ran (`files`).
//! 3. What is remarkable is kept ([`watches()`]).
//!
//! Nothing is said about files in Cargo's home: Cargo takes these for immutable and skips them, missing ones included
//! (`find_stale_file` in `core/compiler/fingerprint/mod.rs`).

mod files;
mod script_text;
mod tracked;
mod watches;

pub use watches::{Changed, Circumstances, Watched, watches};
