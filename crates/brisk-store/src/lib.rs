//! Loads builds and keeps their history.
//!
//! Each loader turns something on disk into a [`brisk::model::Build`], and says in the build's problems what it could
//! not read.
//!
//! * [`run_file`]: one build as an immutable, versioned file.

pub mod run_file;

mod sieve;
